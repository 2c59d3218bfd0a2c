"""Cases that belong together: merged into one, or linked."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from ..kernel import Actor, Change, Command, Put, Refusal, View, command
from .audience import MOST_LINKS, relinked, taken_along
from .filetexts import FILE_TEXTS
from .questions import ATTACHMENTS, CONVERSATIONS, MESSAGES_AFTER
from .records import Case, CaseId, Message
from .thread import changed, event, live_case, open_scope, past_scope, ranked

MERGE_LIMIT = 2_000
"""A case with more messages than this is not moved in one transaction."""


@command("case.merge", "case.join")
class Merge(Command, frozen=True):
    """Move all that was said in `case` into `into`; the empty case points there, and later commands follow it."""

    case: CaseId
    into: CaseId

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if self.case == self.into:
            raise Refusal("A case cannot be merged into itself.", "same")
        old, target = live_case(view, self.case), live_case(view, self.into)
        if old.customer != target.customer:  # a name is what somebody says of himself
            raise Refusal("These cases are from different customers. Link them instead.", "customers")
        if old.seq + target.seq > MERGE_LIMIT:
            raise Refusal("These cases are too long to be merged. Link them instead.", "long")
        messages, first = _in_order(view, old, target)
        if old.status == "open" and target.status != "open":  # whoever waits in one case waits in both
            target = changed(target, status="open", scope=open_scope(target.team), snoozed_until=0, solved_at=0)
        yield from _renumbered(messages, first, target)
        yield from _rehung(view, old, target)
        yield from taken_along(view, old, target)
        target, others = relinked(view, old, target)
        yield from map(Put, others)
        yield from _ends(old, target, messages, first, who, now)


def _in_order(view: View, old: Case, target: Case) -> tuple[list[Message], int]:
    """All messages by time, and the number of the first: the last one must not fall below any number given before,
    for customers and read marks remember how far they have come.
    """
    both: list[Message] = []
    for case in (old, target):
        both += view.page(MESSAGES_AFTER(case=case.id, seq=0), limit=MERGE_LIMIT)
    ordered = sorted(both, key=lambda m: (m.at, m.case != old.id, m.seq))
    return ordered, max(old.seq, target.seq, len(ordered)) - len(ordered) + 1


def _renumbered(messages: list[Message], first: int, target: Case) -> Iterable[Change]:
    for seq, message in enumerate(messages, first):
        if (message.case, message.seq) != (target.id, seq):
            yield Put(msgspec.structs.replace(message, case=target.id, seq=seq, scope=target.scope, rev=0))


def _rehung(view: View, old: Case, target: Case) -> Iterable[Change]:
    conversations = view.page(CONVERSATIONS(case=old.id), limit=MERGE_LIMIT)
    attachments = view.page(ATTACHMENTS(case=old.id), limit=MERGE_LIMIT)
    texts = view.page(FILE_TEXTS(case=old.id), limit=MERGE_LIMIT)
    for part in (*conversations, *attachments, *texts):
        yield Put(msgspec.structs.replace(part, case=target.id, scope=target.scope, rev=0))


def _ends(old: Case, target: Case, messages: list[Message], first: int, who: Actor, now: int) -> Iterable[Change]:
    """The two cases after a merge: the counters of the target follow the joined messages."""
    newest = max(old, target, key=lambda c: c.updated_at)
    waits = [c.waiting_since for c in (old, target) if c.waiting_since]
    target = changed(
        target,
        seq=first + len(messages) - 1,
        in_seq=_last(messages, first, "customer"),
        out_seq=_last(messages, first, "reply"),
        waiting_since=min(waits, default=0),
        preview=newest.preview,
        preview_from=newest.preview_from,
        updated_at=newest.updated_at,
        tags=tuple(dict.fromkeys((*target.tags, *old.tags))),
        opened_at=min(old.opened_at, target.opened_at),
        answered_at=min((c.answered_at for c in (old, target) if c.answered_at), default=0),
        transfers=max(old.transfers, target.transfers),
    )
    # Since when the customer waits cannot be read from the joined thread: an answer in one case is none in the other.
    target, happened = event(ranked(target), who, now, "merged", f"{old.id} {target.waiting_since}")
    yield happened
    yield Put(target)
    yield Put(
        changed(
            old,
            status="solved",
            scope=past_scope(old.team),
            merged_into=target.id,
            linked=(),
            waiting_since=0,
            snoozed_until=0,
            seq=0,
        )
    )


def _last(messages: list[Message], first: int, kind: str) -> int:
    return max((i for i, m in enumerate(messages, first) if m.kind == kind), default=0)


@command("case.link", "case.join")
class Link(Command, frozen=True):
    """Let two cases point to each other."""

    case: CaseId
    to: CaseId

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if self.case == self.to:
            raise Refusal("A case cannot be linked to itself.", "same")
        one, other = live_case(view, self.case), live_case(view, self.to)
        for case, partner in ((one, other), (other, one)):
            if partner.id not in case.linked and len(case.linked) >= MOST_LINKS:
                raise Refusal("A case takes at most {limit} links.", "too_many", limit=MOST_LINKS)
            if partner.id not in case.linked:
                yield Put(changed(case, linked=(*case.linked, partner.id)))
