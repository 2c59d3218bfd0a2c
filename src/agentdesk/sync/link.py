"""The socket: one WebSocket to the server, from asking for it to its end."""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from typing import Any, Protocol

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidProxy, InvalidStatus, InvalidURI
from websockets.typing import Subprotocol

from agentdesk.protocol import BINARY, Close

from . import route
from .passport import Passport

MAX_MESSAGE = 16 << 20
"""A message holds a whole transaction; one that is larger than this is no message of ours."""
OPEN_SECONDS = 15.0
CLOSE_SECONDS = 0.5
BATCH_BYTES, BATCH_MESSAGES = 1 << 20, 8
"""So much of what has come in is handed over at once. After a pause much may wait: the window takes it in by pieces."""
SMALL_BYTES, FRAME_SECONDS = 32 << 10, 0.012
"""After little has come in, more is waited for, as long as a screen shows one picture: a transaction costs much more
than what is in it. What comes after a silence goes on at once, and so does a catch-up."""
LOST = 1006
_FAILURES = (OSError, InvalidHandshake, InvalidURI, InvalidProxy, ConnectionClosed, route.NoWay)


class Ear(Protocol):
    """Who wants to know. Called on the loop's thread."""

    def opened(self, link: Link) -> None: ...

    def received(self, link: Link, messages: list[bytes]) -> None: ...

    def closed(self, link: Link, code: int) -> None: ...


class Link:
    """One connection. Ends once, and tells so once, whatever happens."""

    def __init__(self, url: str, who: Passport | str, ear: Ear, *, tls: ssl.SSLContext | None = None) -> None:
        self._url = url
        self._who = who
        self._ear = ear
        self._tls = tls
        self._outgoing: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._hangup = int(Close.NORMAL)
        self.patient = False
        """Whether there is no hurry: nothing is behind."""
        self.trouble = ""
        """Why there was no connection, in words; empty if there was one."""

    def send(self, message: bytes) -> None:
        """Send in order; what cannot be sent any more is lost."""
        self._outgoing.put_nowait(message)

    def hang_up(self, code: int = Close.NORMAL) -> None:
        """Close, after what is already to be sent."""
        self._hangup = code
        self._outgoing.put_nowait(None)

    async def run(self) -> None:
        """From opening to the end. Never raises but when cancelled."""
        code = LOST
        try:
            code = await self._talk_proven()
        except InvalidStatus as error:
            code = _STATUS.get(error.response.status_code, LOST)
        except _FAILURES as error:
            self.trouble = route.trouble(error)
        finally:
            self._ear.closed(self, code)

    async def _talk_proven(self) -> int:
        """A server that cannot tell when our proof was made asks for another one, with its nonce in it: once."""
        try:
            return await self._talk()
        except InvalidStatus as error:
            if isinstance(self._who, str) or not self._who.heard(error.response.headers):
                raise
        return await self._talk()

    def _headers(self) -> dict[str, str]:
        if isinstance(self._who, str):
            return {"Authorization": f"Bearer {self._who}"}
        return self._who.headers("GET", self._url)

    async def _talk(self) -> int:
        route.check(self._url)
        options: dict[str, Any] = {"ssl": self._tls or route.trust()} if self._url.startswith("wss:") else {}
        waits = route.may_wait(self._url)  # for the keyring, which has the proxy's password: not on this thread
        proxy = await asyncio.to_thread(route.proxy_for, self._url) if waits else route.proxy_for(self._url)
        async with connect(
            self._url,
            additional_headers=self._headers(),
            subprotocols=[Subprotocol(BINARY)],
            compression=None,
            max_size=MAX_MESSAGE,
            open_timeout=OPEN_SECONDS,
            close_timeout=CLOSE_SECONDS,
            ping_interval=None,
            proxy=proxy,
            **options,
        ) as socket:
            if socket.subprotocol != BINARY:
                return int(Close.BAD_FRAME)
            self._ear.opened(self)
            await self._both_ways(socket)
            return socket.close_code or LOST

    async def _both_ways(self, socket: ClientConnection) -> None:
        sender = asyncio.create_task(self._speak(socket))
        try:
            await self._listen(socket)
        except ConnectionClosed:
            pass
        finally:
            sender.cancel()
            await asyncio.gather(sender, return_exceptions=True)

    async def _speak(self, socket: ClientConnection) -> None:
        try:
            while (message := await self._outgoing.get()) is not None:
                await socket.send(message)
            await socket.close(self._hangup)
        except ConnectionClosed:
            pass

    async def _listen(self, socket: ClientConnection) -> None:
        """Hand over what has come in, as much at once as is there."""
        inbox: deque[bytes] = deque()
        arrived = asyncio.Event()
        room = asyncio.Event()
        room.set()
        reader = asyncio.create_task(_read(socket, inbox, arrived, room))
        reader.add_done_callback(lambda _: arrived.set())
        try:
            while True:
                await arrived.wait()
                arrived.clear()
                pause = 0.0
                if inbox:
                    messages = [inbox.popleft() for _ in range(min(len(inbox), BATCH_MESSAGES))]
                    room.set()
                    self._ear.received(self, messages)
                    if inbox:
                        arrived.set()
                    elif self.patient and sum(map(len, messages)) < SMALL_BYTES:
                        pause = FRAME_SECONDS
                elif reader.done():
                    return await reader
                await asyncio.sleep(pause)
                if reader.done():
                    arrived.set()
        finally:
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)


async def _read(socket: ClientConnection, inbox: deque[bytes], arrived: asyncio.Event, room: asyncio.Event) -> None:
    async for message in socket:
        inbox.append(message if isinstance(message, bytes) else message.encode())
        arrived.set()
        if sum(map(len, inbox)) >= BATCH_BYTES:
            room.clear()
            await room.wait()


_STATUS: dict[int, int] = {
    401: Close.NOT_ALLOWED,
    403: Close.NOT_ALLOWED,
    426: Close.UPGRADE,
    429: Close.TOO_FAST,
    503: Close.DRAINING,
}
"""What a refused handshake means, in close codes."""


def sync_url(server: str) -> str:
    """Where `/sync` is, for a server named by its HTTP address."""
    return server.rstrip("/").replace("http", "ws", 1) + "/sync"
