"""How a kind of record lies in SQL: columns, statements, and the way from row to record and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, Literal
from zlib import crc32

import msgspec

from agentdesk.domain.kernel import RECORDS, Asked, Question, Record, RecordSpec
from agentdesk.domain.kernel.records import plain

Row = tuple[Any, ...]
SQL_OPS = {"eq": "=", "ne": "<>", "gt": ">", "lt": "<"}
TIME_BITS, ROW_BITS = 48, 15
MOST = "?+0"
"""How many rows are wanted, bound late. SQLite plans by a bare "LIMIT ?" and so prepares the statement anew each time
that it is bound, which takes several times as long as to answer from an index.
"""


def quoted(name: str) -> str:
    return f'"{name}"'


def literal(value: Any) -> str:
    """A constant of a question as SQL. Constants come from declarations, never from outside."""
    if isinstance(value, bool | int):
        return str(int(value))
    return "'" + str(value).replace("'", "''") + "'"


class Shape(msgspec.Struct, frozen=True):
    """One kind's statements and conversions, worked out once."""

    spec: RecordSpec
    columns: str
    insert: str
    upsert: str
    cells: Callable[[Row], Row]
    """A record's fields as SQL has them."""
    to_sql: Callable[[Row], Row]
    """The same as a whole row: of searchable kinds, its number first."""
    from_sql: Callable[[Row], Record]
    places: frozenset[int]
    """Where the searchable fields stand in a row as SQL has it."""

    def update(self, differs: tuple[int, ...], by: Literal["row", "id"] = "row") -> str:
        """The statement that changes the fields at these places (from 1); its number, or its id, is bound last."""
        sets = ",".join(f"{quoted(self.spec.fields[i - 1])}=?" for i in differs)
        return f"UPDATE {quoted(self.spec.kind)} SET {sets} WHERE {by}=?"


@cache
def shape_of(kind: str) -> Shape:
    """The shape of a kind; `KeyError` if it is not in the catalogue."""
    spec = RECORDS[kind]
    names = (*(("row",) if spec.searchable else ()), *spec.fields)
    marks = ",".join("?" * len(names))
    updates = ",".join(f"{quoted(n)}=excluded.{quoted(n)}" for n in spec.fields if n != "id")
    into = f"INSERT INTO {quoted(kind)} ({','.join(map(quoted, names))}) VALUES ({marks})"
    return Shape(
        spec=spec,
        columns=",".join(map(quoted, spec.fields)),
        insert=into,
        upsert=f"{into} ON CONFLICT (id) DO UPDATE SET {updates}",
        cells=_cells(spec),
        to_sql=_to_sql(spec),
        from_sql=_from_sql(spec),
        places=frozenset(spec.fields.index(name) + 1 for name in spec.searchable),
    )


def _cells(spec: RecordSpec) -> Callable[[Row], Row]:
    nested, encode = spec.nested, msgspec.json.Encoder().encode
    if not nested:
        return lambda row: row

    def convert(row: Row) -> Row:
        cells = list(row)
        for i in nested:
            cells[i] = encode(cells[i]).decode() if cells[i] else "[]"
        return tuple(cells)

    return convert


def _to_sql(spec: RecordSpec) -> Callable[[Row], Row]:
    cells = _cells(spec)
    if not spec.searchable:
        return cells
    time = spec.fields.index(spec.time)
    return lambda row: (row_number(row[time], row[0]), *cells(row))


def _from_sql(spec: RecordSpec) -> Callable[[Row], Record]:
    cls = spec.cls
    bools = tuple(i for i, hint in enumerate(spec.types) if plain(hint) is bool)
    decoders = tuple((i, msgspec.json.Decoder(spec.types[i]).decode) for i in spec.nested)
    if not bools and not decoders:
        return lambda row: cls(*row)

    def convert(row: Row) -> Record:
        cells = list(row)
        for i in bools:
            cells[i] = bool(cells[i])
        for i, decode in decoders:
            cells[i] = () if cells[i] == "[]" else decode(cells[i])
        return cls(*cells)

    return convert


def row_number(when: int, id: str) -> int:
    """The row of a searchable record: its time, then bits of its id; so the newest rows are the newest records."""
    return (when & (1 << TIME_BITS) - 1) << ROW_BITS | crc32(id.encode()) & (1 << ROW_BITS) - 1


class Statement(msgspec.Struct, frozen=True):
    """A question as SQL, with the positions of the values that are bound (constants are part of the text)."""

    first: str
    after: str
    count: str
    bound: tuple[int, ...]

    def values(self, asked: Asked[Any]) -> list[Any]:
        out: list[Any] = []
        for i in self.bound:
            value = asked.values[i]
            out.extend(value if isinstance(value, tuple) else (value,))
        return out


def statement_of(asked: Asked[Any]) -> Statement:
    """The SQL of a question; questions with lists have one for each length."""
    lengths = tuple(len(v) if isinstance(v, tuple) else -1 for v in asked.values)
    return _statement(asked.question.name, asked.question, lengths)


_statements: dict[tuple[str, tuple[int, ...]], Statement] = {}


def _statement(name: str, question: Question[Any], lengths: tuple[int, ...]) -> Statement:
    found = _statements.get((name, lengths))
    if found is None:
        found = _statements[name, lengths] = _build(question, lengths)
    return found


def _build(question: Question[Any], lengths: tuple[int, ...]) -> Statement:
    kind = kind_of(question)
    tests, bound = [], []
    for i, where in enumerate(question.where):
        if is_parameter(where.value):
            bound.append(i)
        tests.append(_test(where.field, where.op, where.value, lengths[i]))
    keys = [quoted(k) for k in question.keys]
    way = " DESC" if question.descending else ""
    order = " ORDER BY " + ",".join(k + way for k in keys) + f" LIMIT {MOST}"
    place = f"({','.join(keys)}) {'<' if way else '>'} ({','.join('?' * len(keys))})"
    select = f"SELECT {shape_of(kind).columns} FROM {quoted(kind)}"
    return Statement(
        first=select + _where(tests) + order,
        after=select + _where([*tests, place]) + order,
        count=f"SELECT count(*) FROM {quoted(kind)}" + _where(tests),
        bound=tuple(bound),
    )


def _test(field: str, op: str, value: Any, length: int) -> str:
    if op == "in":
        return f"{quoted(field)} IN ({','.join('?' * length)})"
    return f"{quoted(field)} {SQL_OPS[op]} " + ("?" if is_parameter(value) else literal(value))


def _where(tests: Iterable[str]) -> str:
    joined = " AND ".join(tests)
    return f" WHERE {joined}" if joined else ""


def is_parameter(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(":")


def kind_of(question: Question[Any]) -> str:
    return next(kind for kind, spec in RECORDS.items() if spec.cls is question.cls)


def index_columns(question: Question[Any]) -> tuple[tuple[str, ...], str]:
    """The index that answers a question: its columns, and the condition under which a row is in it."""
    equal = [w.field for w in question.where if w.op == "eq" and is_parameter(w.value)]
    fixed = [_test(w.field, w.op, w.value, 0) for w in question.where if not is_parameter(w.value)]
    columns = (*equal, *(k for k in question.keys if k not in equal))
    return columns, " AND ".join(fixed)


def marks(count: int) -> str:
    return ",".join("?" * count)


def chunks(items: Sequence[Any], size: int = 500) -> Iterable[Sequence[Any]]:
    """Slices short enough for one statement's parameters."""
    return (items[i : i + size] for i in range(0, len(items), size))
