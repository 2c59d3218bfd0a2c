"""Fan-out: a change to 1,000 desks, against `websockets.broadcast` with the same bytes and tick; memory a desk."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Sequence

import msgspec
import psutil  # type: ignore[import-untyped]
from tests.bench.figures import Figure, at_least, below, run
from tests.bench.lines import Line, dial
from tests.bench.serving import Client, Seat, case_id, data_folder, found, room_for, server

from agentdesk.domain.cases import Note

DESKS, PEOPLE, CASES = 1_000, 10, 50
BURST, PAUSE = 20, 0.05
TICK = 0.010
TIMES, MOST_KIB = 0.7, 40.0
SETTLED = 1.5
"""Seconds of silence after which everybody has everything."""
WORDS = "The parcel is at the depot since Monday; I have asked them to send it again."


def main() -> None:
    if sys.argv[1:] == ["--peer"]:
        asyncio.run(peer())
    else:
        run(measure, __doc__)


def measure(quick: bool) -> list[Figure]:
    """First the real server, noting what it sends; then the peer sends the same."""
    desks, bursts = (200, 10) if quick else (DESKS, 40)
    room_for(desks)
    with data_folder() as folder:
        seats = found(folder, 1, PEOPLE, desks // PEOPLE + 1, CASES)
        with server(folder) as (url, process):
            took, sent, kib = asyncio.run(real(url, seats[: desks + 1], bursts, process))
    floor = against(sent, desks)
    delivered = bursts * BURST * desks
    return [
        at_least("Fan-out to 1,000 desks, in bursts", TIMES, delivered / took, delivered / floor, "changes/s",
                 "websockets.broadcast"),
        below("Memory of an idle desk", MOST_KIB, kib, "KiB", f"server with {desks:,} desks, less without"),
    ]  # fmt: skip


async def real(
    url: str, seats: Sequence[Seat], bursts: int, process: psutil.Process
) -> tuple[float, list[list[bytes]], float]:
    """Seconds that the bursts took until the last desk had the last of them, what one desk got, KiB a desk."""
    writer, watcher = Client(seats[-1]), Client(seats[0])
    await writer.sit_down(url)
    await settled([writer.line])
    before = process.memory_info().rss
    others = await sit_down(url, seats[1:-1])
    await watcher.sit_down(url)
    lines = [watcher.line, *(client.line for client in others)]
    await settled(lines)
    kib = (process.memory_info().rss - before) / 1024 / len(lines)
    took, sent, number = 0.0, [], 0
    for burst in range(bursts + 3):
        watcher.heard, watcher.changes = [], 0
        marks = [line.bytes for line in lines]
        await asyncio.sleep(PAUSE)
        start = time.monotonic()
        for _ in range(BURST):
            number += 1
            writer.command(Note(case_id(seats[0].team, number % CASES), f"note-{number}", WORDS))
        while watcher.changes < BURST:  # noqa: ASYNC110  a thousand events would cost more
            await asyncio.sleep(0.0005)
        size = watcher.line.bytes - marks[0]
        took += (await arrived(lines, [mark + size for mark in marks]) - start) * (burst >= 3)
        sent.append(watcher.heard)
    return took, sent[3:], kib


async def sit_down(url: str, seats: Sequence[Seat]) -> list[Client]:
    """All of them, some at a time; then they only count."""
    clients = [Client(seat) for seat in seats]
    for start in range(0, len(clients), 20):
        some = clients[start : start + 20]
        await asyncio.gather(*(client.sit_down(url) for client in some))
        for client in some:
            client.deafen()
    return clients


async def settled(lines: Sequence[Line]) -> None:
    """Wait until nothing has come for a while."""
    while time.monotonic() - max(line.at for line in lines) < SETTLED:  # noqa: ASYNC110
        await asyncio.sleep(SETTLED / 5)


async def arrived(lines: Sequence[Line], wanted: Sequence[int]) -> float:
    """Wait until each line has so many bytes; when the last one had."""
    while any(line.bytes < size for line, size in zip(lines, wanted, strict=True)):  # noqa: ASYNC110
        await asyncio.sleep(0.0005)
    return max(line.at for line in lines)


# --- The peer --------------------------------------------------------------------------------------------------------


def against(sent: list[list[bytes]], desks: int) -> float:
    """Seconds that the peer takes for the same messages to as many connections, from the word go."""
    command = [sys.executable, "-m", "tests.bench.fanout", "--peer"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(msgspec.msgpack.encode(sent))
        process.stdin.close()
        return asyncio.run(_against(process.stdout.readline().decode().strip(), sent, desks))
    finally:
        process.terminate()
        process.wait(20)


async def _against(url: str, sent: list[list[bytes]], desks: int) -> float:
    lines = [await dial(url) for _ in range(desks)]
    await asyncio.sleep(SETTLED)
    took = 0.0
    for burst in sent:
        size = sum(on_the_line(len(message)) for message in burst)
        wanted = [line.bytes + size for line in lines]
        await asyncio.sleep(PAUSE)
        start = time.monotonic()
        lines[0].send(b"go")
        took += await arrived(lines, wanted) - start
    return took


def on_the_line(size: int) -> int:
    """How long a message of this size is with its head."""
    return size + (2 if size < 126 else 4 if size < 1 << 16 else 10)


async def peer() -> None:
    """Nothing but `websockets`: at each word it sends the messages of the next burst, one a tick."""
    from websockets.asyncio.server import ServerConnection, broadcast, serve

    bursts: list[list[bytes]] = msgspec.msgpack.decode(sys.stdin.buffer.read())
    todo = iter(bursts)
    everybody: set[ServerConnection] = set()

    async def talk(socket: ServerConnection) -> None:
        everybody.add(socket)
        async for _ in socket:
            due = asyncio.get_running_loop().time()
            for message in next(todo):
                due += TICK
                await asyncio.sleep(due - asyncio.get_running_loop().time())
                broadcast(everybody, message)

    room_for(DESKS)
    names = ["agentdesk.v1"]
    async with serve(talk, "127.0.0.1", 0, compression=None, ping_interval=None, subprotocols=names, backlog=2048) as s:  # type: ignore[arg-type]
        print(f"http://127.0.0.1:{next(iter(s.sockets)).getsockname()[1]}", flush=True)
        await s.wait_closed()


if __name__ == "__main__":
    main()
