"""The proof for one reply: the entries of its suggestions, opened, under a head that is signed now."""

from __future__ import annotations

from functools import partial
from itertools import chain

import msgspec

from agentdesk.domain.audit import head as head_
from agentdesk.domain.audit import leaf as leaf_
from agentdesk.domain.kernel import Actor, Refusal
from agentdesk.domain.suggestions import OF_MESSAGE
from agentdesk.domain.suggestions.proving import MOST, MOST_ENTRIES, ProveReply, Stated
from agentdesk_server.audit.evidence import write_evidence
from agentdesk_server.audit.exporting import Source, source_now
from agentdesk_server.audit.index import Wanted
from agentdesk_server.audit.lines import OpenedLine
from agentdesk_server.audit.reading import Reading
from agentdesk_server.audit.room import Room
from agentdesk_server.audit.seal import Details
from agentdesk_server.audit.suggested import KINDS, STATED
from agentdesk_server.authority import Authority

_NEWEST = 1 << 62
LOOKED_AT = 50


async def prove_reply(room: Room, who: Actor, message: str) -> bytes:
    """A file to be checked with `verify-audit`. What the server finds is itself an entry of the log, and in the proof.

    Raises `Denied`, or `Refusal` with a sentence.
    """
    stated = await _stated(room, message)
    told = msgspec.msgpack.encode(stated)
    await room.admit(who, ProveReply(message=message), told)
    source: Source = await room.core.writer.call(partial(source_now, room.core))
    size = head_.decode(source.signed.data).size
    while await room.on_thread(lambda reading: reading.index.size < size and reading.step()):
        pass
    asked = await room.on_thread(lambda reading: reading.index.find(
        Wanted(equal={"command": STATED, "outcome": "done"}), _NEWEST, LOOKED_AT))  # fmt: skip
    speak = await room.on_thread(lambda reading: [n for n in stated.entries[1:] if _leaf(reading, n).command in KINDS])
    opened = await room.core.writer.call(lambda authority: _opened(authority, [*speak, *asked]))
    said = next((number for number in asked if number in opened and opened[number].arguments == told), None)
    if said is None:
        raise Refusal("The log is busy. Try again in a moment.", "busy")
    numbers = sorted({*stated.entries, said})
    proofs = await room.on_thread(lambda reading: [reading.proof_line(number, size) for number in numbers])
    shown = [OpenedLine(n, opened[n].salt, opened[n].arguments) for n in numbers if n in opened]
    lines = write_evidence(source.epoch, source.public, [source.signed], chain(proofs, shown), source.handovers)
    return b"".join(lines)


async def _stated(room: Room, message: str) -> Stated:
    """What the log has about a reply: first the entry that wrote it, whose words stay sealed, then those about its
    suggestions. What else touched one, as taking a reply back does, stays sealed too.
    """
    await room.catch_up()
    found = room.core.reader.records.page(OF_MESSAGE(message=message), limit=MOST)

    def look(reading: Reading) -> tuple[int, ...]:
        of = [reading.index.find(Wanted(equal={"outcome": "done"}, record=id), _NEWEST, MOST_ENTRIES // MOST)
              for id in (message, *(one.id for one in found))]  # fmt: skip
        wrote = [number for number in of[0] if ("message", message) in _leaf(reading, number).touched]
        return tuple(chain(wrote[-1:], *(sorted(some) for some in of[1:])))[:MOST_ENTRIES]

    return Stated(message, tuple(one.id for one in found), await room.on_thread(look))


def _leaf(reading: Reading, number: int) -> leaf_.Leaf:
    return leaf_.decode(reading.leaf(number))


def _opened(authority: Authority, numbers: list[int]) -> dict[int, Details]:
    """What these entries said, where it can still be read: what was erased cannot."""
    found = ((number, authority.ledger.details(number)) for number in numbers)
    return {number: details for number, details in found if details is not None}
