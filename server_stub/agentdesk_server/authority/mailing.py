"""Which mails were taken in, whatever became of them since, and how far each mailbox was read: rows beside records."""

from __future__ import annotations

from typing import Any

TABLES = """
CREATE TABLE IF NOT EXISTS mail_taken (identity BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mail_place (mailbox TEXT PRIMARY KEY, validity INTEGER NOT NULL, uid INTEGER NOT NULL)
    WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mail_trouble (mailbox TEXT PRIMARY KEY, sentence TEXT NOT NULL) WITHOUT ROWID;
"""


class MailLedger:
    """Reads on any connection; writes only on the authority's thread and connection.

    A mail stays known when its case is erased: neither a mailbox that numbers its mails anew nor an import that is
    repeated brings it back. What is kept of it is a digest of the whole mail, which names nobody.
    """

    def __init__(self, conn: Any) -> None:
        self._conn = conn

    def known(self, identity: str) -> bool:
        row = self._conn.execute("SELECT 1 FROM mail_taken WHERE identity=?", (bytes.fromhex(identity),)).fetchone()
        return row is not None

    def remember(self, identity: str) -> None:
        self._conn.execute("INSERT OR IGNORE INTO mail_taken VALUES (?)", (bytes.fromhex(identity),))

    def place(self, mailbox: str) -> tuple[int, int]:
        """UIDVALIDITY and the last UID that was read; zeros if none was."""
        row = self._conn.execute("SELECT validity, uid FROM mail_place WHERE mailbox=?", (mailbox,)).fetchone()
        return (row[0], row[1]) if row else (0, 0)

    def reach(self, mailbox: str, validity: int, uid: int) -> None:
        self._conn.execute("INSERT OR REPLACE INTO mail_place VALUES (?,?,?)", (mailbox, validity, uid))

    def trouble(self, mailbox: str) -> str:
        """What is wrong with a mailbox at the moment; empty for nothing."""
        row = self._conn.execute("SELECT sentence FROM mail_trouble WHERE mailbox=?", (mailbox,)).fetchone()
        return str(row[0]) if row else ""

    def told(self, mailbox: str, sentence: str) -> None:
        """Something is wrong with a mailbox, or nothing any more."""
        self._conn.execute("DELETE FROM mail_trouble WHERE mailbox=?", (mailbox,))
        if sentence:
            self._conn.execute("INSERT INTO mail_trouble VALUES (?,?)", (mailbox, sentence[:500]))

    def forget(self, mailbox: str) -> None:
        self._conn.execute("DELETE FROM mail_place WHERE mailbox=?", (mailbox,))
        self.told(mailbox, "")
