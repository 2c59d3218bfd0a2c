"""Questions about the audit log from desks, each named like the command that it is."""

from __future__ import annotations

from functools import partial

from agentdesk.domain.audit import CompareHeads, ListHeads, Look, ProveEntry, SearchAudit, UnsealEntry
from agentdesk.domain.kernel import COMMANDS, Actor, Command, Denied, Refusal
from agentdesk.domain.people import Person
from agentdesk_server.audit.room import Room
from agentdesk_server.authority import Submission
from agentdesk_server.hub.desks import Desk
from agentdesk_server.hub.hub import Answerer

ASKED = (SearchAudit, ListHeads, ProveEntry, CompareHeads, UnsealEntry)
UNREADABLE = "The server could not read this question."


def questions(room: Room) -> dict[str, Answerer]:
    """What a hub passes on, by name."""
    return {name: partial(_answer, room, name) for name, spec in COMMANDS.items() if spec.cls in ASKED}


async def _answer(room: Room, name: str, desk: Desk, command: Command | None) -> object:
    who = Actor(desk.person, "nobody", desk.name, device=desk.device)
    if isinstance(command, Look):
        return await room.look(who, command)
    # Written down too; and nothing is said of a question to somebody who may not ask it.
    await room.core.writer.submit(Submission(who, name, None, b"", problem=UNREADABLE))
    person = room.core.reader.records.of(Person, desk.person)
    if person is None or person.role not in COMMANDS[name].roles:
        raise Denied(UNREADABLE)
    raise Refusal(UNREADABLE, "unreadable")
