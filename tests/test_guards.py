"""The guards of conftest.py catch what they are there for: each is tried on a small test that misbehaves."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

LOGS = 'import logging\n\n\ndef test_it() -> None:\n    logging.getLogger("agentdesk.store").warning("disk is full")\n'
ANNOUNCES = """
import logging

def test_it(expect_log) -> None:
    expect_log("WARNING agentdesk.store: disk")
    logging.getLogger("agentdesk.store").warning("disk is full")
"""
ANNOUNCES_IN_VAIN = "def test_it(expect_log) -> None:\n    expect_log('disk is full')\n"
LEAVES_A_THREAD = """
import threading, time

def test_it() -> None:
    threading.Thread(target=time.sleep, args=(8,), name="forgotten", daemon=True).start()

def test_the_next_is_not_blamed() -> None:
    pass
"""
KEEPS_A_THREAD_FOR_THE_MODULE = """
import threading, pytest

@pytest.fixture(scope="module")
def server():
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    yield
    stop.set()
    thread.join()

def test_it(server) -> None:
    pass

def test_again(server) -> None:
    pass
"""
QT_WARNS = "from PySide6.QtCore import qWarning\n\ndef test_it(qapp) -> None:\n    qWarning('no such slot')\n"
NEEDS_DATA = "def test_it(data_dir) -> None:\n    assert data_dir.is_dir()\n"


def _run(folder: Path, source: str, **env: str) -> str:
    """Run a test file under our conftest, in a process of its own; give what pytest printed."""
    (folder / "test_small.py").write_text(source)
    command = [sys.executable, "-m", "pytest", "-p", "conftest", "-p", "no:cacheprovider", "-c", "pyproject.toml"]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT / "tests"), **env}
    done = subprocess.run([*command, str(folder)], cwd=ROOT, env=surroundings, capture_output=True, text=True)
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (LOGS, ["unexpected log lines", "WARNING agentdesk.store: disk is full", "1 failed"]),
        (ANNOUNCES, ["1 passed"]),
        (ANNOUNCES_IN_VAIN, ["announced but never logged", "1 error"]),
        (LEAVES_A_THREAD, ["threads outlive the test: ['forgotten']", "2 passed, 1 error"]),
        (KEEPS_A_THREAD_FOR_THE_MODULE, ["2 passed"]),
        (QT_WARNS, ["no such slot", "1 failed"]),
    ],
    ids=["logs", "announces", "announces in vain", "leaves a thread", "keeps one for the module", "Qt warns"],
)
def test_guard(tmp_path: Path, source: str, words: list[str]) -> None:
    """What misbehaves fails and says why; what behaves passes."""
    output = _run(tmp_path, source)
    assert [word for word in words if word not in output] == [], output


def test_missing_data_is_loud(tmp_path: Path) -> None:
    """A skip is told at the end, in words, with what to do."""
    output = _run(tmp_path, NEEDS_DATA, AGENTDESK_DATA=str(tmp_path / "nowhere"))
    assert "NOT TESTED" in output
    assert "1 tests need recorded data" in output
    assert "1 skipped" in output
