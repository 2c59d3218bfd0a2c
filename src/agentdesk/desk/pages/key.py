"""The page for a computer without a keyring: why nothing is opened, and the one other way, chosen by the person."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.frames import Card, Icon, spread
from agentdesk.desk.widgets.labels import label


class KeyPage(QWidget):
    """`again` asks to look for the keyring once more, `session` to work without keeping anything."""

    again = Signal()
    session = Signal()

    def __init__(self, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        card = Card("warn")
        card.setFixedWidth(scaled(440))
        card.box.setContentsMargins(28, 24, 28, 24)
        card.box.setSpacing(14)
        title = label(tr("There is no safe place for the key"), "title", wrap=True)
        card.box.addWidget(spread(Icon("ph.key", "warn", 24), None))
        card.box.addWidget(title)
        card.box.addWidget(label(sentence, wrap=True))
        card.box.addWidget(
            label(
                tr(
                    "For this session only: conversations, drafts and unsent replies are gone when AgentDesk ends, "
                    "also after a crash."
                ),
                "muted", wrap=True,
            )
        )  # fmt: skip
        self.retry, self.session_only = Button(tr("Try again"), "primary"), Button(tr("Work for this session only"))
        self.retry.clicked.connect(self.again)
        self.session_only.clicked.connect(self.session)
        card.box.addWidget(spread(self.retry, self.session_only, None))
        box = QVBoxLayout(self)
        box.addStretch(2)
        box.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter)
        box.addStretch(3)
