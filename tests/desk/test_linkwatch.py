"""What is said about the connection: nothing of a short break, and what to do where waiting does not help."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot
from tests.desk.fake_desk import NOW

from agentdesk.desk import linkwatch
from agentdesk.desk.linkwatch import LinkWatch
from agentdesk.desk.statusline import StatusLine
from agentdesk.desk.widgets.frames import Banner
from agentdesk.sync.apart import Apart
from agentdesk.sync.news import Status
from agentdesk.sync.phases import Phase

LIVE = Status(Phase.LIVE, True)


class Live(QObject):
    """A desk as far as its connection goes."""

    status_changed, refused = Signal(object), Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.status, self.held_back, self.synced_at = LIVE, 0, NOW

    def now(self) -> int:
        return NOW

    def waiting(self) -> dict[str, int]:
        return {"case.reply": 1} if self.status is not LIVE else {}

    def come(self, status: Status) -> None:
        self.status = status
        self.status_changed.emit(status)


@pytest.mark.parametrize(("apart", "said"), [
    (Apart.NOTHING, "Offline since"),
    (Apart.SERVER_OLD, "The server is too old. Ask your administrator to update it."),
    (Apart.DESK_OLD, "Too old. Update AgentDesk"),
    (Apart.UNLIKE, "Not compatible. AgentDesk or the server is too old."),
    (Apart.REPLACED, "Open twice. Another desk has taken over."),
])  # fmt: skip
def test_why_there_is_no_connection_stays_until_there_is_one(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, apart: Apart, said: str
) -> None:
    monkeypatch.setattr(linkwatch, "GRACE_MS", 0)
    live, banner, line = Live(), Banner(), StatusLine(lambda: NOW)
    qtbot.addWidget(banner)
    qtbot.addWidget(line)
    desk: Any = live
    LinkWatch(desk, line, banner, lambda: None)
    assert banner.isHidden()
    live.come(Status(Phase.OFFLINE, True, apart=apart))
    qtbot.waitUntil(lambda: banner.accessibleName().startswith(said))
    assert line._word.text() == ("Stopped" if apart else "Offline")
    live.come(Status(Phase.CATCHING_UP, True, apart=apart))
    assert banner.isHidden() != bool(apart)  # it would end as the last one did
    live.come(LIVE)
    assert banner.accessibleName().startswith("Back online.")
    assert line._word.text() == "Live"
