"""Full text: what is indexed of a record, and how a person's words become a query."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any
from unicodedata import normalize

from agentdesk.domain.kernel import RECORDS, Record, RecordSpec

from .shape import Row, quoted, shape_of

CJK = re.compile(
    "([\u2e80-\u2fdf\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff])"
)
MARKS = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]"
)
"""Marks that are no letters: accents that stand alone, vowel points of Hebrew and Arabic, the line that stretches."""
WORD = re.compile(r"\w+", re.UNICODE)
MAX_TERMS = 12
SHORTEST_START = 2
"""A single letter is taken for a word: what begins with it is most of all there is, and slow to gather."""
RANK_UP_TO = 20_000
"""With more hits than this, ranking costs more than it tells: the newest come first instead."""
END = 1 << 62


def find_table(spec: RecordSpec) -> str:
    """The DDL of a kind's full-text table. It holds no text of its own, only where the words are."""
    columns = ",".join(map(quoted, spec.searchable))
    return (
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {quoted('find_' + spec.kind)} USING fts5({columns}, content='', "
        "contentless_delete=1, tokenize='unicode61 remove_diacritics 2', prefix='2 3')"
    )


def spaced(text: str) -> str:
    """Text for the index: signs of scripts without spaces stand alone, so that any part of a word is found; and one
    spelling for what can be written with and without marks, or with marks of their own.
    """
    return text if text.isascii() else CJK.sub(r" \1 ", MARKS.sub("", normalize("NFC", text)))


def match(text: str) -> str:
    """A person's words as a full-text query: all must occur, the last may be unfinished. Empty if none is left."""
    words = text.split()[:MAX_TERMS]
    terms = [" ".join(WORD.findall(spaced(word))) for word in words]
    found = [f'"{term}"' for term in terms if term]
    if found and not text[-1:].isspace() and len(found[-1]) >= len('""') + SHORTEST_START:
        found[-1] += "*"
    return " ".join(found)


class Finder:
    """The full-text side of one database."""

    def __init__(self, conn: Any) -> None:
        self._conn = conn

    def add(self, spec: RecordSpec, rows: Iterable[Row]) -> None:
        """Index rows as SQL has them (row number first)."""
        places = [spec.fields.index(name) + 1 for name in spec.searchable]
        values = [(row[0], *(spaced(row[i]) for i in places)) for row in rows]
        columns = ",".join(map(quoted, spec.searchable))
        marks = ",".join("?" * (len(places) + 1))
        self._conn.executemany(f"INSERT INTO {quoted('find_' + spec.kind)} (rowid,{columns}) VALUES ({marks})", values)

    def forget(self, spec: RecordSpec, numbers: Sequence[int]) -> None:
        """Take rows out of the index."""
        statement = f"DELETE FROM {quoted('find_' + spec.kind)} WHERE rowid=?"
        self._conn.executemany(statement, [(number,) for number in numbers])

    def newest(self, kind: str, text: str, limit: int = 30, before: int = END) -> list[tuple[int, Record]]:
        """Hits, newest first, as (row number, record); the last number is the `before` of the next page."""
        query = match(text)
        if not query:
            return []
        find = quoted("find_" + kind)
        numbers = [
            number
            for (number,) in self._conn.execute(
                f"SELECT rowid FROM {find} WHERE {find} MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?",
                (query, before, limit),
            )
        ]
        return self._records(kind, numbers)

    def ranked(self, kind: str, text: str, limit: int = 30) -> list[tuple[int, Record]]:
        """The best hits first (BM25); with very many hits the newest first."""
        query = match(text)
        if not query:
            return []
        find = quoted("find_" + kind)
        count = f"SELECT count(*) FROM (SELECT 1 FROM {find} WHERE {find} MATCH ? LIMIT {RANK_UP_TO + 1})"
        if self._conn.execute(count, (query,)).fetchone()[0] > RANK_UP_TO:
            return self.newest(kind, text, limit)
        statement = f"SELECT rowid FROM {find} WHERE {find} MATCH ? ORDER BY rank LIMIT ?"
        return self._records(kind, [number for (number,) in self._conn.execute(statement, (query, limit))])

    def _records(self, kind: str, numbers: list[int]) -> list[tuple[int, Record]]:
        shape = shape_of(kind)
        statement = f"SELECT {shape.columns} FROM {quoted(kind)} WHERE row=?"
        found = ((number, self._conn.execute(statement, (number,)).fetchone()) for number in numbers)
        return [(number, shape.from_sql(row)) for number, row in found if row is not None]


def searchable_kinds() -> tuple[str, ...]:
    return tuple(kind for kind, spec in RECORDS.items() if spec.searchable)
