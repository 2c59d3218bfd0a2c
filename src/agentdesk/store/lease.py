"""The lease: the half of a data key that the server lends this device for a time, kept wrapped by the device's key."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .crypt import Connection, WrongKey, open_database, private_folder
from .devicekey import CannotUnwrap, DeviceKey
from .staging import Staging

FILE = "lease"
SET_BACK = 24 * 3_600_000
"""A clock may be set back by so much (ms) without anybody having to speak to the server."""


class Lapsed(Exception):
    """The data cannot be opened until the server has been spoken to; the text is a sentence for people."""


LAPSED = (
    "This computer has not been in touch with the server for too long. Connect to the network and try again: what you"
    " wrote is still here, and opens as soon as the server has answered."
)
SET_BACK_SENTENCE = (
    "The clock of this computer was set back. Set it right, or connect to the network, and try again: nothing is lost."
)


class Lease(msgspec.Struct, frozen=True):
    """One half (hexadecimal) and until when it may be used (UTC ms). `before` opens files that were not moved yet."""

    half: str
    until: int
    generation: int = 0
    before: str = ""
    latest: int = 0
    """The latest time that this device has seen: a clock that is far behind it was set back."""


def renewed(old: Lease | None, half: str, until: int, generation: int, now: int) -> Lease:
    """What the server has just said, with the way back to files that have the half before it."""
    before = "" if old is None else old.before
    if old is not None and old.half != half and not before:
        before = old.half
    return Lease(half, until, generation, before if before != half else "", now)


def keep(folder: Path, key: DeviceKey, about: str, lease: Lease) -> None:
    """Write it, whole or not at all, for this device alone."""
    path = private_folder(folder) / FILE
    part = path.with_name(f"{FILE}.new")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600), "wb") as to:
        to.write(key.wrap(msgspec.msgpack.encode(lease), about.encode()))
        to.flush()
        os.fsync(to.fileno())
    os.replace(part, path)


def read(folder: Path, key: DeviceKey, about: str) -> Lease | None:
    """What is kept here; None if there is nothing that this device can open."""
    try:
        return msgspec.msgpack.decode(key.unwrap((folder / FILE).read_bytes(), about.encode()), type=Lease)
    except (OSError, CannotUnwrap, msgspec.DecodeError):
        return None


def drop(folder: Path) -> None:
    """Give the half back: without it nothing here can be opened."""
    for name in (FILE, f"{FILE}.new"):
        (folder / name).unlink(missing_ok=True)


def check(lease: Lease | None, now: int) -> Lease:
    """The lease, if it holds at this time by this computer's clock. Raises `Lapsed`."""
    if lease is None or now >= lease.until:
        raise Lapsed(LAPSED)
    if now < lease.latest - SET_BACK:
        raise Lapsed(SET_BACK_SENTENCE)
    return lease


def data_key(local: bytes, half: str) -> bytes:
    """The key to the data: of both halves, and neither tells anything of it alone (HKDF, RFC 5869)."""
    return HKDF(SHA256(), 32, bytes.fromhex(half), b"agentdesk data key").derive(local)


def older_keys(local: bytes, lease: Lease) -> list[bytes]:
    """Keys with which files here may still be encrypted: of the half before, and of the time before leases."""
    return [*([data_key(local, lease.before)] if lease.before else []), local]


def move(databases: tuple[Path, ...], staging: Path, key: bytes, older: list[bytes]) -> None:
    """Bring files that open with an older key under this one. May be killed at any point, and called again.

    Each database changes in one transaction of its own; nobody else may have it open.
    """
    for path in databases:
        if path.exists() and path.stat().st_size:
            _move_database(path, key, older)
    if staging.exists() and any(staging.iterdir()):
        _move_staged(staging, key, older)


def _move_database(path: Path, key: bytes, older: list[bytes]) -> None:
    for old in (key, *older):
        try:
            db = open_database(path, old, durable=True)
        except WrongKey:
            continue
        try:
            if old != key:
                _rekey(db, key)
        finally:
            db.close()
        return


def _rekey(db: Connection, key: bytes) -> None:
    db.execute(f"""PRAGMA rekey = "x'{key.hex()}'" """)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()  # no page under the old key stays in the log


def _move_staged(folder: Path, key: bytes, older: list[bytes]) -> None:
    new = Staging(folder, key)
    there = {file.digest for file in new.waiting()}
    for old in (Staging(folder, one) for one in older):
        for file in old.waiting():
            if file.digest not in there:
                new.stage(b"".join(old.read(file.digest)), file.name, file.type)
            old.remove(file.digest)
