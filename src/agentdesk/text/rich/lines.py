"""A text in Markdown as lines: each what it is (words, an item, a heading, code), how deep, and its words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
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
BULLET = "•"
_ANY = re.compile(r"[*_`~\[\\<]|^[ ]{0,3}(?:#|>|-)|^[ \t]*(?:-|\d+[.)])[ \t]", re.MULTILINE)
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
    return tuple(_Reader().read(text)) if _ANY.search(text) else _as_typed(text)


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

    def read(self, text: str) -> list[Line]:
        found: list[Line] = []
        at = 0
        for line in text.split("\n"):
            made = self._line(line, at)
            if made is not None:
                found.append(made)
            at += len(line) + 1
        return found

    def _line(self, line: str, at: int) -> Line | None:
        if self.fence:
            return self._code(line, at)
        head = QUOTE.match(line)
        quote = min(DEEPEST, head[0].count(">")) if head else 0
        begin = head.end() if head else 0
        inside = line[begin:]
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
            return Line("heading", tuple(runs_of(words, at + heading.end())), quote, level=len(heading[1]))
        if item := ITEM.match(inside):
            return self._item(inside, item, quote, at)
        return self._text(inside, quote, at)

    def _text(self, inside: str, quote: int, at: int) -> Line:
        """Words: within an item if they are indented as it is."""
        shift = len(inside) - len(inside.lstrip(" \t"))
        while self.indents and inside.strip() and shift <= self.indents[-1]:
            self.indents.pop()
        depth = min(DEEPEST, len(self.indents)) if inside.strip() else 0
        shift = shift if depth else 0
        return Line("text", tuple(runs_of(inside[shift:], at + shift)), quote, depth)

    def _item(self, inside: str, item: re.Match[str], quote: int, at: int) -> Line:
        shift = len(item[1].expandtabs(4))
        while self.indents and shift <= self.indents[-1]:
            self.indents.pop()
        self.indents.append(shift)
        depth = min(DEEPEST, len(self.indents))
        marker = BULLET if item[2] in "-*" else item[2]
        return Line("item", tuple(runs_of(inside[item.end() :], at + item.end())), quote, depth, marker)

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


def source_places(lines: Sequence[Line]) -> tuple[str, list[int]]:
    """The words of all lines, a line end between them, and for each character where it stands in the source; -1 for
    what does not stand there.
    """
    parts: list[str] = []
    places: list[int] = []
    for line in lines:
        head = f"{line.marker} " if line.marker else ""
        parts.append(head)
        places += [-1] * len(head)
        for run in line.runs:
            parts.append(run.text)
            places += range(run.start, run.start + len(run.text))
        parts.append("\n")
        places.append(-1)
    return "".join(parts)[:-1], places[:-1]
