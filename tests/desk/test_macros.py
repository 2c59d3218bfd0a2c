"""Macros as somebody uses them: after a slash, with what they do, made and kept on their page, in files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from tests.desk.access import keyless, nameless
from tests.desk.fake_desk import FakeDesk

from agentdesk.desk.pages.macros import MacrosPage
from agentdesk.desk.pages.queue.composer import NOTE
from agentdesk.desk.pages.queue.conversation import ConversationPanel
from agentdesk.desk.settings import Settings
from agentdesk.domain.cases import Case, Reply
from agentdesk.domain.cases.acting import Act
from agentdesk.domain.macros import (
    AddMacro,
    ChangeMacro,
    Macro,
    MacroNote,
    MacroReply,
    MacroUse,
    RemoveMacro,
    RunMacro,
    Wording,
)

ACTS = (Act("tag", "late"), Act("priority", "2"))


@pytest.fixture
def desk() -> Iterator[FakeDesk]:
    made = FakeDesk()
    made.open_case()
    texts = (Wording("en", "{{greeting}} your parcel {{parcel}} is late."), Wording("de", "Ihr Paket kommt."))
    made.do(AddMacro(macro="k1", name="Late parcel", texts=texts, acts=ACTS))
    made.do(AddMacro(macro="k2", name="Just tag", texts=(), acts=ACTS[:1]))
    made.done.clear()
    yield made
    made.close()


@pytest.fixture
def panel(qtbot: QtBot, desk: FakeDesk) -> Iterator[ConversationPanel]:
    window = QWidget()
    qtbot.addWidget(window)
    made = ConversationPanel(desk, window)
    window.resize(900, 700)
    made.resize(900, 700)
    window.show()
    made.show_case("c1")
    yield made
    made.show_case(None)


def slash(qtbot: QtBot, panel: ConversationPanel) -> list[str]:
    qtbot.keyClick(panel.composer.box, Qt.Key.Key_Slash)
    picker = panel.composer.chooser.picker
    assert picker is not None
    return [entry.title for entry in picker.entries()]


def pick(panel: ConversationPanel, letters: str) -> None:
    picker = panel.composer.chooser.picker
    assert picker is not None
    picker.line.setText(letters)
    picker._run(picker._list.currentIndex().row())


def test_a_slash_finds_it_and_a_gap_stops_it(qtbot: QtBot, panel: ConversationPanel, desk: FakeDesk) -> None:
    assert slash(qtbot, panel) == ["Just tag", "Late parcel", "Type a slash"]
    pick(panel, "lp")
    assert panel.composer.text() == "Hello Lena Sorensen, your parcel {{parcel}} is late."
    macros = panel.sending.macros
    assert not macros.strip.isHidden()
    assert macros.line.text() == "When sent: Put on the tag late; Set the priority High"
    assert not panel.sending.send()
    assert panel.composer.wrong.text() == "Not sent: parcel is not filled in yet."
    panel.composer.put_text("Hello Lena Sorensen, your parcel 7 is late.")
    assert panel.sending.send()
    (sent,) = desk.done
    assert isinstance(sent, MacroReply)
    assert (sent.macro, sent.version, sent.acts, sent.text) == (
        "k1",
        1,
        ACTS,
        "Hello Lena Sorensen, your parcel 7 is late.",
    )
    case = desk.view.get(Case, "c1")
    assert (case.tags, case.priority) == (("late",), 2)
    assert macros.strip.isHidden()
    panel.composer.put_text("More.")
    assert panel.sending.send()
    assert isinstance(desk.done[-1], Reply)


def test_what_came_back_is_sent_again_with_all_it_does(qtbot: QtBot, panel: ConversationPanel, desk: FakeDesk) -> None:
    slash(qtbot, panel)
    pick(panel, "lp")
    panel.composer.put_text("Your parcel 7 is late.")
    assert panel.sending.send()
    sent = desk.done[-1]
    assert isinstance(sent, MacroReply)
    panel.sending.refused("c1", sent, {}, "Not sent: somebody wrote in the meantime.")
    assert panel.composer.text() == "Your parcel 7 is late."
    assert panel.sending.macros.line.text() == "When sent: Put on the tag late; Set the priority High"
    assert panel.sending.send_anyway()
    again = desk.done[-1]
    assert isinstance(again, MacroReply)
    assert (again.acts, again.message == sent.message) == (ACTS, False)


def test_what_it_does_can_be_left_out(qtbot: QtBot, panel: ConversationPanel, desk: FakeDesk) -> None:
    panel.composer.show_kind(NOTE)
    slash(qtbot, panel)
    pick(panel, "late")
    panel.composer.put_text("See parcel 7.")
    panel.composer.show_kind("reply")
    assert panel.sending.macros.strip.isHidden()
    panel.composer.show_kind(NOTE)
    assert not panel.sending.macros.strip.isHidden()
    assert panel.sending.send()
    assert isinstance(desk.done[-1], MacroNote)
    slash(qtbot, panel)
    pick(panel, "late")
    panel.sending.macros.drop.click()
    panel.composer.put_text("Only words.")
    assert panel.sending.send()
    assert not isinstance(desk.done[-1], MacroNote)


def test_one_without_words_is_done_at_once(qtbot: QtBot, panel: ConversationPanel, desk: FakeDesk) -> None:
    slash(qtbot, panel)
    pick(panel, "just")
    assert isinstance(desk.done[-1], RunMacro)
    assert desk.view.get(MacroUse, desk.done[-1].run).macro == "k2"
    assert slash(qtbot, panel)[0] == "Just tag"
    pick(panel, "type a slash")
    assert panel.composer.text() == "/"


def test_they_are_made_changed_and_removed(qtbot: QtBot, desk: FakeDesk, tmp_path: Path) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    page = MacrosPage(desk, Settings(tmp_path), window)
    qtbot.addWidget(page.widget)
    page.widget.show()
    assert set(page.cards) == {"k1", "k2"}
    editor = page.edit(None)
    assert nameless(editor) == []
    assert keyless(editor) == []
    editor.name.line.setText("Thanks")
    editor.wordings[0].text.setPlainText("Thank you {{customer.name}}, {{what}}!")
    assert editor.wordings[0]._reads.text() == "To be filled in before it is sent: what"
    editor.acts.more.click()
    row = editor.acts.rows[0]
    row.what.setCurrentIndex(row.what.findData("assign"))
    row.value.setText("nobody here")
    assert not editor.keep(as_copy=False)
    row.value.setText("dario vitale")
    assert editor.keep(as_copy=False)
    made = desk.done[-1]
    assert isinstance(made, AddMacro)
    assert made.acts == (Act("assign", "dario"),)
    editor = page.edit(desk.view.get(Macro, made.macro))
    editor.name.line.setText("Thank you")
    assert editor.keep(as_copy=False)
    assert isinstance(desk.done[-1], ChangeMacro)
    editor = page.edit(desk.view.get(Macro, made.macro))
    editor.remove.click()
    editor.remove.click()
    assert isinstance(desk.done[-1], RemoveMacro)
    page.close()


def test_a_file_of_them_comes_back_the_same(qtbot: QtBot, desk: FakeDesk, tmp_path: Path) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    page = MacrosPage(desk, Settings(tmp_path), window)
    qtbot.addWidget(page.widget)
    file = tmp_path / "macros.json"
    page.write(file)
    before = [(one.name, one.texts, one.acts) for one in page.macros()]
    for macro in page.macros():
        desk.do(RemoveMacro(macro=macro.id))
    page.take(file)
    assert [(one.name, one.texts, one.acts) for one in page.macros()] == before
    for bad in (b"{", b'{"format":"other","version":1,"macros":[]}', b"[" * 100_000, b'{"format":1}', b"\xff\xfe"):
        file.write_bytes(bad)
        page.take(file)
        assert page.verdict.accessibleName().startswith("Nothing was imported This")
    assert len(page.macros()) == 2
    page.close()
