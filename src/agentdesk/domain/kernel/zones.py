"""Time zones: within which stretches of UTC time a zone's wall clock runs evenly."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from .errors import Refusal
from .values import END

DAY = 86_400
"""Seconds."""
_STEP = DAY // 4
"""No zone sets its clocks twice within so many seconds."""
_NAME = re.compile(r"^[A-Z][A-Za-z0-9_+-]{0,40}(/[A-Za-z0-9_+-]{1,40}){0,2}" + END)
"""As in the IANA database. What one machine calls `localtime` or `right/UTC` means something else on another one."""


@lru_cache(maxsize=256)
def zone_named(name: str) -> ZoneInfo:
    """The zone of an IANA name; a `Refusal` if this machine knows none of that name."""
    try:
        if not _NAME.match(name):
            raise ValueError
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # the name of a folder of zones is none of a zone
        raise Refusal("{zone} is no time zone. Write it like Europe/Berlin, or UTC.", "zone", zone=name[:60]) from None


def offset_at(zone: ZoneInfo, second: int) -> int:
    """By how many seconds the zone's wall clock is ahead of UTC at a second since 1970."""
    found = datetime.fromtimestamp(second, zone).utcoffset()
    return 0 if found is None else found.days * DAY + found.seconds


def stretches(zone: ZoneInfo, day: int) -> list[tuple[int, int, int]]:
    """A UTC day (counted from 1970-01-01) in parts with one offset each: (start, end, offset), in seconds, in order."""
    begin, end = day * DAY, (day + 1) * DAY
    found: list[tuple[int, int, int]] = []
    for left in range(begin, end, _STEP):
        right, offset = left + _STEP, offset_at(zone, left)
        if offset_at(zone, right - 1) != offset:
            turn = _turn(zone, left, right - 1, offset)
            found += [(left, turn, offset), (turn, right, offset_at(zone, turn))]
        else:
            found.append((left, right, offset))
    return _joined(found)


def _turn(zone: ZoneInfo, low: int, high: int, offset: int) -> int:
    """The second at which an offset ends that holds at `low` and no longer at `high`."""
    while high - low > 1:
        middle = (low + high) // 2
        if offset_at(zone, middle) == offset:
            low = middle
        else:
            high = middle
    return high


def _joined(parts: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    out = parts[:1]
    for start, end, offset in parts[1:]:
        if offset == out[-1][2]:
            out[-1] = (out[-1][0], end, offset)
        else:
            out.append((start, end, offset))
    return out
