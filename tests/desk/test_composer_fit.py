"""The line below what one writes: in every width and language its buttons are seen whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from tests.desk.fake_desk import FakeDesk

from agentdesk.desk import texts
from agentdesk.desk.actions import cap
from agentdesk.desk.pages.queue.calling import CallDialog
from agentdesk.desk.pages.queue.conversation import ConversationPanel
from agentdesk.domain.cases import Case


@pytest.fixture(params=["en", "de"])
def language(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    catalogue = texts.Catalogue(texts.words(request.param), qapp)
    qapp.installTranslator(catalogue)
    yield request.param
    qapp.removeTranslator(catalogue)


def test_no_way_to_send_is_cut(language: str, qtbot: QtBot) -> None:
    desk = FakeDesk()
    desk.open_case("c1")
    panel = ConversationPanel(desk)
    qtbot.addWidget(panel)
    panel.setMinimumWidth(300)
    panel.show()
    panel.show_case("c1")
    composer, seen = panel.composer, set[int]()
    composer.beside.button.show()
    for width in range(460, 800, 20):
        panel.resize(width, 600)
        QApplication.processEvents()
        assert composer.width() == width
        ways = [one for one in (composer.send_next, composer.send_solve, composer.send) if one.isVisible()]
        cut = [one.text() for one in ways if one.width() < one.sizeHint().width()]
        assert not cut, (width, language)
        seen.add(len(ways))
    assert seen == {1, 2, 3}
    desk.close()


def test_what_is_wrong_can_be_read_before_the_rarer_ways_to_send(qtbot: QtBot) -> None:
    desk = FakeDesk()
    desk.open_case("c1")
    panel = ConversationPanel(desk)
    qtbot.addWidget(panel)
    panel.resize(700, 600)
    panel.show()
    panel.show_case("c1")
    composer = panel.composer
    assert composer.send_next.isVisible()
    composer.show_wrong("Nothing is translated here: your administrator has set no service.")
    assert not composer.send_next.isVisible()
    composer.show_wrong("")
    assert composer.send_next.isVisible()
    desk.close()


def test_keys_on_buttons_are_called_as_on_the_keyboard(qapp: QApplication) -> None:
    german = texts.Catalogue(texts.words("de"), qapp)
    qapp.installTranslator(german)
    desk = FakeDesk()
    desk.open_case("c1")
    case = desk.view.get(Case, "c1")
    assert case is not None
    call = CallDialog(desk, case)
    assert call.save._hint == cap("Ctrl+Return")
    qapp.removeTranslator(german)
    call.deleteLater()
    desk.close()
