"""What other threads find is told on Qt's own, once a frame."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from agentdesk.desk.bridge import Bridge


@pytest.fixture
def bridge(qtbot: QtBot) -> Iterator[Bridge]:
    made = Bridge()
    yield made
    made.close()


def test_many_wakes_are_one_take(qtbot: QtBot, bridge: Bridge) -> None:
    taken: list[bool] = []
    bridge.follow(lambda: taken.append(QThread.currentThread() is bridge.thread()))
    qtbot.waitUntil(lambda: bool(taken))
    taken.clear()
    wakers = [threading.Thread(target=lambda: [bridge.wake() for _ in range(1000)]) for _ in range(3)]
    for waker in wakers:
        waker.start()
    for waker in wakers:
        waker.join()
    qtbot.waitUntil(lambda: bool(taken))
    assert all(taken)
    assert len(taken) < 50


def test_nothing_is_forgotten_that_comes_while_taking(qtbot: QtBot, bridge: Bridge) -> None:
    taken: list[int] = []

    def take() -> None:
        taken.append(1)
        if len(taken) < 5:
            bridge.wake()

    bridge.follow(take)
    qtbot.waitUntil(lambda: len(taken) == 5)


def test_an_errand_ends_on_this_thread(qtbot: QtBot, bridge: Bridge) -> None:
    told: list[tuple[object, object, bool]] = []

    def here(result: object, error: object) -> None:
        told.append((result, error, QThread.currentThread() is bridge.thread()))

    bridge.run(lambda: threading.current_thread().name, here)
    qtbot.waitUntil(lambda: len(told) == 1)
    assert told[0] == ("errand", None, True)
    wrong = ValueError("no")

    def fail() -> None:
        raise wrong

    bridge.run(fail, here)
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told[1] == (None, wrong, True)


def test_futures_end_here_too(qtbot: QtBot, bridge: Bridge) -> None:
    told: list[tuple[object, object]] = []
    good: Future[int] = Future()
    bad: Future[int] = Future()
    for future in (good, bad):
        bridge.wait_for(future, lambda result, error: told.append((result, error)))
    good.set_result(7)
    wrong = OSError()
    bad.set_exception(wrong)
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told == [(7, None), (None, wrong)]


def test_a_closed_bridge_tells_nothing(qtbot: QtBot) -> None:
    told: list[int] = []
    bridge = Bridge(lambda: told.append(1))
    bridge.wake()
    bridge.close()
    bridge.wake()
    qtbot.wait(60)
    assert told == []
