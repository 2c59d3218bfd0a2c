"""What a view of entries owes Qt: where entries are, and where keys lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QRegion
from PySide6.QtWidgets import QAbstractItemView

from agentdesk.desk.pages.queue.timeline_model import TimelineModel
from agentdesk.desk.theme import scaled

if TYPE_CHECKING:
    from agentdesk.desk.pages.queue.timeline_scroll import Scroll

_STEPS = {
    QAbstractItemView.CursorAction.MoveUp: -1,
    QAbstractItemView.CursorAction.MovePrevious: -1,
    QAbstractItemView.CursorAction.MoveDown: 1,
    QAbstractItemView.CursorAction.MoveNext: 1,
}
Index = QModelIndex | QPersistentModelIndex


class EntryView(QAbstractItemView):
    """Entries one above the other; `sight` knows their places."""

    entries: TimelineModel
    sight: Scroll

    def visualRect(self, index: Index) -> QRect:
        return self.sight.rect(index.row()) if index.isValid() else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:
        row = self.sight.row_at(point.y())
        return self.entries.index(row) if row >= 0 else QModelIndex()

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:  # fmt: skip
        stops = [row for row, item in enumerate(self.entries.items) if item.kind in ("message", "event")]
        if not stops:
            return QModelIndex()
        now = self.currentIndex().row()
        if action in _STEPS:
            return self.entries.index(self._step(stops, now, _STEPS[action]))
        return self.entries.index(stops[-1 if action == QAbstractItemView.CursorAction.MoveEnd else 0])

    def _step(self, stops: list[int], now: int, step: int) -> int:
        if now < 0:
            return stops[-1]
        there = [row for row in stops if (row > now if step > 0 else row < now)]
        return (there[0] if step > 0 else there[-1]) if there else now

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def isIndexHidden(self, index: Index) -> bool:
        return False

    def setSelection(self, rect: QRect, command: object) -> None:
        """Entries are not selected; their words are."""

    def visualRegionForSelection(self, selection: object) -> QRegion:
        return QRegion()

    def keyboardSearch(self, search: str) -> None:
        """Letters are keys of the page here."""

    def updateGeometries(self) -> None:
        self.verticalScrollBar().setSingleStep(scaled(24))
