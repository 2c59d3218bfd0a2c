"""The words of a Word document: looked into before it is unpacked, for a small one may hold a mountain."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

from .kinds import Unreadable

MOST_PARTS, MOST_UNPACKED, MOST_PART = 2_000, 64 * 1024 * 1024, 24 * 1024 * 1024
MOST_RATIO = 200
_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
HEAD = 4_096


def docx_words(data: bytes) -> Iterator[str]:
    """The paragraphs, then what stands in tables. Raises `Unreadable`, or whatever a damaged archive raises."""
    _look_inside(data)
    import docx

    document = docx.Document(io.BytesIO(data))
    for paragraph in document.paragraphs:
        yield paragraph.text
    for table in document.tables:
        for row in table.rows:
            yield " ".join(cell.text for cell in row.cells)


def _look_inside(data: bytes) -> None:
    """Refuse what unpacks to too much, and XML that declares entities: no document of Word's does."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts = packed.infolist()
        whole = sum(part.file_size for part in parts)
        if len(parts) > MOST_PARTS or whole > MOST_UNPACKED or any(p.file_size > MOST_PART for p in parts):
            raise Unreadable("large")
        if whole > MOST_RATIO * max(1, len(data)):
            raise Unreadable("large")
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                with packed.open(part) as file:
                    if _DECLARES.search(file.read(HEAD).replace(b"\0", b"")):
                        raise Unreadable("unreadable")
