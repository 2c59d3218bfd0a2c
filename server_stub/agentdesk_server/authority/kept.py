"""What the operator has set and the server must know: small values under a name, beside the records."""

from __future__ import annotations

from typing import Any

MUST = "second_factor"
"""Under which name it is kept which roles must have a second factor."""
TABLES = """
CREATE TABLE IF NOT EXISTS operator_setting (name TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS identity (issuer TEXT NOT NULL, subject TEXT NOT NULL, person TEXT NOT NULL,
    since INTEGER NOT NULL, PRIMARY KEY (issuer, subject)) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS ix_identity_person ON identity (issuer, person);
"""


class Kept:
    """Reads on any connection; writes only on the authority's thread and connection."""

    def __init__(self, conn: Any) -> None:
        self._conn = conn

    def get(self, name: str) -> bytes | None:
        row = self._conn.execute("SELECT value FROM operator_setting WHERE name=?", (name,)).fetchone()
        return row[0] if row else None

    def put(self, name: str, value: bytes) -> None:
        self._conn.execute("INSERT OR REPLACE INTO operator_setting VALUES (?,?)", (name, value))

    def remove(self, name: str) -> bool:
        return bool(self._conn.execute("DELETE FROM operator_setting WHERE name=?", (name,)).rowcount)

    # --- Who somebody is elsewhere ---

    def person_of(self, issuer: str, subject: str) -> str | None:
        """The person to whom an identity at a provider belongs."""
        query = "SELECT person FROM identity WHERE issuer=? AND subject=?"
        row = self._conn.execute(query, (issuer, subject)).fetchone()
        return row[0] if row else None

    def link(self, issuer: str, subject: str, person: str, now: int) -> bool:
        """Join them for good; False if either has another one at this provider already."""
        query = "INSERT OR IGNORE INTO identity VALUES (?,?,?,?)"
        self._conn.execute(query, (issuer, subject, person, now))
        return self.person_of(issuer, subject) == person

    def unlink(self, person: str) -> int:
        """Forget who somebody is elsewhere; returns how many there were."""
        return int(self._conn.execute("DELETE FROM identity WHERE person=?", (person,)).rowcount)
