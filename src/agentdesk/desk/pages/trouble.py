"""The page for files that do not open: what is wrong, in the words of whoever found it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from agentdesk.desk.front import CardPage
from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.frames import Icon, spread
from agentdesk.desk.widgets.labels import label


class TroublePage(CardPage):
    """`again` asks to try once more."""

    again = Signal()

    def __init__(self, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__("bad", 460, parent)
        self.retry = Button(tr("Try again"), "primary")
        self.retry.clicked.connect(self.again)
        for part in (
            spread(Icon("ph.warning-circle", "bad", 24), None),
            label(tr("Your data on this laptop cannot be opened"), "title", wrap=True),
            label(sentence or tr("No reason was given."), wrap=True, selectable=True),
            label(tr("Nothing was changed or deleted."), "muted", wrap=True),
            spread(self.retry, None),
        ):
            self.card.box.addWidget(part)
