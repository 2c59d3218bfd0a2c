"""Tickets: short-lived random words in exchange for which the server goes on where it stopped. In memory only."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")
MOST = 10_000
"""So many are held; the oldest goes first."""


class Tickets(Generic[T]):
    """One kind of ticket, each good for `lasts` milliseconds. A restart ends them all, on purpose: half-proved sign-ins
    and one-time codes that lay on the disk could be read or used twice. Nobody is signed out by it; one begins again.
    """

    def __init__(self, lasts: int, clock: Callable[[], int]) -> None:
        self.lasts, self._clock = lasts, clock
        self._held: dict[str, tuple[int, T]] = {}

    def give(self, value: T) -> tuple[str, int]:
        """A new ticket, and until when it is good (UTC ms)."""
        now = self._clock()
        while self._held and (len(self._held) >= MOST or next(iter(self._held.values()))[0] <= now):
            del self._held[next(iter(self._held))]
        word, until = secrets.token_urlsafe(32), now + self.lasts
        self._held[word] = (until, value)
        return word, until

    def look(self, word: str) -> T | None:
        """What it stands for, if it is good; it stays good."""
        until, value = self._held.get(word, (0, None))
        return value if until > self._clock() else None

    def take(self, word: str) -> T | None:
        """What it stands for, if it is good; it is worth nothing from now on."""
        found = self.look(word)
        self._held.pop(word, None)
        return found

    def end(self, which: Callable[[T], bool]) -> None:
        """All of which this is true are worth nothing any more."""
        self._held = {word: held for word, held in self._held.items() if not which(held[1])}
