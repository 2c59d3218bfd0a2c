"""How long it takes until a conversation of 400 messages is painted, and until a scrolled one is: median and worst."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtWidgets import QApplication
from tests.desk.fake_desk import MINUTE, NOW, FakeDesk

from agentdesk.desk.pages.queue.conversation import ConversationPanel
from agentdesk.desk.pages.queue.timeline_source import Source
from agentdesk.desk.settings import Settings
from agentdesk.desk.theme import Theme
from agentdesk.domain.cases import ReadMark, Reply

MESSAGES, LIMIT_MS, ROUNDS = 400, 50.0, 15


def tell(desk: FakeDesk, case: str) -> None:
    """Four hundred messages of many lengths."""
    desk.open_case(case)
    for number in range(MESSAGES // 2):
        desk.time = NOW - (MESSAGES - number) * MINUTE
        desk.receive(f"Question {number}: " + "why does it take so long " * (number % 12), case=case)
        answer = f"Answer {number} " + "it is on its way, have a look at https://shop.example.org " * (number % 9)
        desk.do(Reply(case=case, message=f"{case}-{number}", text=answer, seen=9999))
    desk.time = NOW


def timed(do: Callable[[], None]) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    do()
    return (time.perf_counter() - start) * 1000


def open_and_paint(panel: ConversationPanel, case: str) -> None:
    """As when a row of the list is chosen: the whole panel is on the screen when this returns."""
    panel.show_case(case)
    panel.repaint()


def load_all(desk: FakeDesk, panel: ConversationPanel) -> None:
    """The worst case: the first message is unread, so all 400 are read and the first ones shown."""
    open_and_paint(panel, "c1")
    assert len(panel.timeline.entries.items) > MESSAGES


def scroll(panel: ConversationPanel, by: int) -> None:
    """One turn of the wheel, painted."""
    bar = panel.timeline.verticalScrollBar()
    bar.setValue(bar.value() - by)
    panel.timeline.viewport().repaint()


def main() -> None:
    """Print the table."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    Theme(app, Settings(Path(tempfile.mkdtemp())))
    desk = FakeDesk()
    for case in ("c1", "c2"):
        tell(desk, case)
    panel = ConversationPanel(desk)
    panel.resize(690, 850)
    panel.show()
    app.processEvents()
    cold = timed(lambda: open_and_paint(panel, "c1"))
    warm = [timed(lambda case=case: open_and_paint(panel, case)) for _ in range(ROUNDS) for case in ("c2", "c1")]  # type: ignore[misc]
    panel.show_case(None)
    desk.put(ReadMark("mina:c1", "user:mina", 1, "mina", "c1", 1))
    unread = timed(lambda: load_all(desk, panel))
    assert len(Source(desk, "c1").messages) < MESSAGES
    turns = [timed(lambda: scroll(panel, -160)) for _ in range(150)]
    worst = sorted(turns)[int(len(turns) * 0.99) - 1]
    rows = (
        ("open and paint, first time", cold), ("open and paint, median", statistics.median(warm)),
        ("open and paint, worst", max(warm)), ("open at the first of 400 unread", unread),
        ("scroll and paint, median", statistics.median(turns)), ("scroll and paint, p99", worst),
    )  # fmt: skip
    for name, took in rows:
        print(f"conversation of {MESSAGES}: {name:34} {took:7.1f} ms  {took / LIMIT_MS:5.2f} of {LIMIT_MS:.0f} ms")


if __name__ == "__main__":
    main()
