"""Many random histories, played side by side in processes of their own; two files of tests share them."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from .history import play, templates

HISTORIES = int(os.environ.get("AGENTDESK_HISTORIES") or (1000 if os.environ.get("CI") else 200))
"""1,000 before anything is merged, 200 at one's desk; `AGENTDESK_HISTORIES` says otherwise."""
FIRST = int(os.environ.get("AGENTDESK_FIRST_HISTORY", "0"))
END = FIRST + HISTORIES
HALF = FIRST + -(-HISTORIES * 3 // 5)
"""Where the second file begins. It has the planted faults, too, so a little less than half is left to it."""
PART = 20


@contextmanager
def place() -> Iterator[Path]:
    """A folder in memory where there is one, for as long as it is needed: a history is about order and loss, not about
    a disk's speed.
    """
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="histories-", dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


def broken_of(first: int, end: int) -> list[str]:
    """Play the histories from `first` to before `end`. What broke, each with the seed that shows it again:
    `AGENTDESK_FIRST_HISTORY=SEED` plays it first.
    """
    spawn = multiprocessing.get_context("spawn")
    with place() as folder, ProcessPoolExecutor(os.cpu_count() or 2, mp_context=spawn) as pool:
        templates(folder)
        parts = [pool.submit(_play, str(folder), at, min(at + PART, end)) for at in range(first, end, PART)]
        return [line for part in parts for line in part.result()]


def _play(folder: str, first: int, end: int) -> list[str]:
    broken = []
    for seed in range(first, end):
        try:
            play(Path(folder) / str(first), Path(folder) / "templates", seed)
        except Exception as error:
            broken.append(f"history {seed}: {type(error).__name__}: {error}")
    return broken
