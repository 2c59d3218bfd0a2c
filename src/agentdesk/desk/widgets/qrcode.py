"""A QR code on the screen: always dark on light, whatever the theme, for cameras want it so."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from agentdesk.desk.qr import Grid, encode
from agentdesk.desk.theme import scaled
from agentdesk.desk.widgets.painted import Painted

QUIET = 4
"""Light modules around it, without which it is not found."""
SIDE = 196


class QrCode(Painted):
    """Hidden while there is nothing to show, and where a text is too long for a code."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._grid: Grid = []
        self.hide()

    def show_text(self, text: str) -> None:
        """Show the code of this text; none for an empty one."""
        try:
            self._grid = encode(text) if text else []
        except ValueError:
            self._grid = []
        self.setVisible(bool(self._grid))
        self.refresh()

    def grid(self) -> Grid:
        """What is shown."""
        return self._grid

    @property
    def _module(self) -> int:
        return max(3, scaled(SIDE) // (len(self._grid) + 2 * QUIET)) if self._grid else 0

    def wanted(self) -> QSize:
        side = self._module * (len(self._grid) + 2 * QUIET) if self._grid else 0
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, side = QPainter(self), self._module
        painter.fillRect(self.rect(), Qt.GlobalColor.white)
        for row, line in enumerate(self._grid):
            for column, dark in enumerate(line):
                if dark:
                    at = QRect((column + QUIET) * side, (row + QUIET) * side, side, side)
                    painter.fillRect(at, Qt.GlobalColor.black)
