"""Why something is due when it is due: every step of the arithmetic, from the thread and the versions of the rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from ..cases import Case, Message
from ..kernel import View
from .calendars import Calendar, holidays_within, spans
from .following import in_time, thread
from .happenings import Happening, history
from .rules import MINUTE, Regime, target_of, versions
from .running import DONE, PAUSED, RUNS, Clock, Rules, Run, begun, rules_for, stepped

MOST_STEPS = 400
"""Of one explanation; what came before is one step."""
COUNTS, CLOSED, FREE, STANDS, OVER = "counts", "closed", "free", "stands", "over"


class Step(msgspec.Struct, frozen=True):
    """From one moment to another (ms, UTC): how much was counted (ms), and why.

    `why`: counts (it is work time), closed (it is not), free (a holiday: its name in `detail`), stands (the clock is
    paused: asleep or answered in `detail`), over (it was done). `after` is what had happened when it began.
    """

    start: int
    end: int
    counted: int
    why: str
    detail: str = ""
    after: str = ""


class Explanation(msgspec.Struct, frozen=True):
    """One clock of a case in full. The steps up to `due` add up to `target` (ms); a clock that stands has no `due`."""

    metric: str
    state: str
    began: int
    target: int
    counted: int
    due: int
    late: int
    policy: str
    calendar: str
    zone: str
    version: int
    steps: tuple[Step, ...]


class _Stage(msgspec.Struct):
    """Between two things that happened: how a clock stood."""

    start: int
    run: Run | None
    rules: Rules | None
    after: str
    asleep: bool


def explained(view: View, case: Case, metric: str, now: int) -> Explanation | None:
    """How the present due moment of one of a case's clocks came about; None if it has none, or if this place does not
    hold all that is needed. Raises `Refusal` where a time zone is not known.
    """
    regimes = versions(view, 0, case.opened_at)
    return explanation(case, thread(view, case), regimes, metric, now) if regimes else None


def explanation(
    case: Case, messages: Sequence[Message], regimes: Sequence[Regime], metric: str, now: int
) -> Explanation | None:
    """The same from a thread and the versions that have held since the case was opened. Pure."""
    told = history(case, messages)
    clock, stages, rules = _stages(begun(case, told), in_time(told, regimes), metric)
    run, last = clock.run(metric), stages[-1] if stages else None
    if run is None or last is None or rules is None:
        return None
    policy, calendar = rules.policy, rules.calendar
    target = target_of(policy, metric)
    end = run.due if run.state == RUNS and run.due else max(now, last.start)
    steps = tuple(step for stage, until in zip(stages, [*(s.start for s in stages[1:]), end], strict=True)
                  for step in _steps(stage, until))  # fmt: skip
    return Explanation(
        metric=metric,
        state=run.state,
        began=run.began,
        target=target.minutes[clock.priority] * MINUTE if target is not None else 0,
        counted=sum(step.counted for step in steps),
        due=run.due,
        late=run.late,
        policy=policy.name,
        calendar=calendar.name,
        zone=calendar.zone,
        version=clock.number,
        steps=_short(steps),
    )


def _stages(clock: Clock, told: Sequence[Happening], metric: str) -> tuple[Clock, list[_Stage], Rules | None]:
    """How the clock stood after each thing that mattered to it, since its present round began."""
    regime: Regime | None = None
    stages: list[_Stage] = []
    for one in told:
        before = clock.run(metric)
        clock, regime = stepped(clock, one, regime), one.regime or regime
        run, rules = clock.run(metric), rules_for(clock, regime)
        if run is None:
            continue
        stage = _Stage(clock.at, run, rules, one.what, clock.status == "snoozed")
        if before is None or before.began != run.began or _is_new_round(before, run):
            stages = [*_waited(run, stage), stage]
        elif before != run:  # other rules that change nothing for it are no step of its sum
            stages.append(stage)
    return clock, stages, rules_for(clock, regime)


def _is_new_round(before: Run, run: Run) -> bool:
    return before.state == DONE and run.state != DONE and run.counted < before.counted


def _waited(run: Run, stage: _Stage) -> list[_Stage]:
    """The customer had waited in another case before it was merged into this one."""
    if run.began >= stage.start or not run.counted:
        return []
    return [msgspec.structs.replace(stage, start=run.began, run=msgspec.structs.replace(run, state=RUNS))]


def _steps(stage: _Stage, end: int) -> Iterator[Step]:
    run, start = stage.run, stage.start
    if run is None or start >= end:
        return
    if run.state != RUNS or stage.rules is None:
        paused = run.state == PAUSED
        detail = ("asleep" if stage.asleep else "answered") if paused else ""
        yield Step(start, end, 0, STANDS if paused else OVER, detail, stage.after)
        return
    yield from _counted(stage.rules.calendar, start, end, stage.after)


def _counted(calendar: Calendar, start: int, end: int, after: str) -> Iterator[Step]:
    """A stretch in which the clock runs, hour by hour of work, and what lies between."""
    at = start
    for opens, closes in spans(calendar, start, end):
        if at < opens:
            yield _pause(calendar, at, opens, after)
        yield Step(opens, closes, closes - opens, COUNTS, "", after)
        at = closes
    if at < end:
        yield _pause(calendar, at, end, after)


def _pause(calendar: Calendar, start: int, end: int, after: str) -> Step:
    names = holidays_within(calendar, start, end)
    return Step(start, end, 0, FREE if names else CLOSED, ", ".join(names), after)


def _short(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The newest steps; all that were before them as one."""
    if len(steps) <= MOST_STEPS:
        return steps
    early, late = steps[: 1 - MOST_STEPS], steps[1 - MOST_STEPS :]
    return (Step(early[0].start, early[-1].end, sum(step.counted for step in early), COUNTS, "", early[0].after), *late)
