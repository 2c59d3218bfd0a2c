"""The page for a computer without a keyring: why nothing is opened, and the one other way, chosen by the person."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from agentdesk.desk.front import CardPage
from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.frames import Icon, spread
from agentdesk.desk.widgets.labels import label


class KeyPage(CardPage):
    """`again` asks to look for the keyring once more, `session` to work without keeping anything."""

    again = Signal()
    session = Signal()

    def __init__(self, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__("warn", 460, parent)
        price = tr(
            "For this session only: conversations, drafts and unsent replies are gone when AgentDesk ends, also after "
            "a crash."
        )
        self.retry, self.session_only = Button(tr("Try again"), "primary"), Button(tr("Work for this session only"))
        self.retry.clicked.connect(self.again)
        self.session_only.clicked.connect(self.session)
        for part in (
            spread(Icon("ph.key", "warn", 24), None),
            label(tr("There is no safe place for the key"), "title", wrap=True),
            label(sentence, wrap=True),
            label(price, "muted", wrap=True),
            spread(self.retry, self.session_only, None),
        ):
            self.card.box.addWidget(part)
