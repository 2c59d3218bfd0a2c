"""The base of widgets that draw themselves from tokens: they follow every change of theme and text size."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtWidgets import QSizePolicy, QWidget

_LOOKS = (QEvent.Type.StyleChange, QEvent.Type.FontChange, QEvent.Type.PaletteChange)


class Painted(QWidget):
    """Override `wanted()` (its size) and `paintEvent`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def wanted(self) -> QSize:
        """The size this needs now."""
        return QSize(0, 0)

    def sizeHint(self) -> QSize:
        return self.wanted()

    def minimumSizeHint(self) -> QSize:
        return self.wanted()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in _LOOKS:
            self.refresh()

    def refresh(self) -> None:
        """Measure and draw again."""
        self.updateGeometry()
        self.update()
