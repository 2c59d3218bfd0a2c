"""What the tests of all commands need of each capability: a module for each, found by being here.

`SAMPLES` has a valid wish for each command, by name, in the world that `begin(world)` has prepared. `wishes(place,
who)` has one that means something wherever rights are tried, in the scene that `FOUND` (who, and what) has prepared.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

EVERY: tuple[Any, ...] = tuple(
    importlib.import_module(f"{__name__}.{one.name}") for one in sorted(pkgutil.iter_modules(__path__))
)


def together(parts: list[dict[str, dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    """All of them in one; nothing may be said twice."""
    whole = {name: fields for part in parts for name, fields in part.items()}
    assert len(whole) == sum(map(len, parts)), "a command is described in two places"
    return whole
