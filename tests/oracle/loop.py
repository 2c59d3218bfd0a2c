"""An event loop whose time is virtual: it jumps to the next timer when nothing is left to do."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
EPOCH_MS = 1_800_000_000_000


class VirtualLoop(asyncio.SelectorEventLoop):
    """Minutes of a history take milliseconds, and the same seed gives the same history."""

    def __init__(self) -> None:
        super().__init__()
        self.virtual = 0.0

    def time(self) -> float:
        return self.virtual

    def _run_once(self) -> None:
        waiting: list[Any] = self._scheduled  # type: ignore[attr-defined]
        while waiting and waiting[0]._cancelled:
            heapq.heappop(waiting)._scheduled = False
            self._timer_cancelled_count = max(0, self._timer_cancelled_count - 1)
        if not self._ready and waiting:  # type: ignore[attr-defined]
            self.virtual = max(self.virtual, waiting[0]._when)
        super()._run_once()  # type: ignore[misc]


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(work)


def now_ms() -> int:
    """The history's clock."""
    return EPOCH_MS + int(asyncio.get_running_loop().time() * 1000)
