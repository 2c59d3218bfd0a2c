"""The page of escalation: a graph is drawn, what is unsound is named, and only a sound one is published."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot
from tests.desk.fake_desk import FakeDesk
from tests.desk.graphed import NODES, SYSTEM, WAYS, publish
from tests.desk.paged import desk_as

from agentdesk.desk.pages.escalation import EscalationPage
from agentdesk.desk.settings import Settings
from agentdesk.domain.escalation import GRAPHS, DraftGraph, PublishGraph, in_force


@pytest.fixture
def desk() -> Iterator[FakeDesk]:
    made = desk_as("supervisor", "routing")
    yield made
    made.close()


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def opened(desk: FakeDesk, qtbot: QtBot, folder: Path, window: QWidget) -> EscalationPage:
    page = EscalationPage(desk, Settings(folder), window)
    qtbot.addWidget(page.widget)
    page.widget.resize(1000, 900)
    page.widget.show()
    return page


def unsound(page: EscalationPage) -> list[str]:
    found = (page.findings.box.itemAt(at).widget() for at in range(page.findings.box.count()))
    return [one.text() for one in found if isinstance(one, QLabel) and one.property("role") == "bad"]


def node(page: EscalationPage, name: str, team: str, owner: str, sort: str = "tier", to: str = "") -> None:
    page.add()
    page.form.name.line.setText(name)
    for box, value in ((page.form.team, team), (page.form.owner, owner), (page.form.sort, sort)):
        box.setCurrentIndex(box.findData(value))
    page.form.to.line.setText(to)


def test_a_graph_is_drawn_checked_tried_and_published(
    desk: FakeDesk, qtbot: QtBot, tmp_path: Path, window: QWidget
) -> None:
    desk.open_case("c1")
    page = opened(desk, qtbot, tmp_path, window)
    assert page.publishing.holds.text().startswith("No graph holds yet")
    assert not page.verify()
    assert unsound(page) == ["There is nothing in this graph: add a node, and say who takes cases there."]
    node(page, "First line", "billing", "dario")
    node(page, "Parcel desk", "orders", "rosa", to="Nowhere")
    assert not page.verify()
    assert page.publishing.verdict.accessibleName().startswith("Not taken")
    page.form.to.line.setText("First line")
    page.form.ends.setChecked(False)
    page.form.questions.setPlainText("What was tried?\n\nWhat does she want?")
    assert not page.verify()
    assert unsound(page) == [
        "There is no arbiter: a case that was handed on twice has nobody who decides where it stays."
    ]
    node(page, "Arbiter", "orders", "ben", "arbiter")
    assert not page.verify()
    assert unsound(page) == ["No case ever comes to Parcel desk: draw a way to it, or remove it."]
    assert page.keep(), "what is half drawn is not lost"
    page.publishing.publish.confirmed.emit()
    assert in_force(desk.view) is None
    first = next(iter(page.drawing.nodes))
    qtbot.mouseClick(page.picture, Qt.MouseButton.LeftButton, pos=page.picture._place(first).center())
    assert page.form.name.text() == "First line"
    page.form.to.line.setText("parcel DESK")
    assert page.verify()
    assert page.publishing.verdict.accessibleName().startswith("It is sound")
    assert "First line leads to Parcel desk." in page.picture.accessibleDescription()
    page.trial.number.line.setText("1")
    page.trial.press.click()
    assert page.trial.answer.text().split("\n") == [
        "#1 stands at First line.", "Dario Vitale answers for it.", "It was handed on 0 times; 2 times are free.",
        "It may go to Parcel desk.", "It may go to Arbiter.",
    ]  # fmt: skip
    page.publishing.publish.confirmed.emit()
    held = in_force(desk.view)
    assert held is not None
    assert [one.questions for one in held.nodes] == [(), ("What was tried?", "What does she want?"), ()]
    assert not desk.view.page(GRAPHS(state="draft"))
    page.close()


def test_it_opens_with_what_holds_and_keeps_what_is_typed(
    desk: FakeDesk, qtbot: QtBot, tmp_path: Path, window: QWidget
) -> None:
    publish(desk)
    page = opened(desk, qtbot, tmp_path, window)
    assert page.publishing.holds.text().startswith("Graph 1 holds since")
    assert page.table.things.rowCount() == 4
    page.table.choose("night")
    assert page.form.hours.text() == "Mon-Sun 22:00-24:00"
    page.form.hours.line.setText("never")
    page.choose("first")
    assert page.form.name.text() == "Night shift", "what is unclear is mended first"
    page.form.hours.line.setText("Mon-Fri 08:00-12:00")
    page.choose("first")
    assert page.drawing.nodes["night"].hours[0] == (0, 480, 720)
    page.choose("judge")
    for _ in range(2):
        page.form.remove.click()
    assert "There is no arbiter" in unsound(page)[0]
    page.trial.number.line.setText("x")
    page.trial.press.click()
    assert page.trial.number.line.accessibleDescription() == "Write the number of a case, such as 4711."
    qtbot.mouseClick(page.picture, Qt.MouseButton.LeftButton, pos=QPoint(1, 1))
    assert page.keep()
    for _ in range(2):
        page.publishing.discard.click()
    assert page.table.things.rowCount() == 4
    page.close()


def test_what_somebody_has_published_meanwhile_is_not_overwritten(
    desk: FakeDesk, qtbot: QtBot, tmp_path: Path, window: QWidget
) -> None:
    publish(desk)
    page = opened(desk, qtbot, tmp_path, window)
    assert page.publishing.holds.text().endswith(", published by AgentDesk.")
    desk.act(DraftGraph(graph="hers", nodes=NODES, ways=WAYS[:3], previous="g1"), SYSTEM)
    desk.act(PublishGraph(graph="hers"), SYSTEM)
    page.form.name.line.setText("First of all")
    page.publishing.publish.confirmed.emit()
    held = in_force(desk.view)
    assert held is not None
    assert held.id == "hers"
    assert "another graph" in page.publishing.verdict.accessibleName()
    page.publishing.discard.confirmed.emit()
    page.form.name.line.setText("First of all")
    page.publishing.publish.confirmed.emit()
    held = in_force(desk.view)
    assert held is not None
    assert (held.number, held.previous, len(held.ways)) == (3, "hers", 3)
    page.close()


def test_a_graph_is_said_to_be_published_once_the_server_has_taken_it(
    desk: FakeDesk, qtbot: QtBot, tmp_path: Path, window: QWidget
) -> None:
    publish(desk)
    page = opened(desk, qtbot, tmp_path, window)
    page.form.name.line.setText("First of all")
    desk.online = False
    page.publishing.publish.confirmed.emit()
    assert page.publishing.verdict.accessibleName().startswith("Being published"), (
        "the server has not said anything yet"
    )
    asked = list(desk._waiting)[-1]
    desk.take_back(asked)  # the server asks who this is, and the proof is called off
    assert page.publishing.verdict.accessibleName().startswith("Not published")
    draft = desk.view.page(GRAPHS(state="draft"))[0]
    assert not desk.attempt(PublishGraph(graph=draft.id)), "a proof came after all, and it is done again"
    assert page.publishing.verdict.accessibleName().startswith("Being published")
    desk.connect()
    assert page.publishing.verdict.accessibleName().startswith("Published")
    assert page.keep()
    desk.put(desk.view.page(GRAPHS(state="draft"))[0])
    assert page.publishing.verdict.accessibleName().startswith("Saved as a draft"), "what is said later stays"
    page.close()
