"""The rows of a long list of which only parts are known: loaded stretches in order, and gaps between them. No Qt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, Protocol

from agentdesk.domain.kernel import Asked, Record

Key = tuple[Any, ...]


class Row(NamedTuple):
    """A known row: its place in the order, and whose it is."""

    key: Key
    id: str


class Ear(Protocol):
    """Is told of each change: inside the `with` the rows change."""

    def inserting(self, at: int, count: int) -> AbstractContextManager[None]: ...
    def removing(self, at: int, count: int) -> AbstractContextManager[None]: ...
    def moving(self, start: int, end: int) -> AbstractContextManager[None]:
        """One row goes before row `end`, as counted before it goes."""

    def changed(self, at: int, count: int) -> None: ...


class Wanted(NamedTuple):
    """What to load next: rows after this key (None: from the top), and how many to what is wanted."""

    after: Key | None
    count: int


class _Part:
    """A loaded stretch, or a gap if `rows` is None."""

    __slots__ = ("gap", "rows")

    def __init__(self, rows: list[Row] | None = None, gap: int = 0) -> None:
        self.rows = rows
        self.gap = gap

    def __len__(self) -> int:
        return self.gap if self.rows is None else len(self.rows)


class Rows:
    """The answer to a question as a list. `count` is how many rows there are; none is known at first.

    A change can be held back: then the row stays where it is until `release`, so that nothing moves under a pointer.
    """

    def __init__(self, asked: Asked[Any], count: int, ear: Ear) -> None:
        self.asked = asked
        self._ear = ear
        self._parts: list[_Part] = [_Part(gap=count)] if count else []
        self._keys: dict[str, Key] = {}
        self.held: dict[str, Key | None] = {}
        """Where rows belong that were not moved yet; None: not here any more."""

    def __len__(self) -> int:
        return sum(map(len, self._parts))

    @property
    def loaded(self) -> int:
        """How many rows are known."""
        return len(self._keys)

    def at(self, row: int) -> str | None:
        """Whose row this is; None if it is not known yet."""
        for part in self._parts:
            if row < len(part):
                return None if part.rows is None else part.rows[row].id
            row -= len(part)
        return None

    def row_of(self, id: str) -> int:
        """Where a known row is; -1 if it is not known."""
        key = self._keys.get(id)
        if key is None:
            return -1
        index, at = self._locate(key)
        return self._start(index) + at

    def wanted(self, first: int, last: int) -> Wanted | None:
        """What must be loaded for these rows to be known; None if all are."""
        start, before = 0, None
        for part in self._parts:
            end = start + len(part)
            if part.rows is None and start <= last and end > first:
                return Wanted(before, min(last + 1, end) - start)
            before = part.rows[-1].key if part.rows else None
            start = end
        return None

    # --- Loading ---

    def fill(self, after: Key | None, page: Sequence[Row], ended: bool) -> None:
        """Rows that follow a known key (None: the top). `ended`: nothing comes after them."""
        index = self._gap_after(after)
        if index < 0:
            return
        gap, follower = self._parts[index], self._parts[index + 1] if index + 1 < len(self._parts) else None
        limit = follower.rows[0].key if follower is not None and follower.rows else None
        fits = [row for row in page if limit is None or self.asked.before(row.key, limit)]
        new = [row for row in fits if row.id not in self._keys and row.id not in self.held]
        closed = ended or len(fits) < len(page)
        self._settle_gap(index, len(new), closed)
        gap.gap -= len(new)
        start = self._start(index)
        self._parts.insert(index, _Part(new))
        self._keys.update((row.id, row.key) for row in new)
        self._tidy()
        self._ear.changed(start, len(new))

    def _settle_gap(self, index: int, found: int, closed: bool) -> None:
        """Make a gap as long as it turned out to be."""
        gap = self._parts[index]
        end = self._start(index) + gap.gap
        if found > gap.gap:
            more = found - gap.gap
            with self._ear.inserting(end, more):
                gap.gap += more
        elif closed and found < gap.gap:
            fewer = gap.gap - found
            with self._ear.removing(end - fewer, fewer):
                gap.gap -= fewer

    def _gap_after(self, after: Key | None) -> int:
        before: Key | None = None
        for index, part in enumerate(self._parts):
            if part.rows is None and before == after:
                return index
            before = part.rows[-1].key if part.rows else None
        return -1

    def renew(self, page: Sequence[Row], ended: bool, total: int) -> None:
        """Too much has changed to follow each change: this is the top of the list now, and how many rows there are."""
        self.release()
        here = {row.id: row.key for row in page}
        self._forget_after(None if ended or not page else page[-1].key)
        for id in [id for id in self._keys if id not in here]:
            self._take_out(id)
        for row in page:
            if row.id in self._keys and self._keys[row.id] != row.key:
                self._carry(row.id, row.key)
        for row in page:
            if row.id not in self._keys and self._exact(row.key):
                self._put_in(row.id, row.key)
        last = self._parts[0].rows[-1].key if self._parts and self._parts[0].rows else None
        rest = [row for row in page if row.id not in self._keys]
        if rest and self._gap_after(last) < 0:
            for row in rest:
                self._put_in(row.id, row.key)
        elif rest:
            self.fill(last, rest, ended)
        self.agree(total)

    def _forget_after(self, last: Key | None) -> None:
        """What lies behind this key, or behind the first gap, is not known any more."""
        for index, part in enumerate(self._parts):
            if part.rows is None:
                continue
            keep = len(part.rows) if index == 0 else 0
            if index == 0 and last is not None:
                keep = sum(1 for row in part.rows if not self.asked.before(last, row.key))
            for row in part.rows[keep:]:
                del self._keys[row.id]
            if keep < len(part.rows):
                lost, part.rows = len(part.rows) - keep, part.rows[:keep]
                self._parts.insert(index + 1, _Part(gap=lost))
        self._tidy()
        if self._parts:
            self._ear.changed(0, len(self))

    def agree(self, total: int) -> None:
        """Let the gaps make up for a difference to the number of rows that there are."""
        held = sum((id in self._keys) - (key is not None) for id, key in self.held.items())
        short = total + held - len(self)
        gaps = [index for index, part in enumerate(self._parts) if part.rows is None]
        if not short or (not gaps and short < 0):
            return
        if not gaps:
            self._grow(len(self._parts), short)
            return
        index = max(gaps, key=lambda one: self._parts[one].gap)
        if short > 0:
            self._grow(index, short)
        else:
            self._shrink(index, min(-short, self._parts[index].gap))

    # --- Following changes ---

    def touch(self, id: str, old: Record | None, new: Record | None, hold: bool = False) -> None:
        """A record was so and is now so. `hold`: rows in sight stay where they are until `release`."""
        now = self.asked.key(new) if new is not None and self.asked.matches(new) else None
        was = self._keys.get(id)
        if was is None:
            self._touch_unknown(id, old, now, hold)
        elif now == was:
            self.held.pop(id, None)
            row = self.row_of(id)
            self._ear.changed(row, 1)
        elif hold:
            self.held[id] = now
            self._ear.changed(self.row_of(id), 1)
        else:
            self.held.pop(id, None)
            self._put(id, now)

    def _touch_unknown(self, id: str, old: Record | None, now: Key | None, hold: bool) -> None:
        left = -1
        if id in self.held:
            del self.held[id]
        elif old is not None and self.asked.matches(old):
            left, _ = self._locate(self.asked.key(old))
            left = left if self._is_gap(left) else -1
        if now is not None and left >= 0 and self._locate(now)[0] == left:
            return
        if left >= 0:
            self._shrink(left, 1)
        if now is None:
            return
        if hold and self._exact(now):
            self.held[id] = now
        else:
            self._put_in(id, now)

    def release(self) -> None:
        """Let everything that was held back take its place."""
        held, self.held = self.held, {}
        for id, key in held.items():
            if id in self._keys or key is not None:
                self._put(id, key)

    def _put(self, id: str, key: Key | None) -> None:
        if key is None:
            self._take_out(id)
        elif id not in self._keys:
            self._put_in(id, key)
        else:
            self._carry(id, key)

    def _put_in(self, id: str, key: Key) -> None:
        index, at = self._locate(key)
        if self._is_gap(index):
            self._grow(index, 1)
            return
        with self._ear.inserting(self._start(index) + at, 1):
            if index == len(self._parts):
                self._parts.append(_Part([]))
            rows = self._parts[index].rows
            assert rows is not None
            rows.insert(at, Row(key, id))
            self._keys[id] = key

    def _take_out(self, id: str) -> None:
        key = self._keys[id]
        index, at = self._locate(key)
        with self._ear.removing(self._start(index) + at, 1):
            rows = self._parts[index].rows
            assert rows is not None
            del rows[at]
            del self._keys[id]
            self._tidy()

    def _carry(self, id: str, key: Key) -> None:
        """Move a known row; into a gap it is lost from sight."""
        if not self._exact(key):
            self._take_out(id)
            self._put_in(id, key)
            return
        (index, at), (to, place) = self._locate(self._keys[id]), self._locate(key)
        start, end = self._start(index) + at, self._start(to) + place
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
        source, target = self._parts[index].rows, self._parts[to].rows
        assert source is not None
        assert target is not None
        del source[at]
        target.insert(place - (1 if index == to and place > at else 0), Row(key, id))
        self._keys[id] = key
        self._tidy()

    # --- Places ---

    def _locate(self, key: Key) -> tuple[int, int]:
        """The part in which a key lies, and where in it; one behind the last part if there is none for it."""
        for index, part in enumerate(self._parts):
            if not part.rows:
                continue
            if self.asked.before(key, part.rows[0].key):
                return (index - 1, 0) if index and self._is_gap(index - 1) else (index, 0)
            if not self.asked.before(part.rows[-1].key, key):
                return index, self._place(part.rows, key)
        last = len(self._parts) - 1
        if last >= 0 and not self._is_gap(last):
            return last, len(self._parts[last])
        return max(last, 0), 0

    def _place(self, rows: Sequence[Row], key: Key) -> int:
        low, high = 0, len(rows)
        while low < high:
            middle = (low + high) // 2
            if self.asked.before(rows[middle].key, key):
                low = middle + 1
            else:
                high = middle
        return low

    def _exact(self, key: Key) -> bool:
        return not self._is_gap(self._locate(key)[0])

    def _is_gap(self, index: int) -> bool:
        return 0 <= index < len(self._parts) and self._parts[index].rows is None

    def _start(self, index: int) -> int:
        return sum(map(len, self._parts[:index]))

    def _grow(self, index: int, count: int) -> None:
        at = self._start(index + 1) if self._is_gap(index) else self._start(index)
        with self._ear.inserting(at, count):
            if self._is_gap(index):
                self._parts[index].gap += count
            else:
                self._parts.insert(index, _Part(gap=count))

    def _shrink(self, index: int, count: int) -> None:
        with self._ear.removing(self._start(index + 1) - count, count):
            self._parts[index].gap -= count
            self._tidy()

    def _tidy(self) -> None:
        """No empty part, and no two neighbours of one sort."""
        tidy: list[_Part] = []
        for part in self._parts:
            if not len(part):
                continue
            if tidy and tidy[-1].rows is None and part.rows is None:
                tidy[-1].gap += part.gap
            elif tidy and tidy[-1].rows is not None and part.rows is not None:
                tidy[-1].rows += part.rows
            else:
                tidy.append(part)
        self._parts = tidy


def rows_of(asked: Asked[Any], records: Iterable[Record]) -> list[Row]:
    """Records as rows."""
    return [Row(asked.key(record), record.id) for record in records]
