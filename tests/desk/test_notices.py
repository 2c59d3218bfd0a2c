"""Notices tell and go; refusals stay; what can be done about them is one press away."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from tests.desk.access import nameless

from agentdesk.desk.notices import Notices
from agentdesk.desk.settings import Settings
from agentdesk.desk.theme import Theme, px


@pytest.fixture
def notices(qtbot: QtBot) -> Notices:
    window = QWidget()
    window.resize(1100, 680)
    qtbot.addWidget(window)
    window.show()
    return Notices(window)


def test_news_goes_by_itself_and_a_refusal_stays(notices: Notices) -> None:
    notices.tell("Solved.")
    notices.leaveEvent(QEvent(QEvent.Type.Leave))  # the pointer may happen to rest there
    assert notices._timer.isActive()
    notices.refuse("Priya took this a moment ago.")
    assert not notices._timer.isActive()
    assert notices.isVisible()


def test_what_can_be_done_is_done_once(notices: Notices, qtbot: QtBot) -> None:
    done: list[str] = []
    notices.tell("Solved.", "good", "Undo", lambda: done.append("undo"))
    qtbot.mouseClick(notices._action, Qt.MouseButton.LeftButton)
    assert done == ["undo"]
    assert notices.isHidden()


def test_a_refusal_comes_back_after_newer_news(notices: Notices) -> None:
    notices.refuse("First.")
    notices.tell("Second.")
    current = notices.current()
    assert current is not None
    assert current.text == "Second."
    notices.dismiss()
    current = notices.current()
    assert current is not None
    assert current.text == "First."
    notices.dismiss()
    assert notices.current() is None


def test_the_same_refusal_is_not_stacked(notices: Notices) -> None:
    for _ in range(5):
        notices.refuse("Again.")
    notices.dismiss()
    assert notices.current() is None


def test_hostile_text_is_only_text(notices: Notices) -> None:
    notices.refuse("<b>bold</b><img src='http://example.invalid/x'>")
    assert notices._text.textFormat() == Qt.TextFormat.PlainText


def test_reading_holds_the_clock(notices: Notices, qtbot: QtBot) -> None:
    notices.tell("Solved.")
    notices.enterEvent(QEnterEvent(QPointF(), QPointF(), QPointF()))
    assert not notices._timer.isActive()
    notices.leaveEvent(QEvent(QEvent.Type.Leave))
    assert notices._timer.isActive()


def test_it_lies_below_the_header_inside_the_window(notices: Notices, qtbot: QtBot) -> None:
    window = notices.parentWidget()
    for text in ("Short.", "A long sentence that goes on and on. " * 8):
        notices.refuse(text, "Take over", print)
        for width in (1100, 1440):
            window.resize(width, 680)
            assert window.rect().contains(notices.geometry())
            assert notices.y() >= px("header")
            assert notices.height() >= notices._row.heightForWidth(notices.width())


def test_it_grows_with_the_text(notices: Notices, qapp: object, tmp_path: Path, qtbot: QtBot) -> None:
    settings = Settings(tmp_path)
    Theme(qapp, settings)  # type: ignore[arg-type]
    notices.refuse("Priya took this conversation a moment ago, so your assignment was not made.", "Retry", print)
    before = notices.height()
    settings.put("look.text_scale", 200)
    qtbot.waitUntil(lambda: notices.height() > before)
    settings.put("look.text_scale", 100)


def test_screen_readers_get_names(notices: Notices) -> None:
    notices.refuse("No.", "Retry", print)
    assert nameless(notices) == []
    assert notices.accessibleName() == "No."
