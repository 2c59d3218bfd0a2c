"""The desk's two files: the replica, which can be fetched again, and the precious one, which cannot."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from agentdesk.domain.kernel import RECORDS
from agentdesk.store.crypt import Connection, WrongKey, open_database
from agentdesk.store.search import Finder, searchable_kinds
from agentdesk.store.staging import Staging
from agentdesk.store.tables import fingerprint

LOG_LIMIT = 64 << 20
"""A write-ahead log longer than this is cut as soon as no reader needs it."""


def open_replica(path: Path, key: bytes | None) -> Connection:
    """The replica for writing. One made for another shape of records, or unreadable, is dropped: it is only a cache."""
    if not RECORDS:  # a good replica would be dropped for one that can hold nothing
        raise RuntimeError("No kind of record is known: import agentdesk.domain.catalogue first.")
    shape = fingerprint()
    try:
        conn = open_database(path, key, durable=False)
        if _shape(conn) in ("", shape):
            _set_shape(conn, shape)
            return conn
        conn.close()
    except WrongKey:
        pass
    drop_database(path)
    conn = open_database(path, key, durable=False)
    _set_shape(conn, shape)
    return conn


def open_reader(path: Path, key: bytes | None) -> Connection:
    """The replica for reading."""
    return open_database(path, key, durable=False, readonly=True)


def drop_database(path: Path) -> None:
    """Remove a database and what lies beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def tidy(databases: Sequence[Connection], paths: Sequence[Path], staging: Staging, staged: Sequence[str]) -> None:
    """Take what was erased from the disk as well: staged blobs, and in the databases (precious and replica) what their
    logs still hold. The full-text indexes are rewritten: until then words of deleted records stay in them.
    """
    for digest in staged:
        staging.remove(digest)
    find = Finder(databases[1])
    for kind in searchable_kinds():
        begun = False
        while find.scrub(kind, begun=begun):
            begun = True
    for database, path in zip(databases, paths, strict=True):
        shorten_log(database, path, at_once=True)


def shorten_log(conn: Connection, path: Path, *, at_once: bool = False) -> bool:
    """Bring a long write-ahead log into the database and cut it, unless a reader still needs it: never waits for one.

    `at_once` does so whatever its length. Returns whether it is short now.
    """
    log = path.with_name(path.name + "-wal")
    if not at_once and (not log.exists() or log.stat().st_size < LOG_LIMIT):
        return True
    waits = conn.execute("PRAGMA busy_timeout").fetchone()[0]
    conn.execute("PRAGMA busy_timeout = 0").fetchall()
    try:
        busy, _, _ = conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy
    finally:
        conn.execute(f"PRAGMA busy_timeout = {int(waits)}").fetchall()


def _shape(conn: Connection) -> str:
    there = conn.execute("SELECT 1 FROM sqlite_schema WHERE name='replica_shape'").fetchone()
    row = conn.execute("SELECT shape FROM replica_shape").fetchone() if there else None
    return "" if row is None else str(row[0])


def _set_shape(conn: Connection, shape: str) -> None:
    if not _shape(conn):
        conn.execute("CREATE TABLE IF NOT EXISTS replica_shape (shape TEXT NOT NULL)")
        conn.execute("INSERT INTO replica_shape VALUES (?)", (shape,))
