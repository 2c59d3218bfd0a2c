"""Noting a call at the desk: what is typed stays until it is right, and the thread shows it as what it was."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from tests.desk.access import keyless, nameless
from tests.desk.fake_desk import FakeDesk

from agentdesk.desk.pages.queue.calling import CallDialog, may_note, open_call
from agentdesk.desk.pages.queue.timeline_items import items_of
from agentdesk.desk.pages.queue.timeline_said import said_of, spoken
from agentdesk.domain.calls import Call
from agentdesk.domain.cases import IDENTITIES_OF, MESSAGES, Case, Message
from agentdesk.domain.kernel import Masked


@pytest.fixture
def desk() -> Iterator[FakeDesk]:
    made = FakeDesk()
    made.open_case()
    yield made
    made.close()


@pytest.fixture
def around(qtbot: QtBot) -> QWidget:
    """The window that a dialog belongs to."""
    made = QWidget()
    qtbot.addWidget(made)
    return made


def dialog(desk: FakeDesk, around: QWidget) -> CallDialog:
    open_call(desk, "c1", around)
    return around.findChildren(CallDialog)[-1]


def newest(desk: FakeDesk) -> Message:
    return desk.view.page(MESSAGES(case="c1"), limit=1)[0]


def head(desk: FakeDesk) -> list[str]:
    (_, item) = items_of([newest(desk)], {})
    return [piece.text for piece in said_of(item, desk).pieces]


def test_it_is_noted_and_shown_as_a_call(desk: FakeDesk, around: QWidget) -> None:
    asked = dialog(desk, around)
    assert (nameless(asked), keyless(asked)) == ([], [])
    asked.number.line.setText("soon")
    asked.length.line.setText("an hour")
    asked.save.click()
    assert "Write the length in minutes" in asked.length.line.accessibleDescription()
    asked.length.line.setText("4:05")
    asked.save.click()
    assert "is no telephone number" in asked.wrong.text()
    asked.number.line.clear()
    asked.save.click()
    assert asked.wrong.text().startswith("Write what was said")
    asked.text.setPlainText("She pays **on Friday**.")
    asked.reject()
    asked = dialog(desk, around)
    assert asked.text.toPlainText() == "She pays **on Friday**.", "it was kept on this laptop"
    asked.number.line.setText("030 1234567")
    asked.length.line.setText("4:05")
    asked.note()
    assert not asked.isVisible()
    assert desk.drafts.get("c1", "call") is None
    said = head(desk)
    assert said[0] == "Mina Kapoor"
    assert "0301234567" in said[1]
    assert said[1].endswith("4:05 min")
    assert said[-1] == "only your team sees this"
    (_, item) = items_of([newest(desk)], {})
    assert (said_of(item, desk).side, said_of(item, desk).tone) == ("right", "call")
    assert "She pays on Friday." in spoken(item, desk)
    (known,) = desk.view.page(IDENTITIES_OF(customer="cu1"))
    assert known.value == "0301234567"
    again = dialog(desk, around)
    assert again.number.text() == "0301234567", "the newest number stands there at once"


def test_a_missed_call_says_what_follows_and_a_hidden_number_stays_hidden(desk: FakeDesk, around: QWidget) -> None:
    asked = dialog(desk, around)
    assert asked.outcome.findData("wrong") >= 0
    asked.way.setCurrentIndex(asked.way.findData("in"))
    assert asked.outcome.findData("wrong") == -1
    asked.outcome.setCurrentIndex(asked.outcome.findData("missed"))
    assert asked.effect.text().startswith("The customer waits for us from now on.")
    asked.number.line.setText("030 1234567")
    asked.save.click()
    (_, item) = items_of([newest(desk)], {})
    said = said_of(item, desk)
    assert said.side == "left"
    assert said.words == "Nobody answered"
    found = desk.view.get(Call, newest(desk).id)
    desk.put(msgspec.structs.replace(found, number=Masked.of("contact")))
    assert "hidden: contact" in head(desk)[1]
    assert "Reveal…" not in head(desk)
    desk._me = msgspec.structs.replace(desk._me, role="senior")
    assert "Reveal…" in head(desk)


def test_only_who_may_answer_may_note_one(desk: FakeDesk) -> None:
    assert may_note(desk, "c1")
    case = desk.view.get(Case, "c1")
    desk.put(msgspec.structs.replace(case, home="us"))
    assert not may_note(desk, "c1")
    assert not may_note(desk, None)
    desk.put(case)
    desk._me = msgspec.structs.replace(desk._me, role="quality")
    assert not may_note(desk, "c1")
