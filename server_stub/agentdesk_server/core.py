"""The heart without any door: the data folder, its lock, its keys, the authority and its writer."""

from __future__ import annotations

import logging
import os
import secrets
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from agentdesk.store.crypt import WrongKey, disk_words, private_folder
from agentdesk_server.audit.keys import KeyLostError
from agentdesk_server.authority import Authority, Database, open_server_database
from agentdesk_server.authority.database import FILE, open_reader
from agentdesk_server.writer import Writer

from .erased import Damaged, register_of

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

log = logging.getLogger(__name__)
MASTER_ENV = "AGENTDESK_MASTER_KEY_FILE"
DATABASE_ENV = "AGENTDESK_DATABASE_KEY_FILE"
MASTER_FILE = "master.key"
HALF = f"{FILE}.new"
"""The database of a restore, until all of it is there."""


class CannotStart(Exception):
    """Why this server cannot work here; the text is a sentence for the operator."""


class Locked(CannotStart):
    """Another process is the authority over this folder."""


@dataclass(frozen=True)
class Core:
    """What every door works with."""

    folder: Path
    database: Database
    reader: Database
    writer: Writer
    clock: Callable[[], int]
    key: bytes | None


def now() -> int:
    """The server's clock: UTC milliseconds."""
    return time.time_ns() // 1_000_000


@asynccontextmanager
async def open_core(folder: Path, clock: Callable[[], int] = now) -> AsyncIterator[Core]:
    """Open everything, alone on the folder; the log's head is signed when it closes. Raises `CannotStart`."""
    _own(folder)
    with _lock(folder):
        with told_of(folder):
            core = _open(folder, clock)
        try:
            yield core
        finally:
            await _close(core)


def _own(folder: Path) -> None:
    with told_of(folder):
        private_folder(folder)
        if os.name == "posix":
            folder.chmod(0o700)


async def _close(core: Core) -> None:
    """What was accepted is done; a disk that is full must not keep the rest from being put away."""
    try:
        await core.writer.call(lambda authority: authority.sign_head())
    except Exception as error:
        if not (words := disk_words(error)):
            raise
        log.warning("the newest head of the audit log is not signed yet: %s", words)
    finally:
        await core.writer.stop()
        core.reader.close()
        core.database.close()


@contextmanager
def told_of(folder: Path) -> Iterator[None]:
    """What the system says of a folder, as a sentence for the operator. Raises `CannotStart`."""
    try:
        yield
    except OSError as error:
        where, why = error.filename or folder, error.strerror or error
        advice = "Name a folder that this user may write to, on a disk with room."
        raise CannotStart(f"{where} cannot be used: {why}. {advice}") from None
    except Exception as error:
        if words := disk_words(error):
            raise CannotStart(f"{folder}: {words}") from None
        raise


def _open(folder: Path, clock: Callable[[], int]) -> Core:
    key = database_key()
    if (folder / HALF).exists() and not (folder / FILE).exists():
        raise CannotStart(f"{folder} is a restore that did not come to its end. Remove it, and restore again.")
    try:
        database = open_server_database(folder, key)
    except WrongKey as error:
        raise CannotStart(str(error)) from None
    try:
        authority = Authority(database, master_key(folder), clock)
        reader = open_reader(folder, key)
    except KeyLostError:
        database.close()
        raise CannotStart(f"The master key is not the one with which {folder} was made.") from None
    except BaseException:
        database.close()
        raise
    erased = register_of(folder)
    try:
        erased.agree(reader.records)
    except (Damaged, OSError) as error:
        reader.close()
        database.close()
        raise CannotStart(f"The list of erasures cannot be read or written: {error}") from None
    authority.committed.append(erased.heard)
    return Core(folder, database, reader, Writer(authority), clock, key)


class _lock:  # noqa: N801 used like a function
    """Holds the folder's lock file; the system lets go of it when the process ends, however it ends."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "lock"

    def __enter__(self) -> None:
        with told_of(self._path.parent):
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            self._file: IO[bytes] = os.fdopen(handle, "a+b")
            if os.name == "posix":
                self._path.chmod(0o600)
        try:
            if sys.platform == "win32":
                msvcrt.locking(self._file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise Locked(f"Another server works on {self._path.parent} already.") from None

    def __exit__(self, *_: object) -> None:
        self._file.close()


def master_key(folder: Path) -> bytes:
    """The secret behind the audit log's keys: from the file that the environment names, else from the folder."""
    named = os.environ.get(MASTER_ENV)
    if named:
        return _read_key(Path(named), MASTER_ENV)
    path = folder / MASTER_FILE
    if not path.exists():
        write_private(path, secrets.token_bytes(32))
    return _read_key(path, MASTER_FILE)


def database_key() -> bytes | None:
    """The key of the database, if the environment names a file with one; without, the database is a plain file."""
    named = os.environ.get(DATABASE_ENV)
    return _read_key(Path(named), DATABASE_ENV) if named else None


def _read_key(path: Path, what: str) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CannotStart(f"{what}: {path} cannot be read ({error.strerror}).") from None
    if len(data) != 32:
        try:
            data = bytes.fromhex(data.decode("ascii").strip())
        except ValueError:
            data = b""
    if len(data) != 32:
        raise CannotStart(f"{what}: {path} has no key. A key is 32 bytes, raw or as 64 hex digits.")
    return data


def write_private(path: Path, data: bytes) -> None:
    """A file for its owner alone, whole or not at all."""
    part = path.with_name(path.name + ".new")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut; Windows does so by itself."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
