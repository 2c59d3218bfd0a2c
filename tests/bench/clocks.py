"""Clocks: 1,000 that run out in the same second, until the last has reached a desk; and what one sum costs."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from tests.bench.figures import Figure, at_most, below, run
from tests.bench.serving import CHANNEL, SYSTEM, Client, Seat, data_folder, found, give, opening, server

from agentdesk.domain.cases import Tag
from agentdesk.domain.clocks import Calendar, Draft, Policy, Publish, Rung, Target, add
from agentdesk_server.authority import Authority, open_server_database
from agentdesk_server.core import master_key, now

CLOCKS, WITHIN, TIMES, SUM = 1_000, 1_000, 2.0, 100
MINUTE = 60_000
"""So long (ms) before the moment all is prepared: a server has to start, and a desk to sit down."""
IN_FLIGHT = 64
HOURS = ((540, 720), (780, 1020))
OFFICE = Calendar("office", "Office", "Europe/Berlin", tuple((day, *hours) for day in range(5) for hours in HOURS))


def main() -> None:
    run(measure, __doc__)


def measure(quick: bool) -> list[Figure]:
    count = 200 if quick else CLOCKS
    with data_folder() as folder:
        (seat,) = found(folder, 1, 1, 1, 0)
        due = prepare(folder, seat, count)
        with server(folder) as (url, _):
            late, early, tags = asyncio.run(listen(url, seat, due, count))
    beside = f"early: {early}; {count:,} tags by one desk: {tags:.0f} ms"
    return [
        below(f"{count:,} clocks run out at once, the last at a desk after", WITHIN, late, "ms", beside),
        at_most("The same, beside as many commands of one desk", TIMES, late, tags, "ms", "tags set"),
        below("One due moment, three weeks ahead over split days", SUM, 1_000_000 * one_sum(), "µs"),
    ]


def prepare(folder: Path, seat: Seat, count: int) -> int:
    """Open cases that are all due at one moment; returns it (ms, UTC)."""
    opened = now()
    database = open_server_database(folder, durable=False)
    authority = Authority(database, master_key(folder), lambda: opened)
    targets = (Target(metric="first", minutes=(1, 1, 1, 1)),)
    rules = Policy(id="p", name="P", targets=targets, warn=0, ladder=(Rung(after=0, to="digest"),))
    give(authority, SYSTEM, [Draft(regime="r", calendars=(), policies=(rules,)), Publish(regime="r")])
    give(authority, CHANNEL, [opening(seat.team, n) for n in range(count)])
    database.close()
    return opened + MINUTE


async def listen(url: str, seat: Seat, due: int, count: int) -> tuple[float, int, float]:
    """When a desk has heard of the last one (ms after the moment), how many it heard too early, what tags take (ms)."""
    client = Client(seat)
    await client.sit_down(url)
    await asyncio.sleep(max(0, due - now() - 50) / 1000)
    before = client.changes
    await asyncio.sleep(max(0, due - now()) / 1000)
    early = client.changes - before
    while client.changes - before < count:  # noqa: ASYNC110  an event for each change would cost more
        await asyncio.sleep(0.002)
    late = float(now() - due)
    return late, early, await tag(client, seat, count)


async def tag(client: Client, seat: Seat, count: int) -> float:
    """How long as many commands of a desk take."""
    todo = (Tag(case=opening(seat.team, n).case, tag="a word") for n in range(count))

    async def lane() -> None:
        for command in todo:
            await client.command(command)

    start = time.perf_counter()
    await asyncio.gather(*(lane() for _ in range(IN_FLIGHT)))
    return 1000 * (time.perf_counter() - start)


def one_sum() -> float:
    """Seconds for one due moment."""
    start, rounds = 1_800_000_000_000, 2_000
    add(OFFICE, start, 105 * 3_600_000)
    began = time.perf_counter()
    for n in range(rounds):
        add(OFFICE, start + n * MINUTE, 105 * 3_600_000)
    return (time.perf_counter() - began) / rounds


if __name__ == "__main__":
    main()
