"""What somebody meets on the first day: names instead of ids, a way out of a search, words that fit their place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCompleter, QLabel, QLineEdit
from pytestqt.qtbot import QtBot
from tests.desk.fake_desk import MINUTE, FakeDesk
from tests.desk.samples import act

from agentdesk.desk.actions import ActionBook
from agentdesk.desk.pages.queue.page import QueuePage
from agentdesk.desk.pages.queue.timeline_items import items_of
from agentdesk.desk.pages.queue.timeline_source import Source
from agentdesk.desk.pages.rights.matrix import RightsTable
from agentdesk.desk.settings import Settings
from agentdesk.desk.shell import Shell
from agentdesk.desk.theme import Theme, color
from agentdesk.desk.widgets.facts import Facts
from agentdesk.desk.widgets.fields import SearchField, edged
from agentdesk.domain.cases import Case, Reply
from agentdesk.domain.people import Team

ID = "01a202b7-f897-71e4-929a-9c81d1d1bd05"


@pytest.fixture
def desk() -> Iterator[FakeDesk]:
    made = FakeDesk()
    made.open_case("c1", "Where is my parcel?")
    yield made
    made.close()


@pytest.fixture
def page(qtbot: QtBot, desk: FakeDesk, shell: Shell) -> Iterator[QueuePage]:
    """The queue in its window."""
    made = QueuePage(desk, shell.settings, shell)
    shell.add_page(made)
    shell.open_page("queue")
    shell.show()
    qtbot.waitExposed(shell)
    yield made
    made.close()


def test_views_are_called_as_their_teams_are_now(qtbot: QtBot, desk: FakeDesk, shell: Shell, page: QueuePage) -> None:
    """A new laptop has the list before it has the teams; and teams are renamed, joined and left."""
    page.keep_views(shell.book)
    title = "View: Billing"
    assert title in [action.title for action in shell.book.all()]
    order = [action.id for action in shell.book.all()]
    team = desk.view.get(Team, "billing")
    assert team is not None
    desk.put(msgspec.structs.replace(team, name="Money"))
    qtbot.waitUntil(lambda: shell.book.get("queue.view.team:billing").title == "View: Money")
    assert [action.id for action in shell.book.all()] == order
    assert shell.book.key_of("queue.view.team:billing") == "2"


def test_actions_are_renewed_in_their_place(tmp_path: Path) -> None:
    book = ActionBook(Settings(tmp_path))
    book.add(act(id) for id in ("a", "v1", "v2", "b"))
    book.renew({"v1", "v2"}, [act("v2"), act("v3")])
    assert [action.id for action in book.all()] == ["a", "v2", "v3", "b"]


def test_escape_leaves_a_search(qtbot: QtBot, shell: Shell, page: QueuePage) -> None:
    """First the words go, then the line; what is typed next is a key again."""
    page.list.show_search(True)
    line = page.list.search
    line.setFocus()
    qtbot.keyClicks(line, "parcel")
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert (line.text(), line.isVisible()) == ("", True)
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert not line.isVisible()
    assert not shell.keyboard.typing()


def test_escape_in_an_empty_line_goes_on_to_the_window(qtbot: QtBot) -> None:
    """Where nobody waits to hear of it."""
    line = SearchField("Search")
    qtbot.addWidget(line)
    heard: list[None] = []
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    line.left.connect(lambda: heard.append(None))
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert heard == [None]


def test_what_moved_is_not_told_over_what_was_found(qtbot: QtBot, desk: FakeDesk, page: QueuePage) -> None:
    """It would lie on the first row that was found; back in the view it is told again."""
    panel = page.list
    panel._show_held(3)
    assert not panel.pill.isHidden()
    panel.show_search(True)
    panel.search.setText("parcel")
    qtbot.waitUntil(lambda: panel.shown_model is panel.found)
    assert panel.pill.isHidden()
    panel._show_held(4)
    assert panel.pill.isHidden()
    panel.show_search(False)
    assert not panel.pill.isHidden()
    assert "4" in panel.pill.text()


def test_a_list_below_a_line_has_an_edge(qtbot: QtBot, shell: Shell) -> None:
    """Names after an @ would else float in the page."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme = Theme(app, shell.settings)
    try:
        line = QLineEdit(shell)
        found = QCompleter(["Rosa Stein"], line)
        found.setWidget(line)
        popup = edged(found).popup()
        popup.resize(120, 60)
        assert popup.grab().toImage().pixelColor(30, 0) == color("line")
    finally:
        app.setStyleSheet("")
        theme.deleteLater()


def test_a_reply_that_waits_says_so_itself(desk: FakeDesk) -> None:
    """It does not stand under the "sent" of the one before; and each that waits can be taken back."""
    for number in range(3):
        desk.time += MINUTE // 10
        case = desk.view.get(Case, "c1")
        desk.act(Reply(case="c1", message=f"m{number}", text=f"Answer {number}", seen=case.seq), desk.me)
    messages = Source(desk, "c1").messages
    items = {item.key: item for item in items_of(messages, {}, ("m1", "m2")) if item.kind == "message"}
    assert [items[f"m{number}"].joined for number in range(3)] == [False, False, False]
    sent = {item.key: item for item in items_of(messages, {}) if item.kind == "message"}
    assert [sent[f"m{number}"].joined for number in range(3)] == [False, True, True]


def test_an_id_is_seen_whole(qtbot: QtBot) -> None:
    """No line can break it: it has the width of both columns."""
    facts = Facts()
    qtbot.addWidget(facts)
    facts.show_facts([("Bildschirm sperrt sich", "ja"), ("Kennung", ID)])
    facts.resize(290, 200)
    facts.show()
    shown = next(label for label in facts.findChildren(QLabel) if label.text() == ID)
    assert facts.minimumSizeHint().width() <= 290
    assert shown.width() >= shown.minimumSizeHint().width()


def test_roles_are_read_whole_in_a_narrow_window(qtbot: QtBot) -> None:
    table = RightsTable()
    qtbot.addWidget(table)
    table.resize(620, 400)
    table.show()
    across = table.horizontalHeader()
    for column in range(1, table.model().columnCount()):
        assert table.columnWidth(column) >= across.sectionSizeHint(column)
