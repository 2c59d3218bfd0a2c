"""The window before there is a desk: one card in the middle, to sign in or to say why nothing can be opened."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from agentdesk.desk.theme import scaled
from agentdesk.desk.widgets.frames import Card


class Front(QWidget):
    """Shows one page at a time. `closed` is called when the person closes it."""

    def __init__(self, closed: Callable[[], None]) -> None:
        super().__init__()
        self._closed = closed
        self.setWindowTitle("AgentDesk")
        self.setMinimumSize(720, 560)
        self.resize(960, 680)
        self._stack = QStackedWidget()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._stack)

    def put(self, page: QWidget) -> None:
        """Show this page and no other."""
        while (old := self._stack.currentWidget()) is not None:
            self._stack.removeWidget(old)
            old.deleteLater()
        self._stack.addWidget(page)
        self.show()
        self.raise_()

    @property
    def page(self) -> QWidget | None:
        """What is shown."""
        return self._stack.currentWidget()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self._closed()


class CardPage(QWidget):
    """A page that is one card in the middle, as high as its words need; add to `card.box`."""

    def __init__(self, tone: str = "", width: int = 400, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card = Card(tone)
        self.card.setFixedWidth(scaled(width))
        self.card.box.setContentsMargins(28, 24, 28, 26)
        self.card.box.setSpacing(14)
        column = QVBoxLayout()
        column.addStretch(2)
        column.addWidget(self.card)
        column.addStretch(3)
        row = QHBoxLayout(self)
        row.addStretch(1)
        row.addLayout(column)
        row.addStretch(1)
