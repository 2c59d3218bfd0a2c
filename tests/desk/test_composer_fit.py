"""The line below what one writes: in every width and language its buttons are seen whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from tests.desk.fake_desk import FakeDesk

from agentdesk.desk import texts
from agentdesk.desk.pages.queue.conversation import ConversationPanel


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
