"""What makes the log quick to search and to prove: a file beside the database, made from it and never trusted over it.

It follows the log at its own pace, so that no commit waits for it, and is made anew where it does not fit: after a
restore, for another epoch, or if it is damaged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from agentdesk.domain.audit.leaf import Leaf, decode
from agentdesk.domain.audit.merkle import Tree, leaf_hash, node_hash, tree_from_bytes, tree_to_bytes
from agentdesk.store.crypt import open_database

FILE = "audit-index.db"
STEP = 500
"""Leaves taken in at once: some 20 ms."""
LOW = 5
"""Nodes below this level are not kept: 32 leaves are read and hashed in no time."""
TABLES = """
CREATE TABLE IF NOT EXISTS state (one INTEGER PRIMARY KEY CHECK (one = 1), epoch TEXT NOT NULL, tree BLOB NOT NULL,
    last BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS entry (number INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor BLOB NOT NULL,
    device BLOB NOT NULL, command TEXT NOT NULL, outcome TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS ix_entry_actor ON entry (actor, number);
CREATE INDEX IF NOT EXISTS ix_entry_device ON entry (device, number);
CREATE INDEX IF NOT EXISTS ix_entry_command ON entry (command, number);
CREATE INDEX IF NOT EXISTS ix_entry_outcome ON entry (outcome, number);
CREATE TABLE IF NOT EXISTS touched (id TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (id, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS node (level INTEGER NOT NULL, number INTEGER NOT NULL, hash BLOB NOT NULL,
    PRIMARY KEY (level, number)) WITHOUT ROWID;
"""
COLUMNS = ("actor", "device", "command", "outcome")
PROBED = 2_000


class Wanted(msgspec.Struct, frozen=True):
    """What to look for: a span of times, values of columns, the id of a record touched."""

    since: int = 0
    until: int = 0
    equal: dict[str, bytes | str] = {}
    record: str = ""


class Nodes:
    """Hashes of subtrees: from the file, and where that keeps none, from the leaves themselves."""

    def __init__(self, conn: Any, log: Any) -> None:
        self._conn, self._log = conn, log

    def at(self, level: int, number: int) -> bytes:
        """The hash of a perfect subtree that lies within what is in; `KeyError` if it does not."""
        if level >= LOW:
            row = self._conn.execute("SELECT hash FROM node WHERE level=? AND number=?", (level, number)).fetchone()
            if row is None:
                raise KeyError((level, number))
            return bytes(row[0])
        hashes = [leaf_hash(data) for data in self._leaves(number << level, 1 << level)]
        while len(hashes) > 1:
            hashes = [node_hash(*hashes[at : at + 2]) for at in range(0, len(hashes), 2)]
        return hashes[0]

    def _leaves(self, first: int, count: int) -> Iterator[bytes]:
        found = 0
        for (data,) in self._log.execute(
            "SELECT data FROM leaf WHERE number>=? AND number<? ORDER BY number", (first, first + count)
        ):
            found += 1
            yield data
        if found < count:
            raise KeyError((first, count))


def open_nodes(folder: Path, key: bytes | None, log: Any) -> tuple[Any, Nodes]:
    """Another connection to the file, to be closed, for proofs on another thread."""
    conn = open_database(folder / FILE, key, durable=False, readonly=True)
    return conn, Nodes(conn, log)


class AuditIndex:
    """Over the log's own connection and the file. For one thread at a time."""

    def __init__(self, folder: Path, key: bytes | None, log: Any, epoch: str) -> None:
        self._path, self._key, self._log, self._epoch = folder / FILE, key, log, epoch
        self._conn = self._open()
        self.tree = Tree()
        self._last = b""
        self._begin()

    @property
    def size(self) -> int:
        """How many leaves are in."""
        return self.tree.size

    def close(self) -> None:
        """Let go of the file; the log's connection stays."""
        self._conn.close()

    # --- Following the log ---

    def _open(self) -> Any:
        try:
            return self._tables()
        except Exception:  # damaged, or made with another key: it is only a copy
            remove(self._path)
            return self._tables()

    def _tables(self) -> Any:
        conn = open_database(self._path, self._key, durable=False)
        try:
            conn.executescript(TABLES)
        except BaseException:
            conn.close()
            raise
        return conn

    def _begin(self) -> None:
        """Go on where the file ends, if that is a place in this log."""
        row = self._conn.execute("SELECT epoch, tree, last FROM state").fetchone()
        try:
            fits = row is not None and row[0] == self._epoch and self._ends_there(tree_from_bytes(row[1]), row[2])
        except ValueError:
            fits = False
        if fits:
            self.tree, self._last = tree_from_bytes(row[1]), row[2]
            return
        self._conn.close()
        remove(self._path)
        self._conn = self._tables()

    def _ends_there(self, tree: Tree, last: bytes) -> bool:
        if tree.size == 0:
            return True
        row = self._log.execute("SELECT data FROM leaf WHERE number=?", (tree.size - 1,)).fetchone()
        return row is not None and leaf_hash(row[0]) == last

    def step(self) -> int:
        """Take in the next leaves; returns how many these were."""
        query = "SELECT data FROM leaf WHERE number>=? ORDER BY number LIMIT ?"
        leaves = [row[0] for row in self._log.execute(query, (self.size, STEP))]
        if not leaves:
            return 0
        hashes = [leaf_hash(data) for data in leaves]
        tree, nodes = self.tree.grow(hashes)
        read = [decode(data) for data in leaves]
        self._conn.execute("BEGIN IMMEDIATE")
        try:
            self._write(read, [node for node in nodes if node[0] >= LOW], tree, hashes[-1])
            self._conn.execute("COMMIT")
        except BaseException:
            if self._conn.in_transaction:
                self._conn.execute("ROLLBACK")
            raise
        self.tree, self._last = tree, hashes[-1]
        return len(leaves)

    def _write(self, leaves: Sequence[Leaf], nodes: Sequence[tuple[int, int, bytes]], tree: Tree, last: bytes) -> None:
        run = self._conn.executemany
        run(
            "INSERT INTO entry VALUES (?,?,?,?,?,?)",
            [(one.index, one.time, one.actor, one.device, one.command, one.outcome) for one in leaves],
        )
        run("INSERT OR IGNORE INTO touched VALUES (?,?)", [(id, one.index) for one in leaves for _, id in one.touched])
        run("INSERT INTO node VALUES (?,?,?)", nodes)
        values = (self._epoch, tree_to_bytes(tree), last)
        self._conn.execute("INSERT OR REPLACE INTO state VALUES (1,?,?,?)", values)

    @property
    def nodes(self) -> Nodes:
        """To prove with."""
        return Nodes(self._conn, self._log)

    # --- Searching ---

    def find(self, wanted: Wanted, before: int, limit: int) -> list[int]:
        """Numbers of entries, newest first, each below `before`."""
        low = self._first_at(wanted.since) if wanted.since else 0
        high = min(before, self.size, self._first_at(wanted.until) if wanted.until else self.size)
        terms = ["number >= ?", "number < ?"]
        values: list[int | bytes | str] = [low, high]
        led = self._leading(wanted)
        for column, value in wanted.equal.items():
            terms.append(f"{'' if column == led else '+'}{column} = ?")
            values.append(value)
        if wanted.record:
            terms.append("number IN (SELECT number FROM touched WHERE id = ?)")
            values.append(wanted.record)
        query = f"SELECT number FROM entry WHERE {' AND '.join(terms)} ORDER BY number DESC LIMIT ?"
        return [row[0] for row in self._conn.execute(query, (*values, limit))]

    def _leading(self, wanted: Wanted) -> str:
        """The column to search by: the one with the fewest such values; the others are only looked at."""
        if wanted.record:
            return ""
        return min(wanted.equal, key=lambda column: self._probe(column, wanted.equal[column]), default="")

    def _probe(self, column: str, value: bytes | str) -> int:
        query = f"SELECT count(*) FROM (SELECT 1 FROM entry WHERE {column} = ? LIMIT {PROBED})"
        return int(self._conn.execute(query, (value,)).fetchone()[0])

    def _first_at(self, moment: int) -> int:
        """The first entry that is not older; times in the log never go back."""
        low, high = 0, self.size
        while low < high:
            middle = (low + high) // 2
            at = self._conn.execute("SELECT at FROM entry WHERE number=?", (middle,)).fetchone()[0]
            low, high = (middle + 1, high) if at < moment else (low, middle)
        return low


def remove(path: Path) -> None:
    """The file and what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
