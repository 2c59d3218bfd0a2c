"""Full text: what is indexed of a record, and how a person's words become a query."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any
from unicodedata import normalize

from agentdesk.domain.kernel import RECORDS, Masked, Record, RecordSpec

from .shape import Row, quoted, shape_of

CJK = re.compile(
    "([\u2e80-\u2fdf\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff])"
)
MARKS = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]"
)
"""Marks that are no letters: accents that stand alone, vowel points of Hebrew and Arabic, the line that stretches."""
WORD = re.compile(r"\w+", re.UNICODE)
LATIN, CYRILLIC = re.compile("[0-9A-Za-z\u00c0-\u017e]+"), re.compile("[\u0400-\u04ff]+")
"""Words whose form in the index is known here as well."""
MAX_TERMS = 12
SHORTEST_START = 2
"""A single letter is taken for a word: what begins with it is most of all there is, and slow to gather."""
STARTS = (2, 3)
"""Beginnings of so many letters have an index of their own."""
MOST_ENDINGS = 8
"""A longer beginning is looked up as the words that begin so, if they are no more than these."""
RANK_UP_TO = 20_000
"""With more hits than this, ranking costs more than it tells: the newest come first instead."""
END = 1 << 62


def find_table(spec: RecordSpec) -> str:
    """The DDL of a kind's full-text table. It holds no text of its own, only where the words are."""
    columns = ",".join(map(quoted, spec.searchable))
    return (
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {quoted('find_' + spec.kind)} USING fts5({columns}, content='', "
        f"contentless_delete=1, tokenize='unicode61 remove_diacritics 2', prefix='{' '.join(map(str, STARTS))}')"
    )


def spaced(text: str) -> str:
    """Text for the index: signs of scripts without spaces stand alone, so that any part of a word is found; and one
    spelling for what can be written with and without marks, or with marks of their own. What is masked is left out.
    """
    text = Masked.shown(text, lambda _: " ")
    return text if text.isascii() else CJK.sub(r" \1 ", MARKS.sub("", normalize("NFC", text)))


def match(text: str) -> str:
    """A person's words as a full-text query: all must occur, the last may be unfinished. Empty if none is left."""
    words, unfinished = terms(text)
    return " ".join(f'"{word}"' for word in words) + "*" * unfinished


def terms(text: str) -> tuple[list[str], bool]:
    """What each of a person's words is in the index, and whether the last one may be unfinished."""
    parts = [WORD.findall(spaced(word)) for word in text.split()[:MAX_TERMS]]
    found = [part for part in parts if part]
    last = found[-1][-1] if found else ""
    unfinished = len(last) >= SHORTEST_START and not text[-1:].isspace()  # a sign that stands alone never is
    return [" ".join(part) for part in found], unfinished


def indexed(word: str) -> str:
    """A word as the index has it, for scripts where that is easily told; else empty."""
    if LATIN.fullmatch(word):
        return MARKS.sub("", normalize("NFD", word)).lower()
    return word.lower() if CYRILLIC.fullmatch(word) else ""


class Finder:
    """The full-text side of one database."""

    def __init__(self, conn: Any) -> None:
        self._conn = conn
        self._listed: set[str] = set()

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

    def scrub(self, kind: str, *, begun: bool, pages: int = 500) -> bool:
        """Rewrite a part of a kind's index, so that the words of rows that were taken out leave the disk as well.

        Whether there is more to do; then call it again with `begun`. See "merge" in the FTS5 documentation: a negative
        number of pages begins to merge all there is.
        """
        find = quoted("find_" + kind)
        before = self._conn.total_changes
        self._conn.execute(f"INSERT INTO {find} ({find}, rank) VALUES ('merge', ?)", (pages if begun else -pages,))
        return bool(self._conn.total_changes - before >= 2)

    def newest(self, kind: str, text: str, limit: int = 30, before: int = END) -> list[tuple[int, Record]]:
        """Hits, newest first, as (row number, record); the last number is the `before` of the next page."""
        query = self._query(kind, text)
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
        query = self._query(kind, text)
        if not query:
            return []
        find = quoted("find_" + kind)
        count = f"SELECT count(*) FROM (SELECT 1 FROM {find} WHERE {find} MATCH ? LIMIT {RANK_UP_TO + 1})"
        if self._conn.execute(count, (query,)).fetchone()[0] > RANK_UP_TO:
            return self.newest(kind, text, limit)
        statement = f"SELECT rowid FROM {find} WHERE {find} MATCH ? ORDER BY rank LIMIT ?"
        return self._records(kind, [number for (number,) in self._conn.execute(statement, (match(text), limit))])

    def _query(self, kind: str, text: str) -> str:
        """As `match`, but with the words themselves for a beginning that only some have; empty if none has it.

        The index would first gather all rows of every word that begins so, half a million for a common one; the rows
        of words it reads from the newest on, no further than is asked.
        """
        words, unfinished = terms(text)
        if unfinished:
            *before, last = words[-1].split()
            ends = self._endings(kind, indexed(last)) if len(last) > max(STARTS) else None
            if ends is not None:
                either = " OR ".join(f'"{" ".join((*before, end))}"' for end in ends)
                return either and " AND ".join((*(f'"{word}"' for word in words[:-1]), f"({either})"))
        return match(text)

    def _endings(self, kind: str, start: str) -> list[str] | None:
        """The words of the index that begin so; None if they are too many, or if only the index can tell."""
        if not start:
            return None
        found: list[str] = []
        statement, at = f"SELECT term FROM {self._words(kind)} WHERE term >= ? LIMIT 1", start
        while row := self._conn.execute(statement, (at,)).fetchone():
            if not row[0].startswith(start):
                break
            if len(found) == MOST_ENDINGS:
                return None
            found.append(row[0])
            at = row[0] + "\x01"  # the next one: with > it would first read all rows of this one
        return found

    def _words(self, kind: str) -> str:
        """The list of the words in a kind's index: a view of this connection's own, made when first needed."""
        table = f"temp.{quoted('words_' + kind)}"
        if kind not in self._listed:
            only = self._conn.execute("PRAGMA query_only").fetchone()[0]
            self._conn.execute("PRAGMA query_only = OFF").fetchall()
            try:
                columns = f"fts5vocab(main, {quoted('find_' + kind)}, instance)"
                self._conn.execute(f"CREATE VIRTUAL TABLE IF NOT EXISTS {table} USING {columns}")
            finally:
                self._conn.execute(f"PRAGMA query_only = {int(only)}").fetchall()
            self._listed.add(kind)
        return table

    def _records(self, kind: str, numbers: list[int]) -> list[tuple[int, Record]]:
        shape = shape_of(kind)
        statement = f"SELECT {shape.columns} FROM {quoted(kind)} WHERE row=?"
        found = ((number, self._conn.execute(statement, (number,)).fetchone()) for number in numbers)
        return [(number, shape.from_sql(row)) for number, row in found if row is not None]


def searchable_kinds() -> tuple[str, ...]:
    return tuple(kind for kind, spec in RECORDS.items() if spec.searchable)
