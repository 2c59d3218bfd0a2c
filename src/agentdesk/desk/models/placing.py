"""Rows come, go and move one by one, and each step is told before it happens. No Qt."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, Protocol

from agentdesk.desk.models.stretches import Key, Part, Row, Stretches
from agentdesk.domain.kernel import Asked


class Ear(Protocol):
    """Is told of each change: inside the `with` the rows change."""

    def inserting(self, at: int, count: int) -> AbstractContextManager[None]: ...
    def removing(self, at: int, count: int) -> AbstractContextManager[None]: ...
    def moving(self, start: int, end: int) -> AbstractContextManager[None]:
        """One row goes before row `end`, as counted before it goes."""

    def changed(self, at: int, count: int) -> None: ...


class Placing:
    """Known rows by id, and the steps by which they change places."""

    def __init__(self, asked: Asked[Any], count: int, ear: Ear) -> None:
        self.asked = asked
        self._ear = ear
        self._all = Stretches(asked, count)
        self._keys: dict[str, Key] = {}

    def _put_in(self, id: str, key: Key) -> None:
        index, at = self._all.locate(key)
        if self._all.is_gap(index):
            self._grow(index, 1)
            return
        with self._ear.inserting(self._all.start(index) + at, 1):
            if index == len(self._all.parts):
                self._all.parts.append(Part([]))
            rows = self._all.parts[index].rows
            assert rows is not None
            rows.insert(at, Row(key, id))
            self._keys[id] = key

    def _take_out(self, id: str) -> None:
        key = self._keys[id]
        index, at = self._all.locate(key)
        with self._ear.removing(self._all.start(index) + at, 1):
            rows = self._all.parts[index].rows
            assert rows is not None
            del rows[at]
            del self._keys[id]
            self._all.tidy()

    def _carry(self, id: str, key: Key) -> None:
        """Move a known row; into a gap it is lost from sight."""
        if not self._all.exact(key):
            self._take_out(id)
            self._put_in(id, key)
            return
        (index, at), (to, place) = self._all.locate(self._keys[id]), self._all.locate(key)
        start, end = self._all.start(index) + at, self._all.start(to) + place
        if end in (start, start + 1) and index == to:
            self._exchange(id, key, index, at, to, place)
            self._ear.changed(start, 1)
            return
        if end in (start, start + 1):  # over a gap's edge: Qt knows no move onto itself
            self._take_out(id)
            self._put_in(id, key)
            return
        with self._ear.moving(start, end):
            self._exchange(id, key, index, at, to, place)
        self._ear.changed(end - 1 if end > start else end, 1)

    def _exchange(self, id: str, key: Key, index: int, at: int, to: int, place: int) -> None:
        source, target = self._all.parts[index].rows, self._all.parts[to].rows
        assert source is not None
        assert target is not None
        del source[at]
        target.insert(place - (1 if index == to and place > at else 0), Row(key, id))
        self._keys[id] = key
        self._all.tidy()

    def _grow(self, index: int, count: int) -> None:
        at = self._all.start(index + 1) if self._all.is_gap(index) else self._all.start(index)
        with self._ear.inserting(at, count):
            if self._all.is_gap(index):
                self._all.parts[index].gap += count
            else:
                self._all.parts.insert(index, Part(gap=count))

    def _shrink(self, index: int, count: int) -> None:
        with self._ear.removing(self._all.start(index + 1) - count, count):
            self._all.parts[index].gap -= count
            self._all.tidy()
