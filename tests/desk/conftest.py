"""No window outlives its test, else it hears of each change of look and asks closed databases; what tests share."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from tests.desk.fake_desk import FakeDesk
from tests.desk.samples import shell_in

from agentdesk.desk.assist import beginning
from agentdesk.desk.pages.queue.composer import Composer
from agentdesk.desk.pages.queue.conversation import ConversationPanel
from agentdesk.desk.shell import Shell


@pytest.fixture(autouse=True)
def no_window_is_left(qapp: QApplication) -> Iterator[None]:
    """Destroys what a test leaves on the screen, whoever still holds on to it."""
    yield
    left = [widget for widget in QApplication.topLevelWidgets() if widget.parent() is None]
    if not left:
        return  # looking for garbage is dear, and most tests open nothing
    for widget in left:
        widget.deleteLater()
    left.clear()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # type: ignore[arg-type]
    gc.collect()


@pytest.fixture(autouse=True)
def no_suggestions(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process more for each desk that stands for long is for those tests that begin it themselves."""
    monkeypatch.setattr(beginning, "LATER_MS", 3_600_000)


@pytest.fixture
def shell(tmp_path: Path, qtbot: QtBot) -> Shell:
    """A shell in the usual size, for pages of which a test says more."""
    made = shell_in(tmp_path)
    made.resize(1440, 900)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def desk() -> Iterator[FakeDesk]:
    """A desk with one case."""
    made = FakeDesk()
    made.open_case()
    yield made
    made.close()


@pytest.fixture
def panel(qtbot: QtBot, desk: FakeDesk) -> ConversationPanel:
    """The case, open."""
    made = ConversationPanel(desk)
    qtbot.addWidget(made)
    made.resize(690, 700)
    made.show()
    made.show_case("c1")
    return made


@pytest.fixture
def composer(qtbot: QtBot, desk: FakeDesk) -> Composer:
    """A composer on the case."""
    made = Composer(desk)
    qtbot.addWidget(made)
    made.resize(600, 200)
    made.show()
    made.show_case("c1", "chat")
    return made
