"""What happens to a case as its clocks see it: read from the words and events of its thread, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from ..cases import Case, Message
from ..cases.thread import CALL, is_answer, is_question
from ..cases.tiers import BETWEEN
from .rules import Regime

WORDS = {"customer": "customer", "reply": "reply", "note": "note"}
EVENTS = {
    "claimed": "taken",
    "assigned": "taken",
    "released": "released",
    "moved": "moved",
    "escalated": "moved",
    "returned": "moved",
    "snoozed": "snoozed",
    "woken": "woken",
    "solved": "solved",
    "reopened": "reopened",
    "prioritised": "prioritised",
    "tiered": "tiered",
    "merged": "merged",
    "split": "split",
}
"""Events of the thread that mean something here, and what they are called."""


class Happening(msgspec.Struct, frozen=True):
    """Something that happened at a time (ms, UTC). `origin` is the case in which an event was told."""

    at: int
    what: str
    detail: str = ""
    origin: str = ""
    regime: Regime | None = None
    """Of what is called `regime`: the version that took effect."""


def happening(message: Message) -> Happening | None:
    """What a message means to the clocks; None if it means nothing."""
    if message.kind == CALL:
        what = "reply" if is_answer(message) else "customer" if is_question(message) else "note"
        return Happening(message.at, what)
    if message.kind == "reply" and not is_answer(message):
        return None
    if message.kind in WORDS:
        return Happening(message.at, WORDS[message.kind])
    event = EVENTS.get(message.event) if message.kind == "event" else None
    if not event:
        return None
    detail = message.detail.partition(" ")[0] if event == "moved" else message.detail  # the teams, before the nodes
    return Happening(message.at, event, detail, message.id.rpartition(":")[0])


def history(case: Case, messages: Iterable[Message]) -> list[Happening]:
    """All that happened to a case, from its thread. What was told in a case that was merged into it counts as words;
    what was done with that case does not.
    """
    read = (happening(one) for one in sorted(messages, key=lambda one: one.seq))
    return list(_own(case.id, (one for one in read if one is not None)))


def _own(case: str, told: Iterable[Happening]) -> Iterator[Happening]:
    asleep: dict[str, bool] = {}
    """Whether each case whose events are told here was solved or asleep when it came in."""
    for one in told:
        if one.what == "merged":
            was = asleep.get(one.origin, False)
            asleep[one.origin] = was and asleep.pop(one.detail.partition(" ")[0], False)
            if one.origin != case:
                continue
            if was and not asleep[case]:
                yield Happening(one.at, "woken")
        elif one.origin and one.what in ("snoozed", "solved"):
            asleep[one.origin] = True
        elif one.origin and one.what in ("woken", "reopened"):
            asleep[one.origin] = False
        if one.origin in ("", case):
            yield one


def first_team(case: Case, told: Iterable[Happening]) -> str:
    """The team in which a case began."""
    moves = (one.detail.partition(">")[0] for one in told if one.what == "moved" and one.detail)
    return next(moves, "") or case.team


def first_tier(case: Case, told: Iterable[Happening]) -> str:
    """The tier of its customer by which a case began."""
    changes = (one.detail.partition(BETWEEN)[0] for one in told if one.what == "tiered")
    return next(changes, case.customer_tier)
