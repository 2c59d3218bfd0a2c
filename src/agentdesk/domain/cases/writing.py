"""What agents write: replies that are guarded, and internal notes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated

import msgspec
from msgspec import Meta

from ..kernel import (
    Actor,
    Change,
    Command,
    Denied,
    Fact,
    File,
    LongText,
    Put,
    Refusal,
    Told,
    View,
    clean,
    command,
    is_guest,
    may,
)
from ..people import Person
from .attention import mention
from .opening import revived
from .questions import MESSAGES_AFTER
from .records import Case, CaseId, Message, MessageId
from .thread import BY_ITSELF, attach, changed, live_case, newest_conversation, with_outbound, with_word

MENTION = re.compile(r"@\[([A-Za-z0-9._:-]{1,120})\]")
"""How a text names a person: `@[ID]`; the desk shows the name."""


@command("case.reply", "case.reply", draft="text")
class Reply(Command, frozen=True):
    """Answer the customer.

    `seen` is the number of the newest message that was on the writer's screen. If the customer or a colleague has
    written since, the reply is refused with what is new, and the text is a draft again. `hold` seconds (chat 0,
    mail 10) leave time to take it back.
    """

    case: CaseId
    message: MessageId
    text: LongText
    seen: Annotated[int, Meta(ge=0, le=2**53 - 1)]
    hold: Annotated[int, Meta(ge=0, le=600)] = 0
    files: tuple[File, ...] = ()

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if view.get(Message, self.message) is not None:
            return
        case = live_case(view, self.case)
        text = clean(self.text)
        if not text and not self.files:
            raise Refusal("There is nothing in this reply.", "empty")
        guard(view, case, who, self.seen)
        if case.status != "open":
            case, happened = revived(case, who, now)
            yield happened
        if not case.assignee:
            case = changed(case, assignee=who.id)
        waited = now - case.waiting_since if case.waiting_since else 0
        first = not case.answered_at
        conversation = newest_conversation(view, case)
        case = with_outbound(case, case.seq + 1, text or self.files[0].name, now)
        yield Put(case)
        yield Put(self.written(case, conversation.id, who, text, now))
        yield from attach(view, case, self.message, self.files)
        yield Fact("reply.first" if first else "reply.next", "case", case.id, waited)

    def written(self, case: Case, conversation: str, who: Actor, text: str, now: int) -> Message:
        """The message of this answer."""
        return Message(
            id=self.message,
            scope=case.scope,
            rev=0,
            case=case.id,
            conversation=conversation,
            seq=case.seq,
            kind="reply",
            author=who.id,
            author_name=who.name,
            text=text,
            at=now,
            written_at=who.at or now,
            state="held" if self.hold else "accepted",
            hold_until=now + self.hold * 1000 if self.hold else 0,
            device=who.device,
            files=len(self.files),
        )


def answered_by_itself(view: View, case: Case, id: str, text: str, who: Actor, now: int) -> Iterable[Change]:
    """An answer that nobody wrote, for what the server does by itself: it takes no case, opens none again, and whoever
    waits goes on waiting. Raises `Refusal` where the channel takes none.
    """
    conversation = newest_conversation(view, case)
    if conversation.channel not in ("chat", "email"):
        raise Refusal("No answer goes out by itself here: this channel takes only those of people.", "channel")
    case = with_word(case, text, now)
    yield Put(case)
    reply = Reply(case=case.id, message=id, text=text, seen=case.seq)
    yield Put(reply.written(case, conversation.id, msgspec.structs.replace(who, device=BY_ITSELF), text, now))


@command("case.note", "case.note", draft="text", guest=True)
class Note(Command, frozen=True):
    """Write for colleagues only. `@[person]` in the text mentions somebody."""

    case: CaseId
    message: MessageId
    text: LongText
    files: tuple[File, ...] = ()

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if view.get(Message, self.message) is not None:
            return
        case = live_case(view, self.case)
        text = clean(self.text)
        if not text and not self.files:
            raise Refusal("There is nothing in this note.", "empty")
        mentions = tuple(dict.fromkeys(m for m in MENTION.findall(text) if _active(view, m)))
        _check_lets_nobody_in(view, case, who, mentions)
        case = changed(case, seq=case.seq + 1)
        yield Put(case)
        yield Put(
            Message(
                id=self.message,
                scope=case.scope,
                rev=0,
                case=case.id,
                conversation="",
                seq=case.seq,
                kind="note",
                author=who.id,
                author_name=who.name,
                text=text,
                at=now,
                written_at=who.at or now,
                device=who.device,
                files=len(self.files),
                mentions=mentions,
            )
        )
        yield from attach(view, case, self.message, self.files)
        yield from mention(case, mentions, self.message, text, who, now)


def _check_lets_nobody_in(view: View, case: Case, who: Actor, mentions: tuple[str, ...]) -> None:
    """A guest names only those who work the queue: a mention opens the case, to oneself too, and has no end."""
    if not is_guest(case.scope, view.scopes("case", case.id), who):
        return
    for person in (view.get(Person, id) for id in mentions):
        if person is not None and case.team not in person.teams:
            raise Denied("You are a guest here and cannot let in {name}.", name=person.name, case=case.id)


def guard(view: View, case: Case, who: Actor, seen: int) -> None:
    """Refuses a reply when something came in that its writer has not seen; the writer's own device does not count."""
    if max(case.in_seq, case.out_seq) <= seen:
        return
    for new in view.page(MESSAGES_AFTER(case=case.id, seq=seen), limit=200):
        if new.kind == "customer" or (new.kind == "reply" and (new.author, new.device) != (who.id, who.device)):
            raise Refusal(
                "Not sent: {name} wrote in the meantime.",
                "newer",
                name=Told(new, "author_name"),
                message=new.id,
                kind=new.kind,
                seq=max(case.in_seq, case.out_seq),
                text=Told(new, "text", 2000),
            )


def _active(view: View, person: str) -> bool:
    """Whether somebody can be mentioned. One who never works with cases is not let into one by a word in a note."""
    found = view.get(Person, person)
    if found is None or not found.active:
        return False
    if not may(found.role, "case.see"):
        raise Refusal("{name} does not work on cases and cannot be mentioned.", "not_working", name=found.name)
    return True
