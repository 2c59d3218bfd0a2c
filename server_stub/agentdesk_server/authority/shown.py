"""Where records are shown beyond their home: through shares, and with the records that carry them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agentdesk.store.shape import chunks, marks

CACHE = 200_000
Key = tuple[str, str]


class Shown:
    """Counts, for each root record and scope, the reasons why the scope shows it; `since` is when the first arose."""

    def __init__(self, conn: Any) -> None:
        self._conn = conn
        self._cache: dict[Key, dict[str, tuple[int, int, int]]] = {}
        self._stored: dict[Key, dict[str, tuple[int, int, int]]] = {}
        """What the table has of those that may have changed."""

    def _load(self, key: Key) -> dict[str, tuple[int, int, int]]:
        found = self._cache.get(key)
        if found is None:
            rows = self._conn.execute("SELECT scope, uses, since, rev FROM shown WHERE kind=? AND id=?", key)
            found = self._cache[key] = {scope: (uses, since, rev) for scope, uses, since, rev in rows}
        return found

    def expect(self, kind: str, ids: Sequence[str]) -> None:
        """Look up many roots of a kind with few statements."""
        missing = [id for id in ids if (kind, id) not in self._cache]
        self._cache.update(((kind, id), {}) for id in missing)
        for part in chunks(missing):
            statement = f"SELECT id, scope, uses, since, rev FROM shown WHERE kind=? AND id IN ({marks(len(part))})"
            for id, scope, uses, since, rev in self._conn.execute(statement, (kind, *part)):
                self._cache[kind, id][scope] = (uses, since, rev)

    def scopes(self, kind: str, id: str) -> tuple[str, ...]:
        return tuple(self._load((kind, id)))

    def change(self, key: Key, scope: str, by: int, rev: int) -> int:
        """One reason more or less. Returns 1 if the scope now begins to show the record, -1 if it ends, else 0."""
        held = self._load(key)
        uses, since, last = held.get(scope, (0, rev, rev))
        self._stored.setdefault(key, held.copy())
        if uses + by > 0:
            held[scope] = (uses + by, since, last)  # another reason is no change of what is shown
            return int(uses == 0)
        return -1 if held.pop(scope, None) else 0

    def touch(self, key: Key, rev: int) -> None:
        """Something in the tree under this root changed."""
        held = self._load(key)
        if held:
            self._stored.setdefault(key, held.copy())
            for scope, (uses, since, _) in held.items():
                held[scope] = (uses, since, rev)

    def flush(self) -> None:
        """Write what differs: most reasons that go come back with the same command."""
        for key, stored in self._stored.items():
            held = self._cache[key]
            if held == stored:
                continue
            ended = [(*key, scope) for scope in stored if scope not in held]
            self._conn.executemany("DELETE FROM shown WHERE kind=? AND id=? AND scope=?", ended)
            rows = [(scope, *key, *how) for scope, how in held.items() if stored.get(scope) != how]
            self._conn.executemany(
                "INSERT OR REPLACE INTO shown (scope, kind, id, uses, since, rev) VALUES (?,?,?,?,?,?)", rows
            )
        self._stored.clear()

    def forget(self, *, always: bool = False) -> None:
        if always or len(self._cache) > CACHE:
            self._cache.clear()
            self._stored.clear()
