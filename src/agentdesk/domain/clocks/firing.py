"""When a clock runs out: it is noted, and people are told in turn: who has the case, a colleague, the leads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated
from zlib import crc32

import msgspec

from ..cases import Case
from ..cases.thread import event
from ..kernel import (
    Actor,
    Change,
    Command,
    Fact,
    Millis,
    Put,
    Question,
    Record,
    View,
    command,
    eq,
    gt,
    lt,
    may,
    record,
    ref,
)
from ..people import AVAILABLE, Person
from .rules import IN_FORCE, Policy, Regime, Ruling
from .running import Clock, Run, alarm, levels, rules_for

HOUR = 3_600_000
CANDIDATES = 100
"""Colleagues that are looked at for one alert."""


@record("alert", parent=("case", "case"), public=("case", "person", "team", "metric", "to"))
class Alert(Record, frozen=True):
    """Somebody was told of a clock. `to`: holder, who has the case; peer, a colleague; lead, those who lead the team;
    digest, the leads, when they look. `person` is none for leads.
    """

    case: str
    person: str
    team: str
    metric: str
    to: str
    due: Millis
    at: Millis


DUE_CLOCKS = Question("clock.due", Clock, (gt("alarm", 0), lt("alarm", ":now")), ("alarm",))
ALERTS_TO = Question("alert.to_person", Alert, (eq("person", ":person"), gt("at", ":since")), ("-at",))
ALERTS_FOR_LEADS = Question(
    "alert.for_leads", Alert, (eq("team", ":team"), eq("to", ":to"), gt("at", ":since")), ("-at",)
)


@command("clocks.ring", "system")
class Ring(Command, frozen=True):
    """The time of a clock has come. Said twice, or too early, it changes nothing."""

    clock: Annotated[str, ref("clock")]

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        clock, regime, case = _known(view, self.clock)
        if clock is None or case is None or not 0 < clock.alarm < now:
            return
        ruling = view.get(Ruling, IN_FORCE)
        if ruling is not None and ruling.number > clock.number:
            yield Put(msgspec.structs.replace(case, rev=0))  # it goes by newer rules first: by them it may not be due
            return
        rules = rules_for(clock, regime)
        runs: list[Run] = []
        before = case
        for run in clock.runs:
            moments = levels(run, rules)
            told = max((level for level, at in enumerate(moments, 1) if 0 < at < now), default=0)
            if told <= run.told or rules is None:
                runs.append(run)
                continue
            runs.append(msgspec.structs.replace(run, told=told, late=run.due if run.due < now else run.late))
            if run.told < 2 <= told:
                case, happened = event(case, who, now, "ran_out", run.metric)
                yield from (happened, Fact(f"clock.{run.metric}.ran_out", "case", case.id, now - run.due))
            elif run.told < 1 <= told:
                yield Fact(f"clock.{run.metric}.warned", "case", case.id, run.due - now)
            yield from _telling(view, case, rules.policy, run, told, now)
        clock = msgspec.structs.replace(clock, rev=0, runs=tuple(runs))
        yield Put(msgspec.structs.replace(clock, alarm=alarm(clock, rules)))
        if case != before:
            yield Put(case)


def _known(view: View, id: str) -> tuple[Clock | None, Regime | None, Case | None]:
    clock = view.get(Clock, id)
    if clock is None:
        return None, None, None
    return clock, view.get(Regime, clock.regime), view.get(Case, clock.case)


def _telling(view: View, case: Case, policy: Policy, run: Run, told: int, now: int) -> Iterator[Change]:
    """Tell whom the highest step that was reached names. What was missed in between, nobody needs to hear any more."""
    to, person = _whom(view, case, policy, told, now)
    if to:
        id = f"{case.id}:{run.metric}:{run.began}:{told}"
        yield Put(Alert(id, case.scope, 0, case.id, person, case.team, run.metric, to, run.due, now))


def _whom(view: View, case: Case, policy: Policy, told: int, now: int) -> tuple[str, str]:
    """(to, person), or nothing where the step names nobody. Who was told often enough within the hour is left in peace:
    it goes to the digest.
    """
    if told <= 2:
        there = told == 1 and bool(case.assignee)
        return ("holder", case.assignee) if there and _has_room(view, policy, case.assignee, now) else ("", "")
    to = policy.ladder[told - 3].to
    if to == "peer":
        peer = _peer(view, case, policy, now)
        return ("peer", peer) if peer else ("digest", "")
    if to == "lead" and _leads_have_room(view, policy, case.team, now):
        return "lead", ""
    return "digest", ""


def _peer(view: View, case: Case, policy: Policy, now: int) -> str:
    """A colleague of the team who is there and has not been told too often. Cases are spread over all of them."""
    there = view.page(AVAILABLE(state="online"), limit=CANDIDATES)
    people = (view.get(Person, one.person) for one in there)
    fitting = [one.id for one in people if one is not None and _may_help(one, case)]
    turn = crc32(case.id.encode()) % len(fitting) if fitting else 0
    round_ = [*fitting[turn:], *fitting[:turn]]
    return next((one for one in round_ if _has_room(view, policy, one, now)), "")


def _may_help(person: Person, case: Case) -> bool:
    works = person.active and may(person.role, "case.reply")
    return works and case.team in person.teams and person.id != case.assignee


def _has_room(view: View, policy: Policy, person: str, now: int) -> bool:
    return _fewer(view.page(ALERTS_TO(person=person, since=now - HOUR), limit=policy.budget), policy)


def _leads_have_room(view: View, policy: Policy, team: str, now: int) -> bool:
    asked = ALERTS_FOR_LEADS(team=team, to="lead", since=now - HOUR)
    return _fewer(view.page(asked, limit=policy.budget), policy)


def _fewer(alerts: Sequence[Alert], policy: Policy) -> bool:
    return len(alerts) < policy.budget
