"""A circuit breaker: after failures in a row nobody is let through for a while, then one to try, then all again."""

from __future__ import annotations

import time
from collections.abc import Callable

FAILURES, REST_S = 3, 30.0


class Breaker:
    """On one loop. Whoever was let through has to say how it went: `passed`, `failed`, or `left` without an answer."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._failed, self._until, self._trying = clock, 0, 0.0, False

    @property
    def is_open(self) -> bool:
        """Whether it holds back: it closes only when a try went well."""
        return self._failed >= FAILURES

    def enter(self) -> bool:
        """Whether to go through now."""
        if not self.is_open:
            return True
        if self._trying or self._clock() < self._until:
            return False
        self._trying = True
        return True

    def passed(self) -> None:
        """It went well."""
        self._failed, self._trying = 0, False

    def failed(self) -> None:
        """It did not."""
        self._failed += 1
        self._trying = False
        self._until = self._clock() + REST_S

    def left(self) -> None:
        """Nothing was learned: whoever asked has gone."""
        self._trying = False
