"""Random and mutated frames: nothing crashes, every bad message ends with the right code, and nobody else notices.

`AGENTDESK_FRAMES` says how many; a failure names its seed (`AGENTDESK_FIRST_FRAME`).
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest
from tests.oracle import history, loop
from tests.oracle.desk import Desk as OracleDesk
from tests.oracle.server import SYSTEM, Server
from tests.oracle.truth import seen_by
from tests.oracle.wire import Faults, Wire, unframed
from tests.server.mutations import BOMBS, Corpus, Mutations
from tests.server.running import Company, Desk, close_code
from tests.sync.desk import Desk as LoneDesk
from tests.sync.fake import Server as FakeServer
from tests.sync.samples import opened, person, team
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from agentdesk.domain.cases import Note, OpenCase
from agentdesk.domain.catalogue import COMMANDS, RECORDS
from agentdesk.domain.kernel import Put
from agentdesk.domain.people import Person
from agentdesk.protocol import BINARY, JSON, BadMessage, Close, decode_command, decode_rows, desk_codec, server_codec
from agentdesk.protocol.frames import CommandFrame, Delta
from agentdesk_server.hub import sync_app

FRAMES = int(os.environ.get("AGENTDESK_FRAMES", "20000"))
SEED = int(os.environ.get("AGENTDESK_FIRST_FRAME", "0"))
HISTORIES = 4
MEGABYTES = 200
"""The process may grow by so much, whatever is sent; a bomb that goes off is far above."""
BAD = {Close.BAD_FRAME, Close.TOO_BIG, Close.NOT_ALLOWED}
pytestmark = pytest.mark.timeout(1800)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """From histories with a tap on the wire."""
    folder = tmp_path_factory.mktemp("corpus")
    said: list[bytes] = []
    heard: list[bytes] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Wire, "from_server", _tapped(Wire.from_server, heard))
        patch.setattr(Wire, "from_desk", _tapped(Wire.from_desk, said))
        made = history.templates(folder)
        for seed in range(HISTORIES):
            history.play(folder, made, seed)
    return Corpus(said, heard)


def _tapped(carry: Callable[[Wire, bytes], None], into: list[bytes]) -> Callable[[Wire, bytes], None]:
    def tap(wire: Wire, message: bytes) -> None:
        into.append(message)
        carry(wire, message)

    return tap


def resident() -> float:
    return float(psutil.Process().memory_info().rss) / (1 << 20)


# --- Codecs ------------------------------------------------------------------------------------------------------


def read_all(frames: list[Any], binary: bool) -> None:
    """As both sides do: what stayed raw is read when its kind is known."""
    for frame in frames:
        if isinstance(frame, CommandFrame) and frame.name in COMMANDS:
            decode_command(frame.name, frame.args, binary=binary)
        if isinstance(frame, Delta):
            for kind, raw in frame.put.items():
                decode_rows(kind, raw, binary=binary)


@pytest.mark.parametrize("subprotocol", [BINARY, JSON])
def test_codecs_say_yes_or_no(corpus: Corpus, subprotocol: str) -> None:
    """A message is read or it is a `BadMessage`; there is no third."""
    before, good = resident(), 0
    sides = ((server_codec, corpus.said, corpus.from_desk), (desk_codec, corpus.heard, corpus.from_server))
    for make, frames, messages in sides:
        codec: Any = make(subprotocol)
        mutations = Mutations(SEED, frames, messages)
        for _ in range(FRAMES // 5):
            message = mutations.message(codec.binary, 1)
            try:
                read_all(codec.read(message), codec.binary)
            except BadMessage:
                continue
            good += 1
    assert FRAMES // 100 < good < FRAMES // 2
    assert resident() - before < MEGABYTES
    assert set(RECORDS)


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_a_bad_message_to_the_server(name: str) -> None:
    message, before = BOMBS[name], resident()
    with pytest.raises(BadMessage):
        server_codec(BINARY if isinstance(message, bytes) and message[:1] != b"[" else JSON).read(message)
    assert resident() - before < MEGABYTES


# --- A session ---------------------------------------------------------------------------------------------------


class Intruder:
    """A connection to the real session; says what it likes."""

    def __init__(self, server: Server, token: str, subprotocol: str) -> None:
        self.transport = self
        self.close_sent = False
        self.code: int | None = None
        self.binary = subprotocol == BINARY
        self.sent = 0
        self._in: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._in.put_nowait({"type": "websocket.connect"})
        headers = [(b"authorization", b"Bearer " + token.encode())]
        scope = {"type": "websocket", "path": "/sync", "subprotocols": [subprotocol], "headers": headers}
        self.task = asyncio.ensure_future(sync_app(server, scope, self._in.get, self.send))  # type: ignore[arg-type]

    async def send(self, message: Any) -> None:
        if message["type"] == "websocket.close":
            self.code, self.close_sent = message.get("code", 1000), True

    def write(self, frame: bytes) -> None:
        self.sent += len(unframed(frame))

    def get_write_buffer_size(self) -> int:
        return 0

    def is_closing(self) -> bool:
        return self.close_sent

    async def say(self, message: bytes | str) -> None:
        kind = "bytes" if isinstance(message, bytes) else "text"
        self._in.put_nowait({"type": "websocket.receive", kind: message})
        while not self._in.empty() and not self.task.done():  # noqa: ASYNC110 the session takes it out, not we
            await asyncio.sleep(0)

    async def end(self) -> None:
        """Hang up, unless the server has; whatever it raised comes out here."""
        self._in.put_nowait({"type": "websocket.disconnect", "code": 1006})
        await self.task
        assert self.code is None or self.code in BAD, self.code


async def _intrude(server: Server, mutations: Mutations, count: int, subprotocol: str) -> int:
    """So many messages, over as many connections as it takes; returns how many were closed by the server."""
    sent = closed = 0
    while sent < count:
        device = f"fuzz-{mutations.chance.randrange(40)}"
        intruder = Intruder(server, f"p1|{device}", subprotocol)
        codec = server_codec(subprotocol)
        hello = {"t": "hello", "device": device, "schema": 1}
        if mutations.chance.random() < 0.9:
            await intruder.say(codec.join([codec.value(hello)]))
            await asyncio.sleep(0.2)
        for _ in range(30):
            done = server.authority.devices.done(server.authority.devices.key("p1", device))
            await intruder.say(mutations.message(codec.binary, done + 1))
            sent += 1
            if intruder.task.done():
                closed += 1
                break
            await asyncio.sleep(0.001)
        await intruder.end()
    return closed


async def _besieged(folder: Path, corpus: Corpus, subprotocol: str, count: int) -> None:
    server = Server(folder / "server", random.Random(1))
    for name in ("t1", "t2"):
        server.command(SYSTEM, "team.add", team=name, name=name)
    for name in ("p1", "p2"):
        email = f"{name}@sample.example"
        server.command(SYSTEM, "person.add", person=name, name=name, email=email, role="lead", teams=("t1", "t2"))
    (folder / "p2").mkdir()
    honest = OracleDesk(folder / "p2", server, "p2", "laptop", random.Random(2), Faults())
    try:
        honest.do(OpenCase("c0", "vc0", "mc0", "u0", "t1", "a question"))
        mutations = Mutations(SEED, corpus.said, corpus.from_desk)
        for part in range(10):
            closed = await _intrude(server, mutations, count // 10, subprotocol)
            assert closed > count // 1000  # else nothing was tried
            honest.do(Note("c0", f"honest-{part}", "we go on"))
        await asyncio.sleep(5)
        honest.look()
        assert honest.settled
        assert not honest.refused
        assert not honest.failed_check
        someone = server.records.of(Person, "p2")
        assert honest.holds() == seen_by(someone, server.now_shown())
        assert all(("message", f"honest-{part}") in honest.holds() for part in range(10))
    finally:
        honest.kill()
        server.kill()


@pytest.mark.parametrize("subprotocol", [BINARY, JSON])
def test_a_session_outlives_what_is_said_to_it(corpus: Corpus, tmp_path: Path, subprotocol: str) -> None:
    """Closed with a code for bad frames, or open; an honest desk beside it works on and holds the truth."""
    before = resident()
    loop.run(_besieged(tmp_path, corpus, subprotocol, FRAMES // 10))
    assert resident() - before < MEGABYTES


# --- Real sockets ------------------------------------------------------------------------------------------------


def _dial(shop: Company, token: str, subprotocol: str) -> ClientConnection:
    headers = {"Authorization": f"Bearer {token}"}
    names: Any = [subprotocol]
    where = f"{shop.url.replace('http', 'ws')}/sync"
    return connect(where, subprotocols=names, additional_headers=headers, compression=None, max_size=None)


@pytest.mark.parametrize("subprotocol", [BINARY, JSON])
def test_a_server_outlives_what_is_sent_to_its_port(corpus: Corpus, shop: Company, subprotocol: str) -> None:
    """Over real sockets; an agent at a good desk is served all the while."""
    mutations, token = Mutations(SEED, corpus.said, corpus.from_desk), shop.sign_in(device="fuzz")
    honest = Desk(shop.url, shop.sign_in())
    codec, sent, closed = server_codec(subprotocol), 0, 0
    while sent < FRAMES // 20:
        with _dial(shop, token, subprotocol) as socket:
            with suppress(ConnectionClosed):
                socket.send(codec.join([codec.value({"t": "hello", "device": "fuzz", "schema": 1})]))
                for _ in range(20):
                    message = mutations.message(codec.binary, mutations.chance.randrange(1, 40))
                    socket.send(message if isinstance(message, bytes) else message.encode(errors="replace").decode())
                    sent += 1
                socket.send(bytes((1 << 20) + 1) if codec.binary else "x" * ((1 << 20) + 1))
            code = close_code(socket)
        assert code in BAD
        closed += code == Close.BAD_FRAME
        assert honest.do("availability.set", state="online")["status"] == "done"
    honest.close()
    assert closed


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_at_the_port(shop: Company, name: str) -> None:
    """In the place of hello and after it."""
    message, token, before = BOMBS[name], shop.sign_in(device="bomb"), resident()
    subprotocol = BINARY if isinstance(message, bytes) and message[:1] != b"[" else JSON
    codec = server_codec(subprotocol)
    if isinstance(message, str):
        message = message.encode(errors="replace").decode()
    for hello in (False, True):
        with _dial(shop, token, subprotocol) as socket:
            with suppress(ConnectionClosed):
                if hello:
                    socket.send(codec.join([codec.value({"t": "hello", "device": "bomb", "schema": 1})]))
                socket.send(message)
            assert close_code(socket) == Close.BAD_FRAME if "as it is" not in name or not hello else True
            socket.close()
    assert resident() - before < MEGABYTES


# --- A desk ------------------------------------------------------------------------------------------------------


def test_a_desk_outlives_what_a_server_says(corpus: Corpus, tmp_path: Path) -> None:
    """A server gone mad cannot crash a desk; a good one brings it back to the truth."""
    server = FakeServer()
    server.person("ann", "org", "user:ann", "team:t1:open")
    server.write(Put(team()), Put(person()))
    server.write(*opened("c1"))
    desk = LoneDesk(tmp_path, server, "ann")
    mutations = Mutations(SEED, corpus.heard, corpus.from_server)
    try:
        desk.online()
        truth = desk.rows()
        for _ in range(FRAMES // 20):
            if desk.client is None:
                desk.later(600_000)
                desk.pump()
            message = mutations.message(True, 1)
            assert isinstance(message, bytes)
            desk.engine.take_in([message])
            desk.up.clear()
        assert truth
    finally:
        desk.kill()
