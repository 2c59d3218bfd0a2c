"""What rules would have meant: old cases counted by them, before they hold for new ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from ..cases import Case, Message
from .calendars import between
from .happenings import Happening, first_team, history
from .rules import Regime
from .running import DONE, RUNS, begun, rules_for, stepped


class Outcome(msgspec.Struct, frozen=True):
    """One clock of one case, at its end or now: by which policy, how much work (ms) it counted, whether too much."""

    policy: str
    metric: str
    counted: int
    late: bool
    runs: bool = False


class Line(msgspec.Struct, frozen=True):
    """All clocks of one kind under one policy: how many, how many late, and the time that half and nine of ten took."""

    policy: str
    metric: str
    count: int
    late: int
    half: int
    most: int
    runs: int = 0


def outcomes(case: Case, messages: Sequence[Message], regime: Regime, now: int) -> list[Outcome]:
    """Every clock that a case would have had under a version, had it held from the start."""
    told = history(case, messages)
    held = Happening(case.opened_at, "regime", regime=regime)
    clock, found = begun(case, first_team(case, told)), []
    for one in [held, *told]:
        old, clock = clock, stepped(clock, one, regime)
        for run in clock.runs:
            was = old.run(run.metric)
            if run.metric != "stagnation" and run.state == DONE and was is not None and was.state != DONE:
                found.append(Outcome(old.policy, run.metric, run.counted, bool(run.late)))
    rules = rules_for(clock, regime)
    for run in clock.runs:
        if run.state != DONE and rules is not None:
            more = between(rules.calendar, run.since, now) if run.state == RUNS else 0
            late = bool(run.late or 0 < run.due < now)
            found.append(Outcome(clock.policy, run.metric, run.counted + more, late, True))
    return found


def summed(found: Iterable[Outcome]) -> list[Line]:
    """The outcomes of many cases, by policy and clock."""
    groups: dict[tuple[str, str], list[Outcome]] = {}
    for one in found:
        groups.setdefault((one.policy, one.metric), []).append(one)
    return [_line(*key, groups[key]) for key in sorted(groups)]


def _line(policy: str, metric: str, some: list[Outcome]) -> Line:
    times = sorted(one.counted for one in some)
    late, still = sum(one.late for one in some), sum(one.runs for one in some)
    half, most = times[(len(times) - 1) // 2], times[(len(times) * 9 - 1) // 10]
    return Line(policy, metric, len(times), late, half, most, still)
