"""Catch-up of 100,000 records into the encrypted replica, against writing the same rows with no network."""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import msgspec
from tests.bench.company import KEY, TEAM, Company, Sizes
from tests.bench.figures import Figure, at_most, below, run
from tests.bench.serving import Seat, data_folder, server, stock

from agentdesk.domain.cases.thread import open_scope
from agentdesk.domain.kernel import Record, spec_of
from agentdesk.protocol import Row, decode_rows, encode_rows
from agentdesk.store.records import Records
from agentdesk.store.tables import create_tables
from agentdesk.sync.files import open_replica
from agentdesk.sync.news import Status
from agentdesk.sync.worker import Account, Place, Worker

CASES = 8_000
"""With ten messages, a conversation and every other time a new customer each: 100,000 records."""
TIMES, OPEN_SECONDS = 1.5, 0.5
PAGE = 2_000
ROUNDS = 3


def main() -> None:
    run(measure, __doc__)


def measure(quick: bool) -> list[Figure]:
    """Turn by turn: a desk that catches up, then the floor."""
    sizes = Sizes(800 if quick else CASES)
    pages = list(decoded(sizes))
    total = sum(len(rows) for page in pages for _, rows in page)
    runs = []
    with data_folder() as folder:
        seat = stock(folder, sizes)
        with server(folder) as (url, _):
            for _ in range(1 if quick else ROUNDS):
                runs.append((*caught_up(url, seat), write_alone(pages)))
    whole, _, alone = min(runs, key=lambda run: run[0] / run[2])
    return [
        at_most(f"Catch-up of {total:,} records", TIMES, whole, alone, "s", "the same rows, no network"),
        below("Open conversations usable", OPEN_SECONDS, statistics.median(run[1] for run in runs), "s",
              "since the worker began"),
    ]  # fmt: skip


def decoded(sizes: Sizes) -> Iterator[list[tuple[str, list[Row]]]]:
    """The rows as a desk has them in its hands, scope by scope in pages, each kind by itself."""
    company = Company(sizes)
    scopes: dict[str, list[Record]] = {"org": company.people(), open_scope(TEAM): []}
    for scope, records in company.cases():
        scopes.setdefault(scope, []).extend(records)
    for records in scopes.values():
        rest = iter(records)
        while page := list(islice(rest, PAGE)):
            by_kind: dict[str, list[Record]] = {}
            for record in page:
                by_kind.setdefault(spec_of(record).kind, []).append(record)
            raw = {kind: msgspec.Raw(encode_rows(kind, some, binary=True)) for kind, some in by_kind.items()}
            yield [(kind, decode_rows(kind, rows, binary=True)) for kind, rows in raw.items()]


def write_alone(pages: list[list[tuple[str, list[Row]]]]) -> float:
    """Seconds to write these rows, a page a transaction."""
    with tempfile.TemporaryDirectory() as folder:
        conn = open_replica(Path(folder) / "replica.db", KEY)
        create_tables(conn)
        records = Records(conn)
        start = time.perf_counter()
        for page in pages:
            conn.execute("BEGIN IMMEDIATE")
            for kind, rows in page:
                records.write(kind, rows, fresh=True)
            conn.execute("COMMIT")
        took = time.perf_counter() - start
        conn.close()
    return took


def caught_up(url: str, seat: Seat) -> tuple[float, float]:
    """Seconds until a new desk has everything, and until it has the open conversations."""
    done, wanted = threading.Event(), open_scope(TEAM)
    times: dict[str, float] = {}

    def look() -> None:
        while worker.told:
            item = worker.told.popleft()
            if not isinstance(item, Status):
                continue
            if item.phase.name in ("CATCHING_UP", "LIVE") and wanted not in item.behind:
                times.setdefault("open", time.perf_counter())
            if item.phase.name == "LIVE" and not item.behind:
                times.setdefault("whole", time.perf_counter())
                done.set()

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        place = Place(folder / "replica.db", folder / "precious.db", folder / "staging", KEY)
        worker = Worker(place, Account(url, seat.device, "bench", seat.token), app="bench", on_news=look)
        start = time.perf_counter()
        worker.start()
        try:
            assert done.wait(300), "it never caught up"
        finally:
            worker.stop()
    return times["whole"] - start, times["open"] - start


if __name__ == "__main__":
    main()
