"""Finds national numbers: by form and check, by the customer's country, and after the words that announce one."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from ..cues import DOCUMENT, Cues
from ..spans import Span
from .table import NUMBERS, Id

_ANNOUNCES = Cues(DOCUMENT)
_DENSE = re.compile(r"\d(?:(?:[A-Za-z ./-]{0,3}\d){6}|(?<=[A-Za-z]{4}\d)\d{3})")
"""What nearly all forms have in common: most texts hold nothing like it."""
_LOOSE = (
    re.compile(r"\d\d(?: ?\d\d ?\d\d ?[A-Da-d]|\d{4}\+\d)"),
    re.compile(r"[0-9L-NP-Vl-np-v][0-9L-NP-Vl-np-v] ?[^\W\d_][0-9L-NP-Vl-np-v]{3}[^\W\d_](?![A-Za-z0-9])"),
)
"""What the others have: a British number, a Nordic one with a plus, an Italian one with letters in place of digits."""
FEWEST = 5
"""Digits of a number that is only announced."""
ANNOUNCED = 32
"""The number stands at most so far behind them."""
_TAIL = re.compile(r"\d[A-Za-z0-9]{0,20}(?:[ ./-]\d[A-Za-z0-9]{0,20}){0,6}")
_TOKEN = re.compile(rf"(?<![A-Za-z0-9])[A-Za-z]{{0,3}}{_TAIL.pattern}")
_BARE = re.compile(r"[^A-Za-z0-9]")


def ids(text: str, country: str = "", whole: str = "") -> Iterator[Span]:
    """All national numbers. `country` (ISO 3166-1) is the customer's: numbers of that form and check are believed.
    `whole` is what `text` is cut from: in the company of such words, however far away, looser forms are believed too.
    """
    dense = _DENSE.search(text) is not None
    small = text.replace("ſ", "s")  # which a pattern without regard to case takes for an S
    loose = any(form.search(small) for form in _LOOSE)
    if not dense and not loose and not any(map(_could_be_announced, _TAIL.findall(text))):
        return
    announced = [end for _, end in _ANNOUNCES.find(text)]
    if not dense and not announced and not (loose and _ANNOUNCES.find(whole or text)):
        return
    for id in NUMBERS:
        for found in id.form.finditer(text):
            likely = id.sure or id.country == country or _is_announced(announced, found.start())
            if likely and _adds_up(id, found.group()):
                yield Span(found.start(), found.end(), id.data_class, id.kind)
    for end in announced:
        token = _announced_token(text, end)
        if token is not None:
            yield Span(*token, "identity", "id")


def _could_be_announced(token: str) -> bool:
    return sum(map(str.isdigit, token)) >= FEWEST


def _adds_up(id: Id, number: str) -> bool:
    if id.kind == "hetu":  # the sign in the middle tells the century
        return id.check(number.upper())
    return id.check(_BARE.sub("", number).upper())


def _is_announced(ends: list[int], start: int) -> bool:
    i = bisect_right(ends, start)
    return i > 0 and start - ends[i - 1] <= ANNOUNCED


def _announced_token(text: str, end: int) -> tuple[int, int] | None:
    """The number that some words announce, whatever its check digits say: a typing error is personal data too."""
    found = _TOKEN.search(text, end, end + 2 * ANNOUNCED)
    if found is None or found.start() - end > ANNOUNCED or "\n\n" in text[end : found.start()]:
        return None
    return found.span() if _could_be_announced(found.group()) else None
