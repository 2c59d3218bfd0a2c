"""Sentences that the team writes, by how they begin: what is typed is finished as it was written before."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Callable
from sys import intern

FEWEST, MOST_SENTENCE, MOST_KEYS, LOOKED_AT = 8, 240, 30_000, 200
"""Signs that must be typed before anything is finished; of a sentence; sentences kept; of those that begin so."""
SURE = 2
"""So often it was written before; what stands in a macro was decided once, and counts as that."""
_ENDS = re.compile(r"(?<=[.!?])\s+|\n+")
SLOT = "{{"
PHRASED, AT_ONCE = ("macro", "case"), 8
"""Kinds of sources whose sentences are taken, and so many at a time."""
Said = tuple[int, str] | dict[int, str]
"""Who wrote a sentence, and how. Most have one source alone: a table for each would take more than all their words."""


class Phrases:
    """In memory alone. What leaves the index leaves this in the same moment."""

    def __init__(self) -> None:
        self._of: dict[int, tuple[str, ...]] = {}
        self._keys: list[str] = []
        self._said: dict[str, Said] = {}
        self._waiting: set[int] = set()

    def expect(self, id: int, kind: str) -> None:
        """A source has come; what the team itself writes is taken later, by `some`."""
        if kind in PHRASED:
            self._waiting.add(id)

    def some(self, text_of: Callable[[int], str]) -> bool:
        """Take the sentences of a few sources that wait; whether there were any."""
        found = [self._waiting.pop() for _ in range(min(AT_ONCE, len(self._waiting)))]
        for id in found:
            self.add(id, text_of(id))
        return bool(found)

    def add(self, id: int, text: str) -> None:
        """All sentences of a source."""
        self.drop(id)
        keys = []
        for said in map(_tidy, _ENDS.split(text)):
            key = said.lower()
            if FEWEST < len(said) <= MOST_SENTENCE and len(key) == len(said):
                if key not in self._said:
                    if len(self._keys) >= MOST_KEYS:
                        continue
                    insort(self._keys, intern(key))
                key, said = intern(key), intern(said)  # the same is said again and again
                self._say(key, id, said)
                keys.append(key)
        if keys:
            self._of[id] = tuple(dict.fromkeys(keys))

    def drop(self, id: int) -> None:
        """A source is no more."""
        self._waiting.discard(id)
        for key in self._of.pop(id, ()):
            said = self._said[key]
            if isinstance(said, dict):
                said.pop(id, None)
            if not said or (isinstance(said, tuple) and said[0] == id):
                del self._said[key]
                del self._keys[bisect_left(self._keys, key)]

    def _say(self, key: str, id: int, said: str) -> None:
        before = self._said.get(key)
        if before is None:
            self._said[key] = (id, said)
        else:
            self._said[key] = before = _all(before)
            before[id] = said

    def finish(self, typed: str, weight: Callable[[int], int]) -> tuple[str, int]:
        """How a line that is begun goes on, and the source; nothing if that is not sure. `weight` says how much one
        counts, 0 for one that may not be used.
        """
        begun = _tidy(_ENDS.split(typed)[-1])
        start = begun.lower() + (" " if typed[-1:].isspace() else "")
        if len(begun) < FEWEST or " " not in start or len(start) != len(begun) + typed[-1:].isspace():
            return "", 0
        best, sure, source = "", 0, 0
        place = bisect_left(self._keys, start)
        for key in self._keys[place : place + LOOKED_AT]:
            if not key.startswith(start):
                break
            said = _all(self._said[key])
            counted = {id: weight(id) for id in said}
            if sum(counted.values()) > sure and len(key) > len(start):
                sure, source = sum(counted.values()), max(counted, key=lambda id: counted[id])
                best = said[source]
        rest = best[len(start) :].partition(SLOT)[0].rstrip() if sure >= SURE else ""
        return (rest, source) if len(rest) > 2 else ("", 0)


def _all(said: Said) -> dict[int, str]:
    return said if isinstance(said, dict) else dict([said])


def _tidy(text: str) -> str:
    return " ".join(text.split())
