"""Who was first: the line that a command leaves by, or the person who takes it back."""

from __future__ import annotations

import threading

from agentdesk.domain.kernel import Command


class Recall:
    """Asked by two threads; each answer is one short moment under a lock, and it is final.

    Commands leave in the order of their keys, so that the highest tells of all. Whatever waited when this run of the
    desk began (`sent` and below) may have left in an earlier one.
    """

    def __init__(self, sent: int) -> None:
        self._lock = threading.Lock()
        self._sent = sent
        self._taken: set[int] = set()
        self._open: dict[int, Command] = {}

    def take_back(self, key: int, instead: Command) -> bool:
        """Whether this one has never left: then it never will. `instead` is to go under its number."""
        with self._lock:
            if key <= self._sent or key in self._taken:
                return False
            self._taken.add(key)
            self._open[key] = instead
            return True

    def may_go(self, key: int) -> bool:
        """Whether nobody has taken this one back: then nobody can any more."""
        with self._lock:
            if key in self._taken:
                return False
            self._sent = max(self._sent, key)
            return True

    def todo(self) -> dict[int, Command]:
        """What was taken back and still has its place in the outbox, with what shall be there instead."""
        with self._lock:
            return dict(self._open)

    def done(self, key: int) -> None:
        """Its place in the outbox is another's."""
        with self._lock:
            self._open.pop(key, None)
