"""Saves what is typed, some moments after it was typed, several keystrokes at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from agentdesk.store.drafts import DraftJournal


class Saving:
    """The journal of drafts and when to flush it.

    `guarded` runs what may fail; `first` makes sure that no draft is on the disk which still waits to be sent.
    """

    def __init__(
        self,
        journal: DraftJournal,
        loop: asyncio.AbstractEventLoop,
        guarded: Callable[[Callable[[], None]], bool],
        first: Callable[[], None],
    ) -> None:
        self.journal = journal
        self._first = first
        self._loop = loop
        self._guarded = guarded
        self._flush_at: asyncio.TimerHandle | None = None

    def plan(self) -> None:
        """Something was noted: flush when it is due."""
        due = self.journal.due(round(self._loop.time() * 1000))
        if due is not None and self._flush_at is None:
            self._flush_at = self._loop.call_later(due / 1000, self._guarded, self.flush)

    def flush(self) -> None:
        """Save now."""
        if self._flush_at is not None:
            self._flush_at.cancel()
            self._flush_at = None
        self._first()
        self.journal.flush(round(self._loop.time() * 1000))
