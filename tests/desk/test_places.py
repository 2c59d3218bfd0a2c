"""What a page or dialog is made of is never seen by itself: each part has its place before it is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget
from tests.desk.fake_desk import FakeDesk

from agentdesk.desk.pages.queue.reveal import RevealDialog, Target
from agentdesk.desk.pages.second_step import SecondStepPage
from agentdesk.desk.trusting import TrustDialog

URI = "otpauth://totp/AgentDesk:mina%40example.com?secret=JBSWY3DPEHPK3PXP&issuer=AgentDesk"


class Windows(QObject):
    """What comes onto the screen as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(type(watched).__name__)
        return False


@pytest.fixture
def windows(qapp: QApplication) -> Iterator[Windows]:
    made = Windows()
    qapp.installEventFilter(made)
    yield made
    qapp.removeEventFilter(made)


def reveal() -> QWidget:
    desk = FakeDesk()
    desk.open_case("c1")
    targets = [Target("message", "c1-m1", "text", "free"), Target("customer", "cu1", "email", "email")]
    made = RevealDialog(desk, targets)
    desk.close()
    return made


def trust() -> QWidget:
    watch: Any = SimpleNamespace(
        doubt="shrunk", vouched=lambda: None, may_accept=lambda: True, remembered=lambda: None, now=lambda: None
    )
    view: Any = None
    return TrustDialog(watch, view, 0)


MADE: dict[str, Callable[[], QWidget]] = {
    "reveal": reveal,
    "trust": trust,
    "second step": lambda: SecondStepPage(("totp", "passkey"), "JBSW Y3DP", URI),
}


@pytest.mark.parametrize("what", MADE)
def test_no_part_is_a_window(windows: Windows, what: str) -> None:
    made = MADE[what]()
    assert windows.seen == []
    made.show()
    assert windows.seen == [type(made).__name__]
