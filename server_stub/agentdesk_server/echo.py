"""A WebSocket that says everything back, for RFC 6455 conformance suites. Only there when it is asked for."""

from __future__ import annotations

from starlette.websockets import WebSocket


async def echo(line: WebSocket) -> None:
    """Text as text, bytes as bytes, until the other side ends it."""
    await line.accept()
    while (message := await line.receive())["type"] == "websocket.receive":
        if message.get("text") is not None:
            await line.send_text(message["text"])
        else:
            await line.send_bytes(message.get("bytes") or b"")
