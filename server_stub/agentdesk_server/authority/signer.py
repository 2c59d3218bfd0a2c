"""The key that signs the log's heads, and how it is replaced: the old one signs the new one, then it is gone."""

from __future__ import annotations

from typing import Any

from agentdesk.domain.audit.handover import Handover, SignedHandover, encode
from agentdesk.domain.audit.merkle import Tree
from agentdesk_server.audit import head
from agentdesk_server.audit.keys import unwrap, wrap

TABLES = """
CREATE TABLE IF NOT EXISTS handover (size INTEGER PRIMARY KEY, data BLOB NOT NULL, by_old BLOB NOT NULL,
    by_new BLOB NOT NULL);
"""
SIGNING = "audit signing key"
ROW = f"\0{SIGNING}"
"""Where it lies among the wrapped keys: no person has such an id."""


class Signer:
    """On the authority's connection; what it writes belongs to the transaction that is open."""

    def __init__(self, conn: Any, master: bytes) -> None:
        self._conn, self._master = conn, master
        self._secret = self._load() or self._make()

    def _load(self) -> bytes | None:
        row = self._conn.execute("SELECT wrapped FROM subject_key WHERE subject=?", (ROW,)).fetchone()
        return None if row is None else unwrap(self._master, SIGNING, row[0])

    def _make(self) -> bytes:
        secret = head.new_signing_key()
        wrapped = wrap(self._master, SIGNING, secret)
        self._conn.execute("INSERT OR REPLACE INTO subject_key VALUES (?,?)", (ROW, wrapped))
        return secret

    @property
    def public(self) -> bytes:
        """The raw public key of today."""
        return head.public_key(self._secret)

    def sign(self, epoch: str, tree: Tree, rev: int, at: int) -> head.SignedHead:
        """A head of the log as it is now, kept in its table too."""
        signed = head.sign_tree(self._secret, epoch, tree, rev, at)
        self._conn.execute("INSERT OR IGNORE INTO signed_head VALUES (?,?,?)", (tree.size, *signed))
        return signed

    def hand_over(self, epoch: str, size: int, at: int) -> None:
        """A new key for all heads of more than `size` leaves. The old one is overwritten and signs no more."""
        old = self._secret
        new = self._make()
        data = encode(Handover(epoch, head.public_key(old), head.public_key(new), size, at))
        values = (size, data, head.sign_bytes(old, data), head.sign_bytes(new, data))
        self._conn.execute("INSERT INTO handover VALUES (?,?,?,?)", values)
        self._secret = new

    def reload(self) -> None:
        """After a rollback: the key is the one on the disk."""
        self._secret = self._load() or self._secret


def handovers(conn: Any) -> tuple[SignedHandover, ...]:
    """All of them, oldest first; on any connection."""
    rows = conn.execute("SELECT data, by_old, by_new FROM handover ORDER BY size")
    return tuple(SignedHandover(*row) for row in rows)
