"""The numbers on the views: one is asked in each turn of the loop, for the first time asks the disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QTimer, Signal

from agentdesk.desk.desk import Desk
from agentdesk.desk.pages.queue.views import QueueView
from agentdesk.domain.cases import ReadMark, unread

BADGE_MOST = 100
SOON_MS = 100
"""Numbers that change at every message need not be drawn at every message."""


class Counts(QObject):
    """`show(view, count)` for each; then `new_to_me`: one's own cases and mentions with something unseen."""

    new_to_me = Signal(int)

    def __init__(self, desk: Desk, show: Callable[[str, int], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._show = desk, show
        self._views: Mapping[str, QueueView] = {}
        self._left: list[str] = []
        self._next = QTimer(self, singleShot=True)
        self._next.timeout.connect(self._one)

    @property
    def settled(self) -> bool:
        """Whether all that was asked is shown."""
        return not self._left

    def ask(self, views: Mapping[str, QueueView]) -> None:
        """Count these, again if need be."""
        pause = SOON_MS if views is self._views else 0
        self._views, self._left = views, list(views)
        if not self._next.isActive():
            self._next.start(pause)

    def stop(self) -> None:
        """Count no more."""
        self._left.clear()
        self._next.stop()

    def _one(self) -> None:
        if not self._left:
            return
        view = self._views[self._left[0]]
        self._show(view.id, self._desk.view.count(view.counted()))
        self._left.pop(0)
        if self._left:
            self._next.start(0)
        else:
            self.new_to_me.emit(self._new_to_me())

    def _new_to_me(self) -> int:
        view, me = self._desk.view, self._desk.me.id
        mine = view.page(self._views["mine"].counted(), limit=BADGE_MOST)
        marks = ((case, view.get(ReadMark, f"{me}:{case.id}")) for case in mine if case.waiting_since)
        return sum(1 for case, mark in marks if unread(case, mark)) + view.count(self._views["mentions"].counted())
