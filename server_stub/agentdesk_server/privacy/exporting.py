"""All data about one person as a ZIP: JSON Lines for each kind, files, schema, a manifest with SHA-256 of each part."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, cast

import msgspec

from agentdesk.domain.cases import (
    ATTACHMENTS,
    CONVERSATIONS,
    CUSTOMER_CASES,
    IDENTITIES_OF,
    MESSAGES_AFTER,
    Customer,
)
from agentdesk.domain.cases.attention import MENTIONS_OF
from agentdesk.domain.cases.walking import every
from agentdesk.domain.kernel import Asked, Record, catalogue_schema
from agentdesk.domain.later import PLANNED
from agentdesk.domain.privacy.consents import CONSENTS_OF
from agentdesk_server.authority import Database
from agentdesk_server.blobs import path_of

from .schedule import view_on

PIECE = 256 * 1024
VISITOR = "SELECT id, site, name, email, language, page, since FROM visitor WHERE customer=? ORDER BY since"
VISITOR_FIELDS = ("id", "site", "name", "email", "language", "page", "since")
_line = msgspec.json.Encoder().encode


class _Out:
    """What the archive writes, until it is taken to be sent: nothing of it ever lies on a disk."""

    def __init__(self) -> None:
        self.held = bytearray()

    def write(self, data: bytes) -> int:
        self.held += data
        return len(data)

    def flush(self) -> None:
        """There is nothing behind it."""

    def take(self) -> bytes:
        held, self.held = bytes(self.held), bytearray()
        return held


def archive(database: Database, folder: Path, customer: str, now: int) -> Iterator[bytes]:
    """The archive, piece by piece, as all was at one moment. Closes the database. Blocking."""
    out, manifest = _Out(), dict[str, dict[str, object]]()
    try:
        database.conn.execute("BEGIN")
        with zipfile.ZipFile(cast(IO[bytes], out), "w", zipfile.ZIP_DEFLATED) as target:
            for name, pieces in _parts(database, folder, customer):
                digest, size = sha256(), 0
                with target.open(name, "w", force_zip64=True) as part:
                    for piece in pieces:
                        part.write(piece)
                        digest.update(piece)
                        size += len(piece)
                        if len(out.held) >= PIECE:
                            yield out.take()
                manifest[name] = {"sha256": digest.hexdigest(), "bytes": size}
            head = database.head()
            about = {"format": 1, "subject": customer, "made": now, "rev": head.rev, "epoch": head.epoch}
            target.writestr("manifest.json", msgspec.json.format(_line({**about, "parts": manifest})))
        yield out.take()
    finally:
        database.close()


def _parts(database: Database, folder: Path, customer: str) -> Iterator[tuple[str, Iterable[bytes]]]:
    view = view_on(database)
    found = view.get(Customer, customer)
    yield "customer.jsonl", _lines([] if found is None else [found])
    yield "consent.jsonl", _lines(every(view, CONSENTS_OF(customer=customer)))
    yield "alias.jsonl", _lines(every(view, IDENTITIES_OF(customer=customer)))
    rows = database.conn.execute(VISITOR, (customer,))
    yield "visitor.jsonl", (_line(dict(zip(VISITOR_FIELDS, row, strict=True))) + b"\n" for row in rows.fetchall())
    cases = [case.id for case in every(view, CUSTOMER_CASES(customer=customer))]
    yield "case.jsonl", _lines(every(view, CUSTOMER_CASES(customer=customer)))

    def of(asked: Iterable[Asked[Any]]) -> Iterator[Record]:
        return (record for one in asked for record in every(view, one))

    yield "conversation.jsonl", _lines(of(CONVERSATIONS(case=case) for case in cases))
    yield "message.jsonl", _lines(of(MESSAGES_AFTER(case=case, seq=0) for case in cases))
    yield "planned.jsonl", _lines(of(PLANNED(case=case) for case in cases))
    yield "mention.jsonl", _lines(of(MENTIONS_OF(case=case) for case in cases))
    yield "attachment.jsonl", _lines(of(ATTACHMENTS(case=case) for case in cases))
    digests = sorted({file.digest for case in cases for file in every(view, ATTACHMENTS(case=case))})
    for digest in digests:
        path = path_of(folder, digest)
        if path.is_file():
            yield f"attachments/{digest}", _bytes(path)
    kinds = ("customer", "consent", "alias", "case", "conversation", "message", "planned", "mention", "attachment")
    schemas = catalogue_schema()["records"]
    yield "schema.json", [msgspec.json.format(_line({kind: schemas[kind] for kind in kinds}))]


def _lines(records: Iterable[Any]) -> Iterator[bytes]:
    return (_line(msgspec.to_builtins(record)) + b"\n" for record in records)


def _bytes(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece
