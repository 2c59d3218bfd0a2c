"""Fields at the desk: made by a lead, filled in beside the conversation, asked for when a case is to be solved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from tests.desk.fake_desk import FakeDesk

from agentdesk.desk.pages.fields import FieldsPage
from agentdesk.desk.pages.queue.context_fields import FieldsSection
from agentdesk.desk.settings import Settings
from agentdesk.domain.cases import FIELDS, Case, DefineField, Fill, RetireField, Solve
from agentdesk.domain.cases.fields import value_of


@pytest.fixture
def desk() -> Iterator[FakeDesk]:
    made = FakeDesk()
    made.open_case("c1")
    yield made
    made.close()


def shown(desk: FakeDesk, qtbot: QtBot) -> tuple[FieldsSection, Case]:
    """The section with the case in it, and the case."""
    section = FieldsSection(desk)
    qtbot.addWidget(section)
    case = desk.view.get(Case, "c1")
    assert isinstance(case, Case)
    section.show_case(case)
    return section, case


def test_a_lead_makes_them(desk: FakeDesk, qtbot: QtBot, tmp_path: Path) -> None:
    desk._me = msgspec.structs.replace(desk.me, role="supervisor")
    window = QWidget()
    qtbot.addWidget(window)
    page = FieldsPage(desk, Settings(tmp_path), window)
    qtbot.addWidget(page.widget)
    page.widget.show()
    page.name.line.setText("Product")
    page.type.setCurrentIndex(page.type.findData("choice"))
    page.keep()
    assert page.verdict.accessibleName() == "Not saved Write two options at least, one after another."
    page.options.line.setText("Lamp, Chair")
    page.teams.line.setText("Pirates")
    page.keep()
    assert desk.view.page(FIELDS()) == []
    page.teams.line.setText("Billing")
    page.required.setChecked(True)
    page.ask.setChecked(True)
    page.mail.line.setText("Product:")
    page.keep()
    assert "cannot be the key" in page.verdict.accessibleName()
    page.mail.line.setText("Product")
    page.keep()
    (made,) = desk.view.page(FIELDS())
    assert (made.ask, made.mail) == (True, "Product")
    assert (made.title, made.options, made.teams, made.required) == ("Product", ("Lamp", "Chair"), ("billing",), True)
    assert page.table.things.rowCount() == 1
    page.table.choose(made.id)
    assert page.name.text() == "Product"
    for _ in range(2):
        page.retire.click()
    assert desk.view.page(FIELDS()) == []
    page.close()


def test_each_choice_says_what_is_chosen_and_no_condition_is_lost(desk: FakeDesk, qtbot: QtBot, tmp_path: Path) -> None:
    desk._me = lead = msgspec.structs.replace(desk.me, role="supervisor")
    desk.act(DefineField(field="f1", title="Product"), lead)
    desk.act(DefineField(field="f2", title="Pieces", when="f1", equals="Lamp"), lead)
    desk.act(RetireField(field="f1"), lead)
    window = QWidget()
    qtbot.addWidget(window)
    page = FieldsPage(desk, Settings(tmp_path), window)
    qtbot.addWidget(page.widget)
    page.widget.show()
    assert {"Type", "Source", "Only if"} <= {one.text() for one in page.widget.findChildren(QLabel) if one.isVisible()}
    page.table.choose("f2")
    page.name.line.setText("How many")
    page.keep()
    (made,) = desk.view.page(FIELDS())
    assert (made.title, made.when) == ("How many", "f1")
    page.close()


def test_no_title_and_no_option_makes_the_column_wider(desk: FakeDesk, qtbot: QtBot) -> None:
    lead = msgspec.structs.replace(desk.me, role="supervisor")
    desk.act(DefineField(field="f1", title="Wide" * 20, type="choice", options=("W" * 80, "Chair")), lead)
    section, _ = shown(desk, qtbot)
    assert section.minimumSizeHint().width() < 300


def test_they_are_filled_in_and_asked_for(desk: FakeDesk, qtbot: QtBot) -> None:
    lead = msgspec.structs.replace(desk.me, role="supervisor")
    desk.act(DefineField(field="f1", title="Product", type="choice", options=("Lamp", "Chair"), required=True), lead)
    desk.act(DefineField(field="f2", title="Pieces", type="number", when="f1", equals="Lamp"), lead)
    section, case = shown(desk, qtbot)
    assert desk.attempt(Solve(case="c1", seen=9)) == "Not solved: fill in Product first. You find it in the details."
    box = section.editors["f1"]
    assert isinstance(box, QComboBox)
    assert box.accessibleName() == "Product (must be filled in)"
    box.setCurrentIndex(box.findData("Lamp"))
    box.activated.emit(box.currentIndex())
    section.show_case(case)
    line = section.editors["f2"]
    assert isinstance(line, QLineEdit)
    for typed, wrong in (("two", "Pieces is a number."), ("2", "")):
        line.selectAll()
        qtbot.keyClicks(line, typed)
        desk.time += 3000
        line.editingFinished.emit()
        assert line.accessibleDescription() == wrong
        assert any(label.text() == wrong for label in section.findChildren(QLabel) if label.property("role") == "bad")
    field = next(one for one in desk.view.page(FIELDS()) if one.id == "f2")
    assert value_of(desk.view, case, field) == ("2", True)
    assert desk.attempt(Solve(case="c1", seen=9)) == ""


def test_what_did_not_fit_stays_with_its_reason_while_another_field_changes(desk: FakeDesk, qtbot: QtBot) -> None:
    lead = msgspec.structs.replace(desk.me, role="supervisor")
    desk.act(DefineField(field="f1", title="Pieces", type="number"), lead)
    desk.act(DefineField(field="f2", title="Colour"), lead)
    section, case = shown(desk, qtbot)
    line = section.editors["f1"]
    assert isinstance(line, QLineEdit)
    qtbot.keyClicks(line, "two")
    line.editingFinished.emit()
    desk.act(Fill(case="c1", field="f2", value="red"), desk.me)
    section.show_case(case)
    again, other = section.editors["f1"], section.editors["f2"]
    assert again is not line
    assert isinstance(again, QLineEdit)
    assert isinstance(other, QLineEdit)
    assert (again.text(), again.accessibleDescription()) == ("two", "Pieces is a number.")
    assert other.text() == "red"
    desk.act(Fill(case="c1", field="f1", value="3"), desk.me)  # a colleague knew it
    section.show_case(case)
    known = section.editors["f1"]
    assert isinstance(known, QLineEdit)
    assert (known.text(), known.accessibleDescription()) == ("3", "")
    desk.open_case("c2")
    elsewhere = desk.view.get(Case, "c2")
    assert isinstance(elsewhere, Case)
    section.show_case(elsewhere)
    fresh = section.editors["f1"]
    assert isinstance(fresh, QLineEdit)
    assert (fresh.text(), fresh.accessibleDescription()) == ("", "")


def test_a_value_that_is_no_longer_offered_is_shown_as_it_is(desk: FakeDesk, qtbot: QtBot) -> None:
    lead = msgspec.structs.replace(desk.me, role="supervisor")
    desk.act(DefineField(field="f1", title="Product", type="choice", options=("Lamp", "Chair")), lead)
    desk.act(Fill(case="c1", field="f1", value="Lamp"), desk.me)
    desk.act(DefineField(field="f1", title="Product", type="choice", options=("Sofa", "Chair")), lead)
    section, case = shown(desk, qtbot)
    box = section.editors["f1"]
    assert isinstance(box, QComboBox)
    assert (box.currentText(), box.currentData()) == ("Lamp (no longer offered)", "Lamp")
    box.activated.emit(box.currentIndex())
    assert box.accessibleDescription() == ""
    box.setCurrentIndex(box.findData("Chair"))
    box.activated.emit(box.currentIndex())
    section.show_case(case)
    now = section.editors["f1"]
    assert isinstance(now, QComboBox)
    assert now.findData("Lamp") == -1
    assert now.currentData() == "Chair"
