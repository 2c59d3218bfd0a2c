"""Values with parameters, as in Content-Type: RFC 2045, RFC 2231, and what is written instead."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from .charsets import decode_short
from .words import decode_words, text_of

_PARAMETER = re.compile(r'\s*([^\s=;"]{1,100})\s*=\s*("(?:[^"\\]|\\.)*+"|[^;]*+)', re.DOTALL)
_SECTION = re.compile(r"([^*]+)(?:\*(\d{1,4}))?(\*)?", re.ASCII)
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")
_LONGEST, _MOST = 64 * 1024, 1000


def read(value: bytes) -> tuple[str, dict[str, str]]:
    """What stands first, in small letters, and the parameters by name. What is told twice counts the first time; the
    way of RFC 2231 before the plain one.
    """
    text = text_of(value[:_LONGEST])
    first, _, _ = text.partition(";")
    plain: dict[str, str] = {}
    coded: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, told in _told(text, len(first)):
        section = _SECTION.fullmatch(name)
        if section and (section[2] or section[3]):
            coded.setdefault(section[1], {}).setdefault(int(section[2] or -1), (told, bool(section[3])))
        elif "*" not in name:
            plain.setdefault(name, decode_words(told, _LONGEST))
    return first.partition("(")[0].strip().lower(), plain | {
        name: told for name in coded if (told := _whole(coded[name]))
    }


def media_type(first: str) -> str:
    """A media type in small letters, empty if it cannot be one (RFC 6838, 4.2)."""
    return first if _TYPE.fullmatch(first) else ""


def _told(text: str, at: int) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    while 0 <= at < len(text) and len(found) < _MOST:
        parameter = _PARAMETER.match(text, at + 1)
        if parameter:
            found.append((parameter[1].lower(), _unquoted(parameter[2])))
        at = text.find(";", parameter.end() if parameter else at + 1)
    return found


def _unquoted(told: str) -> str:
    """A value without its quotes. Backslashes that quote nothing stay: they divide folders where they are written."""
    told = told.strip()
    if told[:1] != '"':
        return told
    inner = told[1:-1] if len(told) > 1 and told[-1] == '"' else told[1:]
    return inner.replace('\\"', '"').replace("\\\\", "\\")


def _whole(sections: dict[int, tuple[str, bool]]) -> str:
    """A value from its sections (RFC 2231, 3 and 4), as far as they follow one another."""
    if -1 in sections:
        charset, told = _labelled(sections[-1][0])
        return decode_short(unquote_to_bytes(told), charset)
    if 0 not in sections:
        return ""
    charset, pieces = "", []
    for number in range(len(sections)):
        if number not in sections:
            break
        told, is_coded = sections[number]
        if is_coded and number == 0:
            charset, told = _labelled(told)
        pieces.append(unquote_to_bytes(told) if is_coded else told.encode("utf-8", "replace"))
    return decode_words(decode_short(b"".join(pieces), charset), _LONGEST)


def _labelled(told: str) -> tuple[str, str]:
    """The charset and the rest of charset'language'text, with as few of the marks as there are."""
    parts = told.split("'", 2)
    return (parts[0], parts[2]) if len(parts) == 3 else ("", parts[-1])
