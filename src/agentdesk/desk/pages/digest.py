"""The digest: what has run late in the teams that one leads, whom the ladder has told, and how often in an hour."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QStackedWidget, QWidget

from agentdesk.desk.actions import Action
from agentdesk.desk.desk import Desk
from agentdesk.desk.due import clock_name, stopwatch
from agentdesk.desk.hidden import words
from agentdesk.desk.models.table import Cell, Column
from agentdesk.desk.names import case_number, number, person_name, team_name
from agentdesk.desk.settings import Settings
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.times import DAY, HOUR, day_and_clock
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.frames import Header, Pane
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.states import EmptyState
from agentdesk.desk.widgets.table import Table
from agentdesk.domain.cases import Case
from agentdesk.domain.clocks import ALERTS_FOR_LEADS, Alert, Clock, in_force

TITLE, ICON = mark("Digest"), "ph.newspaper"
WATCHES = ("alert", "case", "clock", "team", "ruling", "regime")
RANKS = ("peer", "digest", "lead")
"""The ladder, from below."""
BACK, MOST = 7 * DAY, 500


class Row(msgspec.Struct, frozen=True):
    """One word of the ladder, with the case as it is now. `late` is by how much (ms), 0 once the clock has stopped."""

    id: str
    alert: Alert
    case: Case
    team: str
    told: str
    late: int


class DigestPage(QObject):
    """A page for the shell. It says nothing by itself: whoever leads looks when they have time."""

    badge = None
    id, icon, place = "digest", ICON, "top"

    def __init__(self, desk: Desk, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self.title = tr(TITLE)
        self._desk = desk
        self.budget = label("", "muted", wrap=True)
        self.table = Table(self.title, _columns(desk), first=4, down=True)
        self.open = Button(tr("Open the case"), icon="ph.arrow-square-out")
        self._nothing = EmptyState(
            ICON, tr("Nothing has run late"), tr("For seven days each clock of your teams was in time.")
        )
        self._stack = QStackedWidget()
        for part in (self.table, self._nothing):
            self._stack.addWidget(part)
        self._head = Header(self.title)
        self._head.add(self.open)
        self.widget = Pane()
        self.widget.box.addWidget(self._head)
        self.budget.setContentsMargins(14, 10, 14, 6)
        self.widget.box.addWidget(self.budget)
        self.widget.box.addWidget(self._stack, 1)
        self.open.clicked.connect(self.open_case)
        self.table.activated.connect(lambda _: self.open_case())
        self.table.chosen.connect(lambda one: self.open.setEnabled(one is not None))
        self.open.setEnabled(False)
        self._forget = desk.listen(WATCHES, lambda _: self._heard())
        self._show()

    @property
    def actions(self) -> tuple[Action, ...]:
        """What can be done here."""
        return (Action("digest.open", tr("Open the case"), self.title, lambda _: self.open_case(),
                       "ph.arrow-square-out", "Ctrl+O", page=self.id),)  # fmt: skip

    def subject(self) -> str:
        return ""

    def shown(self) -> None:
        self._show()

    def close(self) -> None:
        """Listen no more."""
        self._forget()

    def open_case(self) -> None:
        """Show the case of the chosen row."""
        row = self.table.current()
        if row is not None:
            self._desk.open("case", row.case.id)

    def _heard(self) -> None:
        """Something has changed: counted anew only while somebody looks."""
        if self.widget.isVisible():
            self._show()

    def _show(self) -> None:
        rows = [row for team in self._desk.me.teams for rank in RANKS for row in self._rows(team, rank)]
        self.table.things.show(rows)
        self._head.show_count(len(rows))
        self._stack.setCurrentWidget(self.table if rows else self._nothing)
        self._tell()

    def _rows(self, team: str, rank: str) -> list[Row]:
        view, now = self._desk.view, self._desk.now()
        found = view.page(ALERTS_FOR_LEADS(team=team, to=rank, since=now - BACK), limit=MOST)
        cases = ((one, view.get(Case, one.case)) for one in found)
        return [Row(one.id, one, case, team_name(self._desk.view, team), _told(self._desk, one),
                    self._late(one, now)) for one, case in cases if case is not None]  # fmt: skip

    def _late(self, alert: Alert, now: int) -> int:
        clock = self._desk.view.get(Clock, alert.case)
        run = clock.run(alert.metric) if clock is not None else None
        return now - run.due if run is not None and 0 < run.due < now and run.due == alert.due else 0

    def _tell(self) -> None:
        """How much of the budget the leads have used within the hour."""
        view, since = self._desk.view, self._desk.now() - HOUR
        rules = in_force(view)
        policies = rules.policies if rules is not None else ()
        if not policies:
            self.budget.setText(tr("No rules hold yet: nothing is due."))
            return
        used = max((len(view.page(ALERTS_FOR_LEADS(team=team, to="lead", since=since), limit=MOST))
                    for team in self._desk.me.teams), default=0)  # fmt: skip
        least = min(one.budget for one in policies)
        self.budget.setText(
            tr(
                "A colleague hears of it first, then it stands here; leads are interrupted last, {n} times an hour at "
                "most. In this hour: {used}.",
                n=number(least),
                used=number(used),
            )
        )


def _told(desk: Desk, alert: Alert) -> str:
    if alert.to == "peer":
        return person_name(desk.view, alert.person) or alert.person
    return tr("The leads") if alert.to == "lead" else tr("Only the digest")


def _columns(desk: Desk) -> list[Column]:
    def late(row: Row) -> Cell:
        return Cell(tr("{time} late", time=stopwatch(row.late)), "bad") if row.late else Cell(tr("done"), "plain")

    return [
        Column(tr("Case"), lambda row: Cell(f"{case_number(row.case.number)}  {words(row.case.subject)}", strong=True),
               lambda row: row.case.number),
        Column(tr("Clock"), lambda row: Cell(clock_name(row.alert.metric)),
               lambda row: clock_name(row.alert.metric), 120),
        Column(tr("Now"), late, lambda row: row.late, 120),
        Column(tr("Who was told"), lambda row: Cell(row.told), lambda row: row.told, 140),
        Column(tr("When"), lambda row: Cell(day_and_clock(row.alert.at, desk.now()), ink="muted"),
               lambda row: row.alert.at, 130),
        Column(tr("Team"), lambda row: Cell(row.team, ink="muted"), lambda row: row.team, 110),
    ]  # fmt: skip
