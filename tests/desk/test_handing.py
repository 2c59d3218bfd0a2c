"""Handing on at the desk: targets with reasons, what each asks for, the clocks in a sentence, the chain beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot
from tests.desk.access import keyless, nameless
from tests.desk.fake_desk import FakeDesk
from tests.desk.graphed import in_both, publish

from agentdesk.desk.pages.queue.context_chain import ChainSection
from agentdesk.desk.pages.queue.escalating import open_escalate
from agentdesk.desk.pages.queue.header_menus import fill_more
from agentdesk.desk.pages.queue.returning import open_return
from agentdesk.desk.pages.queue.timeline_words import event_sentence
from agentdesk.domain.cases import MESSAGES, Case, Claim
from agentdesk.domain.escalation import HANDOFFS, Answer, Escalate
from agentdesk.sync.news import Refused


@pytest.fixture
def desk() -> Iterator[FakeDesk]:
    made = FakeDesk()
    made.open_case("c1")
    in_both(made)
    yield made
    made.close()


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


def case(desk: FakeDesk) -> Case:
    found = desk.view.get(Case, "c1")
    assert isinstance(found, Case)
    return found


def said(widget: QWidget) -> str:
    return "\n".join(one.text() for one in widget.findChildren(QLabel))


def test_without_a_graph_there_is_nothing_to_hand_on_to(desk: FakeDesk, window: QWidget) -> None:
    menu = QMenu(window)
    fill_more(menu, desk, "c1")
    assert not [one for one in menu.actions() if "Hand on" in one.text()]
    assert open_escalate(desk, "c1", window) is None
    assert desk.sentences == ["No graph of escalation holds yet. Your lead can draw and publish one."]


def test_it_goes_when_all_is_said_and_comes_back_with_a_reason(desk: FakeDesk, window: QWidget, qtbot: QtBot) -> None:
    publish(desk)
    dialog: Any = open_escalate(desk, "c1", window)
    qtbot.waitExposed(dialog)
    assert nameless(dialog) == []
    assert keyless(dialog) == []
    rows = [dialog.list.item(at).text() for at in range(dialog.list.count())]
    assert rows[0].startswith("Parcel desk\nSpecialists · always there · 0 of 4 available, 0 waiting")
    assert "Night shift: not now" in rows[1]
    assert "closed until" in rows[1]
    assert dialog.clocks.text() == "It keeps its age. No clock runs for it there."
    qtbot.keyClick(dialog.list, Qt.Key.Key_Down)
    assert not dialog.send.isEnabled()
    assert dialog.why_not.text() == "Nobody works at Night shift at this hour, and no case waits there."
    qtbot.keyClick(dialog.list, Qt.Key.Key_Up)
    dialog.form.lines["What was tried?"].line.setText("A new cable.")
    dialog.hand_on()
    assert dialog.wrong.text() == ("Not sent. Parcel desk still needs to know: “What does the customer want?”.")
    dialog.form.lines["What does the customer want?"].line.setText("Her money.")
    dialog.words.line.setText("She is in a hurry.")
    dialog.warm.setChecked(True)
    dialog.send.click()
    assert (case(desk).team, case(desk).transfers) == ("orders", 1)
    section = ChainSection(desk)
    qtbot.addWidget(section)
    section.show_case(case(desk))
    assert "At Parcel desk. Answers for it: Dario Vitale" in said(section)
    assert "What was tried? A new cable." in said(section)
    assert "She is in a hurry." in said(section)
    desk.act(Claim(case="c1"), desk.me)
    section.show_case(case(desk))
    assert "Taken by Mina Kapoor" in said(section)
    menu = QMenu(window)
    fill_more(menu, desk, "c1")
    assert "Return…" in [one.text() for one in menu.actions()]
    back: Any = open_return(desk, "c1", window)
    qtbot.waitExposed(back)
    assert nameless(back) == []
    assert "It goes back to Mina Kapoor, First line." in said(back)
    back.why.setCurrentIndex(back.why.findData("other"))
    back.give_back()
    assert back.wrong.text() == "Say in a few words why it goes back."
    back.words.line.setText("It was the cable.")
    back.give_back()
    assert (case(desk).team, case(desk).assignee, case(desk).transfers) == ("billing", "mina", 2)
    events = [event_sentence(desk.view, one, desk.time) for one in desk.view.page(MESSAGES(case="c1")) if one.event]
    assert "Mina Kapoor handed this on to Parcel desk" in events
    assert "Mina Kapoor returned this to First line" in events
    third: Any = open_escalate(desk, "c1", window)
    assert third.chosen().node.id == "judge", "only the arbiter is left"


def test_what_the_server_refused_stands_there_again(desk: FakeDesk, window: QWidget) -> None:
    publish(desk)
    told = Escalate(
        handoff="h1", case="c1", to="second", transfers=0, words="In a hurry.",
        answers=(Answer("What was tried?", "All."),), warm=True,
    )  # fmt: skip
    desk.refused.append(Refused(1, told, None))  # type: ignore[arg-type]
    dialog: Any = open_escalate(desk, "c1", window)
    assert dialog.form.lines["What was tried?"].text() == "All."
    assert (dialog.words.text(), dialog.warm.isChecked()) == ("In a hurry.", True)
    dialog.form.lines["What does the customer want?"].line.setText("Her money.")
    dialog.hand_on()
    assert len(desk.view.page(HANDOFFS(case="c1"))) == 1
    assert desk.refused == []


def test_what_was_typed_is_there_again_after_it_was_called_off(desk: FakeDesk, window: QWidget) -> None:
    publish(desk)
    dialog: Any = open_escalate(desk, "c1", window)
    dialog.form.lines["What was tried?"].line.setText("A new cable.")
    dialog.words.line.setText("She is in a hurry.")
    dialog.reject()
    again: Any = open_escalate(desk, "c1", window)
    assert again.form.lines["What was tried?"].text() == "A new cable."
    assert again.words.text() == "She is in a hurry."
    again.form.lines["What does the customer want?"].line.setText("Her money.")
    again.hand_on()
    assert not [kind for case, kind in desk.drafts.kept if case == "c1"], "what was sent is no draft any more"
    back: Any = open_return(desk, "c1", window)
    back.words.line.setText("It was the cable.")
    back.reject()
    back = open_return(desk, "c1", window)
    assert back.words.text() == "It was the cable."
    back.why.setCurrentIndex(back.why.findData("other"))
    back.give_back()
    assert desk.drafts.get("c1", "return") is None
