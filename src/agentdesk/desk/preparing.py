"""Has slow questions to the replica answered beside Qt's thread, one at a time; while one is read, news wait."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from agentdesk.desk.bridge import Bridge
from agentdesk.domain.kernel import Sought
from agentdesk.sync.ahead import Wanted
from agentdesk.sync.replica import Replica, counted

MOST_TRIES = 3
"""So often the disk may be ahead of the replica; then it is read as anything else is."""
Errand = tuple[Wanted, Callable[[], None], int]
"""What is wanted, whom to tell, and which try it is."""
SPARE = 40
"""Rows read beyond those asked for: what waits to be sent may hide some."""


class Preparing:
    """`moved` has the replica take in what came meanwhile. Owned by Qt's thread."""

    def __init__(self, replica: Replica, bridge: Bridge, moved: Callable[[], None]) -> None:
        self._replica, self._bridge, self._moved = replica, bridge, moved
        self._page: Errand | None = None
        """Goes first. There is one list: what it wanted before this it wants no more."""
        self._counts: deque[Errand] = deque()
        self.busy = False
        """Whether the replica must stay where it is."""

    def prepare(self, wanted: Wanted, then: Callable[[], None]) -> None:
        """Call this when `wanted` is at hand: at once, unless it is a question that somebody has put together."""
        if self._is_known(wanted):
            then()
            return
        if wanted.rows:
            self._page = wanted, then, 1
        else:
            self._counts.append((wanted, then, 1))
        self._next()

    def _is_known(self, wanted: Wanted) -> bool:
        if not isinstance(wanted.asked, Sought):
            return True
        ahead = self._replica.reader.ahead
        page = not wanted.rows or ahead.page(wanted.asked, wanted.after, wanted.rows) is not None
        return page and counted(self._replica, wanted.asked)

    def _next(self) -> None:
        while (self._page or self._counts) and not self.busy:
            errand = self._page or self._counts.popleft()
            if errand is self._page:
                self._page = None
            if self._is_known(errand[0]):
                errand[1]()
            else:
                self._read(errand)

    def _read(self, errand: Errand) -> None:
        wanted, then, tries = errand
        self.busy = True
        reader, more = self._replica.reader, Wanted(wanted.asked, wanted.after, wanted.rows and wanted.rows + SPARE)
        moment = reader.applied

        def done(answer: Any, wrong: BaseException | None) -> None:
            if answer is not None:
                reader.ahead.keep(more, answer)
            try:
                if answer is not None or wrong is not None or tries == MOST_TRIES:
                    then()
                elif not wanted.rows:
                    self._counts.appendleft((wanted, then, tries + 1))
                elif self._page is None:
                    self._page = wanted, then, tries + 1
            finally:
                self.busy = False
                self._moved()
                self._next()

        self._bridge.run(lambda: reader.ahead.read(more, moment), done)
