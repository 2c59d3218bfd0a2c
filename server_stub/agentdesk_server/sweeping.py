"""Files that nobody needs: brought and never named, or not any more, or left half-written by a sudden end."""

from __future__ import annotations

import time
from pathlib import Path

from .authority import Database
from .authority.uploads import names_bytes
from .blobs import path_of

WEEK = 7 * 24 * 3_600_000
FRESH = 3_600
AT_ONCE = 1_000
UNNAMED = f"NOT ({names_bytes('upload')})"


def sweep(database: Database, folder: Path, now: int) -> int:
    """Delete what was brought a week ago and is named by nothing; returns how many files. On the authority's thread."""
    query = f"SELECT digest, max(at) FROM upload WHERE {UNNAMED} GROUP BY digest HAVING max(at)<? LIMIT ?"
    found = database.conn.execute(query, (now - WEEK, AT_ONCE)).fetchall()
    return sum(_forget(database, path_of(folder, digest), digest) for digest, _ in found)


def _forget(database: Database, path: Path, digest: str) -> bool:
    """Not one that is just being brought again: its file is new, and its row is yet to come."""
    if path.exists() and path.stat().st_mtime > time.time() - FRESH:
        return False
    database.conn.execute("DELETE FROM upload WHERE digest=?", (digest,))
    path.unlink(missing_ok=True)
    return True


def sweep_parts(folder: Path) -> None:
    """At the start nobody writes: whatever is half-written was left by a server that was killed."""
    for part in (folder / "blobs").glob("*/.*.part"):
        part.unlink(missing_ok=True)
