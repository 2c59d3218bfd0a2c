"""Comings and goings: whose desk is connected, and who is gone for long enough to count as gone."""

from __future__ import annotations

from collections.abc import Callable

from agentdesk.domain.kernel import Command, View
from agentdesk.domain.people import AVAILABLE, Availability
from agentdesk.domain.routing import Absence, Leave, Return, steering

SETTLES = 5_000
"""A line that is cut for less (ms) is no absence."""
AT_THE_START = 15_000
"""So long (ms) after the server's start desks have to find back to it."""
MOST = 10_000


class Comings:
    """Told by the hub who comes and goes. At the start everybody who has said to be there has some seconds to appear:
    what a server that was killed could not note any more is noted then.
    """

    def __init__(
        self, clock: Callable[[], int], view: View, connected: Callable[[str], bool], wake: Callable[[str], None]
    ) -> None:
        self._clock, self._view, self._connected, self._wake = clock, view, connected, wake
        self._looks: dict[str, int] = {}
        """Whom to look at again, and when (ms, UTC)."""
        self._began = False

    def heard(self, person: str, on: bool) -> None:
        """A desk of somebody has come, or the last one has gone."""
        self._looks[person] = 0 if on else self._clock() + SETTLES
        self._wake(person)

    def due(self) -> list[Command]:
        """What is to be noted by now."""
        now = self._clock()
        if not self._began:
            self._began = True
            for said in self._view.page(AVAILABLE(state="online"), limit=MOST):
                self._looks.setdefault(said.person, now + AT_THE_START)
        ready = [person for person, at in self._looks.items() if at <= now]
        for person in ready:
            del self._looks[person]
        return [wish for person in ready if (wish := self._wish(person)) is not None]

    def look_again(self) -> None:
        """What was to be noted may not have been."""
        self._began = False

    def pause(self, most: float) -> float:
        """Seconds until somebody is to be looked at again, at most so many."""
        first = min(self._looks.values(), default=None)
        return most if first is None else max(0.0, min(most, (first - self._clock()) / 1000))

    def _wish(self, person: str) -> Command | None:
        absence, said = self._view.get(Absence, person), self._view.get(Availability, person)
        if self._connected(person):
            return Return(person=person, why="offline") if absence is not None and absence.why == "offline" else None
        there = said is not None and said.state != "offline" and absence is None
        return Leave(person=person, why="offline") if there and steering(self._view) is not None else None
