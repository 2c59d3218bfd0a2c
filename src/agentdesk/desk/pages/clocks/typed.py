"""Times and hours as people type them, and back: "8h, 1h, 30m", "Mon-Fri 09:00-12:00, 13:00-17:00; Sat 10:00-14:00"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agentdesk.desk.texts import tr
from agentdesk.desk.typed import Unclear

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_GERMAN = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")
_TIME = re.compile(
    r"^(?:(\d{1,3})\s*(?:d|t))?\s*(?:(\d{1,4})\s*h)?\s*(?:(\d{1,5})\s*(?:m|min)?)?$", re.ASCII | re.IGNORECASE
)
_CLOCK = re.compile(r"^(\d{1,2})(?::(\d{2}))?\s*[-–]\s*(\d{1,2})(?::(\d{2}))?$", re.ASCII)
_SPAN = re.compile(r"^([^\W\d_]+)(?:\s*[-–]\s*([^\W\d_]+))?\s+(.*)$", re.DOTALL)
Window = tuple[int, int, int]


def minutes_of(text: str) -> int:
    """Minutes: "90", "90m", "1h 30m", "2d" (days of 24 hours of work); "-" or nothing for as long as it likes."""
    text = text.strip()
    if text in ("", "-", "–", "0"):
        return 0
    found = _TIME.match(text)
    if found is None or not any(found.groups()):
        raise Unclear(tr("{typed} is no time. Write it like 30m, 4h or 1h 30m.", typed=text[:20]))
    days, hours, minutes = (int(part or 0) for part in found.groups())
    return (days * 24 + hours) * 60 + minutes


def four_times(text: str) -> tuple[int, int, int, int]:
    """The times of the four priorities, from low to urgent; one for all of them may stand alone."""
    parts = [minutes_of(part) for part in re.split(r"[,;/]", text)]
    if len(parts) == 1:
        parts *= 4
    if len(parts) != 4:
        raise Unclear(tr("Write four times, from low to urgent: 8h, 4h, 1h, 15m."))
    return parts[0], parts[1], parts[2], parts[3]


def written(minutes: int) -> str:
    """Minutes as they can be typed again."""
    if not minutes:
        return "-"
    hours, rest = divmod(minutes, 60)
    return " ".join(part for part in (f"{hours}h" if hours else "", f"{rest}m" if rest else "") if part)


def times_written(minutes: Sequence[int]) -> str:
    """The times of the four priorities, as they can be typed again."""
    return written(minutes[0]) if len(set(minutes)) == 1 else ", ".join(map(written, minutes))


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
