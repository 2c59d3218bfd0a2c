"""Times as people type them, and back: "8h, 1h, 30m"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agentdesk.desk.texts import tr
from agentdesk.desk.typed import Unclear

_TIME = re.compile(
    r"^(?:(\d{1,3})\s*(?:d|t))?\s*(?:(\d{1,4})\s*h)?\s*(?:(\d{1,5})\s*(?:m|min)?)?$", re.ASCII | re.IGNORECASE
)


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
