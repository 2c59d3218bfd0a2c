"""Who leaves is out everywhere at once: an account closed, a device shut out, a policy that forbids what goes on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from agentdesk.domain.devices import Device
from agentdesk.domain.people import Person
from agentdesk.domain.policies import Policy
from agentdesk.protocol import Close
from agentdesk.protocol.frames import Notice
from agentdesk_server.authority import Entry
from agentdesk_server.authority.credentials import Credentials
from agentdesk_server.core import Core
from agentdesk_server.hub import Hub

from .devices import SHUT_OUT

log = logging.getLogger(__name__)


class Leavers:
    """A listener of the writer. Doors ask the records themselves at each request; this ends what is open and kept."""

    def __init__(self, core: Core, hub: Hub) -> None:
        self._core, self._hub = core, hub
        self._kept = Credentials(core.database.conn)
        self.tasks: set[asyncio.Task[None]] = set()

    def heard(self, entries: list[Entry]) -> None:
        """On the loop, with each commit."""
        changed = [new for entry in entries for _, new in entry.changes]
        people = [one.id for one in changed if isinstance(one, Person) and not one.active]
        devices = [one for one in changed if isinstance(one, Device) and one.key and (one.wipe or one.ended)]
        for device in devices:
            self._tell(device)
        if people or devices or any(isinstance(one, Policy) for one in changed):
            task = asyncio.ensure_future(self._end(people, devices))
            self.tasks.add(task)
            task.add_done_callback(self._ended)

    def _tell(self, device: Device) -> None:
        """A desk that is connected hears it now, and wipes itself."""
        for desk in self._hub.of_person(device.person):
            if desk.proof_key == device.key:
                self._hub.send_away(desk, Notice(code="revoked", sentence=SHUT_OUT), Close.NOT_ALLOWED)

    async def _end(self, people: Sequence[str], devices: Sequence[Device]) -> None:
        def end(_: object) -> None:
            for person in people:
                self._kept.end_sessions(person)
            for device in devices:
                self._kept.families.end_of_key(device.person, device.key)

        await self._core.writer.call(end)
        await self._hub.sessions_ended()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None and not isinstance(error, ConnectionError):
            log.error("sessions could not be ended", exc_info=error)


@asynccontextmanager
async def shutting_out(core: Core, hub: Hub) -> AsyncIterator[None]:
    """Listen while this lasts."""
    leavers = Leavers(core, hub)
    core.writer.listeners.append(leavers.heard)
    try:
        yield
    finally:
        core.writer.listeners.remove(leavers.heard)
        if leavers.tasks:
            await asyncio.wait(leavers.tasks, timeout=5)
