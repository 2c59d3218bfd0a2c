"""Plays a server to one desk: says that all is caught up, then lets changed records stream in at an even pace."""

from __future__ import annotations

import asyncio
import itertools
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
from tests.bench.company import KEY, NOW, TEAM, Sizes, welcome
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from agentdesk.domain.cases import Case, Message
from agentdesk.domain.cases.thread import open_scope, with_inbound
from agentdesk.domain.queue import OPEN
from agentdesk.protocol import BINARY, encode_rows, server_codec
from agentdesk.protocol.frames import CaughtUp, Delta, Hello, Ping, Pong
from agentdesk.store.crypt import open_database
from agentdesk.store.records import Records

TICK, A_TICK = 0.010, 5
"""Transactions that come together; each changes two records, as a customer's word does: the case, and a new message."""
WAIT = 3.0


class Feed:
    """What is said to the desk. Knows the replica as the desk left it."""

    def __init__(self, replica: Path, sizes: Sizes, seconds: float) -> None:
        conn = open_database(replica, KEY, durable=False, readonly=True)
        self._held = conn.execute("SELECT scope, cursor, count, xor FROM sync_scope").fetchall()
        self._cases: list[Case] = Records(conn).page(OPEN(), limit=5_000)
        conn.close()
        self._sizes, self._seconds = sizes, seconds
        self._codec = server_codec(BINARY)
        self._rev = sizes.cases + 1

    async def talk(self, socket: ServerConnection) -> None:
        """One connection: greet, then answer pings while the stream goes on."""
        streaming: asyncio.Task[None] | None = None
        try:
            async for message in socket:
                assert isinstance(message, bytes)
                for frame in self._codec.read(message):
                    if isinstance(frame, Hello):
                        await socket.send(self._greeting())
                        streaming = asyncio.create_task(self._stream(socket))
                    elif isinstance(frame, Ping):
                        await socket.send(self._codec.message(Pong(id=frame.id, now=NOW)))
        except ConnectionClosed:
            pass
        finally:
            if streaming is not None:
                streaming.cancel()

    def _greeting(self) -> bytes | str:
        whole = [CaughtUp(scope=scope, rev=cursor, count=count, check=xor % (1 << 64))
                 for scope, cursor, count, xor in self._held]  # fmt: skip
        return self._codec.message(welcome(self._sizes), *whole)

    async def _stream(self, socket: ServerConnection) -> None:
        await asyncio.sleep(WAIT)
        loop = asyncio.get_running_loop()
        changes, due = self._changes(), loop.time()
        for _ in range(round(self._seconds / TICK)):
            await socket.send(self._codec.message(*itertools.islice(changes, A_TICK)))
            due += TICK
            await asyncio.sleep(due - loop.time())

    def _changes(self) -> Iterator[Delta]:
        scope = open_scope(TEAM)
        cases = {case.id: case for case in self._cases}
        for number, id in enumerate(itertools.cycle(list(cases))):
            before, self._rev = self._rev, self._rev + 1
            text, at = f"Is there any news about my order? I ask for the {number}th time.", NOW + number * 2
            case = with_inbound(cases[id], cases[id].seq + 1, text, at)
            case = cases[id] = msgspec.structs.replace(case, rev=self._rev)
            new = f"{at:012x}-7000-8000-{number:012x}"
            message = Message(new, scope, self._rev, id, f"{id}-c", case.seq, "customer", "", case.customer_name, text,
                              at, at)  # fmt: skip
            rows = {kind: msgspec.Raw(encode_rows(kind, [record], binary=True))
                    for kind, record in (("case", case), ("message", message))}  # fmt: skip
            yield Delta(scope=scope, from_=before, to=self._rev, put=rows)


async def main(replica: Path, sizes: Sizes, seconds: float, port: int) -> None:
    """Serve until killed."""
    feed = Feed(replica, sizes, seconds)
    names = [Subprotocol(BINARY)]
    async with serve(feed.talk, "127.0.0.1", port, compression=None, ping_interval=None, subprotocols=names):
        print("ready", flush=True)
        await asyncio.Future()


if __name__ == "__main__":
    file, cases, per_case, lasts, at = sys.argv[1:]
    asyncio.run(main(Path(file), Sizes(int(cases), int(per_case)), float(lasts), int(at)))
