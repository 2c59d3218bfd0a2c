"""Step-up: who has proved themselves anew within the last five minutes, and at which device."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from agentdesk.domain.kernel import step_up
from agentdesk_server.problems import Problem

LASTS = 5 * 60_000
MOST = 10_000


class Fresh(msgspec.Struct, frozen=True):
    """Until when privileged acts need no further proof (UTC ms)."""

    until: int


class Freshness:
    """By person and device, in memory on purpose: after a restart one proves oneself once more, which takes seconds. On
    the disk, whoever can write there, or puts back an older copy, could make proofs that nobody has given.
    """

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._at: dict[tuple[str, str], int] = {}

    def mark(self, person: str, device: str) -> None:
        """They have, just now."""
        now = self._clock()
        if len(self._at) >= MOST:
            self._at = {who: at for who, at in self._at.items() if now - at < LASTS}
        self._at[person, device] = now

    def forget(self, person: str) -> None:
        """At whatever device."""
        self._at = {who: at for who, at in self._at.items() if who[0] != person}

    def fresh(self, person: str, device: str) -> bool:
        """Whether it is not longer ago than that. A clock that was set back makes nothing fresh for longer."""
        at = self._at.get((person, device))
        return at is not None and 0 <= self._clock() - at <= LASTS

    def until(self, person: str, device: str) -> int:
        """Until when they are fresh (UTC ms); 0 if they are not."""
        return self._at[person, device] + LASTS if self.fresh(person, device) else 0

    def need(self, person: str, device: str) -> None:
        """Raises `Problem` 403 with code step_up."""
        if not self.fresh(person, device):
            raise not_fresh()


def not_fresh() -> Problem:
    """A door that stays shut until somebody proves anew that it is them."""
    return Problem(403, "step_up", str(step_up()))
