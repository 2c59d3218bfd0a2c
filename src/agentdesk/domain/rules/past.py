"""What rules would have met: cases as they were when something happened to them, read from their threads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec

from ..cases import PRIORITIES, Case, Message
from ..cases.fields import Filled
from ..cases.thread import CALL, is_answer, is_question
from ..cases.tiers import BETWEEN
from ..kernel import View
from ..kernel.values import first_line
from .arming import MINUTE
from .occasions import Occasion, held_otherwise, meets, sets_off, still
from .records import Rule

MOVES = ("moved", "escalated", "returned")
"""Events after which another team has the case."""


class Match(msgspec.Struct, frozen=True, array_like=True):
    """A rule would have acted in a case at a time (ms, UTC)."""

    rule: str
    case: str
    number: int
    at: int


class MatchesPart(msgspec.Struct, frozen=True):
    """What a server has found so far as it was asked: in how many cases, how often each rule would have acted by the
    draft and by the version that holds, some of the cases, newest first, and where to go on (`until`, `after`; none at
    the end).
    """

    cases: int
    until: int
    after: str
    draft: dict[str, int]
    holds: dict[str, int]
    held: int
    some: list[Match]


class Moment(NamedTuple):
    """A case after something happened to it."""

    at: int
    case: Case
    what: tuple[Occasion, ...]


def moments(case: Case, messages: Sequence[Message], fields: Iterable[Filled] = ()) -> list[Moment]:
    """The case as it was after each thing that its thread tells, oldest first. Tags are those of today, and when they
    came nobody knows: that they were put on is told at the end.
    """
    then, found = _begun(case, messages), list[Moment]()
    for message in sorted(messages, key=lambda one: one.seq):
        if message.at < case.opened_at:
            continue
        before, then = then, msgspec.structs.replace(then, seq=message.seq, **_after(then, message))
        what = [*_told(then, message), *held_otherwise(before, then)]
        if not found:
            what.insert(0, Occasion(then, "opened"))
        found.append(Moment(message.at, then, tuple(what)))
    for one in fields:
        there = next((past.case for past in reversed(found) if past.at <= one.at), case)
        found.append(Moment(one.at, there, (Occasion(there, "field", one.field, one.value),)))
    found.sort(key=lambda past: past.at)
    if case.tags:
        found.append(Moment(case.updated_at, case, tuple(Occasion(case, "tagged", tag) for tag in case.tags)))
    return found


def _begun(case: Case, messages: Sequence[Message]) -> Case:
    """The case before anything was said in it."""
    moves = (_teams(one)[0] for one in messages if one.event in MOVES)
    tiers = (one.detail.partition(BETWEEN)[0] for one in messages if one.event == "tiered")
    return msgspec.structs.replace(
        case, status="open", priority=1, team=next(moves, "") or case.team, assignee="", seq=0, in_seq=0, out_seq=0,
        waiting_since=0, answered_at=0, snoozed_until=0, solved_at=0, reopened=0, due=0,
        customer_tier=next(tiers, case.customer_tier),
    )  # fmt: skip


def _teams(message: Message) -> tuple[str, str]:
    """From which team to which a case went; what is told of a handing on after that are the nodes."""
    before, _, after = message.detail.partition(" ")[0].partition(">")
    return before, after


def _after(then: Case, message: Message) -> dict[str, Any]:
    """What a message changes."""
    at, detail = message.at, message.detail
    if is_question(message) and message.kind == CALL:
        return {"waiting_since": then.waiting_since or at, "updated_at": at}
    if message.kind == "customer":
        told = {"in_seq": message.seq, "waiting_since": then.waiting_since or at}
        return {**told, "preview": first_line(message.text), "preview_from": "customer", "updated_at": at}
    if is_answer(message):
        told = {"out_seq": message.seq, "waiting_since": 0, "answered_at": then.answered_at or at}
        return {**told, "preview": first_line(message.text), "preview_from": "agent", "updated_at": at,
                "assignee": then.assignee or message.author}  # fmt: skip
    moved = {"assignee": "", "team": _teams(message)[1] or then.team}
    changes: dict[str, dict[str, Any]] = {
        "claimed": {"assignee": message.author},
        "assigned": {"assignee": detail},
        "released": {"assignee": ""},
        **dict.fromkeys(MOVES, moved),
        "snoozed": {"status": "snoozed", "snoozed_until": int(detail) if detail.isdecimal() else 0},
        "woken": {"status": "open", "snoozed_until": 0},
        "reopened": {"status": "open", "solved_at": 0, "reopened": then.reopened + 1},
        "solved": {"status": "solved", "solved_at": at, "waiting_since": 0},
        "tiered": {"customer_tier": detail.partition(BETWEEN)[2]},
        "prioritised": {"priority": PRIORITIES.index(detail)} if detail in PRIORITIES else {},
    }
    return changes.get(message.event, {}) if message.kind == "event" else {}


def _told(then: Case, message: Message) -> Iterable[Occasion]:
    if message.kind == "customer":
        yield Occasion(then, "customer")
    elif message.event in ("snoozed", "woken", "reopened", "solved"):
        yield Occasion(then, "state", then.status)
    elif message.event == "prioritised":
        yield Occasion(then, "priority", str(then.priority))
    elif message.event == "ran_out":
        yield Occasion(then, "late", message.detail)


def matches(rule: Rule, past: Sequence[Moment], view: View, since: int, now: int) -> list[int]:
    """When a rule would have acted in a case since a time (ms, UTC), had it held, and had it changed nothing."""
    found: list[int] = []
    busy = 0
    for place, moment in enumerate(past):
        due = moment.at + rule.after * MINUTE
        if due > now or (rule.after and moment.at < busy) or not any(sets_off(rule, one) for one in moment.what):
            continue
        later = [one for one in past[place:] if one.at <= due]
        over = next((one.at for one in later if rule.after and not still(rule, one.case, view)), 0)
        busy = over or due
        if not over and due >= since and meets(rule.condition, later[-1].case, view, due):
            found.append(due)
    return found
