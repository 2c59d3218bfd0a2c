"""Work on a clock: cases wake, held replies go out, guests leave, heads are signed, old sessions end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Self

from agentdesk.domain.kernel import Command
from agentdesk.domain.privacy import RetentionRun

from .alarms import Alarms, give
from .authority import Authority, Entry
from .authority.credentials import Credentials
from .core import Core
from .filewords import FileWords
from .hub import Hub
from .privacy import Cleaning, Erasures, Schedule, daily
from .restamping import Restamping
from .sweeping import sweep
from .turns import again

log = logging.getLogger(__name__)
HOUR = 3_600_000
DAY = 24 * HOUR
BEAT = 300_000
SILENT_VISITORS = 30 * 24 * HOUR
ROOTS = ("case", "customer")
"""They are only ever erased; what of them is deleted was another region's, and must leave the files as well."""


class Jobs:
    """Sleeps until the next thing is due; a commit that brings something due earlier wakes it.

    What privacy asks for may take minutes and has a loop of its own: a reply that is held for seconds never waits for
    it.
    """

    def __init__(self, core: Core, hub: Hub) -> None:
        self._core, self._hub = core, hub
        self._wake, self._wake_private = asyncio.Event(), asyncio.Event()
        started = core.clock()
        self._alarms, self._until = Alarms(core), 0
        self._restamping, self._files = Restamping(core.reader), FileWords(core, self._give)
        self._signs_at, self._beats_at = started + HOUR, started + BEAT
        self._erasures, self._cleaning, self._dirty = Erasures(core, self._give), Cleaning(core), True
        self._schedule, self._keeps_at = Schedule(core, self._give), started + HOUR
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        loops = (
            again(self._turn, self._wake),
            again(self._private_turn, self._wake_private),
            again(self._files.turn, self._files.wake),
        )
        self._tasks = [asyncio.create_task(one) for one in loops]
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def heard(self, entries: list[Entry]) -> None:
        """A listener of the writer: something may be due now before all else."""
        changed = [new for entry in entries for _, new in entry.changes]
        farewells = (gone for entry in entries for part in entry.parts.values() for gone in part.gone.values())
        erased = any(how == "erased" or (how == "deleted" and kind in ROOTS) for kind, _, how, _ in farewells)
        self._dirty |= erased
        self._files.heard(changed)
        if self._alarms.sooner(changed, self._until):
            self._wake.set()
        if erased or any(isinstance(new, RetentionRun) and not new.done for new in changed):
            self._wake_private.set()

    async def _turn(self) -> float:
        """Do what is due; seconds until there will be more."""
        await self._due()
        if (unstamped := self._restamping.next()) is not None:
            await self._give(unstamped)
            return 0
        self._until = min(self._signs_at, self._beats_at, self._alarms.next())
        return max(0, self._until - self._core.clock()) / 1000

    async def _private_turn(self) -> float:
        """Go on with erasures and the schedule, and clean up; seconds until there may be more."""
        now = self._core.clock()
        await self._erasures.due()
        if now >= self._keeps_at:
            self._keeps_at = now + DAY
            await daily(self._core, self._give)
        await self._schedule.due()
        if self._dirty:
            self._dirty = clean = False
            try:
                clean = await self._cleaning.due()
            finally:  # what failed is tried again, not left for the next erasure
                self._dirty |= not clean
        pause = 1_000 if self._dirty else min(BEAT, self._keeps_at - self._core.clock())
        return max(0, pause) / 1000

    async def _due(self) -> None:
        """Do all that is due now."""
        now = self._core.clock()
        await self._alarms.due()
        if now >= self._beats_at:
            self._beats_at = now + BEAT
            self._hub.beat()
        if now >= self._signs_at:
            self._signs_at = now + HOUR
            await self._core.writer.call(lambda authority: self._hourly(authority, now))

    def _hourly(self, authority: Authority, now: int) -> None:
        """On the authority's thread."""
        kept = Credentials(self._core.database.conn)
        authority.sign_head()
        kept.end_expired(now)
        kept.forget_visitors(now - SILENT_VISITORS)
        sweep(self._core.database, self._core.folder, now)

    async def _give(self, command: Command) -> bool:
        """Whether it was done."""
        done = (await give(self._core, command)).ack.status == "done"
        if not done:
            await asyncio.sleep(1)  # a refused one would come again at once, for ever
        return done
