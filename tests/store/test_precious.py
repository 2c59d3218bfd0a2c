"""The precious file: brought up from every version, untouched by older programs, proof against being killed."""

from __future__ import annotations

import hashlib
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2

from agentdesk.store import drafts, outbox
from agentdesk.store.crypt import Connection, WrongKey, open_database
from agentdesk.store.precious import (
    MIGRATIONS,
    FromNewerProgram,
    keep,
    kept,
    migrate,
    open_precious,
    transaction,
    version,
)

KEY = bytes(range(32))
ROUNDS = 20


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the file goes."""
    return tmp_path / "data" / "precious.db"


@pytest.fixture
def db(path: Path) -> Iterator[Connection]:
    """A new one, open."""
    db = open_precious(path, KEY)
    yield db
    db.close()


def version_1(path: Path) -> None:
    """A file as the first program wrote it, with something in each table. Never edit this: files out there look so."""
    db = open_database(path, KEY, durable=True)
    for statement in (
        "CREATE TABLE kept (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID",
        "CREATE TABLE outbox (n INTEGER PRIMARY KEY, name TEXT NOT NULL, args BLOB NOT NULL, at INTEGER NOT NULL,"
        " needs TEXT NOT NULL, rev INTEGER, acked_at INTEGER) STRICT",
        "CREATE TABLE draft (case_id TEXT NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL, cursor INTEGER NOT NULL,"
        " at INTEGER NOT NULL, PRIMARY KEY (case_id, kind)) STRICT, WITHOUT ROWID",
        "CREATE TABLE draft_version (id INTEGER PRIMARY KEY, case_id TEXT NOT NULL, kind TEXT NOT NULL,"
        " text TEXT NOT NULL, cursor INTEGER NOT NULL, at INTEGER NOT NULL) STRICT",
        "CREATE INDEX draft_version_of ON draft_version (case_id, kind, id)",
        "INSERT INTO kept VALUES ('outbox.next', CAST('9' AS BLOB))",
        "INSERT INTO outbox VALUES (7, 'case.reply', x'81a162c3', 1000, 'aa bb', NULL, NULL)",
        "INSERT INTO outbox VALUES (8, 'case.note', x'80', 1001, '', 12, 1002)",
        "INSERT INTO draft VALUES ('c1', 'reply', 'Dear Ana', 8, 1003)",
        "INSERT INTO draft_version VALUES (1, 'c1', 'reply', 'Dear An', 7, 1002)",
        "PRAGMA user_version = 1",
    ):
        db.execute(statement)
    db.close()


BUILDERS: dict[int, Callable[[Path], None]] = {1: version_1}


def shape(db: Connection) -> list[Any]:
    """Every table with its columns, every index."""
    found: list[Any] = db.execute(
        "SELECT type, name FROM sqlite_schema WHERE name NOT LIKE 'sqlite%' ORDER BY 1, 2"
    ).fetchall()
    return [(*one, db.execute(f"PRAGMA table_xinfo({one[1]})").fetchall()) for one in found]


def digest(path: Path) -> str:
    """What the file is, byte for byte."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_every_version_that_was_released_has_a_builder() -> None:
    assert sorted(BUILDERS) == list(range(1, len(MIGRATIONS) + 1))


@pytest.mark.parametrize("number", sorted(BUILDERS))
def test_each_older_file_comes_up_whole(path: Path, tmp_path: Path, number: int) -> None:
    BUILDERS[number](path)
    new = open_precious(tmp_path / "new.db", KEY)
    db = open_precious(path, KEY)
    assert version(db) == len(MIGRATIONS)
    assert shape(db) == shape(new)
    assert outbox.waiting(db) == [outbox.Entry(7, "case.reply", b"\x81\xa1b\xc3", 1000, ("aa", "bb"))]
    assert outbox.acked(db) == [outbox.Acked(outbox.Entry(8, "case.note", b"\x80", 1001), 12, 1002)]
    assert outbox.next_n(db) == 9
    assert drafts.unsent(db) == [drafts.Draft("c1", "reply", "Dear Ana", 8, 1003)]
    assert drafts.history(db, "c1", "reply") == [drafts.Draft("c1", "reply", "Dear An", 7, 1002)]
    db.close()
    new.close()


def test_opening_again_changes_nothing(path: Path) -> None:
    open_precious(path, KEY).close()
    before = digest(path)
    open_precious(path, KEY).close()
    assert digest(path) == before


def test_steps_are_taken_once_and_in_order(db: Connection) -> None:
    more = (*MIGRATIONS, ("CREATE TABLE extra (a INTEGER) STRICT",), ("ALTER TABLE extra ADD COLUMN b TEXT",))
    migrate(db, more)
    migrate(db, more)
    assert version(db) == len(MIGRATIONS) + 2
    assert [row[1] for row in db.execute("PRAGMA table_info(extra)")] == ["a", "b"]


def test_a_step_that_fails_leaves_the_version_before_it(db: Connection) -> None:
    good = (*MIGRATIONS, ("CREATE TABLE extra (a INTEGER) STRICT",))
    with pytest.raises(dbapi2.OperationalError):
        migrate(db, (*good, ("CREATE TABLE half (a INTEGER) STRICT", "DROP TABLE nowhere")))
    assert version(db) == len(good)
    assert not db.in_transaction
    assert {"extra", "half"} & {name for _, name, _ in shape(db)} == {"extra"}


def test_a_file_of_a_newer_program_is_not_touched(path: Path) -> None:
    version_1(path)
    db = open_database(path, KEY, durable=True)
    db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    db.close()
    before = digest(path)
    with pytest.raises(FromNewerProgram, match=r"newer AgentDesk.*Please update"):
        open_precious(path, KEY)
    assert digest(path) == before


def test_a_wrong_key_touches_nothing(path: Path) -> None:
    version_1(path)
    before = digest(path)
    with pytest.raises(WrongKey):
        open_precious(path, bytes(32))
    assert digest(path) == before


def test_every_commit_is_durable(db: Connection) -> None:
    assert db.execute("PRAGMA synchronous").fetchone() == (2,)


def test_a_transaction_is_all_or_nothing(db: Connection) -> None:
    def half() -> None:
        with transaction(db):
            keep(db, "a", b"1")
            raise LookupError

    with pytest.raises(LookupError):
        half()
    assert kept(db, "a") is None
    assert not db.in_transaction


def test_small_things_are_kept(db: Connection) -> None:
    assert kept(db, "device") is None
    keep(db, "device", b"one")
    keep(db, "device", b"two")
    assert kept(db, "device") == b"two"


# --- Killed at random moments -----------------------------------------------------------------------------------------

WRITER = """
import sys
from agentdesk.store import drafts, outbox
from agentdesk.store.precious import open_precious

db = open_precious(sys.argv[1], bytes(range(32)))
journal = drafts.DraftJournal(db)
at = int(sys.argv[2])
while True:
    at += 1
    n = outbox.next_n(db)
    outbox.add(db, n, "case.note", b"%d" % at, at)
    journal.note(drafts.Draft(f"c{at % 7}", "reply", "x" * (at % 50) + str(at), 0, at))
    journal.flush(at)
    outbox.mark_acked(db, n - 3, at, at)
    print(n, at, flush=True)
"""


class Promises:
    """What the killed programs had said was on the disk."""

    def __init__(self) -> None:
        self.n = 0
        self.at = 0
        self.drafts: dict[str, int] = {}

    def hear(self, line: str) -> None:
        """Take one line."""
        self.n, self.at = (int(word) for word in line.split())
        self.drafts[f"c{self.at % 7}"] = self.at

    def check(self, path: Path) -> None:
        """Everything said is there; what was not said is whole or not there."""
        db = open_precious(path, KEY)
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        found = sorted([*outbox.waiting(db), *(one.entry for one in outbox.acked(db))])
        assert [entry.n for entry in found] == list(range(1, outbox.next_n(db)))
        assert len(found) in (self.n, self.n + 1)
        assert all(entry.args == b"%d" % entry.at for entry in found)
        for case, at in self.drafts.items():
            draft = drafts.get(db, case, "reply")
            assert draft is not None
            assert draft.at >= at
            assert draft.text.endswith(str(draft.at))
        db.close()


def killed(path: Path, promises: Promises, chance: random.Random) -> None:
    """Run a writer for a while, kill it without warning, hear what it had said."""
    writer = subprocess.Popen([sys.executable, "-c", WRITER, path, str(promises.at)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    with writer:
        for _ in range(chance.randrange(1, 12)):
            promises.hear(writer.stdout.readline())
        time.sleep(chance.random() * 0.01)
        writer.kill()
        for line in writer.stdout.read().splitlines(keepends=True):
            if line.endswith("\n"):
                promises.hear(line)


def test_nothing_acknowledged_is_lost_to_a_kill(path: Path) -> None:
    chance, promises = random.Random(20), Promises()
    for _ in range(ROUNDS):
        killed(path, promises, chance)
        promises.check(path)
    assert promises.n >= ROUNDS


def test_the_check_would_see_a_loss(path: Path) -> None:
    chance, promises = random.Random(1), Promises()
    killed(path, promises, chance)
    db = open_precious(path, KEY)
    outbox.drop(db, promises.n)
    db.close()
    with pytest.raises(AssertionError):
        promises.check(path)
