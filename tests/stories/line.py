"""A line between desks and a server that can be cut anywhere, stalled and resumed: a small TCP proxy on a thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

PIECE = 1 << 16


class Line:
    """Always listens under the same address, whichever server `lead_to` names, and also while there is none."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._target = 0
        self._left = -1
        self._ends: set[asyncio.StreamWriter] = set()
        self._pumps: set[asyncio.Task[None]] = set()
        self._up, self._down = asyncio.Event(), asyncio.Event()
        self._over = asyncio.Event()
        self._ready = threading.Event()
        self.url = ""
        self._thread = threading.Thread(target=lambda: self._loop.run_until_complete(self._run()), name="line")
        self._thread.start()
        assert self._ready.wait(30)
        self.resume()

    # --- What tests do to it ---

    def lead_to(self, port: int) -> None:
        """To the server on this port; 0 leads nowhere."""
        self._do(lambda: setattr(self, "_target", port))

    def cut(self) -> None:
        """All connections, now."""
        self._do(self._cut)

    def cut_after(self, count: int) -> None:
        """All connections, when so many more bytes have come: in the middle of a message, as likely as not."""
        self._do(lambda: setattr(self, "_left", count))

    def stall(self, *, only_answers: bool = False) -> None:
        """Nothing moves, nothing ends; or what desks say still arrives, and they hear nothing."""
        self._do(self._down.clear)
        if not only_answers:
            self._do(self._up.clear)

    def resume(self) -> None:
        self._do(self._up.set)
        self._do(self._down.set)
        self._do(lambda: setattr(self, "_left", -1))

    def close(self) -> None:
        self._do(self._over.set)
        self._thread.join(30)
        assert not self._thread.is_alive()
        self._loop.close()

    def _do(self, what: Callable[[], Any]) -> None:
        self._loop.call_soon_threadsafe(what)

    # --- On its thread ---

    async def _run(self) -> None:
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self._ready.set()
        await self._over.wait()
        server.close()
        self._cut()
        for pump in self._pumps:
            pump.cancel()
        await asyncio.gather(*self._pumps, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if not self._target:
                raise OSError("there is no server")
            there, back = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        for source, sink, flowing in ((reader, back, self._up), (there, writer, self._down)):
            self._ends.add(sink)
            pump = asyncio.ensure_future(self._pump(source, sink, flowing))
            self._pumps.add(pump)
            pump.add_done_callback(self._pumps.discard)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, flowing: asyncio.Event) -> None:
        with suppress(OSError):
            while piece := await source.read(PIECE):
                await flowing.wait()
                if 0 <= self._left < len(piece):
                    sink.write(piece[: self._left])
                    self._left = -1
                    self._cut()
                    break
                self._left = max(-1, self._left - len(piece))
                sink.write(piece)
                await sink.drain()
        self._ends.discard(sink)
        sink.close()

    def _cut(self) -> None:
        for sink in self._ends:
            sink.transport.abort()
        self._ends.clear()
