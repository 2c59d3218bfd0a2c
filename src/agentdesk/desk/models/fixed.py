"""A short list of records that stands still, such as what a search has found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from agentdesk.desk.models.list import HELD, RECORD
from agentdesk.domain.kernel import Record

Index = QModelIndex | QPersistentModelIndex


class FixedModel(QAbstractListModel):
    """Answers like `RecordsModel`; `show_records` replaces all rows, `add` appends."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._records: list[Record] = []

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._records)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or not 0 <= index.row() < len(self._records):
            return None
        return self._records[index.row()] if role == RECORD else "" if role == HELD else None

    def show_records(self, records: Sequence[Record]) -> None:
        """These rows instead."""
        self.beginResetModel()
        self._records = list(records)
        self.endResetModel()

    def add(self, records: Sequence[Record]) -> None:
        """More rows at the end, each record once."""
        have = {record.id for record in self._records}
        new = [record for record in records if record.id not in have]
        if new:
            self.beginInsertRows(QModelIndex(), len(self._records), len(self._records) + len(new) - 1)
            self._records += new
            self.endInsertRows()

    def replace(self, record: Record) -> None:
        """The record is not as it was."""
        for at, one in enumerate(self._records):
            if one.id == record.id:
                self._records[at] = record
                self.dataChanged.emit(self.index(at), self.index(at))

    def follow(self, id: str, record: Record | None) -> None:
        """The record is not as it was; None: it is not to be seen any more."""
        if record is not None:
            self.replace(record)
        else:
            self.drop(id)

    def drop(self, id: str) -> None:
        """The record is not to be seen any more."""
        if (at := self.row_of(id)) >= 0:
            self.beginRemoveRows(QModelIndex(), at, at)
            del self._records[at]
            self.endRemoveRows()

    def record(self, row: int) -> Record | None:
        """The record of a row."""
        return self._records[row] if 0 <= row < len(self._records) else None

    def id_at(self, row: int) -> str | None:
        """Whose row this is."""
        return self._records[row].id if 0 <= row < len(self._records) else None

    def row_of(self, id: str) -> int:
        """Where a record is; -1 if it is not listed."""
        return next((at for at, record in enumerate(self._records) if record.id == id), -1)
