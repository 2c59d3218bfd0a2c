"""Files of the library."""

from __future__ import annotations

from typing import Any

from tests.domain.world import World

from agentdesk.domain.governed import LibraryFile
from agentdesk.domain.kernel import File

PAPER = File("lf9", "ab" * 32, "law.pdf", 3, "application/pdf")
SAMPLES: dict[str, dict[str, Any]] = {
    "governed.attach": {"document": "a1", "files": (PAPER,), "note": "What the law says."},
    "governed.detach": {"file": "lf1"},
}
FOUND: tuple[Any, ...] = ()


def evidence(document: str, by: str, now: int) -> LibraryFile:
    """A file that somebody has put to a document."""
    return LibraryFile("lf1", "library", 0, "evidence", "cd" * 32, "law.pdf", 3, "application/pdf", by, now, document)


def begin(world: World) -> None:
    """Evidence on an article, brought by ann."""
    world.put(evidence("a1", "ann", world.time))


def wishes(_place: str, _who: str) -> dict[str, dict[str, Any]]:
    """The same everywhere: the library has no places."""
    return {
        "governed.attach": {"document": "doc-held", "files": (PAPER,), "note": "What the law says."},
        "governed.detach": {"file": "lf1"},
    }
