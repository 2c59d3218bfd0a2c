"""The window under load: how late its loop is while records stream in, while a list of 100,000 rows is scrolled, and
while suggestions are told all there is.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import msgspec
from tests.bench.busy import Found, Learned
from tests.bench.company import KEY, OPEN_SHARE, Sizes
from tests.bench.figures import Figure, below, percentile, run
from tests.bench.start import installed, profile

P99_MS, WORST_MS = 16.0, 50.0
SECONDS = 30.0
FEED_MORE = 6.0
PATIENCE = 90.0
TOLD_WITHIN = 900.0


def main() -> None:
    run(measure, __doc__)


def measure(quick: bool) -> list[Figure]:
    """A desk of its own process, fed by another."""
    sizes = Sizes(10_000) if quick else Sizes()
    port = free_port()
    with profile(sizes, server=f"http://127.0.0.1:{port}", own=True) as folder:
        prepare(folder)
        found = watched(folder, sizes, 5.0 if quick else SECONDS, port)
    rate = found.records / found.seconds
    assert rate > 800 or quick, f"only {rate:.0f} records a second came in"
    busy = f"CPU {found.cpu / found.seconds:.0%}, the window's thread {found.own_cpu / found.seconds:.0%}"
    beside = f"{rate:,.0f} changed records a second for {found.seconds:.0f} s; {busy}"
    return [
        below("Event loop late while records stream in (p99)", P99_MS, percentile(found.late, 0.99), "ms", beside),
        below("Event loop late while records stream in (worst)", WORST_MS, max(found.late), "ms", beside),
        below("Scrolling the longest list: longest step", WORST_MS, max(found.scrolled), "ms",
              f"{found.rows:,} rows; p99 {percentile(found.scrolled, 0.99):.1f} ms"),
        *suggesting(quick),
    ]  # fmt: skip


def suggesting(quick: bool) -> list[Figure]:
    """A desk without an index, to which nothing comes in: its worker is told all it holds, then reads what it means."""
    sizes, port = Sizes(2_000) if quick else Sizes(), free_port()
    with profile(sizes, server=f"http://127.0.0.1:{port}", own=True) as folder:
        prepare(folder)
        lasts = str(5.0 if quick else SECONDS)
        line = run_beside(folder, sizes, 0.0, port, (lasts, "suggesting"), TOLD_WITHIN)
    found = msgspec.json.decode(line, type=Learned)
    assert found.texts > sizes.cases / 2, f"only {found.texts} texts were told"
    assert found.read > 0, "none of them was read"
    beside = (
        f"{found.texts:,} texts of {sizes.cases:,} conversations told and {found.read:,} read in {found.seconds:.0f} s;"
        f" the window's thread {found.own_cpu / found.seconds:.0%}"
    )
    return [
        below("Event loop late while suggestions are read (p99)", P99_MS, percentile(found.late, 0.99), "ms", beside),
        below("Event loop late while suggestions are read (worst)", WORST_MS, max(found.late), "ms", beside),
    ]


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def prepare(folder: Path) -> None:
    """The team's view is in front, and a conversation is open."""
    file = folder / "window.json"
    known = json.loads(file.read_text())
    number = OPEN_SHARE
    file.write_text(json.dumps(known | {"queue.view": "team:billing", "queue.case": case_id(folder, number)}))


def case_id(folder: Path, number: int) -> str:
    """The id of the case with this number."""
    from agentdesk.domain.queue import BY_NUMBER
    from agentdesk.store.crypt import open_database
    from agentdesk.store.records import Records

    conn = open_database(next(folder.glob("*/replica.db")), KEY, durable=False, readonly=True)
    found = Records(conn).page(BY_NUMBER(number=number), limit=1)[0].id
    conn.close()
    return found


def watched(folder: Path, sizes: Sizes, seconds: float, port: int, *more: str) -> Found:
    """Run both; what the desk found. `unassisted`: no worker of suggestions of its own beside it."""
    line = run_beside(folder, sizes, seconds + FEED_MORE, port, (str(seconds), *more), seconds + PATIENCE)
    return msgspec.json.decode(line, type=Found)


def run_beside(folder: Path, sizes: Sizes, fed: float, port: int, words: Sequence[str], patience: float) -> str:
    """The line that a desk tells at its end, which a server beside it has fed for so many seconds."""
    given = [str(part) for part in (next(folder.glob("*/replica.db")), sizes.cases, sizes.per_case, fed, port)]
    feed = subprocess.Popen([sys.executable, "-m", "tests.bench.feed", *given], stdout=subprocess.PIPE, text=True)
    try:
        assert feed.stdout is not None
        assert feed.stdout.readline() == "ready\n"
        command = [sys.executable, "-m", "tests.bench.busy", str(folder), *words]
        desk = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=installed())
        watchdog = threading.Timer(patience, desk.kill)
        watchdog.start()
        try:
            assert desk.stdout is not None
            line = next((line for line in desk.stdout if line.startswith("{")), "")
            assert line, "the desk did not come to an end"
        finally:
            watchdog.cancel()
            desk.kill()
            desk.wait(10)
    finally:
        feed.kill()
        feed.wait(10)
    return line


if __name__ == "__main__":
    main()
