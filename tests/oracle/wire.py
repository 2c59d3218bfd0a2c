"""The line between a desk and the server: slow, and now and then cut, doubled or out of order."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Any

from agentdesk_server.hub import sync_app

from .server import Server

SCOPES = (b"\xa1t\xa6scopes", b'"t":"scopes"')
"""How a frame of that kind begins, in either encoding."""


class Faults:
    """How bad the line is: the chance of each mishap per message."""

    def __init__(self, cut: float = 0.0, double: float = 0.0, swap: float = 0.0) -> None:
        self.cut, self.double, self.swap = cut, double, swap


class _Transport:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def write(self, frame: bytes) -> None:
        self._wire.from_server(unframed(frame))

    def get_write_buffer_size(self) -> int:
        return 0

    def is_closing(self) -> bool:
        return self._wire.ended


class _Protocol:
    """Stands where the WebSocket server's protocol object stands."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.transport = _Transport(wire)
        self.close_sent = False

    async def send(self, message: Any) -> None:
        if message["type"] == "websocket.accept":
            self._wire.opened()
        elif message["type"] == "websocket.close":
            self._wire.end(message.get("code", 1000))


class Wire:
    """One connection. `opened`, `came`, `closed` are the desk's."""

    def __init__(
        self,
        server: Server,
        token: str,
        chance: random.Random,
        faults: Faults,
        opened: Callable[[], None],
        came: Callable[[bytes], None],
        closed: Callable[[int], None],
    ) -> None:
        self._chance, self._faults = chance, faults
        self._opened, self._came, self._closed = opened, came, closed
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._queue.put_nowait({"type": "websocket.connect"})
        self._free = [0.0, 0.0]
        self._resets = 0
        self.ended = False
        scope = {
            "type": "websocket",
            "path": "/sync",
            "subprotocols": ["agentdesk.v1"],
            "headers": [(b"authorization", b"Bearer " + token.encode())],
        }
        protocol = _Protocol(self)
        task = asyncio.ensure_future(sync_app(server, scope, self._queue.get, protocol.send))  # type: ignore[arg-type]
        server.connections.add(task)
        task.add_done_callback(server.connections.discard)
        server.on_kill.append(lambda: self.end(1006))

    def opened(self) -> None:
        self._later(0, lambda: None if self.ended else self._opened())

    def from_server(self, message: bytes) -> None:
        told_scopes = any(mark in message for mark in SCOPES)
        self._carry(0, lambda: self._bring(message), may_be_late=not told_scopes)

    def _bring(self, message: bytes) -> None:
        self._resets += b"reset" in message
        self._came(message)

    def from_desk(self, message: bytes) -> None:
        self._carry(1, lambda: self._queue.put_nowait({"type": "websocket.receive", "bytes": message}))

    def _carry(self, way: int, deliver: Callable[[], None], *, may_be_late: bool = True) -> None:
        """What is late never comes after a reset that was sent behind it, for a desk could not tell for whose eyes it
        was made: such a line breaks, as one that loses its order does. Nor does an ack overtake the scopes it names.
        """
        roll = self._chance.random()
        if self.ended:
            return
        if roll < self._faults.cut:
            self.end(1006)
            return
        times = 2 if roll < self._faults.cut + self._faults.double else 1
        late = may_be_late and roll > 1 - self._faults.swap
        before = self._resets

        def arrive() -> None:
            if self.ended:
                return
            if late and before != self._resets:
                self.end(1006)
                return
            deliver()

        for _ in range(times):
            self._later(way, arrive, late=late)

    def _later(self, way: int, what: Callable[[], None], *, late: bool = False) -> None:
        """In order, unless a message falls behind the next ones."""
        # A moment after the one before: two at the very same time would come in any order.
        at = max(self._free[way] + 1e-6, self._loop.time() + self._chance.random() * 0.03)
        if late:
            self._loop.call_at(at + 0.05 + 2 * self._chance.random(), what)
        else:
            self._free[way] = at
            self._loop.call_at(at, what)

    def end(self, code: int) -> None:
        """Cut, or closed by one side: both hear of it, what is under way is lost."""
        if self.ended:
            return
        self.ended = True
        self._queue.put_nowait({"type": "websocket.disconnect", "code": code})
        self._loop.call_soon(self._closed, code)


def unframed(frame: bytes) -> bytes:
    """The payload of a WebSocket frame that is not masked (RFC 6455, 5.2)."""
    length = frame[1] & 0x7F
    start = {126: 4, 127: 10}.get(length, 2)
    return frame[start:]
