"""Where the files that are not code live: the widget, the sample page, the documents."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def resource(path: str) -> Path:
    """A file of the resources: beside the checkout's code, or in the installed package."""
    for parent in Path(__file__).resolve().parents[:4]:
        found = parent / "resources" / path
        if found.exists():
            return found
    raise FileNotFoundError(f"resources/{path} is missing from this installation")
