"""When a document is to be looked at again: recurrence rules (RFC 5545, 3.3.10), kept to what has an end to it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from dateutil.rrule import rrule, rrulestr

from ..kernel import Refusal

AHEAD = timedelta(days=3660)
"""No further ahead is looked for the next day: a rule that has none until then is refused."""
LONGEST = 200
_PART = re.compile(
    r"FREQ=(?:DAILY|WEEKLY|MONTHLY|YEARLY)|INTERVAL=[1-9]\d{0,3}|BYMONTH=\d{1,2}(?:,\d{1,2}){0,11}"
    r"|BYMONTHDAY=-?\d{1,2}(?:,-?\d{1,2}){0,30}|BYDAY=[+-]?[1-5]?(?:MO|TU|WE|TH|FR|SA|SU)(?:,(?:MO|TU|WE|TH|FR|SA|SU)){0,6}"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def next_review(rule: str, now: int) -> int:
    """The first moment (ms, UTC) after `now` that the rule names, counted from `now` on; 0 for no rule.

    Raises `Refusal` for what is no such rule, and for one that names no day within ten years.
    """
    if not rule:
        return 0
    parts = rule.upper().split(";")
    names = [part.partition("=")[0] for part in parts]
    if len(rule) > LONGEST or "FREQ" not in names or len({*names}) < len(names) or not all(map(_PART.fullmatch, parts)):
        raise _unclear(rule)
    start = _EPOCH + timedelta(milliseconds=now - now % 1000)
    try:
        parsed = rrulestr(rule.upper(), dtstart=start)
    except ValueError:
        raise _unclear(rule) from None
    found = parsed.replace(until=start + AHEAD).after(start) if isinstance(parsed, rrule) else None
    if found is None:
        raise Refusal("The rule {rule} names no day within ten years.", "rule", rule=rule)
    return (found - _EPOCH) // timedelta(milliseconds=1)


def _unclear(rule: str) -> Refusal:
    return Refusal(
        "{rule} is no rule for looking again. Write it like FREQ=MONTHLY;INTERVAL=6.", "rule", rule=rule[:80]
    )
