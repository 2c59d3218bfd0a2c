"""One WebSocket seen from the hub: sends without waiting, and knows how much has not left yet."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from websockets.frames import Frame, Opcode

from agentdesk.protocol import Close

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


def framed(message: bytes | str) -> bytes:
    """A message as it lies on the line. Frames to a client are not masked, so one copy serves all of them."""
    if isinstance(message, bytes):
        return Frame(Opcode.BINARY, message).serialize(mask=False)
    return Frame(Opcode.TEXT, message.encode()).serialize(mask=False)


class Socket:
    """The sending half of an ASGI WebSocket.

    The server underneath lends its transport: with it a frame that was made once goes to each desk in one write, and
    bytes that a slow desk has not taken yet are counted. Without it everything still works, through ASGI's own send.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self._protocol = getattr(send, "__self__", None)
        self.transport: Any = getattr(self._protocol, "transport", None)
        self.closed = False

    @property
    def unsent(self) -> int:
        """Bytes waiting for a desk that does not read."""
        return 0 if self.transport is None else int(self.transport.get_write_buffer_size())

    def write(self, frame: bytes) -> bool:
        """Send a framed message at once, if that can be done without waiting."""
        if self.closed or self.transport is None or self.transport.is_closing():
            return False
        if getattr(self._protocol, "close_sent", False):
            return False
        self.transport.write(frame)
        return True

    async def send(self, message: bytes | str) -> None:
        """Send a message, waiting if the desk is slow."""
        if self.write(framed(message)) or self.closed:
            return
        body = {"bytes": message} if isinstance(message, bytes) else {"text": message}
        await self._send({"type": "websocket.send", **body})

    async def accept(self, subprotocol: str) -> None:
        await self._send({"type": "websocket.accept", "subprotocol": subprotocol})

    async def close(self, code: Close, reason: str = "") -> None:
        if not self.closed:
            self.closed = True
            try:
                await self._send({"type": "websocket.close", "code": int(code), "reason": reason})
            except (RuntimeError, OSError):
                pass  # it is closed already, which is what was wanted
