"""How a plan comes into force: drafts, and one version after another that is published."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import msgspec
from msgspec import Meta

from ..governed import refuse_newer, succeeding
from ..kernel import Actor, Change, Command, Put, Refusal, Remove, ShortText, View, clean, command, need, ref
from ..people import Person, Team
from .order import USUAL_PATIENCE
from .plan import STEERING, USUAL_LANES, Id, Lane, Patience, Plan, Row, Rule, Steering, Units, checked

OrNone = Annotated[str, Meta(max_length=120)]


@command("routing.draft", "routing.manage", "system")
class DraftPlan(Command, frozen=True):
    """Write down a plan that does not hold yet, made from the version `previous`, in place of the draft `instead`."""

    plan: Annotated[str, ref("plan", creates=True)]
    teams: tuple[Id, ...] = ()
    lanes: tuple[Lane, ...] = USUAL_LANES
    rules: tuple[Rule, ...] = ()
    units: Units = 6
    misses: Annotated[int, Meta(ge=1, le=20)] = 3
    grace: Annotated[int, Meta(ge=0, le=3600)] = 60
    patience: tuple[Patience, Patience, Patience, Patience] = USUAL_PATIENCE
    table: tuple[Row, ...] = ()
    previous: OrNone = ""
    instead: OrNone = ""
    note: ShortText = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if view.get(Plan, self.plan) is not None:
            raise Refusal("This draft is there already.", "taken")
        plan = Plan(
            self.plan, STEERING, 0, 0, "draft", now, who.id, clean(self.previous), clean(self.note), self.teams,
            self.lanes, self.rules, self.units, self.misses, self.grace, self.patience, self.table,
        )  # fmt: skip
        plan = checked(plan)
        _check_names(view, plan)
        old = view.get(Plan, self.instead) if self.instead else None
        if old is not None and old.state == "draft":
            yield Remove(Plan, old.id)
        yield Put(plan)


@command("routing.publish", "routing.manage", "system", fresh=True)
class PublishPlan(Command, frozen=True):
    """From now on a draft holds. What rings goes on ringing, and what goes by hand goes on by hand."""

    plan: Annotated[str, ref("plan")]

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        draft = need(view, Plan, self.plan, "This draft is no longer there.")
        if draft.state == "published":
            return
        held = view.get(Steering, STEERING)
        refuse_newer(
            draft.previous, held.plan if held is not None else "",
            "Somebody has published another plan since you began. Open it, and make your changes there.",
        )  # fmt: skip
        _check_names(view, checked(draft))
        number, since = succeeding(held.number, held.since, now) if held is not None else (1, now)
        yield Put(
            msgspec.structs.replace(draft, rev=0, scope="org", state="published", number=number, since=since, by=who.id)
        )
        steers = held or Steering(STEERING, "org", 0, draft.id, number, since)
        yield Put(msgspec.structs.replace(steers, rev=0, plan=draft.id, number=number, since=since))


@command("routing.discard", "routing.manage")
class DiscardPlan(Command, frozen=True):
    """Throw a draft away."""

    plan: Annotated[str, ref("plan")]

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        found = need(view, Plan, self.plan, "This draft is no longer there.")
        if found.state == "published":
            raise Refusal("Plans that held once are kept, so that every step of a case can be explained.", "published")
        yield Remove(Plan, found.id)


@command("routing.by_hand", "routing.manage", "system")
class ByHand(Command, frozen=True):
    """Stop offering cases and send them by the table, or go back to offering them. All who work here see that."""

    on: bool
    reason: ShortText = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        held = need(view, Steering, STEERING, "No plan holds yet: write one and publish it.")
        reason = clean(self.reason)
        if held.by_hand == self.on:
            return
        if self.on and not reason:
            raise Refusal("Say in a few words why: all who work here read it.", "reason")
        yield Put(msgspec.structs.replace(held, rev=0, by_hand=self.on, by=who.id, reason=reason if self.on else ""))


def _check_names(view: View, plan: Plan) -> None:
    """Only teams that take cases, and people who are in them."""
    for id in (*plan.teams, *(team for row in plan.table for team in (row.team, row.to))):
        if need(view, Team, id, "There is no such team.").retired:
            raise Refusal("This team does not take cases any more.", "retired")
    for row in plan.table:
        person = need(view, Person, row.person, "There is no such person.") if row.person else None
        if person is not None and (row.to not in person.teams or not person.active):
            raise Refusal("{name} is not in that team.", "not_in_team", name=person.name)
