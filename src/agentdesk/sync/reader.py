"""Reads the replica at one moment: a snapshot that stands still until it is asked to move on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from agentdesk.domain.kernel import Asked, Record
from agentdesk.domain.kernel.terms import Term
from agentdesk.store.search import END, Finder

from .ahead import Ahead
from .snapshot import Snapshot


class Reader:
    """Two connections that take turns, so that what was and what is can be read side by side.

    `connect` opens a read-only connection to the replica in autocommit mode. Owned by one thread.
    """

    def __init__(self, connect: Callable[[], Any]) -> None:
        self.now = Snapshot(connect())
        self.before = Snapshot(connect())
        self.ahead = Ahead(connect)
        self.now.begin()

    def advance(self) -> int:
        """Move to what is there now; what was stays readable as `before` until `release`. Returns `applied`."""
        self.release()
        self.ahead.forget()
        self.now, self.before = self.before, self.now
        self.now.begin()
        return self.now.applied

    def release(self) -> None:
        """Let go of what was: a snapshot held for long makes the write-ahead log grow."""
        self.before.end()

    def close(self) -> None:
        """End all."""
        self.ahead.close()
        for snapshot in (self.now, self.before):
            snapshot.end()
            snapshot.conn.close()

    @property
    def applied(self) -> int:
        return self.now.applied

    @property
    def scopes(self) -> frozenset[str]:
        return self.now.scopes

    @property
    def filled(self) -> frozenset[str]:
        return self.now.filled

    def get(self, kind: str, id: str) -> Record | None:
        return self.now.records.get(kind, id)

    def get_many(self, kind: str, ids: Sequence[str]) -> dict[str, Record]:
        return self.now.records.get_many(kind, ids)

    def get_before(self, kind: str, ids: Sequence[str]) -> dict[str, Record]:
        return self.before.records.get_many(kind, ids)

    def page(self, asked: Asked[Any], after: tuple[Any, ...] | None = None, limit: int = 50) -> list[Any]:
        found = self.ahead.page(asked, after, limit)
        return self.now.records.page(asked, after, limit) if found is None else found

    def count(self, asked: Asked[Any]) -> int:
        found = self.ahead.count(asked)
        return self.now.records.count(asked) if found is None else found


class Index:
    """The full text of what is confirmed, at whatever moment the reader stands when it is asked."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    @property
    def _find(self) -> Finder:
        return self._reader.now.records.find

    def hits(self, kind: str, terms: Sequence[Term], limit: int = 30, before: int = END) -> list[tuple[int, Record]]:
        """See `Finder.hits`."""
        return self._find.hits(kind, terms, limit, before)

    def latest(self, kind: str, limit: int = 100, before: int = END) -> list[tuple[int, Record]]:
        """See `Finder.latest`."""
        return self._find.latest(kind, limit, before)

    def best(self, kind: str, terms: Sequence[Term], limit: int = 30) -> list[tuple[int, Record]]:
        """See `Finder.best`."""
        return self._find.best(kind, terms, limit)

    def knows(self, kind: str, word: str) -> bool:
        """See `Finder.knows`."""
        return self._find.knows(kind, word)

    def word_from(self, kind: str, at: str) -> str:
        """See `Finder.word_from`."""
        return self._find.word_from(kind, at)

    def word_after(self, kind: str, word: str) -> str:
        """See `Finder.word_after`."""
        return self._find.word_after(kind, word)
