"""Clocks that go with their case: whatever command changes a case, its clocks are right in the same transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from ..cases import MESSAGES_AFTER, NEVER, Case, Message
from ..cases.walking import every
from ..kernel import Change, Fact, Put, Refusal, Remove, View, on_changing
from .happenings import Happening, happening, history
from .rules import Regime, in_force, versions
from .running import DONE, Clock, alarm, begun, folded, next_due, rules_for


@on_changing
def kept(view: View, changes: list[Change], now: int) -> list[Change]:
    """The changes with the clocks of all cases among them. Where this place does not hold the rules, or cannot read
    them, the clocks stay as they are until the server's word comes.
    """
    put = (c.record for c in changes if isinstance(c, Put))
    cases = {one.id: one for one in put if isinstance(one, Case) and not one.home}  # others run where they are kept
    if not cases or in_force(view) is None:
        return changes
    after: dict[str, Case] = {}
    more: list[Change] = []
    for case in cases.values():
        try:
            found = _after(view, case, changes)
        except Refusal:  # a time zone that is not known here
            continue
        if found is not None:
            after[case.id], follows = found
            more += follows
    return [*(_put(change, after) for change in changes), *more]


def _put(change: Change, after: dict[str, Case]) -> Change:
    if isinstance(change, Put) and isinstance(change.record, Case) and change.record.id in after:
        return Put(after[change.record.id])
    return change


def _after(view: View, case: Case, changes: Sequence[Change]) -> tuple[Case, list[Change]] | None:
    """A case that changes, with its next due moment, and what becomes of its clocks."""
    put = (c.record for c in changes if isinstance(c, Put) and isinstance(c.record, Clock) and c.record.id == case.id)
    old = next(put, None) or view.get(Clock, case.id)
    if case.merged_into:
        return _told(case, None), [Remove(Clock, case.id)] if old is not None else []
    if old is None and case.status == "solved":
        return None  # it was over before there were rules
    clock = _clock(view, case, old, changes)
    if clock is None:
        return None
    told = _told(case, clock)
    if old is not None and _same(clock, old):
        return told, []
    return told, [Put(clock), *_measured(clock, old)]


def _clock(view: View, case: Case, old: Clock | None, changes: Sequence[Change]) -> Clock | None:
    put = [c.record for c in changes if isinstance(c, Put) and isinstance(c.record, Message)]
    new = [one for one in put if one.case == case.id and happening(one) is not None]  # what means nothing costs nothing
    gone = (view.get(Message, one.id) for one in put if one.case != case.id)
    if old is None or any(one is not None and one.case == case.id for one in gone):
        return _anew(view, case, old, changes)
    if _is_rewritten(view, case, new, changes):
        return _anew(view, case, old, changes)
    later = versions(view, old.number, -1)
    regime = view.get(Regime, old.regime) if old.regime else None
    if later is None or (old.regime and regime is None):
        return None
    said = (one for one in sorted(new, key=lambda one: one.seq) if view.get(Message, one.id) is None)
    read = (happening(one) for one in said)
    told = in_time([one for one in read if one is not None], later)
    clock = folded(old, told, regime)
    return msgspec.structs.replace(clock, scope=case.scope, rev=0)


def in_time(told: Sequence[Happening], regimes: Sequence[Regime]) -> list[Happening]:
    """What happened, with the versions that took effect meanwhile; in time order, a version before what it governs."""
    took = (Happening(one.since, "regime", regime=one) for one in regimes)
    return sorted([*took, *told], key=lambda one: one.at)


def _is_rewritten(view: View, case: Case, new: Sequence[Message], changes: Sequence[Change]) -> bool:
    """Whether what had been said is no longer said, or cases were joined: then the thread is read from its start."""
    gone = (view.get(Message, c.id) for c in changes if isinstance(c, Remove) and c.cls is Message)
    if any(one is not None and one.case == case.id for one in gone):
        return True
    before = (view.get(Message, one.id) for one in new)
    return any(one is not None and (one.case, one.seq, one.kind) != (new.case, new.seq, new.kind)
               for one, new in zip(before, new, strict=True))  # fmt: skip


def _anew(view: View, case: Case, old: Clock | None, changes: Sequence[Change]) -> Clock | None:
    """The clocks from all that is in the thread. Nobody is told a second time of what they know."""
    regimes = versions(view, 0, case.opened_at)
    if not regimes:
        return None
    told = history(case, thread(view, case, changes))
    clock = folded(begun(case, told), in_time(told, regimes), None)
    others = (one.detail.partition(" ")[0] for one in told if one.what in ("merged", "split"))
    merged = [view.get(Clock, id) for id in others]
    clock = _known(clock, [one for one in (old, *merged) if one is not None])
    return msgspec.structs.replace(clock, alarm=alarm(clock, rules_for(clock, regimes[-1])))


def thread(view: View, case: Case, changes: Sequence[Change] = ()) -> list[Message]:
    """All that is in a case once these changes are made."""
    said = every(view, MESSAGES_AFTER(case=case.id, seq=0)) if view.get(Case, case.id) is not None else ()
    found = {one.id: one for one in said}
    for change in changes:
        if isinstance(change, Put) and isinstance(change.record, Message):
            found[change.record.id] = change.record
        elif isinstance(change, Remove) and change.cls is Message:
            found.pop(change.id, None)
    return sorted((one for one in found.values() if one.case == case.id), key=lambda one: one.seq)


def _known(clock: Clock, before: Sequence[Clock]) -> Clock:
    """The clock with as much told of each run as was told of those that it goes on."""
    runs = []
    for run in clock.runs:
        went = (other for one in before for other in one.runs if other.metric == run.metric)
        told = [other.told for other in went if other.began == run.began or other.state != DONE]
        runs.append(msgspec.structs.replace(run, told=max(told, default=0)))
    return msgspec.structs.replace(clock, runs=tuple(runs))


def _told(case: Case, clock: Clock | None) -> Case:
    """The case with what a list shows of its clocks."""
    run = next_due(clock) if clock is not None else None
    number = clock.number if clock is not None else case.clocked
    due, soon, what = (run.due, run.warn, run.metric) if run is not None else (NEVER, 0, "")
    return msgspec.structs.replace(case, due=due, due_soon=soon, due_what=what, clocked=number)


def _same(one: Clock, other: Clock) -> bool:
    return msgspec.structs.replace(one, rev=0, at=0, scope="") == msgspec.structs.replace(other, rev=0, at=0, scope="")


def _measured(clock: Clock, old: Clock | None) -> Iterator[Change]:
    """What reports count: each clock that has come to its end, how much of its time it took, and whether in time."""
    before = {run.metric: run for run in (old.runs if old is not None else ())}
    for run in clock.runs:
        was = before.get(run.metric)
        if run.state == DONE and run.metric != "stagnation" and was is not None and was.state != DONE:
            yield Fact(f"clock.{run.metric}.{'late' if run.late else 'met'}", "case", clock.case, run.counted)
