"""What rules would have meant: old cases counted by them, before they hold for new ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from ..cases import Case, Message
from .calendars import between
from .happenings import Happening, history
from .rules import Regime
from .running import DONE, RUNS, Clock, Run, begun, rules_for, settled, stepped


class Outcome(msgspec.Struct, frozen=True, array_like=True):
    """One round of one clock of one case, at its end or now (`at`, ms UTC): in which team, how much work (ms) it
    counted, whether it would have warned, whether it took too long; `tier` of the customer, where it matters.
    """

    team: str
    metric: str
    at: int
    counted: int
    warned: bool
    late: bool
    runs: bool = False
    tier: str = ""


class Line(msgspec.Struct, frozen=True):
    """All rounds of one clock in one team, and of one tier of customers where that matters: how many, how many that
    warned or were late, and the time (ms) that half and nine of ten took.
    """

    team: str
    metric: str
    count: int
    warned: int
    late: int
    half: int
    most: int
    runs: int = 0
    tier: str = ""


class BacktestPart(msgspec.Struct, frozen=True):
    """What a server has counted so far as it was asked: of how many cases, by a draft and by the version that holds
    (`held`; 0 for none), and where to go on (`until`, `after`; none at the end).
    """

    cases: int
    until: int
    after: str
    draft: list[Outcome]
    holds: list[Outcome]
    held: int


def outcomes(
    case: Case, messages: Sequence[Message], regime: Regime, now: int, since: int = 0, *, by_tier: bool = False
) -> list[Outcome]:
    """Every round of every clock that a case would have had under a version, had it held from the start: those that
    ended since a time (ms, UTC), and those that still run; `by_tier`: each with the tier that it went by.

    Raises `Refusal` where a time zone is not known.
    """
    told = history(case, messages)
    clock, found = begun(case, told), []
    warned: set[str] = set()
    for one in [Happening(case.opened_at, "regime", regime=regime), *told]:
        old, clock = clock, stepped(clock, one, regime)
        for run in old.runs:
            if run.state == RUNS and 0 < run.warn < clock.at:
                warned.add(run.metric)
            new = clock.run(run.metric)
            if new is not None and _is_over(run, new):
                found.append(_ended(old, run, new, clock.at, regime, run.metric in warned))
                warned.discard(run.metric)
    ended = [*(one for one in found if one.at >= since), *_running(clock, regime, now, warned)]
    return ended if by_tier else [msgspec.structs.replace(one, tier="") for one in ended]


def speaks_of_tiers(*regimes: Regime | None) -> bool:
    """Whether any of these versions tells tiers of customers apart."""
    return any(policy.tiers for one in regimes if one is not None for policy in one.policies)


def _is_over(old: Run, new: Run) -> bool:
    """Whether a round has ended. Those of `stagnation` and `ola` end as the next one begins."""
    follows = old.metric in ("stagnation", "ola") and new.began != old.began
    return old.state != DONE and (new.state == DONE or follows)


def _ended(clock: Clock, old: Run, new: Run, at: int, regime: Regime, warned: bool) -> Outcome:
    run = new if new.state == DONE else settled(old, at, rules_for(clock, regime))
    return Outcome(clock.team, run.metric, at, run.counted, warned or bool(run.late), bool(run.late),
                   tier=clock.tier)  # fmt: skip


def _running(clock: Clock, regime: Regime, now: int, warned: set[str]) -> Iterator[Outcome]:
    rules = rules_for(clock, regime)
    for run in clock.runs if rules is not None else ():
        if run.state == DONE or rules is None:
            continue
        more = between(rules.calendar, run.since, now) if run.state == RUNS else 0
        late = bool(run.late or 0 < run.due < now)
        soon = late or run.metric in warned or 0 < run.warn < now
        yield Outcome(clock.team, run.metric, now, run.counted + more, soon, late, True, clock.tier)


def summed(found: Iterable[Outcome]) -> list[Line]:
    """The outcomes of many cases, by team, clock and tier."""
    groups: dict[tuple[str, str, str], list[Outcome]] = {}
    for one in found:
        groups.setdefault((one.team, one.metric, one.tier), []).append(one)
    return [_line(*key, groups[key]) for key in sorted(groups)]


def _line(team: str, metric: str, tier: str, some: list[Outcome]) -> Line:
    times = sorted(one.counted for one in some)
    warned, late, still = (sum(getattr(one, name) for one in some) for name in ("warned", "late", "runs"))
    half, most = times[(len(times) - 1) // 2], times[(len(times) * 9 - 1) // 10]
    return Line(team, metric, len(times), warned, late, half, most, still, tier)
