"""When a mail says it was written: RFC 5322, its old forms (4.3), and the other forms that programs have used."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from .remarks import Notes
from .words import text_of

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
_ZONES = (
    dict.fromkeys(("", "z", "ut", "utc", "gmt"), 0)
    | {"edt": -4, "est": -5, "cdt": -5, "cst": -6, "mdt": -6, "mst": -7, "pdt": -7, "pst": -8}  # RFC 5322, 4.3
    | {"wet": 0, "west": 1, "cet": 1, "met": 1, "cest": 2, "mest": 2, "eet": 2, "eest": 3}
    | {"msk": 3, "msd": 4, "jst": 9, "kst": 9, "hst": -10, "akst": -9, "akdt": -8, "nzst": 12, "nzdt": 13}
)
"""Hours from UTC, of those names that mean one zone only."""
_DAY = r"(?:[a-z]{3,9}\.?,?\s*)?"
_TIME = r"(?P<hour>\d{1,2})[:.](?P<minute>\d\d)(?:[:.](?P<second>\d\d)(?:[.,]\d{1,9})?)?"
_MONTH = r"(?P<month>[a-z]{3,9})\.?"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE | re.ASCII)
    for form in (
        rf"{_DAY}(?P<day>\d\d?)(?:\s+|-){_MONTH}(?:\s+|-)(?P<year>\d{{2,4}})[\s,]+{_TIME}\s*(?P<zone>.*)",
        rf"{_DAY}{_MONTH}\s+(?P<day>\d\d?),?\s+{_TIME}\s+(?:(?P<zone>[a-z]{{1,5}}|[+-]\d{{4}})\s+)?(?P<year>\d{{4}})",
        rf"{_DAY}{_MONTH}\s+(?P<day>\d\d?),?\s+(?P<year>\d{{4}}),?\s+{_TIME}\s*(?P<zone>.*)",
        rf"(?P<year>\d{{4}})-(?P<month>\d\d)-(?P<day>\d\d)(?:T|\s+){_TIME}\s*(?P<zone>Z?|[+-][01]\d:?[0-5]\d)",
    )
)
_OFFSET = re.compile(r"(?:GMT|UTC?)?\s*([+-])([01]\d|2[0-3]):?([0-5]\d)(?:\s+[a-z ]{1,40})?", re.IGNORECASE | re.ASCII)
_COMMENT = re.compile(r"\([^()]*\)")
_LONGEST, _NESTED = 200, 5


def read(value: bytes, notes: Notes) -> int | None:
    """UTC milliseconds, or None with a remark. An unknown zone is taken for UTC, with a remark."""
    text = text_of(value)
    for _ in range(_NESTED):
        text = _COMMENT.sub(" ", text) if "(" in text and len(text) <= _LONGEST else text
    text = " ".join(text.split())
    found = next((m for form in _FORMS if (m := form.fullmatch(text))), None) if len(text) <= _LONGEST else None
    when = _moment(found) if found else None
    if found is None or when is None:
        notes.add("bad-date")
        return None
    offset = _offset(found["zone"] or "")
    if offset is None:
        notes.add("bad-zone", found["zone"][:40])
    when -= timedelta(minutes=offset or 0)
    millis = (when - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    if millis < 0:
        notes.add("bad-date")
        return None
    return millis


def _moment(found: re.Match[str]) -> datetime | None:
    told = found["month"]
    month = int(told) if told.isdigit() else _MONTHS.get(told[:3].lower(), 0)
    year, second = int(found["year"]), int(found["second"] or 0)
    if len(found["year"]) < 4:  # RFC 5322, 4.3
        year += 2000 if year < 50 and len(found["year"]) == 2 else 1900
    try:
        clock = (int(found["hour"]), int(found["minute"]), 59 if second == 60 else second)
        when = datetime(year, month, int(found["day"]), *clock, tzinfo=UTC)
    except ValueError:
        return None
    return when if 1969 <= year <= 9990 else None


def _offset(zone: str) -> int | None:
    """Minutes east of UTC; None if nobody knows. A letter of the military means nothing (RFC 5322, 4.3)."""
    zone = zone.strip()
    if offset := _OFFSET.fullmatch(zone):
        minutes = int(offset[2]) * 60 + int(offset[3])
        return -minutes if offset[1] == "-" else minutes
    if len(zone) == 1 and zone.isascii() and zone.isalpha():
        return 0
    hours = _ZONES.get(zone.lower())
    return None if hours is None else hours * 60
