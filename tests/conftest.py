"""What holds for every test: no unexpected log line, no thread left behind, nothing of who runs them touched."""

from __future__ import annotations

import atexit
import gc
import logging
import os
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
GRACE_SECONDS = 3.0  # for threads that were told to stop and are about to
NO_DATA = "the data folder is missing"

# --- Surroundings, set before anything of ours or Qt's is imported --------------------------------------------------


def _own_surroundings() -> None:
    """Settings, data and sockets of the tests go to a folder of their own; Qt needs no screen."""
    home = Path(tempfile.mkdtemp(prefix="agentdesk-tests-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
        (home / name).mkdir(mode=0o700)
        os.environ[name] = str(home / name)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as in the program: two that wait for each other spin


_own_surroundings()

# A machine that others share is slow at times: no example is judged by its duration.
_patient: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow], "print_blob": True}
settings.register_profile("ci", derandomize=True, max_examples=100, **_patient)
settings.register_profile("dev", max_examples=50, **_patient)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))

# --- Log lines -------------------------------------------------------------------------------------------------------


class LogGuard(logging.Handler):
    """Collects what was logged as a warning or worse, less what the test said it expects."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[str] = []
        self.expected: list[re.Pattern[str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line as text: the record may hold on to what the test lets go."""
        self.records.append(f"{record.levelname} {record.name}: {record.getMessage()}")

    def unexpected(self) -> list[str]:
        """Hand over, and forget, the lines that nobody announced."""
        records, self.records = self.records, []
        return [line for line in records if not any(pattern.search(line) for pattern in self.expected)]

    def fail_on_unexpected(self) -> None:
        """Fail the running test if it logged what it did not announce."""
        if lines := self.unexpected():
            pytest.fail("unexpected log lines (announce them with expect_log):\n  " + "\n  ".join(lines), pytrace=False)


_log_guard = LogGuard()


@pytest.fixture
def expect_log() -> Iterator[Callable[[str], None]]:
    """`expect_log(REGEX)`: this test makes the code log a warning like "WARNING logger.name: words", and it has to."""
    announced: list[re.Pattern[str]] = []

    def expect(pattern: str) -> None:
        announced.append(re.compile(pattern))
        _log_guard.expected = announced

    listener = LogGuard()
    logging.getLogger().addHandler(listener)
    yield expect
    logging.getLogger().removeHandler(listener)
    never = [pattern.pattern for pattern in announced if not any(pattern.search(line) for line in listener.records)]
    if never:
        pytest.fail(f"announced but never logged: {never}", pytrace=False)


# --- Threads ---------------------------------------------------------------------------------------------------------

_allowed_threads: set[threading.Thread] = set()


def _living() -> set[threading.Thread]:
    """The threads that Python started; those it only met (Qt's) are Qt's to end."""
    return {thread for thread in threading.enumerate() if not isinstance(thread, threading._DummyThread)}


def _fail_on_left_threads() -> None:
    """Fail the running test if a thread that it started does not end."""
    patience = time.monotonic() + GRACE_SECONDS
    left = _living() - _allowed_threads
    for thread in left:
        thread.join(max(0.0, patience - time.monotonic()))
    if left := {thread for thread in left if thread.is_alive()}:
        _allowed_threads.update(left)  # blame one test, not all that come after it
        pytest.fail(f"threads outlive the test: {sorted(thread.name for thread in left)}", pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any]) -> Generator[None, Any, Any]:
    """A fixture for a whole module or session may keep its threads for as long."""
    before = _living()
    result = yield
    if fixturedef.scope != "function":
        _allowed_threads.update(_living() - before)
    return result


# --- Garbage ---------------------------------------------------------------------------------------------------------


def pytest_collection_finish() -> None:
    """What is loaded stays loaded: no search for garbage, and some tests force one, has to look at it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


# --- Around each test ------------------------------------------------------------------------------------------------


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup() -> Generator[None, Any, Any]:
    """Begin to watch."""
    _log_guard.records, _log_guard.expected = [], []
    logging.getLogger().addHandler(_log_guard)
    _allowed_threads.update(_living())
    return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call() -> Generator[None, Any, Any]:
    """The test passes only if its log is clean."""
    result = yield
    _log_guard.fail_on_unexpected()
    return result


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown() -> Generator[None, Any, Any]:
    """What fixtures leave behind counts as well."""
    try:
        result = yield
        _log_guard.fail_on_unexpected()
    finally:
        logging.getLogger().removeHandler(_log_guard)
    _fail_on_left_threads()
    return result


# --- Data that is too large for the repository -----------------------------------------------------------------------


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of recorded data that AGENTDESK_DATA names; where it is missing, tests are skipped, loudly."""
    folder = Path(os.environ.get("AGENTDESK_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"{NO_DATA}: {folder}; set AGENTDESK_DATA")
    return folder


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was not tested: a skip that nobody sees is a test that nobody has."""
    reasons = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])]
    if missing := sum(NO_DATA in reason for reason in reasons):
        terminalreporter.section("NOT TESTED", red=True, bold=True)
        terminalreporter.line(f"{missing} tests need recorded data. {NO_DATA.capitalize()}: set AGENTDESK_DATA.")
