"""The hub and its sessions on a line in memory and in virtual time, with desks that do nothing of their own accord."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from tests.oracle import wire as wire_
from tests.oracle.loop import run
from tests.oracle.server import CHANNEL, SYSTEM, Server
from tests.oracle.wire import Faults, Wire

from agentdesk.domain.cases import OpenCase
from agentdesk.domain.kernel import Command
from agentdesk.domain.kernel.commands import command_spec
from agentdesk.domain.people import AddPerson, AddTeam
from agentdesk.protocol import desk_codec
from agentdesk.protocol.frames import CommandFrame, Credit, Delta, Frame, Hello
from agentdesk_server.authority import Submission
from agentdesk_server.hub.desks import Desk

F = TypeVar("F", bound=Frame)
PEOPLE = (("ann", "agent", ("t1",)), ("bob", "agent", ("t1",)), ("cat", "agent", ("t2",)), ("lou", "lead", ("t1",)))


class Line(Wire):
    """A line that keeps the order and loses nothing, not even what was said just before the end."""

    def _carry(self, way: int, deliver: Callable[[], None], *, may_be_late: bool = True) -> None:
        if not self.ended:
            self._loop.call_soon(deliver)


class Peer:
    """A desk's end of the line: keeps all that comes. `deaf` gives no credit."""

    def __init__(self, house: House, person: str, device: str, deaf: bool) -> None:
        self.house, self.person, self.device, self.deaf = house, person, device, deaf
        self.codec = desk_codec()
        self.frames: list[Any] = []
        self.raw: list[bytes] = []
        self.open, self.code, self.numbers = False, 0, 0
        token = f"{person}|{device}"
        self.wire = Line(house.server, token, random.Random(1), Faults(), self._opened, self._came, self._closed)

    def _opened(self) -> None:
        self.open = True

    def _came(self, message: bytes) -> None:
        self.raw.append(message)
        frames = self.codec.read(message)
        self.frames += frames
        if not self.deaf and any(isinstance(frame, Delta) for frame in frames):
            self.say(Credit(bytes=len(message) + 14))

    def _closed(self, code: int) -> None:
        self.code = code

    def say(self, *frames: Frame) -> None:
        message = self.codec.message(*frames)
        assert isinstance(message, bytes)
        self.wire.from_desk(message)

    def hello(self, **fields: Any) -> None:
        self.say(Hello(device=self.device, schema=1, **fields))

    def do(self, command: Command) -> None:
        self.numbers += 1
        args = msgspec.Raw(msgspec.msgpack.encode(command))
        self.say(CommandFrame(n=self.numbers, name=command_spec(command).name, args=args))

    def got(self, cls: type[F]) -> list[F]:
        return [frame for frame in self.frames if isinstance(frame, cls)]

    def put(self, scope: str = "") -> set[str]:
        """`kind:id` of all rows that came."""
        found = set()
        for delta in self.got(Delta):
            if scope in ("", delta.scope):
                for kind, raw in delta.put.items():
                    found |= {f"{kind}:{row[0]}" for row in msgspec.msgpack.decode(raw)}
        return found

    def forget(self) -> None:
        self.frames.clear()
        self.raw.clear()

    @property
    def there(self) -> Desk:
        """Its other end in the hub."""
        return self.house.server.hub.desks[self.person, self.device]

    def unread(self, size: Callable[[], int]) -> None:
        """Let the line have so many bytes that this desk has not taken yet."""
        transport = self.there.socket.transport
        type(transport).get_write_buffer_size = lambda t: size() if t is transport else 0


class House:
    """A server with teams t1 and t2, ann and bob in t1, cat in t2, and lou who leads t1."""

    def __init__(self, folder: Path) -> None:
        self.server = Server(folder, random.Random(2))
        for team in ("t1", "t2"):
            self.do(AddTeam(team=team, name=team))
        for person, role, teams in PEOPLE:
            email = f"{person}@x.example"
            self.do(AddPerson(person=person, name=person.title(), email=email, role=role, teams=teams))

    def do(self, command: Command) -> None:
        """One of the server's own commands."""
        who = CHANNEL if command_spec(command).name.startswith("case.") else SYSTEM
        told = Submission(who, command_spec(command).name, command, msgspec.msgpack.encode(command))
        self.server.writer.post(told)

    def open_case(self, case: str = "c1", team: str = "t1", text: str = "Hello?", customer: str = "u1") -> None:
        self.do(
            OpenCase(
                case=case, conversation=f"{case}-v", message=f"{case}-m", customer=customer, team=team, text=text,
                customer_name=f"Customer {customer}",
            )
        )  # fmt: skip

    def peer(self, person: str = "ann", device: str = "laptop", deaf: bool = False) -> Peer:
        return Peer(self, person, device, deaf)

    async def live(self, person: str = "ann", device: str = "laptop", **fields: Any) -> Peer:
        """A desk that has said hello and is up to date."""
        peer = self.peer(person, device)
        peer.hello(**fields)
        await asyncio.sleep(5)
        assert peer.there.live
        assert not peer.there.filling
        return peer


def play(folder: Path, history: Callable[[House], Coroutine[Any, Any, None]]) -> None:
    """Run a history in virtual time, and end all that it began."""

    async def whole() -> None:
        house = House(folder)
        measure = wire_._Transport.get_write_buffer_size
        try:
            await asyncio.sleep(1)
            await history(house)
        finally:
            wire_._Transport.get_write_buffer_size = measure  # type: ignore[method-assign]
            connections = list(house.server.connections)
            house.server.kill()
            await asyncio.gather(*connections, return_exceptions=True)

    run(whole())
