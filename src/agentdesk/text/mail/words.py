"""The words of a header: raw bytes and encoded-words (RFC 2047) to one line of text that is safe to show."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from itertools import groupby

from .charsets import decode_short, guess

WORD = re.compile(r"=\?([!->@-~]{1,75})\?([bBqQ])\?((?:[^?]|\?(?!=)){0,2000}+)\?=")
"""One encoded-word, as generous as may be: spaces and question marks within, no space around."""
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Signs that turn the direction of what follows: a name that holds them shows as another."""
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u061c\u200b\u200e\u200f\u2060\ufeff\ud800-\udfff\ufffe\uffff]"
)
_CODED = re.compile(r"=([0-9A-Fa-f]{2})")
_NO_BASE64 = re.compile(r"[^A-Za-z0-9+/]")


def text_of(value: bytes) -> str:
    """The raw text of a header. Eight-bit signs are UTF-8 or, failing that, Western."""
    return value.decode("ascii") if value.isascii() else guess(value)


def one_line(text: str) -> str:
    """Text on one line, single spaces, without what is not seen or turns the direction of writing."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join(TURNING.sub("", _UNSEEN.sub("", text)).split())


def decode_words(text: str, most: int) -> str:
    """A text with its encoded-words decoded, once. Of a longer text than `most` characters only so much is."""
    if "=?" not in text:
        return text
    head, tail = text[:most], text[most:]
    return "".join(_pieces(head)) + tail


def _pieces(text: str) -> Iterator[str]:
    """Plain stretches and decoded ones. Words of one charset that touch are decoded as one: some programs cut a
    character in two between them.
    """
    at = 0
    for touching in _runs(text):
        yield text[at : touching[0].start()]
        for charset, words in groupby(touching, lambda word: word[1].partition("*")[0].lower()):
            yield decode_short(b"".join(map(_octets, words)), charset)
        at = touching[-1].end()
    yield text[at:]


def _runs(text: str) -> Iterator[list[re.Match[str]]]:
    """Encoded-words with nothing but space between them."""
    run: list[re.Match[str]] = []
    for word in WORD.finditer(text):
        if run and text[run[-1].end() : word.start()].strip():
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def _octets(word: re.Match[str]) -> bytes:
    payload = word[3]
    if word[2] in "qQ":
        return _CODED.sub(_octet, payload.replace("_", " ")).encode("utf-8", "surrogateescape")
    payload = _NO_BASE64.sub("", payload)
    payload = payload[:-1] if len(payload) % 4 == 1 else payload
    return binascii.a2b_base64(payload + "=" * (-len(payload) % 4))


def _octet(found: re.Match[str]) -> str:
    """A byte above ASCII waits as half a character until the whole word is bytes."""
    value = int(found[1], 16)
    return chr(value) if value < 0x80 else chr(0xDC00 + value)
