"""Translation by a service."""

from __future__ import annotations

from typing import Any

from tests.domain.world import World

SAMPLES: dict[str, dict[str, Any]] = {
    "translation.set": {"languages": ("en", "de"), "host": "translate.example"},
    "translate.text": {"case": "c1", "target": "de", "text": "Good morning."},
}
FOUND: tuple[tuple[str, Any], ...] = ()


def begin(_world: World) -> None:
    """Nothing is needed but a case."""


def wishes(place: str, _who: str) -> dict[str, dict[str, Any]]:
    """A draft for a case, in another language."""
    return {
        "translation.set": {"languages": ("en", "de")},
        "translate.text": {"case": place, "target": "de", "text": "Good morning."},
    }
