"""The check of each scope, kept as records come and go, that a desk compares its own with; and its kinds of records."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from agentdesk.domain.kernel import RECORDS
from agentdesk.protocol import row_hash
from agentdesk.store.shape import quoted

UPSERT = """INSERT INTO scope_check (scope, count, hash, kinds) VALUES (?,?,?,?)
    ON CONFLICT (scope) DO UPDATE SET count=excluded.count, hash=excluded.hash, kinds=excluded.kinds"""
"""To replace a row would write its index anew as well."""


class Checks:
    """(count, xor of row hashes) and the kinds ever shown, for each scope. There are few scopes: all are in memory."""

    def __init__(self, conn: Any) -> None:
        self._conn = conn
        self._dirty: set[str] = set()
        self._all: dict[str, tuple[int, int]] = {}
        self._kinds: dict[str, set[str]] = {}
        self.reload()

    def reload(self) -> None:
        rows = self._conn.execute("SELECT scope, count, hash, kinds FROM scope_check").fetchall()
        self._all = {scope: (count, int(value, 16)) for scope, count, value, _ in rows}
        self._kinds = {scope: set(kinds.split()) for scope, _, _, kinds in rows}
        self._dirty.clear()

    def of(self, scope: str) -> tuple[int, int]:
        return self._all.get(scope, (0, 0))

    def entered(self, scope: str, kind: str, id: str, rev: int) -> None:
        """The scope shows this record, as of this revision."""
        self._change(scope, 1, row_hash(kind, id, rev))
        self._kinds.setdefault(scope, set()).add(kind)

    def left(self, scope: str, kind: str, id: str, rev: int) -> None:
        """The scope shows it no longer as it was at this revision."""
        self._change(scope, -1, row_hash(kind, id, rev))

    def _change(self, scope: str, by: int, row: int) -> None:
        count, value = self._all.get(scope, (0, 0))
        self._all[scope] = (count + by, value ^ row)
        self._dirty.add(scope)

    def flush(self) -> None:
        rows = [(scope, *_row(*self._all[scope], self._kinds.get(scope, ()))) for scope in self._dirty]
        self._conn.executemany(UPSERT, rows)
        self._dirty.clear()


def _row(count: int, value: int, kinds: Iterable[str]) -> tuple[int, str, str]:
    return count, f"{value:016x}", " ".join(sorted(kinds))


def read_check(conn: Any, scope: str) -> tuple[int, int, list[str]]:
    """Count and hash of a scope, and the kinds of which it may have records at home, as the disk has them."""
    row = conn.execute("SELECT count, hash, kinds FROM scope_check WHERE scope=?", (scope,)).fetchone()
    if row is None:
        return 0, 0, []
    kinds = set(row[2].split())
    return row[0], int(row[1], 16), [kind for kind in RECORDS if kind in kinds]


def add_kinds(conn: Any) -> None:
    """Tell of a database that is older than this which kinds its scopes have."""
    if "kinds" in {row[1] for row in conn.execute("PRAGMA table_info(scope_check)")}:
        return
    conn.execute("BEGIN IMMEDIATE")
    conn.execute("ALTER TABLE scope_check ADD COLUMN kinds TEXT NOT NULL DEFAULT ''")
    tables = {name for (name,) in conn.execute("SELECT name FROM sqlite_schema")}
    for kind in RECORDS:
        if kind in tables:
            at_home = f"SELECT DISTINCT scope FROM {quoted(kind)}"
            conn.execute(f"UPDATE scope_check SET kinds = kinds || ' ' || ? WHERE scope IN ({at_home})", (kind,))
    conn.execute("COMMIT")
