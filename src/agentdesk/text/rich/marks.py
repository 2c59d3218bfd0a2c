"""What stands where in a line that is being written: signs and the looks of words, for styling it while one types."""

from __future__ import annotations

from typing import NamedTuple

from .lines import FENCE, HEADING, ITEM, LONGEST, QUOTE, RULE
from .runs import runs_of

FENCED = 1
"""The state of a line after which fenced code goes on; a line's number of ticks or tildes is added to it."""
TILDES = 1 << 10


class Mark(NamedTuple):
    """A stretch of a line: `sign`, `quote`, `heading`, or looks as in `Run`; `href` where it leads."""

    start: int
    length: int
    looks: str
    href: str = ""


def marks(line: str, before: int) -> tuple[list[Mark], int]:
    """The stretches of a line that look otherwise, and the state behind it. `before` is the state of the line above,
    0 where no fenced code is open.
    """
    if len(line) > LONGEST:
        return [], before
    if before >= FENCED:
        return _fenced(line, before)
    head = QUOTE.match(line)
    at = head.end() if head else 0
    found = [Mark(0, at, "sign")] if at else []
    inside = line[at:]
    if fence := FENCE.match(inside):
        state = FENCED + min(len(fence[1]), TILDES - 2) + (TILDES if fence[1][0] == "~" else 0)
        return [*found, Mark(at, len(inside), "sign")], state
    if RULE.match(inside):
        return [*found, Mark(at, len(inside), "sign")], 0
    heading, item = HEADING.match(inside), ITEM.match(inside)
    opening = heading or item
    begin = at + (opening.end() if opening else 0)
    if opening:
        found.append(Mark(at, begin - at, "sign"))
    found += _inline(line[begin:], begin)
    if heading:
        found.append(Mark(begin, len(line) - begin, "heading"))
    if head and inside:
        found.append(Mark(at, len(inside), "quote"))
    return found, 0


def _inline(words: str, begin: int) -> list[Mark]:
    found, at = [], begin
    for run in runs_of(words, begin):
        if run.start > at:
            found.append(Mark(at, run.start - at, "sign"))
        if run.looks or run.href:
            found.append(Mark(run.start, len(run.text), run.looks, run.href))
        at = run.start + len(run.text)
    if at < begin + len(words):
        found.append(Mark(at, begin + len(words) - at, "sign"))
    return found


def _fenced(line: str, before: int) -> tuple[list[Mark], int]:
    sign, least = ("~", before - TILDES - FENCED) if before > TILDES else ("`", before - FENCED)
    head = QUOTE.match(line)
    closing = line[head.end() if head else 0 :].strip(" ")
    if closing and not closing.strip(sign) and len(closing) >= least:
        return [Mark(0, len(line), "sign")], 0
    return [Mark(0, len(line), "c")] if line else [], before
