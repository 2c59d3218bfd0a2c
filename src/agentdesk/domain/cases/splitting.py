"""A part of a conversation that is a matter of its own: it becomes a case, with its words, files and clocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from ..kernel import Actor, Change, Command, Put, Refusal, ShortText, View, clean, command, ref
from ..kernel.values import ID_PATTERN, first_line
from .attention import MENTIONS_OF
from .audience import MOST_LINKS
from .filetexts import FILE_TEXTS
from .joining import MERGE_LIMIT
from .questions import ATTACHMENTS, CONVERSATIONS, MESSAGES_AFTER
from .records import Case, CaseId, Conversation, Counter, Message
from .thread import CALL, changed, event, is_answer, is_question, live_case, open_scope, ranked

MOST = 200
"""So many messages leave at once."""
WORDS = ("customer", "reply", "note", CALL)


@command("case.split", "case.join")
class Split(Command, frozen=True):
    """Make a case `into` of some messages of `case`. Each keeps its number, so that nobody has read it who had not.

    A chat has one line to its visitor: that goes where the customer's last word in it goes, and the other case has
    none. In any other channel both cases can be answered; `conversation` is the new one's.
    """

    case: CaseId
    into: Annotated[str, ref("case", creates=True)]
    conversation: Annotated[str, ref("conversation", creates=True)]
    messages: Annotated[tuple[Annotated[str, Meta(pattern=ID_PATTERN)], ...], Meta(min_length=1, max_length=MOST)]
    subject: ShortText = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        old = live_case(view, self.case)
        there = view.get(Case, self.into)
        if there is not None:
            if old.id in there.linked:
                return
            raise Refusal("This case is there already.", "taken")
        if view.get(Conversation, self.conversation) is not None:
            raise Refusal("This message already belongs to another case.", "message")
        if len(old.linked) >= MOST_LINKS:
            raise Refusal("A case takes at most {limit} links.", "too_many", limit=MOST_LINKS)
        goes, stays = self._parts(view, old)
        counter = view.get(Counter, "case")
        number = counter.value + 1 if counter else int(view.knows(Counter, "case"))
        if number:
            yield Put(Counter("case", "server", 0, number))
        new = _begun(old, self.into, number, clean(self.subject), goes)
        yield from self._lines(view, old, new, goes, stays)
        yield from _rehung(view, old, new, goes)
        # What the new case takes over is in no word of its thread: the event says it.
        new, said = event(new, who, now, "split", f"{old.id} {old.priority} {int(bool(old.assignee))}")
        old, told = event(_counted(old, stays), who, now, "split_off", new.id)
        yield from (said, told, Put(new), Put(changed(old, linked=(*old.linked, new.id))))

    def _parts(self, view: View, old: Case) -> tuple[list[Message], list[Message]]:
        """What goes and what stays, each in order."""
        found = view.page(MESSAGES_AFTER(case=old.id, seq=0), limit=MERGE_LIMIT + 1)
        if len(found) > MERGE_LIMIT:
            raise Refusal("This case is too long to be split.", "long")
        wanted = frozenset(self.messages)
        goes = [one for one in found if one.id in wanted and one.kind in WORDS]
        stays = [one for one in found if one.id not in wanted]
        if len(goes) < len(wanted):
            raise Refusal("Some of these messages are not in this case any more. Choose them anew.", "missing")
        if any(one.state == "held" for one in goes):
            raise Refusal("A reply that is still held cannot go. Wait until it is sent, or take it back.", "held")
        if not any(one.kind == "customer" for one in goes):
            raise Refusal("Choose something that the customer wrote: a case begins with it.", "customer")
        if not any(one.kind == "customer" for one in stays):
            raise Refusal("Something that the customer wrote has to stay in this case.", "nothing_left")
        return goes, stays

    def _lines(
        self, view: View, old: Case, new: Case, goes: Sequence[Message], stays: Sequence[Message]
    ) -> Iterable[Change]:
        """The conversations of both. Messages of a chat keep the line that they came by: they show there again, should
        the cases be merged.
        """
        lines = {one.id: one for one in view.page(CONVERSATIONS(case=old.id), limit=MERGE_LIMIT)}
        chats = {id: one for id, one in lines.items() if one.visitor}
        by_chat = [one for one in (*goes, *stays) if one.kind == "customer" and one.conversation in chats]
        last = max(by_chat, key=lambda one: one.seq, default=None)
        for line in chats.values() if last in goes else ():
            yield Put(msgspec.structs.replace(line, case=new.id, scope=new.scope, rev=0))
        like = _like(old, lines, goes)
        if like is not None:
            made = msgspec.structs.replace(
                like, id=self.conversation, case=new.id, scope=new.scope, rev=0, opened_at=new.opened_at
            )
            yield Put(made)
        for one in goes:
            stands = like is None or one.conversation in chats or not one.conversation
            line_of = one.conversation if stands else self.conversation
            yield Put(msgspec.structs.replace(one, case=new.id, scope=new.scope, rev=0, conversation=line_of))


def _like(old: Case, lines: Mapping[str, Conversation], goes: Sequence[Message]) -> Conversation | None:
    """What the new case's own line is like: the one by which the customer wrote last of what goes, if that is no chat.
    None if all of it came by chat.
    """
    wrote = (lines.get(one.conversation) for one in reversed(goes) if one.kind == "customer")
    found = next((line for line in wrote if line is not None and not line.visitor), None)
    if found is not None or any(one.visitor for one in lines.values()):
        return found
    made_up = Conversation("", "", 0, old.id, old.channel, old.customer, old.opened_at)
    return next(iter(lines.values()), made_up)


def _begun(old: Case, id: str, number: int, subject: str, goes: Sequence[Message]) -> Case:
    """The new case: of the same customer, in the same hands, with the numbers of its messages."""
    first = next(one for one in goes if one.kind == "customer")
    case = changed(
        old,
        id=id,
        scope=open_scope(old.team),
        number=number,
        subject=subject or first_line(first.text, 90) or old.subject,
        opened_at=first.at,
        status="open",
        snoozed_until=0,
        solved_at=0,
        reopened=0,
        linked=(old.id,),
        due=0,
        due_soon=0,
        due_what="",
        clocked=0,
        stamp="",
    )
    return _counted(case, goes)


def _counted(case: Case, messages: Sequence[Message]) -> Case:
    """What a list shows of a case with these messages. Where the answer has left, the customer waits again."""
    since = answered = 0
    for one in messages:
        if is_question(one):
            since = since or one.at
        elif is_answer(one):
            since, answered = 0, answered or one.at
        elif one.event == "solved":
            since = 0
        elif one.event == "merged":
            waits = one.detail.partition(" ")[2]
            since = int(waits) if waits.isdecimal() else since
    said = [one for one in messages if one.kind in ("customer", "reply")]
    newest = said[-1]
    return ranked(
        changed(
            case,
            in_seq=max((one.seq for one in said if one.kind == "customer"), default=0),
            out_seq=max((one.seq for one in said if one.kind == "reply"), default=0),
            waiting_since=since,
            answered_at=answered,
            preview=first_line(newest.text),
            preview_from="customer" if newest.kind == "customer" else "agent",
            updated_at=newest.at,
        )
    )


def _rehung(view: View, old: Case, new: Case, goes: Sequence[Message]) -> Iterable[Change]:
    """Files, what stands in them, and mentions go with the words they belong to."""
    ids = {one.id for one in goes}
    for file in view.page(ATTACHMENTS(case=old.id), limit=MERGE_LIMIT):
        if file.message in ids:
            yield Put(msgspec.structs.replace(file, case=new.id, scope=new.scope, rev=0))
    for text in view.page(FILE_TEXTS(case=old.id), limit=MERGE_LIMIT):
        if text.message in ids:
            yield Put(msgspec.structs.replace(text, case=new.id, scope=new.scope, rev=0))
    for mention in view.page(MENTIONS_OF(case=old.id), limit=MERGE_LIMIT):
        if mention.message in ids:
            yield Put(msgspec.structs.replace(mention, case=new.id, rev=0))
