"""The forms of friction: what hurts, in which process; and who answers for a process, within how many days."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QWidget

from agentdesk.desk.covers import covered_from
from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.fields import choice
from agentdesk.desk.widgets.formfield import Field
from agentdesk.desk.widgets.frames import Card, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.domain.cases import Case
from agentdesk.domain.friction import PROCESSES, USUAL, KeepProcess, Process, Report
from agentdesk.domain.kernel import may
from agentdesk.domain.people import PEOPLE

MOST = 500
"""Processes, and characters of what is said about one."""
NEW, KIND = "friction:new", "friction"
"""Where what is typed is kept: with its case, or with none."""


def too_long(text: str) -> str:
    """What is wrong with a text that cannot be sent for its length; empty if it can."""
    return tr("This is too long: at most {n} characters can be sent.", n=MOST) if len(text) > MOST else ""


class ReportForm(Card):
    """What hurts; from a case, with the customer's data covered before it is sent."""

    sent = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk, self._case = desk, ""
        self.process, self.text = choice(tr("Process")), Field(tr("What hurts, in a few words"))
        self.about = label("", "muted", wrap=True)
        self.send, self.stop = Button(tr("Report it"), "primary"), Button(tr("Cancel"))
        named = label(tr("Process"), "small")
        for part in (label(tr("A process hurts"), "strong"), self.about, named, self.process, self.text):
            self.box.addWidget(part)
        self.box.addWidget(spread(None, self.stop, self.send))
        self.send.clicked.connect(self.keep)
        self.text.line.returnPressed.connect(self.keep)
        self.text.line.textChanged.connect(self._typed)
        self.stop.clicked.connect(self.hide)
        self.hide()

    def _typed(self, text: str) -> None:
        """Kept for this case: what hurts in one names nobody of another."""
        self._desk.drafts.typed(self._case or NEW, KIND, text, self.text.line.cursorPosition())

    def begin(self, case: Case | None) -> None:
        """Begin a report, from a case or from nowhere, with what was typed for it before."""
        self._case = case.id if case is not None else ""
        self.about.setText(tr("It goes with the conversation “{name}”.", name=words(case.subject)) if case else "")
        self.about.setVisible(case is not None)
        self.process.clear()
        self.process.addItem(tr("Another process"), "")
        for one in self._desk.view.page(PROCESSES(), limit=MOST):
            self.process.addItem(words(one.name), one.id)
        draft = self._desk.drafts.get(self._case or NEW, KIND)
        with QSignalBlocker(self.text.line):
            self.text.line.setText(draft.text if draft is not None else "")
        self.text.show_wrong("")
        self.show()
        self.text.line.setFocus()

    def keep(self) -> None:
        """Send it; it stays if it cannot be."""
        case = self._desk.view.get(Case, self._case) if self._case else None
        said = covered_from(self._desk, case, self.text.text())
        process = self.process.currentData() or ""
        wish = Report(friction=self._desk.new_id(), words=said, process=process, case=self._case)
        wrong = too_long(said) or self._desk.attempt(wish)
        self.text.show_wrong(wrong)
        if not wrong:
            self.text.line.clear()
            self.hide()
            self.sent.emit()


class ProcessForm(Card):
    """A process: a new one, or one that there is."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk, self._process = desk, ""
        self.name, self.days, self.owner = Field(tr("Process")), Field(tr("Days for an answer")), choice(tr("Owner"))
        self.name.hold_to(KeepProcess, "name")
        self.save, self.stop = Button(tr("Save the process"), "primary"), Button(tr("Cancel"))
        for part in (self.name, label(tr("Owner"), "small"), self.owner, self.days, spread(None, self.stop, self.save)):
            self.box.addWidget(part)
        self.save.clicked.connect(self.keep)
        self.stop.clicked.connect(self.hide)
        self.hide()

    def begin(self, process: Process | None) -> None:
        """Show one, or an empty form."""
        self._process = process.id if process is not None else ""
        self.name.line.setText(words(process.name) if process is not None else "")
        self.days.line.setText(str(process.days if process is not None else USUAL))
        self.owner.clear()
        for one in self._desk.view.page(PEOPLE(), limit=MOST):
            if may(one.role, "governed.write"):
                self.owner.addItem(one.name, one.id)
        self.owner.setCurrentIndex(max(0, self.owner.findData(process.owner if process is not None else "")))
        for field in (self.name, self.days):
            field.show_wrong("")
        self.show()
        self.name.line.setFocus()

    def keep(self) -> None:
        """Save it; it stays if it cannot be."""
        days = self.days.text().strip()
        counted = int(days) if days.isascii() and days.isdigit() and len(days) < 3 else 0
        self.days.show_wrong("" if 1 <= counted <= 90 else tr("Write a number of days from 1 to 90."))
        if not 1 <= counted <= 90:
            return
        id = self._process or self._desk.new_id()
        owner = self.owner.currentData() or ""
        wrong = self._desk.attempt(KeepProcess(process=id, name=self.name.text(), owner=owner, days=counted))
        self.name.show_wrong(wrong)
        self.setVisible(bool(wrong))
