"""Where the files that are not code live: theme, translations, sounds."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path


@cache
def _roots() -> tuple[Path, ...]:
    """Every folder that may hold `resources`: the bundle's, the checkout's, the installed package's."""
    here = Path(__file__).resolve()
    bundle = getattr(sys, "_MEIPASS", None)
    bundled = (Path(bundle) / "resources",) if bundle else ()
    return (*bundled, *(parent / "resources" for parent in here.parents[1:6]))


def resource_or_none(path: str) -> str:
    """As `resource`; an empty text if this installation has none."""
    try:
        return str(resource(path))
    except FileNotFoundError:
        return ""


def resource(path: str) -> Path:
    """The file or folder `path` inside the resources, wherever this program was put."""
    for root in _roots():
        found = root / path
        if found.exists():
            return found
    raise FileNotFoundError(f"resources/{path} is missing from this installation")
