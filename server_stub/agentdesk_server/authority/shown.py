"""Where records are shown beyond their home: through shares, and with the records that carry them."""

from __future__ import annotations

from typing import Any

CACHE = 200_000
Key = tuple[str, str]


class Shown:
    """Counts, for each root record and scope, the reasons why the scope shows it; `since` is when the first arose."""

    def __init__(self, conn: Any) -> None:
        self._conn = conn
        self._cache: dict[Key, dict[str, tuple[int, int, int]]] = {}
        self._dirty: set[Key] = set()

    def _load(self, key: Key) -> dict[str, tuple[int, int, int]]:
        found = self._cache.get(key)
        if found is None:
            rows = self._conn.execute("SELECT scope, uses, since, rev FROM shown WHERE kind=? AND id=?", key)
            found = self._cache[key] = {scope: (uses, since, rev) for scope, uses, since, rev in rows}
        return found

    def scopes(self, kind: str, id: str) -> tuple[str, ...]:
        return tuple(self._load((kind, id)))

    def change(self, key: Key, scope: str, by: int, rev: int) -> int:
        """One reason more or less. Returns 1 if the scope now begins to show the record, -1 if it ends, else 0."""
        held = self._load(key)
        uses, since, last = held.get(scope, (0, rev, rev))
        self._dirty.add(key)
        if uses + by > 0:
            held[scope] = (uses + by, since, last)  # another reason is no change of what is shown
            return int(uses == 0)
        return -1 if held.pop(scope, None) else 0

    def touch(self, key: Key, rev: int) -> None:
        """Something in the tree under this root changed."""
        held = self._load(key)
        if held:
            self._dirty.add(key)
            for scope, (uses, since, _) in held.items():
                held[scope] = (uses, since, rev)

    def flush(self) -> None:
        for key in self._dirty:
            self._conn.execute("DELETE FROM shown WHERE kind=? AND id=?", key)
        rows = [(scope, *key, *held) for key in self._dirty for scope, held in self._cache[key].items()]
        self._conn.executemany("INSERT INTO shown (scope, kind, id, uses, since, rev) VALUES (?,?,?,?,?,?)", rows)
        self._dirty.clear()

    def forget(self, *, always: bool = False) -> None:
        if always or len(self._cache) > CACHE:
            self._cache.clear()
            self._dirty.clear()
