"""Sending later at the desk: chosen with the keyboard, seen in the thread, taken back, asked about."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from tests.desk.fake_desk import FakeDesk

from agentdesk.desk.pages.queue.composer_back import give_back
from agentdesk.desk.pages.queue.conversation import ConversationPanel
from agentdesk.desk.pages.queue.conversation_later import planned_in
from agentdesk.desk.times import HOUR
from agentdesk.domain.later import PlannedReply, PlanReply
from agentdesk.protocol.frames import Ack
from agentdesk.sync.news import Refused


def plan(qtbot: QtBot, panel: ConversationPanel, *typed: str) -> None:
    """Write a reply and choose its time in the picker; a word more chooses otherwise first."""
    panel.composer.put_text("It is **on its way**.")
    panel.composer.send_later.click()
    picker = panel.composer.chooser.picker
    assert picker is not None
    for words in typed:
        picker.line.setText(words)
        qtbot.keyClick(picker.line, Qt.Key.Key_Return)


def words_of(panel: ConversationPanel, key: str) -> list[str]:
    """What stands above an entry."""
    row = panel.timeline.entries.row_of(key)
    return [piece.text for _, piece in panel.timeline.sight.laid_at(row)[1].meta]


def test_a_reply_waits_in_the_thread_and_comes_back(qtbot: QtBot, desk: FakeDesk, panel: ConversationPanel) -> None:
    plan(qtbot, panel, "2h")
    (waiting,) = planned_in(desk, "c1")
    assert (waiting.quiet, waiting.text) == (True, "It is **on its way**.")
    assert waiting.due - desk.now() == 2 * HOUR
    assert panel.composer.text() == ""
    shown = words_of(panel, waiting.id)
    assert shown[1].startswith("goes ")
    assert shown[2:] == ["send now", "other time", "take back"]
    assert panel.timeline.entries.items[-1].key == waiting.id
    panel.grab()
    panel.timeline.acted.emit("later_cancel", waiting.id)
    assert panel.composer.text() == "It is **on its way**."
    assert desk.view.get(PlannedReply, waiting.id) is None
    assert panel.timeline.entries.row_of(waiting.id) < 0


def test_what_was_held_back_asks(qtbot: QtBot, desk: FakeDesk, panel: ConversationPanel) -> None:
    plan(qtbot, panel, "morning")
    (waiting,) = planned_in(desk, "c1")
    desk.receive("Never mind, it came!")
    assert words_of(panel, waiting.id)[1] == "Held back: Lena Sorensen wrote. Send it?"
    panel.timeline.jump_to_newest()
    panel.sending.later.pressed("later_now", "")
    assert desk.view.get(PlannedReply, waiting.id) is None
    assert panel.timeline.entries.items[-1].message.kind == "reply"


def test_another_case_takes_the_question_away(desk: FakeDesk, panel: ConversationPanel) -> None:
    desk.open_case("c2", customer="cu2")
    panel.composer.put_text("Dear Lena, it is on its way.")
    panel.composer.send_later.click()
    picker = panel.composer.chooser.picker
    assert picker is not None
    panel.composer.show_case("c1", "email")
    assert not picker.overlay.isHidden()
    panel.show_case("c2")
    assert picker.overlay.isHidden(), "what was written to one customer must not go to another"
    panel.show_case("c1")
    assert panel.composer.text() == "Dear Lena, it is on its way."


def test_it_can_go_whatever_comes(qtbot: QtBot, desk: FakeDesk, panel: ConversationPanel) -> None:
    plan(qtbot, panel, "send it even", "2h")
    (waiting,) = planned_in(desk, "c1")
    assert not waiting.quiet
    panel.sending.later.pressed("later_move", waiting.id)
    picker = panel.composer.chooser.picker
    assert picker is not None
    picker.line.setText("3h")
    qtbot.keyClick(picker.line, Qt.Key.Key_Return)
    assert planned_in(desk, "c1")[0].due - desk.now() == 3 * HOUR
    assert not planned_in(desk, "c1")[0].quiet


def test_what_is_not_filled_in_does_not_wait(desk: FakeDesk, panel: ConversationPanel) -> None:
    panel.composer.put_text("Dear {{customer.name}}")
    panel.sending.later.choose()
    assert "not filled in" in panel.composer.wrong.text()
    assert panel.composer.chooser.picker is None
    panel.composer.show_kind("note")
    panel.composer.put_text("a note")
    panel.sending.later.choose()
    assert panel.composer.chooser.picker is None


@pytest.mark.parametrize("open_then", [True, False], ids=["open", "opened later"])
def test_what_the_server_refuses_to_plan_stands_beside_its_case(
    desk: FakeDesk, panel: ConversationPanel, open_then: bool
) -> None:
    panel.show_case("c1" if open_then else None)
    desk.receive("Never mind, it came!")
    plan = PlanReply(case="c1", planned="p1", text="On its way.", due=desk.now() + HOUR, seen=1)
    ack = Ack(1, "refused", code="newer", sentence="Not sent: {name} wrote in the meantime.",
              data={"name": "Lena Sorensen"})  # fmt: skip
    desk.refused = [Refused(7, plan, ack, plan.text)]
    panel.refused("c1", plan, ack.data, ack.sentence)
    panel.show_case("c1")
    assert panel.card.title() == "Not sent: Lena Sorensen wrote in the meantime."
    assert panel.card.texts() == ("Never mind, it came!", "On its way.")
    panel.card.edit.click()
    assert (panel.composer.text(), desk.refused) == ("On its way.", []), "looked at: it is not held back any more"


def test_planning_again_lets_go_of_what_was_refused(qtbot: QtBot, desk: FakeDesk, panel: ConversationPanel) -> None:
    refused = PlanReply(case="c1", planned="p1", text="On its way.", due=desk.now() + HOUR, seen=0)
    desk.refused = [Refused(7, refused, Ack(1, "refused", sentence="No."), refused.text)]
    panel.sending.look("c1")
    assert panel.card.title() == "No."
    plan(qtbot, panel, "2h")
    assert desk.refused == []
    assert panel.card.isHidden()


@pytest.mark.parametrize("writer", ["mina", "dario"])
def test_files_come_back_with_the_reply(desk: FakeDesk, panel: ConversationPanel, writer: str) -> None:
    file = desk.stage(b"offer", "offer.txt")
    desk.act(
        PlanReply(case="c1", planned="p1", text="The offer.", due=desk.now() + HOUR, seen=1, files=(file,)),
        desk.colleague(writer),
    )
    panel.timeline.acted.emit("later_cancel", "p1")
    (back,) = panel.composer.strip.files()
    assert (back.digest, back.name, back.size) == (file.digest, "offer.txt", 5)
    assert back.id != file.id, "an id may be in use"
    assert panel.composer.text() == "The offer."


def test_a_colleagues_reply_stays_where_its_file_cannot_be_had(desk: FakeDesk, panel: ConversationPanel) -> None:
    file = desk.stage(b"offer", "offer.txt")
    desk.act(
        PlanReply(case="c1", planned="p1", text="The offer.", due=desk.now() + HOUR, seen=1, files=(file,)),
        desk.colleague(),
    )
    desk.bytes.clear()
    panel.timeline.acted.emit("later_cancel", "p1")
    assert "This file is not on this laptop." in desk.sentences[-1]
    assert [one.id for one in planned_in(desk, "c1")] == ["p1"]


def test_what_comes_back_late_joins_its_own_case(desk: FakeDesk, panel: ConversationPanel) -> None:
    desk.open_case("c2", customer="cu2")
    file = desk.stage(b"offer", "offer.txt")
    desk.drafts.typed("c1", "reply", "And", 3)
    panel.show_case("c2")
    give_back(panel.composer, "c1", "The offer.", [file])
    assert (panel.composer.text(), panel.composer.strip.files()) == ("", ())
    panel.show_case("c1")
    assert (panel.composer.text(), panel.composer.strip.files()) == ("The offer.\n\nAnd", (file,))


def test_files_of_what_was_refused_come_back_once(desk: FakeDesk, panel: ConversationPanel) -> None:
    file = desk.stage(b"offer", "offer.txt")
    plan = PlanReply(case="c1", planned="p1", text="The offer.", due=desk.now() + HOUR, seen=0, files=(file,))
    desk.refused = [Refused(7, plan, Ack(1, "refused", sentence="No."), plan.text)]
    panel.refused("c1", plan, {}, "No.")
    assert panel.composer.strip.files() == (file,)
    panel.composer.strip._remove(file)
    panel.sending.show_case("c1")
    assert panel.composer.strip.files() == (), "it was taken off"
    panel.composer.strip.show_files([file])
    panel.card.discard.click()
    panel.show_case(None)
    panel.show_case("c1")
    assert (panel.composer.text(), panel.composer.strip.files()) == ("", ()), "no other reply takes them along"
