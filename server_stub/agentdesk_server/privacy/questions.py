"""Questions about privacy from desks: whom a request is about, what they consent to, what proves that data went."""

from __future__ import annotations

from functools import partial
from typing import Any

import msgspec

from agentdesk.domain.audit import head as head_
from agentdesk.domain.audit.evidence import Inclusion
from agentdesk.domain.cases import CUSTOMER_CASES, Customer
from agentdesk.domain.kernel import COMMANDS, Actor, Command, Denied, MaskView, Refusal, masked
from agentdesk.domain.masking import view_of
from agentdesk.domain.people import Person
from agentdesk.domain.privacy import (
    CONSENTS_OF,
    ERASURE_OF,
    FindSubject,
    LookAtConsents,
    ProveErasure,
    is_held,
)
from agentdesk.domain.queue import BY_NUMBER
from agentdesk_server.audit.evidence import write_evidence
from agentdesk_server.audit.lines import ProofLine
from agentdesk_server.audit.room import Room
from agentdesk_server.authority import Submission
from agentdesk_server.core import Core
from agentdesk_server.hub.desks import Desk
from agentdesk_server.hub.hub import Answerer

ASKED = (FindSubject, LookAtConsents, ProveErasure)
PROVING = ("subject.erase", "subject.erase_more")
"""The command that begins an erasure, and the one that ends a long one."""
MOST, CASES = 20, 20
UNREADABLE = "The server could not read this question."
NO_WORDS = msgspec.msgpack.encode({"words": ""})


class CaseLine(msgspec.Struct, frozen=True):
    """A case of a customer, without a word of it; the time is that of its last change (UTC ms)."""

    id: str
    number: int
    status: str
    at: int
    held: bool


class Subject(msgspec.Struct, frozen=True):
    """A customer, as far as one must see to know that it is the right one."""

    id: str
    name: str
    email: str
    region: str
    since: int
    held: bool
    erasing: bool
    count: int
    """How many cases there are; the newest of them are listed."""
    cases: list[CaseLine]


def questions(core: Core, room: Room) -> dict[str, Answerer]:
    """What a hub passes on, by name."""
    return {name: partial(_answer, core, room, name) for name, spec in COMMANDS.items() if spec.cls in ASKED}


async def _answer(core: Core, room: Room, name: str, desk: Desk, command: Command | None) -> object:
    who = Actor(desk.person, "nobody", desk.name, device=desk.device)
    if command is None:
        await core.writer.submit(Submission(who, name, None, b"", problem=UNREADABLE))
        if _role(core, desk.person) not in COMMANDS[name].roles:
            raise Denied(UNREADABLE)
        raise Refusal(UNREADABLE, "unreadable")
    await room.admit(who, command, NO_WORDS if isinstance(command, FindSubject) else None)
    match command:
        case FindSubject():
            return {"found": _find(core, command.words, _view(core, desk.person))}
        case LookAtConsents():
            view = _view(core, desk.person)
            found = core.reader.records.page(CONSENTS_OF(customer=command.customer), limit=100)
            return {"consents": [_plain(masked(one, view)) for one in found]}
        case ProveErasure():
            proofs = await room.prove_about(command.erasure, PROVING)
            return {"proofs": proofs, "evidence": _evidence(proofs)}
        case _:
            raise Refusal(UNREADABLE, "unreadable")


def _evidence(proofs: list[Inclusion]) -> bytes:
    """The same as a file, which `agentdesk verify-audit` checks without the server."""
    if not proofs:
        return b""
    heads = {head_.decode(one.head.data).size: one.head.pair for one in proofs}
    lines = [ProofLine(head_.decode(one.head.data).size, one.index, one.leaf, one.path) for one in proofs]
    epoch = head_.decode(heads[max(heads)].data).epoch
    return b"".join(write_evidence(epoch, proofs[0].key, [heads[size] for size in sorted(heads)], lines))


def _role(core: Core, person: str) -> str:
    found = core.reader.records.of(Person, person)
    return found.role if found is not None and found.active else "nobody"


def _view(core: Core, person: str) -> MaskView:
    found = core.reader.records.of(Person, person)
    return view_of(found.role, found.region) if found is not None else view_of("nobody")


def _find(core: Core, words: str, view: MaskView) -> list[Subject]:
    """As many as a person can tell apart. Whoever sees a name or an address masked finds nobody by it."""
    records, words = core.reader.records, words.strip()
    by_id = records.of(Customer, words)
    if by_id is not None and not by_id.home:
        return [_subject(core, by_id, view)]
    if words.startswith("#"):
        number = "".join(sign for sign in words[1:] if sign not in " .,\u00a0\u202f")
        cases = records.page(BY_NUMBER(number=int(number)), limit=1) if _is_number(number) else ()
        owners = [records.of(Customer, case.customer) for case in cases]
        return [_subject(core, one, view) for one in owners if one is not None and not one.home]
    hits = [one for _, one in records.find.newest("customer", words, MOST) if isinstance(one, Customer)]
    return [_subject(core, one, view) for one in hits if masked(one, view) == one and not one.home]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 15


def _subject(core: Core, customer: Customer, view: MaskView) -> Subject:
    records, shown = core.reader.records, masked(customer, view)
    truth: Any = records
    cases = records.page(CUSTOMER_CASES(customer=customer.id), limit=CASES)
    return Subject(
        customer.id,
        shown.name,
        shown.email,
        customer.region,
        customer.since,
        is_held(truth, customer.id),
        any(not one.done for one in records.page(ERASURE_OF(customer=customer.id), limit=10)),
        records.count(CUSTOMER_CASES(customer=customer.id)),
        [
            CaseLine(one.id, one.number, one.status, one.updated_at, is_held(truth, customer.id, one.id))
            for one in cases
        ],
    )


def _plain(record: Any) -> dict[str, Any]:
    return {k: v for k, v in msgspec.to_builtins(record).items() if k not in ("scope", "stamp", "rev")}
