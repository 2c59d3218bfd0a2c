"""What is learned from, and what was learned, as both lie in the index on disk: situations, and heads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from agentdesk.store.crypt import Connection


@contextmanager
def together(db: Connection) -> Iterator[None]:
    """All of it, or nothing."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


class Lessons:
    """Within an open index."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def situated(self) -> Iterator[int]:
        """Of which sources a situation is kept."""
        for (id,) in self._db.execute("SELECT source FROM situation"):
            yield id

    def situations(self, below: int, most: int) -> list[tuple[int, str, bytes]]:
        """(source, owner, situation) of those that came last before source number `below`, the last first."""
        return self._db.execute(
            "SELECT source.id, source.owner, situation.body FROM situation JOIN source ON source.id = situation.source"
            " WHERE source.id < ? ORDER BY source.id DESC LIMIT ?",
            (below, most),
        ).fetchall()

    def bodies(self, some: Sequence[int]) -> dict[int, bytes]:
        """The situations of these sources, as far as they are there."""
        marks = ",".join("?" * len(some))
        return dict(self._db.execute(f"SELECT source, body FROM situation WHERE source IN ({marks})", some).fetchall())

    def head(self, name: str) -> tuple[int, bytes]:
        """What was learned last of this, and its version; no body where it is forgotten, 0 where nothing ever was."""
        row = self._db.execute("SELECT version, body FROM head WHERE name = ?", (name,)).fetchone()
        return (int(row[0]), bytes(row[1])) if row is not None else (0, b"")

    def keep_head(self, name: str, version: int, body: bytes) -> None:
        """One version of what was learned in place of all before, with their parts; no body: what was learned is
        forgotten.
        """
        with together(self._db):
            self._db.execute("INSERT OR REPLACE INTO head VALUES (?, ?, ?)", (name, version, body))
            self.drop_parts(name, version if body else 0)

    def parts(self, name: str, version: int) -> Iterator[bytes]:
        """What belongs to a version and is kept beside it, in order."""
        for (body,) in self._db.execute(
            "SELECT body FROM part WHERE name = ? AND version = ? ORDER BY at", (name, version)
        ):
            yield body

    def keep_part(self, name: str, version: int, at: int, body: bytes) -> None:
        """A part of a version that will be kept."""
        self._db.execute("INSERT OR REPLACE INTO part VALUES (?, ?, ?, ?)", (name, version, at, body))

    def drop_parts(self, name: str, but: int) -> None:
        """Those of all versions but one: what a process left that ended while it kept them is among them."""
        self._db.execute("DELETE FROM part WHERE name = ? AND version != ?", (name, but))

    def keep_situation(self, id: int, body: bytes, instead: int | None = None) -> None:
        """A source's situation, in the place of another one if there are too many."""
        with together(self._db):
            self._db.execute("INSERT OR REPLACE INTO situation VALUES (?, ?)", (id, body))
            self._db.execute("DELETE FROM situation WHERE source = ?", (instead,))
