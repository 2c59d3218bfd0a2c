"""One model over one question: shows 100,000 rows by loading those in sight, and follows changes row by row."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from agentdesk.desk.models.rows import Rows, rows_of
from agentdesk.domain.kernel import Asked, Record, View
from agentdesk.sync.replica import Touched

PAGE = 120
"""Rows loaded in one slice: some milliseconds."""
MARGIN = 40
"""Rows loaded beyond those in sight."""
KEPT = 1500
"""Records kept beside the keys."""
RECORD = int(Qt.ItemDataRole.UserRole) + 1
"""The record of a row; None while it is not loaded."""
HELD = RECORD + 1
"""Whether the row waits to move: "" (no), "move" or "gone"."""

Index = QModelIndex | QPersistentModelIndex


class RecordsModel(QAbstractListModel):
    """Give it a question with `ask`; tell it what is in sight with `look`, and what has changed with `touched`."""

    held = Signal(int)
    """How many rows wait to move."""
    loaded = Signal()
    """Rows that were wanted are there."""

    def __init__(self, view: View, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self._rows: Rows | None = None
        self._records: OrderedDict[str, Record] = OrderedDict()
        self._length = 0
        """Kept, because a view asks for it a hundred times at each change."""
        self._sight = (0, 20)
        self._stale = False
        self.still = False
        """Whether rows in sight must stay where they are just now."""
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(self._load)

    # --- What Qt asks ---

    def rowCount(self, parent: Index | None = None) -> int:
        if parent is not None and parent.isValid():
            return 0
        return self._length

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self._rows is None or not index.isValid() or not 0 <= index.row() < self._length:
            return None
        if role == RECORD:
            return self.record(index.row())
        if role == HELD:
            id = self._rows.at(index.row())
            return "" if id is None or id not in self._rows.held else "gone" if self._rows.held[id] is None else "move"
        return None

    def close(self) -> None:
        """Ask nothing more."""
        self._next.stop()
        self.beginResetModel()
        self._rows, self._length = None, 0
        self.endResetModel()

    # --- What the list asks ---

    @property
    def asked(self) -> Asked[Any] | None:
        """The question in force."""
        return None if self._rows is None else self._rows.asked

    def ask(self, asked: Asked[Any]) -> None:
        """Another question: what was listed before is forgotten."""
        self.beginResetModel()
        self._records.clear()
        self._rows = Rows(asked, self._view.count(asked), cast(Any, self))
        self._length = len(self._rows)
        self._sight, self._stale = (0, 20), False
        self.endResetModel()
        self.held.emit(0)
        self._load()

    def look(self, first: int, last: int) -> None:
        """These rows are in sight: load them soon."""
        self._sight = (max(0, first), max(0, last))
        if self._rows is not None:
            self._rows.sight = self._sight[1]
        if not self._next.isActive() and self._wanted() is not None:
            self._next.start()

    def id_at(self, row: int) -> str | None:
        """Whose row this is, if it is known."""
        return None if self._rows is None or row < 0 else self._rows.at(row)

    def row_of(self, id: str) -> int:
        """Where a record is; -1 if it is not listed or not loaded."""
        return -1 if self._rows is None else self._rows.row_of(id)

    def record(self, row: int) -> Record | None:
        """The record of a row; None while it is not loaded."""
        id = self.id_at(row)
        if id is None:
            return None
        if id in self._records:
            self._records.move_to_end(id)
            return self._records[id]
        assert self._rows is not None
        found = self._view.get(self._rows.asked.question.cls, id)
        if found is not None:
            self._keep(found)
        return found

    # --- What has changed ---

    def touched(self, some: Sequence[Touched], hold: Sequence[bool] = ()) -> None:
        """Follow changes. `hold` says of each whether it may wait."""
        if self._rows is None:
            return
        for at, one in enumerate(some):
            if one.new is None:
                self._records.pop(one.id, None)
            elif one.id in self._records:
                self._records[one.id] = one.new
            self._rows.touch(one.id, one.old, one.new, bool(hold) and hold[at] and self.still)
        self._rows.agree(self._view.count(self._rows.asked))
        self.held.emit(len(self._rows.held))
        if self._wanted() is not None:
            self._next.start()

    def stale(self, asked: Asked[Any] | None = None) -> None:
        """Everything may be different: ask anew, without a reset; the same question at a later time, if it is given."""
        if self._rows is not None:
            self._rows.asked = asked or self._rows.asked
        self._stale = True
        self._next.start()

    def release(self) -> None:
        """Let rows that were held back take their places."""
        if self._rows is not None:
            self._rows.release()
            self._rows.agree(self._view.count(self._rows.asked))
            self.held.emit(0)
            self._next.start()

    # --- Loading ---

    def _wanted(self) -> tuple[tuple[Any, ...] | None, int] | None:
        if self._rows is None:
            return None
        first, last = self._sight
        return self._rows.wanted(max(0, first - MARGIN), min(len(self._rows) - 1, last + MARGIN))

    def _load(self) -> None:
        """One slice; more follows in the next turn of the loop."""
        if self._rows is None:
            return
        if self._stale:
            self._renew()
        wanted = self._wanted()
        if wanted is None:
            return
        after, count = wanted
        limit = min(PAGE, max(count, 20))
        page = self._view.page(self._rows.asked, after, limit)
        self._rows.fill(after, rows_of(self._rows.asked, page), len(page) < limit)
        for record in page:
            self._keep(record)
        if self._wanted() is None:
            self.loaded.emit()
        else:
            self._next.start()

    def _renew(self) -> None:
        assert self._rows is not None
        self._stale = False
        self._records.clear()
        asked, limit = self._rows.asked, max(PAGE, min(self._rows.loaded, 4 * PAGE))
        page = self._view.page(asked, None, limit)
        self._rows.renew(rows_of(asked, page), len(page) < limit, self._view.count(asked))
        self.held.emit(0)
        self.loaded.emit()

    def _keep(self, record: Record) -> None:
        self._records[record.id] = record
        while len(self._records) > KEPT:
            self._records.popitem(last=False)

    # --- What the rows tell ---

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
