"""Loaded stretches and gaps, in order: where a key lies, and which row that is. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from agentdesk.domain.kernel import Asked

Key = tuple[Any, ...]


class Row(NamedTuple):
    """A known row: its place in the order, and whose it is."""

    key: Key
    id: str


class Wanted(NamedTuple):
    """What to load next: rows after this key (None: from the top), up to and with what is wanted."""

    after: Key | None
    many: int


class Part:
    """A loaded stretch, or a gap if `rows` is None."""

    __slots__ = ("gap", "rows")

    def __init__(self, rows: list[Row] | None = None, gap: int = 0) -> None:
        self.rows = rows
        self.gap = gap

    def __len__(self) -> int:
        return self.gap if self.rows is None else len(self.rows)


class Stretches:
    """Parts without a neighbour of their own sort, and none empty; whoever changes one calls `tidy`."""

    def __init__(self, asked: Asked[Any], count: int) -> None:
        self._asked = asked
        self.parts: list[Part] = [Part(gap=count)] if count else []

    def __len__(self) -> int:
        return sum(map(len, self.parts))

    def at(self, row: int) -> str | None:
        """Whose row this is; None if it is not known yet."""
        for part in self.parts:
            if row < len(part):
                return None if part.rows is None else part.rows[row].id
            row -= len(part)
        return None

    def wanted(self, first: int, last: int) -> Wanted | None:
        """What must be loaded for these rows to be known; None if all are."""
        start, before = 0, None
        for part in self.parts:
            end = start + len(part)
            if part.rows is None and start <= last and end > first:
                return Wanted(before, min(last + 1, end) - start)
            before = part.rows[-1].key if part.rows else None
            start = end
        return None

    def gap_after(self, after: Key | None) -> int:
        """The gap that follows the row with this key, or lies at the top; -1 if there is none."""
        before: Key | None = None
        for index, part in enumerate(self.parts):
            if part.rows is None and before == after:
                return index
            before = part.rows[-1].key if part.rows else None
        return -1

    def locate(self, key: Key) -> tuple[int, int]:
        """The part in which a key lies, and where in it; (0, 0) if there is no part."""
        for index, part in enumerate(self.parts):
            if not part.rows:
                continue
            if self._asked.before(key, part.rows[0].key):
                return (index - 1, 0) if index and self.is_gap(index - 1) else (index, 0)
            if not self._asked.before(part.rows[-1].key, key):
                return index, self._place(part.rows, key)
        last = len(self.parts) - 1
        if last >= 0 and not self.is_gap(last):
            return last, len(self.parts[last])
        return max(last, 0), 0

    def _place(self, rows: Sequence[Row], key: Key) -> int:
        low, high = 0, len(rows)
        while low < high:
            middle = (low + high) // 2
            if self._asked.before(rows[middle].key, key):
                low = middle + 1
            else:
                high = middle
        return low

    def exact(self, key: Key) -> bool:
        """Whether it is known at which row a key lies."""
        return not self.is_gap(self.locate(key)[0])

    def is_gap(self, index: int) -> bool:
        """Whether this part is a gap."""
        return 0 <= index < len(self.parts) and self.parts[index].rows is None

    def start(self, index: int) -> int:
        """The first row of a part."""
        return sum(map(len, self.parts[:index]))

    def tidy(self) -> None:
        """No empty part, and no two neighbours of one sort."""
        tidy: list[Part] = []
        for part in self.parts:
            if not len(part):
                continue
            if tidy and tidy[-1].rows is None and part.rows is None:
                tidy[-1].gap += part.gap
            elif tidy and tidy[-1].rows is not None and part.rows is not None:
                tidy[-1].rows += part.rows
            else:
                tidy.append(part)
        self.parts = tidy
