"""Opens database files: encrypted, private to their owner, as durable as asked."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from sqlcipher3 import dbapi2

if TYPE_CHECKING:  # the same interface, and typed
    from sqlite3 import Connection
else:
    from sqlcipher3.dbapi2 import Connection

__all__ = [
    "Connection",
    "DatabaseError",
    "WrongKey",
    "disk_words",
    "memory_database",
    "open_database",
    "private_folder",
]

DatabaseError = dbapi2.DatabaseError
KEY_BYTES = 32
BUSY_SECONDS = 5.0
PAGE_BYTES = 8192  # of encrypted files, never to change: it is part of their form. A fifth faster to write than 4096
CACHE_KIB = 16 * 1024
MAPPED_BYTES = 256 * 1024 * 1024  # plain files only: pages that must be decrypted cannot be mapped
STATEMENTS = 1_000  # kept prepared by a connection: each kind of record has several
LOG_BYTES = 16 * 1024 * 1024  # what remains of the write-ahead log after a large transaction


class WrongKey(Exception):
    """The file does not open with this key; the text is a sentence for people."""


DISK_TROUBLE = {
    "full": "The disk is full. Nothing was changed: make room on it, then do this again.",
    "disk i/o": "The disk cannot be read or written, or it is full. Look at it, make room, then do this again.",
    "readonly": "The database may only be read: this user may not write to it. Look at the rights of its folder.",
    "unable to open": "The database cannot be opened. Look at the rights of its folder.",
    "locked": "Another program holds the database. Do this again when it has ended.",
}


def disk_words(error: BaseException) -> str:
    """What is wrong with the disk, as a sentence for whoever runs this; empty if the error is about something else."""
    if not isinstance(error, dbapi2.OperationalError):
        return ""
    said = str(error).lower()
    return next((words for sign, words in DISK_TROUBLE.items() if sign in said), "")


def open_database(path: Path | str, key: bytes | None, *, durable: bool, readonly: bool = False) -> Connection:
    """A connection in autocommit (write BEGIN yourself), usable from any one thread at a time.

    `key` has 32 random bytes; without one the file is plain, which only a server may choose.
    `durable`: each commit has reached the disk when it returns; else a power cut may take the last ones, whole.
    `readonly` needs a file that exists. Raises WrongKey if the key is another one, or the file is no database.
    """
    if key is not None and len(key) != KEY_BYTES:
        raise ValueError(f"a key has {KEY_BYTES} bytes")
    path = Path(path).absolute()
    if not readonly:
        _create(path)
    db: Connection = dbapi2.connect(
        f"{path.as_uri()}?mode={'ro' if readonly else 'rw'}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=STATEMENTS,
    )
    try:
        _unlock(db, key, path.name)
        _tune(db, plain=key is None, durable=durable, readonly=readonly)
    except BaseException:
        db.close()
        raise
    return db


def memory_database() -> Connection:
    """A database that is nowhere but in memory, in autocommit, usable from any one thread at a time."""
    db: Connection = dbapi2.connect(":memory:", isolation_level=None, check_same_thread=False)
    return db


def private_folder(folder: Path) -> Path:
    """The folder, made for its owner alone if it is missing; one that exists keeps its rights."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _create(path: Path) -> None:
    """An empty file that only its owner may read: SQLite gives its log the same rights."""
    private_folder(path.parent)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _unlock(db: Connection, key: bytes | None, name: str) -> None:
    """Give the key, then read: only that shows whether it fits."""
    if key is not None:
        db.execute("PRAGMA cipher_log_level = NONE")  # it would tell stderr of each wrong key
        db.execute(f"""PRAGMA key = "x'{key.hex()}'" """)
        db.execute(f"PRAGMA cipher_page_size = {PAGE_BYTES}")
    try:
        db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except dbapi2.OperationalError:
        raise  # busy, full or unreadable: that is not about the key
    except dbapi2.DatabaseError:
        wanted = "without a key" if key is None else "with this key"
        sentence = f"{name} cannot be opened {wanted}: it was made with another one, or the file is damaged."
        raise WrongKey(sentence) from None


def _tune(db: Connection, *, plain: bool, durable: bool, readonly: bool) -> None:
    """What holds for every connection."""
    settings: dict[str, str | int] = {
        "foreign_keys": "OFF",
        "trusted_schema": "OFF",
        "cell_size_check": "ON",
        "temp_store": "MEMORY",
        "cache_size": -CACHE_KIB,
        "mmap_size": MAPPED_BYTES if plain else 0,
    }
    if readonly:
        settings["query_only"] = "ON"
    else:
        settings |= {
            "journal_mode": "WAL",
            "synchronous": "FULL" if durable else "NORMAL",
            "fullfsync": "ON" if durable else "OFF",  # macOS: a plain fsync stops at the disk's own cache
            "journal_size_limit": LOG_BYTES,
            "secure_delete": "ON",
        }
    for name, value in settings.items():
        db.execute(f"PRAGMA {name} = {value}").fetchall()
