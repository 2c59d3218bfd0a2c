"""The clocks of one case: what has been counted, what is due when. A pure fold over what happened to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from ..cases import PRIORITIES, Case
from ..cases.tiers import BETWEEN
from ..kernel import Millis, Name, Record, record
from .calendars import LAST, Calendar, add, between
from .happenings import Happening, first_team, first_tier
from .rules import METRICS, MINUTE, Policy, Regime, calendar_of, policy_for, target_of

RUNS, PAUSED, DONE = "runs", "paused", "done"


class Run(msgspec.Struct, frozen=True, array_like=True):
    """One clock. `counted` is the work (ms) up to `since`; while it runs, it goes on from there. `due` and `warn` are
    moments (ms, UTC), 0 for never. `told` counts of how much somebody has been told: the warning, then each rung.
    """

    metric: str
    state: str
    began: Millis
    since: Millis
    counted: int = 0
    due: Millis = 0
    warn: Millis = 0
    late: Millis = 0
    """When it ran out, if it did."""
    told: int = 0


@record(
    "clock",
    parent=("case", "case"),
    public=("case", "regime", "policy", "team", "channel", "status", "runs", "tier"),
    added={"tier": 3},
)
class Clock(Record, frozen=True):
    """How the clocks of a case stand; its id is the case's. `number` is that of the version they go by."""

    case: str
    regime: str
    number: int
    policy: str
    team: str
    channel: str
    at: Millis
    """When something last happened."""
    priority: int = 1
    status: str = "open"
    waiting: Millis = 0
    """Since when the customer waits."""
    answered: bool = False
    taken: bool = False
    runs: tuple[Run, ...] = ()
    alarm: Millis = 0
    """When there is next something to tell."""
    tier: Name = ""
    """Of the customer."""

    def run(self, metric: str) -> Run | None:
        """One of the clocks, if it ever ran."""
        return next((one for one in self.runs if one.metric == metric), None)


def begun(case: Case, told: Sequence[Happening]) -> Clock:
    """A case before anything has happened of what is told of it."""
    team, tier = first_team(case, told), first_tier(case, told)
    return Clock(case.id, case.scope, 0, case.id, "", 0, "", team, case.channel, case.opened_at, tier=tier)


def folded(clock: Clock, happened: Iterable[Happening], regime: Regime | None) -> Clock:
    """The clocks after all that happened, in order. `regime` is the version by which they have gone so far.

    Raises `Refusal` where a time zone is not known.
    """
    for one in happened:
        clock, regime = stepped(clock, one, regime), one.regime or regime
    return clock


def stepped(clock: Clock, one: Happening, regime: Regime | None) -> Clock:
    """The clocks after one thing more."""
    at = max(clock.at, one.at)
    new = msgspec.structs.replace(noted(clock, one, at), at=at)
    before, after = rules_for(clock, regime), rules_for(new, one.regime or regime)
    turned = (_turned(metric, clock, new, one.what, before, after) for metric in METRICS)
    runs = tuple(run for run in turned if run is not None)
    policy = after.policy.id if after is not None and after.policy is not None else ""
    new = msgspec.structs.replace(new, policy=policy, runs=runs)
    return msgspec.structs.replace(new, alarm=alarm(new, after))


def noted(clock: Clock, one: Happening, at: int) -> Clock:
    """What is remembered of something that happened."""
    change: dict[str, Any] = {}
    if one.what == "customer":
        change = {"waiting": clock.waiting or at}
    elif one.what == "reply":
        change = {"waiting": 0, "answered": True, "taken": True}
    elif one.what == "taken":
        change = {"taken": True}
    elif one.what == "released":
        change = {"taken": False}
    elif one.what == "moved":
        change = {"taken": False, "team": one.detail.partition(">")[2] or clock.team}
    elif one.what == "snoozed":
        change = {"status": "snoozed", "taken": True}
    elif one.what in ("woken", "reopened"):
        change = {"status": "open"}
    elif one.what == "solved":
        change = {"status": "solved", "waiting": 0, "taken": True}
    elif one.what == "prioritised" and one.detail in PRIORITIES:
        change = {"priority": PRIORITIES.index(one.detail)}
    elif one.what == "tiered":
        change = {"tier": one.detail.partition(BETWEEN)[2]}
    elif one.what == "merged":
        since = one.detail.partition(" ")[2]
        change = {"waiting": int(since) if since.isdecimal() else clock.waiting}
    elif one.what == "split":
        change = _taken_over(one.detail)
    elif one.regime is not None:
        change = {"regime": one.regime.id, "number": one.regime.number}
    return msgspec.structs.replace(clock, **change)


def _taken_over(detail: str) -> dict[str, Any]:
    """What a case that was split off has from the one it came from: its priority, and whether somebody has it."""
    _, priority, taken = [*detail.split(" "), "", ""][:3]
    known = priority.isdecimal() and int(priority) < len(PRIORITIES)
    return {"priority": int(priority), "taken": taken == "1"} if known else {}


class Rules(msgspec.Struct, frozen=True):
    """What holds for a case while something is counted: a policy and the calendar by which it counts."""

    policy: Policy
    calendar: Calendar


def rules_for(clock: Clock, regime: Regime | None) -> Rules | None:
    """What a version says for a case as it stands; None if it says nothing, and then nothing is counted."""
    policy = policy_for(regime, clock.team, clock.channel, clock.tier) if regime is not None else None
    return Rules(policy, calendar_of(regime, policy)) if regime is not None and policy is not None else None


def wanted(metric: str, clock: Clock, rules: Rules | None) -> str:
    """Whether a clock runs or is paused as things stand; nothing if it does neither."""
    target = target_of(rules.policy, metric) if rules is not None else None
    if target is None:
        return ""
    pauses, asleep = target.pauses, clock.status == "snoozed" and "snoozed" in target.pauses
    if metric in ("first", "next"):
        goes, stands = bool(clock.waiting) and clock.answered == (metric == "next"), asleep
    elif metric == "resolution":
        goes, stands = clock.status != "solved", asleep or (not clock.waiting and "answered" in pauses)
    else:
        goes, stands = clock.status == "open" and not (metric == "ola" and clock.taken), False
    return "" if not goes else PAUSED if stands else RUNS


def _turned(metric: str, old: Clock, new: Clock, what: str, before: Rules | None, after: Rules | None) -> Run | None:
    """One clock after something happened: begun, ended, paused, going on by other rules, or as it was."""
    run, want = old.run(metric), wanted(metric, new, after)
    if run is None or run.state == DONE:
        if not want:
            return run
        if run is None or not _resumes(metric, run, new):
            run = _began(metric, want, new, what, after)
        return _aimed(msgspec.structs.replace(run, state=want, since=new.at), new.priority, after)
    up_to_now = settled(run, new.at, before)
    if not want:
        return msgspec.structs.replace(up_to_now, state=DONE, due=0, warn=0)
    if _begins_anew(metric, run, new, what):
        begun = _began(metric, want, new, what, after)
        told = run.told if metric in ("first", "next") else 0  # it only waits longer than was known
        return _aimed(msgspec.structs.replace(begun, told=told), new.priority, after)
    if want == run.state and _same(metric, old, new, before, after):
        return run
    return _aimed(msgspec.structs.replace(up_to_now, state=want), new.priority, after)


def _resumes(metric: str, run: Run, clock: Clock) -> bool:
    """Whether a clock that was done goes on where it stood: a case is solved anew, a customer waits for the same."""
    return metric == "resolution" or (metric in ("first", "next") and run.began == clock.waiting)


def _began(metric: str, state: str, clock: Clock, what: str, rules: Rules | None) -> Run:
    """A clock that begins. A customer who has waited in a case that was merged into this one has waited; what was
    before any rule spoke of it does not count.
    """
    began = clock.waiting if metric in ("first", "next") else clock.at
    waited = what == "merged" and rules is not None
    return Run(metric, state, began, clock.at, between(rules.calendar, began, clock.at) if rules and waited else 0)


def _begins_anew(metric: str, run: Run, clock: Clock, what: str) -> bool:
    if metric in ("first", "next"):
        return run.began != clock.waiting
    if metric == "stagnation":
        return what not in ("regime", "tiered")  # who is served by another promise has got no further by that
    return metric == "ola" and what in ("moved", "released")


def _same(metric: str, old: Clock, new: Clock, before: Rules | None, after: Rules | None) -> bool:
    """Whether nothing has changed for a clock that goes on."""
    if before is None or after is None:
        return before is after
    kept = before.calendar == after.calendar and before.policy.warn == after.policy.warn
    return kept and _target(metric, old.priority, before) == _target(metric, new.priority, after)


def settled(run: Run, at: int, rules: Rules | None) -> Run:
    """A clock with all that it has counted until now."""
    late = run.due if run.due and run.due < at and not run.late else run.late
    counted = run.counted
    if run.state == RUNS and rules is not None:
        counted += between(rules.calendar, run.since, at)
    return msgspec.structs.replace(run, since=at, counted=counted, late=late)


def _aimed(run: Run, priority: int, rules: Rules | None) -> Run:
    """A clock with the moments at which it will run out, and warn."""
    time = _target(run.metric, priority, rules)
    if run.state != RUNS or rules is None or not time:
        return msgspec.structs.replace(run, due=0, warn=0)
    due = add(rules.calendar, run.since, time - run.counted) or 0
    share = time * rules.policy.warn // 100
    warn = add(rules.calendar, run.since, share - run.counted) or 0 if share else 0
    return msgspec.structs.replace(run, due=due, warn=warn)


def _target(metric: str, priority: int, rules: Rules | None) -> int:
    """How long something may take (ms); 0 for as long as it likes."""
    target = target_of(rules.policy, metric) if rules is not None else None
    return target.minutes[priority] * MINUTE if target is not None else 0


def levels(run: Run, rules: Rules | None) -> list[int]:
    """The moments at which somebody is told of a clock, in order: the warning, that it has run out, each rung. It is
    told when the moment has passed; 0 stands for one that is left out.
    """
    if run.state != RUNS or not run.due or rules is None:
        return []
    rungs = (add(rules.calendar, run.due, rung.after * MINUTE) for rung in rules.policy.ladder)
    return [run.warn if run.warn < run.due else 0, run.due, *(at or LAST for at in rungs)]


def alarm(clock: Clock, rules: Rules | None) -> int:
    """The first moment at which there is something to tell; 0 if there is nothing."""
    moments = (at for run in clock.runs for at in levels(run, rules)[run.told :] if at)
    return min(moments, default=0)


def next_due(clock: Clock) -> Run | None:
    """The clock that runs out first, or ran out first."""
    running = [run for run in clock.runs if run.state == RUNS and run.due]
    return min(running, key=lambda run: run.due, default=None)
