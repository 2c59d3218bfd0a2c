"""Work on a clock: cases wake, held replies go out, guests leave, heads are signed, old sessions end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Self

import msgspec

from agentdesk.domain.cases import (
    DUE_GRANTS,
    DUE_HELD,
    DUE_SNOOZED,
    Case,
    Deliver,
    EndAccess,
    Grant,
    Message,
    Wake,
)
from agentdesk.domain.kernel import Actor, Command, Record
from agentdesk.domain.kernel.commands import command_spec
from agentdesk.domain.privacy import RetentionRun

from .authority import Authority, Entry, Submission
from .authority.credentials import Credentials
from .core import Core
from .hub import Hub
from .privacy import Cleaning, Erasures, Schedule, daily
from .restamping import Restamping
from .sweeping import sweep

log = logging.getLogger(__name__)
HOUR = 3_600_000
DAY = 24 * HOUR
BEAT = 300_000
SILENT_VISITORS = 30 * 24 * HOUR
END_OF_TIME = 2**53
BATCH = 200
CLOCK = Actor("clock", "system", "AgentDesk", device="clock")


class Jobs:
    """Sleeps until the next thing is due; a commit that brings something due earlier wakes it.

    What privacy asks for may take minutes and has a loop of its own: a reply that is held for seconds never waits for
    it.
    """

    def __init__(self, core: Core, hub: Hub) -> None:
        self._core, self._hub = core, hub
        self._wake, self._wake_private = asyncio.Event(), asyncio.Event()
        started = core.clock()
        self._restamping = Restamping(core.reader)
        self._signs_at, self._beats_at = started + HOUR, started + BEAT
        self._erasures, self._cleaning, self._dirty = Erasures(core, self._give), Cleaning(core), True
        self._schedule, self._keeps_at = Schedule(core, self._give), started + HOUR
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        loops = (_again(self._turn, self._wake), _again(self._private_turn, self._wake_private))
        self._tasks = [asyncio.create_task(one) for one in loops]
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def heard(self, entries: list[Entry]) -> None:
        """A listener of the writer: whatever is asleep or held now may be due before all else."""
        changed = [new for entry in entries for _, new in entry.changes]
        farewells = (gone for entry in entries for part in entry.parts.values() for gone in part.gone.values())
        erased = any(how == "erased" for _, _, how, _ in farewells)
        self._dirty |= erased
        if any(map(_is_waiting, changed)):
            self._wake.set()
        if erased or any(isinstance(new, RetentionRun) and not new.done for new in changed):
            self._wake_private.set()

    async def _turn(self) -> float:
        """Do what is due; seconds until there will be more."""
        await self._due()
        if (unstamped := self._restamping.next()) is not None:
            await self._give(unstamped)
            return 0
        return max(0, self._next() - self._core.clock()) / 1000

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
        now, records = self._core.clock(), self._core.reader.records
        for case in records.page(DUE_SNOOZED(now=now), limit=BATCH):
            await self._give(Wake(case=case.id))
        for message in records.page(DUE_HELD(now=now), limit=BATCH):
            await self._give(Deliver(message=message.id))
        for grant in records.page(DUE_GRANTS(now=now), limit=BATCH):
            await self._give(EndAccess(grant=grant.id))
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
        args = msgspec.msgpack.encode(command)
        outcome = await self._core.writer.submit(Submission(CLOCK, command_spec(command).name, command, args))
        if outcome.ack.status != "done":
            # A refused one would come again at once, for ever.
            log.warning("a job was refused: %s %s", command_spec(command).name, outcome.ack.code)
            await asyncio.sleep(1)
        return outcome.ack.status == "done"

    def _next(self) -> int:
        """When there will be something to do. What is due at t is asked for with `<`, so it is done at t + 1."""
        records = self._core.reader.records
        times: list[int] = [self._signs_at, self._beats_at]
        times += [case.snoozed_until + 1 for case in records.page(DUE_SNOOZED(now=END_OF_TIME), limit=1)]
        times += [message.hold_until + 1 for message in records.page(DUE_HELD(now=END_OF_TIME), limit=1)]
        times += [grant.until + 1 for grant in records.page(DUE_GRANTS(now=END_OF_TIME), limit=1)]
        return min(times)


def _is_waiting(record: Record | None) -> bool:
    if isinstance(record, Case):
        return record.status == "snoozed"
    if isinstance(record, Grant):
        return not record.ended
    return isinstance(record, Message) and record.state == "held"


async def _again(turn: Callable[[], Awaitable[float]], wake: asyncio.Event) -> None:
    """A turn whenever one is due or somebody wakes it; one that failed comes again soon."""
    while True:
        wake.clear()
        try:
            pause = await turn()
        except (asyncio.CancelledError, ConnectionError):
            raise
        except Exception:
            log.exception("a job failed")
            pause = 10.0
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(wake.wait(), pause)
