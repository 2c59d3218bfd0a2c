"""How long it takes until a conversation of 400 messages is painted, and until a scrolled one is."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication
from tests.bench.figures import Figure, below, percentile, run
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
    run(measure, __doc__)


def measure(quick: bool) -> list[Figure]:
    """The panel as it stands in the queue page, over records in memory."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    with tempfile.TemporaryDirectory() as kept:
        theme = Theme(app, Settings(Path(kept)))
        found = opened(app, quick)
        theme.deleteLater()
    return found


def opened(app: QApplication, quick: bool) -> list[Figure]:
    """All figures, in the look that the application has."""
    desk = FakeDesk()
    for case in ("c1", "c2"):
        tell(desk, case)
    panel = ConversationPanel(desk)
    panel.resize(690, 850)
    panel.show()
    app.processEvents()
    cold = timed(lambda: open_and_paint(panel, "c1"))
    rounds = 5 if quick else ROUNDS
    warm = [timed(lambda case=case: open_and_paint(panel, case)) for _ in range(rounds) for case in ("c2", "c1")]  # type: ignore[misc]
    panel.show_case(None)
    desk.put(ReadMark("mina:c1", "user:mina", 1, "mina", "c1", 1))
    unread = timed(lambda: load_all(desk, panel))
    assert len(Source(desk, "c1").messages) < MESSAGES
    turns = [timed(lambda: scroll(panel, -160)) for _ in range(150)]
    name = f"Conversation of {MESSAGES} messages"
    return [
        below(f"{name}: opened and painted (median)", LIMIT_MS, statistics.median(warm), "ms",
              f"worst {max(warm):.0f} ms, the very first {cold:.0f} ms"),
        below(f"{name}: opened at the first of all unread", LIMIT_MS, unread, "ms"),
        below(f"{name}: scrolled and painted (p99)", LIMIT_MS, percentile(turns, 0.99), "ms",
              f"median {statistics.median(turns):.1f} ms"),
    ]  # fmt: skip


if __name__ == "__main__":
    main()
