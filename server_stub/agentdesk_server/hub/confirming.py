"""Erasures and the devices that owe a word: who says that nothing is left, and who is told once more."""

from __future__ import annotations

import msgspec

from agentdesk.domain.kernel import Actor
from agentdesk.domain.kernel.commands import command_spec
from agentdesk.domain.privacy import OWED, UNTOLD, Confirm
from agentdesk.protocol.frames import Delta, Erased, Gone
from agentdesk_server.authority import Submission
from agentdesk_server.authority.effects import EVERYBODY
from agentdesk_server.writer import Writer

from .desks import Desk
from .hub import Hub

CLOCK = Actor("clock", "system", "AgentDesk", device="clock")
MOST = 1_000
TOLD = "SELECT kind, id, how, rev FROM gone WHERE scope=? AND kind='customer' AND id=? AND how='erased' AND rev<=?"


class Confirming:
    """One desk's side of all erasures."""

    def __init__(self, writer: Writer, hub: Hub, desk: Desk) -> None:
        self._writer, self._hub, self._desk = writer, hub, desk
        self._said: set[str] = set()

    def take(self, frame: Erased) -> None:
        """The desk has destroyed these. What it was not asked for is passed over; saying it twice changes nothing."""
        asked = self._asked()
        for id in frame.ids:
            erasure = asked.get(id, "")
            if erasure and erasure not in self._said:
                self._said.add(erasure)
                command = Confirm(erasure=erasure, person=self._desk.person, device=self._desk.device)
                args = msgspec.msgpack.encode(command)
                self._writer.post(Submission(CLOCK, command_spec(command).name, command, args))

    def _asked(self) -> dict[str, str]:
        """Customer → the erasure for which this desk owes its word, or may: the list may yet have to be made."""
        records, desk = self._hub.filler.reader.records, self._desk
        asked = {one.customer: one.id for one in records.page(UNTOLD(), limit=MOST)}
        owed = records.page(OWED(person=desk.person, device=desk.device), limit=MOST)
        return asked | {one.customer: one.erasure for one in owed}

    def remind(self, cursor: int) -> None:
        """Say again what this desk has heard, up to this cursor of what all hear, and has never confirmed."""
        reader, desk = self._hub.filler.reader, self._desk
        gone: list[Gone] = []
        for owed in reader.records.page(OWED(person=desk.person, device=desk.device), limit=MOST):
            gone += reader.conn.execute(TOLD, (EVERYBODY, owed.customer, cursor)).fetchall()
        if gone:  # part of a transaction: it moves no cursor
            desk.say(Delta(scope=EVERYBODY, from_=cursor, to=cursor, gone=gone, more=True))
