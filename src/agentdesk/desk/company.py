"""Who else is here: what one says of oneself, again and again, and what was heard of colleagues."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from agentdesk.desk.clock import wall_clock
from agentdesk.sync.presence import Presence, Seen

SAY_AGAIN_MS = 4_000


class Say(Protocol):
    """How a signal is sent."""

    def __call__(self, kind: str, *, on: bool = True, about: str = "") -> None: ...


class Company:
    """`say` sends a signal; `clock` is this device's own."""

    def __init__(self, say: Say, clock: Callable[[], int] = wall_clock) -> None:
        self.presence = Presence()
        self._say, self._clock = say, clock
        self._said: dict[tuple[str, str], int] = {}

    def signal(self, kind: str, about: str, on: bool = True) -> None:
        """Say that one looks or writes, at most every few seconds; looking is said again until it ends."""
        now = self._clock()
        if not on:
            if (kind, about) in self._said:
                del self._said[kind, about]
                self._say(kind, on=False, about=about)
        elif now - self._said.get((kind, about), 0) >= SAY_AGAIN_MS:
            self._said[kind, about] = now
            self._say(kind, about=about)

    def say_again(self) -> None:
        """The line is new: nobody there knows yet."""
        self._said = dict.fromkeys(self._said, 0)

    def each_second(self) -> set[str]:
        """Say what is due, forget what is over; returns what that was about."""
        now = self._clock()
        for (kind, about), said in list(self._said.items()):
            if kind == "typing" and now - said > 2 * SAY_AGAIN_MS:
                del self._said[kind, about]
            elif kind != "typing":
                self.signal(kind, about)
        return self.presence.expire(now)

    def seen(self, kind: str, about: str, me: str) -> list[Seen]:
        """Colleagues who look, or write, there."""
        find = self.presence.viewing if kind == "viewing" else self.presence.typing
        return [seen for seen in find(about, self._clock()) if seen.who != me]
