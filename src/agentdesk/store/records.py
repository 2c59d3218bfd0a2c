"""Get, page, count, write: the only SQL about records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, TypeVar, cast

import msgspec

from agentdesk.domain.kernel import RECORDS, Asked, Record, RecordSpec, Sought, spec_of
from agentdesk.domain.kernel.view import children

from .conditions import count_of, page_of, teach
from .likeness import alike
from .search import Finder
from .shape import Row, Shape, chunks, marks, quoted, shape_of, statement_of

R = TypeVar("R", bound=Record)


class Records:
    """Records in one database. Opens and ends no transaction: whoever calls does.

    `conn` is a DB-API connection to SQLite or SQLCipher in autocommit mode.
    """

    def __init__(self, conn: Any) -> None:
        self.conn = conn
        self.find = Finder(conn)
        teach(conn)

    def get(self, kind: str, id: str) -> Record | None:
        """The record, or None."""
        shape = shape_of(kind)
        row = self.conn.execute(f"SELECT {shape.columns} FROM {quoted(kind)} WHERE id=?", (id,)).fetchone()
        return None if row is None else shape.from_sql(row)

    def of(self, cls: type[R], id: str) -> R | None:
        """As `get`, by class."""
        return cast(R | None, self.get(spec_of(cls).kind, id))

    def get_many(self, kind: str, ids: Sequence[str]) -> dict[str, Record]:
        """Those of the records that are there, by id."""
        shape = shape_of(kind)
        found: dict[str, Record] = {}
        for part in chunks(ids):
            statement = f"SELECT {shape.columns} FROM {quoted(kind)} WHERE id IN ({marks(len(part))})"
            found.update((row[0], shape.from_sql(row)) for row in self.conn.execute(statement, tuple(part)))
        return found

    def heads(self, kind: str, ids: Sequence[str]) -> dict[str, tuple[str, int]]:
        """Scope and revision of those records that are there."""
        found: dict[str, tuple[str, int]] = {}
        for part in chunks(ids):
            statement = f"SELECT id, scope, rev FROM {quoted(kind)} WHERE id IN ({marks(len(part))})"
            found.update((id, (scope, rev)) for id, scope, rev in self.conn.execute(statement, tuple(part)))
        return found

    def alike(self, kind: str, text: str, limit: int = 5) -> list[Record]:
        """The records that are most like a text, the best first."""
        return alike(self.conn, self.find, kind, text, limit)

    def page(self, asked: Asked[R], after: tuple[Any, ...] | None = None, limit: int = 50) -> list[R]:
        """Up to `limit` answers, after the given key."""
        convert = shape_of(spec_of(asked.question.cls).kind).from_sql
        if isinstance(asked, Sought):
            rows = self.conn.execute(*page_of(asked, after, limit))
            return cast(list[R], [convert(row) for row in rows])
        statement = statement_of(asked)
        sql = statement.first if after is None else statement.after
        rows = self.conn.execute(sql, (*statement.values(asked), *(after or ()), limit))
        return cast(list[R], [convert(row) for row in rows])

    def count(self, asked: Asked[Any]) -> int:
        """How many answers there are."""
        if isinstance(asked, Sought):
            return int(self.conn.execute(*count_of(asked)).fetchone()[0])
        statement = statement_of(asked)
        return int(self.conn.execute(statement.count, statement.values(asked)).fetchone()[0])

    def write(self, kind: str, rows: Sequence[Row], fresh: bool = False) -> None:
        """Insert or replace rows (tuples in field order) and their full text. `fresh`: none of them is there yet."""
        shape = shape_of(kind)
        cells = [shape.to_sql(row) for row in rows]
        if not shape.spec.searchable:
            self.conn.executemany(shape.upsert, cells)
            return
        if not fresh:
            cells = self._update(shape, cells)
        if cells:
            self.find.add(shape.spec, self._insert(shape.spec, cells))

    def put(self, records: Iterable[Record], fresh: bool = False) -> None:
        """Write records of any kinds. `fresh`: none of them is there yet."""
        rows: dict[str, list[Row]] = {}
        for record in records:
            rows.setdefault(spec_of(record).kind, []).append(msgspec.structs.astuple(record))
        for kind, some in rows.items():
            self.write(kind, some, fresh)

    def change(self, kind: str, pairs: Sequence[tuple[Record, Record]]) -> None:
        """Write records (before, after) that are there exactly as they were before: only the fields that differ."""
        shape = shape_of(kind)
        changes: dict[tuple[int, ...], list[Row]] = {}
        said: list[Row] = []
        for old, new in pairs:
            was, row = msgspec.structs.astuple(old), msgspec.structs.astuple(new)
            differs = tuple(i for i, cell in enumerate(row, 1) if cell != was[i - 1])
            if not shape.places.isdisjoint(differs):
                said.append(row)
            elif differs:
                cells = shape.cells(row)
                changes.setdefault(differs, []).append((*(cells[i - 1] for i in differs), new.id))
        for differs, values in changes.items():
            self.conn.executemany(shape.update(differs, by="id"), values)
        if said:
            self.write(kind, said)

    def erase(self, kind: str, ids: Sequence[str]) -> None:
        """Delete records and their full text."""
        spec = RECORDS[kind]
        if spec.searchable and ids:
            self.find.forget(spec, list(self._numbers(spec, ids).values()))
        for part in chunks(ids):
            self.conn.execute(f"DELETE FROM {quoted(kind)} WHERE id IN ({marks(len(part))})", tuple(part))

    def children(self, kind: str, ids: Sequence[str]) -> dict[str, list[tuple[str, str, int]]]:
        """What hangs on these records, by kind: (id, scope, rev) each."""
        found: dict[str, list[tuple[str, str, int]]] = {}
        for child, field in children(kind):
            for part in chunks(ids):
                statement = f"SELECT id, scope, rev FROM {quoted(child)} WHERE {quoted(field)} IN ({marks(len(part))})"
                found.setdefault(child, []).extend(self.conn.execute(statement, tuple(part)).fetchall())
        return {child: rows for child, rows in found.items() if rows}

    def in_scope(self, scope: str) -> dict[str, list[str]]:
        """The ids of all records at home in a scope, by kind."""
        found: dict[str, list[str]] = {}
        for kind, id in self.conn.execute(_at_home(), (scope,)):
            found.setdefault(kind, []).append(id)
        return found

    def _numbers(self, spec: RecordSpec, ids: Sequence[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for part in chunks(ids):
            statement = f"SELECT id, row FROM {quoted(spec.kind)} WHERE id IN ({marks(len(part))})"
            found.update(self.conn.execute(statement, tuple(part)).fetchall())
        return found

    def _update(self, shape: Shape, cells: list[Row]) -> list[Row]:
        """Rows that are there already: write only the fields that differ, for each index and the full text cost as
        much as the row itself. Returns those that are not there.
        """
        latest = {cell[1]: cell for cell in cells}
        have = self._whole(shape, list(latest))
        changes: dict[tuple[int, ...], list[Row]] = {}
        said: list[Row] = []
        for id, old in have.items():
            cell = latest.pop(id)
            differs = tuple(i for i in range(2, len(cell)) if cell[i] != old[i])
            changes.setdefault(differs, []).append((*(cell[i] for i in differs), old[0]))
            if not shape.places.isdisjoint(differs):
                said.append((old[0], *cell[1:]))
        for differs, values in changes.items():
            if differs:
                self.conn.executemany(shape.update(differs), values)
        if said:
            self.find.forget(shape.spec, [cell[0] for cell in said])
            self.find.add(shape.spec, said)
        return list(latest.values())

    def _whole(self, shape: Shape, ids: Sequence[str]) -> dict[str, Row]:
        """Those rows that are there, as SQL has them (row number first), by id."""
        found: dict[str, Row] = {}
        for part in chunks(ids):
            statement = f"SELECT row,{shape.columns} FROM {quoted(shape.spec.kind)} WHERE id IN ({marks(len(part))})"
            found.update((row[1], row) for row in self.conn.execute(statement, tuple(part)))
        return found

    def _insert(self, spec: RecordSpec, cells: list[Row]) -> list[Row]:
        """Rows that are not there yet; returns them as they went in.

        Two records of one millisecond can fall on one number: then the later one moves on to the next free one. It is
        looked for beforehand: each savepoint would make the full-text index write out what it has gathered.
        """
        numbers = [cell[0] for cell in cells]
        if len(set(numbers)) < len(numbers) or self._taken(spec, numbers):
            cells = self._spread(spec, cells)
        self.conn.executemany(shape_of(spec.kind).upsert, cells)
        return cells

    def _taken(self, spec: RecordSpec, numbers: Sequence[int]) -> bool:
        """Whether one of these numbers is in use."""
        statement = f"SELECT 1 FROM {quoted(spec.kind)} WHERE row IN ("
        return any(
            self.conn.execute(f"{statement}{marks(len(part))}) LIMIT 1", tuple(part)).fetchone() is not None
            for part in chunks(numbers)
        )

    def _spread(self, spec: RecordSpec, cells: list[Row]) -> list[Row]:
        """The rows with numbers that are free."""
        used: set[int] = set()
        spread: list[Row] = []
        for number, *rest in cells:
            while number in used or self._taken(spec, [number]):
                number += 1
            used.add(number)
            spread.append((number, *rest))
        return spread


@cache
def _at_home() -> str:
    """One statement over all kinds: most scopes hold few of them."""
    return " UNION ALL ".join(f"SELECT '{kind}', id FROM {quoted(kind)} WHERE scope=?1" for kind in RECORDS)
