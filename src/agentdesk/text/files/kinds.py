"""Which files are read for their words, how much of them, and what is told of one."""

from __future__ import annotations

import msgspec

KINDS = {
    "text/plain": "text",
    "text/csv": "text",
    "text/markdown": "text",
    "application/json": "text",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
}
ENDINGS = {"txt": "text", "log": "text", "csv": "text", "md": "text", "json": "text", "html": "html", "htm": "html",
           "pdf": "pdf", "docx": "docx"}  # fmt: skip
MOST_BYTES = 25 * 1024 * 1024
MOST_TEXT = 50_000
"""Characters that are kept of one file: it is searched on every laptop that may see it."""
MOST_PAGES = 200


class Told(msgspec.Struct, frozen=True):
    """`state`: read, cut (there is more), large, locked (needs a password), unreadable."""

    state: str
    text: str = ""


class Unreadable(Exception):
    """The text is a state, as in `Told`."""


def kind_of(media_type: str, name: str) -> str:
    """How a file is read; empty for one that is not. Browsers often know no better than "bytes": then its name says."""
    plain = media_type.partition(";")[0].strip().lower()
    if plain in KINDS:
        return KINDS[plain]
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    return ENDINGS.get(ending, "") if plain in ("", "application/octet-stream") else ""
