"""A WebSocket client that costs next to nothing, so that what is measured is the other side."""

from __future__ import annotations

import asyncio
import base64
import os
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from agentdesk.protocol import BINARY

_NO_MASK = bytes(4)
"""A mask of zeros changes nothing, and is still a mask."""


class Line(asyncio.Protocol):
    """One connection. Counts what comes in; hands over messages only to who asks for them."""

    def __init__(self, heard: Callable[[bytes], None] | None = None) -> None:
        self.heard = heard
        self.bytes = 0
        self.at = 0.0
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.lost = False
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if not self.ready.done():
            self._rest += data
            head, found, rest = self._rest.partition(b"\r\n\r\n")
            if not found:
                return
            assert head.startswith(b"HTTP/1.1 101"), head[:200]
            self._rest, data = b"", rest
            self.ready.set_result(None)
        self.bytes += len(data)
        self.at = time.monotonic()
        if self.heard is not None:
            self._take(data)

    def _take(self, data: bytes) -> None:
        self._rest += data
        while (found := frame_in(self._rest)) is not None:
            message, length = found
            self._rest = self._rest[length:]
            assert self.heard is not None
            self.heard(message)

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        if not self.ready.done():
            self.ready.set_exception(exc or ConnectionError("closed"))

    def send(self, message: bytes) -> None:
        """One binary message."""
        size = len(message)
        if size < 126:
            head = bytes((0x82, 0x80 | size))
        elif size < 1 << 16:
            head = b"\x82\xfe" + size.to_bytes(2, "big")
        else:
            head = b"\x82\xff" + size.to_bytes(8, "big")
        self.transport.write(head + _NO_MASK + message)


def frame_in(data: bytes) -> tuple[bytes, int] | None:
    """The message at the front and how many bytes it took; None if it is not all there. Nobody masks or splits here."""
    if len(data) < 2:
        return None
    size, start = data[1] & 0x7F, 2
    if size >= 126:
        start = 4 if size == 126 else 10
        if len(data) < start:
            return None
        size = int.from_bytes(data[2:start], "big")
    if len(data) < start + size:
        return None
    return data[start : start + size], start + size


async def dial(url: str, token: str = "", heard: Callable[[bytes], None] | None = None) -> Line:
    """Connect to `/sync` of the server at this address."""
    where = urlsplit(url)
    loop = asyncio.get_running_loop()
    _, line = await loop.create_connection(lambda: Line(heard), where.hostname or "", where.port or 80)
    key = base64.b64encode(os.urandom(16)).decode()
    signed = f"Authorization: Bearer {token}\r\n" if token else ""
    line.transport.write(
        f"GET /sync HTTP/1.1\r\nHost: {where.hostname}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{signed}"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: {BINARY}\r\n\r\n".encode()
    )
    await line.ready
    return line
