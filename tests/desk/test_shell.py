"""The window: hosts what it is given, shows where one is, keeps its shape, stays light."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu, QSplitter, QWidget
from pytestqt.qtbot import QtBot
from tests.desk.access import keyless, nameless
from tests.desk.samples import NOW, SamplePage, act, shell_in

from agentdesk.desk.actions import GENERAL
from agentdesk.desk.entries import Entry
from agentdesk.desk.settings import Settings
from agentdesk.desk.shell import YOU, Shell, remember_splitter
from agentdesk.desk.statusline import Link, StatusLine
from agentdesk.desk.widgets.tabs import Tabs


@pytest.fixture
def shell(tmp_path: Path, qtbot: QtBot) -> Shell:
    made = shell_in(tmp_path)
    qtbot.addWidget(made)
    return made


def _show(shell: Shell, qtbot: QtBot) -> None:
    shell.show()
    shell.activateWindow()
    qtbot.waitUntil(shell.isActiveWindow)


def test_pages_are_made_when_first_opened(shell: Shell) -> None:
    queue, forum = SamplePage("queue"), SamplePage("forum")
    shell.add_page(queue)
    shell.add_page(forum)
    shell.open_page("queue")
    assert queue.made
    assert not forum.made
    shell.open_page("forum")
    shell.open_page("queue")
    assert (queue.times_shown, forum.times_shown) == (2, 1)
    assert shell.rail.button("queue").isChecked()


def test_a_page_brings_actions_and_a_way_to_it(shell: Shell, qtbot: QtBot) -> None:
    ran: list[str] = []
    shell.add_page(SamplePage("queue", act("case.reply", "R", page="queue", run=lambda c: ran.append(c.subject))))
    shell.add_page(SamplePage("forum"))
    shell.open_page("queue")
    _show(shell, qtbot)
    page = shell.page()
    assert isinstance(page, SamplePage)
    page.button.setFocus()
    qtbot.keyClick(page.button, Qt.Key.Key_R)
    assert ran == ["#1"]
    page.field.setFocus()
    qtbot.keyClick(page.field, Qt.Key.Key_R)
    assert ran == ["#1"]
    assert page.field.text() == "r"
    assert shell.book.run("page.open.forum", shell.context())
    assert shell.context().page == "forum"
    qtbot.keyClick(shell, Qt.Key.Key_R)
    assert ran == ["#1"]


def test_keys_open_palette_and_sheet(shell: Shell, qtbot: QtBot) -> None:
    shell.add_page(SamplePage("queue"))
    shell.open_page("queue")
    shell.add_provider(lambda _query: [Entry("Lena", "Go to", print)])
    _show(shell, qtbot)
    page = shell.page()
    assert isinstance(page, SamplePage)
    page.field.setFocus()
    qtbot.keyClick(page.field, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert shell.palette_panel.overlay.isVisible()
    assert "Lena" in [entry.title for entry in shell.palette_panel.entries()]
    qtbot.keyClick(shell.palette_panel._line, Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is page.field
    page.button.setFocus()
    qtbot.keyClick(page.button, "?")
    assert shell._sheet is not None
    assert shell._sheet.overlay.isVisible()


def test_no_key_reaches_behind_an_overlay(shell: Shell, qtbot: QtBot) -> None:
    ran: list[str] = []
    shell.add_page(SamplePage("queue", act("send", "Ctrl+Return", run=lambda _: ran.append("sent"))))
    shell.open_page("queue")
    _show(shell, qtbot)
    shell.open_sheet()
    assert shell._sheet is not None
    qtbot.keyClick(shell._sheet._close, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    shell._sheet.overlay.close_panel()
    shell.open_palette()
    qtbot.keyClick(shell.palette_panel._line, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert ran == []


def test_f6_goes_round_the_window(shell: Shell, qtbot: QtBot) -> None:
    page = SamplePage("queue")
    shell.add_page(page)
    shell.open_page("queue")
    _show(shell, qtbot)
    page.widget.setFocusProxy(page.button)
    shell.rail.button("queue").setFocus()
    seen = []
    for _ in range(3):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6)
        seen.append(QApplication.focusWidget())
    assert seen == [page.button, shell.status.commands, shell.rail.button("queue")]
    assert shell.windowTitle() == "Queue – AgentDesk"


def test_the_badge_counts(shell: Shell) -> None:
    page = SamplePage("forum")
    shell.add_page(page)
    page.bell.told.emit(3)
    assert shell.rail.button("forum").accessibleName() == "Forum, 3 new"
    page.bell.told.emit(0)
    assert shell.rail.button("forum").accessibleName() == "Forum"


def test_everything_has_a_name_and_a_key(shell: Shell, qtbot: QtBot) -> None:
    for place in ("top", "bottom"):
        shell.add_page(SamplePage(f"page-{place}", place=place))
    shell.open_page("page-top")
    shell.show_person("Mina Kaya", "Available", "good", "3 of 4")
    _show(shell, qtbot)
    assert nameless(shell) == []
    assert keyless(shell) == []


def test_tab_goes_down_the_rail(shell: Shell, qtbot: QtBot) -> None:
    shell.add_page(SamplePage("queue"))
    shell.add_page(SamplePage("forum"))
    shell.add_page(SamplePage("settings", place="bottom"))
    order: list[QWidget] = []
    widget: QWidget = shell.rail.button("queue")
    for _ in range(200):
        if widget.parent() is shell.rail and widget not in order and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            order.append(widget)
        widget = widget.nextInFocusChain()
    rail = shell.rail
    assert order == [
        rail.button("queue"),
        rail.button("forum"),
        rail.palette_button,
        rail.button("settings"),
        rail.person,
    ]


def test_geometry_is_remembered(tmp_path: Path, qtbot: QtBot) -> None:
    first = shell_in(tmp_path)
    qtbot.addWidget(first)
    first.resize(1100, 710)
    first.show()
    first.close()
    second = shell_in(tmp_path)
    qtbot.addWidget(second)
    assert (second.width(), second.height()) == (1100, 710)


def test_a_broken_memory_does_no_harm(tmp_path: Path, qtbot: QtBot) -> None:
    Settings(tmp_path).remember("window.geometry", "%%%not base64%%%")
    qtbot.addWidget(shell_in(tmp_path))


def test_splitters_are_remembered(tmp_path: Path, qtbot: QtBot) -> None:
    def split() -> QSplitter:
        made = QSplitter()
        qtbot.addWidget(made)
        made.addWidget(QWidget())
        made.addWidget(QWidget())
        made.resize(1000, 100)
        made.show()
        remember_splitter(made, Settings(tmp_path), "queue")
        return made

    first = split()
    first.setSizes([700, 300])
    first.splitterMoved.emit(700, 1)
    qtbot.waitUntil(lambda: bool(Settings(tmp_path).recall("splitter.queue")))
    assert split().sizes() == first.sizes()


def test_the_person_menu_lists_ones_own_actions(shell: Shell, qtbot: QtBot) -> None:
    shell.book.add([act("me.away", title="Away", group=YOU), act("other", group=GENERAL)])
    _show(shell, qtbot)
    shell.open_person_menu()
    menu = next(found for found in shell.findChildren(QMenu) if found.isVisible())
    assert [item.text() for item in menu.actions()] == ["Away"]
    menu.close()


@pytest.mark.parametrize("width", [640, 1100])
def test_how_suggestions_stand_is_cut_before_it_goes(qtbot: QtBot, width: int) -> None:
    level, why = "Vorschläge nur nach Wörtern: das Modell auf diesem Gerät ist nicht eingetragen", "Fragen Sie <b>."
    line = StatusLine(lambda: NOW)
    qtbot.addWidget(line)
    line.show()
    line.show_outbox(12, 3)
    line.show_presence("Available · 3 of 4")
    line.show_assist(level, why)
    line.show_shift("Shift 09:00–17:30 · on plan")
    line.resize(width, line.height())
    line.show_outbox(0)  # what is hidden takes no room
    line.show_presence("")
    QApplication.processEvents()
    assert line._assist.isVisible()
    assert line._assist.shown().startswith("Vorschläge nur")
    assert (line._assist.shown() == level) == (width > 1000)
    assert "&lt;b&gt;" in line._assist.toolTip()  # the reason stays, whatever the size
    assert (level in line._assist.toolTip()) == (width < 1000)


def test_the_status_line_counts_on_without_moving_anything(qtbot: QtBot) -> None:
    now = [NOW]
    line = StatusLine(lambda: now[0])
    qtbot.addWidget(line)
    line.resize(1100, 26)
    line.show()
    line.show_link(Link.LIVE)
    line.show_synced(NOW - 2000)
    line.show_outbox(2)
    before = line._outbox.geometry()
    assert line._age.text() == "synced 2 s ago"
    now[0] += 8 * 60_000
    line._count_on()
    line.show_link(Link.OFFLINE)
    QApplication.processEvents()
    assert line._age.text() == "synced 8 min ago"
    assert line._outbox.geometry() == before
    line.show_synced(NOW, "#918 204")
    assert line._age.text() == "synced to #918 204, 8 min ago"
    line.show_outbox(0, held=1)
    assert line._outbox.text() == "1 held back"
    line.hide()
    assert not line._timer.isActive()


@pytest.mark.parametrize("link", Link)
def test_each_link_state_has_a_word_and_a_colour(link: Link, qtbot: QtBot) -> None:
    line = StatusLine(lambda: NOW)
    qtbot.addWidget(line)
    line.show_link(link)
    assert line._word.text() == link.word
    assert line._dot.ink == link.value[1]


def test_tabs_that_do_not_fit_wait_in_the_menu(qtbot: QtBot) -> None:
    tabs = Tabs([(name, name.title() * 3) for name in ("mine", "team", "free", "wait", "all")])
    qtbot.addWidget(tabs)
    tabs.resize(2000, 30)
    tabs.show()
    assert not tabs._more.isVisible()
    tabs.resize(240, 30)
    tabs.choose("all")
    assert tabs._buttons["all"].isVisible()
    assert not tabs._buttons["wait"].isVisible()
    told: list[str] = []
    tabs.chosen.connect(told.append)
    tabs._fill_more()
    hidden = [tab for tab, button in tabs._buttons.items() if not button.isVisible()]
    menu = tabs._more.menu()
    assert len(menu.actions()) == len(hidden)
    menu.actions()[-1].trigger()
    assert told == [hidden[-1]] == [tabs.current()]
    tabs.show_count("mine", 9)
    assert tabs._buttons["mine"].accessibleName() == "MineMineMine 9"


def test_the_shell_is_light() -> None:
    heavy = ("sqlalchemy", "requests", "websockets", "keyring", "cryptography", "numpy", "pyqtgraph", "qtawesome")
    code = f"import sys, agentdesk.desk.shell; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
