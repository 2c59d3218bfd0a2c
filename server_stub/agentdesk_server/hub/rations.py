"""How much may be asked: a ration for each person, however many desks they open, and figures of what was asked."""

from __future__ import annotations

import asyncio

from agentdesk_server.limits import Buckets

AT_ONCE, A_SECOND = 120, 10
COSTS = {"search": 4, "case": 1}
"""A desk that searches then asks for each case that it found and does not hold."""
ANSWER_BYTES = 256 * 1024
"""An answer ends before it outgrows this; what alone is larger goes alone."""


class Rations:
    """Kept by the hub, on its loop: ending a connection and coming back gives nobody more."""

    def __init__(self) -> None:
        self._left = Buckets(AT_ONCE, A_SECOND, lambda: asyncio.get_running_loop().time())
        self.answered = 0
        self.refused = 0
        self.bytes = 0
        self.seconds = 0.0

    def take(self, person: str, question: str) -> bool:
        """Whether this person may ask this now."""
        if self._left.take(person, COSTS.get(question, 1)):
            self.refused += 1
            return False
        return True

    def told(self, bytes: int, seconds: float) -> None:
        """An answer has gone out, so large, after so long."""
        self.answered += 1
        self.bytes += bytes
        self.seconds += seconds
