"""The timeline as a list model: screen readers and keys move over it entry by entry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from agentdesk.desk.pages.queue.timeline_items import Item

_TEXT = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
Index = QModelIndex | QPersistentModelIndex


class TimelineModel(QAbstractListModel):
    """Entries in order; `words` gives an entry as text."""

    def __init__(self, words: Callable[[Item], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.items: list[Item] = []

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else len(self.items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.items) or role not in _TEXT:
            return None
        return self._words(self.items[index.row()])

    def row_of(self, key: str) -> int:
        """Where an entry stands; -1 if it is not there."""
        return next((row for row, item in enumerate(self.items) if item.key == key), -1)

    def show_items(self, items: Sequence[Item]) -> None:
        """Become these entries, telling only of those that differ, so that nothing else moves."""
        head = _common(self.items, items)
        tail = _common(self.items[head:][::-1], items[head:][::-1])
        old_end, new_end = len(self.items) - tail, len(items) - tail
        changed = [row for row in range(head) if self.items[row] != items[row]]
        changed += [row for row in range(new_end, len(items)) if self.items[row - new_end + old_end] != items[row]]
        if old_end > head:
            self.beginRemoveRows(QModelIndex(), head, old_end - 1)
            del self.items[head:old_end]
            self.endRemoveRows()
        if new_end > head:
            self.beginInsertRows(QModelIndex(), head, new_end - 1)
            self.items[head:head] = items[head:new_end]
            self.endInsertRows()
        self.items[:] = items
        for row in changed:
            self.dataChanged.emit(self.index(row), self.index(row))


def _common(left: Sequence[Item], right: Sequence[Item]) -> int:
    """How many entries at the start are the same ones."""
    most = min(len(left), len(right))
    return next((at for at in range(most) if left[at].key != right[at].key), most)
