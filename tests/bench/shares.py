"""What the program's own measure of suggestions found, as a row of the table tells it."""

from __future__ import annotations

from collections.abc import Sequence

from agentdesk.assist.bench.figures import Figure


def by_name(shares: Sequence[Figure]) -> dict[str, Figure]:
    """Each found by what it is called."""
    return {one.name: one for one in shares}


def within(one: Figure) -> str:
    """Between what it lies (95 %), and of how many it is a share."""
    return f"[{one.low:.3f}, {one.high:.3f}] of {one.of}"
