"""Stretches of a text that hold personal data: collected so that none of them overlap."""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import NamedTuple

MOST = 500
"""With more finds than this a text is a list of personal data: it is one find."""


class Span(NamedTuple):
    """From `start` up to, not including, `end`: a value of this class; `kind` says what sort (card, iban, phone, …)."""

    start: int
    end: int
    data_class: str
    kind: str


class Taken:
    """What has been found so far, in order of place. What comes first has the say: the sure before the likely."""

    def __init__(self) -> None:
        self._spans: list[Span] = []

    def add(self, span: Span) -> bool:
        """Take a stretch, unless one that is there already covers it. What only reaches into others is cut to what is
        left of it: nothing found stays bare.
        """
        free = self._free(span) if len(self._spans) < MOST else []
        for one in free:
            insort(self._spans, one)
        return bool(free)

    def is_free(self, start: int, end: int) -> bool:
        """Whether nothing of this stretch is taken."""
        i = bisect_left(self._spans, (end,))
        return i == 0 or self._spans[i - 1].end <= start

    @property
    def is_full(self) -> bool:
        """Whether there are so many that no more are taken."""
        return len(self._spans) >= MOST

    def all(self) -> list[Span]:
        """All stretches, in order."""
        return list(self._spans)

    def _free(self, span: Span) -> list[Span]:
        start, end = span.start, span.end
        i = max(0, bisect_left(self._spans, (start,)) - 1)
        free: list[Span] = []
        while i < len(self._spans) and self._spans[i].start < end:
            there = self._spans[i]
            if there.end > start:
                if there.start > start:
                    free.append(span._replace(start=start, end=there.start))
                start = max(start, there.end)
            i += 1
        if start < end:
            free.append(span._replace(start=start, end=end))
        return free
