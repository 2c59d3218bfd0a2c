"""The worker of suggestions at 100,000 documents: from message to cards, its start, its memory; a desk at work beside.

The real process over its real pipe, as a desk tells it: 64 owners under way, questions between them. Each question is
the next customer's turn of a dialogue that is in no document. The documents are those of `shelves`.
"""

from __future__ import annotations

import os
import queue
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import numpy as np
import psutil  # type: ignore[import-untyped]
from tests.bench.company import Sizes as Desks
from tests.bench.company import kept
from tests.bench.figures import Figure, below, percentile, run
from tests.bench.gui import free_port, prepare, watched
from tests.bench.shelves import KEY, ME, NOW, SMALL, Library, Sizes, Told, fill
from tests.bench.start import profile

from agentdesk.assist import packs
from agentdesk.assist.frames import (
    Answer,
    Ask,
    Asked,
    Begin,
    Learn,
    Learned,
    Open,
    Said,
    State,
    Swept,
    framed,
    said,
    taken,
)
from agentdesk.assist.shelf import FORM
from agentdesk.desk.assist.feeding import UNDER_WAY
from agentdesk.desk.assist.worker import PASSED_ON, arguments
from agentdesk.desk.resources import resource

ANSWER_MS, FIRST_CARD_MS, MEMORY_MIB = 50.0, 500.0, 260.0
MADE_BY, ROUNDS, QUESTIONS, SECONDS = 1, 5, 600, 25.0
ASKED_EVERY = 512
"""Owners that are told between two questions until the first card comes: what is asked more often is told later."""
SETTLED_S = 9.0
"""Until the desk stands, is fed, and is being watched."""
LOOKED_AT_S, PATIENCE = 0.02, 900.0


def main() -> None:
    run(measure, __doc__)


def measure(quick: bool) -> list[Figure]:
    """Start, telling, learning, answering: in this order, as in a worker's life."""
    sizes = SMALL if quick else Sizes()
    library = Library(sizes)
    every = [told for told, _ in library.told()]
    asked = list(islice(questions(library), 60 if quick else QUESTIONS))
    with tempfile.TemporaryDirectory(prefix="agentdesk-bench-") as folder:
        place = Path(folder) / "assist.db"
        shutil.copyfile(made(library), place)
        starts = [started(place, every, asked[0]) for _ in range(2 if quick else ROUNDS)]
        worker = Worker(place)
        try:
            found = lived(worker, every, asked, quick)
        finally:
            worker.end()
    floors = floor(library, asked[: len(asked) // 4])
    times, learning, idle, answering, while_learning = found
    stood, cards = zip(*starts, strict=True)
    processor = (
        f"of the processor: median {percentile(worker.used, 0.5):.1f}, p99 {percentile(worker.used, 0.99):.1f} ms"
    )
    note = f"{sizes.documents:,} documents; median {percentile(times, 0.5):.1f} ms, worst {max(times):.0f} ms"
    more = f"{len(while_learning)} questions, median {percentile(while_learning, 0.5):.1f}"
    plain = f"one text and one scan in numpy: median {percentile(floors, 0.5):.1f}, p99 {percentile(floors, 0.99):.1f}"
    return [
        below("Suggestions: from message to cards, a desk at work beside (p99)", ANSWER_MS,
              percentile(times, 0.99), "ms", f"{note}; {processor}; {plain} ms"),
        below("Suggestions: the same while the worker learns (p99)", ANSWER_MS, percentile(while_learning, 0.99), "ms",
              f"{more}, worst {max(while_learning):.0f} ms"),
        below("Suggestions: from start to first card, with an index", FIRST_CARD_MS, statistics.median(cards), "ms",
              f"longest of {len(cards)}: {max(cards):.0f} ms; until it stands: {statistics.median(stood):.0f} ms"),
        *(below(f"Suggestions: the worker's memory {when}", MEMORY_MIB, mib, "MiB")
          for when, mib in (("when all is told", idle), ("while it learns (most)", learning),
                            ("while it answers (most)", answering))),
    ]  # fmt: skip


class Worker:
    """A process of its own, as the desk starts it."""

    def __init__(self, place: Path) -> None:
        env = {name: os.environ[name] for name in PASSED_ON if name in os.environ} | {"OPENBLAS_NUM_THREADS": "1"}
        command = [sys.executable, *arguments()]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env)
        self._heard: queue.SimpleQueue[tuple[float, Said]] = queue.SimpleQueue()
        self._own, self._most, self._over = psutil.Process(self._process.pid), 0.0, False
        for work in (self._listen, self._look):
            threading.Thread(target=work, daemon=True).start()
        pack, mood = str(resource(packs.EMBEDDER)), str(resource(packs.MOOD))
        self.say(Open(KEY, str(place), pack, mood, ME, (packs.EMBEDDER_SHA256,)), Begin())
        self.state, self.used = State(0), list[float]()

    def say(self, *frames: Asked) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(b"".join(map(framed, frames)))
        self._process.stdin.flush()

    def next(self, wait: float = PATIENCE) -> tuple[float, Said]:
        """What it says next, and when that came."""
        at, word = self._heard.get(timeout=wait)
        if isinstance(word, State):
            self.state = word
        return at, word

    def tell(self, told: Iterator[Told], most: int) -> int:
        """So many owners, not too many under way; how many there were."""
        under_way = count = 0
        for owner, sources in islice(told, most):
            self.say(Learn(owner, sources))
            under_way, count = under_way + 1, count + 1
            while under_way >= UNDER_WAY:
                under_way -= self._taken()
        while under_way:
            under_way -= self._taken()
        return count

    def _taken(self) -> int:
        word = self.next()[1]
        return word.count if isinstance(word, Learned) else 0

    def ask(self, ask: Ask) -> tuple[float, Answer]:
        """Milliseconds, and the answer."""
        began, used = time.monotonic(), self._used()
        self.say(ask)
        while True:
            at, word = self.next()
            if isinstance(word, Answer):
                self.used.append(self._used() - used)
                return (at - began) * 1000, word

    def _used(self) -> float:
        """Milliseconds of the processor: what else the machine does is not in it."""
        exact = Path(f"/proc/{self._process.pid}/schedstat")
        if exact.exists():
            return int(exact.read_text().split()[0]) / 1e6
        return 1000 * sum(self._own.cpu_times()[:2])

    def most(self) -> float:
        """The most memory (MiB) since this was asked last."""
        found, self._most = self._most, 0.0
        return found

    def _listen(self) -> None:
        assert self._process.stdout is not None
        data, pipe = bytearray(), self._process.stdout.fileno()
        while some := os.read(pipe, 1 << 16):
            data += some
            for body in taken(data):
                self._heard.put((time.monotonic(), said(body)))

    def _look(self) -> None:
        while not self._over:
            try:
                self._most = max(self._most, self._own.memory_info().rss / 2**20)
            except psutil.Error:
                return
            time.sleep(LOOKED_AT_S)

    def end(self) -> None:
        self._over = True
        self._process.kill()
        self._process.wait(10)


def made(library: Library) -> Path:
    """The index, made once and then kept."""
    sizes = library.sizes
    place = kept() / f"shelves-{FORM}-{MADE_BY}-{sizes.documents}.db"
    if not place.exists():
        with tempfile.TemporaryDirectory(dir=kept()) as folder:
            fill(Path(folder) / place.name, library)
            (Path(folder) / place.name).rename(place)
    return place


def questions(library: Library) -> Iterator[Ask]:
    """What a desk asks as customers write, one dialogue after the other."""
    number = 0
    for at, turns in enumerate(library.asked):
        for end, turn in enumerate(turns, 1):
            if turn.who == "customer":
                number += 1
                yield Ask(number=number, case=f"asked-{at}", turns=tuple(turns[max(0, end - 8) : end]), now=NOW,
                          language="en")  # fmt: skip


def started(place: Path, every: list[Told], ask: Ask) -> tuple[float, float]:
    """Milliseconds from the start of a process until it stands, and to its first card: as much is told before as that
    takes.
    """
    began = time.monotonic()
    worker = Worker(place)
    try:
        while not worker.state.level:
            worker.next()
        stood = (time.monotonic() - began) * 1000
        told = iter(every)
        while worker.tell(told, ASKED_EVERY):
            if worker.ask(ask)[1].cards:
                return stood, (time.monotonic() - began) * 1000
        raise AssertionError("there was no card")
    finally:
        worker.end()


def lived(
    worker: Worker, every: list[Told], asked: list[Ask], quick: bool
) -> tuple[list[float], float, float, float, list[float]]:
    """Milliseconds of each answer; then memory while learning, when all is told, while answering; last the milliseconds
    of each answer while it learned.
    """
    worker.tell(iter(every), len(every))
    idle = worker.most()
    worker.say(Swept())
    worker.next()
    draw, while_learning = random.Random(1), list[float]()
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and not (worker.state.head and worker.state.replies):
        while_learning.append(worker.ask(draw.choice(asked))[0])
        try:
            worker.next(0.5)
        except queue.Empty:
            continue
    assert worker.state.head, "no macros were learned"
    assert worker.state.replies, "no replies were learned"
    learning = worker.most()
    worker.used.clear()
    with beside(quick):
        times = [worker.ask(ask)[0] for ask in asked]
    return times, learning, idle, worker.most(), while_learning


@contextmanager
def beside(quick: bool) -> Iterator[None]:
    """A desk at work: its replica is fed, its window redrawn. Its worker of suggestions is the one that is measured."""
    sizes, port = Desks(10_000), free_port()
    with profile(sizes, server=f"http://127.0.0.1:{port}", own=True) as folder, ThreadPoolExecutor(1) as threads:
        prepare(folder)
        desk = threads.submit(watched, folder, sizes, 6.0 if quick else SECONDS, port, "unassisted")
        time.sleep(SETTLED_S)
        yield
        desk.result()


def floor(library: Library, asked: list[Ask]) -> list[float]:
    """Embedding the last turn, and one scan of as many vectors in plain numpy (ms)."""
    rows = np.random.default_rng(1).standard_normal((library.sizes.documents, 384), np.float32)
    found = []
    for ask in asked:
        began = time.perf_counter()
        np.argpartition(-(rows @ library.embedder.embed(ask.turns[-1].text)), 30)
        found.append((time.perf_counter() - began) * 1000)
    return found


if __name__ == "__main__":
    main()
