"""The precious file: outbox, drafts and what else exists only on this laptop. Migrated, never dropped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .crypt import Connection, open_database

# What each version adds to the one before it. A step that was released is never edited: add another one.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE kept (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID",
        """CREATE TABLE outbox (
            n INTEGER PRIMARY KEY, name TEXT NOT NULL, args BLOB NOT NULL, at INTEGER NOT NULL,
            needs TEXT NOT NULL, rev INTEGER, acked_at INTEGER) STRICT""",
        """CREATE TABLE draft (
            case_id TEXT NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL, cursor INTEGER NOT NULL, at INTEGER NOT NULL,
            PRIMARY KEY (case_id, kind)) STRICT, WITHOUT ROWID""",
        """CREATE TABLE draft_version (
            id INTEGER PRIMARY KEY, case_id TEXT NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL,
            cursor INTEGER NOT NULL, at INTEGER NOT NULL) STRICT""",
        "CREATE INDEX draft_version_of ON draft_version (case_id, kind, id)",
    ),
)


class FromNewerProgram(Exception):
    """The file was written by a newer program and was left alone; the text is a sentence for people."""


def open_precious(path: Path | str, key: bytes | None) -> Connection:
    """The precious file, made or brought up to date if need be; every commit on it is durable.

    Raises FromNewerProgram, WrongKey, or what the disk says; in each case the file is as it was, or as an older
    program's step left it whole.
    """
    path = Path(path)
    if path.exists() and path.stat().st_size:
        _refuse_newer(path, key)
    db = open_database(path, key, durable=True)
    try:
        migrate(db)
    except BaseException:
        db.close()
        raise
    return db


def migrate(db: Connection, steps: Sequence[Sequence[str]] = MIGRATIONS) -> None:
    """Take the steps that this file has not seen, each whole or not at all."""
    for number, step in enumerate(steps, start=1):
        with transaction(db):
            if version(db) < number:  # asked inside: another process may have been faster
                for statement in step:
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {number}")


def version(db: Connection) -> int:
    """How many steps this file has seen."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


@contextmanager
def transaction(db: Connection) -> Iterator[None]:
    """All of what is done within, or nothing; it has reached the disk at the end."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:  # a full disk may have ended it already
            db.execute("ROLLBACK")
        raise


def keep(db: Connection, name: str, value: bytes) -> None:
    """Keep a small value that must survive, under a name."""
    db.execute("INSERT INTO kept VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", (name, value))


def kept(db: Connection, name: str) -> bytes | None:
    """The value kept under a name."""
    row = db.execute("SELECT value FROM kept WHERE name = ?", (name,)).fetchone()
    return None if row is None else bytes(row[0])


def _refuse_newer(path: Path, key: bytes | None) -> None:
    """Look without touching."""
    db = open_database(path, key, durable=True, readonly=True)
    try:
        found = version(db)
    finally:
        db.close()
    if found > len(MIGRATIONS):
        raise FromNewerProgram(
            f"{path.name} was written by a newer AgentDesk (its format is {found}, this one knows {len(MIGRATIONS)}). "
            "Nothing was changed. Please update AgentDesk to go on with your drafts and unsent work."
        )
