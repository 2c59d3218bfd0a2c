"""When somebody is there: the windows of a week in a zone as stretches of time, and what two such sets leave open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..kernel.zones import DAY, stretches, zone_named
from ..people import Opening

Stretch = tuple[int, int]
"""From when to when (ms, UTC)."""
SECOND, MINUTE = 1_000, 60
DAY_MS = DAY * SECOND
WEEK = 7 * DAY_MS
_THURSDAY = 3
"""The weekday of 1970-01-01, where Monday is 0."""


def open_in(windows: Sequence[Opening], zone: str, start: int, end: int) -> list[Stretch]:
    """The stretches between two moments (ms, UTC) in which one of the windows is open; no window is ever shut.

    Raises `Refusal` for a zone that nobody knows here.
    """
    if not windows:
        return [(start, end)] if start < end else []
    named = zone_named(zone)
    found: list[Stretch] = []
    for day in range(start // DAY_MS, (end - 1) // DAY_MS + 1):
        for left, right, offset in stretches(named, day):
            found += _on_the_wall(windows, left, right, offset)
    return joined((max(a, start), min(b, end)) for a, b in found)


def _on_the_wall(windows: Sequence[Opening], left: int, right: int, offset: int) -> Iterable[Stretch]:
    """The windows within some seconds of UTC in which the zone's clock is ahead by `offset`."""
    for day in range((left + offset) // DAY, (right + offset - 1) // DAY + 1):
        for weekday, opens, shuts in windows:
            if weekday == (day + _THURSDAY) % 7:
                a, b = (day * DAY + minute * MINUTE - offset for minute in (opens, shuts))
                yield max(a, left) * SECOND, min(b, right) * SECOND


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same, in order, those that touch made one, empty ones left out."""
    out: list[Stretch] = []
    for start, end in sorted(one for one in stretches if one[0] < one[1]):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def left_open(wanted: Sequence[Stretch], covered: Sequence[Stretch]) -> list[Stretch]:
    """What of the first lies in none of the second; both as `joined` gives them."""
    out: list[Stretch] = []
    for start, end in wanted:
        for left, right in covered:
            if right <= start or left >= end:
                continue
            if left > start:
                out.append((start, left))
            start = max(start, right)
        if start < end:
            out.append((start, end))
    return out


def is_open(windows: Sequence[Opening], zone: str, at: int) -> bool:
    """Whether somebody is there at a moment (ms, UTC)."""
    return bool(open_in(windows, zone, at, at + 1))


def turns_at(windows: Sequence[Opening], zone: str, at: int) -> int:
    """When it opens next, or shuts if it is open (ms, UTC); 0 for never within a week."""
    ahead = open_in(windows, zone, at, at + WEEK + DAY_MS)
    if not ahead:
        return 0
    turn = ahead[0][1] if ahead[0][0] == at else ahead[0][0]
    return turn if turn < at + WEEK + DAY_MS else 0
