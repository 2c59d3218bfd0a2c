"""Sessions bound to a device's key: short access tokens, and a refresh token that changes each time it is used."""

from __future__ import annotations

import secrets
from hashlib import sha256
from typing import Any, Literal

import msgspec

from .together import together

TABLES = """
CREATE TABLE IF NOT EXISTS family (id TEXT PRIMARY KEY, person TEXT NOT NULL, device TEXT NOT NULL, key TEXT NOT NULL,
    generation INTEGER NOT NULL, refresh TEXT NOT NULL, before TEXT NOT NULL, used INTEGER NOT NULL,
    since INTEGER NOT NULL, expires INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS ix_family_person ON family (person, device);
CREATE INDEX IF NOT EXISTS ix_family_key ON family (key);
CREATE TABLE IF NOT EXISTS access (token TEXT PRIMARY KEY, family TEXT NOT NULL, generation INTEGER NOT NULL,
    expires INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS ix_access_family ON access (family);
CREATE TABLE IF NOT EXISTS invitation (code TEXT PRIMARY KEY, device TEXT NOT NULL, expires INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS ix_invitation_device ON invitation (device);
CREATE TABLE IF NOT EXISTS lease_key (one INTEGER PRIMARY KEY CHECK (one = 1), generation INTEGER NOT NULL);
"""
NEXT_LEASE = "INSERT INTO lease_key VALUES (1, 1) ON CONFLICT (one) DO UPDATE SET generation=generation+1"
ACCESS_LASTS = 15 * 60_000
REFRESH_LASTS = 30 * 24 * 3_600_000
"""A session that nobody uses for so long ends (ms)."""
FAMILY_LASTS = 90 * 24 * 3_600_000
"""After so long a person shows again who they are, whatever happens."""

How = Literal["renewed", "unknown", "expired", "reused", "foreign"]


class Family(msgspec.Struct, frozen=True):
    """One sign-in at one device, and all tokens that came of it. Tokens are kept as hashes only."""

    id: str
    person: str
    device: str
    key: str
    generation: int
    refresh: str
    before: str
    """The refresh token that the present one has replaced."""
    used: bool
    """Whether anything of the present generation was seen: then the device has got it, and the one before is old."""
    since: int
    expires: int


class Tokens(msgspec.Struct, frozen=True):
    """What a device gets: shown once, never stored by us."""

    family: str
    access: str
    access_expires: int
    refresh: str
    refresh_expires: int


class Renewal(msgspec.Struct, frozen=True):
    """What became of a refresh token that was shown. `reused` and `foreign` have ended its family."""

    how: How
    family: Family | None = None
    tokens: Tokens | None = None


class Families:
    """Reads on any connection; writes only on the authority's thread and connection."""

    def __init__(self, conn: Any) -> None:
        self._conn = conn

    def begin(self, person: str, device: str, key: str, now: int) -> Tokens:
        """A new family; what this person had at this device before ends."""
        id, secret = secrets.token_urlsafe(16), secrets.token_urlsafe(32)
        refresh = f"{id}.{secret}"
        expires = now + REFRESH_LASTS
        with together(self._conn):
            self._conn.execute("DELETE FROM session WHERE person=? AND device=?", (person, device))
            self._end("person=? AND device=?", (person, device))
            row = (id, person, device, key, 1, _hash(refresh), "", 0, now, expires)
            self._conn.execute("INSERT INTO family VALUES (?,?,?,?,?,?,?,?,?,?)", row)
            access = self._access(id, 1, now)
        return Tokens(id, access, now + ACCESS_LASTS, refresh, expires)

    def renew(self, refresh: str, key: str, now: int) -> Renewal:
        """Change a refresh token for the next one.

        An answer may be lost on its way: the token before the present one is taken again as long as nothing of the
        present generation was ever seen, and what was lost is worth nothing then. After that it is old, and whoever
        shows it, or shows any of the family's with another key, ends the family: the thief's half and the owner's.
        """
        with together(self._conn):
            family = self.of_refresh(refresh)
            if family is None:
                return Renewal("unknown")
            shown = _hash(refresh)
            again = shown == family.before and not family.used
            if key != family.key or not (again or shown == family.refresh):
                self._end("id=?", (family.id,))
                return Renewal("foreign" if key != family.key else "reused", family)
            if family.expires <= now:
                self._end("id=?", (family.id,))
                return Renewal("expired", family)
            return Renewal("renewed", family, self._next(family, shown, again, now))

    def _next(self, family: Family, shown: str, again: bool, now: int) -> Tokens:
        if again:
            lost = (family.id, family.generation)
            self._conn.execute("DELETE FROM access WHERE family=? AND generation=?", lost)
        generation = family.generation + 1
        refresh = f"{family.id}.{secrets.token_urlsafe(32)}"
        expires = min(now + REFRESH_LASTS, family.since + FAMILY_LASTS)
        self._conn.execute(
            "UPDATE family SET generation=?, refresh=?, before=?, used=0, expires=? WHERE id=?",
            (generation, _hash(refresh), shown, expires, family.id),
        )
        self._conn.execute("DELETE FROM access WHERE family=? AND expires<=?", (family.id, now))
        return Tokens(family.id, self._access(family.id, generation, now), now + ACCESS_LASTS, refresh, expires)

    def _access(self, family: str, generation: int, now: int) -> str:
        token = secrets.token_urlsafe(32)
        self._conn.execute(
            "INSERT INTO access VALUES (?,?,?,?)", (_hash(token), family, generation, now + ACCESS_LASTS)
        )
        return token

    def of_refresh(self, refresh: str) -> Family | None:
        """The family that a refresh token names, whatever the rest of it says."""
        return self.get(refresh.partition(".")[0])

    def get(self, id: str) -> Family | None:
        row = self._conn.execute("SELECT * FROM family WHERE id=?", (id,)).fetchone()
        return (
            None
            if row is None
            else msgspec.convert(dict(zip(Family.__struct_fields__, row, strict=True)), Family, strict=False)
        )

    def of_access(self, token: str, now: int) -> tuple[Family, int] | None:
        """The family of an access token that has not ended, and the generation of the token."""
        query = "SELECT family, generation FROM access WHERE token=? AND expires>?"
        row = self._conn.execute(query, (_hash(token), now)).fetchone()
        family = self.get(row[0]) if row else None
        return (family, row[1]) if family is not None and family.expires > now else None

    def seen(self, id: str, generation: int) -> None:
        """The device has got this generation."""
        self._conn.execute("UPDATE family SET used=1 WHERE id=? AND generation=?", (id, generation))

    def all(self) -> list[Family]:
        """Who is signed in where."""
        ids = self._conn.execute("SELECT id FROM family ORDER BY person, device").fetchall()
        return [family for (id,) in ids if (family := self.get(id)) is not None]

    def end(self, id: str) -> None:
        """End one."""
        with together(self._conn):
            self._end("id=?", (id,))

    def end_of(self, person: str, device: str = "") -> int:
        """End a person's, at one device or at all; how many there were."""
        with together(self._conn):
            return self._end("person=? AND (device=? OR ?='')", (person, device, device))

    def end_elsewhere(self, person: str, device: str) -> int:
        """End a person's at all devices but one; how many there were."""
        with together(self._conn):
            return self._end("person=? AND device<>?", (person, device))

    def end_of_key(self, person: str, key: str) -> int:
        """End those that one device of a person holds by its key; how many there were."""
        with together(self._conn):
            return self._end("person=? AND key=?", (person, key))

    def end_expired(self, now: int) -> int:
        """Forget what has ended by itself."""
        with together(self._conn):
            self._conn.execute("DELETE FROM access WHERE expires<=?", (now,))
            return self._end("expires<=?", (now,))

    def _end(self, where: str, values: tuple[Any, ...]) -> int:
        self._conn.execute(f"DELETE FROM access WHERE family IN (SELECT id FROM family WHERE {where})", values)
        return int(self._conn.execute(f"DELETE FROM family WHERE {where}", values).rowcount)


def _hash(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()
