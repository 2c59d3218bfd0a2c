"""What sources are chosen by, in columns: so that a filter over all of them is a few comparisons of numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

import numpy as np

from .shelf import Kept
from .vectors import NONE, Flags

Key = TypeVar("Key", str, tuple[tuple[str, ...], ...])
Only = tuple[tuple[str, ...], ...]


class Names(Generic[Key]):
    """Each by a number: there are few."""

    def __init__(self, *first: Key) -> None:
        self.known: list[Key] = list(first)
        self._at: dict[Key, int] = {key: at for at, key in enumerate(first)}

    def number(self, key: Key) -> int:
        """Always the same."""
        if key not in self._at:
            self._at[key] = len(self.known)
            self.known.append(key)
        return self._at[key]

    def find(self, key: Key) -> int:
        """The number; `NONE` where there never was one."""
        return self._at.get(key, NONE)


class Columns:
    """By a source's number: of 100,000 sources an object each would take thirty megabytes."""

    def __init__(self) -> None:
        self.live: Flags = np.zeros(1024, np.bool_)
        """Whether the desk has named its owner since it began."""
        self._kind = np.full(1024, NONE, np.int8)
        self._language = np.zeros(1024, np.int16)
        self._until = np.zeros(1024, np.int64)
        self._only, self._macro, self._owner = (np.zeros(1024, np.int32) for _ in range(3))
        self._kinds, self._languages, self._macros = Names[str](), Names(""), Names("")
        self._onlies: Names[Only] = Names(())
        self._named: dict[str, int] = {}
        self._owners: list[str] = []
        self._free: list[int] = []
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[int]:
        yield from np.flatnonzero(self._is_there()).tolist()

    def __contains__(self, id: int) -> bool:
        return 0 <= id < len(self._kind) and self._kind[id] != NONE

    def __getitem__(self, id: int) -> Kept:
        if id not in self:
            raise KeyError(id)
        return Kept(
            id,
            self.owner(id),
            self._kinds.known[self._kind[id]],
            self._languages.known[self._language[id]],
            int(self._until[id]),
            self._macros.known[self._macro[id]],
            self._onlies.known[self._only[id]],
        )

    def owner(self, id: int) -> str:
        """Whose it is."""
        found: str = self._owners[self._owner[id]]
        return found

    def of(self, owner: str) -> list[int]:
        """All of one owner."""
        number = self._named.get(owner)
        found: list[int] = [] if number is None else np.flatnonzero(self._is_there() & (self._owner == number)).tolist()
        return found

    def has(self, owner: str) -> bool:
        """Whether there is anything of this owner."""
        return owner in self._named

    def ids(self, kind: str, *, by_macro: bool) -> list[int]:
        """The sources of a kind that a macro made, or that none made."""
        found: list[int] = np.flatnonzero(self.of_kind(kind) & ((self._macro != 0) == by_macro)).tolist()
        return found

    def put(self, one: Kept) -> None:
        """A source."""
        while one.id >= len(self.live):
            for name in ("live", "_language", "_until", "_only", "_macro", "_owner"):
                column = getattr(self, name)
                setattr(self, name, np.concatenate((column, np.zeros_like(column))))
            self._kind = np.concatenate((self._kind, np.full_like(self._kind, NONE)))
        self._count += one.id not in self
        self._kind[one.id] = self._kinds.number(one.kind)
        self._language[one.id] = self._languages.number(base(one.language))
        self._until[one.id] = one.until
        self._only[one.id] = self._onlies.number(one.only)
        self._macro[one.id] = self._macros.number(one.macro)
        self._owner[one.id] = self._name_of(one.owner)

    def drop(self, id: int) -> bool:
        """It is no more; whether it was there."""
        there = id in self
        if there:
            self.live[id], self._kind[id] = False, NONE
            self._count -= 1
        return there

    def drop_owner(self, owner: str) -> None:
        """Nothing is left of this owner: the name goes, too."""
        number = self._named.pop(owner, None)
        if number is not None:
            self._owners[number] = ""
            self._free.append(number)

    def _name_of(self, owner: str) -> int:
        number = self._named.get(owner)
        if number is None:
            if not self._free:
                self._free.append(len(self._owners))
                self._owners.append("")
            number = self._named[owner] = self._free.pop()
            self._owners[number] = owner
        return number

    def _is_there(self) -> Flags:
        there: Flags = self._kind != NONE
        return there

    def open_to(self, language: str, facts: frozenset[str], now: int) -> Flags:
        """Which may be suggested: in force, in this language or in none, for what is known of the case."""
        flags: Flags = self.live & ((self._until == 0) | (self._until > now))
        if language:
            flags &= (self._language == 0) | (self._language == self._languages.find(base(language)))
        known = self._known(facts)
        shut = [number for number, only in enumerate(self._onlies.known) if not _fits(only, known)]
        if shut:
            flags &= ~np.isin(self._only, shut)
        return flags

    def of_kind(self, *kinds: str) -> Flags:
        """Which are of one of these kinds."""
        flags: Flags = np.zeros(len(self._kind), np.bool_)
        for kind in kinds:
            if (number := self._kinds.find(kind)) != NONE:
                flags |= self._kind == number
        return flags

    def _known(self, facts: frozenset[str]) -> tuple[frozenset[str], ...]:
        """For each group what the case says of it."""
        widest = max(map(len, self._onlies.known))
        words = [
            {word for only in self._onlies.known for group in only[at : at + 1] for word in group}
            for at in range(widest)
        ]
        return tuple(facts & group for group in words)


def _fits(only: Only, known: tuple[frozenset[str], ...]) -> bool:
    return all(not group or not said or not said.isdisjoint(group) for group, said in zip(only, known, strict=False))


def base(language: str) -> str:
    """The language without its region: en for en-GB."""
    return language.lower().replace("_", "-").partition("-")[0]
