"""The outbox: in order, counted on, kept until a backup covers it."""

from __future__ import annotations

import base64
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from sqlcipher3 import dbapi2

from agentdesk.store import outbox
from agentdesk.store.crypt import Connection
from agentdesk.store.outbox import Entry
from agentdesk.store.precious import open_precious

KEY = bytes(range(32))
WEEK = 7 * 24 * 3600 * 1000


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Connection]:
    """An empty outbox."""
    db = open_precious(tmp_path / "precious.db", KEY)
    yield db
    db.close()


def fill(db: Connection, *numbers: int) -> None:
    """One command for each number."""
    outbox.add_all(db, [Entry(n, "case.note", msgspec.msgpack.encode({"case": f"c{n}"}), 100 + n) for n in numbers])


def numbers(db: Connection) -> list[int]:
    """Those that wait."""
    return [entry.n for entry in outbox.waiting(db)]


def test_what_is_added_waits_as_it_was(db: Connection) -> None:
    outbox.add(db, 1, "case.reply", b"\x81\xa1a\x01", 5, ["aa", "bb"])
    assert outbox.waiting(db) == [Entry(1, "case.reply", b"\x81\xa1a\x01", 5, ("aa", "bb"))]


def test_it_waits_in_order(db: Connection) -> None:
    fill(db, 2, 1, 3)
    assert numbers(db) == [1, 2, 3]


def test_it_is_there_after_opening_again(db: Connection, tmp_path: Path) -> None:
    fill(db, 1)
    again = open_precious(tmp_path / "precious.db", KEY)
    assert numbers(again) == [1]
    again.close()


def test_several_are_added_whole_or_not_at_all(db: Connection) -> None:
    fill(db, 2)
    with pytest.raises(dbapi2.IntegrityError):
        fill(db, 1, 2, 3)
    assert numbers(db) == [2]
    assert outbox.next_n(db) == 3
    fill(db)


def test_a_number_is_used_once(db: Connection) -> None:
    assert outbox.next_n(db) == 1
    fill(db, 1, 2)
    outbox.drop(db, 1)
    outbox.drop(db, 2)
    assert outbox.next_n(db) == 3
    fill(db, 1)
    assert outbox.next_n(db) == 3


def test_a_dropped_one_is_handed_over(db: Connection) -> None:
    fill(db, 1)
    entry = outbox.drop(db, 1)
    assert entry is not None
    assert entry.n == 1
    assert outbox.drop(db, 1) is None
    assert numbers(db) == []


def test_an_acked_one_waits_no_more_but_is_kept(db: Connection) -> None:
    fill(db, 1, 2)
    assert outbox.mark_acked(db, 1, rev=40, at=900)
    assert numbers(db) == [2]
    (one,) = outbox.acked(db)
    assert (one.entry.n, one.rev, one.at) == (1, 40, 900)


def test_the_first_answer_counts(db: Connection) -> None:
    fill(db, 1)
    outbox.mark_acked(db, 1, rev=40, at=900)
    assert not outbox.mark_acked(db, 1, rev=41, at=901)
    assert not outbox.mark_acked(db, 2, rev=41, at=901)
    assert outbox.acked(db)[0].rev == 40


def test_settling_lets_go_of_what_a_backup_covers(db: Connection) -> None:
    fill(db, 1, 2, 3)
    for n in (1, 2):
        outbox.mark_acked(db, n, rev=n * 10, at=900)
    assert outbox.settle(db, safe=10, now=1000) == 1
    assert [one.entry.n for one in outbox.acked(db)] == [2]
    assert numbers(db) == [3]


def test_settling_lets_go_after_a_week(db: Connection) -> None:
    fill(db, 1, 2)
    outbox.mark_acked(db, 1, rev=10, at=900)
    assert outbox.settle(db, safe=0, now=900 + WEEK) == 0
    assert outbox.settle(db, safe=0, now=901 + WEEK) == 1
    assert outbox.settle(db, safe=10**9, now=99 * WEEK) == 0
    assert numbers(db) == [2]


@pytest.mark.parametrize("start", [1, 3, 4, 50])
def test_a_new_epoch_numbers_again_in_the_same_order(db: Connection, start: int) -> None:
    fill(db, 2, 3, 4, 7)
    outbox.mark_acked(db, 2, rev=10, at=900)
    moved = outbox.renumber(db, start)
    assert moved == {2: start, 3: start + 1, 4: start + 2, 7: start + 3}
    assert [msgspec.msgpack.decode(entry.args)["case"] for entry in outbox.waiting(db)] == ["c2", "c3", "c4", "c7"]
    assert numbers(db) == list(moved.values())
    assert outbox.acked(db) == []
    assert outbox.next_n(db) == start + 4


def test_a_new_epoch_of_an_empty_outbox(db: Connection) -> None:
    fill(db, 9)
    outbox.drop(db, 9)
    assert outbox.renumber(db, 1) == {}
    assert outbox.next_n(db) == 1


def test_a_blob_that_arrived_is_needed_no_more(db: Connection) -> None:
    outbox.add(db, 1, "case.reply", b"\x80", 5, ["aa", "bb"])
    outbox.add(db, 2, "case.reply", b"\x80", 5, ["aa"])
    assert outbox.supplied(db, "aa") == [2]
    assert outbox.supplied(db, "cc") == []
    assert outbox.supplied(db, "bb") == [1]
    assert [entry.needs for entry in outbox.waiting(db)] == [(), ()]


def test_erasure_takes_answered_commands_that_mention_a_record(db: Connection) -> None:
    fill(db, 1, 2, 3)
    outbox.mark_acked(db, 1, rev=10, at=900)
    outbox.mark_acked(db, 2, rev=11, at=900)
    assert outbox.forget(db, "c1") == [1]
    assert outbox.forget(db, "c3") == []  # it waits: the server will refuse it
    assert [one.entry.n for one in outbox.acked(db)] == [2]
    assert numbers(db) == [3]


def test_the_export_can_be_read_by_anybody(db: Connection, tmp_path: Path) -> None:
    fill(db, 1, 3)
    outbox.add(db, 2, "case.note", b"\xc1 not MessagePack", 5, ["aa"])
    outbox.mark_acked(db, 1, rev=10, at=900)
    path = tmp_path / "outbox.jsonl"
    assert outbox.export(db, path) == 3
    lines = [msgspec.json.decode(line) for line in path.read_bytes().splitlines()]
    assert [line["n"] for line in lines] == [1, 2, 3]
    assert lines[0] | {"args": {"case": "c1"}, "rev": 10, "acked_at": 900} == lines[0]
    assert lines[2]["rev"] is None
    assert base64.b64decode(lines[1]["raw"]) == b"\xc1 not MessagePack"
    assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 or os.name == "nt"


def test_another_command_takes_a_number_that_waits(db: Connection) -> None:
    fill(db, 1, 2)
    outbox.mark_acked(db, 1, 5, 60)
    other = Entry(2, "case.read", b"\x80", 7, ("d1",))
    assert outbox.replace(db, other)
    assert outbox.waiting(db) == [other]
    assert outbox.next_n(db) == 3
    assert not outbox.replace(db, other._replace(n=1)), "it was answered"
    assert not outbox.replace(db, other._replace(n=9))
    assert outbox.acked(db)[0].entry.name == "case.note"
