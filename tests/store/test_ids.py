"""Ids: UUIDv7, unique and in order, whatever the clock and the threads do."""

from __future__ import annotations

import itertools
import threading
import uuid
from queue import SimpleQueue

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentdesk.store import ids
from agentdesk.store.ids import new_id

NOW = 1_790_000_000_000
FAR = (1 << 48) - 1


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test begins as a new process does."""
    last: SimpleQueue[tuple[int, int]] = SimpleQueue()
    last.put((-1, 0))
    monkeypatch.setattr(ids, "_last", last)


def test_it_is_a_uuid_of_version_7() -> None:
    made = uuid.UUID(new_id(NOW))
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == NOW


def test_it_is_written_canonically() -> None:
    made = new_id(NOW)
    assert made == str(uuid.UUID(made))


@given(st.lists(st.integers(NOW - 3, NOW + 3), max_size=60))
def test_ids_rise_whatever_the_clock_does(times: list[int]) -> None:
    made = [new_id(time) for time in times]
    assert made == sorted(set(made))


def test_a_full_millisecond_spills_into_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    new_id(NOW)
    ids._last.get()
    ids._last.put((NOW, (1 << 74) - 1))
    spilled = uuid.UUID(new_id(NOW))
    assert (spilled.int >> 80, spilled.version) == (NOW + 1, 7)


def test_ids_of_one_millisecond_cannot_be_guessed() -> None:
    made = [uuid.UUID(new_id(NOW)).int for _ in range(100)]
    steps = {after - before for before, after in itertools.pairwise(made)}
    assert len(steps) == 99
    assert min(steps) > 1


def test_threads_share_one_order() -> None:
    found: list[list[str]] = [[] for _ in range(4)]

    def make(into: list[str]) -> None:
        into.extend(new_id(NOW) for _ in range(2000))

    threads = [threading.Thread(target=make, args=(into,)) for into in found]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(made == sorted(made) for made in found)
    assert len({one for made in found for one in made}) == 8000


@pytest.mark.parametrize("time", [-1, FAR + 1])
def test_a_time_that_does_not_fit_is_refused(time: int) -> None:
    with pytest.raises(ValueError, match="not a time"):
        new_id(time)
    assert new_id(NOW) < new_id(NOW)  # and the next one is not kept waiting
