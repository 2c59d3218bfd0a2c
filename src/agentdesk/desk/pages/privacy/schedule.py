"""How long what is kept: the rules by class and region, the form for another one, what would go today, past runs."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.models.table import Cell, Column
from agentdesk.desk.names import number, person_name
from agentdesk.desk.pages.privacy.due import DueCard
from agentdesk.desk.pages.privacy.subject import LEAST, SIZES
from agentdesk.desk.pages.privacy.words import BASES, CLASSES, kept_for, place
from agentdesk.desk.texts import tr
from agentdesk.desk.times import day_and_clock
from agentdesk.desk.widgets.beside import beside, stacked
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.facts import Sheet
from agentdesk.desk.widgets.fields import choice, show_wrong
from agentdesk.desk.widgets.frames import Card, Pane, spread
from agentdesk.desk.widgets.labels import hairline, label
from agentdesk.desk.widgets.states import EmptyState
from agentdesk.desk.widgets.table import Table
from agentdesk.domain.people import TEAMS
from agentdesk.domain.privacy import RETENTIONS, RUNS, Retention, RetentionRun, SetRetention
from agentdesk.domain.privacy.retention import BY_REGION, rule_id

MOST = 2_000
LONGEST = 36_500


class SchedulePanel(QWidget):
    """Rules above past runs; beside them what can be done."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.rules = Table(tr("Schedule"), _rule_columns(desk))
        self.runs = Table(tr("Runs of the schedule"), _run_columns(desk), 0, down=True)
        self.form, self.due = RuleForm(desk), DueCard(desk)
        self._past = stacked(EmptyState("ph.calendar", tr("The schedule has deleted nothing yet")), self.runs)
        rows, work, sheet = Pane(edge="right"), Pane(), Sheet(tr("Schedule"))
        for title, table, stretch in ((tr("Kept how long"), self.rules, 3), (tr("What was deleted"), self._past, 2)):
            head = label(title, "section")
            head.setContentsMargins(14, 12, 14, 6)
            rows.box.addWidget(head)
            rows.box.addWidget(table, stretch)
            if table is self.rules:
                rows.box.addWidget(hairline())
        sheet.add(self.form, self.due)
        sheet.box.addStretch(1)
        work.box.addWidget(sheet)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(beside(rows, work, SIZES, LEAST))
        self.form.setVisible(desk.me.may("retention.manage"))
        self.rules.chosen.connect(lambda rule: self.form.take(rule) if rule is not None else None)
        self.fill()

    def fill(self) -> None:
        """As it is now. A class without a rule is listed too: it is kept."""
        rules = list(self._desk.view.page(RETENTIONS(), limit=MOST))
        ruled = {one.data_class for one in rules if not one.region}
        rules += [Retention(rule_id(name, ""), "", 0, name, "", 0, "", "", 0) for name in CLASSES if name not in ruled]
        self.rules.things.show(rules)
        runs = self._desk.view.page(RUNS(), limit=MOST)
        self.runs.things.show(runs)
        self._past.setCurrentIndex(1 if runs else 0)
        self.form.fill()
        self.due.again()

    def focus(self) -> None:
        """To the rules."""
        self.rules.setFocus()


class RuleForm(Card):
    """What, where, how long, on what basis."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk = desk
        self.what, self.region, self.basis = choice(tr("Class of data")), choice(tr("Region")), choice(tr("Basis"))
        self.days, self.go = QLineEdit(), Button(tr("Set it"), "primary")
        self.days.setPlaceholderText(tr("Days; 0: until somebody says otherwise"))
        self.days.setAccessibleName(tr("Days"))
        self.days.setMaxLength(6)
        self.wrong = label("", "bad", wrap=True)
        self.wrong.hide()
        for box, names in ((self.what, CLASSES), (self.basis, BASES)):
            for id, name in names.items():
                box.addItem(tr(name), id)
        told = tr("What is older goes at the next daily run, but for what a legal hold keeps.")
        for part in (
            *(label(tr("Say how long data is kept"), "strong"), label(told, "muted", wrap=True)),
            *(self.what, self.region, self.days, self.basis, self.wrong, spread(self.go, None)),
        ):
            self.box.addWidget(part)
        self.go.clicked.connect(self.set_rule)
        self.days.returnPressed.connect(self.set_rule)
        self.days.textEdited.connect(lambda _: self._say(""))
        self.what.currentIndexChanged.connect(lambda _: self._fit())
        self.fill()

    def fill(self) -> None:
        """The regions that teams are in; the one that was chosen stays."""
        kept = self.region.currentData()
        regions = sorted({team.region for team in self._desk.view.page(TEAMS(), limit=MOST) if team.region})
        self.region.clear()
        self.region.addItem(tr("everywhere"), "")
        for one in regions:
            self.region.addItem(one, one)
        self.region.setCurrentIndex(max(0, self.region.findData(kept)))
        self._fit()

    def _fit(self) -> None:
        self.region.setVisible(self.what.currentData() in BY_REGION and self.region.count() > 1)

    def take(self, rule: Retention) -> None:
        """Start from a rule that there is."""
        self.what.setCurrentIndex(max(0, self.what.findData(rule.data_class)))
        self.region.setCurrentIndex(max(0, self.region.findData(rule.region)))
        self.basis.setCurrentIndex(max(0, self.basis.findData(rule.basis)))
        self.days.setText(str(rule.days) if rule.since else "")
        self._say("")

    def set_rule(self) -> None:
        """Set it; what is wrong stands under the fields."""
        typed = self.days.text().strip()
        if not (typed.isascii() and typed.isdecimal()) or int(typed) > LONGEST:
            self._say(tr("Write how many days, from 0 to {most}.", most=number(LONGEST)))
            self.days.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        region = "" if self.region.isHidden() else str(self.region.currentData() or "")
        wish = SetRetention(
            data_class=self.what.currentData(), days=int(typed), basis=self.basis.currentData(), region=region
        )
        self._say(self._desk.attempt(wish))

    def _say(self, sentence: str) -> None:
        show_wrong(self.days, sentence)
        self.wrong.setText(sentence)
        self.wrong.setVisible(bool(sentence))


def _rule_columns(desk: Desk) -> list[Column]:
    def what(rule: Retention) -> str:
        return tr(CLASSES.get(rule.data_class, rule.data_class))

    def kept(rule: Retention) -> Cell:
        return Cell(kept_for(rule.days), ink="text" if rule.days else "faint")

    def basis(rule: Retention) -> str:
        return tr(BASES.get(rule.basis, rule.basis)) if rule.basis else "–"

    return [
        Column(tr("Class of data"), lambda one: Cell(what(one), strong=True), lambda one: (what(one), one.region)),
        Column(tr("Region"), lambda one: Cell(place(one.region)), lambda one: one.region, 100),
        Column(tr("Kept for"), kept, lambda one: one.days or LONGEST + 1, 170),
        Column(tr("Basis"), lambda one: Cell(basis(one), ink="muted"), basis, 140),
        Column(tr("Set by"), lambda one: Cell(person_name(desk.view, one.by) if one.by else "–", ink="muted"),
               lambda one: one.by, 120),
    ]  # fmt: skip


def _run_columns(desk: Desk) -> list[Column]:
    def when(run: RetentionRun) -> Cell:
        return Cell(day_and_clock(run.since, desk.now()), strong=True)

    def state(run: RetentionRun) -> Cell:
        return Cell(tr("Done"), "good") if run.done else Cell(tr("Under way"), "accent")

    def count(name: str, title: str, wide: int = 75) -> Column:
        return Column(title, lambda one: Cell(number(getattr(one, name))), lambda one: getattr(one, name), wide)

    def by(run: RetentionRun) -> str:
        return person_name(desk.view, run.by) if run.by not in ("clock", "system", "") else tr("the server")

    return [
        Column(tr("When"), when, lambda one: one.since, 120),
        Column(tr("State"), state, lambda one: bool(one.done), 110),
        count("cases", tr("Cases")),
        count("customers", tr("Customers"), 90),
        count("held", tr("Held")),
        Column(tr("By"), lambda one: Cell(by(one), ink="muted"), by),
        count("files", tr("Files")),
    ]
