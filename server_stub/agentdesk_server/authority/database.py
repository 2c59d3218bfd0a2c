"""The server's own tables beside the records: head, audit leaves, devices, scopes' bookkeeping, facts, sign-in."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import msgspec

from agentdesk.domain.audit.merkle import Tree, tree_to_bytes
from agentdesk.domain.kernel import RECORDS
from agentdesk.domain.kernel.records import plain
from agentdesk.store.crypt import open_database
from agentdesk.store.records import Records
from agentdesk.store.tables import create_tables, fingerprint

from . import directory, erasing, factors, families, kept, mailing, signer
from .checks import add_kinds

FILE = "agentdesk.db"
PARTS = (directory, erasing, factors, families, kept, mailing, signer)
TABLES = """
CREATE TABLE IF NOT EXISTS head (one INTEGER PRIMARY KEY CHECK (one = 1), rev INTEGER NOT NULL, epoch TEXT NOT NULL,
    at INTEGER NOT NULL, min_rev INTEGER NOT NULL, safe INTEGER NOT NULL, tree BLOB NOT NULL, shape TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS leaf (number INTEGER PRIMARY KEY, data BLOB NOT NULL, subject TEXT NOT NULL, sealed BLOB);
CREATE TABLE IF NOT EXISTS signed_head (size INTEGER NOT NULL, data BLOB PRIMARY KEY, signature BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS subject_key (subject TEXT PRIMARY KEY, wrapped BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS device (id TEXT PRIMARY KEY, person TEXT NOT NULL, done INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS result (device TEXT NOT NULL, n INTEGER NOT NULL, ack BLOB NOT NULL, PRIMARY KEY (device, n))
    WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS never (device TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (device, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS shown (scope TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, uses INTEGER NOT NULL,
    since INTEGER NOT NULL, rev INTEGER NOT NULL, PRIMARY KEY (kind, id, scope)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ix_shown_scope ON shown (scope, rev, kind, id, since);
CREATE INDEX IF NOT EXISTS ix_shown_again ON shown (scope, rev, kind, id, since) WHERE rev <> since;
CREATE TABLE IF NOT EXISTS gone (scope TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, how TEXT NOT NULL,
    rev INTEGER NOT NULL, PRIMARY KEY (scope, kind, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ix_gone_rev ON gone (scope, rev);
CREATE TABLE IF NOT EXISTS scope_check (scope TEXT PRIMARY KEY, count INTEGER NOT NULL, hash TEXT NOT NULL,
    kinds TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS fact (rev INTEGER NOT NULL, at INTEGER NOT NULL, name TEXT NOT NULL, person TEXT NOT NULL,
    kind TEXT NOT NULL, id TEXT NOT NULL, value INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS ix_fact_name ON fact (name, at);
CREATE TABLE IF NOT EXISTS credential (person TEXT PRIMARY KEY, hash TEXT NOT NULL, since INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS session (token TEXT PRIMARY KEY, person TEXT NOT NULL, device TEXT NOT NULL,
    expires INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS visitor (id TEXT PRIMARY KEY, token TEXT NOT NULL, site TEXT NOT NULL,
    customer TEXT NOT NULL, name TEXT NOT NULL, email TEXT NOT NULL, language TEXT NOT NULL, page TEXT NOT NULL,
    since INTEGER NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS ix_visitor_token ON visitor (token);
CREATE TABLE IF NOT EXISTS upload (digest TEXT NOT NULL, owner TEXT NOT NULL, size INTEGER NOT NULL,
    at INTEGER NOT NULL, PRIMARY KEY (digest, owner)) WITHOUT ROWID;
"""


class HeadRow(msgspec.Struct, frozen=True):
    """Where the database stands."""

    rev: int
    epoch: str
    at: int
    min_rev: int
    safe: int
    tree: bytes


class Database:
    """One connection to the server's database. One thread at a time."""

    def __init__(self, conn: Any) -> None:
        self.conn = conn
        self.records = Records(conn)

    def head(self) -> HeadRow:
        row = self.conn.execute("SELECT rev, epoch, at, min_rev, safe, tree FROM head").fetchone()
        return HeadRow(*row)

    def close(self) -> None:
        self.conn.close()


def open_server_database(folder: Path, key: bytes | None = None, *, durable: bool = True) -> Database:
    """The writing connection; makes the file and its tables on first use, and adds columns records have gained."""
    conn = open_database(folder / FILE, key, durable=durable)
    conn.executescript(TABLES + "".join(one.TABLES for one in PARTS))
    row = conn.execute("SELECT shape FROM head").fetchone()
    if row is not None and row[0] != fingerprint():
        _widen(conn)  # before there are indexes on what is new
    if row is not None:
        add_kinds(conn)
    create_tables(conn)
    if row is None:
        values = (0, secrets.token_hex(16), 0, 0, 0, tree_to_bytes(Tree()), fingerprint())
        conn.execute("INSERT INTO head VALUES (1,?,?,?,?,?,?,?)", values)
    return Database(conn)


def open_reader(folder: Path, key: bytes | None = None) -> Database:
    """A connection that only reads, for catch-up and questions."""
    return Database(open_database(folder / FILE, key, durable=True, readonly=True))


def _widen(conn: Any) -> None:
    """Add the columns that records have gained since the file was made: fields only ever join at the end."""
    for spec in RECORDS.values():
        have = {row[1] for row in conn.execute(f'PRAGMA table_info("{spec.kind}")')}
        for name, hint in zip(spec.fields, spec.types, strict=True):
            if have and name not in have:
                empty = {str: "''", int: "0", float: "0", bool: "0"}.get(plain(hint), "'[]'")
                conn.execute(f'ALTER TABLE "{spec.kind}" ADD COLUMN "{name}" NOT NULL DEFAULT {empty}')
    conn.execute("UPDATE head SET shape = ?", (fingerprint(),))
