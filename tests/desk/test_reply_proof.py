"""The proof for a reply, from the message's menu: of the reply on which one stands, saved where one says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot
from tests.desk.fake_desk import FakeDesk

from agentdesk.desk.actions import Context
from agentdesk.desk.pages.queue.conversation import ConversationPanel
from agentdesk.desk.pages.queue.conversation_proof import message_menu
from agentdesk.desk.pages.queue.page import QueuePage
from agentdesk.desk.settings import Settings
from agentdesk.domain.cases import MESSAGES, Reply


class Saving(FakeDesk):
    """`why` is what the server says against it."""

    why = ""

    def __init__(self) -> None:
        super().__init__()
        self.saved: list[tuple[str, Path]] = []

    def save(
        self, where: str, path: Path, then: Callable[[str, str], None], so_far: Callable[[int], None] = lambda _: None
    ) -> None:
        self.saved.append((where, path))
        then("" if self.why else "ab", self.why)


@pytest.fixture
def desk() -> Iterator[Saving]:
    made = Saving()
    made._me = msgspec.structs.replace(made.me, role="supervisor")
    made.open_case()
    for id in ("r1", "r2"):
        made.do(Reply(case="c1", message=id, text=f"Answer {id}.", seen=99))
    yield made
    made.close()


@pytest.fixture
def panel(qtbot: QtBot, desk: Saving, tmp_path: Path) -> ConversationPanel:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1440, 900)
    page = QueuePage(desk, Settings(tmp_path), window)
    page.widget.setParent(window)
    page.widget.resize(1440, 900)
    window.show()
    page.show_case("c1")
    for message in desk.view.page(MESSAGES(case="c1"), limit=9):
        if message.kind == "reply":
            desk._write([("message", message.id, msgspec.structs.replace(message, state="sent"))])
    return page.conversation


def can(panel: ConversationPanel) -> bool:
    action = next(one for one in panel.actions() if one.id == "case.proof")
    return action.when(Context())


def test_the_menu_saves_the_proof_of_the_reply_under_the_pointer(
    panel: ConversationPanel, desk: Saving, tmp_path: Path
) -> None:
    items = panel.timeline.entries.items
    row = next(at for at, one in enumerate(items) if one.message is not None and one.message.id == "r1")
    middle = panel.timeline.visualRect(panel.timeline.entries.index(row, 0)).center()
    menu = message_menu(panel, QPoint(middle))
    assert menu is not None
    entry = next(one for one in menu.actions() if one.text().startswith("Save the proof"))
    entry.trigger()
    menu.close()
    dialog = next(one for one in panel.findChildren(QFileDialog))
    dialog.fileSelected.emit(str(tmp_path / "p.jsonl"))
    dialog.close()
    assert desk.saved == [("/api/v1/suggestions/replies/r1/proof", tmp_path / "p.jsonl")]
    assert "agentdesk verify-audit" in desk.sentences[-1]


def test_why_it_was_not_saved_is_said_and_who_may_not_has_no_such_entry(
    panel: ConversationPanel, desk: Saving, tmp_path: Path
) -> None:
    desk.why = "Not connected."
    assert can(panel)
    next(one for one in panel.actions() if one.id == "case.proof").run(Context())
    dialog = next(one for one in panel.findChildren(QFileDialog))
    dialog.fileSelected.emit(str(tmp_path / "p.jsonl"))
    dialog.close()
    assert desk.saved[-1][0].endswith("/r2/proof"), "the newest, where one stands on none"
    assert desk.sentences[-1].endswith("Not connected.")
    desk._me = msgspec.structs.replace(desk.me, role="agent")
    assert not can(panel)
