"""A desk of a history: the shipped engine, replica and outbox on real files."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from agentdesk.domain.cases import Message, Note, OpenCase, Reply
from agentdesk.domain.kernel import Actor, Command, Record, Refusal
from agentdesk.protocol.frames import Who
from agentdesk.store import precious
from agentdesk.store.crypt import open_database
from agentdesk.sync.confirmed import Confirmed
from agentdesk.sync.effects import Opened, Wanted
from agentdesk.sync.engine import Engine
from agentdesk.sync.news import Told
from agentdesk.sync.outgoing import Outgoing
from agentdesk.sync.phases import Phase
from agentdesk.sync.reader import Reader
from agentdesk.sync.replica import Replica, actor_of

from .loop import now_ms
from .server import Server
from .truth import Key, everything
from .wire import Faults, Wire

KEY = bytes(range(32))


class Desk:
    """One laptop of one person. It can be closed hard at any time and opened again."""

    def __init__(
        self,
        folder: Path,
        server: Server,
        person: str,
        device: str,
        chance: random.Random,
        faults: Faults,
        key: bytes | None = KEY,
    ) -> None:
        self._key = key
        self.folder, self._server, self.person, self.device = folder, server, person, device
        self._chance, self.faults = chance, faults
        self._wire: Wire | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.failed_check = False
        self.refused: dict[str, str] = {}
        self.wrote: dict[str, str] = {}
        """Messages this desk has written and not seen refused: id → case."""
        self.open()

    # -- life

    def open(self) -> None:
        self._confirmed = open_database(self.folder / "replica.db", self._key, durable=False)
        self._precious = precious.open_precious(self.folder / "precious.db", self._key)
        self._precious.execute("PRAGMA synchronous=OFF")  # a history has no power cuts, and thousands of commits
        confirmed = Confirmed(self._confirmed)
        self.engine = Engine(
            confirmed,
            Outgoing(self._precious),
            self,
            device=self.device,
            app="oracle",
            now=now_ms,
            chance=self._chance.random,
        )
        who = confirmed.book.meta("who")
        actor = actor_of(msgspec.json.decode(who, type=Who), self.device) if who else Actor(self.person, "agent")
        self.replica = Replica(
            Reader(lambda: open_database(self.folder / "replica.db", self._key, durable=False, readonly=True)),
            actor,
            send=lambda pending, needs: self.engine.submit([(pending, needs)]),
            clock=now_ms,
            pending=self.engine.outgoing.pending(),
        )
        self.alive = True
        self.engine.happen(Wanted(True, now_ms()))
        self._tick()

    def _tick(self) -> None:
        self.engine.tick()
        self._timer = asyncio.get_running_loop().call_later(1, self._tick)

    def kill(self) -> None:
        """Nothing is said, nothing is finished."""
        self.alive = False
        if self._timer is not None:
            self._timer.cancel()
        if self._wire is not None:
            wire, self._wire = self._wire, None
            wire.end(1006)
        self.replica.reader.close()
        self._confirmed.close()
        self._precious.close()

    # -- the engine's port

    def connect(self) -> None:
        if not self._server.alive:
            asyncio.get_running_loop().call_soon(self._refuse_connection, self.engine)
            return
        engine, token = self.engine, f"{self.person}|{self.device}"
        wire = Wire(
            self._server,
            token,
            self._chance,
            self.faults,
            lambda: self._opened(engine, wire),
            lambda message: self._came(wire, message),
            lambda code: self._closed(wire, code),
        )
        self._wire = wire

    def _refuse_connection(self, engine: Engine) -> None:
        if self.alive and engine is self.engine:
            engine.closed(0)

    def _opened(self, engine: Engine, wire: Wire) -> None:
        if wire is self._wire and engine is self.engine:
            engine.happen(Opened(now_ms()))

    def _came(self, wire: Wire, message: bytes) -> None:
        if wire is self._wire:
            self.engine.take_in([message])
            self.look()

    def _closed(self, wire: Wire, code: int) -> None:
        if wire is self._wire:
            self._wire = None
            self.engine.closed(code)

    def send(self, message: bytes) -> None:
        if self._wire is not None:
            self._wire.from_desk(message)

    def hang_up(self, code: int) -> None:
        if self._wire is not None:
            self._wire.end(code)

    def upload(self, digest: str) -> None:
        asyncio.get_running_loop().call_soon(self.engine.uploaded, digest)

    def answer(self, id: int, answer: Any) -> None: ...
    def wipe(self) -> None: ...
    def tidy(self, staged: Sequence[str]) -> None: ...

    # -- the person

    def look(self) -> None:
        """What the window does on news."""
        for news in self.replica.take(self.engine.news):
            for refused in news.refused:
                if not isinstance(refused.command, Reply | Note | OpenCase):
                    continue
                message = refused.command.message
                self.wrote.pop(message, None)
                self.refused[message] = refused.ack.code
        for told in self.engine.told:
            self.failed_check |= isinstance(told, Told) and told.code == "check"
        self.engine.told.clear()

    def do(self, command: Command) -> bool:
        try:
            self.replica.submit(command)
        except Refusal:
            return False
        return True

    # -- what is checked

    @property
    def settled(self) -> bool:
        phase = self.engine.session.phase
        return self.alive and phase is Phase.LIVE and not len(self.engine.outgoing) and not self.engine.session.behind

    @property
    def ended(self) -> bool:
        """Closed for good: the account is gone."""
        return self.engine.session.phase is Phase.REVOKED

    def holds(self) -> dict[Key, Record]:
        """All confirmed records on this laptop."""
        return everything(self.replica.reader.now.records)

    def cursors(self) -> dict[str, int]:
        return self.engine.confirmed.cursors

    def in_scope(self, scope: str, held: dict[Key, Record]) -> dict[Key, int]:
        """What of all it holds belongs to one scope, by its books, with revisions."""
        found = {key: record.rev for key, record in held.items() if record.scope == scope}
        book = self.engine.confirmed.book
        for kind, ids in book.marked(scope).items():
            found.update(((kind, id), held[kind, id].rev) for id in ids if (kind, id) in held)
        return found

    def shown_beside(self, scope: str) -> set[Key]:
        """What, by its books, other scopes show that are not its home."""
        confirmed = self.engine.confirmed
        others = [other for other in confirmed.book.scopes if other != scope]
        return {(kind, id) for other in others for kind, ids in confirmed.book.marked(other).items() for id in ids}

    def written(self, id: str) -> bool:
        return self.replica.get(Message, id) is not None
