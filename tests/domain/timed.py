"""A company whose cases have clocks, and the slow way to tell when they run out: minute by minute."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.domain.world import MINUTE, World, company

from agentdesk.domain.clocks import (
    USUAL_LADDER,
    Calendar,
    Clock,
    Draft,
    Policy,
    Publish,
    Ruling,
    Target,
    explanation,
    versions,
)
from agentdesk.domain.clocks.following import in_time
from agentdesk.domain.clocks.happenings import history
from agentdesk.domain.clocks.running import Run, begun, folded

OFFICE = Calendar(
    "office", "Office", "Europe/Berlin", tuple((day, *w) for day in range(5) for w in ((540, 720), (780, 1020)))
)
NIGHT = Calendar(
    "night", "Night shift", "America/New_York", tuple((day, *w) for day in range(7) for w in ((0, 300), (1200, 1440)))
)


def policy(**fields: Any) -> Policy:
    """A policy with every clock."""
    targets = (
        Target(metric="first", minutes=(480, 60, 30, 15)),
        Target(metric="next", minutes=(480, 120, 60, 30), pauses=("snoozed",)),
        Target(metric="resolution", minutes=(0, 960, 480, 240), pauses=("snoozed", "answered")),
        Target(metric="stagnation", minutes=(2880, 1440, 720, 360)),
        Target(metric="ola", minutes=(60, 45, 20, 10)),
    )
    told = {"id": "usual", "name": "Usual", "calendar": "office", "targets": targets, "ladder": USUAL_LADDER}
    return Policy(**{**told, **fields})


def publish(world: World, id: str, *policies: Policy, calendars: tuple[Calendar, ...] = (OFFICE, NIGHT)) -> None:
    """These rules hold from now on."""
    ruling = world.get(Ruling, "clocks")
    adm = world.actor("adm")
    world.do(Draft(regime=id, calendars=calendars, policies=policies, previous=ruling.regime if ruling else ""), adm)
    world.do(Publish(regime=id), adm)


def timed(*policies: Policy) -> World:
    """The company with rules in force."""
    world = company()
    publish(world, "rules1", *(policies or (policy(),)))
    return world


def clock(world: World, case: str = "c1") -> Clock:
    found = world.get(Clock, case)
    assert found is not None
    return found


def run_of(world: World, metric: str, case: str = "c1") -> Run:
    """One of the clocks of a case."""
    found = clock(world, case).run(metric)
    assert found is not None
    return found


def replayed(world: World, case: str = "c1") -> Clock:
    """The clocks once more, from nothing but the thread and the versions."""
    case_ = world.case(case)
    regimes = versions(world, 0, case_.opened_at)
    assert regimes is not None
    told = history(case_, world.messages(case))
    return folded(begun(case_, told), in_time(told, regimes), None)


def bare(clock: Clock) -> dict[str, Any]:
    """What a replay can know: not what was told to whom."""
    runs = [(r.metric, r.state, r.began, r.since, r.counted, r.due, r.warn, r.late) for r in clock.runs]
    kept = (
        "case",
        "regime",
        "number",
        "policy",
        "team",
        "channel",
        "priority",
        "status",
        "waiting",
        "answered",
        "taken",
    )
    return {**{name: getattr(clock, name) for name in kept}, "runs": runs}


def works(calendar: Calendar, at: int) -> bool:
    wall = datetime.fromtimestamp(at // 1000, ZoneInfo(calendar.zone))
    minute = wall.hour * 60 + wall.minute
    return any(day == wall.weekday() and first <= minute < end for day, first, end in calendar.windows)


def explained(world: World, metric: str, case: str = "c1") -> Any:
    case_ = world.case(case)
    return explanation(case_, world.messages(case), versions(world, 0, case_.opened_at) or [], metric, world.time)


def walked(calendar: Calendar, start: int, work: int) -> int:
    """When so many whole minutes of work have passed, one after another."""
    assert start % MINUTE == work % MINUTE == 0
    at = start
    while work:
        work -= MINUTE if works(calendar, at) else 0
        at += MINUTE
    return at
