"""The editor of a rule: on what it acts, when, in which cases, and what it does."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from agentdesk.desk.actions import cap
from agentdesk.desk.acts import ActsForm
from agentdesk.desk.conditions import ConditionForm
from agentdesk.desk.counting import Counting
from agentdesk.desk.desk import Desk
from agentdesk.desk.names import number
from agentdesk.desk.pages.rules.words import WHEN_WORDS, choices, length, minutes
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.times import MINUTE
from agentdesk.desk.typed import Unclear
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.facts import Sheet
from agentdesk.desk.widgets.fields import choice
from agentdesk.desk.widgets.formfield import Field
from agentdesk.desk.widgets.frames import spread
from agentdesk.desk.widgets.labels import hairline, label
from agentdesk.desk.widgets.sure import Sure
from agentdesk.domain.cases.seeking import cases_that
from agentdesk.domain.rules import Rule

COUNTS_MS = 300


class RuleEditor(QDialog):
    """Hands the rule to `keep`, which gives back why not, or nothing; `gone` takes it out."""

    def __init__(
        self, desk: Desk, rule: Rule, is_new: bool, keep: Callable[[Rule], str], gone: Callable[[Rule], str],
        parent: QWidget,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._desk, self._rule, self._keep, self._gone = desk, rule, keep, gone
        self.setWindowTitle(tr("New rule") if is_new else tr("Edit rule"))
        self.setMinimumSize(scaled(560), scaled(420))
        self.resize(scaled(720), scaled(640))
        self.name = Field(tr("Name"), rule.name)
        self.name.hold_to(Rule, "name")
        self.when, self.about = choice(tr("When")), choice(tr("About what"))
        self.tag = Field(tr("Which tag; none for any"), rule.about if rule.when in ("tagged", "untagged") else "")
        self.equals = Field(tr("With which value; none for any"), rule.equals)
        self.after = Field(tr("How much later: 30m, 4h, 3d or 2w; nothing for at once"), length(rule.after))
        self.condition = ConditionForm(rule.condition, desk.view)
        self.counted, self.wrong = label("", "caption", wrap=True), label("", "bad", wrap=True)
        self.acts = ActsForm(rule.acts, desk.view, replies=True)
        self.save, self.remove = Button(tr("Keep in the draft"), "primary", hint=cap("Ctrl+Return")), Sure(tr("Remove"))
        self.remove.setVisible(not is_new)
        self._later, self._counting = QTimer(self, singleShot=True, interval=COUNTS_MS), Counting(desk)
        for when, words in WHEN_WORDS.items():
            self.when.addItem(tr(words), when)
        self.when.setCurrentIndex(self.when.findData(rule.when))
        self._lay_out()
        self._other()
        self.about.setCurrentIndex(max(0, self.about.findData(rule.about)))
        self._connect()
        self._count()

    def _lay_out(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(4, 4, 4, 12)
        sheet = Sheet(self.windowTitle())
        late = tr("What waits lapses when it is over: the customer has an answer, the state or the tag has changed.")
        sheet.add(self.name, label(tr("When"), "small"), spread(self.when, self.about, None), self.tag, self.equals)
        sheet.add(self.after, label(late, "caption", wrap=True), hairline(), self.condition, self.counted, hairline())
        sheet.add(self.acts)
        sheet.box.addStretch(1)
        box.addWidget(sheet, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 4, 16, 0)
        foot.addWidget(self.wrong)
        self.wrong.hide()
        cancel = Button(tr("Cancel"))
        cancel.clicked.connect(self.reject)
        foot.addWidget(spread(self.remove, None, cancel, self.save))
        box.addLayout(foot)

    def _connect(self) -> None:
        self.when.currentIndexChanged.connect(lambda _: self._other())
        self.condition.changed.connect(self._later.start)
        self._later.timeout.connect(self._count)
        self.finished.connect(self._forget)
        self.save.clicked.connect(self.done_with)
        self.remove.confirmed.connect(lambda: self._end(self._gone(self._rule)))
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.done_with)
        self.name.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _other(self) -> None:
        """Another event: it is about something else."""
        when = str(self.when.currentData())
        self.about.clear()
        for value, name in choices(when, self._desk.view, self._rule).items():
            self.about.addItem(name, value)
        self.about.setVisible(self.about.count() > 0)
        self.tag.setVisible(when in ("tagged", "untagged"))
        self.equals.setVisible(when == "field")

    def _count(self) -> None:
        """For how many cases the condition holds here and now."""
        condition = self.condition.read(aloud=False)
        if condition is None or not condition.clauses:
            self._counting.forget()
            self.counted.setText(tr("It acts in every case.") if condition is not None else "")
            return
        now = self._desk.now() // MINUTE * MINUTE  # at every moment it would be another question
        asked = cases_that(condition, "longest", self._desk.view, "", (), now)
        if not self._counting.ask(asked, self._tell):
            self.counted.setText(tr("Counting…"))

    def _tell(self, found: int) -> None:
        self.counted.setText(tr("Cases on this laptop of which it is true now: {n}", n=number(found)))

    def _forget(self) -> None:
        self._later.stop()
        self._counting.forget()

    def read(self) -> Rule | None:
        """The rule as it is typed; None if something is unclear, and then its field says so."""
        condition, acts = self.condition.read(), self.acts.read()
        try:
            after = minutes(self.after.text())
        except Unclear as unclear:
            self.after.stop(str(unclear))
            return None
        if condition is None or acts is None:
            return None
        when = self.when.currentData()
        about = self.tag.text() if when in ("tagged", "untagged") else str(self.about.currentData() or "")
        return Rule(
            id=self._rule.id, name=self.name.text(), when=when, about=about[:200],
            equals=self.equals.text()[:200] if when == "field" else "", after=after, condition=condition, acts=acts,
        )  # fmt: skip

    def done_with(self) -> bool:
        """Keep what is typed; whether it was."""
        rule = self.read()
        return self._end(self._keep(rule) if rule is not None else tr("Something is unclear: look for the red fields."))

    def _end(self, wrong: str) -> bool:
        self.wrong.setText(wrong)
        self.wrong.setVisible(bool(wrong))
        if not wrong:
            self.accept()
        return not wrong
