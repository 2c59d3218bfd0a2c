"""The page for files that do not open: what is wrong, in the words of whoever found it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.frames import Card, Icon, spread
from agentdesk.desk.widgets.labels import label


class TroublePage(QWidget):
    """`again` asks to try once more."""

    again = Signal()

    def __init__(self, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        card = Card("bad")
        card.setFixedWidth(scaled(440))
        card.box.setContentsMargins(28, 24, 28, 24)
        card.box.setSpacing(14)
        card.box.addWidget(spread(Icon("ph.warning-circle", "bad", 24), None))
        card.box.addWidget(label(tr("Your data on this laptop cannot be opened"), "title", wrap=True))
        card.box.addWidget(label(sentence or tr("No reason was given."), wrap=True, selectable=True))
        card.box.addWidget(label(tr("Nothing was changed or deleted."), "muted", wrap=True))
        self.retry = Button(tr("Try again"), "primary")
        self.retry.clicked.connect(self.again)
        card.box.addWidget(spread(self.retry, None))
        box = QVBoxLayout(self)
        box.addStretch(2)
        box.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter)
        box.addStretch(3)
