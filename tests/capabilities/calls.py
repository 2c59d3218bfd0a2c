"""Calls by telephone."""

from __future__ import annotations

from typing import Any

from tests.domain.world import World

SAMPLES: dict[str, dict[str, Any]] = {
    "case.call": {
        "case": "c1", "message": "k9", "identity": "k9-i", "way": "out", "outcome": "spoke",
        "number": "+49 30 1234567", "seconds": 240, "text": "She will pay on Friday.",
    },
}  # fmt: skip
FOUND: tuple[tuple[str, Any], ...] = ()


def begin(_world: World) -> None:
    """Nothing is needed but a case."""


def wishes(place: str, _who: str) -> dict[str, dict[str, Any]]:
    """A call of the customer of a case."""
    return {
        "case.call": {
            "case": place, "message": "new", "identity": "new-i", "way": "out", "outcome": "spoke", "text": "Friday.",
        },
    }  # fmt: skip
