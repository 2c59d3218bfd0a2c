"""How a line may go on while one types: taken by Tab or Right at its end, let go by Escape, never by chance."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from tests.desk.canned import Canned, card
from tests.desk.fake_desk import FakeDesk
from tests.desk.test_assist_panel import press, serve

from agentdesk.desk.pages.queue import assist_state, composer_ghost
from agentdesk.desk.pages.queue.composer_box import Box
from agentdesk.desk.pages.queue.page import QueuePage
from agentdesk.desk.settings import Settings
from agentdesk.domain.suggestions import OF_CASE, Suggestion

TYPED, REST = "We have sent", " it again today."
KEYS = Qt.Key


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeDesk]:
    monkeypatch.setattr(assist_state, "SOON_MS", 0)
    monkeypatch.setattr(composer_ghost, "PAUSE_MS", 0)
    made = FakeDesk()
    made.assist.close()
    made.assist = Canned(made)
    made.assist.endings = {TYPED: (REST, "macro:m1")}
    made.open_case()
    yield made
    made.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path)


@pytest.fixture
def page(qtbot: QtBot, desk: FakeDesk, settings: Settings) -> QueuePage:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1440, 900)
    made = QueuePage(desk, settings, window)
    made.widget.setParent(window)
    made.widget.resize(1440, 900)
    window.show()
    made.show_case("c1")
    window.activateWindow()
    made.conversation.composer.focus()
    qtbot.waitUntil(made.conversation.composer.box.hasFocus, timeout=30_000)
    serve(qtbot, made, desk)
    return made


def typed(qtbot: QtBot, page: QueuePage, text: str = TYPED) -> Box:
    box = page.conversation.composer.box
    qtbot.keyClicks(box, text)
    qtbot.waitUntil(lambda: box.ghost.rest == REST, timeout=30_000)
    return box


def ledger(desk: FakeDesk) -> list[Suggestion]:
    found = [one for one in desk.view.page(OF_CASE(case="c1")) if isinstance(one, Suggestion)]
    return [one for one in found if one.shown and one.shown[0].startswith("ghost:")]


@pytest.mark.parametrize("key", [KEYS.Key_Tab, KEYS.Key_Right])
def test_a_key_takes_it_and_the_ledger_counts_it_by_itself(
    qtbot: QtBot, page: QueuePage, desk: FakeDesk, key: Qt.Key
) -> None:
    box = typed(qtbot, page)
    assert REST.strip() in box.accessibleDescription()
    assert not box.grab().isNull()
    qtbot.keyClick(box, key)
    assert (box.toPlainText(), box.ghost.rest, box.hasFocus()) == (TYPED + REST, "", True)
    (found,) = ledger(desk)
    assert (found.action, found.chars) == ("accepted", len(REST))
    assert page.conversation.sending.send()
    (found,) = ledger(desk)
    assert (found.action, found.edits, bool(found.message)) == ("accepted", 0, True)


def test_escape_the_next_sign_and_another_place_let_it_go(qtbot: QtBot, page: QueuePage, desk: FakeDesk) -> None:
    box = typed(qtbot, page)
    qtbot.keyClick(box, KEYS.Key_Escape)
    assert (box.toPlainText(), box.ghost.rest, box.hasFocus()) == (TYPED, "", True)
    qtbot.keyClick(box, KEYS.Key_Backspace)
    typed(qtbot, page, "t")
    qtbot.keyClicks(box, "!")
    assert box.ghost.rest == ""
    qtbot.keyClick(box, KEYS.Key_Backspace)
    qtbot.waitUntil(lambda: box.ghost.rest == REST, timeout=30_000)
    box.moveCursor(QTextCursor.MoveOperation.Left)
    assert box.ghost.rest == ""
    qtbot.keyClick(box, KEYS.Key_Right)
    assert box.toPlainText() == TYPED, "within a line the key only moves"
    assert [one.action for one in ledger(desk)] == ["shown"], "one record for a turn"
    assert page.conversation.sending.send()
    assert [one.action for one in ledger(desk)] == ["ignored"]


def test_taken_and_undone_at_once_is_no_yes(qtbot: QtBot, page: QueuePage, desk: FakeDesk) -> None:
    box = typed(qtbot, page)
    qtbot.keyClick(box, KEYS.Key_Tab)
    box.undo()
    assert REST not in box.toPlainText()
    assert [one.action for one in ledger(desk)] == ["shown"]
    box.setPlainText("")
    serve(qtbot, page, desk, card("macro:m1", "It left us."))
    desk.receive("And?")
    page.show_case("c1")
    qtbot.waitUntil(lambda: page.context.body.suggestions.card(0) is not None, timeout=30_000)
    for late in (False, True):
        press(page, "assist.1")
        desk.time += 11_000 * late
        box.undo()
        (newest,) = [one for one in desk.view.page(OF_CASE(case="c1")) if isinstance(one, Suggestion)
                     and one.shown == ("macro:m1",)]  # fmt: skip
        assert newest.action == ("accepted" if late else "shown")


def test_it_is_for_customers_alone_and_can_be_switched_off(
    qtbot: QtBot, page: QueuePage, desk: FakeDesk, settings: Settings
) -> None:
    composer = page.conversation.composer
    asked: list[str] = []
    finish = desk.assist.finish
    desk.assist.finish = lambda text: [asked.append(text), finish(text)][1]  # type: ignore[method-assign]
    composer.show_kind("note")
    composer.focus()
    qtbot.keyClicks(composer.box, TYPED)
    qtbot.wait(1)
    assert (asked, composer.box.ghost._pause.isActive()) == ([], False)
    composer.show_kind("reply")
    composer.focus()
    typed(qtbot, page)
    settings.put(composer_ghost.SETTING, False)
    assert composer.box.ghost.rest == ""
    qtbot.keyClick(composer.box, KEYS.Key_Backspace)
    assert not composer.box.ghost._pause.isActive()
    settings.put(composer_ghost.SETTING, True)
    typed(qtbot, page, "t")
    desk.open_case("c7", text="So.")
    page.show_case("c7")
    assert composer.box.ghost.rest == "", "nothing of it stands in another conversation"
