"""The small authority behind a real socket, on a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

from tests.sync.fake import Client, Server
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

TOKEN = "a-token"


class Serving:
    """`with Serving(server) as running`: listens at `running.url` until the end. `server` is for its thread alone."""

    def __init__(self, server: Server, person: str = "ann") -> None:
        self.server = server
        self.person = person
        self.heard_headers: list[str] = []
        self.sockets: set[ServerConnection] = set()
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Serving:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        listening = serve(
            self._talk, "127.0.0.1", 0, subprotocols=[Subprotocol("agentdesk.v1")], compression=None,
            process_request=self._admit, max_size=1 << 20,
        )  # fmt: skip
        async with listening as running:
            self.url = f"http://127.0.0.1:{running.sockets[0].getsockname()[1]}"
            self._ready.set()
            await self._stop.wait()

    def _admit(self, socket: ServerConnection, request: Request) -> Response | None:
        self.heard_headers.append(request.headers.get("Authorization", ""))
        return None if self.heard_headers[-1] == f"Bearer {TOKEN}" else socket.respond(401, "no\n")

    async def _talk(self, socket: ServerConnection) -> None:
        client = self.server.connect("device-1", self.person)
        self.sockets.add(socket)
        try:
            async for message in socket:
                assert isinstance(message, bytes)
                self.server.hear(client, message)
                await self._flush(socket, client)
        except ConnectionClosed:
            pass
        finally:
            self.sockets.discard(socket)

    async def _flush(self, socket: ServerConnection, client: Client) -> None:
        while client.out:
            await socket.send(client.out.popleft())

    def do(self, what: Callable[[Server], Any]) -> Any:
        """Do this on the server's thread, and let everybody hear of it."""

        async def done() -> Any:
            result = what(self.server)
            for socket in set(self.sockets):
                await self._flush(socket, self.server.clients["device-1"])
            return result

        return asyncio.run_coroutine_threadsafe(done(), self._loop).result(10)

    def close_all(self, code: int = 1001) -> None:
        """End all connections."""

        async def done() -> None:
            for socket in set(self.sockets):
                await socket.close(code)

        asyncio.run_coroutine_threadsafe(done(), self._loop).result(10)
