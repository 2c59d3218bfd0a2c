"""Send later: a reply that the server holds until its moment, and holds back if the customer writes before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated

import msgspec
from msgspec import Meta

from .cases import ATTACHMENTS, Attachment, Case, FileText, Message, on_coming
from .cases.acting import Laid
from .cases.records import CaseId
from .cases.thread import attach, live_case, newest_conversation, with_outbound
from .cases.writing import guard
from .kernel import (
    Actor,
    Change,
    Command,
    Fact,
    File,
    LongText,
    Millis,
    Name,
    Put,
    Question,
    Record,
    Refusal,
    Remove,
    View,
    clean,
    command,
    eq,
    lt,
    may,
    need,
    on_changing,
    record,
    ref,
)
from .kernel.values import Stamp
from .people import Person

LATEST = 366 * 24 * 3_600_000
"""No reply waits longer (ms)."""
MOST = 20
"""So many wait in one case."""
LOOKED = 500
Planned = Annotated[str, ref("planned")]
Seen = Annotated[int, Meta(ge=0, le=2**53 - 1)]


@record(
    "planned",
    parent=("case", "case"),
    classes={"author_name": "free", "text": "free"},
    public=("case", "author", "device", "state", "why", "newer"),
)
class PlannedReply(Record, frozen=True):
    """A reply with a moment at which it goes. Its files hang on the message of the same id, which it will be.

    `quiet`: it goes only if nobody has written to or for the customer after `seen` by then. `state`: waiting, or asking
    when it was held back; then `why` says so: newer (`newer` is the message), merged, moved (to a team whose cases its
    writer does not work on), writer (who may no longer answer), nowhere (no conversation to reply in).
    """

    case: str
    author: str
    author_name: Name
    text: LongText
    at: Millis
    due: Millis
    seen: int = 0
    quiet: bool = True
    state: str = "waiting"
    why: str = ""
    newer: str = ""
    files: int = 0
    device: str = ""
    stamp: Stamp = ""


@on_coming
def to_be(view: View, id: str) -> tuple[str, str] | None:
    """A reply that waits will be the message of its id."""
    planned = view.get(PlannedReply, id)
    return None if planned is None else (planned.case, planned.author)


PLANNED = Question("planned.of_case", PlannedReply, (eq("case", ":case"),), ("due",))
DUE_PLANNED = Question("planned.due", PlannedReply, (eq("state", "waiting"), lt("due", ":now")), ("due",))


@command("later.reply", "case.reply", draft="text")
class PlanReply(Command, frozen=True):
    """Answer the customer at a moment to come. As a reply it is refused if somebody has written meanwhile."""

    case: CaseId
    planned: Annotated[str, ref("planned", creates=True)]
    text: LongText
    due: Millis
    seen: Seen
    quiet: bool = True
    files: tuple[File, ...] = ()

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if view.get(PlannedReply, self.planned) is not None or view.get(Message, self.planned) is not None:
            return
        case, text = live_case(view, self.case), clean(self.text)
        if not text:
            raise Refusal("A reply that is sent later needs some words.", "empty")
        _check_moment(self.due, who.at or now)
        guard(view, case, who, self.seen)
        newest_conversation(view, case)
        if view.count(PLANNED(case=case.id)) >= MOST:
            raise Refusal("At most {n} replies wait in one case.", "many", n=MOST)
        yield Put(
            PlannedReply(
                id=self.planned, scope=case.scope, rev=0, case=case.id, author=who.id, author_name=who.name, text=text,
                at=now, due=self.due, seen=self.seen, quiet=self.quiet, files=len(self.files), device=who.device,
            )
        )  # fmt: skip
        yield from attach(view, case, self.planned, self.files)


@command("later.move", "case.reply")
class MoveReply(Command, frozen=True):
    """Plan it for another moment, or anew when it was held back: what was `seen` no longer stops it."""

    planned: Planned
    due: Millis
    seen: Seen
    quiet: bool = True

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        planned, case = _waiting(view, self.planned)
        _check_moment(self.due, who.at or now)
        guard(view, case, who, self.seen)
        again = msgspec.structs.replace(
            planned, rev=0, due=self.due, seen=self.seen, quiet=self.quiet, state="waiting", why="", newer=""
        )
        if planned.why in ("writer", "moved"):  # whoever plans it now answers for it
            again = msgspec.structs.replace(again, author=who.id, author_name=who.name, device=who.device)
        yield Put(again)


@command("later.now", "case.reply")
class SendNow(Command, frozen=True):
    """Send it at once, in the name of whoever says so. Refused if somebody has written who was not seen."""

    planned: Planned
    seen: Seen

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        planned, case = _waiting(view, self.planned)
        guard(view, case, who, self.seen)
        yield from _sent(view, case, planned, who, now)


@command("later.cancel", "case.unsend")
class CancelReply(Command, frozen=True):
    """Do not send it. Its text is in the hands of whoever cancels it."""

    planned: Planned

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        planned, case = _waiting(view, self.planned)
        yield Remove(PlannedReply, planned.id)
        files = view.page(ATTACHMENTS(case=case.id), limit=LOOKED) if planned.files else ()
        for file in files:
            if file.message == planned.id:
                yield Remove(Attachment, file.id)
                if view.get(FileText, file.id) is not None:
                    yield Remove(FileText, file.id)


@command("later.due", "system")
class ReplyDue(Command, frozen=True):
    """The moment of a planned reply has come: it goes, or it asks. Said twice, or too early, it changes nothing."""

    planned: Planned

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        planned = view.get(PlannedReply, self.planned)
        if planned is None or planned.state != "waiting" or planned.due > now:
            return
        case = view.get(Case, planned.case)
        if case is None or case.merged_into:
            yield Remove(PlannedReply, planned.id) if case is None else _asks(planned, "merged")
            return
        writer = view.get(Person, planned.author)
        if writer is None or not writer.active or not may(writer.role, "case.reply"):
            yield _asks(planned, "writer")
        elif case.team not in writer.teams:
            yield _asks(planned, "moved")
        else:
            by = Actor(writer.id, writer.role, writer.name, writer.teams, device=planned.device)
            yield from _gone(view, case, planned, by, now)


def _gone(view: View, case: Case, planned: PlannedReply, by: Actor, now: int) -> Iterator[Change]:
    try:
        if planned.quiet:
            guard(view, case, by, planned.seen)
        changes = list(_sent(view, case, planned, by, now))
    except Refusal as refusal:
        yield _asks(planned, "newer" if refusal.code == "newer" else "nowhere", str(refusal.data.get("message", "")))
        return
    yield from changes


def _sent(view: View, case: Case, planned: PlannedReply, who: Actor, now: int) -> Iterator[Change]:
    """The reply as a message. The case stays as it is: what sleeps or is solved was put to rest knowing of this."""
    conversation = newest_conversation(view, case)
    waited = now - case.waiting_since if case.waiting_since else 0
    fact = "reply.next" if case.answered_at else "reply.first"
    case = with_outbound(case, case.seq + 1, planned.text, now)
    yield Put(case)
    yield Put(
        Message(
            id=planned.id, scope=case.scope, rev=0, case=case.id, conversation=conversation.id, seq=case.seq,
            kind="reply", author=who.id, author_name=who.name, text=planned.text, at=now, written_at=planned.at,
            state="accepted", device=who.device, files=planned.files,
        )
    )  # fmt: skip
    yield Remove(PlannedReply, planned.id)
    yield Fact(fact, "case", case.id, waited)


def _asks(planned: PlannedReply, why: str, newer: str = "") -> Put:
    return Put(msgspec.structs.replace(planned, rev=0, state="asking", why=why, newer=newer))


def _waiting(view: View, id: str) -> tuple[PlannedReply, Case]:
    planned = need(view, PlannedReply, id, "This reply does not wait any more: it was sent, or somebody cancelled it.")
    return planned, live_case(view, planned.case)


def _check_moment(due: int, now: int) -> None:
    if due <= now:
        raise Refusal("This moment has passed. Choose a later one.", "past")
    if due > now + LATEST:
        raise Refusal("A reply can wait for a year at most. Choose an earlier moment.", "far")


@on_changing
def held_back(view: View, changes: list[Change], now: int) -> list[Change]:
    """The changes with the planned replies that they stop: somebody has written, or the case went into another."""
    own = {c.record.id for c in changes if isinstance(c, Put) and isinstance(c.record, PlannedReply)}
    gone = {c.id for c in changes if isinstance(c, Remove) and c.cls is PlannedReply}
    more: list[Change] = []
    for change in changes:
        if not isinstance(change, Put):
            continue
        if isinstance(change.record, Message):
            more += _stopped(view, change.record)
        elif isinstance(change.record, Case) and change.record.merged_into:
            more += _merged(view, change.record, changes)
    kept = {c.record.id: c for c in more if isinstance(c, Put) and c.record.id not in own | gone}
    return [*changes, *kept.values()] if kept else changes


def _stopped(view: View, message: Message) -> Iterator[Change]:
    if message.kind not in ("customer", "reply") or view.get(Message, message.id) is not None:
        return
    for planned in view.page(PLANNED(case=message.case), limit=MOST):
        ours = message.kind == "reply" and (message.author, message.device) == (planned.author, planned.device)
        if planned.state == "waiting" and planned.quiet and not ours:
            yield _asks(planned, "newer", message.id)


def _merged(view: View, old: Case, changes: list[Change]) -> Iterator[Change]:
    """They come along, and ask: in the other case, which the merge may have opened, much may have been said."""
    target = Laid(view, changes).get(Case, old.merged_into)
    if target is None:
        return
    for planned in view.page(PLANNED(case=old.id), limit=LOOKED):
        asks = _asks(planned, "merged").record
        yield Put(msgspec.structs.replace(asks, case=target.id, scope=target.scope))
