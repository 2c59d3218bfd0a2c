"""Random histories end with each replica equal to what the server would show; planted faults are caught."""

from __future__ import annotations

import logging
import multiprocessing
import os
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from tests.oracle.faults import FAULTS, Fault
from tests.oracle.history import Broken, play, templates

HISTORIES = int(os.environ.get("AGENTDESK_HISTORIES") or (1000 if os.environ.get("CI") else 200))
FIRST = int(os.environ.get("AGENTDESK_FIRST_HISTORY", "0"))
PART = 50
ENOUGH = 60
"""Histories within which a planted fault must show."""


def place() -> Path:
    """A folder in memory where there is one: a history is about order and loss, not about a disk's speed."""
    memory = Path("/dev/shm")
    return Path(tempfile.mkdtemp(prefix="histories-", dir=memory if memory.is_dir() else None))


def play_part(folder: str, first: int, count: int) -> list[str]:
    """Some histories, in a process of their own; returns what broke, with the seed that shows it again."""
    broken = []
    for seed in range(first, first + count):
        try:
            play(Path(folder) / str(first), Path(folder) / "templates", seed)
        except Exception as error:
            broken.append(f"history {seed}: {type(error).__name__}: {error}")
    return broken


@pytest.mark.timeout(40_000)
def test_random_histories_end_well() -> None:
    """1,000 before anything is merged, 200 at one's desk; `AGENTDESK_HISTORIES` says otherwise. A failure names its
    seed (`AGENTDESK_FIRST_HISTORY=SEED` plays it again).
    """
    folder = place()
    templates(folder)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count() or 2, mp_context=spawn) as pool:
        parts = [
            pool.submit(play_part, str(folder), first, min(PART, FIRST + HISTORIES - first))
            for first in range(FIRST, FIRST + HISTORIES, PART)
        ]
        broken = [line for part in parts for line in part.result()]
    assert not broken, "\n".join(broken[:20])


@pytest.mark.timeout(600)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_planted_faults_are_caught(fault: Fault, tmp_path: Path) -> None:
    folder = place()
    made = templates(folder)
    logging.disable(logging.CRITICAL)  # a fault may well be noticed by the server first, loudly
    try:
        with fault():
            assert _shows(folder, made), f"{fault.__name__}: {fault.__doc__}"
    finally:
        logging.disable(logging.NOTSET)


def _shows(folder: Path, made: Path) -> bool:
    for seed in range(ENOUGH):
        try:
            play(folder, made, seed)
        except (Broken, AssertionError, KeyError, RuntimeError):
            return True
    return False
