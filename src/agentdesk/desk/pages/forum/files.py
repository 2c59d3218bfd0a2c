"""What goes with posts: whose files are which, and what of them an edit brings or takes away."""

from __future__ import annotations

from collections.abc import Sequence

from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.domain.governed import FILES_IN, FILES_WITH, LibraryFile
from agentdesk.domain.governed.files import MOST
from agentdesk.domain.kernel import File

MOST_SHOWN = 2_000


def files_by_post(desk: Desk, topic: str) -> dict[str, list[LibraryFile]]:
    """The files of a thread, by post, oldest first."""
    found: dict[str, list[LibraryFile]] = {}
    for file in desk.view.page(FILES_IN(topic=topic), limit=MOST_SHOWN):
        found.setdefault(file.post, []).append(file)
    return found


def as_file(file: LibraryFile) -> File:
    """A file that is there, as one that goes with a text."""
    return File(file.id, file.digest, words(file.name), file.size, file.type)


def changed_files(desk: Desk, post: str, now: Sequence[File]) -> tuple[tuple[File, ...], tuple[str, ...]]:
    """What an edit brings, and which files (ids) it takes away."""
    there, kept = {one.id for one in desk.view.page(FILES_WITH(post=post), limit=MOST)}, {one.id for one in now}
    return tuple(one for one in now if one.id not in there), tuple(sorted(there - kept))
