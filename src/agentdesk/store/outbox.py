"""The outbox: commands that wait for the server's word, and, until a backup covers them, those that had it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from .crypt import Connection
from .precious import keep, kept, transaction

KEEP_ACKED_MS = 7 * 24 * 3600 * 1000
_NEXT = "outbox.next"
_FIELDS = "n, name, args, at, needs"


class Entry(NamedTuple):
    """A command as it waits: number, name, encoded arguments, time of the first decision, blobs it must follow."""

    n: int
    name: str
    args: bytes
    at: int
    needs: tuple[str, ...] = ()


class Acked(NamedTuple):
    """A command that the server took into its history at `rev`, kept in case that history is lost."""

    entry: Entry
    rev: int
    at: int


def add(db: Connection, n: int, name: str, args: bytes, at: int, needs: Sequence[str] = ()) -> None:
    """Put one command in; it is on the disk when this returns. A number that is taken raises IntegrityError."""
    add_all(db, (Entry(n, name, args, at, tuple(needs)),))


def add_all(db: Connection, entries: Iterable[Entry]) -> None:
    """Put several commands in, all or none, for the price of one."""
    rows = [(entry.n, entry.name, entry.args, entry.at, " ".join(entry.needs)) for entry in entries]
    if not rows:
        return
    with transaction(db):
        after = max(next_n(db), max(row[0] for row in rows) + 1)
        db.executemany("INSERT INTO outbox (n, name, args, at, needs) VALUES (?, ?, ?, ?, ?)", rows)
        _set_next(db, after)


def next_n(db: Connection) -> int:
    """The number for the next command, also when all before it are gone."""
    found = kept(db, _NEXT)
    return 1 if found is None else int(found)


def waiting(db: Connection) -> list[Entry]:
    """What the server has not answered, in order."""
    return [_entry(row) for row in db.execute(f"SELECT {_FIELDS} FROM outbox WHERE acked_at IS NULL ORDER BY n")]


def acked(db: Connection) -> list[Acked]:
    """What it has answered and no backup is known to cover, in order."""
    rows = db.execute(f"SELECT {_FIELDS}, rev, acked_at FROM outbox WHERE acked_at IS NOT NULL ORDER BY n")
    return [Acked(_entry(row[:5]), row[5], row[6]) for row in rows]


def mark_acked(db: Connection, n: int, rev: int, at: int) -> bool:
    """Note that the server did it at `rev`; False if no command waits under this number."""
    changed = db.execute("UPDATE outbox SET rev = ?, acked_at = ? WHERE n = ? AND acked_at IS NULL", (rev, at, n))
    return changed.rowcount > 0


def replace(db: Connection, entry: Entry) -> bool:
    """Have another command wait under a number that must not be missing; False if none waits there."""
    name, args, at, needs = entry.name, entry.args, entry.at, " ".join(entry.needs)
    changed = db.execute(
        "UPDATE outbox SET name = ?, args = ?, at = ?, needs = ? WHERE n = ? AND acked_at IS NULL",
        (name, args, at, needs, entry.n),
    )
    return changed.rowcount > 0


def drop(db: Connection, n: int) -> Entry | None:
    """Take one out, refused for one, and hand it over: its text may become a draft again."""
    row = db.execute(f"DELETE FROM outbox WHERE n = ? RETURNING {_FIELDS}", (n,)).fetchone()
    return None if row is None else _entry(row)


def supplied(db: Connection, digest: str) -> list[int]:
    """Note that a blob has reached the server; returns the waiting commands that now need nothing any more."""
    with transaction(db):
        rows = db.execute("SELECT n, needs FROM outbox WHERE instr(needs, ?)", (digest,)).fetchall()
        left = [(" ".join(need for need in needs.split() if need != digest), n) for n, needs in rows]
        db.executemany("UPDATE outbox SET needs = ? WHERE n = ?", left)
    return [n for needs, n in left if not needs]


def settle(db: Connection, safe: int, now: int) -> int:
    """Let go of answered commands that a backup covers, or that are a week old; returns how many."""
    covered = "acked_at IS NOT NULL AND (rev <= ? OR acked_at < ?)"
    return db.execute(f"DELETE FROM outbox WHERE {covered}", (safe, now - KEEP_ACKED_MS)).rowcount


def renumber(db: Connection, from_n: int) -> dict[int, int]:
    """For a new epoch: everything waits again, in the same order, numbered from `from_n`; returns old number to new."""
    with transaction(db):
        old = [row[0] for row in db.execute("SELECT n FROM outbox ORDER BY n")]
        new = {n: from_n + i for i, n in enumerate(old)}
        db.executemany("UPDATE outbox SET n = ? WHERE n = ?", [(-after, before) for before, after in new.items()])
        db.execute("UPDATE outbox SET n = -n, rev = NULL, acked_at = NULL")
        _set_next(db, from_n + len(old))
    return new


def forget(db: Connection, record_id: str) -> list[int]:
    """Erasure: drop the answered commands that mention a record; returns their numbers.

    Those that still wait stay: the server numbers them without gaps, and refuses what speaks of an erased record.
    """
    gone = db.execute(
        "DELETE FROM outbox WHERE acked_at IS NOT NULL AND instr(args, CAST(? AS BLOB)) RETURNING n",
        (msgspec.msgpack.encode(record_id),),  # with its length in front: an id may begin another one
    )
    return sorted(row[0] for row in gone.fetchall())


def export(db: Connection, path: Path) -> int:
    """Write all of it as JSON Lines, to be rescued by hand; returns how many lines.

    The file is NOT encrypted and may hold what customers wrote: only a person may ask for it.
    """
    answers = {one.entry.n: one for one in acked(db)}
    entries = sorted(waiting(db) + [one.entry for one in answers.values()])
    lines = [_line(entry, answers.get(entry.n)) for entry in entries]
    with open(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
    return len(lines)


def _entry(row: Any) -> Entry:
    n, name, args, at, needs = row
    return Entry(n, name, args, at, tuple(needs.split()))


def _set_next(db: Connection, n: int) -> None:
    keep(db, _NEXT, b"%d" % n)


def _line(entry: Entry, answer: Acked | None) -> bytes:
    """One line of JSON; arguments that cannot be read are kept as base64."""
    line: dict[str, Any] = entry._asdict()
    try:
        line["args"] = msgspec.msgpack.decode(entry.args)
        encoded = msgspec.json.encode(line | {"rev": answer and answer.rev, "acked_at": answer and answer.at})
    except (msgspec.MsgspecError, TypeError, UnicodeError):
        encoded = msgspec.json.encode(line | {"args": None, "raw": entry.args})
    return encoded + b"\n"
