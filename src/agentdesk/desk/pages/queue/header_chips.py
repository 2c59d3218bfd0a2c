"""Signs at the end of a line: as many as there is room for, the weightiest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from agentdesk.desk.widgets.badges import Chip
from agentdesk.desk.widgets.paint import chip_size

GAP = 6


class Sign(NamedTuple):
    """A word in a chip, its tone and its icon."""

    text: str
    tone: str = "plain"
    icon: str = ""


class ChipRow(QWidget):
    """Chips at the end of their line. Takes no more room than there is, so that it never widens the window."""

    def __init__(self, most: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._chips = [Chip(parent=self) for _ in range(most)]
        self._signs: tuple[Sign, ...] = ()

    def show_signs(self, signs: Sequence[Sign]) -> None:
        """Show these; the first ones are kept longest when room is short."""
        if tuple(signs) != self._signs:
            self._signs = tuple(signs)
            self._place()

    def texts(self) -> list[str]:
        """The words that are shown."""
        return [chip.text() for chip in self._chips if chip.text()]

    def minimumSizeHint(self) -> QSize:
        return QSize(0, chip_size("x").height())

    def sizeHint(self) -> QSize:
        widths = [chip_size(sign.text, sign.icon).width() + GAP for sign in self._signs]
        return QSize(sum(widths), chip_size("x").height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        fitting, room = [], self.width()
        for sign in self._signs[: len(self._chips)]:
            room -= chip_size(sign.text, sign.icon).width() + GAP
            if room >= -GAP:
                fitting.append(sign)
        for chip in self._chips[len(fitting) :]:
            chip.show_chip("")
        end = 0 if self.isRightToLeft() else self.width()
        for chip, sign in zip(self._chips, fitting, strict=False):
            chip.show_chip(*sign)
            size = chip.wanted()
            at = end if self.isRightToLeft() else end - size.width()
            chip.setGeometry(at, (self.height() - size.height()) // 2, size.width(), size.height())
            end += (size.width() + GAP) * (1 if self.isRightToLeft() else -1)
