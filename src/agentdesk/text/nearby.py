"""The stretches of a text where numbers can be: what lies far from every digit need not be searched for them."""

from __future__ import annotations

import re
from bisect import bisect_right

from .spans import Span

REACH = 192
"""No number, nor the word that says what a number is, lies further than this from one of its digits: a national number,
the room for words before it and the longest of those words are less than 140 signs together."""
BARRIER = "\0" * 64
"""Stands between two stretches: no number goes on behind it, and no word reaches over it."""
_DIGITS = re.compile(r"[0-9][0-9]*")
_COLONS = re.compile(r":[A-Fa-f]{0,4}:")
"""An IPv6 address can do without digits, but not without this."""
_LETTERS = re.compile(r"[L-NP-Vl-np-v][L-NP-Vl-np-v] ?[^\W\d_][L-NP-Vl-np-v]{3}[^\W\d_](?![A-Za-z0-9])")
"""So ends an Italian number of which all digits were replaced by letters: two people would have shared it."""


class Nearby:
    """`text` is what is to be searched; `back` brings a find to its place in the whole text."""

    __slots__ = ("_begins", "_shifts", "text")

    def __init__(self, whole: str) -> None:
        stretches = _joined(whole)
        if 4 * sum(end - start for start, end in stretches) > 3 * len(whole):
            stretches = [(0, len(whole))]
        self.text = BARRIER.join([whole[start:end] for start, end in stretches])
        self._begins, self._shifts = list[int](), list[int]()
        at = 0
        for start, end in stretches:
            self._begins.append(at)
            self._shifts.append(start - at)
            at += end - start + len(BARRIER)

    def back(self, span: Span) -> Span:
        """The find where it stands in the whole text."""
        shift = self._shifts[bisect_right(self._begins, span.start) - 1]
        return Span(span.start + shift, span.end + shift, span.data_class, span.kind) if shift else span


def _joined(whole: str) -> list[tuple[int, int]]:
    """What lies around each anchor; stretches that meet are one."""
    found: list[tuple[int, int]] = []
    for start, end in _anchors(whole):
        low, high = max(0, start - REACH), min(len(whole), end + REACH)
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return found


def _anchors(whole: str) -> list[tuple[int, int]]:
    """In order: digits, and what can be a number without one."""
    found = [one.span() for one in _DIGITS.finditer(whole)]
    small = whole.replace("ſ", "s")  # which a pattern without regard to case takes for an S
    bare = [one.span() for pattern in (_COLONS, _LETTERS) for one in pattern.finditer(small)]
    return sorted((*found, *bare)) if bare else found
