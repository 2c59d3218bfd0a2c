"""What sources are chosen by, in columns: so that a filter over all of them is a few comparisons of numbers."""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from .shelf import Kept
from .vectors import Flags

KINDS = ("macro", "article", "post", "case")
Key = TypeVar("Key", str, tuple[tuple[str, ...], ...])
Only = tuple[tuple[str, ...], ...]


class Columns:
    """By a source's number."""

    def __init__(self) -> None:
        self.live: Flags = np.zeros(1024, np.bool_)
        """Whether the desk has named its owner since it began."""
        self._kind = np.full(1024, -1, np.int8)
        self._language = np.zeros(1024, np.int16)
        self._until = np.zeros(1024, np.int64)
        self._only = np.zeros(1024, np.int32)
        self._languages: dict[str, int] = {"": 0}
        self._onlies: dict[Only, int] = {(): 0}

    def put(self, one: Kept) -> None:
        """A source."""
        while one.id >= len(self.live):
            for name in ("live", "_kind", "_language", "_until", "_only"):
                column = getattr(self, name)
                setattr(self, name, np.concatenate((column, np.zeros_like(column))))
        self._kind[one.id] = KINDS.index(one.kind) if one.kind in KINDS else -1
        self._language[one.id] = _number(self._languages, base(one.language))
        self._until[one.id] = one.until
        self._only[one.id] = _number(self._onlies, one.only)

    def drop(self, id: int) -> None:
        """It is no more."""
        self.live[id], self._kind[id] = False, -1

    def open_to(self, language: str, facts: frozenset[str], now: int) -> Flags:
        """Which may be suggested: in force, in this language or in none, for what is known of the case."""
        flags: Flags = self.live & ((self._until == 0) | (self._until > now))
        if language:
            flags &= (self._language == 0) | (self._language == self._languages.get(base(language), -1))
        known = self._known(facts)
        shut = [number for only, number in self._onlies.items() if not _fits(only, known)]
        if shut:
            flags &= ~np.isin(self._only, shut)
        return flags

    def of_kind(self, *kinds: str) -> Flags:
        """Which are of one of these kinds."""
        flags: Flags = self._kind == KINDS.index(kinds[0])
        for kind in kinds[1:]:
            flags |= self._kind == KINDS.index(kind)
        return flags

    def _known(self, facts: frozenset[str]) -> tuple[frozenset[str], ...]:
        """For each group what the case says of it."""
        widest = max(map(len, self._onlies))
        words = [
            {word for only in self._onlies for group in only[at : at + 1] for word in group} for at in range(widest)
        ]
        return tuple(facts & group for group in words)


def _fits(only: Only, known: tuple[frozenset[str], ...]) -> bool:
    return all(not group or not said or not said.isdisjoint(group) for group, said in zip(only, known, strict=False))


def _number(numbers: dict[Key, int], key: Key) -> int:
    return numbers.setdefault(key, len(numbers))


def base(language: str) -> str:
    """The language without its region: en for en-GB."""
    return language.lower().replace("_", "-").partition("-")[0]
