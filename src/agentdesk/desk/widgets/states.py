"""The pictures of nothing yet: skeleton rows while loading, and an empty state that says what to do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from agentdesk.desk.theme import current, scaled
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.frames import Icon
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.paint import rounded
from agentdesk.desk.widgets.painted import Painted

_BARS = ((0.46, 0.82), (0.62, 0.74), (0.38, 0.9), (0.54, 0.66))


class SkeletonRows(Painted):
    """Grey rows in the shape of the list to come; they breathe unless motion is reduced."""

    def __init__(self, name: str, row_height: int = 81, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)
        self._row, self._step = row_height, 0
        self._pulse = QTimer(self, interval=90)
        self._pulse.timeout.connect(self._breathe)

    def wanted(self) -> QSize:
        return QSize(120, scaled(self._row))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if current().motion:
            self._pulse.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._pulse.stop()

    def _breathe(self) -> None:
        self._step = (self._step + 1) % 16
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        strength = 0.3 if current().high else 1.0
        painter.setOpacity(strength * (1 - abs(8 - self._step) / 8 * 0.35 if self._pulse.isActive() else 1))
        height, side = scaled(self._row), scaled(30)
        for index in range(self.height() // height + 1):
            self._paint_row(painter, index * height, side, _BARS[index % len(_BARS)])

    def _paint_row(self, painter: QPainter, top: int, side: int, bars: tuple[float, float]) -> None:
        rtl = self.isRightToLeft()
        width = self.width() - side - 42
        edge = self.width() - 14 - side if rtl else 14
        rounded(painter, QRectF(edge, top + 13, side, side), side / 2, "line_soft")
        for part, (share, offset) in enumerate(zip(bars, (15, 33), strict=True)):
            length = width * share
            left = self.width() - 24 - side - length if rtl else side + 24
            rounded(painter, QRectF(left, top + scaled(offset), length, scaled(9 - part)), 4, "line_soft")
        rounded(painter, QRectF(14, top + scaled(self._row) - 1, self.width(), 1), 0, "line_soft")


class EmptyState(QWidget):
    """Nothing here: a picture, what it means, what one can do."""

    def __init__(
        self, icon: str, title: str, text: str = "", action: str = "", run: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 24, 24, 24)
        box.setSpacing(8)
        box.addStretch(2)
        middle = Qt.AlignmentFlag.AlignHCenter
        self._icon, self._title = Icon(icon, "faint", 34), label(title, "strong", wrap=True)
        self._text = label(text, "muted", wrap=True)
        for words in (self._title, self._text):
            words.setAlignment(middle)
        box.addWidget(self._icon, 0, middle)
        box.addSpacing(4)
        box.addWidget(self._title)
        box.addWidget(self._text)
        if action and run is not None:
            button = Button(action)
            button.clicked.connect(lambda: run())
            box.addSpacing(4)
            box.addWidget(button, 0, middle)
        box.addStretch(3)
        self.setAccessibleName(title)

    def show_words(self, title: str, text: str = "", icon: str = "") -> None:
        """Say something else."""
        self._title.setText(title)
        self._text.setText(text)
        self.setAccessibleName(title)
        if icon:
            self._icon.show_icon(icon, "faint")
