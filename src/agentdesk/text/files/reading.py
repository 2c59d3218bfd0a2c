"""Reads the words of one file's bytes, whatever they are: hostile ones end as a state, never as an error."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from agentdesk.domain.kernel import clean
from agentdesk.text.mail.charsets import guess
from agentdesk.text.mail.texts import crude

from .kinds import MOST_BYTES, MOST_TEXT, Told, Unreadable
from .packed import docx_words
from .paged import pdf_words

_SPACE = re.compile(r"[^\S\n]+")
_UNSEEN = re.compile(r"<(script|style|template)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_LINES = re.compile(r"\s*\n\s*")
Pieces = Iterable[str]


def words_of(data: bytes, kind: str) -> Told:
    """The words of a file, on one line a paragraph, at most `MOST_TEXT` characters. `kind` as `kind_of` gives it."""
    if len(data) > MOST_BYTES:
        return Told("large")
    try:
        return _gathered(_READERS[kind](data))
    except Unreadable as error:
        return Told(str(error))
    except Exception:  # libraries that read hostile bytes raise whatever they meet
        return Told("unreadable")


def _gathered(pieces: Pieces) -> Told:
    kept: list[str] = []
    size = 0
    for piece in pieces:
        line = _LINES.sub("\n", _SPACE.sub(" ", clean(piece[: 4 * MOST_TEXT])))
        if not line:
            continue
        kept.append(line)
        size += len(line) + 1
        if size > MOST_TEXT:
            return Told("cut", "\n".join(kept)[:MOST_TEXT].rpartition(" ")[0] or "\n".join(kept)[:MOST_TEXT])
    return Told("read", "\n".join(kept))


def _plain(data: bytes) -> Pieces:
    for mark, codec in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if data.startswith(mark):
            yield data[: 8 * MOST_TEXT].decode(codec, "replace")
            return
    if b"\0" in data[:8_192]:
        raise Unreadable("unreadable")
    yield guess(_head(data, 8 * MOST_TEXT))


def _head(data: bytes, most: int) -> bytes:
    """The beginning, not cut within a sign of UTF-8: half a sign would make all of it look like something else."""
    for end in range(most, most - 4, -1):
        if end >= len(data) or data[end] & 0xC0 != 0x80:
            return data[:end]
    return data[:most]


def _html(data: bytes) -> Pieces:
    yield crude(_UNSEEN.sub(" ", guess(_head(data, 40 * MOST_TEXT))))


_READERS: dict[str, Callable[[bytes], Pieces]] = {
    "text": _plain,
    "html": _html,
    "pdf": pdf_words,
    "docx": docx_words,
}
