"""Slow questions: read beside Qt's thread, at the moment where the replica stands, and dropped when nobody waits."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from agentdesk.desk.bridge import Bridge
from agentdesk.desk.models.list import RecordsModel
from agentdesk.desk.preparing import Preparing
from agentdesk.domain.cases import Case
from agentdesk.domain.cases.seeking import cases_that
from agentdesk.domain.catalogue import CAPABILITIES
from agentdesk.domain.kernel import Actor, Condition, Sought, Trait
from agentdesk.store.records import Records
from agentdesk.sync.ahead import Wanted
from agentdesk.sync.confirmed import Confirmed
from agentdesk.sync.files import open_reader, open_replica
from agentdesk.sync.reader import Reader
from agentdesk.sync.replica import Replica

KEY = bytes(range(32))
PATIENCE = 30_000


class House:
    """A replica on the disk that somebody writes to, and whoever reads it on Qt's thread."""

    def __init__(self, folder: Path) -> None:
        assert CAPABILITIES
        self.disk = open_replica(folder / "replica.db", KEY)
        Confirmed(self.disk)
        self.applied = 0
        self.write(*(f"Parcel {at}" for at in range(300)), "Refund")
        self.reader = Reader(lambda: open_reader(folder / "replica.db", KEY))
        me = Actor("mina", "agent", "Mina", ("t",), device="laptop")
        self.replica = Replica(self.reader, me, send=lambda *_: None, clock=lambda: 1)
        self.bridge = Bridge()
        self.moves = 0
        self.preparing = Preparing(self.replica, self.bridge, self.move)

    def write(self, *subjects: str) -> None:
        """One transaction more, with cases."""
        self.disk.execute("BEGIN")
        self.applied += 1
        cases = [
            Case(f"c{self.applied}.{at:03}", "s", 1, at, subject, "u", "", "t", "chat", "en", 1, 1, at)
            for at, subject in enumerate(subjects)
        ]
        Records(self.disk).put(cases)
        self.disk.execute("INSERT OR REPLACE INTO sync_meta (name, value) VALUES ('applied', ?)", (self.applied,))
        self.disk.execute("COMMIT")

    def move(self) -> None:
        self.moves += 1
        self.replica.take(deque())

    def sought(self, words: str) -> Sought[Case]:
        said = Condition(((Trait("text", "has", (words,)),),))
        return cases_that(said, "number", self.replica, "mina", ("t",), 1)

    def prepare(self, asked: Any, then: Any, after: Any = None, rows: int = 0) -> None:
        self.preparing.prepare(Wanted(asked, after, rows), then)

    def close(self) -> None:
        self.bridge.close()
        self.reader.close()
        self.disk.close()


@pytest.fixture
def house(qtbot: QtBot, tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.close()


def test_what_was_read_beside_is_at_hand_at_this_moment(house: House, qtbot: QtBot) -> None:
    asked, told, steps = house.sought("parcel"), [], list[str]()

    def then() -> None:
        house.reader.now.conn.set_trace_callback(steps.append)
        told.append((house.replica.count(asked), [one.number for one in house.replica.page(asked, None, 120)]))
        house.reader.now.conn.set_trace_callback(None)

    house.prepare(asked, then, rows=120)
    assert (told, house.preparing.busy) == ([], True)
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE)
    assert told == [(300, list(range(120)))]
    assert steps == []
    assert (house.moves, house.preparing.busy) == (1, False)
    last = asked.key(house.replica.page(asked, None, 120)[-1])
    house.prepare(asked, lambda: told.append(house.replica.page(asked, last, 300)[-1].number), last, 300)
    qtbot.waitUntil(lambda: len(told) == 2, timeout=PATIENCE)
    assert told[1] == 299
    house.prepare(asked, lambda: told.append("at once"))
    assert told[2] == "at once", "how many there are is known by now"


def test_what_was_written_meanwhile_is_taken_in_first(house: House, qtbot: QtBot) -> None:
    asked, told = house.sought("parcel"), list[int]()
    house.write("One more parcel")
    house.prepare(asked, lambda: told.append(house.replica.count(asked)))
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE)
    assert told == [301]
    assert house.replica.reader.applied == 2


def test_a_list_shows_what_was_asked_last(house: House, qtbot: QtBot) -> None:
    model = RecordsModel(house.replica, None, house.prepare)
    resets: list[int] = []
    model.modelReset.connect(lambda: resets.append(model.rowCount()))
    for words in ("parcel", "nothing", "refund"):
        model.ask(house.sought(words))
        assert (model.waiting, model.rowCount()) == (True, 0)
    qtbot.waitUntil(lambda: not model.waiting, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not house.preparing.busy, timeout=PATIENCE)
    assert [model.id_at(row) for row in range(model.rowCount())] == ["c1.300"]
    assert resets == [0, 0, 0, 1]
    model.ask(house.sought("parcel"))
    qtbot.waitUntil(lambda: model.rowCount() == 300, timeout=PATIENCE)
    model.look(280, 299)
    qtbot.waitUntil(lambda: model.id_at(299) == "c1.299", timeout=PATIENCE)
    model.ask(house.sought("refund"))
    model.close()
    qtbot.waitUntil(lambda: not house.preparing.busy, timeout=PATIENCE)
    assert (model.waiting, model.rowCount()) == (False, 0)


def test_who_ends_while_something_is_read_does_not_wait_for_it(house: House) -> None:
    told: list[str] = []
    house.prepare(house.sought("parcel"), lambda: told.append("too late"))
    house.bridge.close()
    house.reader.ahead.close()
    assert told == []
    assert house.reader.ahead.read(Wanted(house.sought("x")), 1) is None
