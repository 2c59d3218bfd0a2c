"""How a message joins a case: its number, what the list shows, who waits for whom."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from ..kernel import Actor, Change, File, Put, Refusal, View, file_name, media_type, need
from ..kernel.values import first_line
from .questions import CONVERSATIONS, MESSAGE_AT
from .records import Attachment, Case, Conversation, Message

BOOST = (-24 * 3_600_000, 0, 4 * 3_600_000, 24 * 3_600_000)
"""By how much each priority moves a case ahead in its queue (ms); so nothing starves: age always wins in the end."""
BY_ITSELF = "rules"
"""The device of words that no person wrote: they answer nobody's question, and stop no clock."""
CALL, REACHED = "call", "spoke"
"""The kind of a message that tells of a call by telephone, and its detail if they have talked; its event is `in` or
`out`. No customer reads it: it is what a colleague has noted.
"""
IDLE = 30 * 24 * 3_600_000
"""A case in which nobody waits for us comes after all that wait."""


def open_scope(team: str) -> str:
    return f"team:{team}:open"


def past_scope(team: str) -> str:
    return f"team:{team}:past"


def ranked(case: Case) -> Case:
    """The case with its place in the queue worked out."""
    base = case.waiting_since or case.updated_at + IDLE
    return changed(case, rank=base - BOOST[case.priority])


def changed(case: Case, **fields: Any) -> Case:
    return msgspec.structs.replace(case, rev=0, **fields)


def live_case(view: View, id: str) -> Case:
    """A case one can work on; refused when it is merged away or gone."""
    case = need(view, Case, id, "This case is no longer there.")
    if case.merged_into:
        raise Refusal("This case was merged into another one.", "merged", into=case.merged_into)
    return case


def newest_conversation(view: View, case: Case) -> Conversation:
    """Where a reply goes: to the conversation the customer wrote in last, if somebody can be reached there."""
    found = view.page(CONVERSATIONS(case=case.id), limit=50)
    if len(found) > 1:
        newest = view.page(MESSAGE_AT(case=case.id, seq=case.in_seq), limit=1)
        used = view.get(Conversation, newest[0].conversation) if newest else None
        found = [*([used] if used else []), *found]
    if not found:
        raise Refusal("This case has no conversation to reply in.", "no_conversation")
    return next((one for one in found if one.visitor or one.channel == "email"), found[0])


def event(case: Case, who: Actor, now: int, name: str, detail: str = "") -> tuple[Case, Put]:
    """The case with an event at its end. Its id follows from its number, for no command brings one."""
    seq = case.seq + 1
    message = Message(
        id=f"{case.id}:{seq}",
        scope=case.scope,
        rev=0,
        case=case.id,
        conversation="",
        seq=seq,
        kind="event",
        author=who.id,
        author_name=who.name,
        text="",
        at=now,
        written_at=who.at or now,
        event=name,
        detail=detail,
    )
    return changed(case, seq=seq), Put(message)


def attach(view: View, case: Case, message: str, files: tuple[File, ...]) -> Iterable[Change]:
    """The files of a new message. An id that is in use would take the file away from the message that has it."""
    for file in files:
        if view.get(Attachment, file.id) is not None:
            raise Refusal("{name} already belongs to another message.", "file", name=file_name(file.name))
        name, type = file_name(file.name), media_type(file.type)
        yield Put(Attachment(file.id, case.scope, 0, case.id, message, file.digest, name, file.size, type))


def with_inbound(case: Case, seq: int, text: str, now: int) -> Case:
    """The case after the customer has written."""
    return ranked(
        changed(
            case,
            seq=seq,
            in_seq=seq,
            preview=first_line(text),
            preview_from="customer",
            updated_at=now,
            waiting_since=case.waiting_since or now,
        )
    )


def with_outbound(case: Case, seq: int, text: str, now: int) -> Case:
    """The case after we have answered."""
    return ranked(
        changed(
            case,
            seq=seq,
            out_seq=seq,
            preview=first_line(text),
            preview_from="agent",
            updated_at=now,
            waiting_since=0,
            answered_at=case.answered_at or now,
        )
    )


def is_answer(message: Message) -> bool:
    """Whether somebody has answered the customer with this: what goes out by itself answers nobody's question, and a
    call does if they have talked.
    """
    if message.kind == CALL:
        return message.detail == REACHED
    return message.kind == "reply" and message.device != BY_ITSELF


def is_question(message: Message) -> bool:
    """Whether a customer waits for an answer to this: they wrote, or they called and did not reach us."""
    return message.kind == "customer" or (message.kind == CALL and message.event == "in" and message.detail != REACHED)


def with_word(case: Case, text: str, now: int) -> Case:
    """The case after an answer that nobody wrote: whoever waits goes on waiting."""
    told = changed(case, seq=case.seq + 1, out_seq=case.seq + 1, preview=first_line(text), preview_from="agent")
    return ranked(changed(told, updated_at=now))
