"""The list that stands first keeps its width when the rest of the queue page comes beside it."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot
from tests.desk.fake_desk import FakeDesk

from agentdesk.desk.pages.opening import LatePage
from agentdesk.desk.pages.queue.front import QueueFront
from agentdesk.desk.pages.queue.page import QueuePage
from agentdesk.desk.shell import Shell
from agentdesk.desk.theme import px


@pytest.fixture
def place(shell: Shell) -> LatePage:
    """Where the queue will be."""
    made = LatePage("queue", "Queue", "ph.tray")
    shell.add_page(made)
    shell.open_page("queue")
    return made


@pytest.fixture
def front(place: LatePage, shell: Shell, desk: FakeDesk) -> QueueFront:
    """The list alone."""
    made = QueueFront(desk, shell.settings)
    place.begin(made.widget)
    return made


@pytest.mark.parametrize("seen", [True, False], ids=["the list was seen before", "all at once"])
def test_nothing_moves_when_the_rest_comes(
    qtbot: QtBot, shell: Shell, desk: FakeDesk, place: LatePage, front: QueueFront, seen: bool
) -> None:
    if seen:
        shell.show()
        qtbot.waitUntil(lambda: front.list.width() == px("list"), timeout=30_000)
    page = QueuePage(desk, shell.settings, shell, front)
    place.become(page)
    shell.show()
    qtbot.waitUntil(lambda: front.widget.sizes()[::2] == [px("list"), px("assist")], timeout=30_000)
    page.close()


def test_a_case_that_is_chosen_before_the_rest_comes_is_open_then(
    shell: Shell, desk: FakeDesk, place: LatePage, front: QueueFront
) -> None:
    front.list.show_case("c1")
    page = QueuePage(desk, shell.settings, shell, front)
    place.become(page)
    assert page.conversation.case == "c1"
    page.close()


def test_in_a_small_window_the_details_lie_over_the_conversation_and_squeeze_nothing(
    qtbot: QtBot, shell: Shell, desk: FakeDesk, place: LatePage, front: QueueFront
) -> None:
    page = QueuePage(desk, shell.settings, shell, front)
    place.become(page)
    shell.resize(1100, 700)
    shell.show()
    qtbot.waitUntil(lambda: page.context.floating, timeout=30_000)
    page.show_case("c1")
    before = page.conversation.width()
    page.context.slide()
    body = page.context.body
    assert body.isVisible()
    assert front.widget.count() == 3
    assert page.conversation.width() == before
    qtbot.waitUntil(lambda: body.mapTo(front.widget, body.rect().topRight()).x() == front.widget.width() - 1)
    assert body.height() == front.widget.height()
    page.context.slide_away()
    assert not body.isVisible()
    page.close()
