"""The timeline: what it says, what it lays out, what stays still, and what hostile text cannot do."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QAbstractItemModel, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QAbstractItemView
from pytestqt.qtbot import QtBot
from tests.desk.fake_desk import CHANNEL, MINUTE, NOW, FakeDesk

from agentdesk.desk.pages.queue.timeline import Timeline
from agentdesk.desk.pages.queue.timeline_items import Item, items_of
from agentdesk.desk.pages.queue.timeline_layout import LONG
from agentdesk.desk.pages.queue.timeline_source import PAGE, Source
from agentdesk.desk.pages.queue.timeline_stack import Anchor, Stack
from agentdesk.domain.cases import Assign, Claim, Merge, Note, Prioritise, Reply, Snooze, Solve
from agentdesk.domain.cases.states import MarkMessage


def shown(qtbot: QtBot, desk: FakeDesk, seen: int = 0, unread_after: int = -1) -> tuple[Timeline, Source]:
    """A timeline of the case, on a window of a usual size."""
    timeline = Timeline(desk)
    qtbot.addWidget(timeline)
    timeline.resize(680, 600)
    timeline.show()
    source = Source(desk, "c1")
    timeline.show_case(items_of(source.messages, source.files, (), unread_after), seen)
    return timeline, source


def fill(desk: FakeDesk, count: int) -> None:
    """Many messages, of many heights."""
    for number in range(count):
        desk.time += MINUTE
        desk.receive(f"Question {number} " + "word " * (number * 7 % 60))


def spoken(timeline: Timeline) -> list[str]:
    return [timeline.entries.index(row).data() for row in range(timeline.entries.rowCount())]


# --- What it says ---


def test_events_are_sentences(qtbot: QtBot, desk: FakeDesk) -> None:
    desk.do(Claim(case="c1"))
    desk.do(Assign(case="c1", assignee="dario"))
    desk.do(Prioritise(case="c1", priority=3))
    desk.do(Snooze(case="c1", until=NOW + 60 * MINUTE))
    desk.receive("Are you there?")
    desk.do(Solve(case="c1", seen=99))
    desk.receive("One more thing")
    desk.open_case("c2")
    desk.do(Merge(case="c2", into="c1"))
    text = "\n".join(spoken(shown(qtbot, desk)[0]))
    for sentence in (
        "Mina Kapoor took this conversation", "Mina Kapoor assigned this to Dario Vitale",
        "Mina Kapoor set the priority to urgent", "Mina Kapoor snoozed this until", "Awake again",
        "Mina Kapoor solved this", "Open again: the customer wrote", "Mina Kapoor merged #2 into this",
    ):  # fmt: skip
        assert sentence in text


def test_a_reply_says_how_far_it_got(qtbot: QtBot, desk: FakeDesk) -> None:
    desk.do(Reply(case="c1", message="held", text="held", seen=9, hold=8))
    for state in ("delivered", "read", "failed"):
        desk.do(Reply(case="c1", message=state, text=state, seen=99))
        desk.act(MarkMessage(message=state, state=state, error="mailbox is full"), CHANNEL)
    lines = [line.splitlines()[0] for line in spoken(shown(qtbot, desk)[0])]
    assert any(line.startswith("held 8 s, ") for line in lines)
    assert any(line.endswith(", delivered") for line in lines)
    assert any(line.endswith(", read") for line in lines)
    assert any(line.endswith("not delivered: mailbox is full") for line in lines)


def test_a_note_shows_names_and_that_it_is_internal(qtbot: QtBot, desk: FakeDesk) -> None:
    desk.do(Note(case="c1", message="n1", text="Please, @[dario] and @[nobody-known]."))
    timeline, _ = shown(qtbot, desk)
    said = spoken(timeline)[-1]
    assert "only your team sees this" in said
    assert said.endswith("Please, @Dario Vitale and @nobody-known.")


def test_days_unread_line_and_typing_stand_in_order(desk: FakeDesk) -> None:
    desk.time += 24 * 60 * MINUTE
    desk.receive("Next day")
    source = Source(desk, "c1")
    items = items_of(source.messages, {}, (), 1, "Lena is typing…")
    assert [item.kind for item in items] == ["day", "message", "day", "unread", "message", "typing"]


def test_messages_of_one_breath_stand_together(desk: FakeDesk) -> None:
    desk.receive("and another thing")
    desk.time += 10 * MINUTE
    desk.receive("later")
    joined = [item.joined for item in items_of(Source(desk, "c1").messages, {}) if item.kind == "message"]
    assert joined == [False, True, False]


# --- What is loaded ---


def test_only_a_page_is_read_and_older_ones_when_asked(desk: FakeDesk) -> None:
    fill(desk, 150)
    source = Source(desk, "c1")
    assert len(source.messages) == PAGE
    assert source.older()
    assert source.older()
    assert [message.seq for message in source.messages] == list(range(1, 152))
    assert not source.older()


def test_what_is_unread_is_loaded(desk: FakeDesk) -> None:
    fill(desk, 150)
    source = Source(desk, "c1")
    source.load_to(20)
    assert source.messages[0].seq <= 21


def test_a_message_that_left_the_case_goes(desk: FakeDesk) -> None:
    desk.open_case("c2", text="Mine")
    source = Source(desk, "c2")
    desk.listen(("message",), source.take)
    desk.do(Merge(case="c2", into="c1"))
    assert [message.text for message in source.messages] == []


# --- Laying out ---


def test_only_what_is_seen_is_laid_out_at_first(qtbot: QtBot, desk: FakeDesk) -> None:
    fill(desk, 400)
    source = Source(desk, "c1")
    source.load_to(0)
    timeline = Timeline(desk)
    qtbot.addWidget(timeline)
    timeline.resize(680, 600)
    timeline.show_case(items_of(source.messages, {}), 0)
    assert len(timeline.entries.items) > 400
    assert len(timeline.sight._laid) < 30
    assert timeline.sight.guesses()


def test_the_end_is_in_sight_and_stays_there(qtbot: QtBot, desk: FakeDesk) -> None:
    fill(desk, 40)
    timeline, source = shown(qtbot, desk)
    assert timeline.sight.at_end()
    assert timeline.seen_seq() == 41
    desk.receive("Newest " * 40)
    source.reload()
    timeline.show_items(items_of(source.messages, {}))
    assert timeline.seen_seq() == 42
    bar = timeline.verticalScrollBar()
    assert bar.value() == bar.maximum()


def place_of(timeline: Timeline, text: str) -> int:
    row = next(row for row, item in enumerate(timeline.entries.items) if item.message and item.message.text == text)
    return timeline.visualRect(timeline.entries.index(row)).top()


@pytest.mark.parametrize("older", [False, True])
def test_what_one_reads_stays_where_it_is(qtbot: QtBot, desk: FakeDesk, older: bool) -> None:
    fill(desk, 150)
    timeline, source = shown(qtbot, desk)
    bar = timeline.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    row = timeline.sight.visible_rows()[1]
    message = timeline.entries.items[row].message
    assert message is not None
    before = place_of(timeline, message.text)
    if older:
        source.older()
    else:
        desk.receive("Newest")
        source.reload()
    timeline.show_items(items_of(source.messages, {}))
    assert abs(place_of(timeline, message.text) - before) <= 1
    qtbot.waitUntil(lambda: not timeline.sight.guesses())
    assert abs(place_of(timeline, message.text) - before) <= 1


def test_new_ones_below_are_counted_and_jumped_to(qtbot: QtBot, desk: FakeDesk) -> None:
    fill(desk, 60)
    timeline, source = shown(qtbot, desk)
    assert timeline.jump.isHidden()
    timeline.verticalScrollBar().setValue(0)
    desk.receive("a")
    desk.receive("b")
    source.reload()
    timeline.show_items(items_of(source.messages, {}))
    assert timeline.jump.text() == "2 new"
    assert not timeline.jump.isHidden()
    assert timeline.seen_seq() == 61
    timeline.jump.click()
    assert timeline.jump.isHidden()
    assert timeline.seen_seq() == 63


def test_another_width_keeps_the_place(qtbot: QtBot, desk: FakeDesk) -> None:
    fill(desk, 60)
    timeline, _ = shown(qtbot, desk)
    timeline.verticalScrollBar().setValue(700)
    first = timeline.entries.items[timeline.sight.visible_rows()[0]].key
    timeline.resize(520, 600)
    assert timeline.entries.items[timeline.sight.visible_rows()[0]].key == first


def test_a_stack_finds_its_rows() -> None:
    stack = Stack()
    stack.show(["a", "b", "c"], lambda row: 10.0 * (row + 1))
    assert (stack.total, stack.at(-5), stack.at(10), stack.at(29), stack.at(999)) == (60, 0, 1, 1, 2)
    anchor = Anchor("b", -5)
    assert stack.settle("a", 40)
    stack.resum()
    assert stack.place(anchor) == 45
    stack.show(["b", "c"], lambda row: 0)
    assert stack.place(anchor) == 5


# --- Keys, mouse, clipboard, screen reader ---


def test_the_model_is_sound(qtbot: QtBot, desk: FakeDesk) -> None:
    timeline, source = shown(qtbot, desk)
    model: QAbstractItemModel = timeline.entries
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    fill(desk, 5)
    source.reload()
    timeline.show_items(items_of(source.messages, {}, (), 2, "typing"))
    timeline.show_items(items_of(source.messages[2:], {}))
    timeline.show_items([Item("x", "typing", text="x")])
    timeline.show_items([])
    assert model.rowCount() == 0


def test_up_and_down_go_from_message_to_message(qtbot: QtBot, desk: FakeDesk) -> None:
    fill(desk, 30)
    timeline, _ = shown(qtbot, desk)
    timeline.setFocus()
    qtbot.keyClick(timeline, Qt.Key.Key_Up)
    assert timeline.currentIndex().row() == timeline.entries.rowCount() - 1
    for _ in range(20):
        qtbot.keyClick(timeline, Qt.Key.Key_Up)
    row = timeline.currentIndex().row()
    assert row in timeline.sight.visible_rows()
    qtbot.keyClick(timeline, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    message = timeline.entries.items[row].message
    assert message is not None
    assert QGuiApplication.clipboard().text() == message.text
    before = timeline.verticalScrollBar().value()
    qtbot.keyClick(timeline, Qt.Key.Key_PageDown)
    assert timeline.verticalScrollBar().value() > before
    assert timeline.currentIndex().row() == row
    qtbot.keyClick(timeline, Qt.Key.Key_Home)
    assert timeline.currentIndex().row() == 1
    assert timeline.moveCursor(
        QAbstractItemView.CursorAction.MoveEnd, Qt.KeyboardModifier.NoModifier
    ).row() == timeline.entries.rowCount() - 1  # fmt: skip


def test_an_entry_taller_than_the_window_is_read_to_its_end(qtbot: QtBot, desk: FakeDesk) -> None:
    desk.receive("line\n" * 120)
    timeline, _ = shown(qtbot, desk)
    timeline.setFocus()
    timeline.setCurrentIndex(timeline.entries.index(timeline.entries.rowCount() - 1))
    end = timeline.verticalScrollBar().value()
    row = timeline.currentIndex().row()
    qtbot.keyClick(timeline, Qt.Key.Key_Up)
    assert timeline.verticalScrollBar().value() < end
    assert timeline.currentIndex().row() == row
    for _ in range(10):
        qtbot.keyClick(timeline, Qt.Key.Key_Down)
    assert timeline.verticalScrollBar().value() == timeline.verticalScrollBar().maximum()


def mouse(timeline: Timeline, kind: QEvent.Type, point: QPointF) -> None:
    button = Qt.MouseButton.LeftButton
    event = QMouseEvent(kind, point, timeline.viewport().mapToGlobal(point), button, button, _NO_KEYS)
    QGuiApplication.sendEvent(timeline.viewport(), event)


_NO_KEYS = Qt.KeyboardModifier.NoModifier


def text_point(timeline: Timeline, row: int, x: float, y: float = 8) -> QPointF:
    top, laid = timeline.sight.laid_at(row)
    return laid.text_at + QPointF(x, top + y)


def test_words_are_selected_with_the_mouse(qtbot: QtBot, desk: FakeDesk) -> None:
    timeline, _ = shown(qtbot, desk)
    mouse(timeline, QEvent.Type.MouseButtonPress, text_point(timeline, 1, 0))
    mouse(timeline, QEvent.Type.MouseMove, text_point(timeline, 1, 500))
    mouse(timeline, QEvent.Type.MouseButtonRelease, text_point(timeline, 1, 500))
    assert timeline.copy()
    assert QGuiApplication.clipboard().text() == "Hello, my parcel is late."
    mouse(timeline, QEvent.Type.MouseButtonDblClick, text_point(timeline, 1, 5))
    assert timeline.hand.selected_text() == "Hello"


def test_a_link_opens_only_when_pressed(qtbot: QtBot, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(
        "agentdesk.desk.pages.queue.timeline_hand.QDesktopServices.openUrl", lambda url: opened.append(url.toString())
    )
    desk.receive("https://example.org/a")
    timeline, _ = shown(qtbot, desk)
    row = timeline.entries.rowCount() - 1
    point = text_point(timeline, row, 20)
    mouse(timeline, QEvent.Type.MouseMove, point)
    assert opened == []
    mouse(timeline, QEvent.Type.MouseButtonPress, point)
    mouse(timeline, QEvent.Type.MouseButtonRelease, point)
    assert opened == ["https://example.org/a"]


def test_a_long_text_waits_until_it_is_asked_for(qtbot: QtBot, desk: FakeDesk) -> None:
    desk.receive("long " * 4000)
    timeline, _ = shown(qtbot, desk)
    row = timeline.entries.rowCount() - 1
    laid = timeline.sight.laid_at(row)[1]
    assert laid.document is not None
    assert laid.document.characterCount() < LONG + 10
    timeline.acted.connect(lambda action, target: timeline.show_whole(target))
    timeline.acted.emit("more", timeline.entries.items[row].key)
    laid = timeline.sight.laid_at(row)[1]
    assert laid.document is not None
    assert laid.document.characterCount() > 19_000


def test_everything_is_painted_without_a_complaint(qtbot: QtBot, desk: FakeDesk) -> None:
    desk.do(Note(case="c1", message="n1", text="@[dario]"))
    desk.do(Reply(case="c1", message="h", text="held", seen=99, hold=10))
    timeline, source = shown(qtbot, desk)
    timeline.show_items(items_of(source.messages, {}, ["h"], 1, "Lena is typing…"))
    timeline.setFocus()
    timeline.setCurrentIndex(timeline.entries.index(1))
    assert not timeline.grab().isNull()
    assert timeline.indexAt(QPoint(10, 5)).isValid()
