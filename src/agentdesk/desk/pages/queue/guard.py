"""The send guard: what stops a reply to words its writer has not seen, and the card that shows both texts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import color
from agentdesk.desk.times import day_and_clock
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.frames import Card, Icon
from agentdesk.desk.widgets.labels import label
from agentdesk.domain.cases import MESSAGES, MESSAGES_AFTER, Case, Message
from agentdesk.domain.cases.writing import guard
from agentdesk.domain.kernel import Refusal

SHOWN = 480
"""So much of a text is shown on the card."""


def stopped(desk: Desk, case: str, seen: int) -> Refusal | None:
    """The rule's own word on whether a reply may go now; None if it may."""
    found = desk.view.get(Case, case)
    try:
        if found is not None:
            guard(desk.view, found, desk.me, seen)
    except Refusal as refusal:
        return refusal
    return None


def news_after(desk: Desk, case: str, seen: int) -> list[Message]:
    """What others have said to or for the customer since."""
    found = desk.view.page(MESSAGES_AFTER(case=case, seq=seen), limit=200)
    return [message for message in found if foreign(desk, message)]


def news_since(desk: Desk, case: str, at: int) -> list[Message]:
    """What others have said after a moment: what a draft left lying does not know."""
    found = desk.view.page(MESSAGES(case=case), limit=20)
    return [message for message in reversed(found) if message.at > at and foreign(desk, message)]


def foreign(desk: Desk, message: Message) -> bool:
    """Whether a reply's writer has to have seen this."""
    ours = (message.author, message.device) == (desk.me.id, desk.me.device)
    return message.kind == "customer" or (message.kind == "reply" and not ours)


class GuardCard(Card):
    """Both texts side by side, and the three ways on."""

    edit_asked = Signal()
    send_asked = Signal()
    discard_asked = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("bad", parent)
        self._desk = desk
        self._title, self._time = label(role="strong", wrap=True), label(role="caption")
        self._new, self._own = label(wrap=True, selectable=True), label(role="muted", wrap=True, selectable=True)
        self.edit = Button(tr("Edit reply"), "primary")
        self.send, self.discard = Button(tr("Send anyway")), Button(tr("Discard"), "danger")
        self.edit.clicked.connect(self.edit_asked)
        self.send.clicked.connect(self.send_asked)
        self.discard.clicked.connect(self.discard_asked)
        self._lay_out()
        self.hide()

    def _lay_out(self) -> None:
        top, middle, bottom = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(Icon("ph.hand-palm", "bad", 18))
        top.addWidget(self._title, 1)
        top.addWidget(self._time)
        middle.setSpacing(20)
        self._news = QWidget()
        self._news.setLayout(_column(tr("New since you wrote"), self._new, "bad"))
        middle.addWidget(self._news, 1)
        middle.addLayout(_column(tr("Your reply, kept as a draft"), self._own, "line"), 1)
        for button in (self.edit, self.send, self.discard):
            bottom.addWidget(button)
        bottom.addStretch(1)
        self.box.setSpacing(9)
        for part in (top, middle, bottom):
            self.box.addLayout(part)

    def show_stop(self, sentence: str, news: Sequence[Message], own: str) -> None:
        """Show why, what is new, and what was written."""
        self._title.setText(sentence)
        self._new.setText(_short("\n\n".join(words(message.text) for message in news[-3:])))
        self._news.setVisible(bool(news))
        self._own.setText(_short(own))
        self._time.setText(day_and_clock(news[-1].at, self._desk.now()) if news else "")
        self.setAccessibleName(sentence)
        self.show()

    def texts(self) -> tuple[str, str]:
        """What is new, and what was written."""
        return self._new.text(), self._own.text()

    def title(self) -> str:
        """Why the reply was stopped."""
        return self._title.text()


class _Edge(QWidget):
    """The thick line before a quoted text."""

    def __init__(self, tone: str) -> None:
        super().__init__()
        self._tone = tone
        self.setFixedWidth(3)

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), color(self._tone))


def _column(title: str, words: QWidget, tone: str) -> QVBoxLayout:
    column, row = QVBoxLayout(), QHBoxLayout()
    row.setSpacing(9)
    row.addWidget(_Edge(tone))
    row.addWidget(words, 1)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    column.addWidget(label(title, "section"))
    column.addLayout(row)
    column.setAlignment(Qt.AlignmentFlag.AlignTop)
    return column


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
