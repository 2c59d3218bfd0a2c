"""Names and addresses of an envelope: the grammar of RFC 5322 where it is kept, and the sense where it is not.

One pass from left to right; structure first, decoding after, so that no encoded-word can bring a comma or a bracket.
"""

from __future__ import annotations

import re

from .limits import Limits
from .records import Address
from .remarks import Notes
from .words import TURNING, WORD, decode_words, one_line, text_of

_SPECIAL = re.compile(r'["(<,;:\[]|=\?')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.){0,1000}+)"', re.DOTALL)
_ANGLE = re.compile(r'<((?:"(?:[^"\\]|\\.){0,1000}+"|[^<>"]){0,2000}+)>', re.DOTALL)
_OPEN = re.compile(r'<([^<>,;"]{0,2000}+)')
_LITERAL = re.compile(r"\[[^\[\]\\<>,;\s]{0,100}+\]")
_MARKS = re.compile(r'\\.|"(?:[^"\\]|\\.){0,1000}+"|[()]', re.DOTALL)
_AROUND_AT = re.compile(r"\s*@\s*")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_LOCAL = r'"(?:[^"\\]|\\.){1,200}"|[^\s"@<>(),;:\\\[\]\x00-\x1f\x7f]{1,200}'
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W])?"
_VALID = re.compile(rf"(?:{_LOCAL})@(?:{_LABEL}(?:\.{_LABEL}){{0,20}}\.?|\[(?:IPv6:)?[0-9A-Fa-f:.]{{3,45}}\])")
_LAST_WORD = re.compile(r'(?:"[^"]{0,1000}"|[^\s"]){1,2000}')
_LONGEST, _UNCLOSED, _COMMA = 320, 100, 40


class _Reader:
    """The state of one pass over one header."""

    def __init__(self, text: str, notes: Notes, limits: Limits) -> None:
        self.text, self.notes, self.limits = text, notes, limits
        self.found: list[Address] = []
        self._raw: list[str] = []  # as it stands, with its quotes
        self._phrase: list[str] = []  # without them
        self._comment, self._angle = "", ""
        self._has_angle = self._has_at = False
        self._unclosed = 0

    def read(self, most: int) -> list[Address]:
        """All addresses, in order, up to `most`."""
        at, closing = 0, _comments(self.text)
        while at < len(self.text) and len(self.found) < most:
            special = _SPECIAL.search(self.text, at)
            upto = special.start() if special else len(self.text)
            self._words(self.text[at:upto].replace(">", " "))
            at = self._special(upto, closing) if special else upto
        self._flush()
        if at < len(self.text):
            self.notes.add("many-addresses")
        return self.found[:most]

    def _words(self, text: str, quoted: str | None = None) -> None:
        self._raw.append(text)
        self._has_at = self._has_at or "@" in text
        self._phrase.append(text if quoted is None else quoted)

    def _special(self, at: int, closing: dict[int, int]) -> int:
        """Take what begins with a special sign; where to go on."""
        sign, text = self.text[at], self.text
        if sign in ",;":
            self._flush()
        elif sign == ":":
            self._group()
        elif sign == "(" and at in closing:
            self._comment = self._comment or text[at + 1 : closing[at]]
            return closing[at] + 1
        elif sign == "<":
            return self._bracket(at)
        elif sign == "=" and (word := WORD.match(text, at)):
            self._coded(word.group())
            return word.end()
        elif sign == '"' and (quoted := self._quoted(at)):
            self._words(quoted.group(), _ESCAPED.sub(r"\1", quoted[1]))
            return quoted.end()
        elif sign == "[" and (literal := _LITERAL.match(text, at)):
            self._words(literal.group())
            return literal.end()
        elif sign != '"':
            self._words(sign)
        return at + 1

    def _coded(self, word: str) -> None:
        """An encoded-word. Python's library codes the comma between two people where it breaks a line: after an address
        it divides all the same.
        """
        if len(word) < _COMMA and (self._has_angle or self._has_at) and decode_words(word, _COMMA) == ",":
            self._flush()
        else:
            self._words(word)

    def _quoted(self, at: int) -> re.Match[str] | None:
        """A quoted string. After many quotes that nothing closes none is looked for any more: each costs a search."""
        found = _QUOTED.match(self.text, at) if self._unclosed < _UNCLOSED else None
        self._unclosed += found is None
        return found

    def _group(self) -> None:
        """What stands before a colon is the name of a group, unless it already is an address."""
        if self._has_angle or "@" in "".join(self._raw[-8:]):
            self._words(":")
        else:
            self._raw, self._phrase, self._comment, self._has_at = [], [], "", False

    def _bracket(self, at: int) -> int:
        found = _ANGLE.match(self.text, at) or _OPEN.match(self.text, at)
        if found is None or (not found[1].strip() and self.text[found.end() - 1] != ">"):
            return at + 1
        if self._has_angle and self._angle:  # two without a comma between them
            self._flush()
        self._angle, self._has_angle = found[1], True
        return found.end()

    def _flush(self) -> None:
        """End of one entry."""
        raw, phrase = "".join(self._raw), "".join(self._phrase)
        address = _unwrapped(self._angle) if self._has_angle else ""
        if not self._has_angle and self._has_at:
            address, phrase = _bare(raw, phrase)
        bad = bool(address) and not is_address(address)
        if bad and not self._name(phrase):
            phrase = address
        name = self._name(phrase) or self._name(self._comment)
        if bad or (name and not address):
            self.notes.add("bad-address", one_line(address or name))
        if name or (address and not bad):
            self.found.append(Address("" if bad else address, name))
        self._raw, self._phrase, self._comment, self._angle = [], [], "", ""
        self._has_angle = self._has_at = False

    def _name(self, phrase: str) -> str:
        if not phrase or phrase.isspace():
            return ""
        name = decode_words(phrase[: self.limits.header_words], self.limits.header_words)
        if TURNING.search(name):
            self.notes.add("turned", one_line(name))
        name = one_line(name)
        if len(name) > 1 and name[0] == name[-1] == "'":
            name = name[1:-1].strip()
        return name[: self.limits.name]


def is_address(text: str) -> bool:
    """Whether this is an address, by its form: what is not seen in it could make it show as another."""
    return len(text) <= _LONGEST and text.isprintable() and _VALID.fullmatch(text) is not None


def _comments(text: str) -> dict[int, int]:
    """Where each outermost comment that is closed opens and closes."""
    found: dict[int, int] = {}
    if "(" not in text:
        return found
    opened: list[int] = []
    for mark in _MARKS.finditer(text):
        if mark.group() == "(":
            opened.append(mark.start())
        elif mark.group() == ")" and opened:
            found[opened.pop()] = mark.start()
    return found


def _unwrapped(angle: str) -> str:
    """An address from between its brackets: without a route (RFC 5322, 4.4), a scheme, or spaces around the @."""
    text = angle.strip()
    text = text[7:].strip() if text[:7].lower() == "mailto:" else text
    if text.startswith("@") and ":" in text:
        text = text.rpartition(":")[2]
    return _AROUND_AT.sub("@", text.strip())


def _bare(raw: str, phrase: str) -> tuple[str, str]:
    """An address that stands without brackets, and what stands beside it."""
    words = _LAST_WORD.findall(raw[:10_000])
    for word in reversed(words):
        if "@" in word and _VALID.fullmatch(word):
            return word, " ".join(one.strip('"') for one in words if one is not word)
    return ("" if len(words) > 1 else raw.strip()), phrase


def read(values: tuple[bytes, ...], notes: Notes, limits: Limits, most: int) -> tuple[Address, ...]:
    """The people of all fields of one name."""
    return tuple(_Reader(text_of(b",".join(values)), notes, limits).read(most))
