"""Backups, and the audit log as one file: written beside the running authority, which goes on meanwhile."""

from __future__ import annotations

import asyncio
import io
import json
import os
import re
import secrets
import shutil
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path

import msgspec

from agentdesk.store.crypt import WrongKey, open_database, private_folder
from agentdesk_server.audit import head as audit_head
from agentdesk_server.audit.export import Sealed, export
from agentdesk_server.audit.exporting import Source, source_now
from agentdesk_server.audit.head import SignedHead
from agentdesk_server.audit.lines import HeadLine, encode
from agentdesk_server.authority import Database, families
from agentdesk_server.authority.database import FILE, open_reader

from .core import DATABASE_ENV, HALF, MASTER_ENV, MASTER_FILE, CannotStart, Core, sync_folder, told_of, write_private
from .erased import Damaged, Line, register_of

FORMAT = 1
MANIFEST = "manifest.json"
NEWEST = "backup.json"
_BLOB = re.compile(r"^blobs/([0-9a-f]{2})/\1[0-9a-f]{62}$")


class Saved(msgspec.Struct, frozen=True):
    """A backup: from when it is (UTC ms, 0 if there is none), and the revision that it goes up to."""

    at: int = 0
    rev: int = 0


async def back_up(core: Core, target: Path) -> int:
    """Write everything into one file; what it covers is safe from then on. Returns its revision."""
    began = core.clock()
    rev = await asyncio.to_thread(_write, core.folder, core.key, target)
    await core.writer.call(lambda authority: authority.mark_safe(rev))
    write_private(core.folder / NEWEST, msgspec.json.encode(Saved(began, rev)))
    return rev


def newest_backup(folder: Path) -> Saved:
    """When the newest backup was begun, as far as this folder knows."""
    try:
        return msgspec.json.decode((folder / NEWEST).read_bytes(), type=Saved)
    except (OSError, msgspec.DecodeError):
        return Saved()


def _write(folder: Path, key: bytes | None, target: Path) -> int:
    part = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
    copy = target.with_name(f"{target.name}.{secrets.token_hex(4)}.db")
    try:
        rev, epoch = _copy_database(folder, key, copy)
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
                _fill(tar, folder, copy, rev, epoch)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
        sync_folder(target.absolute().parent)
    finally:
        part.unlink(missing_ok=True)
        for suffix in ("", "-wal", "-shm"):
            copy.with_name(copy.name + suffix).unlink(missing_ok=True)
    return rev


def _copy_database(folder: Path, key: bytes | None, copy: Path) -> tuple[int, str]:
    """A copy of the database as it is at one moment."""
    source = open_reader(folder, key)
    try:
        source.conn.execute("BEGIN")
        head = source.head()
        target = open_database(copy, key, durable=True)
        try:
            target.execute("PRAGMA journal_mode = DELETE")
            source.conn.backup(target)
        finally:
            target.close()
    finally:
        source.close()
    return head.rev, head.epoch


def _fill(tar: tarfile.TarFile, folder: Path, copy: Path, rev: int, epoch: str) -> None:
    with copy.open("rb") as file:
        digest = sha256()
        while piece := file.read(1 << 20):
            digest.update(piece)
    manifest = {"format": FORMAT, "rev": rev, "epoch": epoch, "database": digest.hexdigest()}
    _add_bytes(tar, MANIFEST, json.dumps(manifest).encode())
    tar.add(copy, FILE, filter=_plain)
    # A key that is kept elsewhere on purpose does not go with the data it protects.
    if not os.environ.get(MASTER_ENV):
        tar.add(folder / MASTER_FILE, MASTER_FILE, filter=_plain)
    for blob in sorted((folder / "blobs").glob("*/*")):
        name = blob.relative_to(folder).as_posix()
        if _BLOB.match(name):
            tar.add(blob, name, filter=_plain)


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Nothing of the machine's users and times."""
    member.uid = member.gid = member.mtime = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


def _add_bytes(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    member = _plain(tarfile.TarInfo(name))
    member.size = len(data)
    tar.addfile(member, io.BytesIO(data))


def restore(source: Path, folder: Path, key: bytes | None, erased: Sequence[Line] = ()) -> str:
    """Unpack a backup into a new folder, as a new epoch. Returns the epoch. Raises `CannotStart`.

    `erased` are erasures that the backup may know nothing of. They are noted before the database is in its place: no
    server opens it without repeating them, whatever ends suddenly. What cannot be restored leaves nothing behind.
    """
    try:
        tar = tarfile.open(source, "r:")  # noqa: SIM115 closed below; a folder is made only for what can be read
    except (tarfile.TarError, ValueError) as error:
        raise CannotStart(_no_backup(source, error)) from None
    except OSError as error:
        raise CannotStart(f"{source} cannot be read: {error.strerror or error}.") from None
    with tar, told_of(folder), _all_or_nothing(folder):
        try:
            _unpack(tar, folder)
        except (tarfile.TarError, ValueError, KeyError, EOFError) as error:
            raise CannotStart(_no_backup(source, error)) from None
        try:
            register_of(folder).add(erased)
        except (Damaged, OSError) as error:
            raise CannotStart(f"The list of erasures cannot be written: {error}") from None
        epoch = _begin_epoch(folder, key)
        sync_folder(folder)
    return epoch


def _no_backup(source: Path, error: Exception) -> str:
    return f"{source} is not a backup, or it is damaged: {error}. Take another one."


@contextmanager
def _all_or_nothing(folder: Path) -> Iterator[None]:
    """An empty folder, which is as it was before if something goes wrong: the next try finds it empty."""
    made = not folder.exists()
    private_folder(folder)
    if any(folder.iterdir()):
        raise CannotStart(f"{folder} is not empty. A backup is restored into a new folder.")
    try:
        yield
    except BaseException:
        for left in folder.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        if made:
            folder.rmdir()
        raise


def _unpack(tar: tarfile.TarFile, folder: Path) -> None:
    first = tar.next()
    if first is None or first.name != MANIFEST:
        raise ValueError("it has no manifest")
    manifest = json.loads(_read(tar, first))
    if manifest["format"] != FORMAT:
        raise ValueError("it was made by another version")
    found = ""
    while (member := tar.next()) is not None:
        if not member.isreg() or not (member.name in (FILE, MASTER_FILE) or _BLOB.match(member.name)):
            raise ValueError(f"{member.name} does not belong in a backup")
        name = HALF if member.name == FILE else member.name
        digest = _extract(tar, member, folder / name)
        if member.name == FILE:
            found = digest
        elif member.name.startswith("blobs/") and not member.name.endswith(digest):
            raise ValueError(f"{member.name} was changed")
    if found != manifest["database"]:
        raise ValueError("the database was changed")


def _read(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = tar.extractfile(member)
    return file.read(1 << 16) if file else b""


def _extract(tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> str:
    """Write one member out; returns its SHA-256."""
    source, digest = tar.extractfile(member), sha256()
    private_folder(path.parent.parent)
    private_folder(path.parent)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        while source is not None and (piece := source.read(1 << 20)):
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _begin_epoch(folder: Path, key: bytes | None) -> str:
    """Desks must not take this past for the future they know."""
    fresh = folder / HALF
    try:
        conn = open_database(fresh, key, durable=True)
    except WrongKey:
        why = "The backup's database does not open with this key" if key else "The backup's database is encrypted"
        advice = f"Let {DATABASE_ENV} name the key of the server that it was made from."
        raise CannotStart(f"{why}, or it is damaged. {advice}") from None
    epoch = secrets.token_hex(16)
    conn.execute("UPDATE head SET epoch=?", (epoch,))
    conn.executescript(families.TABLES)  # a backup may be older than they are
    for table in ("session", "access", "family"):  # some may have been ended since the backup: everybody signs in again
        conn.execute(f"DELETE FROM {table}")
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    conn.close()
    for suffix in ("-wal", "-shm"):
        fresh.with_name(fresh.name + suffix).unlink(missing_ok=True)
    fresh.replace(folder / FILE)
    return epoch


async def newest_head(core: Core) -> str:
    """The log's head, signed now, as a line to keep or to publish."""
    signed: SignedHead = await core.writer.call(lambda authority: authority.sign_head())
    return encode(HeadLine(*signed)).decode().rstrip("\n")


async def export_audit(core: Core, target: Path) -> str:
    """Write the whole log, up to a head that is signed now. Returns a sentence."""
    source: Source = await core.writer.call(partial(source_now, core))
    size = audit_head.decode(source.signed.data).size
    await asyncio.to_thread(_export, source, target, size)
    return f"{target} has {size} leaves; the public key is {source.public.hex()}"


def _export(source: Source, target: Path, size: int) -> None:
    part = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
    reader = open_reader(source.folder, source.key)
    try:
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            heads, sealed = _heads(reader, size), _sealed(reader, size)
            lines = export(source.epoch, source.public, _leaves(reader, size), heads, sealed, source.handovers)
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        reader.close()
        part.unlink(missing_ok=True)


def _leaves(reader: Database, size: int) -> Iterator[bytes]:
    for (data,) in reader.conn.execute("SELECT data FROM leaf WHERE number<? ORDER BY number", (size,)):
        yield data


def _sealed(reader: Database, size: int) -> Iterator[Sealed]:
    query = "SELECT number, sealed FROM leaf WHERE number<? AND sealed IS NOT NULL ORDER BY number"
    for number, sealed in reader.conn.execute(query, (size,)):
        yield Sealed(number, 0, sealed)


def _heads(reader: Database, size: int) -> Iterator[SignedHead]:
    query = "SELECT data, signature FROM signed_head WHERE size<=? ORDER BY size, rowid"
    for data, signature in reader.conn.execute(query, (size,)):
        yield SignedHead(data, signature)
