"""Who is served first: what is due earliest, and what has waited as long as it may, before all that is newer."""

from __future__ import annotations

from collections.abc import Sequence

from ..cases import NEVER, Case
from ..kernel import Millis

MINUTE = 60_000
USUAL_PATIENCE = (240, 60, 15, 5)
"""Minutes of waiting, for each priority from low to urgent, after which nothing that comes in goes ahead."""
LONGEST = 7 * 24 * 60


def since(case: Case) -> int:
    """Since when it waits to be taken (ms, UTC)."""
    return case.waiting_since or case.opened_at


def urgency(waits: Millis, due: Millis, patience: int) -> int:
    """The place in the line: lower goes first. `waits` is since when (ms, UTC), `due` when a clock runs out, or NEVER;
    `patience` is in minutes.

    It never lies before `waits`, and never after `waits` + patience, and time does not change it: so whatever begins to
    wait later than that stands behind, however urgent, and the longest wait is bounded by what came in until then.
    """
    latest = waits + patience * MINUTE
    return max(waits, min(due, latest)) if 0 < due < NEVER else latest


def place(case: Case, patience: Sequence[int]) -> tuple[int, str]:
    """A case's place in the line; ties by id, so that every server sees one order."""
    return urgency(since(case), case.due, patience[case.priority]), case.id


def jain(shares: Sequence[float]) -> float:
    """How evenly something is shared: from 1/n, all with one, to 1, all alike (Jain, Chiu, Hawe 1984). 1 for none."""
    squares = sum(share * share for share in shares)
    return sum(shares) ** 2 / (len(shares) * squares) if squares else 1.0
