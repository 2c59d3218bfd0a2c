"""The page of routing: what goes on now, what colleagues bring, and the plan with its draft."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QVBoxLayout, QWidget

from agentdesk.desk.actions import Action
from agentdesk.desk.desk import Desk
from agentdesk.desk.publishing import Publishing
from agentdesk.desk.settings import Settings
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.typed import read, whole
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.facts import Sheet
from agentdesk.desk.widgets.formfield import Field
from agentdesk.desk.widgets.frames import Card, Header, Pane, empty, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.domain.people import PEOPLE, TEAMS
from agentdesk.domain.routing import PLANS, DiscardPlan, DraftPlan, Lane, Plan, PublishPlan, Rule, steering

from .forms import LaneForm, RowForm, RuleForm
from .now_card import NowCard
from .people_card import PeopleCard
from .typed import four, ids

TITLE, ICON = mark("Routing"), "ph.git-branch"
HOLDS = mark("Plan {n} holds since {time}, published by {name}.")
WATCHES = ("plan", "steering", "team", "person", "profile", "availability", "absence", "offer", "case")
PLANS_ONLY = {"plan", "steering"}
WIDEST = 760
"""Pixels at 100 %."""


class RoutingPage(QObject):
    """A page for the shell. What is typed is kept as a draft when it is saved; nothing holds before it is published."""

    badge = None
    id, icon, place = "routing", ICON, "top"

    def __init__(self, desk: Desk, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self.title = tr(TITLE)
        self._desk = desk
        self.forms: list[Any] = []
        self.publishing = Publishing[Plan](
            desk, PLANS(state="draft"), lambda id: PublishPlan(plan=id), lambda id: DiscardPlan(plan=id)
        )
        self.now, self.people = NowCard(desk), PeopleCard(desk)
        self.teams = Field(tr("Teams whose cases are offered; off for all others"))
        self.units = Field(tr("Somebody can take so much at a time"))
        self.misses = Field(tr("Away after so many offers missed in a row"))
        self.grace = Field(tr("Seconds that somebody may be gone"))
        self.patience = Field(tr("Minutes of waiting after which nothing newer goes ahead: low, normal, high, urgent"))
        self._cards, self._sheet = QVBoxLayout(), Sheet(self.title)
        self.more = {
            LaneForm: Button(tr("Add a channel"), icon="ph.plus"),
            RuleForm: Button(tr("Add a rule"), icon="ph.plus"),
            RowForm: Button(tr("Add a row to the table"), icon="ph.plus"),
        }
        self.widget = self._lay_out()
        self._connect()
        self._forget = desk.listen(WATCHES, lambda _: self._heard(self.widget.isVisible()))
        self._show()

    def _lay_out(self) -> QWidget:
        pane, head, plan, own = Pane(), Header(self.title), Card(), self.publishing
        head.add(own.discard, own.save, own.publish)
        pane.box.addWidget(head)
        for part in (label(tr("The plan"), "section"), self.teams, spread(self.units, self.misses, self.grace)):
            plan.box.addWidget(part)
        plan.box.addWidget(self.patience)
        for card in (self.now, self.people, plan):
            card.setMaximumWidth(scaled(WIDEST))
        self._cards.setSpacing(12)
        self._sheet.add(own.holds, own.verdict, self.now, self.people, plan)
        self._sheet.box.addLayout(self._cards)
        self._sheet.add(spread(*self.more.values(), None))
        self._sheet.box.addStretch(1)
        pane.box.addWidget(self._sheet, 1)
        return pane

    def _connect(self) -> None:
        self.publishing.serve(self.keep, self._show, tr("Cases of these teams are offered from now on."))
        self.more[LaneForm].clicked.connect(lambda: self._add(LaneForm(Lane(channel=""), self._without)))
        self.more[RuleForm].clicked.connect(
            lambda: self._add(RuleForm(Rule(id=self._desk.new_id(), name=""), self._teams(), self._without))
        )
        self.more[RowForm].clicked.connect(
            lambda: self._add(RowForm(None, self._teams(), self._people(), self._without))
        )

    @property
    def actions(self) -> tuple[Action, ...]:
        """What can be done here."""
        return (Action("routing.save", tr("Save the draft"), self.title, lambda _: self.keep(), "ph.floppy-disk",
                       "Ctrl+S", page=self.id),)  # fmt: skip

    def subject(self) -> str:
        return ""

    def shown(self) -> None:
        self._heard(True)

    def close(self) -> None:
        """Listen no more."""
        self._forget()

    # --- What is shown ---

    def _teams(self) -> dict[str, str]:
        return {team.id: team.name for team in self._desk.view.page(TEAMS(), limit=500)}

    def _people(self) -> dict[str, str]:
        return {person.id: person.name for person in self._desk.view.page(PEOPLE(), limit=2_000)}

    def _heard(self, seen: bool) -> None:
        """Something was done: what is being typed stays. Who works here, and what is with each of them now, are several
        questions for everybody: asked where it is `seen`.
        """
        self.publishing.heard()
        if seen:
            self.now.show_now()
            self.people.refill()
        self._tell()
        if not self.publishing.filled:
            self._show()

    def _show(self) -> None:
        """The draft, or the plan that holds, as fields."""
        held = steering(self._desk.view)
        plan = self.publishing.fill(held[0] if held is not None else None) or Plan("", "", 0, 0, "draft", 0, "", "")
        empty(self._cards)
        self.forms = []
        teams, people = self._teams(), self._people()
        self.teams.line.setText(", ".join(teams.get(one, one) for one in plan.teams))
        for field, number in ((self.units, plan.units), (self.misses, plan.misses), (self.grace, plan.grace)):
            field.line.setText(str(number))
        self.patience.line.setText(", ".join(map(str, plan.patience)))
        for lane in plan.lanes:
            self._add(LaneForm(lane, self._without))
        for rule in plan.rules:
            self._add(RuleForm(rule, teams, self._without))
        for row in plan.table:
            self._add(RowForm(row, teams, people, self._without))
        self._tell()

    def _tell(self) -> None:
        held = steering(self._desk.view)
        none = tr("No plan holds yet: everybody takes cases from the queue. Name teams, and publish.")
        self.publishing.tell(held[0] if held is not None else None, HOLDS, none)
        self.publishing.publish.setEnabled(self.publishing.draft() is not None)

    def _add(self, form: QWidget) -> None:
        form.setMaximumWidth(scaled(WIDEST))
        self.forms.append(form)
        self._cards.addWidget(form)

    def _without(self, form: QWidget) -> None:
        """A card goes; what is saved after that is without it."""
        self.forms = [one for one in self.forms if one is not form]
        self._cards.removeWidget(form)
        form.hide()
        form.deleteLater()

    # --- What is pressed ---

    def _typed(self) -> DraftPlan | None:
        """What is typed; None, said beside the field, if something is unclear."""
        teams = read(self.teams, lambda text: ids(text, self._teams()))
        units = read(self.units, lambda text: whole(text, 1, 100))
        misses = read(self.misses, lambda text: whole(text, 1, 20))
        grace = read(self.grace, lambda text: whole(text, 0, 3600))
        patience = read(self.patience, lambda text: four(text, 7 * 24 * 60))
        found = [(form, form.read()) for form in self.forms]
        if teams is None or units is None or misses is None or grace is None or patience is None:
            return None
        if any(one is None for _, one in found):
            return None
        lanes, rules, table = (
            tuple(one for form, one in found if isinstance(form, kind)) for kind in (LaneForm, RuleForm, RowForm)
        )
        return DraftPlan(
            plan=self._desk.new_id(), teams=teams, lanes=lanes, rules=rules, units=units, misses=misses, grace=grace,
            patience=patience, table=table, previous=self.publishing.previous, instead=self.publishing.instead,
        )  # fmt: skip

    def keep(self) -> bool:
        """Save what is typed as a draft. False, with a sentence where it is wrong, if it cannot be."""
        draft = self._typed()
        return self.publishing.keep(draft, draft.plan if draft is not None else "")
