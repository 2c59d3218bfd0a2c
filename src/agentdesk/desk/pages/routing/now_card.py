"""What goes on now: who is there with how much, what rings where, how evenly it is shared; and the table instead."""

from __future__ import annotations

from typing import NamedTuple

from agentdesk.desk.desk import Desk
from agentdesk.desk.models.table import Cell, Column
from agentdesk.desk.names import case_number
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.widgets.formfield import Field
from agentdesk.desk.widgets.frames import Card, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.sure import Sure
from agentdesk.desk.widgets.table import Table
from agentdesk.domain.cases import Case
from agentdesk.domain.people import PEOPLE, Availability, Person
from agentdesk.domain.routing import (
    RINGING_AT,
    Absence,
    ByHand,
    Plan,
    Profile,
    Steering,
    is_there,
    jain,
    load,
    steering,
    units_of,
)

MOST = 500


class Line(NamedTuple):
    """One colleague as they are now."""

    id: str
    name: str
    state: str
    there: bool
    used: int
    most: int
    rings: str


class NowCard(Card):
    """A table, and the switch that sends cases by the table of the plan."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.table = Table(tr("Who has how much now"), _columns())
        self.table.setMinimumHeight(scaled(220))
        self.even = label("", "muted", wrap=True)
        self.why = Field(tr("Why cases go by the table; all who work here read it"))
        self.why.hold_to(ByHand, "reason")
        self.by_table, self.again = Sure(tr("Send cases by the table")), Sure(tr("Offer cases again"), "primary")
        for button in (self.by_table, self.again):
            button.confirmed.connect(self._switch)
        self.told = label("", "bad", wrap=True)
        for part in (
            label(tr("Now"), "section"),
            self.table,
            self.even,
            self.why,
            spread(self.by_table, self.again, self.told, None),
        ):
            self.box.addWidget(part)
        self.show_now()

    def show_now(self) -> None:
        """Everybody who works in a team that is served."""
        held = steering(self._desk.view)
        self.setVisible(held is not None)
        if held is None:
            return
        plan, steers = held
        people = self._desk.view.page(PEOPLE(), limit=MOST)
        lines = [self._line(plan, one) for one in people if set(one.teams) & set(plan.teams)]
        self.table.things.show(lines)
        there = [line.used / line.most for line in lines if line.there]
        words = tr("Evenly shared: {n} of 100, 100 if all who are there have alike.", n=round(100 * jain(there)))
        self.even.setText(words if there else tr("Nobody is there."))
        self._show_switch(steers)

    def _show_switch(self, steers: Steering) -> None:
        self.why.setVisible(not steers.by_hand)
        self.by_table.setVisible(not steers.by_hand)
        self.again.setVisible(steers.by_hand)
        self.told.setText(tr("Cases go by the table: {why}", why=steers.reason) if steers.by_hand else "")

    def _line(self, plan: Plan, person: Person) -> Line:
        view = self._desk.view
        used, _ = load(view, plan, person.id)
        said, absence = view.get(Availability, person.id), view.get(Absence, person.id)
        ringing = (view.get(Case, one.case) for one in view.page(RINGING_AT(person=person.id), limit=5))
        return Line(
            person.id,
            person.name,
            _state(said.state if said is not None else "offline", absence),
            is_there(view, person.id),
            used,
            units_of(plan, view.get(Profile, person.id)),
            ", ".join(case_number(case.number) for case in ringing if case is not None),
        )

    def _switch(self) -> None:
        held = steering(self._desk.view)
        if held is not None:
            wrong = self._desk.attempt(ByHand(on=not held[1].by_hand, reason=self.why.text()))
            self.show_now()
            if wrong:
                self.told.setText(wrong)


def _state(said: str, absence: Absence | None) -> str:
    gone = {"offline": tr("Cut off"), "locked": tr("Screen locked"), "asleep": tr("Asleep")}
    if absence is not None:
        return gone.get(absence.why, absence.why)
    states = {"online": tr("Available"), "away": tr("Away"), "break": tr("On a break")}
    return states.get(said, tr("Not available"))


def _columns() -> list[Column]:
    return [
        Column(tr("Name"), lambda line: Cell(line.name, strong=True), lambda line: line.name.casefold()),
        Column(
            tr("State"), lambda line: Cell(line.state, "good" if line.there else "plain"), lambda one: one.state, 150
        ),
        Column(
            tr("Has"), lambda one: Cell(tr("{used} of {most}", used=one.used, most=one.most)), lambda one: one.used, 110
        ),
        Column(tr("Rings"), lambda line: Cell(line.rings or "–"), lambda line: line.rings, 120),
    ]
