"""The numbers on the views: one is asked in each turn of the loop, for the first time asks the disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QTimer, Signal

from agentdesk.desk.desk import Desk
from agentdesk.desk.pages.queue.views import QueueView
from agentdesk.domain.cases import Case, ReadMark, unread

BADGE_MOST, PIECE = 100, 20
"""So many cases are looked at for the badge, and so many of them in one turn of the loop."""
SOON_MS = 200
"""Numbers that change at every message need not be drawn at every message."""


class Counts(QObject):
    """`show(view, count)` for each; then `new_to_me`: one's own cases and mentions with something unseen."""

    new_to_me = Signal(int)

    def __init__(self, desk: Desk, show: Callable[[str, int], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._show = desk, show
        self._views: Mapping[str, QueueView] = {}
        self._left: list[str] = []
        self._mine: list[Case] | None = None
        """One's own cases as far as they were looked at; None before that begins."""
        self._new = 0
        self._again = False
        self._next = QTimer(self, singleShot=True)
        self._next.timeout.connect(self._one)

    @property
    def settled(self) -> bool:
        """Whether all that was asked is shown."""
        return not self._left and self._mine is None

    def ask(self, views: Mapping[str, QueueView]) -> None:
        """Count these, again if need be: what is being counted is counted to its end first."""
        if views is self._views and not self.settled:
            self._again = True
            return
        pause = SOON_MS if views is self._views else 0
        self._views = views
        self._begin(pause)

    def _begin(self, pause: int) -> None:
        self._left, self._mine, self._new, self._again = list(self._views), None, 0, False
        self._next.start(pause)

    def stop(self) -> None:
        """Count no more."""
        self._left.clear()
        self._mine, self._again = None, False
        self._next.stop()

    def _one(self) -> None:
        """One view, or one piece of one's own cases."""
        if self._left:
            self._count(self._views, self._left[0])
            return
        if self._mine is not None and self._look_further(self._mine):
            self._mine = None
            self.new_to_me.emit(self._new + self._desk.view.count(self._views["mentions"].counted()))
        self._go_on()

    def _count(self, views: Mapping[str, QueueView], id: str) -> None:
        """Show one number, now or as soon as it is read."""
        asked = views[id].counted()

        def show() -> None:
            if views is self._views and self._left[:1] == [id]:  # nothing else is counted by now
                self._show(id, self._desk.view.count(asked))
                self._left.pop(0)
                if not self._left:
                    self._mine = []
                self._go_on()

        self._desk.prepare(asked, show)

    def _go_on(self) -> None:
        if not self.settled:
            self._next.start(0)
        elif self._again:
            self._begin(SOON_MS)

    def _look_further(self, seen: list[Case]) -> bool:
        """Which of one's next cases have something unseen; whether these were the last."""
        view, me, asked = self._desk.view, self._desk.me.id, self._views["mine"].counted()
        some = view.page(asked, asked.key(seen[-1]) if seen else None, limit=PIECE)
        marks = ((case, view.get(ReadMark, f"{me}:{case.id}")) for case in some if case.waiting_since)
        self._new += sum(1 for case, mark in marks if unread(case, mark))
        seen += some
        return len(some) < PIECE or len(seen) >= BADGE_MOST
