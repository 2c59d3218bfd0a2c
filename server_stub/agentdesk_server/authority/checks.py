"""The check of each scope, kept as records come and go: a desk compares its own with it."""

from __future__ import annotations

from typing import Any


class Checks:
    """(count, xor of row hashes) for each scope. There are few scopes: all are held in memory."""

    def __init__(self, conn: Any) -> None:
        self._conn = conn
        self._dirty: set[str] = set()
        self._all: dict[str, tuple[int, int]] = {}
        self.reload()

    def reload(self) -> None:
        rows = self._conn.execute("SELECT scope, count, hash FROM scope_check")
        self._all = {scope: (count, int(value, 16)) for scope, count, value in rows}
        self._dirty.clear()

    def of(self, scope: str) -> tuple[int, int]:
        return self._all.get(scope, (0, 0))

    def change(self, scope: str, by: int, row: int) -> None:
        count, value = self._all.get(scope, (0, 0))
        self._all[scope] = (count + by, value ^ row)
        self._dirty.add(scope)

    def flush(self) -> None:
        rows = [(scope, count, f"{value:016x}") for scope in self._dirty for count, value in (self._all[scope],)]
        # To replace a row would write its index anew as well.
        upsert = "INSERT INTO scope_check VALUES (?,?,?) ON CONFLICT (scope) DO UPDATE SET count=excluded.count,"
        self._conn.executemany(f"{upsert} hash=excluded.hash", rows)
        self._dirty.clear()
