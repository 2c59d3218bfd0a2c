"""The rules of the clocks: which case has how long for what, by which calendar, and who is told when time runs out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta

from ..cases.tiers import checked_tier, is_of
from ..kernel import Millis, Name, Question, Record, Refusal, ShortText, View, clean, eq, record
from ..kernel.values import ID_PATTERN
from .calendars import ALWAYS, Calendar, checked_calendar

Metric = Literal["first", "next", "resolution", "stagnation", "ola"]
METRICS: tuple[Metric, ...] = get_args(Metric)
"""first: until the first answer. next: from a customer's word until the next answer. resolution: until it is solved.
stagnation: since anything happened. ola: until somebody of the team that has the case takes it."""
Pause = Literal["snoozed", "answered"]
Rank = Literal["peer", "digest", "lead"]
MINUTE = 60_000
LONGEST = 60 * 24 * 60
"""Minutes."""
MOST = 50
"""Calendars, and policies, of one version."""
PLANNING = "planning"
"""Where versions lie that nobody has published: seen by those who make the rules."""

Minutes = Annotated[int, Meta(ge=0, le=LONGEST)]
Id = Annotated[str, Meta(pattern=ID_PATTERN)]


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """How long something may take: in minutes of work for each priority from low to urgent, 0 for as long as it likes.

    While the case is asleep (`snoozed`), or nobody waits for us (`answered`), the clock stands still if that is named.
    """

    metric: Metric
    minutes: tuple[Minutes, Minutes, Minutes, Minutes]
    pauses: tuple[Pause, ...] = ()


class Rung(msgspec.Struct, frozen=True, kw_only=True):
    """Who is told when something is late by so many minutes: a colleague, the leads in their digest, or at once."""

    after: Minutes
    to: Rank


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for the cases of some teams, channels and tiers of customers; none named stands for all."""

    id: Id
    name: Name
    calendar: Id = ALWAYS.id
    teams: tuple[Id, ...] = ()
    channels: tuple[Name, ...] = ()
    tiers: tuple[Name, ...] = ()
    targets: tuple[Target, ...] = ()
    warn: Annotated[int, Meta(ge=0, le=99)] = 80
    """After how many hundredths of the time whoever has the case is warned; 0 for never."""
    ladder: tuple[Rung, ...] = ()
    budget: Annotated[int, Meta(ge=1, le=1000)] = 6
    """So often in an hour somebody may be interrupted; what is more waits in the digest."""


USUAL_LADDER = (Rung(after=0, to="peer"), Rung(after=15, to="digest"), Rung(after=60, to="lead"))


@record("regime", public=("state", "by", "previous", "note", "calendars", "policies"))
class Regime(Record, frozen=True):
    """One version of all calendars and policies. Drafts have no number; what is published never changes again, so that
    every due moment can be worked out anew. `since` is when it was written, or took effect.
    """

    number: int
    state: str
    since: Millis
    by: str
    previous: str
    """The version from which it was made."""
    note: ShortText = ""
    calendars: tuple[Calendar, ...] = ()
    policies: tuple[Policy, ...] = ()


@record("ruling", complete=True, public=("regime",))
class Ruling(Record, frozen=True):
    """Which version holds. There is one record of this kind."""

    regime: str
    number: int
    since: Millis


IN_FORCE = "clocks"
REGIMES = Question("regime.by_state", Regime, (eq("state", ":state"),), ("-since",))


def in_force(view: View) -> Regime | None:
    """The version that holds now; None if there is none, or if this place does not hold it yet."""
    ruling = view.get(Ruling, IN_FORCE)
    return view.get(Regime, ruling.regime) if ruling is not None else None


def versions(view: View, number: int, at: int) -> list[Regime] | None:
    """All versions after that number and the one that held at that time (ms, UTC), oldest first; None where one of
    them is not known here.
    """
    ruling = view.get(Ruling, IN_FORCE)
    found: list[Regime] = []
    wanted = ruling.regime if ruling is not None else ""
    while wanted:
        regime = view.get(Regime, wanted)
        if regime is None:
            return None
        if regime.number <= number:
            break
        found.append(regime)
        wanted = "" if regime.since <= at else regime.previous
    return found[::-1]


def policy_for(regime: Regime, team: str, channel: str, tier: str) -> Policy | None:
    """The first policy that speaks of such a case."""
    for policy in regime.policies:
        of_team, by_channel = (
            not policy.teams or team in policy.teams,
            not policy.channels or channel in policy.channels,
        )
        if of_team and by_channel and is_of(tier, policy.tiers):
            return policy
    return None


def calendar_of(regime: Regime, policy: Policy) -> Calendar:
    """By which a policy counts."""
    return next((one for one in regime.calendars if one.id == policy.calendar), ALWAYS)


def target_of(policy: Policy | None, metric: str) -> Target | None:
    """What a policy says about one clock."""
    return next((one for one in policy.targets if one.metric == metric), None) if policy is not None else None


def gaps(policies: Sequence[Policy]) -> list[str]:
    """Where an open case could stand with nothing due: the names of such policies, and "" if some case has none at all.

    There is always a next moment where the time without a next step is limited for each priority, or that of the
    solution, with a clock that never stands because nobody waits; and where the last policy speaks of all other cases.
    """
    found = [one.name for one in policies if not all(map(partial(_limits, one), range(4)))]
    last = policies[-1] if policies else None
    return found if last is not None and not (last.teams or last.channels or last.tiers) else [*found, ""]


def _limits(policy: Policy, priority: int) -> bool:
    step, solution = target_of(policy, "stagnation"), target_of(policy, "resolution")
    if step is not None and step.minutes[priority]:
        return True
    return solution is not None and bool(solution.minutes[priority]) and "answered" not in solution.pauses


def checked(
    calendars: tuple[Calendar, ...], policies: tuple[Policy, ...]
) -> tuple[tuple[Calendar, ...], tuple[Policy, ...]]:
    """Calendars and policies as they may be kept. Raises `Refusal` for what contradicts itself."""
    if len(calendars) > MOST or len(policies) > MOST:
        raise Refusal("A version takes at most {most} calendars and {most} policies.", "long", most=MOST)
    kept = tuple(map(checked_calendar, calendars))
    known = [ALWAYS.id, *(one.id for one in kept)]
    _once([*known], "Two calendars have the same id {id}.")
    _once([one.id for one in policies], "Two policies have the same id {id}.")
    return kept, tuple(_checked(one, known) for one in policies)


def _once(ids: list[str], sentence: str) -> None:
    for id in ids:
        if ids.count(id) > 1:
            raise Refusal(sentence, "twice", id=id)


def _checked(policy: Policy, calendars: list[str]) -> Policy:
    name = clean(policy.name)
    if not name:
        raise Refusal("A policy needs a name.", "name")
    if policy.calendar not in calendars:
        raise Refusal("{name} counts by a calendar that is not there. Choose another one.", "calendar", name=name)
    if len({one.metric for one in policy.targets}) < len(policy.targets):
        raise Refusal("{name} has two targets for one clock.", "twice", name=name)
    if not _goes_up(policy.ladder):
        raise Refusal(
            "In {name} somebody higher is told earlier: colleagues come first, supervisors last.", "ladder", name=name
        )
    channels = tuple(dict.fromkeys(filter(None, map(clean, policy.channels))))
    tiers = tuple(dict.fromkeys(filter(None, map(checked_tier, policy.tiers))))
    return msgspec.structs.replace(policy, name=name, channels=channels, tiers=tiers)


def _goes_up(ladder: tuple[Rung, ...]) -> bool:
    """Whether each rung comes later than the one before, and is higher."""
    ranks = get_args(Rank)
    steps = [(rung.after, ranks.index(rung.to)) for rung in ladder]
    return all(low[0] <= high[0] and low[1] < high[1] for low, high in pairwise(steps))
