"""The replica's file: dropped when it is of another shape, its log kept short without waiting for readers."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.sync.desk import KEY

from agentdesk.sync import files
from agentdesk.sync.book import Book
from agentdesk.sync.confirmed import Confirmed
from agentdesk.sync.files import drop_database, open_reader, open_replica, shorten_log


def test_what_is_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "replica.db"
    conn = open_replica(path, KEY)
    Confirmed(conn).book.set_meta(epoch="e1")
    conn.close()
    conn = open_replica(path, KEY)
    assert Book(conn).meta("epoch") == "e1"
    conn.close()


def test_another_shape_of_records_is_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "replica.db"
    conn = open_replica(path, KEY)
    Confirmed(conn).book.set_meta(epoch="e1")
    conn.close()
    monkeypatch.setattr(files, "fingerprint", lambda: "another")
    conn = open_replica(path, KEY)
    assert Book(conn).meta("epoch") == ""
    conn.close()


def test_another_key_is_no_reason_to_stop(tmp_path: Path) -> None:
    path = tmp_path / "replica.db"
    open_replica(path, KEY).close()
    conn = open_replica(path, bytes(32))
    assert Book(conn).meta("epoch") == ""
    conn.close()


def test_dropping_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "replica.db"
    conn = open_replica(path, KEY)
    Confirmed(conn)
    conn.close()
    drop_database(path)
    assert list(tmp_path.iterdir()) == []


def test_a_long_log_is_cut_unless_a_reader_needs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "replica.db"
    log = tmp_path / "replica.db-wal"
    conn = open_replica(path, KEY)
    book = Confirmed(conn).book
    assert shorten_log(conn, path)
    assert log.stat().st_size > 0  # it is not long yet
    monkeypatch.setattr(files, "LOG_LIMIT", 1)
    reader = open_reader(path, KEY)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM sync_meta").fetchall()
    book.set_meta(epoch="e2")
    assert not shorten_log(conn, path)
    reader.execute("COMMIT")
    assert shorten_log(conn, path)
    assert log.stat().st_size == 0
    reader.close()
    conn.close()


def test_without_the_catalogue_no_replica_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would not fit, and be dropped."""
    path = tmp_path / "replica.db"
    open_replica(path, KEY).close()
    before = path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(files, "RECORDS", {})
        with pytest.raises(RuntimeError, match=r"agentdesk\.domain\.catalogue"):
            open_replica(path, KEY)
    assert path.read_bytes() == before
