"""Attachments that wait to be uploaded: encrypted files, whole or not there."""

from __future__ import annotations

import hashlib
import hmac
import io
import mimetypes
import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .crypt import private_folder

MOST_BYTES = 50 * 1024 * 1024
CHUNK = 64 * 1024
ANY_TYPE = "application/octet-stream"

# A file is MAGIC, salt, nonce prefix, then sealed parts. Part 0 says what the file is, padded so that it can be written
# last; the others are the chunks in order. Each part's nonce holds its number and whether it is the last one.
_MAGIC = b"AGDSTG1\n"
_SALT, _PREFIX, _TAG, _ABOUT = 32, 7, 16, 2048
_HEAD = len(_MAGIC) + _SALT + _PREFIX
_PAD = b"\xc1"  # in no MessagePack, in no UTF-8
_TEMPORARY = ".part"
_NEW = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0)


class TooLarge(Exception):
    """More than may be sent; the text is a sentence for people."""


class Damaged(Exception):
    """A staged file is missing or was changed; the text is a sentence for people."""


class StagedFile(msgspec.Struct, frozen=True):
    """What waits: SHA-256 of the bytes (hexadecimal), how many, their media type, the name they came with."""

    digest: str
    size: int
    type: str
    name: str


class Staging:
    """A folder of encrypted files, found by the digest of their bytes; their names on disk tell nothing."""

    def __init__(self, folder: Path, key: bytes) -> None:
        """Open the folder, make it if need be; only one process may use it. What a crash left half-written goes."""
        self._folder = private_folder(folder)
        self._naming = _derive(key, b"agentdesk staging names")
        self._sealing = _derive(key, b"agentdesk staging files")
        for half in self._folder.glob(f"*{_TEMPORARY}"):
            half.unlink()

    def stage(self, source: Path | bytes, name: str = "", media_type: str = "") -> StagedFile:
        """Take in a file, or bytes; it is on the disk when this returns. Raises TooLarge, or what the disk says."""
        name = name or (source.name if isinstance(source, Path) else "")
        media_type = media_type or mimetypes.guess_type(name)[0] or ANY_TYPE
        half = self._folder / f"{secrets.token_hex(16)}{_TEMPORARY}"
        try:
            with open(
                os.open(half, os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0), 0o600), "wb"
            ) as out:
                staged = _write(out, self._sealing, _chunks(source, name), _tidy(name), _tidy(media_type))
            os.replace(half, self._path(staged.digest))
        except BaseException:
            half.unlink(missing_ok=True)
            raise
        _sync_folder(self._folder)
        return staged

    def about(self, digest: str) -> StagedFile | None:
        """What waits under a digest."""
        path = self._path(digest)
        return self._about(path) if path.exists() else None

    def waiting(self) -> list[StagedFile]:
        """All that waits; files that are damaged are left out."""
        found = []
        for path in sorted(self._folder.iterdir()):
            try:
                found.append(self._about(path))
            except Damaged:
                continue
        return found

    def read(self, digest: str) -> Iterator[bytes]:
        """The bytes, chunk by chunk, each verified before it is handed out.

        Raises Damaged, perhaps only after some chunks, if anything was changed, swapped or cut off.
        """
        with _opened(self._path(digest)) as file:
            seal = _Seal(self._sealing, file.read(_HEAD))
            if seal.about(file).digest != digest:
                raise _damaged()
            sealed = iter(lambda: file.read(CHUNK + _TAG), b"")
            for number, (part, last) in enumerate(_marked(sealed), start=1):
                yield seal.open(number, part, last=last)

    def remove(self, digest: str) -> bool:
        """Take one out, uploaded or not wanted; False if it was not there."""
        path = self._path(digest)
        if not path.exists():
            return False
        path.unlink()
        _sync_folder(self._folder)
        return True

    def _about(self, path: Path) -> StagedFile:
        """What a staged file says of itself, if it lies where that belongs."""
        with _opened(path) as file:
            staged = _Seal(self._sealing, file.read(_HEAD)).about(file)
        if self._path(staged.digest) != path:
            raise _damaged()
        return staged

    def _path(self, digest: str) -> Path:
        return self._folder / hmac.new(self._naming, digest.encode(), "sha256").hexdigest()


class _Seal:
    """Seals and opens the parts of one file, each in its place and nowhere else."""

    def __init__(self, key: bytes, head: bytes) -> None:
        magic, salt, self._prefix = head[: len(_MAGIC)], head[len(_MAGIC) : -_PREFIX], head[-_PREFIX:]
        if magic != _MAGIC or len(head) != _HEAD:
            raise _damaged()
        self._cipher = AESGCM(_derive(key, b"agentdesk staged file", salt))

    def seal(self, number: int, plain: bytes, *, last: bool = False) -> bytes:
        """A part as it is written."""
        return self._cipher.encrypt(self._nonce(number, last), plain, _MAGIC)

    def open(self, number: int, part: bytes, *, last: bool = False) -> bytes:
        """A part as it was; Damaged if it is another one, or not the last, or was the last."""
        try:
            return self._cipher.decrypt(self._nonce(number, last), part, _MAGIC)
        except (InvalidTag, ValueError):
            raise _damaged() from None

    def about(self, file: BinaryIO) -> StagedFile:
        """Part 0, which `file` stands before."""
        plain = self.open(0, file.read(_ABOUT + _TAG))
        return msgspec.msgpack.decode(plain.rstrip(_PAD), type=StagedFile)

    def _nonce(self, number: int, last: bool) -> bytes:
        return self._prefix + number.to_bytes(4, "big") + bytes([last])


def _write(out: BinaryIO, key: bytes, chunks: Iterable[bytes], name: str, media_type: str) -> StagedFile:
    """Seal the chunks as they come, then say at the front what they were."""
    head = _MAGIC + secrets.token_bytes(_SALT + _PREFIX)
    seal = _Seal(key, head)
    out.write(head + bytes(_ABOUT + _TAG))
    digest, size = hashlib.sha256(), 0
    for number, (chunk, last) in enumerate(_marked(chunks), start=1):
        digest.update(chunk)
        size += len(chunk)
        out.write(seal.seal(number, chunk, last=last))
    staged = StagedFile(digest.hexdigest(), size, media_type, name)
    out.seek(_HEAD)
    out.write(seal.seal(0, msgspec.msgpack.encode(staged).ljust(_ABOUT, _PAD)))
    out.flush()
    os.fsync(out.fileno())
    return staged


def _chunks(source: Path | bytes, name: str) -> Iterator[bytes]:
    """The bytes in chunks, as long as they are not too many."""
    if isinstance(source, Path) and not source.is_file():  # a pipe would never end
        raise FileNotFoundError(f"{name} is not a file.")
    size = 0
    with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file:
        while chunk := file.read(CHUNK):
            size += len(chunk)
            if size > MOST_BYTES:
                raise TooLarge(f"{name or 'This file'} is larger than {MOST_BYTES >> 20} MB, the most that can be sent")
            yield chunk


def _marked(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each chunk, and whether it is the last; an empty one if there is none."""
    before = None
    for chunk in chunks:
        if before is not None:
            yield before, False
        before = chunk
    yield before or b"", True


def _tidy(text: str) -> str:
    """Text that can be written down: names on disk may hold bytes that are no characters."""
    return text[:200].encode("utf-8", "replace").decode()


def _derive(key: bytes, purpose: bytes, salt: bytes = b"") -> bytes:
    """A key for one purpose."""
    return HKDF(SHA256(), 32, salt, purpose).derive(key)


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise _damaged() from None


def _damaged() -> Damaged:
    return Damaged("An attachment that was waiting to be sent is missing or damaged. Please attach it again.")


def _sync_folder(folder: Path) -> None:
    """Make names as durable as bytes; Windows does so on its own."""
    if os.name != "nt":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
