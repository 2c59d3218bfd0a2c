"""The work zone as a whole: reading, answering, taking back, and what others do meanwhile."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from tests.desk.access import keyless, nameless
from tests.desk.fake_desk import MINUTE, FakeDesk

from agentdesk.desk.actions import Context
from agentdesk.desk.attaching import Picture
from agentdesk.desk.pages.queue.conversation import ConversationPanel
from agentdesk.desk.pages.queue.header_menus import fill_more, fill_people, snooze_times
from agentdesk.desk.saving import safe_name
from agentdesk.domain.cases import (
    Case,
    Claim,
    Deliver,
    Merge,
    Message,
    Note,
    Prioritise,
    ReadMark,
    Reply,
    Snooze,
    Solve,
)
from agentdesk.domain.kernel import Actor
from agentdesk.sync.presence import Seen


def case(desk: FakeDesk, id: str = "c1") -> Case:
    found: Case = desk.view.get(Case, id)
    return found


def texts(panel: ConversationPanel) -> list[str]:
    return [item.message.text for item in panel.timeline.entries.items if item.message and item.message.text]


def test_no_case_is_no_trouble(qtbot: QtBot, desk: FakeDesk) -> None:
    panel = ConversationPanel(desk)
    qtbot.addWidget(panel)
    panel.show()
    assert panel.case is None
    panel.show_case("nothing-there")
    assert panel.case is None
    panel.show_case("c1")
    panel.show_case(None)
    assert panel.case is None


def test_every_control_has_a_name_and_a_way_by_keyboard(panel: ConversationPanel) -> None:
    assert nameless(panel) == []
    assert keyless(panel) == []


def test_a_reply_goes_with_what_was_seen(panel: ConversationPanel, desk: FakeDesk) -> None:
    desk.receive("one more thing")
    panel.write("reply")
    panel.composer.put_text("On its way.")
    panel.composer.send.click()
    sent = desk.done[-1]
    assert isinstance(sent, Reply)
    assert (sent.text, sent.seen, sent.hold) == ("On its way.", 2, 0)
    assert texts(panel)[-1] == "On its way."
    assert panel.composer.text() == ""
    assert desk.drafts.get("c1", "reply") is None


def test_mail_is_held_a_moment(panel: ConversationPanel, desk: FakeDesk) -> None:
    desk.open_case("c2", channel="email", text="Dear all")
    panel.show_case("c2")
    panel.composer.put_text("Dear Lena")
    assert panel.sending.send()
    sent = desk.done[-1]
    assert isinstance(sent, Reply)
    assert sent.hold == 10


def test_nothing_is_not_sent(panel: ConversationPanel, desk: FakeDesk) -> None:
    before = list(desk.done)
    panel.composer.put_text("  \n ")
    assert not panel.sending.send()
    assert panel.composer.wrong.text() == "There is nothing in this reply."
    assert [command for command in desk.done[len(before) :] if isinstance(command, Reply)] == []
    panel.composer.put_text("x")
    assert panel.composer.wrong.text() == ""


def test_what_may_be_forgotten_is_asked_once(panel: ConversationPanel, desk: FakeDesk) -> None:
    for text, said in (("Dear {name}, thank you.", "“{name}”"), ("I have attached the form.", "“I have attached”")):
        before = len(desk.done)
        panel.composer.put_text(text)
        assert not panel.sending.send()
        assert said in panel.composer.wrong.text()
        assert (panel.composer.text(), len(desk.done)) == (text, before)
        assert panel.sending.send(), "who sends it again has looked"
    panel.composer.put_text("I have attached the form.")
    panel.composer.strip.show_files((desk.stage(b"form", "form.txt"),))
    assert panel.sending.send()
    panel.write("note")
    panel.composer.put_text("I have attached the form to {name}.")
    assert panel.sending.send(), "a note goes to nobody who would miss it"


def test_a_refused_reply_keeps_its_text(panel: ConversationPanel, desk: FakeDesk) -> None:
    panel.composer.put_text("Thank you")
    desk.put(Case(**{**_fields(case(desk)), "merged_into": "c1"}))
    assert not panel.sending.send()
    assert panel.composer.wrong.text() == "This case was merged into another one."
    assert panel.composer.text() == "Thank you"


def _fields(record: Case) -> dict[str, object]:
    return {name: getattr(record, name) for name in record.__struct_fields__}


def test_send_and_solve(panel: ConversationPanel, desk: FakeDesk) -> None:
    panel.composer.put_text("Done.")
    panel.composer.send_solve.click()
    assert [type(command) for command in desk.done[-2:]] == [Reply, Solve]
    assert case(desk).status == "solved"


def test_send_and_next(qtbot: QtBot, panel: ConversationPanel) -> None:
    panel.composer.put_text("Done.")
    with qtbot.waitSignal(panel.next_asked):
        panel.composer.send_next.click()


def test_solve_does_not_close_what_was_not_read(panel: ConversationPanel, desk: FakeDesk) -> None:
    for number in range(60):
        desk.receive(f"word {number}")
    panel.timeline.verticalScrollBar().setValue(0)
    desk.receive("unseen")
    panel.header.solve.click()
    assert case(desk).status == "open"
    assert "wrote in the meantime" in desk.sentences[-1]
    panel.timeline.jump_to_newest()
    panel.header.solve.click()
    assert case(desk).status == "solved"


def test_what_waits_can_be_taken_back(panel: ConversationPanel, desk: FakeDesk) -> None:
    desk.online = False
    panel.composer.put_text("Written offline")
    panel.composer.strip.take([Picture("a.png", b"picture")])
    assert panel.sending.send()
    entry = panel.timeline.entries.items[-1]
    assert entry.waiting
    panel.timeline.acted.emit("take_back", entry.key)
    assert "Written offline" not in texts(panel)
    assert panel.composer.text() == "Written offline"
    assert [file.name for file in panel.composer.strip.files()] == ["a.png"]


def test_what_was_sent_cannot(panel: ConversationPanel, desk: FakeDesk) -> None:
    desk.online = False
    panel.composer.put_text("Written offline")
    panel.sending.send()
    desk.connect()
    entry = panel.timeline.entries.items[-1]
    assert not entry.waiting
    panel.timeline.acted.emit("take_back", entry.key)
    assert desk.sentences[-1] == "This reply is already on its way."


def test_a_held_reply_is_taken_back_and_keeps_what_was_written_since(panel: ConversationPanel, desk: FakeDesk) -> None:
    files = (desk.stage(b"offer", "offer.txt"),)
    desk.do(Reply(case="c1", message="h", text="Too early", seen=1, hold=10, files=files))
    panel.composer.put_text("and more")
    panel.composer.strip.take([Picture("a.png", b"picture")])
    panel.timeline.acted.emit("unsend", "h")
    assert [file.name for file in panel.composer.strip.files()] == ["a.png", "offer.txt"]
    assert desk.view.get(Message, "h") is None
    assert panel.composer.text() == "Too early\n\nand more"


def test_a_reply_whose_hold_is_over_says_so(panel: ConversationPanel, desk: FakeDesk) -> None:
    desk.do(Reply(case="c1", message="h", text="Held", seen=1, hold=10))
    assert panel.timeline._second.isActive()
    desk.time += 11_000
    desk.act(Deliver(message="h"), Actor("system", "system"))
    assert not panel.timeline._second.isActive()
    said = panel.timeline.entries.index(panel.timeline.entries.rowCount() - 1).data()
    assert ", sent" in said


def test_the_line_stands_before_the_first_unread(qtbot: QtBot, desk: FakeDesk) -> None:
    desk.put(ReadMark("mina:c1", "user:mina", 1, "mina", "c1", 1))
    desk.time += MINUTE * 30
    desk.receive("new")
    panel = ConversationPanel(desk)
    qtbot.addWidget(panel)
    panel.resize(690, 700)
    panel.show_case("c1")
    kinds = [item.kind for item in panel.timeline.entries.items]
    assert kinds == ["day", "message", "unread", "message"]


def test_what_stood_on_the_screen_is_read(qtbot: QtBot, panel: ConversationPanel, desk: FakeDesk) -> None:
    qtbot.waitUntil(lambda: desk.view.get(ReadMark, "mina:c1") is not None, timeout=5_000)
    assert desk.view.get(ReadMark, "mina:c1").seq == 1


def test_leaving_says_so_to_others(panel: ConversationPanel, desk: FakeDesk) -> None:
    assert ("viewing", "c1", True) in desk.signals
    panel.hide()
    assert desk.signals[-1] == ("viewing", "c1", False)


def test_others_are_shown(panel: ConversationPanel, desk: FakeDesk) -> None:
    desk.lookers = [Seen("dario", "Dario Vitale", "", 0), Seen("mina", "Mina Kapoor", "", 0)]
    panel._second()
    assert panel.header.signs.texts()[0] == "Dario Vitale is looking"
    desk.writers = [Seen("dario", "Dario Vitale", "", 0), Seen("visitor-1", "Lena", "", 0)]
    panel._second()
    assert panel.header.signs.texts()[0] == "Dario Vitale is writing a reply"
    assert panel.composer.viewers.text() == "Dario Vitale is writing a reply"
    assert panel.timeline.entries.items[-1].text == "Lena is typing…"
    desk.lookers, desk.writers = [], []
    panel._second()
    assert panel.header.signs.texts() == ["Waiting now"]
    assert panel.timeline.entries.items[-1].kind == "message"


def test_the_head_follows_the_case(panel: ConversationPanel, desk: FakeDesk) -> None:
    assert panel.header.status.text() == "Unassigned"
    panel.header.claim.click()
    assert panel.header.assign.text() == "Yours"
    desk.act(Prioritise(case="c1", priority=3), desk.colleague())
    assert "Urgent" in panel.header.signs.texts()
    desk.do(Snooze(case="c1", until=desk.time + 60 * MINUTE))
    assert panel.header.status.text().startswith("Snoozed until")
    desk.do(Solve(case="c1", seen=99))
    assert panel.header.status.text() == "Solved"
    assert panel.header.solve.isHidden()
    desk.receive("again")
    assert "Reopened once" in panel.header.signs.texts()


def test_signs_give_way_and_never_widen(panel: ConversationPanel, desk: FakeDesk) -> None:
    desk.do(Prioritise(case="c1", priority=3))
    desk.lookers = [Seen("dario", "Dario Vitale", "", 0)]
    panel._second()
    assert panel.header.signs.minimumSizeHint().width() == 0
    panel.header.signs.resize(400, 24)
    assert panel.header.signs.texts() == ["Dario Vitale is looking", "Waiting now", "Urgent"]
    panel.header.signs.resize(170, 24)
    assert panel.header.signs.texts() == ["Dario Vitale is looking"]


def test_a_narrow_composer_keeps_the_way_to_send(qtbot: QtBot, desk: FakeDesk) -> None:
    panel = ConversationPanel(desk)
    qtbot.addWidget(panel)
    panel.setMinimumWidth(300)
    panel.resize(400, 600)
    panel.show()
    panel.show_case("c1")
    qtbot.waitUntil(lambda: panel.composer.width() == 400)
    assert panel.composer.send.isVisible()
    assert not panel.composer.send_next.isVisible()
    panel.resize(700, 600)
    qtbot.waitUntil(panel.composer.send_next.isVisible)


def test_a_colleague_solves_what_is_open_here(panel: ConversationPanel, desk: FakeDesk) -> None:
    panel.composer.put_text("half a sen")
    desk.act(Claim(case="c1"), desk.colleague())
    desk.act(Solve(case="c1", seen=9), desk.colleague())
    assert panel.header.status.text() == "Solved"
    assert panel.composer.text() == "half a sen"


def test_menus_offer_what_can_be_done(qtbot: QtBot, panel: ConversationPanel, desk: FakeDesk) -> None:
    menu = panel.header.assign.menu()
    assert menu is not None
    fill_people(menu, desk, "c1")
    names = [action.text() for action in menu.actions()]
    assert names[0] == "Mina Kapoor (you) · offline"
    menu.actions()[1].trigger()
    assert case(desk).assignee == "ben"
    more = panel.header.more.menu()
    assert more is not None
    fill_more(more, desk, "c1")
    titles = [action.text() for action in more.actions()]
    assert "Snooze" in titles
    assert "Follow" in titles
    assert all(until > desk.time for _, until in snooze_times(desk.time))


def test_actions_are_data(panel: ConversationPanel, desk: FakeDesk) -> None:
    actions = {action.id: action for action in panel.actions()}
    context = Context("queue", panel)
    assert actions["case.reply"].key == "R"
    actions["case.note"].run(context)
    assert panel.composer.kind == "note"
    panel.composer.put_text("internal")
    actions["case.send"].run(context)
    assert isinstance(desk.done[-1], Note)
    assert not actions["case.send_solve"].when(context)
    panel.show_case(None)
    assert not any(action.when(context) for action in actions.values())


def test_a_case_that_was_merged_away_leads_on(panel: ConversationPanel, desk: FakeDesk) -> None:
    desk.open_case("c2")
    desk.do(Merge(case="c1", into="c2"))
    assert panel.header.status.text() == "Merged into #2"
    assert panel.header.solve.isHidden()
    panel.header.target.click()
    assert desk.opened == [("case", "c2")]


def test_older_messages_come_when_one_scrolls_up(panel: ConversationPanel, desk: FakeDesk) -> None:
    for number in range(120):
        desk.time += MINUTE
        desk.receive(f"word {number}")
    panel.show_case(None)
    panel.show_case("c1")
    before = len(texts(panel))
    panel.timeline.verticalScrollBar().setValue(0)
    assert len(texts(panel)) > before


def test_a_case_that_is_out_of_sight_is_left(qtbot: QtBot, panel: ConversationPanel, desk: FakeDesk) -> None:
    with qtbot.waitSignal(panel.case_left):
        desk._write([("case", "c1", None)])
    assert panel.case is None


@pytest.mark.parametrize(("name", "safe"), [
    ("../../etc/passwd", "etcpasswd"), ("a\u202egpj.exe", "agpj.exe"), (".bashrc", "bashrc"), ("...", "file"),
    ("invoice.pdf", "invoice.pdf"),
])  # fmt: skip
def test_a_name_from_outside_names_one_file(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_file_goes_with_its_digest(panel: ConversationPanel, desk: FakeDesk, tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("hello")
    panel.composer.strip.take([path])
    assert panel.sending.send()
    assert desk.needed[-1] == (next(iter(desk.bytes)),)
    assert panel.composer.strip.files() == ()
    assert panel.timeline.entries.items[-1].files[0].name == "note.txt"


def test_what_another_region_keeps_says_so_and_cannot_be_worked_on(panel: ConversationPanel, desk: FakeDesk) -> None:
    desk.put(msgspec.structs.replace(case(desk), id="far", home="us", assignee="us"))
    panel.show_case("far")
    why = "Kept in the region us: here it can only be read. Work on it there."
    assert "Kept in us" in panel.header.signs.texts()
    assert panel.header.assign.text() == "us"
    for button in (panel.header.assign, panel.header.solve):
        assert not button.isEnabled()
        assert (button.toolTip(), button.accessibleDescription()) == (why, why)
    assert not panel.composer.isEnabled()
    assert (panel.composer.box.placeholderText(), panel.composer.box.accessibleDescription()) == (why, why)
    panel.write("note")
    assert not panel.composer.box.hasFocus()
    menu = panel.header.more.menu()
    assert menu is not None
    fill_more(menu, desk, "far")
    assert [act.text() for act in menu.actions() if act.isEnabled() and act.text()] == ["Follow", "Copy the number #1"]
    offered = {act.id for act in panel.actions() if act.when(Context())}
    assert offered.isdisjoint({"case.reply", "case.note", "case.send", "case.attach", "case.send_solve"})
    panel.show_case("c1")
    assert panel.composer.isEnabled()
    assert panel.header.solve.isEnabled()
    assert panel.header.solve.toolTip() == ""
    assert panel.composer.box.placeholderText() == "Write a reply"


def test_the_banner_stands_there_without_a_case_too(panel: ConversationPanel) -> None:
    panel.banner.show_state("bad", "The server is too old.", "Ask your administrator.")
    for case in (None, "c1", None):
        panel.show_case(case)
        QApplication.processEvents()
        assert panel.banner.isVisible()
        assert panel.banner.mapTo(panel, QPoint()).x() == 0
    panel.banner.clear()
    panel.show_case("c1")
    QApplication.processEvents()
    assert not panel.banner.isVisible()
