"""What is different between two versions of a text, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

MOST = 2_000
"""Lines of both texts together; with more, one is shown as taken away and the other as new."""
AROUND = 3
"""Lines that stayed which are shown before and after a change."""


class Line(NamedTuple):
    """A line that stayed (" "), went ("-"), came ("+"), or stands for those that are left out ("…")."""

    sign: str
    text: str


def differences(old: str, new: str) -> list[Line]:
    """The changes from one text to the other, with some lines around them; empty if they are the same."""
    if old == new:
        return []
    before, after = old.split("\n") if old else [], new.split("\n") if new else []
    if len(before) + len(after) > MOST:
        return [*(Line("-", one) for one in before), *(Line("+", one) for one in after)]
    return list(_lines(before, after))


def _lines(before: list[str], after: list[str]) -> Iterator[Line]:
    codes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for place, (what, start, end, first, last) in enumerate(codes):
        if what == "equal":
            yield from _stayed(before[start:end], place == 0, place == len(codes) - 1)
            continue
        yield from (Line("-", one) for one in before[start:end])
        yield from (Line("+", one) for one in after[first:last])


def _stayed(lines: list[str], first: bool, last: bool) -> Iterator[Line]:
    head, tail = 0 if first else AROUND, 0 if last else AROUND
    if len(lines) <= head + tail + 1:
        yield from (Line(" ", one) for one in lines)
        return
    yield from (Line(" ", one) for one in lines[:head])
    yield Line("…", "")
    yield from (Line(" ", one) for one in lines[len(lines) - tail :])
