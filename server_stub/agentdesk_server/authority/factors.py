"""Rows of second factors: authenticator apps, passkeys, recovery codes. Secrets come sealed, codes as hashes."""

from __future__ import annotations

from typing import Any

import msgspec

from .together import together

TABLES = """
CREATE TABLE IF NOT EXISTS totp (person TEXT PRIMARY KEY, secret BLOB NOT NULL, since INTEGER NOT NULL,
    step INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS passkey (id TEXT PRIMARY KEY, person TEXT NOT NULL, name TEXT NOT NULL, key BLOB NOT NULL,
    count INTEGER NOT NULL, since INTEGER NOT NULL, used INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS ix_passkey_person ON passkey (person);
CREATE TABLE IF NOT EXISTS recovery (person TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (person, hash))
    WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS helped (person TEXT PRIMARY KEY, hash TEXT NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID;
"""


class TotpRow(msgspec.Struct, frozen=True):
    """An authenticator app. `step` is the last time step whose code was taken: none before it counts any more."""

    person: str
    secret: bytes
    since: int
    step: int


class PasskeyRow(msgspec.Struct, frozen=True):
    """A passkey or security key. `count` is its own count of uses, `since` and `used` are UTC milliseconds."""

    id: str
    person: str
    name: str
    key: bytes
    count: int
    since: int
    used: int


class Factors:
    """Reads on any connection; writes only on the authority's thread and connection."""

    def __init__(self, conn: Any) -> None:
        self._conn = conn

    def any(self, person: str) -> bool:
        """Whether somebody has a second factor. Recovery codes stand in for one and are none themselves."""
        query = "SELECT EXISTS (SELECT 1 FROM totp WHERE person=?) OR EXISTS (SELECT 1 FROM passkey WHERE person=?)"
        return bool(self._conn.execute(query, (person, person)).fetchone()[0])

    def reset(self, person: str) -> int:
        """Forget all of them; returns how many factors there were."""
        self._delete("recovery", person)
        self._delete("helped", person)
        return self.remove_totp(person) + self._delete("passkey", person)

    def _delete(self, table: str, person: str) -> int:
        return int(self._conn.execute(f"DELETE FROM {table} WHERE person=?", (person,)).rowcount)

    # --- Authenticator app ---

    def totp(self, person: str) -> TotpRow | None:
        row = self._conn.execute("SELECT person, secret, since, step FROM totp WHERE person=?", (person,)).fetchone()
        return TotpRow(*row) if row else None

    def put_totp(self, row: TotpRow) -> None:
        """A new app takes the place of the old one."""
        self._conn.execute("INSERT OR REPLACE INTO totp VALUES (?,?,?,?)", msgspec.structs.astuple(row))

    def use_step(self, person: str, step: int) -> bool:
        """Take a code's step; False if it, or a later one, was taken already: a code works once."""
        query = "UPDATE totp SET step=? WHERE person=? AND step<?"
        return bool(self._conn.execute(query, (step, person, step)).rowcount)

    def remove_totp(self, person: str) -> int:
        return self._delete("totp", person)

    # --- Passkeys ---

    def passkeys(self, person: str) -> list[PasskeyRow]:
        query = "SELECT id, person, name, key, count, since, used FROM passkey WHERE person=? ORDER BY since, id"
        return [PasskeyRow(*row) for row in self._conn.execute(query, (person,))]

    def add_passkey(self, row: PasskeyRow) -> bool:
        """False if this key is somebody's already."""
        query = "INSERT OR IGNORE INTO passkey VALUES (?,?,?,?,?,?,?)"
        return bool(self._conn.execute(query, msgspec.structs.astuple(row)).rowcount)

    def use_passkey(self, row: PasskeyRow, count: int, now: int) -> bool:
        """Note a use; False if the row has changed since it was read."""
        query = "UPDATE passkey SET count=?, used=? WHERE id=? AND person=? AND count=?"
        return bool(self._conn.execute(query, (count, now, row.id, row.person, row.count)).rowcount)

    def remove_passkey(self, person: str, id: str) -> bool:
        return bool(self._conn.execute("DELETE FROM passkey WHERE person=? AND id=?", (person, id)).rowcount)

    # --- Recovery codes ---

    def recovery_left(self, person: str) -> int:
        """How many codes have not been used."""
        return int(self._conn.execute("SELECT count(*) FROM recovery WHERE person=?", (person,)).fetchone()[0])

    def has_recovery(self, person: str, hash: str) -> bool:
        """Whether there is such a code."""
        query = "SELECT 1 FROM recovery WHERE person=? AND hash=?"
        return self._conn.execute(query, (person, hash)).fetchone() is not None

    def put_recovery(self, person: str, hashes: list[str]) -> None:
        """New codes; the old ones are worth nothing any more."""
        with together(self._conn):
            self._delete("recovery", person)
            self._conn.executemany("INSERT INTO recovery VALUES (?,?)", [(person, one) for one in hashes])

    def use_recovery(self, person: str, hash: str) -> bool:
        """Take a code; False if there is no such one left."""
        return bool(self._conn.execute("DELETE FROM recovery WHERE person=? AND hash=?", (person, hash)).rowcount)

    # --- A code that a colleague with the right to help has made ---

    def put_help(self, person: str, hash: str, expires: int) -> None:
        """In place of all that there was; good until a time (UTC ms), once."""
        with together(self._conn):
            self.reset(person)
            self._conn.execute("INSERT INTO helped VALUES (?,?,?)", (person, hash, expires))

    def is_helped(self, person: str) -> bool:
        """Whether a code was made that nobody has used, be it too old by now."""
        return self._conn.execute("SELECT 1 FROM helped WHERE person=?", (person,)).fetchone() is not None

    def has_help(self, person: str, hash: str, now: int) -> bool:
        """Whether this is the code, and still good."""
        query = "SELECT 1 FROM helped WHERE person=? AND hash=? AND expires>?"
        return self._conn.execute(query, (person, hash, now)).fetchone() is not None

    def use_help(self, person: str, hash: str, now: int) -> bool:
        """Take it; False if there is no such code any more."""
        query = "DELETE FROM helped WHERE person=? AND hash=? AND expires>?"
        return bool(self._conn.execute(query, (person, hash, now)).rowcount)
