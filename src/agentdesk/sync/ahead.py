"""Slow answers, read beside the owner of the replica, on a connection of its own, at the owner's moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from agentdesk.domain.kernel import Asked

from .snapshot import Snapshot

Key = tuple[Any, ...]


class Wanted(msgspec.Struct, frozen=True):
    """How many answers there are and, if `rows` is not 0, so many of them after a key (None: the first)."""

    asked: Asked[Any]
    after: Key | None = None
    rows: int = 0


class Ahead:
    """`read` on any thread, one at a time; all else on the owner's. What is kept holds until the owner moves on."""

    def __init__(self, connect: Callable[[], Any]) -> None:
        self._connect = connect
        self._snapshot: Snapshot | None = None
        self._lock = threading.Lock()
        self._closed = False
        self._counts: dict[Asked[Any], int] = {}
        self._pages: dict[tuple[Asked[Any], Key | None], tuple[int, Sequence[Any]]] = {}

    def read(self, wanted: Wanted, moment: int) -> tuple[int, Sequence[Any]] | None:
        """The answer as of a moment (how many transactions were applied); None if the disk has moved on from it."""
        with self._lock:
            if self._closed:
                return None
            if self._snapshot is None:
                self._snapshot = Snapshot(self._connect())
            snapshot = self._snapshot
            snapshot.begin()
            try:
                if snapshot.applied != moment:
                    return None
                rows = snapshot.records.page(wanted.asked, wanted.after, wanted.rows) if wanted.rows else ()
                return snapshot.records.count(wanted.asked), rows
            finally:
                snapshot.end()

    def keep(self, wanted: Wanted, answer: tuple[int, Sequence[Any]]) -> None:
        """Have it at hand for whoever asks at this moment."""
        self._counts[wanted.asked], rows = answer
        if wanted.rows:
            self._pages[wanted.asked, wanted.after] = wanted.rows, rows

    def forget(self) -> None:
        """The owner moves on."""
        self._counts.clear()
        self._pages.clear()

    def count(self, asked: Asked[Any]) -> int | None:
        """How many answers there are, if it was read."""
        return self._counts.get(asked)

    def page(self, asked: Asked[Any], after: Key | None, limit: int) -> list[Any] | None:
        """The first answers after a key, if as many were read, or all there are."""
        most, rows = self._pages.get((asked, after), (0, ()))
        return list(rows[:limit]) if limit <= most or len(rows) < most else None

    def close(self) -> None:
        """Stop what is being read, and let go."""
        self._closed = True
        while not self._lock.acquire(timeout=0.05):
            if self._snapshot is not None:
                self._snapshot.conn.interrupt()
        if self._snapshot is not None:
            self._snapshot.conn.close()
        self._lock.release()
