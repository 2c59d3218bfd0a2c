"""The words of one line and their looks: CommonMark's inline rules (0.31, section 6) for emphasis, code and links."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

LOOKS = "bisc"
"""Bold, italic, struck, code."""
MOST_SIGNS = 400
"""A line with more signs that could open something is shown as it was typed: it was made to cost time."""
LONGEST_ADDRESS = 2_000
SCHEMES = ("http://", "https://", "mailto:", "tel:")
_WHOLE = re.compile("\x00masked:[a-z]+\x00|@\\[[A-Za-z0-9._:-]{1,120}\\]")
"""What stands for something else as a whole: a masked value, a person's name."""
_ADDRESS = re.compile(r"https?://[^\s<>\x00]+", re.IGNORECASE)
_TRAILING = "*_~`.,;:!?)]\\"
"""Signs at the end of an address that are not part of it."""
_AUTO = re.compile(r"<((?:https?://|mailto:)[^\s<>\x00]{1,2000})>", re.IGNORECASE)
_TO = re.compile(
    r"\([ \t]*(?:<([^<>\n\x00]{0,2000})>|([^\s()<>\x00]{0,2000}(?:\([^\s()\x00]{0,500}\)[^\s()<>\x00]{0,500}){0,9}))"
    r"(?:[ \t]+\"[^\"\n]{0,500}\")?[ \t]*\)"
)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_SIGN = re.compile("[\\\\`*_~\\[\\]<]|https?://|@\\[|\x00", re.IGNORECASE)
_TICKS = re.compile("`+")


class Run(NamedTuple):
    """Words of one look. They stand at `start` of the source, as they are; `href` is where they lead."""

    text: str
    start: int
    looks: str = ""
    href: str = ""


class _Delimiter:
    """A run of signs that may open or close emphasis."""

    __slots__ = ("at", "closes", "count", "link", "opens", "sign", "whole")

    def __init__(self, at: int, sign: str, count: int, opens: bool, closes: bool) -> None:
        self.at, self.sign, self.count, self.whole = at, sign, count, count
        self.opens, self.closes, self.link = opens, closes, 0


class _Bit:
    """A piece of the line: words, or signs that are words unless they come to mean something."""

    __slots__ = ("delimiter", "href", "link", "looks", "start", "text")

    def __init__(self, text: str, start: int, looks: str = "") -> None:
        self.text, self.start, self.looks, self.href, self.link = text, start, looks, "", 0
        self.delimiter: _Delimiter | None = None


def runs_of(line: str, start: int = 0) -> list[Run]:
    """The words of a line without the signs that say how they look; a line of any text. `start`: where it stands."""
    first = _SIGN.search(line)
    if first is None or len(_SIGN.findall(line)) > MOST_SIGNS:
        return [Run(line, start)] if line else []
    bits = _Reader(line).read()
    _emphasise(bits)
    found: list[Run] = []
    for bit in bits:
        text = bit.text if bit.delimiter is None else bit.text[: bit.delimiter.count]
        looks = "".join(look for look in LOOKS if look in bit.looks)
        last = found[-1] if found else None
        if not text:
            continue
        if last is not None and (last.looks, last.href) == (looks, bit.href) and _end(last) == start + bit.start:
            found[-1] = last._replace(text=last.text + text)
        else:
            found.append(Run(text, start + bit.start, looks, bit.href))
    return found


def _end(run: Run) -> int:
    return run.start + len(run.text)


def addresses_in(words: str) -> list[tuple[int, int]]:
    """Where web addresses stand that are written out (start, end): no sign in one of them means anything."""
    return [(found.start(), found.start() + len(found[0].rstrip(_TRAILING))) for found in _ADDRESS.finditer(words)]


class _Reader:
    """Reads a line from left to right."""

    def __init__(self, line: str) -> None:
        self.line, self.bits, self.open = line, list[_Bit](), list[int]()
        self.links = 0
        self._ticks: dict[int, list[int]] = {}
        for found in _TICKS.finditer(line):
            self._ticks.setdefault(len(found[0]), []).append(found.start())

    def read(self) -> list[_Bit]:
        """The pieces, with links."""
        at, line = 0, self.line
        while at < len(line):
            found = _SIGN.search(line, at)
            if found is None:
                self._word(at, len(line))
                break
            if found.start() > at:
                self._word(at, found.start())
            at = self._sign(found.start())
        return self.bits

    def _word(self, start: int, end: int, looks: str = "") -> int:
        self.bits.append(_Bit(self.line[start:end], start, looks))
        return end

    def _sign(self, at: int) -> int:
        """What begins here; where it ends."""
        line, sign = self.line, self.line[at]
        if whole := _WHOLE.match(line, at):
            return self._word(at, whole.end())
        if sign == "\\" and _ESCAPED.match(line, at):
            return self._word(at + 1, at + 2)
        if sign == "`":
            return self._code(at)
        if sign == "<" and (auto := _AUTO.match(line, at)):
            self._word(auto.start(1), auto.end(1))
            self.bits[-1].href, self.bits[-1].link = auto[1], self._next_link()
            return auto.end()
        if address := _ADDRESS.match(line, at):
            return self._word(at, at + len(address[0].rstrip(_TRAILING)))
        if sign == "[":
            self.open.append(len(self.bits))
            return self._word(at, at + 1)
        if sign == "]":
            return self._bracket(at)
        if sign in "*_~":
            return self._delimiter(at)
        return self._word(at, at + 1)

    def _next_link(self) -> int:
        self.links += 1
        return self.links

    def _code(self, at: int) -> int:
        opening = _TICKS.match(self.line, at)
        assert opening is not None
        places = self._ticks.get(len(opening[0]), [])
        close = next((one for one in places[_after(places, at) :]), -1)
        if close < 0:
            return self._word(at, opening.end())
        start, end = opening.end(), close
        inside = self.line[start:end]
        if inside.startswith(" ") and inside.endswith(" ") and inside.strip(" "):
            start, end = start + 1, end - 1
        self._word(start, end, "c")
        return close + len(opening[0])

    def _bracket(self, at: int) -> int:
        opener = self.open.pop() if self.open else -1
        to = _TO.match(self.line, at + 1) if opener >= 0 else None
        href = (to[1] if to[1] is not None else to[2]) if to is not None else ""
        if to is None or not href.lower().startswith(SCHEMES) or len(self.bits) == opener + 1:
            return self._word(at, at + 1)
        link = self._next_link()
        for bit in self.bits[opener + 1 :]:
            bit.href, bit.link = href, link
            if bit.delimiter is not None:
                bit.delimiter.link = link
        self.bits[opener].text = ""
        self.open.clear()  # no link within a link
        return to.end()

    def _delimiter(self, at: int) -> int:
        line, sign = self.line, self.line[at]
        end = at
        while end < len(line) and line[end] == sign:
            end += 1
        before, after = line[at - 1 : at], line[end : end + 1]
        left = _flanks(after, before)
        right = _flanks(before, after)
        self._word(at, end)
        if sign == "~" and end - at != 2:
            return end
        word = sign == "_"
        opens = left and not (word and right and not _is_sign(before))
        closes = right and not (word and left and not _is_sign(after))
        self.bits[-1].delimiter = _Delimiter(len(self.bits) - 1, sign, end - at, opens, closes)
        return end


def _after(places: Sequence[int], at: int) -> int:
    low, high = 0, len(places)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if places[middle] <= at else (low, middle)
    return low


def _flanks(near: str, far: str) -> bool:
    """CommonMark's left-flanking; with the sides changed, its right-flanking."""
    return not _is_space(near) and (not _is_sign(near) or _is_space(far) or _is_sign(far))


def _is_space(sign: str) -> bool:
    return not sign or sign.isspace()


def _is_sign(sign: str) -> bool:
    return bool(sign) and sign != "\x00" and unicodedata.category(sign)[0] in "PS"


def _emphasise(bits: list[_Bit]) -> None:
    """Pair what opens with what closes: CommonMark 0.31, appendix "An algorithm for parsing nested emphasis"."""
    stack: list[_Delimiter] = []
    for closer in [bit.delimiter for bit in bits if bit.delimiter is not None]:
        while closer.closes and closer.count and (at := _opener(stack, closer)) >= 0:
            opener = stack[at]
            del stack[at + 1 :]
            used = 2 if min(opener.count, closer.count) >= 2 else 1
            look = "s" if closer.sign == "~" else "b" if used == 2 else "i"
            for bit in bits[opener.at + 1 : closer.at]:
                bit.looks += look
            opener.count -= used
            closer.count -= used
            if not opener.count:
                stack.pop()
            _shift(bits[closer.at], used)
        if closer.opens and closer.count:
            stack.append(closer)


def _shift(bit: _Bit, used: int) -> None:
    bit.start += used  # what is left of a closing run stands behind what was used


def _opener(stack: Sequence[_Delimiter], closer: _Delimiter) -> int:
    for at in range(len(stack) - 1, -1, -1):
        one = stack[at]
        if one.sign != closer.sign or one.link != closer.link:
            continue
        odd = (one.closes or closer.opens) and (one.whole + closer.whole) % 3 == 0
        if not (odd and (one.whole % 3 or closer.whole % 3)):
            return at
    return -1
