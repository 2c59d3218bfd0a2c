"""Database files: unreadable without the key, private to their owner, and silent about the key."""

from __future__ import annotations

import os
import sqlite3
import stat
import traceback
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from agentdesk.store.crypt import WrongKey, open_database

KEY = bytes(range(32))
OTHER = bytes(range(1, 33))
SECRET = "the parcel is in the blue barn"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database goes: a folder that is not there yet."""
    return tmp_path / "data" / "desk.db"


def fill(path: Path, key: bytes | None = KEY) -> None:
    """Write one secret."""
    db = open_database(path, key, durable=True)
    db.execute("CREATE TABLE note (text TEXT)")
    db.execute("INSERT INTO note VALUES (?)", (SECRET,))
    db.close()


def read(path: Path, key: bytes | None = KEY, *, readonly: bool = False) -> str:
    """Read it."""
    db = open_database(path, key, durable=True, readonly=readonly)
    try:
        return str(db.execute("SELECT text FROM note").fetchone()[0])
    finally:
        db.close()


def test_the_right_key_reads(path: Path) -> None:
    fill(path)
    assert read(path) == SECRET
    assert read(path, readonly=True) == SECRET


def test_the_file_tells_nothing(path: Path) -> None:
    fill(path)
    found = path.read_bytes()
    assert SECRET.encode() not in found
    assert b"SQLite format" not in found
    assert KEY not in found


def test_the_log_tells_nothing(path: Path) -> None:
    db = open_database(path, KEY, durable=True)
    db.execute("CREATE TABLE note (text TEXT)")
    db.execute("INSERT INTO note VALUES (?)", (SECRET,))
    log = path.with_name("desk.db-wal").read_bytes()
    db.close()
    assert log
    assert SECRET.encode() not in log


@pytest.mark.parametrize(("made", "opened"), [(KEY, OTHER), (KEY, None), (None, KEY)])
def test_another_key_is_told_in_a_sentence(path: Path, made: bytes | None, opened: bytes | None) -> None:
    fill(path, made)
    before = path.read_bytes()
    with pytest.raises(WrongKey, match=r"desk\.db cannot be opened with"):
        open_database(path, opened, durable=True)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"These are not the pages you are looking for. " * 400)
    with pytest.raises(WrongKey, match="damaged"):
        open_database(path, KEY, durable=True)


def test_the_key_stays_out_of_every_text(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    fill(path)
    with pytest.raises(WrongKey) as caught:
        open_database(path, OTHER, durable=True)
    shown = "".join(traceback.format_exception(caught.value)) + repr(open_database)
    with pytest.raises(ValueError, match="32 bytes") as short:
        open_database(path, KEY[:-1], durable=True)
    shown += "".join(traceback.format_exception(short.value))
    shown += "".join(capfd.readouterr())
    for key in (KEY, OTHER):
        assert key.hex()[:30] not in shown
        assert repr(key)[2:30] not in shown


def test_a_wrong_key_leaves_stderr_silent(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    fill(path)
    with pytest.raises(WrongKey):
        open_database(path, OTHER, durable=True)
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(os.name == "nt", reason="rights are lists there, and the profile folder has them")
def test_only_the_owner_may_read(path: Path) -> None:
    before = os.umask(0)
    try:
        db = open_database(path, KEY, durable=True)
        db.execute("CREATE TABLE note (text TEXT)")
    finally:
        os.umask(before)
    rights = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    db.close()
    assert rights == {"desk.db": 0o600, "desk.db-wal": 0o600, "desk.db-shm": 0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(("durable", "level"), [(True, 2), (False, 1)])
def test_settings(path: Path, durable: bool, level: int) -> None:
    db = open_database(path, KEY, durable=durable)
    names = (
        "journal_mode",
        "synchronous",
        "secure_delete",
        "temp_store",
        "foreign_keys",
        "mmap_size",
        "trusted_schema",
    )
    found = [db.execute(f"PRAGMA {name}").fetchone()[0] for name in names]
    autocommit = db.isolation_level
    db.close()
    assert found == ["wal", level, 1, 2, 0, 0, 0]
    assert autocommit is None


def test_the_form_of_encrypted_files_is_fixed(path: Path) -> None:
    fill(path)
    db = dbapi2.connect(path)
    db.execute(f"""PRAGMA key = "x'{KEY.hex()}'" """)
    for setting in ("page_size = 8192", "hmac_algorithm = HMAC_SHA512", "use_hmac = ON", "plaintext_header_size = 0"):
        db.execute(f"PRAGMA cipher_{setting}")
    assert db.execute("SELECT text FROM note").fetchone() == (SECRET,)
    db.close()


def test_a_changed_byte_is_found(path: Path) -> None:
    fill(path)
    found = bytearray(path.read_bytes())
    found[-100] ^= 1
    path.write_bytes(found)
    with pytest.raises(dbapi2.DatabaseError):
        read(path)


def test_a_plain_file_is_mapped(path: Path) -> None:
    db = open_database(path, None, durable=True)
    mapped = db.execute("PRAGMA mmap_size").fetchone()[0]
    db.close()
    assert mapped > 0
    sqlite3.connect(path).close()


def test_a_reader_cannot_write(path: Path) -> None:
    fill(path)
    db = open_database(path, KEY, durable=True, readonly=True)
    with pytest.raises(dbapi2.OperationalError, match="readonly"):
        db.execute("DELETE FROM note")
    db.close()


def test_a_reader_makes_no_file(path: Path) -> None:
    with pytest.raises(dbapi2.OperationalError):
        open_database(path, KEY, durable=True, readonly=True)
    assert not path.exists()


def test_a_reader_keeps_its_snapshot_while_another_writes(path: Path) -> None:
    fill(path)
    reader = open_database(path, KEY, durable=False, readonly=True)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM note").fetchone() == (1,)
    writer = open_database(path, KEY, durable=False)
    writer.execute("INSERT INTO note VALUES ('more')")
    assert reader.execute("SELECT count(*) FROM note").fetchone() == (1,)
    reader.execute("COMMIT")
    assert reader.execute("SELECT count(*) FROM note").fetchone() == (2,)
    writer.close()
    reader.close()


def test_odd_names_are_only_names(tmp_path: Path) -> None:
    path = tmp_path / "a ?mode=memory#%41" / "ünï?cache=shared.db"
    fill(path)
    assert path.is_file()
    assert read(path) == SECRET
