"""Days as people write them in a search: 2026-11-22, 22.11.26, yesterday, 7d."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import msgspec

_ISO = re.compile(r"(\d{4})(?:[-/.](\d{1,2}))?(?:[-/.](\d{1,2}))?\Z")
_WRITTEN = re.compile(r"(\d{1,2})[-/.](\d{1,2})(?:[-/.](\d{2}|\d{4})?)?\Z")
_AGO = re.compile(r"(\d{1,4})([dwmytj])\Z")
_DAYS = {"d": 1, "t": 1, "w": 7, "m": 30, "y": 365, "j": 365}
"""A day, a week, a month, a year; with the first letters of the German words."""
WORDS = {"today": 0, "heute": 0, "yesterday": 1, "gestern": 1}
CENTURY = 2_000


class Days(msgspec.Struct, frozen=True):
    """What days are where somebody reads. `order`: how numbers stand in a date; `starts`: when a day begins there
    (UTC milliseconds); `named`: a day that is written with words, or None.
    """

    today: date
    starts: Callable[[date], int]
    order: str = "dmy"
    named: Callable[[str], date | None] = lambda _text: None


def day_of(text: str, days: Days) -> date | None:
    """The day that somebody means; of a month or a year the first. None if it is no day."""
    text = text.strip().casefold()
    if text in WORDS:
        return days.today - timedelta(days=WORDS[text])
    if found := _ISO.match(text):
        return _made(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    if found := _WRITTEN.match(text):
        return _written(int(found[1]), int(found[2]), found[3], days)
    if found := _AGO.match(text):
        return _before(days.today, int(found[1]) * _DAYS.get(found[2], 1))
    return days.named(text)


def _written(first: int, second: int, year: str | None, days: Days) -> date | None:
    """A date without its year is the last such day that has come."""
    day, month = (second, first) if days.order.startswith("m") else (first, second)
    if year:
        return _made(int(year) + (CENTURY if len(year) == 2 else 0), month, day)
    made = _made(days.today.year, month, day)
    return made if made is None or made <= days.today else _made(days.today.year - 1, month, day)


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _before(today: date, count: int) -> date | None:
    try:
        return today - timedelta(days=count)
    except OverflowError:
        return None
