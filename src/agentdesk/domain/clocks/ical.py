"""Holidays from an iCalendar file (RFC 5545): whole days, once or every year. What cannot be taken is told."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from ..kernel import Refusal, clean
from ..kernel.values import END
from .calendars import MOST_HOLIDAYS, Holiday

LONGEST = 1_000_000
"""Characters."""
MOST_EVENTS = 1_000
LONGEST_EVENT = 60
"""Days: what is longer is a season and no holiday."""
_DATE = re.compile(r"^(\d{4})(\d{2})(\d{2})$", re.ASCII)
_DAYS = re.compile(r"^P(?:(\d{1,3})W|(\d{1,4})D)$", re.ASCII)
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_ESCAPE = re.compile(r"\\([\\;,nN])")
_MONTH, _IN_MONTH, _NAMED = (
    "(1[0-2]|0?[1-9])",
    "[+-]?(3[01]|[12][0-9]|0?[1-9])",
    "([+-]?[1-9][0-9]?)?(MO|TU|WE|TH|FR|SA|SU)",
)
_PARTS = {
    name: re.compile(f"^{pattern}{END}", re.ASCII)
    for name, pattern in {
        "FREQ": "YEARLY",
        "INTERVAL": "[1-9][0-9]?",
        "COUNT": "[1-9][0-9]{0,2}",
        "UNTIL": "[0-9]{8}(T[0-9]{6}Z?)?",
        "BYMONTH": f"{_MONTH}(,{_MONTH}){{0,11}}",
        "BYMONTHDAY": f"{_IN_MONTH}(,{_IN_MONTH}){{0,30}}",
        "BYDAY": f"{_NAMED}(,{_NAMED}){{0,20}}",
        "WKST": "(MO|TU|WE|TH|FR|SA|SU)",
    }.items()
}
"""What is understood of a rule."""
NO_DAY, TOO_LONG, NOT_WHOLE, NO_SUCH_DAY, UNCLEAR = WHY = (
    "it has no day",
    "it is too long, or ends before it begins",
    "it is no whole day",
    "there is no such day",
    "its repetition is not understood: only every year is",
)


class Found(msgspec.Struct, frozen=True):
    """What a file holds: holidays in order, and what was left out: (name of the entry, why)."""

    holidays: tuple[Holiday, ...]
    left_out: tuple[tuple[str, str], ...]


class _Event(msgspec.Struct):
    name: str = ""
    uid: str = ""
    start: date | None = None
    days: int = 1
    rule: dict[str, str] = {}
    without: set[date] = set()
    more: set[date] = set()
    instead: date | None = None
    cancelled: bool = False


class _Odd(Exception):
    """Why an entry is left out."""


def holidays_in(text: str, first_year: int, last_year: int) -> Found:
    """All whole days of a calendar file from one year to another, both included.

    Raises `Refusal` for what is no calendar file, or too much of one.
    """
    if len(text) > LONGEST:
        raise Refusal("This calendar file is too large. Export only the holidays.", "long")
    lines = _unfolded(text)
    if not any(line.strip().upper() == "BEGIN:VCALENDAR" for line in lines[:20]):
        raise Refusal("This is no calendar file. It must be in the iCalendar form (.ics).", "form")
    events: list[_Event] = []
    left_out: list[tuple[str, str]] = []
    for entry in _entries(lines):
        try:
            events.append(_event(entry))
        except _Odd as why:
            left_out.append((_name_of(entry), str(why)))
    days: dict[int, str] = {}
    for event in events:
        for day in sorted(_days(event, events, first_year, last_year)):
            days.setdefault(day.year * 10_000 + day.month * 100 + day.day, event.name)
    if len(days) > MOST_HOLIDAYS:
        raise Refusal("This calendar file has more than {most} days off.", "long", most=MOST_HOLIDAYS)
    return Found(tuple(Holiday(day, days[day]) for day in sorted(days)), tuple(left_out))


def _unfolded(text: str) -> list[str]:
    """Content lines: a line that begins with a blank goes on with the one before (RFC 5545, 3.1)."""
    out: list[str] = []
    for line in text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if line[:1] in (" ", "\t") and out:
            out[-1] += line[1:]
        elif line.strip():
            out.append(line)
    return out


Line = tuple[str, dict[str, str], str]


def _entries(lines: list[str]) -> Iterator[list[Line]]:
    """The properties of each event, without those of alarms and the like within it."""
    inside: list[Line] | None = None
    depth = count = 0
    for name, params, value in map(_split, lines):
        word = value.strip().upper()
        if name == "BEGIN" and word == "VEVENT" and inside is None:
            inside, depth, count = [], 0, count + 1
            if count > MOST_EVENTS:
                raise Refusal("This calendar file is too large. Export only the holidays.", "long")
        elif inside is None:
            continue
        elif name == "END" and word == "VEVENT" and not depth:
            yield inside
            inside = None
        elif name in ("BEGIN", "END"):
            depth += 1 if name == "BEGIN" else -1
        elif not depth:
            inside.append((name, params, value))
    if inside is not None:
        raise Refusal("This calendar file ends in the middle of an entry. Export it again.", "cut")


def _split(line: str) -> Line:
    """A line as name, parameters and value; a colon within quotes belongs to a parameter."""
    quoted, at = False, len(line)
    for i, sign in enumerate(line):
        if sign == '"':
            quoted = not quoted
        elif sign == ":" and not quoted:
            at = i
            break
    name, *params = line[:at].split(";")
    pairs = (param.partition("=") for param in params)
    return name.strip().upper(), {k.strip().upper(): v.strip('"').upper() for k, _, v in pairs}, line[at + 1 :]


def _name_of(entry: list[Line]) -> str:
    text = next((value for name, _, value in entry if name == "SUMMARY"), "")
    spoken = _ESCAPE.sub(lambda found: " " if found[1] in "nN" else found[1], text)
    return " ".join(clean(spoken).split())[:200]


def _event(entry: list[Line]) -> _Event:
    event = _Event(name=_name_of(entry), rule={}, without=set(), more=set())
    end: date | None = None
    for name, params, value in entry:
        value = value.strip()
        if name == "DTSTART":
            event.start = _day(params, value)
        elif name == "DTEND":
            end = _day(params, value)
        elif name == "DURATION":
            event.days = _duration(value)
        elif name == "RRULE":
            event.rule = _rule(value)
        elif name in ("EXDATE", "RDATE"):
            chosen = event.without if name == "EXDATE" else event.more
            chosen.update(_day(params, one.strip()) for one in value.split(","))
        elif name == "RECURRENCE-ID":
            event.instead = _day(params, value)
        elif name == "UID":
            event.uid = value
        elif name == "STATUS":
            event.cancelled = value.upper() == "CANCELLED"
    if event.start is None:
        raise _Odd(NO_DAY)
    if end is not None:
        event.days = (end - event.start).days  # the day of the end is the first one that is free no longer
    if not 1 <= event.days <= LONGEST_EVENT:
        raise _Odd(TOO_LONG)
    return event


def _day(params: dict[str, str], value: str) -> date:
    """A whole day; midnight of a zone stands for one too, as some programs write it."""
    text = value[:8] if re.fullmatch(r"\d{8}T000000Z?", value, re.ASCII) else value
    found = _DATE.match(text)
    if found is None or params.get("VALUE", "DATE") not in ("DATE", "DATE-TIME"):
        raise _Odd(NOT_WHOLE)
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        raise _Odd(NO_SUCH_DAY) from None


def _duration(value: str) -> int:
    found = _DAYS.match(value)
    if found is None:
        raise _Odd(NOT_WHOLE)
    return int(found[1]) * 7 if found[1] else int(found[2])


def _rule(value: str) -> dict[str, str]:
    rule = dict(part.upper().split("=", 1) for part in value.split(";") if "=" in part)
    well = rule.get("FREQ") == "YEARLY" and all(name in _PARTS and _PARTS[name].match(rule[name]) for name in rule)
    if not well:
        raise _Odd(UNCLEAR)
    return rule


def _days(event: _Event, events: list[_Event], first_year: int, last_year: int) -> set[date]:
    """Every day that an event takes, within these years."""
    if event.cancelled or event.start is None:
        return set()
    starts = set(_starts(event, first_year, last_year)) | event.more
    if event.instead is None:
        starts -= event.without
        starts -= {e.instead for e in events if e.instead is not None and e.uid == event.uid}
    days = (day for start in starts for day in _run(start, event.days))
    return {day for day in days if first_year <= day.year <= last_year}


def _run(start: date, days: int) -> Iterator[date]:
    for more in range(days):
        if start.toordinal() + more <= date.max.toordinal():
            yield start + timedelta(days=more)


def _starts(event: _Event, first_year: int, last_year: int) -> Iterator[date]:
    """Where an event begins each time. `COUNT` and `UNTIL` end it; the first day counts even if no rule names it."""
    first = event.start
    assert first is not None
    yield first
    if not event.rule or event.instead is not None:
        return
    until = event.rule.get("UNTIL", "99991231")[:8]
    left = int(event.rule.get("COUNT", "1000")) - 1
    step, begin = int(event.rule.get("INTERVAL", "1")), first.year
    if "COUNT" not in event.rule:  # nothing before has to be counted
        begin += max(0, first_year - 1 - begin) // step * step
    for year in range(begin, last_year + 1, step):
        for day in _in_year(event.rule, first, year):
            if day <= first:
                continue
            if left <= 0 or f"{day:%Y%m%d}" > until:
                return
            left -= 1
            yield day


def _in_year(rule: dict[str, str], first: date, year: int) -> list[date]:
    """The days of a year that a rule names (RFC 5545, 3.3.10, for FREQ=YEARLY)."""
    months = [int(one) for one in rule["BYMONTH"].split(",")] if "BYMONTH" in rule else []
    if "BYDAY" in rule:
        if not months and "BYMONTHDAY" not in rule:
            return sorted(_named(rule["BYDAY"], date(year, 1, 1), date(year, 12, 31)))
        found: set[date] = set()
        for month in months or range(1, 13):
            last = monthrange(year, month)[1]
            named = _named(rule["BYDAY"], date(year, month, 1), date(year, month, last))
            found |= named & _numbered(rule["BYMONTHDAY"], year, month) if "BYMONTHDAY" in rule else named
        return sorted(found)
    days = rule.get("BYMONTHDAY", str(first.day))
    # A number of a day without a month means every month, and a month without it that of the first day.
    over = months or (list(range(1, 13)) if "BYMONTHDAY" in rule else [first.month])
    return sorted(day for month in over for day in _numbered(days, year, month))


def _numbered(days: str, year: int, month: int) -> set[date]:
    last = monthrange(year, month)[1]
    wanted = (int(one) for one in days.split(","))
    counted = (one if one > 0 else last + 1 + one for one in wanted)
    return {date(year, month, day) for day in counted if 1 <= day <= last}


def _named(words: str, first: date, last: date) -> set[date]:
    """Weekdays between two days: all of them, or the n-th from the front or the back."""
    out: set[date] = set()
    for word in words.split(","):
        number, name = word[:-2], word[-2:]
        lead = (_WEEKDAYS.index(name) - first.weekday()) % 7
        days = [first + timedelta(days=at) for at in range(lead, (last - first).days + 1, 7)]
        at = int(number) if number else 0
        if not at:
            out.update(days)
        elif abs(at) <= len(days):
            out.add(days[at - 1 if at > 0 else at])
    return out
