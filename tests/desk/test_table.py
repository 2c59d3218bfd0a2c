"""The table in memory: sorted, filtered, followed; nothing moves under the pointer, the choice stays on its thing."""

from __future__ import annotations

import random

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from agentdesk.desk.models.table import Cell, Column, TableModel
from agentdesk.desk.widgets.table import Table

DOWN = Qt.SortOrder.DescendingOrder


class Thing(msgspec.Struct, frozen=True):
    id: str
    name: str
    size: int = 0


COLUMNS = [
    Column("Name", lambda one: Cell(one.name, strong=True), lambda one: one.name),
    Column("Size", lambda one: Cell(str(one.size)), lambda one: one.size, 90),
    Column("Tone", lambda one: Cell("word", "good"), lambda one: one.size % 3, 90),
]


def names(model: TableModel) -> list[str]:
    return [model.index(row, 0).data() for row in range(model.rowCount())]


@pytest.fixture
def model() -> TableModel:
    made = TableModel(COLUMNS)
    QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal)
    made.show([Thing("1", "b", 5), Thing("2", "a", 7), Thing("3", "c", 6)])
    return made


def test_it_is_sorted_by_any_column(model: TableModel) -> None:
    assert names(model) == ["a", "b", "c"]
    model.sort(1, DOWN)
    assert names(model) == ["a", "c", "b"]
    assert model.headerData(1, Qt.Orientation.Horizontal) == "Size"
    assert model.index(0, 1).data(Qt.ItemDataRole.AccessibleTextRole) == "Size: 7"


def test_what_changes_stays_until_it_is_sorted_anew(model: TableModel) -> None:
    told: list[int] = []
    model.moved.connect(told.append)
    model.put([Thing("2", "z", 7)])
    assert names(model) == ["z", "b", "c"]
    assert told == [1]
    model.put([Thing("2", "a", 7)])
    assert told[-1] == 0, "it stands where it belongs again"
    model.put([Thing("2", "z", 7), Thing("4", "bb")])
    assert names(model) == ["z", "b", "bb", "c"]
    model.arrange()
    assert names(model) == ["b", "bb", "c", "z"]
    assert told[-1] == 0


def test_what_is_not_wanted_is_not_listed(model: TableModel) -> None:
    model.keep(lambda one: one.size > 5)
    assert names(model) == ["a", "c"]
    model.put([Thing("9", "x", 1), Thing("8", "d", 8), Thing("1", "b", 9)])
    assert names(model) == ["a", "b", "c", "d"], "what has become wanted comes in"
    model.put([Thing("3", "c", 0)])
    assert names(model) == ["a", "b", "c", "d"], "what is looked at does not vanish"
    model.arrange()
    assert names(model) == ["a", "b", "d"]
    assert len(model.everything()) == 5


def test_things_go(model: TableModel) -> None:
    model.take("2")
    model.take("none")
    assert names(model) == ["b", "c"]
    model.show([])
    assert model.rowCount() == 0


def test_it_is_as_if_made_anew_whatever_happens() -> None:
    """Random changes, in any order and direction; after `arrange` it is what a fresh one would be."""
    chance = random.Random(11)
    model, truth = TableModel(COLUMNS), dict[str, Thing]()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for _ in range(400):
        column, order = chance.randrange(3), chance.choice([DOWN, Qt.SortOrder.AscendingOrder])
        some = [Thing(str(chance.randrange(40)), chance.choice("abcdef"), chance.randrange(9)) for _ in range(3)]
        model.put(some)
        truth.update((one.id, one) for one in some)
        gone = str(chance.randrange(40))
        model.take(gone)
        truth.pop(gone, None)
        if chance.random() < 0.2:
            model.sort(column, order)
            wanted = sorted(truth.values(), key=lambda one: (COLUMNS[column].key(one), one.id), reverse=order == DOWN)
            assert [model.item(row) for row in range(model.rowCount())] == wanted
    assert {one.id: one for one in model.everything()} == truth


def test_the_choice_stays_on_its_thing(qtbot: QtBot) -> None:
    table = Table("Things", COLUMNS)
    qtbot.addWidget(table)
    told: list[Thing | None] = []
    table.chosen.connect(told.append)
    table.things.show([Thing(str(n), f"{n:03}", -n) for n in range(200)])
    table.choose("70")
    assert told[-1] == Thing("70", "070", -70)
    table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    assert table.current() == Thing("70", "070", -70)
    table.things.put([Thing(f"n{n}", "x", 0) for n in range(100)])
    assert table.current() == Thing("70", "070", -70), "also when so many come that all is laid anew"
    table.things.keep(lambda one: one.id != "70")
    assert table.current() is None
    assert told[-1] is None
    table.step(1)
    assert table.current() is not None


def test_columns_give_way_from_the_last(qtbot: QtBot) -> None:
    table = Table("Things", COLUMNS)
    qtbot.addWidget(table)
    table.things.show([Thing("1", "a")])
    table.resize(500, 300)
    table.show()
    QApplication.processEvents()
    across = table.horizontalHeader()
    assert not any(table.isColumnHidden(at) for at in range(3))
    assert sum(across.sectionSize(at) for at in range(3)) == table.viewport().width()
    table.resize(230, 300)
    QApplication.processEvents()
    assert [table.isColumnHidden(at) for at in range(3)] == [False, False, True]
    table.grab()
