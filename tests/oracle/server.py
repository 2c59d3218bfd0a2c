"""The server of a history: the shipped authority, hub and session on a real file, without threads or sockets."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from agentdesk.domain.catalogue import COMMANDS
from agentdesk.domain.kernel import Actor
from agentdesk.protocol.frames import DeviceReport
from agentdesk_server.authority import Authority, Entry, Outcome, Submission, open_server_database
from agentdesk_server.authority.database import FILE, Database, open_reader
from agentdesk_server.gate.fresh import Freshness
from agentdesk_server.gate.shown import Shown as ShownByRequest
from agentdesk_server.hub import Hub
from agentdesk_server.hub.desks import Desk
from agentdesk_server.hub.filling import Filler
from agentdesk_server.writer import Submitter

from .loop import now_ms
from .truth import Shown, everything, shown

MASTER = b"oracle master key, 32 bytes long"
SYSTEM, CHANNEL = Actor("system", "system"), Actor("webchat", "channel")


class InlineWriter:
    """Does what the writer's thread does, at once; answers and news still come a moment later."""

    def __init__(self, authority: Authority, committed: Callable[[list[Outcome]], None]) -> None:
        self.authority = authority
        self.listeners: list[Callable[[list[Entry]], None]] = []
        self.stopped = False
        self._committed = committed

    def post(self, told: Submission) -> asyncio.Future[Outcome]:
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.hand_in(told, future)
        return future

    async def submit(self, told: Submission) -> Outcome:
        return await self.post(told)

    def hand_in(self, told: Submission, by: Submitter | asyncio.Future[Outcome]) -> None:
        if self.stopped:
            raise ConnectionError("stopped")
        outcomes = self.authority.commit([told])
        self._committed(outcomes)
        asyncio.get_running_loop().call_soon(self._deliver, outcomes, by)

    async def call(self, work: Callable[[Authority], Any]) -> Any:
        await asyncio.sleep(0)
        return work(self.authority)

    def _deliver(self, outcomes: list[Outcome], by: Submitter | asyncio.Future[Outcome]) -> None:
        entries = [outcome.entry for outcome in outcomes if outcome.entry is not None]
        if self.stopped:
            return
        if not isinstance(by, asyncio.Future):
            by.answered(outcomes)
        for listener in self.listeners:
            listener(entries)
        if isinstance(by, asyncio.Future) and not by.done():
            by.set_result(outcomes[0])


class InlineFiller(Filler):
    """Reads without a thread, and lets time pass between reading a page and handing it over."""

    def __init__(self, reader: Database, chance: random.Random) -> None:
        super().__init__(reader, lambda: reader)
        self._chance = chance

    async def page(self, scope: str, after: int, desk: Desk) -> Any:
        await asyncio.sleep(self._chance.random() * 0.02)
        found = self._read(scope, after, desk)
        await asyncio.sleep(self._chance.random() * 0.05)
        return found

    async def ask(self, work: Callable[[Database], Any]) -> Any:
        await asyncio.sleep(self._chance.random() * 0.02)
        return work(self.reader)


class SignedIn(msgspec.Struct):
    person: str
    device: str
    key: str = ""


class Proved(Freshness):
    """Everybody has just proved that it is them: what needs it is tried like all else."""

    def fresh(self, person: str, device: str) -> bool:
        return True


class Gate:
    """Tokens say who comes: what the real gate looks up is not what is tried here."""

    fresh = Proved(lambda: 0)
    devices: Any = None

    async def holder(self, shown: ShownByRequest) -> SignedIn | None:
        person, _, device = shown.token.partition("|")
        return SignedIn(person, device)

    async def still(self, session: SignedIn) -> bool:
        return True

    def lease_until(self, session: SignedIn) -> None:
        return None

    async def reported(self, session: SignedIn, report: DeviceReport) -> None:
        return None


async def _beat(hub: Hub) -> None:
    """What the server's jobs do every 20 s."""
    while True:
        await asyncio.sleep(20)
        hub.beat()


class Server:
    """Starts, is killed, starts again; keeps for each revision what each scope showed then."""

    behind_proxy = False

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.folder, self._chance = folder, chance
        self.gate = Gate()
        self.clock = now_ms
        self.snapshots: dict[tuple[str, int], Shown] = {}
        self.alive = False
        self.connections: set[asyncio.Task[None]] = set()
        self.on_kill: list[Callable[[], None]] = []
        self.start()

    def start(self) -> None:
        self._database = open_server_database(self.folder, durable=False)
        self._reader = open_reader(self.folder)
        self.authority = Authority(self._database, MASTER, now_ms)
        self.writer = InlineWriter(self.authority, self._committed)
        self.hub = Hub(self.authority, InlineFiller(self._reader, self._chance))
        self.writer.listeners.append(self.hub.heard)
        self.alive = True
        self.connections.add(asyncio.ensure_future(_beat(self.hub)))
        self._remember()

    def kill(self) -> None:
        """All that is in memory is gone; what was committed is not."""
        self.alive = False
        self.writer.stopped = True
        for desk in list(self.hub.desks.values()):
            self.hub.leave(desk)
        for task in self.connections:
            task.cancel()
        self.connections.clear()
        for ended in self.on_kill:
            ended()
        if self.hub._timer is not None:
            self.hub._timer.cancel()
        self._database.close()
        self._reader.close()

    def back_up(self, to: Path) -> None:
        self._database.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        to.mkdir(exist_ok=True)
        shutil.copy(self.folder / FILE, to / FILE)
        self.authority.mark_safe(self.authority.rev)

    def restore(self, backup: Path) -> None:
        """The disk was lost; a backup takes its place and begins a new epoch."""
        self.kill()
        for leftover in self.folder.glob(FILE + "*"):
            leftover.unlink()
        shutil.copy(backup / FILE, self.folder / FILE)
        database = open_server_database(self.folder, durable=False)
        database.conn.execute("UPDATE head SET epoch = ?", (f"epoch-{self._chance.random()}",))
        database.close()
        self.start()

    def _committed(self, outcomes: list[Outcome]) -> None:
        if any(outcome.entry is not None for outcome in outcomes):
            self._remember()

    def _remember(self) -> None:
        self.snapshots[self.authority.epoch, self.authority.rev] = shown(everything(self._database.records))

    def now_shown(self) -> Shown:
        return shown(everything(self._database.records))

    @property
    def records(self) -> Any:
        return self._database.records

    def command(self, who: Actor, name: str, /, **args: Any) -> None:
        """One of the server's own commands."""
        command = COMMANDS[name].cls(**args)
        self.writer.post(Submission(who, name, command, msgspec.msgpack.encode(command)))
