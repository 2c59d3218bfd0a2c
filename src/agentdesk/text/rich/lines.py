"""A text in Markdown as lines: each what it is (words, an item, a heading, code), how deep, and its words."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from .runs import Run, runs_of

LONGEST = 200_000
MOST_LINES = 10_000
MOST_SIGNS = 20_000
"""What has more is shown as it was typed: it was made to cost time, not to be read."""
DEEPEST = 6
"""Lists and quotes deeper in one another are shown as this deep."""
FENCE = re.compile(r"[ ]{0,3}(`{3,}(?=[^`]*$)|~{3,})")
QUOTE = re.compile(r"[ ]{0,3}(?:>[ ]?){1,30}")
HEADING = re.compile(r"[ ]{0,3}(#{1,6})[ \t]+(?=\S)")
ITEM = re.compile(r"([ \t]{0,40})([-*]|\d{1,6}[.)])[ \t]+(?=\S)")
RULE = re.compile(r"[ ]{0,3}(?:(?:-[ \t]*){3,200}|(?:\*[ \t]*){3,200}|(?:_[ \t]*){3,200})$")
_STARTS = "`~-*_#"
"""So begins what is not simply words; numbered items begin with a digit."""
BULLET = "•"
_ANY, _BEGIN = re.compile(r"[*_`~\[\\<]"), re.compile(r"\n[ \t]*[#>\-\d]")
"""Where neither is, no sign means anything."""
_INLINE = re.compile("[\\\\`*_~\\[\\]<@:\x00]")
"""In a line without one of these nothing has a look of its own, and no address begins."""
_COUNTED = re.compile(r"[*_`~\[\\<>]")


class Line(NamedTuple):
    """One line. `kind`: text, item, heading, code or rule. `quote` and `depth`: within so many quotes and lists;
    `marker` is what stands before an item (• or its number), `level` that of a heading, 1 to 6.
    """

    kind: str
    runs: tuple[Run, ...]
    quote: int = 0
    depth: int = 0
    marker: str = ""
    level: int = 0

    @property
    def words(self) -> str:
        """The line as it is read: with its marker, without any other sign."""
        head = f"{self.marker} " if self.marker else ""
        return head + "".join(run.text for run in self.runs)


@lru_cache(maxsize=256)
def lines_of(text: str) -> tuple[Line, ...]:
    """The lines of a text of any kind. One line stays one line: what opens in one ends in it, but for fenced code,
    whose fences are not shown. Where there is no sign, nothing changes.
    """
    if len(text) > LONGEST or text.count("\n") > MOST_LINES or len(_COUNTED.findall(text)) > MOST_SIGNS:
        return _as_typed(text)
    return tuple(_Reader().read(text)) if _ANY.search(text) or _BEGIN.search(f"\n{text}") else _as_typed(text)


def _as_typed(text: str) -> tuple[Line, ...]:
    at, lines = 0, []
    for line in text.split("\n"):
        lines.append(Line("text", (Run(line, at),) if line else ()))
        at += len(line) + 1
    return tuple(lines)


class _Reader:
    """Keeps what goes on from line to line: fenced code, and how far the items of a list are indented."""

    def __init__(self) -> None:
        self.fence, self.fence_quote = "", 0
        self.indents: list[int] = []
        self.bare = False
        """Whether all of the line is words, but for how it begins."""

    def read(self, text: str) -> list[Line]:
        found: list[Line] = []
        at, signs = 0, [*(sign.start() for sign in _INLINE.finditer(text)), len(text)]
        signs.reverse()
        for line in text.split("\n"):
            while signs[-1] < at:
                signs.pop()
            self.bare = signs[-1] >= at + len(line)
            made = self._line(line, at)
            if made is not None:
                found.append(made)
            at += len(line) + 1
        return found

    def _line(self, line: str, at: int) -> Line | None:
        if self.fence:
            return self._code(line, at)
        head = QUOTE.match(line) if ">" in line else None
        quote = min(DEEPEST, head[0].count(">")) if head else 0
        begin = head.end() if head else 0
        inside = line[begin:]
        first = inside.lstrip(" \t")[:1]
        if not first or not (first in _STARTS or first.isdigit()):
            return self._text(inside, quote, at + begin)
        if fence := FENCE.match(inside):
            self.fence, self.fence_quote, self.indents = fence[1], quote, []
            return None
        at += begin
        if RULE.match(inside):
            self.indents = []
            return Line("rule", (), quote)
        if heading := HEADING.match(inside):
            self.indents = []
            words = inside[heading.end() :]
            return Line("heading", self._runs(words, at + heading.end()), quote, level=len(heading[1]))
        if item := ITEM.match(inside):
            return self._item(inside, item, quote, at)
        return self._text(inside, quote, at)

    def _text(self, inside: str, quote: int, at: int) -> Line:
        """Words: within an item if they are indented as it is."""
        if not self.indents:
            return Line("text", self._runs(inside, at), quote)
        shift = len(inside) - len(inside.lstrip(" \t"))
        while self.indents and inside.strip() and shift <= self.indents[-1]:
            self.indents.pop()
        depth = min(DEEPEST, len(self.indents)) if inside.strip() else 0
        shift = shift if depth else 0
        return Line("text", self._runs(inside[shift:], at + shift), quote, depth)

    def _runs(self, words: str, at: int) -> tuple[Run, ...]:
        if self.bare:
            return (Run(words, at),) if words else ()
        return tuple(runs_of(words, at))

    def _item(self, inside: str, item: re.Match[str], quote: int, at: int) -> Line:
        shift = len(item[1].expandtabs(4))
        while self.indents and shift <= self.indents[-1]:
            self.indents.pop()
        self.indents.append(shift)
        depth = min(DEEPEST, len(self.indents))
        marker = BULLET if item[2] in "-*" else item[2]
        return Line("item", self._runs(inside[item.end() :], at + item.end()), quote, depth, marker)

    def _code(self, line: str, at: int) -> Line | None:
        head = QUOTE.match(line) if self.fence_quote else None
        begin = head.end() if head else 0
        inside = line[begin:]
        closing = inside.strip(" ")
        if closing and not closing.strip(self.fence[0]) and len(closing) >= len(self.fence):
            self.fence = ""
            return None
        runs = (Run(inside, at + begin, "c"),) if inside else ()
        return Line("code", runs, self.fence_quote)


class Read(NamedTuple):
    """The words of all lines, a line end between them; `stretches` are those that stand in the source, each as where it
    stands in the words, where it stands in the source, and its length.
    """

    words: str
    stretches: list[tuple[int, int, int]]

    def source(self, start: int, end: int) -> tuple[int, int] | None:
        """The stretch of the source that is read as these words, with all signs within it; None if none is."""
        first = bisect_right(self.stretches, start, key=itemgetter(0)) - 1
        inside = [
            (place + max(start - at, 0), place + min(end - at, size))
            for at, place, size in self.stretches[max(0, first) : bisect_left(self.stretches, end, key=itemgetter(0))]
            if start < at + size
        ]
        return (inside[0][0], inside[-1][1]) if inside else None


def as_read(lines: Sequence[Line]) -> Read:
    """The words, and where they stand in the source."""
    parts: list[str] = []
    stretches: list[tuple[int, int, int]] = []
    at = 0
    for line in lines:
        if line.marker:
            parts.append(f"{line.marker} ")
            at += len(line.marker) + 1
        for run in line.runs:
            parts.append(run.text)
            stretches.append((at, run.start, len(run.text)))
            at += len(run.text)
        parts.append("\n")
        at += 1
    return Read("".join(parts)[:-1], stretches)
