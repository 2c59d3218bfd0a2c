"""The replica's own books: which scopes are held and how far, what shows a record, what the server answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from agentdesk.protocol.frames import Ack

HOME = ""
"""Stands in a record's marks for: its home scope, though held, does not show it (yet, or any longer)."""
CHUNK = 500
WRAP = 1 << 64
TABLES = (
    "CREATE TABLE IF NOT EXISTS sync_meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS sync_scope (scope TEXT PRIMARY KEY, prio INTEGER NOT NULL, cursor INTEGER NOT NULL, "
    "count INTEGER NOT NULL, xor INTEGER NOT NULL, filled INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS sync_mark (kind TEXT, id TEXT, scope TEXT, PRIMARY KEY (kind, id, scope)) "
    "WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS sync_mark_scope ON sync_mark (scope, kind)",
    "CREATE TABLE IF NOT EXISTS sync_ack (n INTEGER PRIMARY KEY, ack BLOB NOT NULL, settled INTEGER NOT NULL)",
)
_pack = msgspec.msgpack.Encoder()
_ack = msgspec.msgpack.Decoder(Ack)
_ids = msgspec.msgpack.Decoder(tuple[str, ...])


class Held(msgspec.Struct):
    """A scope this desk holds: how far it has come, and the running check of what it shows."""

    prio: int = 9
    cursor: int = 0
    count: int = 0
    xor: int = 0
    filled: bool = False
    ahead: int = 0
    """The revision at which another scope took a row away from this one before its own farewell came."""


class Book:
    """The bookkeeping beside the records, in the same database. Opens and ends no transaction: whoever calls does.

    Scopes and open acks are kept in memory as well; `load` brings them back after a rollback.
    """

    def __init__(self, conn: Any) -> None:
        self.conn = conn
        self.scopes: dict[str, Held] = {}
        self.open_acks: dict[int, Ack] = {}
        for statement in TABLES:
            conn.execute(statement)
        self.load()

    def load(self) -> None:
        """Read what is on disk."""
        rows = self.conn.execute("SELECT scope, prio, cursor, count, xor, filled FROM sync_scope ORDER BY prio, scope")
        self.scopes = {
            scope: Held(prio, cursor, count, xor % WRAP, bool(filled))
            for scope, prio, cursor, count, xor, filled in rows
        }
        rows = self.conn.execute("SELECT n, ack FROM sync_ack WHERE settled=0 ORDER BY n")
        self.open_acks = {n: _ack.decode(ack) for n, ack in rows}

    def save_scopes(self) -> None:
        """Write all scopes; there are few."""
        self.conn.execute("DELETE FROM sync_scope")
        self.conn.executemany(
            "INSERT INTO sync_scope VALUES (?,?,?,?,?,?)",
            [(id, h.prio, h.cursor, h.count, _signed(h.xor), h.filled) for id, h in self.scopes.items()],
        )

    # --- Single values ---

    def meta(self, name: str, default: Any = "") -> Any:
        """A value by name."""
        row = self.conn.execute("SELECT value FROM sync_meta WHERE name=?", (name,)).fetchone()
        return default if row is None else row[0]

    def set_meta(self, **values: Any) -> None:
        """Keep values by name."""
        self.conn.executemany("INSERT OR REPLACE INTO sync_meta VALUES (?,?)", list(values.items()))

    @property
    def unpurged(self) -> tuple[str, ...]:
        """Erased records of which something may still lie in the other file: a sudden end may come between the two."""
        noted = self.meta("unpurged", b"")
        return _ids.decode(noted) if noted else ()

    def note_erased(self, ids: Sequence[str]) -> None:
        """These have gone from here, and are yet to go from there."""
        if ids:
            self.set_meta(unpurged=_pack.encode((*self.unpurged, *ids)))

    def purged(self) -> None:
        """Nothing is left of them."""
        self.set_meta(unpurged=b"")

    # --- What shows a record beside its home ---

    def marks(self, kind: str, ids: Sequence[str]) -> dict[str, frozenset[str]]:
        """The marks of those records that have any."""
        if not ids or self.conn.execute("SELECT 1 FROM sync_mark WHERE kind=? LIMIT 1", (kind,)).fetchone() is None:
            return {}
        found: dict[str, set[str]] = {}
        for start in range(0, len(ids), CHUNK):
            part = ids[start : start + CHUNK]
            statement = f"SELECT id, scope FROM sync_mark WHERE kind=? AND id IN ({','.join('?' * len(part))})"
            for id, scope in self.conn.execute(statement, (kind, *part)):
                found.setdefault(id, set()).add(scope)
        return {id: frozenset(marks) for id, marks in found.items()}

    def marked(self, scope: str) -> dict[str, list[str]]:
        """The ids of all records with this mark, by kind."""
        found: dict[str, list[str]] = {}
        for kind, id in self.conn.execute("SELECT kind, id FROM sync_mark WHERE scope=?", (scope,)):
            found.setdefault(kind, []).append(id)
        return found

    def marked_kind(self, kind: str) -> list[str]:
        """The ids of all records of a kind that have marks."""
        return [id for (id,) in self.conn.execute("SELECT DISTINCT id FROM sync_mark WHERE kind=?", (kind,))]

    def mark(self, marks: Iterable[tuple[str, str, str]]) -> None:
        """Add marks: (kind, id, scope) each."""
        self.conn.executemany("INSERT OR IGNORE INTO sync_mark VALUES (?,?,?)", list(marks))

    def unmark(self, marks: Iterable[tuple[str, str, str]]) -> None:
        """Take marks away."""
        self.conn.executemany("DELETE FROM sync_mark WHERE kind=? AND id=? AND scope=?", list(marks))

    # --- Answers ---

    def add_ack(self, ack: Ack) -> None:
        """Keep an answer until its command has left the outbox."""
        self.conn.execute("INSERT OR REPLACE INTO sync_ack VALUES (?,?,0)", (ack.n, _pack.encode(ack)))
        self.open_acks[ack.n] = ack

    def settle(self, ns: Sequence[int]) -> None:
        """The effects of these commands are here, or will never be."""
        self.conn.executemany("UPDATE sync_ack SET settled=1 WHERE n=?", [(n,) for n in ns])
        for n in ns:
            self.open_acks.pop(n, None)

    def settled(self) -> list[Ack]:
        """Answers that are settled and not yet forgotten."""
        return [_ack.decode(ack) for (ack,) in self.conn.execute("SELECT ack FROM sync_ack WHERE settled=1 ORDER BY n")]

    def forget_acks(self, ns: Sequence[int] | None = None) -> None:
        """The outbox knows: these answers (all, if none are named) need not be kept."""
        if ns is None:
            self.conn.execute("DELETE FROM sync_ack")
            self.open_acks.clear()
        else:
            self.conn.executemany("DELETE FROM sync_ack WHERE n=?", [(n,) for n in ns])


def _signed(xor: int) -> int:
    """64 bits as SQLite keeps them."""
    return xor - WRAP if xor >= WRAP >> 1 else xor
