"""Dates in text: days of birth are personal data, and no other date is the number of a telephone."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from .cues import BORN, Cues
from .spans import Span

MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez|ene|abr|ago|dic|fev|fév|avr|juin|juil|aoû"
    r"|déc|set|out|gen|mag|giu|lug|ott|maa|mei|maj|sty|lut|kwi|cze|lip|sie|wrz|paź|lis|gru|янв|фев|мар|апр|ма|июн"
    r"|июл|авг|сен|окт|ноя|дек)\w{0,8}\.?"
)
_TIME = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2})?)?"
_NUMERIC = r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2} ?[-/.] ?\d{1,2} ?[-/.] ?(?:\d{4}|\d{2}))" + _TIME
_CJK = r"\d{2,4} ?[年년] ?\d{1,2} ?[月월] ?\d{1,2} ?[日일]?"
_DAY_FIRST = rf"\d{{1,2}}(?:st|nd|rd|th|\.|er|º)? (?:of |de )?{MONTH},?(?: de)? \d{{4}}"
_MONTH_FIRST = rf"{MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}"
DATE = re.compile(rf"(?i)(?<![\d/.-])(?:{_CJK}|{_DAY_FIRST}|{_MONTH_FIRST}|{_NUMERIC})(?![\d/]|[.-]\d)")
_DIGITS = re.compile(rf"(?<![\d/.-])(?:{_CJK}|{_NUMERIC})(?![\d/]|[.-]\d)")
COMPACT = re.compile(r"(?<!\d)(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)")
_BORN = Cues(BORN)
NEAR_AFTER, NEAR_BEFORE = 48, 16
"""A date so far behind or before such a word is a day of birth."""


def dates(text: str) -> list[tuple[int, int]]:
    """Where dates in digits stand, and times with them."""
    return [found.span() for found in _DIGITS.finditer(text)]


def births(text: str) -> Iterator[Span]:
    """Days of birth: dates near a word that says so."""
    cues = _BORN.find(text)
    if not cues:
        return
    starts, ends = [start for start, _ in cues], [end for _, end in cues]
    for found in (*DATE.finditer(text), *COMPACT.finditer(text)):
        start, end = found.span()
        before, after = bisect_right(ends, start), bisect_left(starts, end)
        told = before > 0 and start - ends[before - 1] <= NEAR_AFTER
        tells = after < len(starts) and starts[after] - end <= NEAR_BEFORE
        if told or tells:
            yield Span(start, end, "identity", "birth")
