"""Hours of a week as people type them, and back: "Mon-Fri 09:00-12:00, 13:00-17:00; Sat 10:00-14:00"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agentdesk.desk.texts import tr
from agentdesk.desk.typed import Unclear

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_GERMAN = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")
_CLOCK = re.compile(r"^(\d{1,2})(?::(\d{2}))?\s*[-–]\s*(\d{1,2})(?::(\d{2}))?$", re.ASCII)
_SPAN = re.compile(r"^([^\W\d_]+)(?:\s*[-–]\s*([^\W\d_]+))?\s+(.*)$", re.DOTALL)
Window = tuple[int, int, int]


def windows_of(text: str) -> tuple[Window, ...]:
    """Windows of a week."""
    found: list[Window] = []
    for part in filter(None, (one.strip() for one in re.split(r"[;\n]", text))):
        span = _SPAN.match(part)
        if span is None:
            raise _unclear(part)
        first, last = _day(span[1], part), _day(span[2] or span[1], part)
        days = range(first, last + 1) if first <= last else [*range(first, 7), *range(last + 1)]
        for hours in filter(None, (one.strip() for one in span[3].split(","))):
            opens, closes = _hours(hours, part)
            found += [(day, opens, closes) for day in days]
    return tuple(sorted(set(found)))


def _day(word: str, part: str) -> int:
    for names in (DAYS, _GERMAN):
        for at, name in enumerate(names):
            if word.casefold() == name.casefold() or (len(word) > 2 and word.casefold().startswith(name.casefold())):
                return at
    raise _unclear(part)


def _hours(text: str, part: str) -> tuple[int, int]:
    found = _CLOCK.match(text)
    if found is None:
        raise _unclear(part)
    opens = int(found[1]) * 60 + int(found[2] or 0)
    closes = int(found[3]) * 60 + int(found[4] or 0)
    if not (opens < closes <= 24 * 60 and int(found[2] or 0) < 60 and int(found[4] or 0) < 60):
        raise _unclear(part)
    return opens, closes


def _unclear(part: str) -> Unclear:
    sentence = tr("{typed} is unclear. Write it like Mon-Fri 09:00-12:00, 13:00-17:00.", typed=part[:40])
    return Unclear(sentence)


def windows_written(windows: Sequence[Window]) -> str:
    """The windows of a week as they can be typed again: days with the same hours together."""
    hours = [", ".join(f"{_clock(a)}-{_clock(b)}" for day, a, b in sorted(windows) if day == at) for at in range(7)]
    parts: list[str] = []
    at = 0
    while at < 7:
        end = at
        while end < 6 and hours[end + 1] == hours[at]:
            end += 1
        if hours[at]:
            days = DAYS[at] if end == at else f"{DAYS[at]}-{DAYS[end]}"
            parts.append(f"{days} {hours[at]}")
        at = end + 1
    return "; ".join(parts)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
