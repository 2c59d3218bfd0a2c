"""The palette finds, groups, runs and remaps; the cheat sheet shows the same list."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot
from tests.desk.access import nameless
from tests.desk.samples import act

from agentdesk.desk import cheatsheet
from agentdesk.desk.actions import ActionBook, Context
from agentdesk.desk.entries import Entry, of_actions, ranked
from agentdesk.desk.fuzzy import score
from agentdesk.desk.palette import Palette
from agentdesk.desk.palette_list import PaletteModel
from agentdesk.desk.settings import Settings
from agentdesk.desk.widgets.labels import ElidedLabel

HERE = "This conversation"
QUEUE = Context("queue", subject="#48 213")


@pytest.mark.parametrize(("query", "better", "worse"), [
    ("re", "Reply", "Next page, more"), ("re", "Reply", "Send the reply"), ("send", "Send the reply", "Resend"),
    ("ain", "Add internal note", "Explain"), ("note", "Add internal note", "Denotes"),
    ("rep", "Reply", "Repeat the last answer"),
])  # fmt: skip
def test_ranking(query: str, better: str, worse: str) -> None:
    assert score(query, better) > score(query, worse)


@pytest.mark.parametrize(("query", "text"), [
    ("muller", "Anna Müller"), ("MÜLL", "anna muller"), ("note add", "Add internal note"), ("rply", "Reply"),
    ("ain", "Add internal note"), ("松田", "松田 浩"), ("", "anything"),
])  # fmt: skip
def test_what_is_found(query: str, text: str) -> None:
    assert score(query, text) > 0


@pytest.mark.parametrize(("query", "text"), [("xyz", "Reply"), ("yr", "Reply"), ("az", "A bizarre thing")])
def test_what_is_not_found(query: str, text: str) -> None:
    assert score(query, text) == 0


def test_groups_follow_their_best_match() -> None:
    one, two = Entry("Resend", "A", print), Entry("Send", "B", print)
    assert [group for group, _ in ranked("", [one, two], [])] == ["A", "B"]
    assert [group for group, _ in ranked("send", [one, two], [])] == ["B", "A"]
    assert ranked("zzz", [one, two], []) == []


@pytest.fixture
def ran() -> list[str]:
    return []


@pytest.fixture
def palette(tmp_path: Path, qtbot: QtBot, ran: list[str]) -> Palette:
    window = QWidget()
    window.resize(1100, 680)
    qtbot.addWidget(window)
    settings = Settings(tmp_path)
    book = ActionBook(settings, window)
    book.add([
        act("case.reply", "R", title="Reply", page="queue", group=HERE, run=lambda _: ran.append("reply")),
        act("case.note", "N", title="Add internal note", page="queue", group=HERE),
        act("gone", title="Re-open", when=lambda _: False),
        act("far", title="Respond", page="forum"),
    ])  # fmt: skip
    made = Palette(window, book, lambda: QUEUE)
    lena = Entry("Lena Sorensen", "Go to", lambda: ran.append("lena"), hint="customer")
    made.add_provider(lambda query: [lena] if query else [])
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return made


def test_it_lists_what_can_be_done_here(palette: Palette) -> None:
    palette.open()
    assert [entry.title for entry in palette.entries()] == ["Reply", "Add internal note"]
    assert palette._subject.text().strip("\u2068\u2069") == "#48 213"
    assert nameless(palette.overlay) == []


def test_typing_and_enter_run_the_best(palette: Palette, ran: list[str], qtbot: QtBot) -> None:
    palette.open()
    qtbot.keyClicks(palette._line, "rep")
    assert [entry.title for entry in palette.entries()] == ["Reply", "Lena Sorensen"]
    qtbot.keyClick(palette._line, Qt.Key.Key_Return)
    assert ran == ["reply"]
    assert not palette.overlay.isVisible()


def test_arrows_step_over_heads_and_go_round(palette: Palette, ran: list[str], qtbot: QtBot) -> None:
    palette.open("re")
    qtbot.keyClick(palette._line, Qt.Key.Key_Up)
    qtbot.keyClick(palette._line, Qt.Key.Key_Return)
    assert ran == ["lena"]


def test_a_click_runs(palette: Palette, ran: list[str], qtbot: QtBot) -> None:
    palette.open()
    place = palette._list.visualRect(palette._model.index(1, 0)).center()
    qtbot.mouseClick(palette._list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert ran == ["reply"]


def test_escape_and_a_click_beside_close(palette: Palette, qtbot: QtBot) -> None:
    palette.open()
    qtbot.keyClick(palette._line, Qt.Key.Key_Escape)
    assert not palette.overlay.isVisible()
    palette.open()
    qtbot.mouseClick(palette.overlay, Qt.MouseButton.LeftButton, pos=palette.overlay.rect().bottomLeft())
    assert not palette.overlay.isVisible()


def test_nothing_found_says_so(palette: Palette) -> None:
    palette._providers.clear()
    palette.open("zzzz")
    assert palette.entries() == []
    assert palette._nothing.isVisible()


def test_a_key_is_changed_inside(palette: Palette, qtbot: QtBot) -> None:
    line, control = palette._line, Qt.KeyboardModifier.ControlModifier
    palette.open("reply")
    qtbot.keyClick(line, Qt.Key.Key_K, control)
    assert "Press the new key" in palette._word.text()
    qtbot.keyClick(line, Qt.Key.Key_N)
    assert "already does" in palette._word.text()
    qtbot.keyClick(line, Qt.Key.Key_B, control)
    assert palette._book.key_of("case.reply") == "Ctrl+B"
    assert palette.entries()[0].key == "Ctrl B"
    assert line.text() == "reply"
    qtbot.keyClick(line, Qt.Key.Key_K, control)
    qtbot.keyClick(line, Qt.Key.Key_Backspace)
    assert palette._book.key_of("case.reply") == ""
    qtbot.keyClick(line, Qt.Key.Key_K, control)
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert palette.overlay.isVisible()


def test_what_is_no_command_has_no_key(palette: Palette, qtbot: QtBot) -> None:
    palette.open("lena")
    qtbot.keyClick(palette._line, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert palette._word.text() == "Only commands have keys."


def test_the_model_is_sound(qtbot: QtBot) -> None:
    model = PaletteModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show_groups([("Head", [Entry("One", "Head", print, hint="hint", key="R")])])
    assert model.rowCount() == 2
    assert model.data(model.index(1, 0)) == "One, hint, R"
    assert model.flags(model.index(0, 0)) == Qt.ItemFlag.NoItemFlags
    assert model.data(QModelIndex()) is None
    model.show_groups([])
    assert model.next(-1, 1) == -1


def test_the_cheat_sheet_shows_all_keys_of_the_page(palette: Palette, qtbot: QtBot) -> None:
    window = palette.parent()
    assert isinstance(window, QWidget)
    sheet = cheatsheet.CheatSheet(window, palette._book, lambda: QUEUE)
    sheet.open()
    words = {found.text() for found in sheet.panel.findChildren(QLabel)}
    assert {"This conversation", "Reply", "Add internal note"} <= words
    assert "Respond" not in words
    palette._book.add([act("long", "Ctrl+Alt+Shift+L", title="Schlagwörter dieses Vorgangs ändern", group="Other")])
    sheet.open()
    titles = sheet.panel.findChildren(ElidedLabel)
    qtbot.waitUntil(lambda: len(titles) == 3 and all(one.width() > 0 for one in titles))
    assert [one.text() for one in titles if one.shown() != one.text()] == []
    assert nameless(sheet.overlay) == []
    qtbot.keyClick(sheet._close, Qt.Key.Key_Escape)
    assert not sheet.overlay.isVisible()


@pytest.mark.parametrize(
    ("sizes", "places"), [([], []), ([3], [0]), ([10, 2, 2, 2], [0, 1, 1, 2]), ([1, 1, 1], [0, 1, 2])]
)
def test_columns_are_about_equal(sizes: list[int], places: list[int]) -> None:
    assert cheatsheet.columns(sizes) == places


def test_an_unlisted_action_stays_out(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    book = ActionBook(settings)
    book.add([act("shown"), replace(act("quiet"), listed=False)])
    assert [entry.action for entry in of_actions(book, QUEUE)] == ["shown"]
