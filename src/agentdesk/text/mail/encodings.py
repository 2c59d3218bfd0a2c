"""Transfer encodings undone (RFC 2045, 6): also where they are wrong, or a list has written below."""

from __future__ import annotations

import binascii
import re

from .remarks import Notes

_WORD = re.compile(rb"[\s\"']*([a-z0-9_-]{1,40})")
_PLAIN = {b"", b"7bit", b"8bit", b"binary", b"7-bit", b"8-bit"}
_SPACE = b" \t\r\n\v\f\0"
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_PADS = re.compile(rb"=+")
_EMPTY_LINE = re.compile(rb"\n[ \t\r]*\n")
_SOFT = re.compile(rb"=[ \t]+(?=\r?\n)")
_PIECES = 10_000


def undo(data: bytes, told: bytes, is_text: bool, notes: Notes) -> bytes:
    """The bytes behind a part. What cannot be undone stays as it is, with a remark; what follows the coded bytes of a
    text, as lists add it, stays behind them.
    """
    found = _WORD.match(told.lower())
    how = found[1] if found else b""
    if how == b"base64":
        return _base64(data, is_text, notes)
    if how in (b"quoted-printable", b"quotedprintable", b"quoted_printable"):
        return binascii.a2b_qp(_SOFT.sub(b"=", data))
    if how in (b"x-uuencode", b"uuencode", b"x-uue", b"uue"):
        return _uuencoded(data, notes)
    if how not in _PLAIN:
        notes.add("unknown-encoding", how.decode())
    return data


def _base64(data: bytes, is_text: bool, notes: Notes) -> bytes:
    compact = data.translate(None, _SPACE)
    if not compact.translate(None, _BASE64 + b"="):
        return _clean_base64(compact, notes)
    notes.add("bad-encoding")
    if is_text and (cut := _footer(data)):
        return _clean_base64(data[:cut].translate(None, _SPACE), notes) + b"\n\n" + data[cut:]
    junk = bytes(set(compact) - set(_BASE64 + b"="))
    decoded = _clean_base64(compact.translate(None, junk), notes)
    return data if is_text and not _is_utf8(decoded) else decoded


def _clean_base64(compact: bytes, notes: Notes) -> bytes:
    """Base64 without anything else in it: whole, without its padding, or several pieces after one another."""
    core = compact.rstrip(b"=")
    pieces = _PADS.split(core, _PIECES) if b"=" in core else [core]
    decoded = []
    for piece in pieces:
        if len(piece) % 4 == 1:
            notes.add("bad-encoding")
            piece = piece[:-1]
        decoded.append(binascii.a2b_base64(piece + b"=" * (-len(piece) % 4)))
    return b"".join(decoded)


def _footer(data: bytes) -> int:
    """Where, after an empty line, words follow that are not coded; 0 if none do."""
    line = _EMPTY_LINE.search(data, len(data) - len(data.lstrip(_SPACE)))
    if line is None or data[: line.start()].translate(None, _SPACE + _BASE64 + b"="):
        return 0
    return line.end()


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _uuencoded(data: bytes, notes: Notes) -> bytes:
    decoded = []
    for line in data.replace(b"\r", b"").split(b"\n"):
        if line.startswith(b"begin ") or not line.strip():
            continue
        if line == b"end":
            break
        try:
            decoded.append(binascii.a2b_uu(line))
        except binascii.Error:
            notes.add("bad-encoding")
            return data
    return b"".join(decoded)
