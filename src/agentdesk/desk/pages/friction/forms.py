"""The forms of friction: what hurts, in which process; and who answers for a process, within how many days."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import class_word, words
from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.fields import choice
from agentdesk.desk.widgets.formfield import Field
from agentdesk.desk.widgets.frames import Card, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.domain.cases import Case
from agentdesk.domain.friction import PROCESSES, USUAL, KeepProcess, Process, Report
from agentdesk.domain.kernel import Masked, may
from agentdesk.domain.people import PEOPLE
from agentdesk.text.covering import covered

MOST = 500


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
        self.stop.clicked.connect(self.hide)
        self.hide()

    def begin(self, case: Case | None) -> None:
        """Begin a report, from a case or from nowhere. What was typed before stays."""
        self._case = case.id if case is not None else ""
        self.about.setText(tr("It goes with the conversation “{name}”.", name=words(case.subject)) if case else "")
        self.about.setVisible(case is not None)
        self.process.clear()
        self.process.addItem(tr("Another process"), "")
        for one in self._desk.view.page(PROCESSES(), limit=MOST):
            self.process.addItem(words(one.name), one.id)
        self.text.show_wrong("")
        self.show()
        self.text.line.setFocus()

    def keep(self) -> None:
        """Send it; it stays if it cannot be."""
        case = self._desk.view.get(Case, self._case) if self._case else None
        known = []
        if case is not None and not Masked.spans(case.customer_name):
            name = case.customer_name
            known = [(part, "name") for part in (name, *name.split()) if len(part) > 2]
        said = covered(self.text.text(), known, class_word)[:500]
        process = self.process.currentData() or ""
        wish = Report(friction=self._desk.new_id(), words=said, process=process, case=self._case)
        wrong = self._desk.attempt(wish)
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
        wrong = self._desk.attempt(KeepProcess(process=id, name=self.name.text()[:100], owner=owner, days=counted))
        self.name.show_wrong(wrong)
        self.setVisible(bool(wrong))
