"""A table in memory, sorted by any column and filtered by anything: for some thousands of things of one kind."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

ITEM = int(Qt.ItemDataRole.UserRole) + 1
"""The thing of a row."""
CELL = ITEM + 1
"""What a cell shows, as a `Cell`."""
Index = QModelIndex | QPersistentModelIndex


class Cell(NamedTuple):
    """What one place shows. With a `tone` the text is a chip; `ink` is the text's colour, as a token."""

    text: str
    tone: str = ""
    ink: str = "text"
    strong: bool = False


class Column(NamedTuple):
    """A title, what a thing shows under it and is sorted by, and how wide it is at 100 % (0: it takes the rest)."""

    title: str
    cell: Callable[[Any], Cell]
    key: Callable[[Any], Any]
    width: int = 0


class TableModel(QAbstractTableModel):
    """Rows stay where they are while their things change: `sort` puts them where they belong, `moved` says how many
    do not stand there. What is new comes where it belongs at once.
    """

    moved = Signal(int)

    def __init__(
        self, columns: Sequence[Column], id_of: Callable[[Any], str] = attrgetter("id"), parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._columns, self._id_of = tuple(columns), id_of
        self._all: dict[str, Any] = {}
        self._rows: list[str] = []
        self._keys: list[tuple[Any, str]] = []
        self._wanted: Callable[[Any], bool] = lambda _: True
        self._by, self._down = 0, False
        self._astray: set[str] = set()

    # --- What Qt asks ---

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        item = self.item(index.row()) if index.isValid() else None
        if item is None or role not in (ITEM, CELL, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        if role == ITEM:
            return item
        column = self._columns[index.column()]
        cell = column.cell(item)
        if role == CELL:
            return cell
        return cell.text if role == Qt.ItemDataRole.DisplayRole else f"{column.title}: {cell.text}"

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if way != Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        return self._columns[section].title if role == Qt.ItemDataRole.DisplayRole else None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """By this column; the persistent indexes, and so the selection, go with their things."""
        self._by, self._down = max(0, column), order == Qt.SortOrder.DescendingOrder
        self._arrange()

    # --- What a page asks and tells ---

    def item(self, row: int) -> Any:
        """The thing of a row; None if there is no such row."""
        return self._all.get(self._rows[row]) if 0 <= row < len(self._rows) else None

    def row_of(self, id: str) -> int:
        """Where a thing stands; -1 if it is not listed."""
        return self._rows.index(id) if id in self._all and id in self._rows else -1

    def known(self, id: str) -> Any:
        """A thing, listed or filtered away; None if it is not there."""
        return self._all.get(id)

    def everything(self) -> list[Any]:
        """All there is, filtered away or not."""
        return list(self._all.values())

    def show(self, items: Iterable[Any]) -> None:
        """These instead of all that was there."""
        new = {self._id_of(item): item for item in items}
        if new == self._all:
            return
        if new.keys() == self._all.keys():
            self.put(new.values())
            return
        self.beginResetModel()
        self._all = new
        self._arrange_rows()
        self.endResetModel()

    def put(self, items: Iterable[Any]) -> None:
        """These are new, or not as they were."""
        new = dict[str, Any]()
        for item in items:
            id = self._id_of(item)
            if id not in self._all:
                new[id] = item
            elif self._all[id] != item:
                self._change(id, item)
        if len(new) > 50:  # one pass is cheaper than so many insertions, and the selection is put back by the view
            self.beginResetModel()
            self._all.update(new)
            self._arrange_rows()
            self.endResetModel()
        else:
            for item in new.values():
                self._insert(item)

    def take(self, id: str) -> None:
        """This one is gone."""
        row = self.row_of(id)
        if self._all.pop(id, None) is not None and row >= 0:
            self.beginRemoveRows(QModelIndex(), row, row)
            del self._rows[row], self._keys[row]
            self.endRemoveRows()
        self._stray(id, astray=False)

    def keep(self, wanted: Callable[[Any], bool]) -> None:
        """List only what is wanted."""
        self._wanted = wanted
        self.beginResetModel()
        self._arrange_rows()
        self.endResetModel()

    def arrange(self) -> None:
        """Put everything where it belongs, and take away what is not wanted any more."""
        rows = len(self._rows)
        if sum(map(self._wanted, self._all.values())) == rows and all(self._wanted(self._all[id]) for id in self._rows):
            self._arrange()
        else:
            self.keep(self._wanted)

    # --- Order ---

    def _key(self, item: Any) -> tuple[Any, str]:
        return self._columns[self._by].key(item), self._id_of(item)

    def _arrange_rows(self) -> None:
        keyed = sorted((self._key(item) for item in self._all.values() if self._wanted(item)), reverse=self._down)
        self._keys, self._rows = keyed, [id for _, id in keyed]
        self._astray.clear()
        self.moved.emit(0)

    def _arrange(self) -> None:
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        ids = [self._rows[index.row()] for index in before]
        kept = {id: self._all[id] for id in self._rows}
        keyed = sorted((self._key(item) for item in kept.values()), reverse=self._down)
        self._keys, self._rows = keyed, [id for _, id in keyed]
        at = {id: row for row, id in enumerate(self._rows)}
        after = [self.index(at[id], index.column()) for id, index in zip(ids, before, strict=True)]
        self.changePersistentIndexList(before, after)
        self._astray.clear()
        self.layoutChanged.emit()
        self.moved.emit(0)

    def _change(self, id: str, item: Any) -> None:
        self._all[id] = item
        row = self.row_of(id)
        if row < 0:
            if self._wanted(item):
                self._insert(item)
            return
        self.dataChanged.emit(self.index(row, 0), self.index(row, len(self._columns) - 1))
        self._stray(id, astray=self._key(item) != self._keys[row] or not self._wanted(item))

    def _insert(self, item: Any) -> None:
        id = self._id_of(item)
        self._all[id] = item
        if not self._wanted(item):
            return
        key = self._key(item)
        row = len(self._keys) - bisect_left(self._keys[::-1], key) if self._down else bisect_left(self._keys, key)
        self.beginInsertRows(QModelIndex(), row, row)
        self._rows.insert(row, id)
        self._keys.insert(row, key)
        self.endInsertRows()

    def _stray(self, id: str, *, astray: bool) -> None:
        if astray != (id in self._astray):
            (self._astray.add if astray else self._astray.discard)(id)
            self.moved.emit(len(self._astray))
