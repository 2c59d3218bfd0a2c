"""A list model that is told of each row that comes, goes or moves, by whoever keeps the rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex

Index = QModelIndex | QPersistentModelIndex


class Telling(QAbstractListModel):
    """Tells Qt in turn."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._length = 0
        """Kept, because a view asks for it a hundred times at each change."""

    def rowCount(self, parent: Index | None = None) -> int:
        if parent is not None and parent.isValid():
            return 0
        return self._length

    @contextmanager
    def inserting(self, at: int, count: int) -> Iterator[None]:
        """Rows come."""
        self.beginInsertRows(QModelIndex(), at, at + count - 1)
        yield
        self._length += count
        self.endInsertRows()

    @contextmanager
    def removing(self, at: int, count: int) -> Iterator[None]:
        """Rows go."""
        self.beginRemoveRows(QModelIndex(), at, at + count - 1)
        yield
        self._length -= count
        self.endRemoveRows()

    @contextmanager
    def moving(self, start: int, end: int) -> Iterator[None]:
        """A row moves."""
        self.beginMoveRows(QModelIndex(), start, start, QModelIndex(), end)
        yield
        self.endMoveRows()

    def changed(self, at: int, count: int) -> None:
        """Rows look different."""
        if count > 0:
            self.dataChanged.emit(self.index(at), self.index(at + count - 1))
