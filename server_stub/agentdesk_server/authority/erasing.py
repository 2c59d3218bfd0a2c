"""What an erasure takes away beside the records: keys of seals, words in stored answers, visitors, files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from agentdesk.domain.kernel import Masked, Record, spec_of
from agentdesk.domain.kernel.records import is_carried
from agentdesk.store.search import Finder, searchable_kinds
from agentdesk_server.audit.keys import Keys

from .devices import Devices
from .uploads import FILES, names_bytes

TABLES = """
CREATE TABLE IF NOT EXISTS unclean (what TEXT PRIMARY KEY, begun INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS doomed (digest TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ix_visitor_customer ON visitor (customer);
CREATE INDEX IF NOT EXISTS ix_upload_owner ON upload (owner);
"""
LOG = "\0log"
NAMED = names_bytes("doomed")


class Erasing:
    """Works within the transaction in which the records go: either all of it is gone or nothing."""

    def __init__(self, conn: Any, keys: Keys, devices: Devices) -> None:
        self._conn, self._keys, self._devices = conn, keys, devices

    def forget(self, records: Iterable[Record], *, withdrawn: bool = False) -> None:
        """These records were erased. Files are marked; they go once nothing names them (see `doomed`).

        `withdrawn`: another region shows less of what it keeps, and nothing of what it showed stays in the files.
        """
        gone = list(records)
        if not gone and not withdrawn:
            return
        people = [record.id for record in gone if is_carried(spec_of(record).kind)]
        for person in people:
            self._keys.destroy(person)
            self._forget_visitors(person)
        files = (record.digest for record in gone if isinstance(record, FILES))
        self._doom(digest for digest in files if not Masked.read(digest))  # bytes that another region keeps
        if gone:
            self._devices.forget_words()
        kinds = {spec.kind for record in gone if (spec := spec_of(record)).searchable}
        rows = [(what,) for what in (*(searchable_kinds() if withdrawn else kinds), LOG)]
        self._conn.executemany("INSERT OR REPLACE INTO unclean VALUES (?,0)", rows)

    def soil(self) -> None:
        """Rows beside the records have gone: what the log still holds of them is to go as well."""
        self._conn.execute("INSERT OR IGNORE INTO unclean VALUES (?,0)", (LOG,))

    def _forget_visitors(self, customer: str) -> None:
        """Those who wrote as this customer, and what they brought."""
        visitors = self._conn.execute("SELECT id FROM visitor WHERE customer=?", (customer,)).fetchall()
        for (id,) in visitors:
            owner = f"visitor:{id}"
            rows = self._conn.execute("SELECT digest FROM upload WHERE owner=?", (owner,)).fetchall()
            self._doom(digest for (digest,) in rows)
            self._conn.execute("DELETE FROM upload WHERE owner=?", (owner,))
        self._conn.execute("DELETE FROM visitor WHERE customer=?", (customer,))

    def _doom(self, digests: Iterable[str]) -> None:
        self._conn.executemany("INSERT OR IGNORE INTO doomed VALUES (?)", [(digest,) for digest in digests])

    def doomed(self, limit: int = 100) -> list[str]:
        """Digests of bytes that nothing names any more and that are to go; those that something names are spared."""
        self._conn.execute(f"DELETE FROM doomed WHERE {NAMED}")
        return [digest for (digest,) in self._conn.execute("SELECT digest FROM doomed LIMIT ?", (limit,))]

    def gone(self, digest: str) -> None:
        """These bytes are no more."""
        self._conn.execute("DELETE FROM upload WHERE digest=?", (digest,))
        self._conn.execute("DELETE FROM doomed WHERE digest=?", (digest,))

    @property
    def unclean(self) -> bool:
        """Whether something of what was erased may still lie on the disk."""
        return self._conn.execute("SELECT 1 FROM unclean LIMIT 1").fetchone() is not None

    def scrub(self, kind: str) -> bool:
        """Rewrite a part of a full-text index that has had something erased; whether there is more to do."""
        row = self._conn.execute("SELECT begun FROM unclean WHERE what=?", (kind,)).fetchone()
        if row is None:
            return False
        more = Finder(self._conn).scrub(kind, begun=bool(row[0]))
        if more:
            self._conn.execute("UPDATE unclean SET begun=1 WHERE what=?", (kind,))
        else:
            self._conn.execute("DELETE FROM unclean WHERE what=?", (kind,))
        return more

    def empty_log(self) -> bool:
        """Bring the write-ahead log into the database and cut it; False if somebody still reads from it."""
        waits = self._conn.execute("PRAGMA busy_timeout").fetchone()[0]
        self._conn.execute("PRAGMA busy_timeout = 0").fetchall()
        try:
            if self._conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                return False
            self._conn.execute("DELETE FROM unclean WHERE what=?", (LOG,))
            return True
        finally:
            self._conn.execute(f"PRAGMA busy_timeout = {int(waits)}").fetchall()
