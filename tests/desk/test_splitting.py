"""A part of a conversation is split off at the desk: ticked, named, refused in a sentence, opened when it is done."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from tests.desk.fake_desk import FakeDesk

from agentdesk.desk.pages.queue.conversation import ConversationPanel
from agentdesk.desk.pages.queue.conversation_actions import actions_of
from agentdesk.desk.pages.queue.splitting import SplitDialog
from agentdesk.desk.pages.queue.timeline_words import event_sentence
from agentdesk.domain.cases import MESSAGES, Case, Receive, Reply
from agentdesk.domain.kernel import Actor


@pytest.fixture
def desk() -> Iterator[FakeDesk]:
    made = FakeDesk()
    case = made.open_case("c1")
    made.act(Reply(case="c1", message="r1", text="On its way.", seen=9), made.me)
    line = made.view.page(MESSAGES(case=case.id), limit=9)[-1].conversation
    made.act(Receive(case="c1", conversation=line, message="m2", text="And my invoice?"), Actor("webchat", "channel"))
    yield made
    made.close()


def test_it_is_ticked_refused_and_done(desk: FakeDesk, qtbot: QtBot) -> None:
    panel = ConversationPanel(desk)
    qtbot.addWidget(panel)
    panel.show_case("c1")
    panel.show()
    (action,) = (one for one in actions_of(panel) if one.id == "case.split")
    assert action.title == "Split off a part…"
    panel.split()
    (dialog,) = panel.findChildren(SplitDialog)
    assert dialog.list.count() == 3
    ticks = [dialog.list.item(at) for at in range(3)]
    for item in ticks:
        item.setCheckState(Qt.CheckState.Checked)
    dialog.subject.setText("Invoice")
    dialog.split.click()
    assert dialog.wrong.text() == "Something that the customer wrote has to stay in this case."
    for item in ticks[:2]:
        item.setCheckState(Qt.CheckState.Unchecked)
    assert dialog.ticked() == ("m2",)
    dialog.split.click()
    kind, new = desk.opened[-1]
    found = desk.view.get(Case, new)
    assert kind == "case"
    assert found is not None
    assert (found.subject, found.linked) == ("Invoice", ("c1",))
    said = [event_sentence(desk.view, one, desk.now()) for id in ("c1", new)
            for one in desk.view.page(MESSAGES(case=id), limit=1)]  # fmt: skip
    assert [" split " in one for one in said] == [True, True]
    panel.split()
    dialog = panel.findChildren(SplitDialog)[-1]
    for at in range(dialog.list.count()):
        dialog.list.item(at).setCheckState(Qt.CheckState.Unchecked)
    assert not dialog.split.isEnabled()
    dialog.reject()
