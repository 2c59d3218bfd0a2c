"""A condition as SQL, word for word what it means for one record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from agentdesk.domain.kernel import COLUMNS, Column, Sought, Trait, Via
from agentdesk.domain.kernel.conditions import NEGATED, OPS, folded

from .shape import kind_of, marks, quoted, shape_of

NEVER_TRUE, ALWAYS_TRUE = "0", "1"
COMPARED = {"is": "=", "above": ">", "below": "<", "after": ">=", "before": "<"}

FOLDED = "CASE WHEN length({cell}) = length({data}) THEN lower({cell}) ELSE ad_folded({data}) END".format(
    cell="{cell}", data="CAST({cell} AS BLOB)"
)
"""A cell as it is compared. What has as many signs as bytes is ASCII, and holds no mask (before its NUL counting ends):
SQLite folds that alone. Asking Python, row by row, takes ten times as long. It is asked with bytes: a text that is
given to a function ends at its first NUL, and so at its first mask.
"""


def teach(conn: Any) -> None:
    """Give a connection the words that conditions need. They are those by which one record is tested."""
    conn.create_function("ad_folded", 1, lambda data: folded(data.decode()), deterministic=True)
    conn.create_function("ad_tagged", 2, _tagged, deterministic=True)


def _tagged(have: str, wanted: str) -> bool:
    """Whether a list, as a column holds it, has one of the words."""
    return not {folded(word) for word in msgspec.json.decode(have)}.isdisjoint(msgspec.json.decode(wanted))


class Phrase:
    """A piece of SQL with the values that are bound in it."""

    def __init__(self, asked: Sought[Any]) -> None:
        self.kind = kind_of(asked.question)
        self.values: list[Any] = []
        clauses = sorted(asked.condition.clauses, key=lambda clause: any(_is_slow(asked, test) for test in clause))
        self.sql = " AND ".join(self._clause(asked, clause) for clause in clauses) or ALWAYS_TRUE

    def _clause(self, asked: Sought[Any], clause: Sequence[Trait]) -> str:
        parts = [self._test(asked, test) for test in clause]
        return f"({' OR '.join(parts) or NEVER_TRUE})"

    def _test(self, asked: Sought[Any], test: Trait) -> str:
        column = COLUMNS[asked.question.cls].get(test.field)
        if column is None or test.op not in OPS[column.sort]:
            return NEVER_TRUE
        op = NEGATED.get(test.op, test.op)
        table = self.kind if column.via is None else "other"
        cells = [f"{quoted(table)}.{quoted(name)}" for name in column.names]
        if column.via is not None:
            self.values += (value for _, value in column.via.fixed)
        said = " OR ".join(self._says(op, cell, test, column) for cell in cells)
        if column.via is not None:
            said = self._among(column.via, said)
        return f"NOT ({said})" if test.op in NEGATED else f"({said})"

    def _among(self, via: Via, said: str) -> str:
        """Whether one of the other records is so. Where they are named by their id, all that are so are found first."""
        here = via.pairs[0][1]
        if via.question is None:
            found = f'SELECT "id" FROM {quoted(via.kind)} AS "other" WHERE {said}'
            return f"{quoted(self.kind)}.{quoted(here)} IN ({found})"
        pairs = [f'"other".{quoted(there)}={quoted(self.kind)}.{quoted(here)}' for there, here in via.pairs]
        pairs += [f'"other".{quoted(there)}=?' for there, _ in via.fixed]
        return f'EXISTS (SELECT 1 FROM {quoted(via.kind)} AS "other" WHERE {" AND ".join(pairs)} AND ({said}))'

    def _says(self, op: str, cell: str, test: Trait, column: Column) -> str:
        """One of the ops that say yes, on one cell."""
        if op == "set":
            return self._is_set(cell, column)
        if column.sort in ("number", "time"):
            numbers = [value for value in test.values if isinstance(value, int)]
            self.values += numbers
            said = " OR ".join(f"{cell} {COMPARED[op]} ?" for _ in numbers) or NEVER_TRUE
            return f"({self._is_set(cell, column)} AND ({said}))" if column.sort == "time" else f"({said})"
        wanted = [value for value in test.values if isinstance(value, str)]
        if not wanted:
            return NEVER_TRUE
        if column.sort == "word":
            self.values += wanted
            return f"{cell} IN ({marks(len(wanted))})"
        if column.sort == "words":
            self.values.append(msgspec.json.encode([folded(word) for word in wanted]).decode())
            return f"({cell} <> '[]' AND ad_tagged({cell}, ?))"
        self.values += map(folded, wanted)
        text = FOLDED.format(cell=cell)
        return f"{text} IN ({marks(len(wanted))})" if op == "is" else " OR ".join(f"instr({text}, ?)" for _ in wanted)

    def _is_set(self, cell: str, column: Column) -> str:
        if column.sort == "time":
            return f"{cell} NOT IN (0, {', '.join(map(str, column.never))})"
        return f"{cell} <> " + ("'[]'" if column.sort == "words" else "''")


def _is_slow(asked: Sought[Any], test: Trait) -> bool:
    """Whether each row costs a call: then what is quickly told is asked first."""
    column = COLUMNS[asked.question.cls].get(test.field)
    return column is not None and (column.via is not None or column.sort in ("text", "words"))


def page_of(asked: Sought[Any], after: tuple[Any, ...] | None, limit: int) -> tuple[str, list[Any]]:
    """The statement for a page, and what is bound in it. An index tells which rows it has; only these are read."""
    phrase, kind = Phrase(asked), kind_of(asked.question)
    keys = [quoted(key) for key in asked.question.keys]
    way = " DESC" if asked.question.descending else ""
    place = f" AND ({','.join(keys)}) {'<' if way else '>'} ({marks(len(keys))})" if after is not None else ""
    order = ",".join(key + way for key in keys)
    ids = f'SELECT "id" FROM {quoted(kind)} WHERE {phrase.sql}{place} ORDER BY {order} LIMIT ?'
    sql = f'SELECT {shape_of(kind).columns} FROM {quoted(kind)} WHERE "id" IN ({ids}) ORDER BY {order}'
    return sql, [*phrase.values, *(after or ()), limit]


def count_of(asked: Sought[Any]) -> tuple[str, list[Any]]:
    """The statement for a count, and what is bound in it."""
    phrase = Phrase(asked)
    return f"SELECT count(*) FROM {quoted(phrase.kind)} WHERE {phrase.sql}", phrase.values
