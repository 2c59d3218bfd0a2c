"""Catch-up: what a scope has become since a revision, read from the disk in pages that end on whole transactions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import msgspec

from agentdesk.domain.kernel import Record
from agentdesk.domain.kernel.view import children
from agentdesk.protocol.frames import Gone
from agentdesk.store.shape import quoted, shape_of
from agentdesk_server.authority import Database
from agentdesk_server.authority.checks import read_check

PAGE = 2_000
"""Rows a page aims at; a single transaction with more is not torn."""
SHOWN = """SELECT kind, id, since FROM shown WHERE scope=? AND rev>? AND rev<=? UNION ALL
    SELECT kind, id, since FROM shown WHERE rev<>since AND scope=? AND rev>? AND since<=?"""
"""Trees that changed last within the page, and those that changed again after it: both may owe it something."""


class Page(msgspec.Struct, frozen=True):
    """A scope between two revisions. `last` pages reach the head of their moment and carry the scope's check."""

    scope: str
    start: int
    to: int
    records: list[Record]
    gone: list[Gone]
    last: bool
    count: int
    check: int
    safe: int


def read_page(database: Database, scope: str, after: int, limit: int = PAGE) -> Page:
    """The next page of a scope, from one snapshot. Blocking; for a reader's thread."""
    conn = database.conn
    conn.execute("BEGIN")
    try:
        head, safe = conn.execute("SELECT rev, safe FROM head").fetchone()
        count, check, kinds = read_check(conn, scope)
        end, kinds = _span(conn, kinds, scope, after, limit)
        to = end or head
        records = [*_home(conn, kinds, scope, after, to), *_shown(database, scope, after, to)]
        statement = "SELECT kind, id, how, rev FROM gone WHERE scope=? AND rev>? AND rev<=? ORDER BY rev"
        gone: list[Gone] = conn.execute(statement, (scope, after, to)).fetchall()
    finally:
        conn.execute("COMMIT")
    last = to == head
    return Page(scope, after, to, records, gone, last, count if last else 0, check if last else 0, safe)


def _span(conn: Any, kinds: list[str], scope: str, after: int, limit: int) -> tuple[int, list[str]]:
    """The revision with which a page of that size is full, and those of the kinds of which it may have records at home;
    0 if all the rest fits.
    """
    found: list[tuple[str, int]] = conn.execute(_revisions(tuple(kinds)), (scope, after, limit)).fetchall()
    if len(found) < limit:
        tables = {table for table, _ in found}
        return 0, [kind for kind in kinds if kind in tables]
    return sorted(rev for _, rev in found)[limit - 1], kinds


@lru_cache(256)
def _revisions(kinds: tuple[str, ...]) -> str:
    """One statement over all tables of a scope: to ask each by itself takes longer than what most have to tell."""
    each = "SELECT * FROM (SELECT '{0}', rev FROM {1} WHERE scope=?1 AND rev>?2 ORDER BY rev LIMIT ?3+0)"  # as in MOST
    return " UNION ALL ".join(each.format(table, quoted(table)) for table in (*kinds, "shown", "gone"))


def _home(conn: Any, kinds: Iterable[str], scope: str, after: int, to: int) -> Iterator[Record]:
    for kind in kinds:
        shape = shape_of(kind)
        statement = f"SELECT {shape.columns} FROM {quoted(kind)} WHERE scope=? AND rev>? AND rev<=? ORDER BY rev, id"
        yield from map(shape.from_sql, conn.execute(statement, (scope, after, to)))


def _shown(database: Database, scope: str, after: int, to: int) -> Iterator[Record]:
    """What the scope shows beyond its own: whole trees if they are new to it, else what changed in them."""
    by_kind: dict[str, dict[str, int]] = {}
    for kind, id, since in database.conn.execute(SHOWN, (scope, after, to, scope, to, to)):
        by_kind.setdefault(kind, {})[id] = since
    for kind, roots in by_kind.items():
        # A share may name what is at home here too; then the scope's own rows have told it already.
        found = database.records.get_many(kind, list(roots))
        for id, record in found.items():
            if record.scope != scope and (roots[id] > after or after < record.rev <= to):
                yield record
        if children(kind):
            away = {id: since for id, since in roots.items() if id in found and found[id].scope != scope}
            yield from _hanging(database, kind, away, after, to)


def _hanging(database: Database, kind: str, roots: dict[str, int], after: int, to: int) -> Iterator[Record]:
    for id, since in roots.items():
        for child, rows in database.records.children(kind, [id]).items():
            wanted = [row[0] for row in rows if since > after or after < row[2] <= to]
            yield from database.records.get_many(child, wanted).values()
