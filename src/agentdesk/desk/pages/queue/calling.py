"""Noting a call by telephone in a case: with which number, how it ended, how long it took, what was said."""

from __future__ import annotations

import re

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QVBoxLayout, QWidget

from agentdesk.desk.actions import cap
from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.pages.queue.identities import open_dialog
from agentdesk.desk.texts import isolated, mark, tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.typed import Unclear, read
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.fields import choice
from agentdesk.desk.widgets.formfield import Field
from agentdesk.desk.widgets.frames import Icon, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.domain.calls import LONGEST, OUTCOMES, WAYS, Call, LogCall
from agentdesk.domain.cases import IDENTITIES_OF, Case, Message
from agentdesk.domain.cases.identities import MOST
from agentdesk.domain.cases.thread import REACHED
from agentdesk.domain.kernel import Masked

DRAFT, ICON = "call", "ph.phone"
WAY_WORDS = {"in": mark("They called us"), "out": mark("We called them")}
OUTCOME_WORDS = {
    "spoke": mark("We have talked"),
    "voicemail": mark("A message was left"),
    "missed": mark("Nobody answered"),
    "wrong": mark("It was the wrong number"),
}
_LENGTH = re.compile(r"(\d{1,4})(?::([0-5]\d))?\Z", re.ASCII)


def seconds_of(text: str) -> int:
    """A length as it is typed: "4" minutes, or "4:30"; nothing where nobody has looked. Raises `Unclear`."""
    found = _LENGTH.match(text.strip() or "0")
    seconds = int(found[1]) * 60 + int(found[2] or 0) if found is not None else LONGEST + 1
    if seconds > LONGEST:
        raise Unclear(tr("Write the length in minutes, like 4 or 4:30."))
    return seconds


def length_words(seconds: int) -> str:
    """How long a call took."""
    minutes, rest = divmod(seconds, 60)
    return tr("{m}:{s} min", m=minutes, s=f"{rest:02}")


def number_of(desk: Desk, message: Message) -> str:
    """The customer's number as it may be seen here; a mask, if it may not."""
    found = desk.view.get(Call, message.id)
    return desk.revealed.over(found).number if found is not None else ""


def outcome_words(message: Message) -> str:
    """How a call ended."""
    return tr(OUTCOME_WORDS.get(message.detail, message.detail))


def call_words(desk: Desk, message: Message) -> str:
    """A call in one line: which way, with which number, and how it ended where its own text does not say it."""
    found = desk.view.get(Call, message.id)
    number = words(number_of(desk, message))
    said = mark("Call from {number}") if message.event == "in" else mark("Call to {number}")
    plain = tr("Call from the customer") if message.event == "in" else tr("Call to the customer")
    parts = [tr(said, number=isolated(number)) if number else plain]
    if message.detail != REACHED and message.text:
        parts.append(outcome_words(message))
    if found is not None and found.seconds:
        parts.append(length_words(found.seconds))
    return ", ".join(parts)


class CallDialog(QDialog):
    """What is typed as said is kept on this laptop until the call is noted. A refusal stands below."""

    def __init__(self, desk: Desk, case: Case, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Note a call"))
        self.setMinimumWidth(scaled(460))
        self._desk, self._case, self._ids = desk, case, (desk.new_id(), desk.new_id())
        self.way, self.outcome = choice(tr("Who called")), choice(tr("How it ended"))
        self.number, self.known = Field(tr("The customer's number")), choice(tr("Numbers of the customer"))
        self.length = Field(tr("Length in minutes, like 4 or 4:30"))
        self.text, self.effect, self.wrong = QPlainTextEdit(), label("", "muted", wrap=True), label("", "bad")
        self.wrong.setWordWrap(True)
        self.save = Button(tr("Note the call"), "primary", hint=cap("Ctrl+Return"))
        for way in WAYS:
            self.way.addItem(tr(WAY_WORDS[way]), way)
        self.way.setCurrentIndex(self.way.findData("out"))
        self.number.hold_to(LogCall, "number")
        self._offer_numbers()
        draft = desk.drafts.get(case.id, DRAFT)
        self.text.setPlainText(draft.text if draft is not None else "")
        self.text.setAccessibleName(tr("What was said"))
        self.text.setPlaceholderText(tr("What was said, and what was agreed"))
        self.text.setTabChangesFocus(True)
        self.text.setMinimumHeight(scaled(110))
        self.way.currentIndexChanged.connect(lambda _: self._fill_outcomes())
        self.outcome.currentIndexChanged.connect(lambda _: self._tell())
        self.text.textChanged.connect(self._keep)
        self._lay_out()
        self._fill_outcomes()
        self.wrong.hide()
        self.way.setFocus()

    def _offer_numbers(self) -> None:
        """The numbers that the customer is known by; the newest stands there at once."""
        found = self._desk.view.page(IDENTITIES_OF(customer=self._case.customer), limit=MOST)
        numbers = [one.value for one in found if one.sort == "phone" and not Masked.spans(one.value)]
        for value in reversed(numbers):
            self.known.addItem(value, value)
        self.known.setVisible(len(numbers) > 1)
        self.number.line.setText(numbers[-1] if numbers else "")
        self.known.activated.connect(lambda _: self.number.line.setText(str(self.known.currentData())))

    def _lay_out(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 18, 20, 16)
        box.setSpacing(10)
        cancel, about = Button(tr("Cancel")), label(words(self._case.customer_name), "muted", wrap=True)
        box.addWidget(spread(Icon(ICON, "accent", 18), label(tr("Note a call"), "title"), None))
        for part in (
            about, self.way, self.number, self.known, self.outcome, self.length, label(tr("What was said"), "small"),
            self.text, self.effect, self.wrong, spread(None, cancel, self.save),
        ):  # fmt: skip
            box.addWidget(part)
        cancel.clicked.connect(self.reject)
        self.save.clicked.connect(self.note)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.note)

    def _fill_outcomes(self) -> None:
        was, inward = self.outcome.currentData(), self.way.currentData() == "in"
        self.outcome.clear()
        for one in OUTCOMES:
            if not (inward and one == "wrong"):
                self.outcome.addItem(tr(OUTCOME_WORDS[one]), one)
        self.outcome.setCurrentIndex(max(0, self.outcome.findData(was)))
        self._tell()

    def _tell(self) -> None:
        """What becomes of whoever waits."""
        if self.outcome.currentData() == REACHED:
            told = tr("Whoever waits is answered by it. The customer does not see what you write here.")
        elif self.way.currentData() == "in":
            told = tr("The customer waits for us from now on. They do not see what you write here.")
        else:
            told = tr("Whoever waits goes on waiting. The customer does not see what you write here.")
        self.effect.setText(told)

    def _keep(self) -> None:
        text = self.text.toPlainText()
        self._desk.drafts.typed(self._case.id, DRAFT, text, self.text.textCursor().position())

    def note(self) -> None:
        """Do it; what is unclear is said, and nothing that was typed is lost."""
        seconds = read(self.length, seconds_of)
        if seconds is None:
            return
        message, identity = self._ids
        wish = LogCall(
            case=self._case.id, message=message, identity=identity, way=self.way.currentData(),
            outcome=self.outcome.currentData(), number=self.number.text(), seconds=seconds,
            text=self.text.toPlainText(),
        )  # fmt: skip
        why = self._desk.attempt(wish)
        self.wrong.setText(why)
        self.wrong.setVisible(bool(why))
        if why:
            self.adjustSize()  # a long sentence takes its room from no field
        else:
            self._desk.drafts.discard(self._case.id, DRAFT)
            self.accept()


def may_note(desk: Desk, case_id: str | None) -> bool:
    """Whether a call can be noted in a case."""
    case = desk.view.get(Case, case_id) if case_id and desk.me.may("case.reply") else None
    return case is not None and not case.merged_into and not case.home


def open_call(desk: Desk, case_id: str | None, parent: QWidget | None = None) -> None:
    """Ask for a call of the customer of a case."""
    case = desk.view.get(Case, case_id) if case_id and may_note(desk, case_id) else None
    if case is not None:
        open_dialog(CallDialog(desk, case, parent))
