"""Old cases looked at portion by portion: each time somebody asks for the next one, and no longer."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

from agentdesk.domain.cases import Case
from agentdesk.domain.kernel import View
from agentdesk.domain.queue import ALL

from .problems import Problem

SECONDS = 0.3
"""So long one portion may take: whoever asks no more costs nothing more."""
AT_ONCE = 500
DAY = 86_400_000


class Portion(NamedTuple):
    """How many cases were looked at, and where to go on: the case `after`, which was last changed at `until` (ms, UTC);
    none at the end.
    """

    cases: int
    until: int
    after: str


def walked(view: View, since: int, until: int, after: str, look: Callable[[Case], None], seconds: float) -> Portion:
    """Look at the next cases to which something happened since then, newest first."""
    ends_at, done = time.monotonic() + seconds, 0
    found = view.page(ALL(), (until, after) if after else None, AT_ONCE)
    recent = [case for case in found if case.updated_at >= since]
    for case in recent:
        if not case.home:
            look(case)
        done += 1
        if time.monotonic() > ends_at:
            break
    over = done == len(recent) and (len(recent) < len(found) or len(found) < AT_ONCE)
    last = recent[done - 1] if recent else None
    if over or last is None:
        return Portion(done, 0, "")
    return Portion(done, last.updated_at, last.id)


def whole(text: str, low: int, high: int) -> int:
    """A whole number from a query. Raises `Problem`."""
    if not (text.isascii() and text.isdecimal() and len(text) < 17 and low <= int(text) <= high):
        raise Problem(400, "bad-number", f"Give a whole number from {low} to {high}.")
    return int(text)
