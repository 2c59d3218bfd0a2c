"""A bundle: one ZIP with the log or a part of it, all signed heads, the key, and how to check it without a server."""

import zipfile
from collections.abc import Iterable
from hashlib import sha256
from typing import IO, Annotated, Literal

import msgspec

from agentdesk.domain.audit.head import Epoch

MAGIC = b"PK\x03\x04"
MANIFEST, README, KEY = "manifest.json", "README.txt", "public-key.txt"
LOG, ENTRIES, HEADS = "log.jsonl", "entries.jsonl", "heads.jsonl"
LINES = (LOG, ENTRIES, HEADS)
NAMES = {README, KEY, *LINES}
SMALL = 64 * 1024
_PIECE = 1 << 20

Hex = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is in the bundle: SHA-256 of each file in hex, and of which part of which log it speaks."""

    format: Literal[1]
    epoch: Epoch
    key: Hex
    size: int
    """Leaves under the newest head."""
    leaves: int
    """Leaves in the bundle."""
    files: dict[str, Hex]


class BundleWriter:
    """Writes a bundle into a stream, file by file, in constant space; `finish` adds the manifest."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self._files: dict[str, str] = {}

    def add(self, name: str, pieces: Iterable[bytes]) -> None:
        """One file."""
        digest = sha256()
        with self._zip.open(_member(name), "w", force_zip64=True) as file:
            for piece in pieces:
                digest.update(piece)
                file.write(piece)
        self._files[name] = digest.hexdigest()

    def finish(self, epoch: str, public: bytes, size: int, leaves: int) -> None:
        """The key, the words, the manifest, the end."""
        self.add(KEY, [public.hex().encode() + b"\n"])
        self.add(README, [HOW_TO.format(key=public.hex()).encode()])
        manifest = Manifest(1, epoch, public.hex(), size, leaves, self._files)
        self._zip.writestr(_member(MANIFEST), msgspec.json.format(msgspec.json.encode(manifest), indent=1))
        self._zip.close()


def _member(name: str) -> zipfile.ZipInfo:
    """Nothing of the machine's time or user."""
    member = zipfile.ZipInfo(name)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o600 << 16
    return member


def read_manifest(archive: zipfile.ZipFile) -> tuple[Manifest | None, list[str]]:
    """The manifest, and what in the bundle is not as it says. Raises what `zipfile` raises on damaged files."""
    names = archive.namelist()
    if names.count(MANIFEST) != 1:
        return None, ["There is no manifest in this bundle."]
    try:
        manifest = msgspec.json.decode(_start(archive, MANIFEST), type=Manifest)
    except msgspec.DecodeError:
        return None, ["The manifest is damaged."]
    if sorted(names) != sorted([MANIFEST, *manifest.files]) or not set(manifest.files) <= NAMES:
        return None, ["The bundle holds other files than its manifest names."]
    problems = [
        f"{name} is not the file that the manifest names."
        for name, told in manifest.files.items()
        if _digest(archive, name) != told
    ]
    if KEY in manifest.files and _start(archive, KEY).strip() != manifest.key.encode():
        problems.append(f"{KEY} has another key than the manifest says.")
    return manifest, problems


def _start(archive: zipfile.ZipFile, name: str) -> bytes:
    """As much of a file as a small one may have: what is packed may be far larger than it looks."""
    with archive.open(name) as file:
        return file.read(SMALL)


def _digest(archive: zipfile.ZipFile, name: str) -> str:
    digest = sha256()
    with archive.open(name) as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


HOW_TO = """\
This is an export of an AgentDesk audit log.

  log.jsonl       the whole log, leaf by leaf, if all of it was exported
  entries.jsonl   the leaves that were asked for, each with the path that proves it, if a part was exported
  heads.jsonl     all signed heads, and what shows that each goes on from the one before
  public-key.txt  the key with which the heads are signed (Ed25519, raw, in hex)
  manifest.json   the SHA-256 of each file

To check it, on any computer, without a server and without a network:

  agentdesk verify-audit THIS-FILE.zip --key {key}

Take the key from whoever runs the server, not from this bundle: whoever could forge the log could forge the key in it.
Add --remember FILE to keep the newest head: a later export that does not go on from it is then found.

To check it with a program of your own: leaves and heads are MessagePack, hashed and joined as RFC 9162 says. Each
leaf hash is SHA-256(00, leaf), each node SHA-256(01, left, right). The lines are JSON; bytes are in Base64.
"""
