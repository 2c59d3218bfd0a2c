"""The registry of models."""

from __future__ import annotations

from typing import Any

from tests.domain.world import World

from agentdesk.domain.kernel import Actor
from agentdesk.domain.models import Figure, KeepModel, Measured

SYSTEM = Actor("system", "system")
FOUND_IT = Measured("intents", ("ab" * 32,), (Figure("R@1", 0.85, 0.84, 0.86, 3_080),), 5.0, 12.0, 200.0)
HELD = "cd" * 32
ENTERED = KeepModel(model=HELD, name="Own", licence="MIT", state="trial", languages=("en",))
SAMPLES: dict[str, dict[str, Any]] = {
    "model.keep": {"model": "ef" * 32, "name": "Larger", "licence": "Apache-2.0", "state": "trial"},
    "model.measure": {"model": HELD, "measured": FOUND_IT},
}
FOUND = (("admin", ENTERED),)


def begin(world: World) -> None:
    """One is on trial."""
    world.do(ENTERED, SYSTEM)


def wishes(_place: str, _who: str) -> dict[str, dict[str, Any]]:
    """The same everywhere."""
    return SAMPLES
