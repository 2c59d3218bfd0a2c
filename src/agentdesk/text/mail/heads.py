"""The head of a mail or of a part: its fields, and where the body begins, also when the head is none or half of one."""

from __future__ import annotations

import re

import msgspec

from .limits import Limits
from .remarks import Notes

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:(.*)", re.DOTALL)
_ENVELOPE = re.compile(rb">?From [^\n]*")
_KNOWN = re.compile(
    rb"(?i)(from|to|cc|bcc|subject|date|sender|reply-to|message-id|in-reply-to|references|received|return-path|"
    rb"mime-version|content-[a-z-]+|x-[a-z0-9-]+|list-[a-z-]+|dkim-signature|authentication-results|arc-[a-z-]+|"
    rb"delivered-to|auto-submitted|precedence|importance|user-agent|thread-[a-z]+|resent-[a-z-]+)"
)
"""After a line that is no field, only what surely is one shows that the head goes on."""


class Head(msgspec.Struct, frozen=True):
    """The fields by their names in small letters, in their order, unfolded; where the body begins."""

    fields: dict[str, tuple[bytes, ...]]
    body: int

    def get(self, name: str) -> bytes:
        """The first field of a name, or nothing."""
        return self.fields.get(name, (b"",))[0]

    def all(self, name: str) -> tuple[bytes, ...]:
        """All fields of a name."""
        return self.fields.get(name, ())


class _Line(msgspec.Struct):
    name: str
    value: list[bytes]
    at: int


def read_head(raw: bytes, start: int, end: int, notes: Notes, limits: Limits) -> Head:
    """The head that begins at `start`. It ends at an empty line, or where lines begin that cannot belong to it."""
    last, body = _end_of_head(raw, start, end)
    block = raw[start : min(last, start + limits.head)]
    if last - start > limits.head:
        notes.add("long-header", "")
        whole_lines = block.rfind(b"\n") + 1
        block = block[:whole_lines] if whole_lines > limits.head // 2 else block
    if b"\0" in block:
        notes.add("nul")
    lines = _lines(block, start, notes, limits)
    fields: dict[str, list[bytes]] = {}
    sure = -1 if all(line.name for line in lines) else _last_known(lines)
    for number, line in enumerate(lines):
        if line.name:
            fields.setdefault(line.name, []).append(b"".join(line.value).replace(b"\0", b"").strip())
        elif number > sure:
            body = line.at
            break
        else:
            notes.add("odd-head")
    return Head({name: tuple(values) for name, values in fields.items()}, body)


def _last_known(lines: list[_Line]) -> int:
    return max((i for i, line in enumerate(lines) if _KNOWN.fullmatch(line.name.encode())), default=-1)


def _end_of_head(raw: bytes, start: int, end: int) -> tuple[int, int]:
    """Where the last line of the head ends, and where the body begins."""
    for empty in (b"\r\n", b"\n"):
        if raw.startswith(empty, start, end):
            return start, start + len(empty)
    windows = raw.find(b"\n\r\n", start, end)
    unix = raw.find(b"\n\n", start, end if windows < 0 else windows)
    if unix >= 0:
        return unix + 1, unix + 2
    return (windows + 1, windows + 3) if windows >= 0 else (end, end)


def _lines(block: bytes, start: int, notes: Notes, limits: Limits) -> list[_Line]:
    """The lines of a head, unfolded; one that is no field has no name."""
    found: list[_Line] = []
    at = start
    for line in block.split(b"\n"):
        if line[:1] in (b" ", b"\t") and (found or line.strip()):
            if found:
                found[-1].value.append(line.removesuffix(b"\r"))
            else:
                notes.add("odd-head")
        elif line.strip(b"\r\0"):
            if len(found) >= limits.fields:
                notes.add("long-header", "")
                break
            found += _line(line.removesuffix(b"\r"), at, first=not found)
        at += len(line) + 1
    return found


def _line(line: bytes, at: int, first: bool) -> list[_Line]:
    if first and (_ENVELOPE.match(line) or line.startswith(b"\xef\xbb\xbf")):
        line = line.removeprefix(b"\xef\xbb\xbf")
        if _ENVELOPE.match(line):
            return []
    field = _FIELD.match(line)
    return [_Line(field[1].decode("ascii").lower(), [field[2]], at) if field else _Line("", [line], at)]
