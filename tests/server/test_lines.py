"""Lines under the application: how far ahead of it they listen."""

from __future__ import annotations

import asyncio
from typing import Any

import uvicorn
from uvicorn.server import ServerState
from websockets.frames import Frame, Opcode

from agentdesk_server.lines import AHEAD, LineProtocol

HELLO = (
    b"GET /sync HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


class Transport(asyncio.Transport):
    """Counts how often somebody ceased and began to listen."""

    def __init__(self) -> None:
        super().__init__()
        self.listens, self.turns = True, 0

    def pause_reading(self) -> None:
        self.listens, self.turns = False, self.turns + 1

    def resume_reading(self) -> None:
        self.listens = True

    def write(self, data: Any) -> None: ...
    def close(self) -> None: ...
    def is_closing(self) -> bool:
        return False


def test_it_listens_on_while_somebody_keeps_up_and_waits_for_who_does_not() -> None:
    taken: list[Any] = []
    may = asyncio.Semaphore(0)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        while (await receive())["type"] == "websocket.receive":
            taken.append(1)
            await may.acquire()

    async def story() -> None:
        config = uvicorn.Config(app, ws=LineProtocol, log_config=None, lifespan="off")
        config.load()
        transport = Transport()
        line = LineProtocol(config, ServerState(), {}, asyncio.get_running_loop())
        line.connection_made(transport)
        line.data_received(HELLO)
        await asyncio.sleep(0)
        said = Frame(Opcode.BINARY, b"x").serialize(mask=True)
        for _ in range(AHEAD + 1):
            line.data_received(said)
            await asyncio.sleep(0.001)
        assert transport.listens
        line.data_received(said)
        assert not transport.listens
        for _ in range(AHEAD + 1):
            may.release()
            await asyncio.sleep(0.001)
        assert transport.listens
        assert transport.turns == 1
        may.release()
        line.data_received(Frame(Opcode.CLOSE, b"\x03\xe8").serialize(mask=True))
        await asyncio.sleep(0.01)
        assert len(taken) == AHEAD + 2

    asyncio.run(story())
