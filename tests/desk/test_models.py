"""The list's model: loads what is in sight, follows changes row by row, and keeps Qt's rules."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot
from tests.desk.fake_desk import NOW, FakeDesk

from agentdesk.desk.models.fixed import FixedModel
from agentdesk.desk.models.list import HELD, RECORD, RecordsModel
from agentdesk.domain.cases import Case
from agentdesk.domain.queue import TEAM


@pytest.fixture
def desk() -> Iterator[FakeDesk]:
    made = FakeDesk()
    yield made
    made.close()


def case(at: int, **fields: object) -> Case:
    base = Case(
        f"c{at:05}", "team:billing:open", 1, at, f"Subject {at}", "cu", "Lena", "billing", "chat", "en", NOW, NOW, at
    )
    return msgspec.structs.replace(base, **fields)


@pytest.fixture
def model(qtbot: QtBot, desk: FakeDesk) -> Iterator[RecordsModel]:
    desk.put(*(case(at) for at in range(0, 2000, 2)))
    made = RecordsModel(desk.view)
    tester = QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal)
    made.ask(TEAM(team="billing"))
    desk.listen(("case",), lambda some: made.touched(some or (), [True] * len(some or ())))
    yield made
    made.close()
    del tester


def shown(model: RecordsModel, first: int, last: int) -> list[str | None]:
    return [model.id_at(row) for row in range(first, last)]


def test_only_what_is_in_sight_is_read(qtbot: QtBot, model: RecordsModel) -> None:
    assert model.rowCount() == 1000
    assert shown(model, 0, 3) == ["c00000", "c00002", "c00004"]
    assert model.id_at(500) is None
    assert model.index(500).data(RECORD) is None
    model.look(500, 510)
    qtbot.waitUntil(lambda: model.id_at(505) is not None)
    assert model.index(505).data(RECORD).number == 1010
    assert model.id_at(900) is None


def test_changes_are_followed_without_a_reset(qtbot: QtBot, model: RecordsModel, desk: FakeDesk) -> None:
    resets: list[int] = []
    model.modelReset.connect(lambda: resets.append(1))
    desk.put(case(1))
    assert shown(model, 0, 3) == ["c00000", "c00001", "c00002"]
    desk.put(case(0, rank=3))
    assert shown(model, 0, 4) == ["c00001", "c00002", "c00000", "c00004"]
    desk.put(case(2, status="solved"))
    assert shown(model, 0, 3) == ["c00001", "c00000", "c00004"]
    assert model.rowCount() == 1000
    desk.put(case(1501))  # nobody has seen where that is
    assert model.rowCount() == 1001
    assert resets == []


def test_rows_keep_still_while_somebody_points_at_them(model: RecordsModel, desk: FakeDesk) -> None:
    told: list[int] = []
    model.held.connect(told.append)
    model.still = True
    model.look(0, 10)
    desk.put(case(51))
    assert model.row_of("c00051") == 26  # below what is in sight: nobody's hand is there
    desk.put(case(0, rank=7))
    desk.put(case(4, status="solved"))
    desk.put(case(1))
    assert shown(model, 0, 3) == ["c00000", "c00002", "c00004"]
    assert model.index(0).data(HELD) == "move"
    assert model.index(2).data(HELD) == "gone"
    assert told[-1] == 3
    model.release()
    assert shown(model, 0, 4) == ["c00001", "c00002", "c00006", "c00000"]
    assert told[-1] == 0


def test_a_flood_is_taken_in_without_a_reset(qtbot: QtBot, model: RecordsModel, desk: FakeDesk) -> None:
    resets: list[int] = []
    model.modelReset.connect(lambda: resets.append(1))
    desk.view.records.put([case(at) for at in range(1, 200, 2)])
    model.stale()
    qtbot.waitUntil(lambda: model.rowCount() == 1100)
    qtbot.waitUntil(lambda: shown(model, 0, 4) == ["c00000", "c00001", "c00002", "c00003"])
    assert resets == []


def test_a_fixed_list(qtbot: QtBot) -> None:
    model = FixedModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show_records([case(1), case(2)])
    model.add([case(2), case(3)])
    model.replace(case(3, subject="Changed"))
    assert [model.id_at(row) for row in range(4)] == ["c00001", "c00002", "c00003", None]
    assert model.index(2).data(RECORD).subject == "Changed"
    assert model.row_of("c00002") == 1
    del tester
