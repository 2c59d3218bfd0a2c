"""Headers as they are written: each of one line, folded, coded where they are not ASCII, closed to injection."""

from __future__ import annotations

import re
from base64 import b64encode
from binascii import b2a_qp
from collections.abc import Sequence

from .people import is_address
from .records import Address
from .words import one_line

LONGEST_LINE = 76
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_TOKEN = re.compile(r"[A-Za-z0-9-]{1,35}")
_ID = re.compile(r"[!-;=?-~]{1,200}@[!-;=?-~]{1,200}")
_ENVELOPE = re.compile(rb"^From ", re.MULTILINE)
_WORD_BYTES = 42
"""Of one encoded-word: in base64, with what stands around it, they are the 75 signs that it may have (RFC 2047, 2)."""
_LONGEST_TEXT, _LONGEST_NAME = 500, 200


class CannotSend(ValueError):
    """A mail cannot be written; its sentence says why, to the person who wants to send it."""


def mailbox(person: Address) -> Address:
    """An address that mail can be sent to: its domain in ASCII (RFC 3490). Raises CannotSend if there is none."""
    local, _, domain = person.address.strip().rpartition("@")
    try:
        plain_domain = domain if domain.isascii() else domain.encode("idna").decode()
    except UnicodeError:
        plain_domain = ""
    address = f"{local}@{plain_domain}"
    if len(domain) > 253 or len(local) > 64 or not is_address(address):
        raise CannotSend(f"“{one_line(person.address)[:100]}” is no address that mail can be sent to.")
    return Address(address, one_line(person.name)[:_LONGEST_NAME])


def is_id(told: str) -> bool:
    """Whether it can stand between the brackets of an id."""
    return _ID.fullmatch(told) is not None


def is_token(told: str) -> bool:
    """Whether it can be the name of a language."""
    return _TOKEN.fullmatch(told) is not None


def plain(name: str, value: str) -> bytes:
    """A header of words that we made ourselves."""
    return _folded(name, one_line(value).split(" "))


def text(name: str, value: str) -> bytes:
    """A header that people read: coded where it is not plain ASCII, or could be taken for coded."""
    line = one_line(value)[:_LONGEST_TEXT]
    return _folded(name, line.split(" ") if line.isascii() and "=?" not in line and _fits(line) else _words(line))


def people(name: str, them: Sequence[Address]) -> bytes:
    """A header of addresses that `mailbox` has made."""
    words = []
    for number, person in enumerate(them):
        end = "," if number < len(them) - 1 else ""
        words += [*_phrase(person.name), f"<{person.address}>{end}"] if person.name else [person.address + end]
    return _folded(name, words)


def ascii_name(name: str) -> str:
    """The name of a file for programs that know no other signs."""
    return re.sub(r'[^ -~]|["\\%]', "_", one_line(name))[:_LONGEST_NAME] or "file"


def quoted_printable(text: str) -> bytes:
    """The text in lines that all servers take. None begins as mailboxes divide their mails, which would put a sign
    before it.
    """
    coded = b2a_qp(text.encode("utf-8", "replace"), istext=True)
    return _ENVELOPE.sub(b"=46rom ", coded).replace(b"\n", b"\r\n")


def _phrase(name: str) -> list[str]:
    if not name.isascii() or "=?" in name or not _fits(name):
        return _words(name)
    if _ATOMS.fullmatch(name):
        return name.split(" ")
    return ['"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"']


def _fits(line: str) -> bool:
    """Whether no word is so long that a line could not hold it."""
    return all(len(word) <= LONGEST_LINE for word in line.split(" "))


def _words(line: str) -> list[str]:
    """The line as encoded-words (RFC 2047): none divides a character."""
    pieces: list[bytes] = [b""]
    for sign in line:
        data = sign.encode("utf-8", "replace")
        if len(pieces[-1]) + len(data) > _WORD_BYTES:
            pieces.append(b"")
        pieces[-1] += data
    return [f"=?utf-8?B?{b64encode(piece).decode()}?=" for piece in pieces]


def _folded(name: str, words: Sequence[str]) -> bytes:
    """Broken between words, where a line would be too long."""
    lines = [f"{name}:"]
    for word in words:
        if len(lines[-1]) + 1 + len(word) > LONGEST_LINE and lines[-1] != f"{name}:":
            lines.append("")
        lines[-1] += f" {word}"
    return "\r\n".join([*lines, ""]).encode()
