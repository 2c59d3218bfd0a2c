"""Business calendars: when work is done, and exact sums over it: how much lies between, and when enough has passed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import Annotated

import msgspec
from msgspec import Meta

from ..kernel import Name, Refusal, clean
from ..kernel.values import ID_PATTERN
from ..kernel.zones import DAY, offset_at, stretches, zone_named
from ..people import Opening

LAST = 4_102_444_800_000
"""2100-01-01 (ms, UTC): nothing is counted beyond, and what would only be due later is not due."""
SHORTEST_WEEK = 60
"""Minutes: with less of it, what is due may be centuries away."""
MOST_WINDOWS, MOST_HOLIDAYS = 200, 2_000
REMEMBERED = 4_000
"""Days of one calendar."""

DayNumber = Annotated[int, Meta(ge=19700101, le=20991231, description="a day as a number: 20261225")]
Spans = tuple[tuple[int, int], ...]


class Holiday(msgspec.Struct, frozen=True, array_like=True):
    """A day on which nobody works, in the calendar's zone."""

    day: DayNumber
    name: Name = ""


class Calendar(msgspec.Struct, frozen=True, cache_hash=True):
    """The hours in which work is done. A moment counts if the zone's wall clock then shows a time in one of the
    windows, on no holiday. So an hour that is skipped when the clocks are set counts nothing, one that comes twice
    counts twice.
    """

    id: Annotated[str, Meta(pattern=ID_PATTERN)]
    name: Name
    zone: Name = "UTC"
    windows: tuple[Opening, ...] = ()
    """Weekday (0 = Monday), first minute of the day, the minute at which it ends (1440 = midnight)."""
    holidays: tuple[Holiday, ...] = ()


ALWAYS = Calendar("always", "Around the clock", "UTC", tuple((day, 0, 24 * 60) for day in range(7)))


def checked_calendar(calendar: Calendar) -> Calendar:
    """The calendar as it may be kept: in order, nothing twice. Raises `Refusal` for one that cannot be counted with."""
    name = clean(calendar.name)
    if not name:
        raise Refusal("A calendar needs a name.", "name")
    zone_named(calendar.zone)
    if len(calendar.windows) > MOST_WINDOWS or len(calendar.holidays) > MOST_HOLIDAYS:
        raise Refusal(
            "{name} has too much in it: a calendar takes {windows} windows and {holidays} holidays.",
            "long",
            name=name,
            windows=MOST_WINDOWS,
            holidays=MOST_HOLIDAYS,
        )
    for _, first, end in calendar.windows:
        if first >= end:
            raise Refusal("In {name} a window ends before it begins.", "window", name=name)
    week = _week(calendar.windows)
    if sum(end - start for day in week for start, end in day) < SHORTEST_WEEK * 60:
        raise Refusal("{name} needs at least one hour of work in a week.", "empty", name=name)
    days = {number: clean(called) for number, called in map(_as_a_day, calendar.holidays)}
    return msgspec.structs.replace(
        calendar,
        name=name,
        windows=tuple((day, start // 60, end // 60) for day, spans in enumerate(week) for start, end in spans),
        holidays=tuple(Holiday(number, called) for number, called in sorted(days.items())),
    )


def _as_a_day(holiday: Holiday) -> tuple[int, str]:
    try:
        ordinal(holiday.day)
    except ValueError:
        raise Refusal("{day} is no day. Write it like 20261225.", "day", day=holiday.day) from None
    return holiday.day, holiday.name


def ordinal(day: int) -> int:
    """A day as a number, 20261225, counted from 1970-01-01. `ValueError` if there is no such day."""
    return date(day // 10_000, day // 100 % 100, day % 100).toordinal() - _EPOCH


def between(calendar: Calendar, start: int, end: int) -> int:
    """How many milliseconds of work lie between two moments (ms, UTC). `Refusal` for a zone nobody knows here."""
    start, end = max(0, start), min(end, LAST)
    return _hours(calendar).between(start, end) if start < end else 0


def add(calendar: Calendar, start: int, working: int) -> int | None:
    """The first moment (ms, UTC) by which so many milliseconds of work have passed since `start`; None if that is not
    before 2100. Raises `Refusal` for a zone nobody knows here.
    """
    if working <= 0:
        return start
    return _hours(calendar).add(max(0, start), working) if start < LAST else None


def is_open(calendar: Calendar, at: int) -> bool:
    """Whether work is done at a moment (ms, UTC)."""
    return between(calendar, at, at + 1) > 0


def spans(calendar: Calendar, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The stretches between two moments in which work is done, in order (ms, UTC)."""
    start, end = max(0, start), min(end, LAST)
    hours, held = _hours(calendar), (0, 0)
    for number in range(start // _DAY_MS, (end - 1) // _DAY_MS + 1) if start < end else ():
        for opens, closes in hours.day(number)[0]:
            left, right = max(opens, start), min(closes, end)
            if left >= right:
                continue
            if left == held[1]:
                held = (held[0], right)
                continue
            if held[1]:
                yield held
            held = (left, right)
    if held[1]:
        yield held


def holidays_within(calendar: Calendar, start: int, end: int) -> list[str]:
    """The names of the holidays on which work would have been done between two moments (ms, UTC)."""
    hours = _hours(calendar)
    first, last = hours.wall_day(start // 1000), hours.wall_day(end // 1000 - 1)
    return [name for day, name in hours.free.items() if first <= day <= last and hours.week[(day + 3) % 7]]


class _Hours:
    """A calendar worked out: day by day of UTC, the spans in which work is done (ms)."""

    def __init__(self, calendar: Calendar) -> None:
        self._zone = zone_named(calendar.zone)
        self.week = _week(calendar.windows)
        self.free = {ordinal(holiday.day): holiday.name or str(holiday.day) for holiday in calendar.holidays}
        self._known: dict[int, tuple[Spans, int]] = {}

    def wall_day(self, second: int) -> int:
        """The day that the zone's wall clock shows at a second since 1970."""
        return (second + offset_at(self._zone, second)) // DAY

    def day(self, number: int) -> tuple[Spans, int]:
        """The spans of a day, and how much work they hold together."""
        found = self._known.get(number)
        if found is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            spans = _together((start * 1000, end * 1000) for start, end in self._spans(number))
            found = self._known[number] = spans, sum(end - start for start, end in spans)
        return found

    def _spans(self, number: int) -> Iterable[tuple[int, int]]:
        for start, end, offset in stretches(self._zone, number):
            first, last = start + offset, end + offset  # what the wall shows, as if it were UTC
            for day in range(first // DAY, (last - 1) // DAY + 1):
                if day in self.free:
                    continue
                for opens, closes in self.week[(day + 3) % 7]:  # 1970-01-01 was a Thursday
                    left, right = max(first, day * DAY + opens), min(last, day * DAY + closes)
                    if left < right:
                        yield left - offset, right - offset

    def between(self, start: int, end: int) -> int:
        first, last = start // _DAY_MS, (end - 1) // _DAY_MS
        if first == last:
            return _overlap(self.day(first)[0], start, end)
        inner = sum(self.day(number)[1] for number in range(first + 1, last))
        return _overlap(self.day(first)[0], start, end) + inner + _overlap(self.day(last)[0], start, end)

    def add(self, start: int, working: int) -> int | None:
        for number in range(start // _DAY_MS, LAST // _DAY_MS):
            spans, whole = self.day(number)
            if number * _DAY_MS >= start and whole < working:
                working -= whole
                continue
            for opens, closes in spans:
                there = max(0, closes - max(opens, start))
                if there >= working:
                    return max(opens, start) + working
                working -= there
        return None


@lru_cache(maxsize=512)
def _hours(calendar: Calendar) -> _Hours:
    return _Hours(calendar)


def _week(windows: Iterable[tuple[int, int, int]]) -> tuple[Spans, ...]:
    """The windows of each weekday in seconds of the day, in order; those that touch are one."""
    found: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    for day, first, end in windows:
        found[day].append((first * 60, end * 60))
    return tuple(_together(sorted(spans)) for spans in found)


def _together(spans: Iterable[tuple[int, int]]) -> Spans:
    out: list[tuple[int, int]] = []
    for start, end in spans:
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return tuple(out)


def _overlap(spans: Spans, start: int, end: int) -> int:
    return sum(max(0, min(right, end) - max(left, start)) for left, right in spans)


_EPOCH = date(1970, 1, 1).toordinal()
_DAY_MS = DAY * 1000
