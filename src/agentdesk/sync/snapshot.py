"""The replica at one moment."""

from __future__ import annotations

from typing import Any

from agentdesk.store.records import Records


class Snapshot:
    """The replica as it was after `applied` transactions; a reading transaction is open all the while."""

    def __init__(self, conn: Any) -> None:
        self.conn = conn
        self.records = Records(conn)
        self.applied = 0
        self.scopes: frozenset[str] = frozenset()
        self.filled: frozenset[str] = frozenset()

    def begin(self) -> None:
        """Look at what is there now, and keep looking at it."""
        self.conn.execute("BEGIN")
        row = self.conn.execute("SELECT value FROM sync_meta WHERE name='applied'").fetchone()
        self.applied = 0 if row is None else int(row[0])
        rows = self.conn.execute("SELECT scope, filled FROM sync_scope").fetchall()
        self.scopes = frozenset(scope for scope, _ in rows)
        self.filled = frozenset(scope for scope, filled in rows if filled)

    def end(self) -> None:
        """Let go."""
        if self.conn.in_transaction:
            self.conn.execute("COMMIT")
