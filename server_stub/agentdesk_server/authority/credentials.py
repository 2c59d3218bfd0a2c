"""What people, desks and visitors prove themselves with: rows beside the records. Only hashes of tokens are kept."""

from __future__ import annotations

import secrets
from hashlib import sha256
from typing import Any

import msgspec

from .families import Families
from .together import together


class SessionRow(msgspec.Struct, frozen=True):
    """A person signed in at a device, until a time (ms, UTC).

    `id` finds the session again after it was let in: the hash of a token, or the family of one that is bound to `key`.
    """

    person: str
    device: str
    expires: int
    id: str = ""
    key: str = ""
    """The thumbprint of the key that the device proves itself with; empty for a session bound to none."""


class VisitorRow(msgspec.Struct, frozen=True):
    """Somebody who came to a site's chat."""

    id: str
    token: str
    site: str
    customer: str
    name: str
    email: str
    language: str
    page: str
    since: int


class Credentials:
    """Reads on any connection; writes only on the authority's thread and connection."""

    def __init__(self, conn: Any) -> None:
        self._conn = conn
        self.families = Families(conn)

    def password(self, person: str) -> str | None:
        """The hash of somebody's password."""
        row = self._conn.execute("SELECT hash FROM credential WHERE person=?", (person,)).fetchone()
        return row[0] if row else None

    def set_password(self, person: str, hashed: str, now: int) -> None:
        """A new password ends what was signed in with the old one."""
        self._conn.execute("INSERT OR REPLACE INTO credential VALUES (?,?,?)", (person, hashed, now))
        self.end_sessions(person)

    def change_password(self, person: str, hashed: str, now: int, device: str) -> None:
        """One's own new password: what was signed in with the old one ends, but for the device on which it was set."""
        with together(self._conn):
            self._conn.execute("INSERT OR REPLACE INTO credential VALUES (?,?,?)", (person, hashed, now))
            self._conn.execute("DELETE FROM session WHERE person=? AND device<>?", (person, device))
            self.families.end_elsewhere(person, device)

    def forget_password(self, person: str) -> None:
        """Nobody signs in with it any more, and what was signed in ends."""
        self._conn.execute("DELETE FROM credential WHERE person=?", (person,))
        self.end_sessions(person)

    def rehash(self, person: str, old: str, hashed: str) -> None:
        """The same password under today's parameters."""
        self._conn.execute("UPDATE credential SET hash=? WHERE person=? AND hash=?", (hashed, person, old))

    def add_session(self, token: str, person: str, device: str, expires: int) -> None:
        """One session for each device of a person: signing in again replaces the old one."""
        with together(self._conn):
            self.families.end_of(person, device)
            self._conn.execute("DELETE FROM session WHERE person=? AND device=?", (person, device))
            self._conn.execute("INSERT INTO session VALUES (?,?,?,?)", (hash_of(token), person, device, expires))

    def session(self, token: str) -> SessionRow | None:
        """A session that is bound to no key."""
        return self.session_by_id(hash_of(token))

    def session_by_id(self, id: str) -> SessionRow | None:
        """The same, found again."""
        row = self._conn.execute("SELECT person, device, expires, token FROM session WHERE token=?", (id,)).fetchone()
        return SessionRow(*row) if row else None

    def sessions(self) -> list[SessionRow]:
        """Who is signed in where."""
        rows = self._conn.execute("SELECT person, device, expires, token FROM session")
        bound = [SessionRow(one.person, one.device, one.expires, one.id, one.key) for one in self.families.all()]
        return sorted([*(SessionRow(*row) for row in rows), *bound], key=lambda one: (one.person, one.device))

    def has_worked(self, person: str, device: str) -> bool:
        """Whether this person is signed in at this device, or has ever given a command there."""
        session = "SELECT 1 FROM session WHERE person=? AND device=?"
        row = self._conn.execute(session, (person, device)).fetchone()
        family = "SELECT 1 FROM family WHERE person=? AND device=?"
        row = row or self._conn.execute(family, (person, device)).fetchone()
        row = row or self._conn.execute("SELECT 1 FROM device WHERE id=?", (f"{person}|{device}",)).fetchone()
        return row is not None

    def end_session_by_id(self, id: str) -> None:
        self._conn.execute("DELETE FROM session WHERE token=?", (id,))

    def end_sessions(self, person: str, device: str = "") -> int:
        """End a person's sessions, at one device or at all; returns how many there were."""
        where = "person=? AND (device=? OR ?='')"
        ended = int(self._conn.execute(f"DELETE FROM session WHERE {where}", (person, device, device)).rowcount)
        return ended + self.families.end_of(person, device)

    def end_expired(self, now: int) -> int:
        ended = int(self._conn.execute("DELETE FROM session WHERE expires<=?", (now,)).rowcount)
        return ended + self.families.end_expired(now)

    def visitor_by_token(self, token: str) -> VisitorRow | None:
        query = "SELECT * FROM visitor WHERE token=?"
        row = self._conn.execute(query, (hash_of(token),)).fetchone()
        return VisitorRow(*row) if row else None

    def put_visitor(self, visitor: VisitorRow) -> None:
        values = msgspec.structs.astuple(visitor)
        self._conn.execute("INSERT OR REPLACE INTO visitor VALUES (?,?,?,?,?,?,?,?,?)", values)

    def visitor(self, id: str) -> VisitorRow | None:
        row = self._conn.execute("SELECT * FROM visitor WHERE id=?", (id,)).fetchone()
        return VisitorRow(*row) if row else None

    def change_visitor(self, id: str, **fields: str) -> VisitorRow | None:
        """The visitor with some fields changed, and all others as they are now: two may be at it at once."""
        old = self.visitor(id)
        fresh = old and msgspec.structs.replace(old, **fields)
        if fresh is not None and fresh != old:
            self.put_visitor(fresh)
        return fresh

    def forget_visitors(self, before: int) -> int:
        """Those who came before a time and never said anything; returns how many there were."""
        silent = "NOT EXISTS (SELECT 1 FROM conversation WHERE conversation.visitor = visitor.id)"
        return int(self._conn.execute(f"DELETE FROM visitor WHERE since<? AND {silent}", (before,)).rowcount)

    def add_upload(self, digest: str, owner: str, size: int, now: int) -> None:
        """`owner` has brought these bytes; bringing them again makes them as new."""
        statement = "INSERT INTO upload VALUES (?,?,?,?) ON CONFLICT (digest, owner) DO UPDATE SET at=excluded.at"
        self._conn.execute(statement, (digest, owner, size, now))

    def upload(self, digest: str, owner: str) -> int | None:
        """The size of what `owner` has brought, or None."""
        row = self._conn.execute("SELECT size FROM upload WHERE digest=? AND owner=?", (digest, owner)).fetchone()
        return row[0] if row else None


def new_token() -> str:
    """32 random bytes, in characters that headers and WebSocket subprotocols may have."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What is stored of a token: whoever reads the database cannot sign in with it."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()
