"""A mail that came in: it joins the case that it belongs to, or opens one; a report says what did not arrive."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from typing import Annotated

import msgspec
from msgspec import Meta

from ..cases import CONVERSATIONS, Case, Conversation, Customer, File, Message, MessageId, OpenCase, Receive
from ..cases.forms import read_from_mail
from ..cases.identities import matter_of
from ..cases.thread import attach, changed, event, live_case
from ..kernel import (
    Actor,
    Change,
    Command,
    LongText,
    Millis,
    Name,
    Put,
    Question,
    ShortText,
    View,
    clean,
    command,
    eq,
    need,
)
from ..kernel.values import ID_PATTERN
from . import envelopes
from .placing import Arrival, Placed, address_key, place, place_bounce
from .records import BY_MESSAGE_ID, BY_PEER, Addresses
from .remembering import Remembered, live
from .sending import bounced

CHANNEL = "email"
ANSWER_AGAIN = 24 * 3_600_000
"""Nobody gets a second automatic answer within this time (ms), whatever they write (RFC 3834, 2)."""
CUSTOMERS_BY_EMAIL = Question(
    "customer.by_email", Customer, (eq("email", ":email"), eq("visitor", ""), eq("home", "")), ("since",)
)
AnId = Annotated[str, Meta(pattern=ID_PATTERN)]
Ids = Annotated[tuple[str, ...], Meta(max_length=500)]


class Returned(msgspec.Struct, frozen=True):
    """A server's word on a mail of ours: `original` is its id, `lasting` whether nobody tries any more."""

    original: str
    recipient: ShortText
    words: ShortText
    lasting: bool


@command("mail.take", "channel", draft="text")
class TakeMail(Command, frozen=True):
    """Take in a mail that was read. `case`, `conversation` and `customer` are ids for what may have to be made.

    `own` are our addresses, `addressed` the cases that signed ones among the recipients name. `answer`: a new case may
    be answered automatically. `received` is when it reached our server, if that is known.
    """

    message: MessageId
    case: AnId
    conversation: AnId
    customer: AnId
    team: AnId
    mailbox: Name
    text: LongText
    sender: ShortText
    senders: Addresses
    own: Addresses = ()
    sender_name: Name = ""
    to: Addresses = ()
    cc: Addresses = ()
    addressed: tuple[str, ...] = ()
    subject: Annotated[str, Meta(max_length=1000)] = ""
    message_id: Annotated[str, Meta(max_length=1000)] = ""
    in_reply_to: Ids = ()
    references: Ids = ()
    forged: bool = False
    date: Millis = 0
    received: Millis = 0
    language: Name = ""
    files: tuple[File, ...] = ()
    raw: str = ""
    page: str = ""
    images: int = 0
    checks: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    automatic: str = ""
    bounces: tuple[Returned, ...] = ()
    answer: bool = False

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if view.get(Message, self.message) is not None:
            return
        memory = Remembered(view, self.own)
        back = [one for one in self.bounces if place_bounce(one.original, one.recipient, memory)]
        if back:
            yield from self._report(view, back, who, now)
            return
        placed = place(self._arrival(), memory)
        joined = live(view, placed.case) if placed.case else self._same_matter(view)
        if joined is None:
            yield from self._open(view, placed, who, now)
        elif self.automatic:
            yield from self._quietly(view, joined, placed, who, now)
        else:
            yield from self._join(view, joined, placed, who, now)

    def asks_for(self) -> Iterable[tuple[str, str]]:
        yield from (("case", self.case), ("conversation", self.conversation), ("customer", self.customer))
        yield "mail", self.message
        yield from (("attachment", file.id) for file in self.files)

    def _same_matter(self, view: View) -> Case | None:
        """What the sender has begun by another channel: a colleague has proved that this address is theirs."""
        known = not (self.forged or self.automatic or len(self.senders) > 1)
        return matter_of(view, "email", clean(self.sender).lower(), self.team) if known else None

    def _arrival(self) -> Arrival:
        return Arrival(
            senders=self.senders,
            in_reply_to=self.in_reply_to,
            references=self.references,
            subject=self.subject,
            forged=self.forged,
            addressed=self.addressed,
        )

    def _open(self, view: View, placed: Placed, who: Actor, now: int) -> Iterable[Change]:
        sender = clean(self.sender).lower()
        known = view.page(CUSTOMERS_BY_EMAIL(email=sender), limit=1) if sender and not self.forged else ()
        opened = OpenCase(
            case=self.case,
            conversation=self.conversation,
            message=self.message,
            customer=known[0].id if known else self.customer,
            team=self.team,
            text=self.text,
            subject=self.subject[:500],
            channel=CHANNEL,
            language=self.language,
            customer_name=self._name(),
            customer_email=sender[:200],
            files=self.files,
        )
        changes = list(opened.decide(view, who, now))
        case = next(c.record for c in changes if isinstance(c, Put) and isinstance(c.record, Case))
        if self._may_answer(view, now):
            case, told = event(case, who, now, "auto_answered")
            changes = [Put(case) if isinstance(c, Put) and isinstance(c.record, Case) else c for c in changes]
            changes += [told, Put(envelopes.answered(self, case, told.record.id, now))]
        yield from self._named(changes)
        yield from self._fields(view, case, who, now)
        yield Put(envelopes.received(self, case, placed.related, now))

    def _fields(self, view: View, case: Case, who: Actor, now: int) -> Iterable[Change]:
        """What a form has written at the head of the mail; nothing if nobody can say who sent it."""
        return () if self.forged else read_from_mail(view, case, self.text, who, now)

    def _join(self, view: View, case: Case, placed: Placed, who: Actor, now: int) -> Iterable[Change]:
        conversation = yield from self._conversation(view, case, now)
        joined = Receive(
            case=case.id, conversation=conversation, message=self.message, text=self.text, files=self.files
        )
        yield from self._named(joined.decide(view, who, now))
        yield from self._fields(view, case, who, now)
        yield Put(envelopes.received(self, case, placed.related, now))

    def _quietly(self, view: View, case: Case, placed: Placed, who: Actor, now: int) -> Iterable[Change]:
        """What a machine wrote is there to be read: it wakes nothing, and nobody waits for an answer to it."""
        conversation = yield from self._conversation(view, case, now)
        case = changed(live_case(view, case.id), seq=case.seq + 1)
        yield Put(case)
        yield Put(self._message(case, conversation, "customer", now))
        yield from attach(view, case, self.message, self.files)
        yield Put(envelopes.received(self, case, placed.related, now))

    def _report(self, view: View, back: list[Returned], who: Actor, now: int) -> Iterable[Change]:
        """A mail server's report: each mail that it is about says so, and the report itself is kept with the first."""
        mails: dict[str, list[Returned]] = {}
        for one in back:
            mails.setdefault(one.original, []).append(one)
        found = [(view.page(BY_MESSAGE_ID(id=id), limit=1)[0], some) for id, some in mails.items()]
        for mail, some in found:
            yield from bounced(view, mail, [one.recipient for one in some if one.lasting], some[0].words)
        case = need(view, Case, found[0][0].case)
        case = live(view, case.id) or case
        case = changed(case, seq=case.seq + 1)
        yield Put(case)
        what = "bounced" if any(one.lasting for one in back) else "delayed"
        told = self._message(case, "", "event", now)
        yield Put(msgspec.structs.replace(told, text="", event=what, detail=clean(back[0].words)[:500]))
        yield from attach(view, case, self.message, self.files)
        yield Put(envelopes.received(self, case, (), now))

    def _message(self, case: Case, conversation: str, kind: str, now: int) -> Message:
        return Message(
            id=self.message,
            scope=case.scope,
            rev=0,
            case=case.id,
            conversation=conversation,
            seq=case.seq,
            kind=kind,
            author=case.customer if kind == "customer" else "email",
            author_name=self._name(),
            text=clean(self.text),
            at=now,
            written_at=self.date or now,
            files=self._shown_files(),
        )

    def _conversation(self, view: View, case: Case, now: int) -> Generator[Change, None, str]:
        """The mails' thread within a case; made if there is none yet."""
        found = next((one for one in view.page(CONVERSATIONS(case=case.id), limit=50) if one.channel == CHANNEL), None)
        if found is None:
            found = Conversation(self.conversation, case.scope, 0, case.id, CHANNEL, case.customer, now)
            yield Put(found)
        return found.id

    def _named(self, changes: Iterable[Change]) -> Iterator[Change]:
        """The message by the name of who wrote it, which need not be the customer's, and with the files to see."""
        for change in changes:
            if isinstance(change, Put) and isinstance(change.record, Message) and change.record.id == self.message:
                at = self.date or change.record.written_at
                own = {"author_name": self._name(), "files": self._shown_files(), "written_at": at}
                yield Put(msgspec.structs.replace(change.record, **own))
            else:
                yield change

    def _name(self) -> str:
        return (" ".join(clean(self.sender_name).split()) or clean(self.sender))[:200]

    def _shown_files(self) -> int:
        return sum(file.id not in (self.raw, self.page) for file in self.files)

    def _may_answer(self, view: View, now: int) -> bool:
        if not self.answer or self.automatic or self.forged:
            return False
        last = view.page(BY_PEER(way="auto", peer=address_key(self.sender)), limit=1)
        return not last or now - last[0].at >= ANSWER_AGAIN
