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
FORMAT = 2
"""A file of another form is made anew."""
TABLES = """
CREATE TABLE IF NOT EXISTS state (one INTEGER PRIMARY KEY CHECK (one = 1), epoch TEXT NOT NULL, tree BLOB NOT NULL,
    last BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS word (id INTEGER PRIMARY KEY, value BLOB NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS entry (number INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor INTEGER NOT NULL,
    device INTEGER NOT NULL, command INTEGER NOT NULL, outcome INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS touched (id TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (id, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS node (level INTEGER NOT NULL, number INTEGER NOT NULL, hash BLOB NOT NULL,
    PRIMARY KEY (level, number)) WITHOUT ROWID;
"""
INDEXED = (
    ("actor",), ("device",), ("command",), ("outcome",),
    ("actor", "command"), ("actor", "outcome"), ("device", "command"), ("command", "outcome"),
)  # fmt: skip
"""What is looked for together has an index together: there may be much of each and none of both."""
MOST_WORDS = 100_000
"""Kept in memory: some megabytes."""
PROBED = (2_000, 20_000, 200_000)
"""So far each index is counted to find the one with the fewest such entries; further only where all have more."""


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
        self._words: dict[bytes, int] = {}
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
            _check_form(conn)
            conn.executescript(TABLES)
            for columns in INDEXED:
                conn.execute(f"CREATE INDEX IF NOT EXISTS {_name(columns)} ON entry ({', '.join(columns)}, number)")
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
            self._words.clear()  # their numbers went with the transaction
            if self._conn.in_transaction:
                self._conn.execute("ROLLBACK")
            raise
        self.tree, self._last = tree, hashes[-1]
        return len(leaves)

    def _write(self, leaves: Sequence[Leaf], nodes: Sequence[tuple[int, int, bytes]], tree: Tree, last: bytes) -> None:
        run, words = self._conn.executemany, [tuple(map(_told, _values(one))) for one in leaves]
        ids = self._numbered({word for some in words for word in some})
        rows = [(one.index, one.time, *(ids[word] for word in some)) for one, some in zip(leaves, words, strict=True)]
        run("INSERT INTO entry VALUES (?,?,?,?,?,?)", rows)
        run("INSERT OR IGNORE INTO touched VALUES (?,?)", [(id, one.index) for one in leaves for _, id in one.touched])
        run("INSERT INTO node VALUES (?,?,?)", nodes)
        values = (self._epoch, tree_to_bytes(tree), last)
        self._conn.execute("INSERT OR REPLACE INTO state VALUES (1,?,?,?)", values)

    def _numbered(self, words: set[bytes]) -> dict[bytes, int]:
        """A number for each pseudonym, command and outcome: an entry has four of them, and each index one or two."""
        new = [(word,) for word in words if word not in self._words]
        if len(self._words) > MOST_WORDS:
            self._words.clear()
            new = [(word,) for word in words]
        self._conn.executemany("INSERT OR IGNORE INTO word (value) VALUES (?)", new)
        for (word,) in new:
            self._words[word] = self._number(word)
        return {word: self._words[word] for word in words}

    def _number(self, word: bytes) -> int:
        """0 if it is not in the log."""
        row = self._conn.execute("SELECT id FROM word WHERE value=?", (word,)).fetchone()
        return 0 if row is None else int(row[0])

    @property
    def nodes(self) -> Nodes:
        """To prove with."""
        return Nodes(self._conn, self._log)

    # --- Searching ---

    def find(self, wanted: Wanted, before: int, limit: int) -> list[int]:
        """Numbers of entries, newest first, each below `before`."""
        low = self._first_at(wanted.since) if wanted.since else 0
        high = min(before, self.size, self._first_at(wanted.until) if wanted.until else self.size)
        equal = {column: self._number(_told(value)) for column, value in wanted.equal.items()}
        if not all(equal.values()):
            return []
        terms = ["number >= ?", "number < ?"]
        values: list[Any] = [low, high, *equal.values()]
        by = "" if wanted.record or not equal else f"INDEXED BY {_name(self._leading(equal))}"
        terms += [f"{column} = ?" if by else f"+{column} = ?" for column in equal]
        if wanted.record:
            terms.append("number IN (SELECT number FROM touched WHERE id = ?)")
            values.append(wanted.record)
        query = f"SELECT number FROM entry {by} WHERE {' AND '.join(terms)} ORDER BY number DESC LIMIT ?"
        return [row[0] for row in self._conn.execute(query, (*values, limit))]

    def _leading(self, equal: dict[str, int]) -> tuple[str, ...]:
        """The index to search by: the one with the fewest such entries; what it does not hold is only looked at."""
        able = [columns for columns in INDEXED if set(columns) <= equal.keys()]
        able = [one for one in able if not any(set(one) < set(other) for other in able)]
        for most in PROBED if len(able) > 1 else ():
            counts = {columns: self._probe(columns, equal, most) for columns in able}
            if min(counts.values()) < most:
                return min(able, key=lambda columns: counts[columns])
        return able[0]

    def _probe(self, columns: tuple[str, ...], equal: dict[str, int], most: int) -> int:
        terms = " AND ".join(f"{column} = ?" for column in columns)
        query = f"SELECT count(*) FROM (SELECT 1 FROM entry INDEXED BY {_name(columns)} WHERE {terms} LIMIT {most})"
        return int(self._conn.execute(query, [equal[column] for column in columns]).fetchone()[0])

    def _first_at(self, moment: int) -> int:
        """The first entry that is not older; times in the log never go back."""
        low, high = 0, self.size
        while low < high:
            middle = (low + high) // 2
            at = self._conn.execute("SELECT at FROM entry WHERE number=?", (middle,)).fetchone()[0]
            low, high = (middle + 1, high) if at < moment else (low, middle)
        return low


def _name(columns: Sequence[str]) -> str:
    return f"ix_entry_{'_'.join(columns)}"


def _values(leaf: Leaf) -> tuple[bytes | str, ...]:
    return leaf.actor, leaf.device, leaf.command, leaf.outcome


def _told(value: bytes | str) -> bytes:
    return value.encode() if isinstance(value, str) else value


def _check_form(conn: Any) -> None:
    """Raises `ValueError` for a file of an older or newer form; a new one gets the number of this form."""
    form = conn.execute("PRAGMA user_version").fetchone()[0]
    made = conn.execute("SELECT count(*) FROM sqlite_master WHERE name='state'").fetchone()[0]
    if made and form != FORMAT:
        raise ValueError("another form")
    conn.execute(f"PRAGMA user_version = {FORMAT}")


def remove(path: Path) -> None:
    """The file and what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
