"""The parts of a mail: multiparts taken apart (RFC 2046) without copying, to a depth and a number that are bounded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

import msgspec

from . import encodings, parameters
from .heads import Head, read_head
from .limits import Limits, of_part
from .records import Unreadable
from .remarks import Notes

_SEEN = re.compile(rb"^--(\S[^\r\n]{0,200}?)[ \t]*\r?\n(?=[A-Za-z-]{1,60}:|\r?\n)", re.MULTILINE)
_LOOK = 64 * 1024
_LONGEST = 1000


class Within(msgspec.Struct, frozen=True):
    """One multipart around a part: "alternative", "related", …, and a number to tell it from others."""

    kind: str
    number: int


class Part(msgspec.Struct, frozen=True):
    """One part that is no multipart, and where its bytes lie. `told` are the parameters of its disposition."""

    head: Head
    media_type: str
    parameters: dict[str, str]
    disposition: str
    told: dict[str, str]
    within: tuple[Within, ...]
    source: bytes
    start: int
    end: int

    @property
    def raw(self) -> bytes:
        """Its bytes as they came."""
        return self.source[self.start : self.end]

    def content(self, notes: Notes) -> bytes:
        """Its bytes, decoded."""
        is_text = self.media_type.startswith("text/")
        return encodings.undo(self.raw, self.head.get("content-transfer-encoding"), is_text, notes)


class Walk:
    """Takes a mail apart; what it leaves unread is in `unreadable`."""

    def __init__(self, notes: Notes, limits: Limits) -> None:
        self.notes, self.limits = notes, limits
        self.parts: list[Part] = []
        self.unreadable: list[Unreadable] = []
        self._part_limits = of_part(limits)
        self._numbers = count()
        self._seen = 0

    def take(
        self, source: bytes, head: Head, end: int, within: tuple[Within, ...] = (), default: str = "text/plain"
    ) -> None:
        """One part with this head, and all parts in it."""
        first, told = parameters.read(head.get("content-type"))
        media_type = parameters.media_type(first) or default
        if media_type.startswith("multipart/"):
            if len(within) >= self.limits.depth:
                self._leave("too-deep", media_type, source[head.body : end])
                return
            if self._multipart(source, head, end, (*within, Within(media_type[10:], next(self._numbers))), told):
                return
            media_type = "text/plain"
        disposition, named = parameters.read(head.get("content-disposition"))
        self.parts.append(Part(head, media_type, told, disposition, named, within, source, head.body, end))

    def _leave(self, why: str, media_type: str, raw: bytes) -> None:
        self.notes.add(why)
        self.unreadable.append(Unreadable(media_type, why, raw))

    def _multipart(self, source: bytes, head: Head, end: int, within: tuple[Within, ...], told: dict[str, str]) -> bool:
        """Divide it, by another boundary than it says if only that is there; whether that went."""
        start = head.body
        boundary = told.get("boundary", "").rstrip().encode()[:_LONGEST]
        if boundary and _is_there(source, boundary, start, end):
            self._divide(source, boundary, start, end, within)
            return True
        self.notes.add("no-boundary")
        if seen := _SEEN.search(source, start, min(end, start + _LOOK)):
            self._divide(source, seen[1], start, end, within)
            return True
        if boundary and head.get("content-transfer-encoding").lower().startswith(b"base64"):
            decoded = encodings.undo(source[start:end], b"base64", False, self.notes)  # forbidden, and written
            if _is_there(decoded, boundary, 0, len(decoded)):
                self._divide(decoded, boundary, 0, len(decoded), within)
                return True
        return False

    def _divide(self, source: bytes, boundary: bytes, start: int, end: int, within: tuple[Within, ...]) -> None:
        default = "message/rfc822" if within[-1].kind == "digest" else "text/plain"
        for first, last in self._ranges(source, boundary, start, end):
            self._seen += 1
            if self._seen > self.limits.parts:
                self._leave("too-many-parts", f"multipart/{within[-1].kind}", source[first:end])
                return
            self.take(source, read_head(source, first, last, self.notes, self._part_limits), last, within, default)

    def _ranges(self, source: bytes, boundary: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Where each part begins and ends, as its boundary says."""
        opened = -1
        for at, after, closes in _delimiters(source, boundary, start, end):
            if opened >= 0:
                yield opened, max(opened, _before_line_end(source, at))
            if closes:
                return
            opened = after
        self.notes.add("unclosed")
        if opened >= 0:
            yield opened, end


def _is_there(source: bytes, boundary: bytes, start: int, end: int) -> bool:
    return next(_delimiters(source, boundary, start, end), None) is not None


def _delimiters(source: bytes, boundary: bytes, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Lines that divide: where each begins, where the next line begins, and whether it is the last one. The search
    looks for the line end before it, so that lines which only begin alike cost nothing.
    """
    line = re.compile(rb"\n--" + re.escape(boundary) + rb"(--)?[ \t]*+(?:\r?(?=\n)|\Z)")
    at_start = re.compile(line.pattern[2:]).match(source, start, end)
    if at_start:
        yield start, min(at_start.end() + 1, end), bool(at_start[1])
    for found in line.finditer(source, start, end):
        yield found.start() + 1, min(found.end() + 1, end), bool(found[1])


def _before_line_end(source: bytes, at: int) -> int:
    """The line end before a boundary belongs to the boundary."""
    if source[at - 2 : at] == b"\r\n":
        return at - 2
    return at - 1 if source[at - 1 : at] == b"\n" else at
