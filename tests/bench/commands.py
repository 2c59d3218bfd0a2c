"""Commands: how many a second the server acknowledges with fsync on, and how long one alone takes."""

from __future__ import annotations

import asyncio
import itertools
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.figures import Figure, above, at_most, percentile, run
from tests.bench.serving import Client, Seat, case_id, data_folder, found, server

from agentdesk.domain.cases import Note, Prioritise, Reply, Tag, Untag
from agentdesk.domain.kernel import Command
from agentdesk.store.crypt import open_database

TEAMS, PEOPLE, CASES = 10, 10, 40
IN_FLIGHT = 8
"""Commands that one desk has under way: an outbox that empties sends up to 64 at once."""
WANTED, TIMES = 3_000, 3.0
WORDS = "Thank you for your patience. Your parcel left our warehouse this morning and will be with you on Tuesday."


def main() -> None:
    run(measure, __doc__)


def measure(quick: bool) -> list[Figure]:
    """One after the other: alone first, while nobody else is there."""
    with data_folder() as folder:
        seats = found(folder, TEAMS, PEOPLE, 1, CASES)
        with server(folder) as (url, _):
            alone, bare = asyncio.run(one_by_one(url, seats[0], folder, 100 if quick else 500))
            rate, waits, commands = asyncio.run(together(url, seats, 3.0 if quick else 10.0))
    waited = f"waited {1000 * statistics.median(waits):.0f} ms, p99 {1000 * percentile(waits, 0.99):.0f} ms"
    beside = f"{len(seats)} connections, {commands:,} commands; {waited}"
    return [
        above("Commands acknowledged, fsync on", WANTED, rate, "a second", beside),
        at_most("One command alone, median", TIMES, 1000 * alone, 1000 * bare, "ms", "bare fsynced commit"),
    ]


def work(seat: Seat, place: int) -> Iterator[Command]:
    """What an agent does all day, in cases of the own team: answer, note, tag, order."""
    mine = [case_id(seat.team, n) for n in range(CASES) if n % PEOPLE == place]
    for number in itertools.count():
        case = mine[number // 5 % len(mine)]
        yield (
            Reply(case, f"{seat.person}-{number}", WORDS, 1 << 30),
            Tag(case, f"word {number % 7}"),
            Note(case, f"{seat.person}-{number}", WORDS),
            Untag(case, f"word {(number - 2) % 7}"),
            Prioritise(case, number // 5 % 4),  # may find that it is so already: then there is only its leaf
        )[number % 5]


async def together(url: str, seats: list[Seat], seconds: float) -> tuple[float, list[float], int]:
    """All desks at once; commands a second, how long each waited, how many there were."""
    clients = [Client(seat) for seat in seats]
    for client in clients:
        await client.sit_down(url)
    waits: list[float] = []
    await asyncio.gather(*(_busy(c, n % PEOPLE, 1.0, []) for n, c in enumerate(clients)))
    start = time.perf_counter()
    await asyncio.gather(*(_busy(c, n % PEOPLE, seconds, waits) for n, c in enumerate(clients)))
    took = time.perf_counter() - start
    return len(waits) / took, waits, len(waits)


async def _busy(client: Client, place: int, seconds: float, waits: list[float]) -> None:
    todo = itertools.islice(work(client.seat, place), client.n, None)
    until = time.perf_counter() + seconds

    async def lane() -> None:
        while time.perf_counter() < until:
            waits.append(await client.command(next(todo)))

    await asyncio.gather(*(lane() for _ in range(IN_FLIGHT)))


async def one_by_one(url: str, seat: Seat, folder: Path, rounds: int) -> tuple[float, float]:
    """A command, then a bare commit, and so on: medians of both on the same disk, at the same time."""
    client = Client(seat)
    await client.sit_down(url)
    bare = open_database(folder.parent / "bare" / "bare.db", None, durable=True)
    bare.execute("CREATE TABLE said (id INTEGER PRIMARY KEY, text TEXT NOT NULL)")
    todo = work(seat, 0)
    ours, floor = [], []
    for _ in range(rounds):
        ours.append(await client.command(next(todo)))
        start = time.perf_counter()
        bare.execute("INSERT INTO said (text) VALUES (?)", (WORDS,))
        floor.append(time.perf_counter() - start)
    bare.close()
    client.line.transport.close()
    return statistics.median(ours), statistics.median(floor)


if __name__ == "__main__":
    main()
