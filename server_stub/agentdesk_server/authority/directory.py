"""What a company's directory says of people and groups beyond what their records hold: rows beside the records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import msgspec

from .together import together

TABLES = """
CREATE TABLE IF NOT EXISTS scim (kind TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, external TEXT NOT NULL,
    said BLOB NOT NULL, since INTEGER NOT NULL, changed INTEGER NOT NULL, gone INTEGER NOT NULL,
    PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ix_scim_name ON scim (kind, name);
CREATE INDEX IF NOT EXISTS ix_scim_external ON scim (kind, external);
CREATE TABLE IF NOT EXISTS scim_member (grp TEXT NOT NULL, person TEXT NOT NULL, PRIMARY KEY (grp, person))
    WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ix_scim_member_person ON scim_member (person);
"""
COLUMNS = "kind, id, name, external, said, since, changed, gone"
Kind = Literal["user", "team", "role"]
"""A person, a group that is a team, a group that gives a role."""


class DirectoryRow(msgspec.Struct, frozen=True):
    """A person or group as the directory has it. `said` is its own account of it, `name` what it is called there;
    times are UTC ms. A row that is `gone` (when) was deleted there: its person stays, closed.
    """

    kind: Kind
    id: str
    name: str
    external: str = ""
    said: dict[str, Any] = {}
    since: int = 0
    changed: int = 0
    gone: int = 0


class Directory:
    """Reads on any connection; writes only on the authority's thread and connection."""

    def __init__(self, conn: Any) -> None:
        self._conn = conn

    def row(self, kind: Kind, id: str) -> DirectoryRow | None:
        found = self._conn.execute(f"SELECT {COLUMNS} FROM scim WHERE kind=? AND id=?", (kind, id)).fetchone()
        return _row(found) if found else None

    def rows(self, kind: Kind) -> Mapping[str, DirectoryRow]:
        """All of a kind, by id."""
        found = self._conn.execute(f"SELECT {COLUMNS} FROM scim WHERE kind=? ORDER BY id", (kind,))
        return {row.id: row for row in map(_row, found)}

    def named(self, kind: Kind, name: str) -> tuple[str, ...]:
        """The ids of those with this name."""
        found = self._conn.execute("SELECT id FROM scim WHERE kind=? AND name=? ORDER BY id", (kind, name))
        return tuple(id for (id,) in found)

    def external(self, kind: Kind, external: str) -> tuple[str, ...]:
        """The ids of those that the directory calls so in its own books."""
        found = self._conn.execute("SELECT id FROM scim WHERE kind=? AND external=? ORDER BY id", (kind, external))
        return tuple(id for (id,) in found)

    def put(self, row: DirectoryRow) -> None:
        *cells, said, since, changed, gone = msgspec.structs.astuple(row)
        values = (*cells, msgspec.json.encode(said), since, changed, gone)
        self._conn.execute("INSERT OR REPLACE INTO scim VALUES (?,?,?,?,?,?,?,?)", values)

    def forget(self, kind: Kind, id: str) -> None:
        """As if the directory had never spoken of it."""
        self._conn.execute("DELETE FROM scim WHERE kind=? AND id=?", (kind, id))
        self._conn.execute("DELETE FROM scim_member WHERE ?='role' AND grp=?", (kind, id))

    def members(self, group: str) -> tuple[str, ...]:
        """Who is in a group that gives a role."""
        found = self._conn.execute("SELECT person FROM scim_member WHERE grp=? ORDER BY person", (group,))
        return tuple(person for (person,) in found)

    def set_members(self, group: str, people: Iterable[str]) -> None:
        with together(self._conn):
            self._conn.execute("DELETE FROM scim_member WHERE grp=?", (group,))
            self._conn.executemany("INSERT INTO scim_member VALUES (?,?)", [(group, one) for one in sorted({*people})])

    def leave_all(self, person: str) -> None:
        """Somebody is in none of them any more."""
        self._conn.execute("DELETE FROM scim_member WHERE person=?", (person,))

    def groups_of(self, person: str) -> tuple[tuple[str, str], ...]:
        """(id, name) of the groups that give a role in which somebody is."""
        query = "SELECT id, name FROM scim_member JOIN scim ON kind='role' AND id=grp WHERE person=? ORDER BY name"
        return tuple(self._conn.execute(query, (person,)).fetchall())


def _row(cells: Any) -> DirectoryRow:
    kind, id, name, external, said, since, changed, gone = cells
    return DirectoryRow(kind, id, name, external, msgspec.json.decode(said), since, changed, gone)
