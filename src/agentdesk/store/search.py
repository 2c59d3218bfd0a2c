"""Full text: what is indexed of a record, and how a person's words become a query."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from agentdesk.domain.kernel import RECORDS, Record, RecordSpec
from agentdesk.domain.kernel.terms import Term, indexed, spaced, terms_of

from .shape import MOST, Row, quoted, shape_of

STARTS = (2, 3)
"""Beginnings of so many letters have an index of their own."""
MOST_ENDINGS = 8
"""A longer beginning is looked up as the words that begin so, if they are no more than these."""
RANK_UP_TO = 20_000
"""With more hits than this, ranking costs more than it tells: the newest come first instead."""
RANKED = 2_000
"""The newest hits are ranked, so many of them: to weigh a hit its length is read, each from a place of its own."""
END = 1 << 62


def find_table(spec: RecordSpec) -> str:
    """The DDL of a kind's full-text table. It holds no text of its own, only where the words are."""
    columns = ",".join(map(quoted, spec.searchable))
    return (
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {quoted('find_' + spec.kind)} USING fts5({columns}, content='', "
        f"contentless_delete=1, tokenize='unicode61 remove_diacritics 2', prefix='{' '.join(map(str, STARTS))}')"
    )


def match(text: str) -> str:
    """A person's words as a full-text query: all must occur, the last may be unfinished. Empty if none is left."""
    return expression(terms_of(text))


def expression(terms: Sequence[Term]) -> str:
    """What must be said as a full-text query; empty if nothing must. What must not be said is not in it: whether
    something is missing says what is there, and only those who see a text may learn that.
    """
    return " AND ".join(filter(None, (_either(term.spellings_in_index()) for term in _wanted(terms))))


def _wanted(terms: Sequence[Term]) -> list[Term]:
    return [term for term in terms if not term.without]


def _either(phrases: Sequence[tuple[str, bool]]) -> str:
    made = [f'"{phrase}"' + "*" * starts for phrase, starts in phrases]
    return made[0] if len(made) == 1 else f"({' OR '.join(made)})" if made else ""


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
        """As `hits`, for plain words: the last one may be unfinished."""
        return self.hits(kind, terms_of(text), limit, before)

    def hits(self, kind: str, terms: Sequence[Term], limit: int = 30, before: int = END) -> list[tuple[int, Record]]:
        """What says all this, newest first, as (row number, record); the last number is the `before` of the next page.

        What must not be said is not looked at: whoever asks sifts what comes.
        """
        query = self._query(kind, terms)
        return self._records(kind, self._numbers(kind, query, limit, before)) if query else []

    def latest(self, kind: str, limit: int = 100, before: int = END) -> list[tuple[int, Record]]:
        """The newest records of a kind, whatever they say, as `hits`."""
        shape = shape_of(kind)
        statement = f"SELECT row,{shape.columns} FROM {quoted(kind)} WHERE row < ? ORDER BY row DESC LIMIT {MOST}"
        return [(row[0], shape.from_sql(row[1:])) for row in self._conn.execute(statement, (before, limit))]

    def ranked(self, kind: str, text: str, limit: int = 30) -> list[tuple[int, Record]]:
        """As `best`, for plain words."""
        return self.best(kind, terms_of(text), limit)

    def best(self, kind: str, terms: Sequence[Term], limit: int = 30) -> list[tuple[int, Record]]:
        """The best (BM25) of the newest `RANKED` hits; with very many hits the newest first."""
        query = self._query(kind, terms)
        if not query:
            return []
        newest = self._numbers(kind, query, RANKED, END)
        if self._too_many(kind, query, newest):
            return self._records(kind, newest[:limit])
        find = quoted("find_" + kind)
        statement = f"SELECT rowid FROM {find} WHERE {find} MATCH ? AND rowid >= ? ORDER BY rank, rowid DESC LIMIT ?"
        oldest = newest[-1] if newest else END
        return self._records(kind, [number for (number,) in self._conn.execute(statement, (query, oldest, limit))])

    def _too_many(self, kind: str, query: str, newest: Sequence[int]) -> bool:
        """Whether there are more hits than are ranked. They are counted only where the newest are so close to one
        another that there may be: to count is to read them all, and to rank reads them all once more.
        """
        if len(newest) < RANKED:
            return len(newest) > RANK_UP_TO
        last = self._conn.execute(f"SELECT max(row) FROM {quoted(kind)}").fetchone()[0] or 0
        if len(newest) * last <= RANK_UP_TO * (last - newest[-1] + 1):
            return False
        find = quoted("find_" + kind)
        count = f"SELECT count(*) FROM (SELECT 1 FROM {find} WHERE {find} MATCH ? LIMIT {RANK_UP_TO + 1})"
        return bool(self._conn.execute(count, (query,)).fetchone()[0] > RANK_UP_TO)

    def matching(self, kind: str, query: str, limit: int) -> list[tuple[float, Record]]:
        """The best hits of a query in the index's own language, each with how well it fits (BM25, more is better)."""
        find = quoted("find_" + kind)
        statement = f"SELECT rowid, -rank FROM {find} WHERE {find} MATCH ? ORDER BY rank LIMIT ?"
        fits = dict(self._conn.execute(statement, (query, limit)).fetchall())
        return [(fits[number], record) for number, record in self._records(kind, list(fits))]

    def knows(self, kind: str, word: str) -> bool:
        """Whether a word, as `indexed` gives it, stands in any record of a kind."""
        find = quoted("find_" + kind)
        statement = f"SELECT 1 FROM {find} WHERE {find} MATCH ? LIMIT 1"
        return self._conn.execute(statement, (f'"{word}"',)).fetchone() is not None

    def _numbers(self, kind: str, query: str, limit: int, before: int) -> list[int]:
        find = quoted("find_" + kind)
        statement = f"SELECT rowid FROM {find} WHERE {find} MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?"
        return [number for (number,) in self._conn.execute(statement, (query, before, limit))]

    def _query(self, kind: str, terms: Sequence[Term]) -> str:
        """As `expression`, but with the words themselves for a beginning that only some have; empty if none has it.

        The index would first gather all rows of every word that begins so, half a million for a common one; the rows
        of words it reads from the newest on, no further than is asked.
        """
        groups = [_either([p for one in term.spellings_in_index() for p in self._whole(kind, *one)])
                  for term in _wanted(terms)]  # fmt: skip
        return " AND ".join(groups) if all(groups) else ""

    def _whole(self, kind: str, phrase: str, starts: bool) -> list[tuple[str, bool]]:
        """A phrase whose last word may go on as phrases that do not, where they can be told and are few."""
        *before, last = phrase.split()
        if not starts or len(last) <= max(STARTS):
            return [(phrase, starts)]
        ends = self._endings(kind, indexed(last))
        return [(phrase, True)] if ends is None else [(" ".join((*before, end)), False) for end in ends]

    def _endings(self, kind: str, start: str) -> list[str] | None:
        """The words of the index that begin so; None if they are too many, or if only the index can tell."""
        if not start:
            return None
        found: list[str] = []
        word = self.word_from(kind, start)
        while word.startswith(start):
            if len(found) == MOST_ENDINGS:
                return None
            found.append(word)
            word = self.word_after(kind, word)
        return found

    def word_from(self, kind: str, at: str) -> str:
        """The first word of a kind's index, as `indexed` gives it, that is this or comes after; empty if none does."""
        statement = f"SELECT term FROM {self._words(kind)} WHERE term >= ? LIMIT 1"
        row = self._conn.execute(statement, (at,)).fetchone()
        return str(row[0]) if row else ""

    def word_after(self, kind: str, word: str) -> str:
        """The next one."""
        return self.word_from(kind, word + "\x01")  # with > it would first read all rows of this one

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
