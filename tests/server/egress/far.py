"""A far side for outgoing calls: a little server that answers what a test wants, byte for byte, over TLS or without."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.certs import Pair

Answer = bytes | Callable[[asyncio.StreamWriter], Coroutine[Any, Any, None]]


@dataclass
class Far:
    """What it answers for each path, and what it was asked."""

    port: int = 0
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[bytes] = field(default_factory=list)

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request."""
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            body = await reader.readexactly(int(length[0].split(b":")[1])) if length else b""
            self.asked.append(head + body)
            answer = self.answers[head.split(b" ")[1].decode()]
            if isinstance(answer, bytes):
                writer.write(answer)
                await writer.drain()
            else:
                await answer(writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the other side had enough
        finally:
            writer.transport.abort() if writer.transport.is_closing() else writer.close()


def says(status: str = "200 OK", body: bytes = b"", *headers: str) -> bytes:
    """An answer as it goes over the line."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


@asynccontextmanager
async def far_side(pair: Pair | None = None, host: str = "127.0.0.1") -> AsyncIterator[Far]:
    """With a certificate if there is one."""
    far, tls = Far(), None
    if pair is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(pair.cert, pair.key)
    server = await asyncio.start_server(far.take, host, 0, ssl=tls)
    far.port = server.sockets[0].getsockname()[1]
    try:
        yield far
    finally:
        server.close()
        await asyncio.sleep(0)
