"""Erasures that are under way: the next part of a long one, and the list of devices that are to confirm."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from agentdesk.domain.kernel import Command
from agentdesk.domain.privacy import ERASING, UNTOLD, AskDevices, Device, EraseMore
from agentdesk_server.core import Core

BATCH = 50
DEVICES = """SELECT person, device FROM session WHERE expires>? UNION
    SELECT person, substr(id, length(person) + 2) FROM device ORDER BY 1, 2"""
"""Where somebody is signed in, and where somebody has ever worked: a laptop in a drawer still holds what it held."""


class Erasures:
    """Gives the server's own commands, one at a time, until nothing is left to be done."""

    def __init__(self, core: Core, give: Callable[[Command], Awaitable[bool]]) -> None:
        self._core, self._give = core, give

    async def due(self) -> None:
        """Go on with all that is unfinished."""
        records = self._core.reader.records
        for erasure in records.page(ERASING(), limit=BATCH):
            while not erasure.done and await self._give(EraseMore(erasure=erasure.id)):
                erasure = records.of(type(erasure), erasure.id) or erasure
        for erasure in records.page(UNTOLD(), limit=BATCH):
            if erasure.done:
                await self._give(AskDevices(erasure=erasure.id, devices=self._devices()))

    def _devices(self) -> tuple[Device, ...]:
        rows = self._core.reader.conn.execute(DEVICES, (self._core.clock(),))
        return tuple(Device(person, device) for person, device in rows)
