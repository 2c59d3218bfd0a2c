"""Files: stored by their SHA-256, given to those who may see a message, an article or a post that names them."""

from __future__ import annotations

import asyncio
import os
import re
import secrets
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import IO

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from agentdesk.domain.cases import Attachment, Conversation, Message
from agentdesk.domain.kernel import masked
from agentdesk.domain.masking import view_of
from agentdesk.domain.people import Person
from agentdesk.store.crypt import private_folder

from .authority.acting import scopes_of
from .authority.credentials import Credentials, SessionRow, VisitorRow
from .authority.shown import Shown
from .authority.truth import Truth
from .authority.uploads import kind_of, named_by, person_owner
from .core import sync_folder
from .doors import Answer, Door, address_of, server_of
from .limits import Buckets, network_of
from .problems import Problem, too_many
from .state import Server

MOST_PERSON, MOST_VISITOR = 50 * 1024 * 1024, 10 * 1024 * 1024
PIECE = 1024 * 1024
DIGEST = r"^[0-9a-f]{64}$"
_DIGEST = re.compile(DIGEST)
_RANGE = re.compile(r"^bytes=(\d{0,18})-(\d{0,18})$")
SAFE = {
    "Content-Disposition": "attachment",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, max-age=31536000, immutable",
    "Accept-Ranges": "bytes",
}
_quota = Buckets(10 * MOST_VISITOR, 256 * 1024)
"""Bytes that the visitors of one address may bring: ten of the largest files at once, then 256 KiB a second."""


def path_of(folder: Path, digest: str) -> Path:
    return folder / "blobs" / digest[:2] / digest


async def put(request: Request) -> Response:
    """Store bytes under their digest; storing them again changes nothing."""
    server, who = server_of(request), request.state.who
    digest = _digest(request)
    limit = MOST_PERSON if isinstance(who, SessionRow) else MOST_VISITOR
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise _too_large(limit)
    if isinstance(who, VisitorRow):
        # Without a length the whole limit is counted: visitors are easily made, disks are not.
        wait = _quota.take(network_of(address_of(request)), int(declared) if declared.isdigit() else limit)
        if wait:
            raise too_many(wait)
    owner, now = owner_of(who), server.clock()
    # Whether others have brought the same bytes is nobody's business.
    known = Credentials(server.reader.conn).upload(digest, owner) is not None
    size = await _receive(request, server.folder, digest, limit)
    kept = Credentials(server.core.database.conn)
    await server.writer.call(lambda _: kept.add_upload(digest, owner, size, now))
    return Response(status_code=204 if known else 201)


async def _receive(request: Request, folder: Path, digest: str, limit: int) -> int:
    """Read the whole body to the disk, check it, put it in its place. Nothing of it is left if anything is wrong."""
    place = path_of(folder, digest)
    private_folder(place.parent.parent)
    private_folder(place.parent)
    part = place.parent / f".{secrets.token_hex(8)}.part"
    hashed, size = sha256(), 0
    file = os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
    try:
        async for piece in _pieces(request):
            size += len(piece)
            if size > limit:
                raise _too_large(limit)
            await asyncio.to_thread(_write, file, hashed, piece)
        if hashed.hexdigest() != digest:
            raise Problem(400, "digest", "The bytes do not have this digest.")
        await asyncio.to_thread(_settle, file, part, place)
    finally:
        file.close()
        part.unlink(missing_ok=True)
    return size


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    """The body in pieces large enough to be worth a thread's work."""
    gathered = bytearray()
    async for chunk in request.stream():
        gathered += chunk
        if len(gathered) >= PIECE:
            yield bytes(gathered)
            gathered.clear()
    yield bytes(gathered)


def _write(file: IO[bytes], hashed: object, piece: bytes) -> None:
    hashed.update(piece)  # type: ignore[attr-defined]
    file.write(piece)


def _settle(file: IO[bytes], part: Path, place: Path) -> None:
    file.flush()
    os.fsync(file.fileno())
    file.close()
    part.replace(place)
    sync_folder(place.parent)


def _too_large(limit: int) -> Problem:
    return Problem(413, "too-large", f"Files may have {limit // (1024 * 1024)} MB at most.")


def _digest(request: Request) -> str:
    digest: str = request.path_params["digest"]
    if not _DIGEST.fullmatch(digest):
        raise Problem(404, "no-blob", "A blob's name is its SHA-256: 64 lower-case hexadecimal digits.")
    return digest


def owner_of(who: SessionRow | VisitorRow) -> str:
    """How an upload remembers who brought it."""
    return person_owner(who.person) if isinstance(who, SessionRow) else f"visitor:{who.id}"


async def get(request: Request) -> Response:
    """Bytes, whole or one range of them, for those who may see them. For all others they do not exist."""
    digest = _digest(request)
    if not may_read(server_of(request), request.state.who, digest):
        raise _not_there()
    return handed(request, digest)


def handed(request: Request, digest: str, **other: str) -> Response:
    """The answer to who may have the bytes; `other` headers stand above those of blobs. Raises `Problem` 404, 416."""
    path = path_of(server_of(request).folder, digest)
    if not path.is_file():
        raise _not_there()
    size = path.stat().st_size
    headers = {**SAFE, "ETag": f'"{digest}"', **other}
    span = _span(request, size, digest)
    if span is None:
        headers["Content-Length"] = str(size)
        return StreamingResponse(_stream(path, 0, size), 200, headers, "application/octet-stream")
    first, last = span
    headers |= {"Content-Length": str(last - first + 1), "Content-Range": f"bytes {first}-{last}/{size}"}
    return StreamingResponse(_stream(path, first, last - first + 1), 206, headers, "application/octet-stream")


def beginning(server: Server, digest: str) -> bytes:
    """The first bytes, by which one knows what they are; none if there are none."""
    path = path_of(server.folder, digest)
    if not path.is_file():
        return b""
    with path.open("rb") as file:
        return file.read(16)


def _not_there() -> Problem:
    return Problem(404, "no-blob", "There is no such file, or it is not for you.")


def _span(request: Request, size: int, digest: str) -> tuple[int, int] | None:
    """First and last byte asked for; None for all. What is no single range is passed over, as RFC 9110 allows."""
    found = _RANGE.fullmatch(request.headers.get("range", ""))
    if found is None or request.headers.get("if-range", f'"{digest}"') != f'"{digest}"':
        return None
    start, end = found.groups()
    if not start and not end:
        return None
    first = int(start) if start else max(0, size - int(end))
    last = min(size - 1, int(end)) if start and end else size - 1
    if start and end and int(end) < int(start):
        return None
    if first > last:
        raise Problem(416, "range", "There is nothing in this range.", headers={"Content-Range": f"bytes */{size}"})
    return first, last


async def _stream(path: Path, first: int, length: int) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        file.seek(first)
        while length > 0:
            piece = await asyncio.to_thread(file.read, min(PIECE, length))
            if not piece:
                return
            length -= len(piece)
            yield piece


def may_read(server: Server, who: SessionRow | VisitorRow, digest: str) -> bool:
    """The rights of the records that name the bytes; and who brought them may see them."""
    if Credentials(server.reader.conn).upload(digest, owner_of(who)) is not None:
        return True
    named = list(named_by(server.reader.records, digest))
    if isinstance(who, VisitorRow):
        return any(said_to(server, who, one) for one in named if isinstance(one, Attachment))
    person = server.reader.records.of(Person, who.person)
    if person is None:
        return False
    truth = Truth(server.reader.records, Shown(server.reader.conn))
    held = scopes_of(person.role, person.id, person.teams)
    seen = [one for one in named if not held.isdisjoint(truth.scopes(kind_of(one), one.id))]
    if any(masked(one, view_of(person.role, person.region)).digest == digest for one in seen):
        return True
    return bool(seen) and server.hub.revealed.is_open(person.id, digest, server.clock())


def said_to(server: Server, who: VisitorRow, attachment: Attachment) -> bool:
    """Whether the message is one that this visitor wrote or got."""
    records = server.reader.records
    message = records.of(Message, attachment.message)
    if message is None or message.kind not in ("customer", "reply") or message.state == "held":
        return False
    conversation = records.of(Conversation, message.conversation)
    return conversation is not None and conversation.visitor == who.id


PATH = "/api/v1/blobs/{digest}"
DOORS = (
    Door(
        "PUT",
        PATH,
        "holder",
        put,
        "Store a file before something names it",
        {201: Answer("Stored"), 204: Answer("It was there already")},
        (400, 401, 404, 413, 429),
        binary=True,
        parameters={"digest": DIGEST},
        cors=True,
    ),
    Door(
        "GET",
        PATH,
        "holder",
        get,
        "Fetch a file of what one may see",
        {
            200: Answer("The bytes", media="application/octet-stream"),
            206: Answer("A range of them", media="application/octet-stream"),
        },
        (401, 404, 416),
        parameters={"digest": DIGEST},
        cors=True,
    ),
)
