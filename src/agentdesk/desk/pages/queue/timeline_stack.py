"""Heights of entries, one above the other: guessed first, exact once seen; and what stays still when they change."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Anchor:
    """The entry that must not move, and how far its top lies below the top of the window onto the stack."""

    key: str
    offset: float


class Stack:
    """Entries by key, from top to bottom."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self._heights: dict[str, float] = {}
        self._exact: set[str] = set()
        self._tops: list[float] = [0.0]
        self._rows: dict[str, int] = {}

    def show(self, keys: Sequence[str], guess: Callable[[int], float]) -> None:
        """These entries now; `guess` gives the height of a row not met before."""
        self.keys = list(keys)
        self._rows = {key: row for row, key in enumerate(keys)}
        known = self._heights
        self._heights = {key: known[key] if key in known else guess(row) for row, key in enumerate(keys)}
        self._exact &= self._rows.keys()
        self._sum()

    def forget(self) -> None:
        """Guess everything again: the width has changed."""
        self._exact.clear()
        self._heights.clear()

    def doubt(self, key: str) -> None:
        """This entry is not what it was; its height is about right until it is seen."""
        self._exact.discard(key)

    def settle(self, key: str, height: float) -> bool:
        """The exact height of an entry; whether it is another than was thought."""
        self._exact.add(key)
        if abs(self._heights.get(key, -1) - height) < 0.01:
            return False
        self._heights[key] = height
        return True

    def _sum(self) -> None:
        total, tops = 0.0, []
        for key in self.keys:
            tops.append(total)
            total += self._heights[key]
        self._tops = [*tops, total]

    def resum(self) -> None:
        """Work out all places again."""
        self._sum()

    @property
    def total(self) -> float:
        """The height of all."""
        return self._tops[-1]

    def top(self, row: int) -> float:
        """Where a row begins."""
        return self._tops[row]

    def height(self, row: int) -> float:
        """How high a row is."""
        return self._tops[row + 1] - self._tops[row]

    def row(self, key: str) -> int:
        """Where an entry stands; -1 if it does not."""
        return self._rows.get(key, -1)

    def at(self, y: float) -> int:
        """The row at a height; the nearest one above or below the stack, -1 if it is empty."""
        return min(len(self.keys) - 1, max(0, bisect_right(self._tops, y) - 1)) if self.keys else -1

    def rows_in(self, top: float, bottom: float) -> range:
        """The rows that can be seen between two heights."""
        return range(self.at(top), self.at(bottom) + 1) if self.keys else range(0)

    def place(self, anchor: Anchor) -> float | None:
        """Where the window's top must be for the anchor to stay; None if its entry is gone."""
        row = self.row(anchor.key)
        return self.top(row) - anchor.offset if row >= 0 else None

    def guessed(self) -> list[str]:
        """The entries not seen yet, the lowest first: what is above is nearest to be scrolled to."""
        return [key for key in reversed(self.keys) if key not in self._exact]
