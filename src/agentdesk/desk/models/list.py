"""One model over one question: shows 100,000 rows by loading those in sight, and follows changes row by row."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, Protocol, cast

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from agentdesk.desk.models.rows import Rows, rows_of
from agentdesk.desk.models.telling import Index, Telling
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


class Prepare(Protocol):
    """As `Desk.prepare`."""

    def __call__(
        self, asked: Asked[Any], then: Callable[[], None], after: tuple[Any, ...] | None = None, rows: int = 0
    ) -> None: ...


def at_once(asked: Asked[Any], then: Callable[[], None], after: tuple[Any, ...] | None = None, rows: int = 0) -> None:
    """Nothing is slow."""
    then()


class RecordsModel(Telling):
    """Give it a question with `ask`; tell it what is in sight with `look`, and what has changed with `touched`."""

    held = Signal(int)
    """How many rows wait to move."""
    loaded = Signal()
    """Rows that were wanted are there."""

    def __init__(self, view: View, parent: QObject | None = None, prepare: Prepare = at_once) -> None:
        super().__init__(parent)
        self._view, self._prepare = view, prepare
        self._asked: Asked[Any] | None = None
        self._rows: Rows | None = None
        self._records: OrderedDict[str, Record] = OrderedDict()
        self._sight = (0, 20)
        self._stale, self._reading = False, False
        self.still = False
        """Whether rows in sight must stay where they are just now."""
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(self._load)

    # --- What Qt asks ---

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
        self._asked = None
        self._empty()

    def _empty(self) -> None:
        self.beginResetModel()
        self._records.clear()
        self._rows, self._length = None, 0
        self.endResetModel()

    # --- What the list asks ---

    @property
    def asked(self) -> Asked[Any] | None:
        """The question in force."""
        return self._asked

    @property
    def waiting(self) -> bool:
        """Whether the answer is still being read."""
        return self._asked is not None and self._rows is None

    def ask(self, asked: Asked[Any]) -> None:
        """Another question: what was listed before is forgotten."""
        self._asked, self._rows, self._reading = asked, None, False
        self._prepare(asked, lambda: self._begin(asked), None, PAGE)
        if self.waiting:
            self._empty()

    def _begin(self, asked: Asked[Any]) -> None:
        """List what there is, unless something else was asked meanwhile."""
        if self._asked is not asked or self._rows is not None:
            return
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
        self.held.emit(len(self._rows.held))
        self._agree(self._rows)

    def _agree(self, rows: Rows) -> None:
        """Be as long as the answer is."""

        def agree() -> None:
            if rows is self._rows:
                rows.agree(self._view.count(rows.asked))
                if self._wanted() is not None:
                    self._next.start()

        self._prepare(rows.asked, agree)

    def stale(self, asked: Asked[Any] | None = None) -> None:
        """Everything may be different: ask anew, without a reset; the same question at a later time, if it is given."""
        if self._rows is None:  # still being read: the moment of before will do
            return
        self._asked = self._rows.asked = asked or self._rows.asked
        self._stale = True
        self._next.start()

    def release(self) -> None:
        """Let rows that were held back take their places."""
        if self._rows is not None:
            self._rows.release()
            self._agree(self._rows)
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
        rows, wanted, stale = self._rows, self._wanted(), self._stale
        if rows is None or self._reading or not (wanted or stale):
            return
        asked, (after, count) = rows.asked, (None, min(rows.loaded, 4 * PAGE)) if stale or wanted is None else wanted
        limit = max(PAGE, count) if stale else min(PAGE, max(count, 20))

        def read() -> None:
            if rows is self._rows:
                self._reading = False
                if rows.asked is asked:
                    (self._renew if stale else self._fill)(rows, after, limit)
                else:
                    self._next.start()

        self._reading = True
        self._prepare(asked, read, after, limit)

    def _fill(self, rows: Rows, after: tuple[Any, ...] | None, limit: int) -> None:
        page = self._view.page(rows.asked, after, limit)
        rows.fill(after, rows_of(rows.asked, page), len(page) < limit)
        for record in page:
            self._keep(record)
        if self._wanted() is None:
            self.loaded.emit()
        else:
            self._next.start()

    def _renew(self, rows: Rows, after: tuple[Any, ...] | None, limit: int) -> None:
        self._stale = False
        self._records.clear()
        page = self._view.page(rows.asked, after, limit)
        rows.renew(rows_of(rows.asked, page), len(page) < limit, self._view.count(rows.asked))
        self.held.emit(0)
        self.loaded.emit()
        if self._wanted() is not None:
            self._load()

    def _keep(self, record: Record) -> None:
        self._records[record.id] = record
        while len(self._records) > KEPT:
            self._records.popitem(last=False)
