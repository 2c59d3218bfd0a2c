"""The directory's place in the house: who may speak for it, how much, and one request at a time on a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from agentdesk_server.authority import Database
from agentdesk_server.authority.kept import Kept
from agentdesk_server.limits import Buckets
from agentdesk_server.writer import Writer

from .exchange import Asked, Said
from .settings import knows

if TYPE_CHECKING:  # loading it takes a second, and most servers have no directory
    from .protocol import Protocol

AT_ONCE, A_SECOND = 300, 50
WAITING = 50
"""So many requests may wait for their turn."""
Ended = Callable[[tuple[str, ...]], Awaitable[None]]


class DirectoryDesk:
    """`open_reader` gives a connection for the thread that answers; `ended` is told whose sessions have ended."""

    def __init__(
        self,
        writing: Database,
        reader: Database,
        open_reader: Callable[[], Database],
        writer: Writer,
        clock: Callable[[], int],
        ended: Ended,
    ) -> None:
        self._writing, self._open, self._writer, self._clock = writing, open_reader, writer, clock
        self._kept, self._ended = Kept(reader.conn), ended
        self._turn = asyncio.Lock()
        self._own: Database | None = None
        self._protocol: Protocol | None = None
        self._working: set[asyncio.Task[Said]] = set()
        self.asked = Buckets(AT_ONCE, A_SECOND)

    def knows(self, token: str) -> bool:
        """Whether it is the directory that asks."""
        return knows(self._kept, token)

    @property
    def full(self) -> bool:
        """Whether too many are waiting already."""
        return len(self._working) >= WAITING

    async def answer(self, asked: Asked) -> Said:
        """One request after another: what was read is still so when it is written. What was begun is done to its
        end, even if nobody waits for the answer any more.
        """
        task = asyncio.ensure_future(self._in_turn(asked))
        self._working.add(task)
        task.add_done_callback(self._working.discard)
        return await asyncio.shield(task)

    async def _in_turn(self, asked: Asked) -> Said:
        async with self._turn:
            said = await asyncio.to_thread(self._answer, asked, asyncio.get_running_loop())
        if said.ended:
            await self._ended(said.ended)
        return said

    def _answer(self, asked: Asked, loop: asyncio.AbstractEventLoop) -> Said:
        if self._protocol is None:
            from .protocol import Protocol

            self._own = self._open()
            self._protocol = Protocol(self._writing, self._own, self._writer, loop, self._clock)
        return self._protocol.answer(asked)

    async def close(self) -> None:
        """When what was begun is done."""
        await asyncio.gather(*self._working, return_exceptions=True)
        if self._own is not None:
            self._own.close()
