"""The timeline: what was said in a case, painted; only what is seen is laid out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import (
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.pages.queue.timeline_found import FoundWords
from agentdesk.desk.pages.queue.timeline_hand import Hand
from agentdesk.desk.pages.queue.timeline_items import Item
from agentdesk.desk.pages.queue.timeline_jump import JumpButton
from agentdesk.desk.pages.queue.timeline_model import TimelineModel
from agentdesk.desk.pages.queue.timeline_paint import paint_entry
from agentdesk.desk.pages.queue.timeline_said import copied, spoken
from agentdesk.desk.pages.queue.timeline_scroll import Scroll
from agentdesk.desk.pages.queue.timeline_view import EntryView, Index
from agentdesk.desk.texts import tr

_LOOKS = (QEvent.Type.StyleChange, QEvent.Type.FontChange, QEvent.Type.PaletteChange)


class Timeline(EntryView):
    """Shows entries. `acted` tells a click on something in an entry (what, its target), `seen` the highest number
    that was on the screen, `top_reached` that older messages are wanted."""

    acted = Signal(str, str)
    seen = Signal(int)
    top_reached = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._seen = desk, 0
        self.setAccessibleName(tr("Conversation"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAutoScroll(False)  # a click on an entry must not move it
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.entries = TimelineModel(lambda item: spoken(item, desk), self)
        self.sight = Scroll(self, desk)
        self.hand = Hand(self)
        self.found = FoundWords(self, desk)
        self.jump = JumpButton(self)
        self.jump.clicked.connect(self.jump_to_newest)
        self._refine = QTimer(self, interval=0)
        self._refine.timeout.connect(self._refine_some)
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(self._count_down)
        self.setModel(self.entries)

    # --- What is shown ---

    def show_case(self, items: Sequence[Item], seen: int) -> None:
        """Another case: its newest words, or the first unread ones if there is a line."""
        self._seen = seen
        self.hand.clear()
        self.entries.show_items([])
        self.sight.clear()
        self.show_items(items)
        self.setCurrentIndex(QModelIndex())
        row = self.entries.row_of("unread")
        self.sight.begin(row)
        self._shown()

    def show_items(self, items: Sequence[Item]) -> None:
        """The same case as it is now; what one looks at stays where it is."""
        old = {item.key: item for item in self.entries.items}
        for item in items:
            if item.key in old and old[item.key] != item:
                self.sight.doubt(item.key)
        self.entries.show_items(items)
        self.found.look_again()
        self.sight.show(items)
        held = any(item.message is not None and item.message.state == "held" for item in items)
        self._second.start() if held else self._second.stop()
        self._shown()

    def seen_seq(self) -> int:
        """The highest number of a message that was on the screen."""
        return self._seen

    def jump_to_newest(self) -> None:
        """Go to the end and stay there."""
        self.sight.begin(-1)
        self._shown()

    def show_whole(self, key: str) -> None:
        """Show a long text to its end."""
        self.sight.show_whole(key)
        self._shown()

    def picture_came(self, digest: str) -> None:
        """A picture can be shown now."""
        for item in self.entries.items:
            if any(file.digest == digest for file in item.files):
                self.sight.doubt(item.key)
        self._shown()

    def _shown(self) -> None:
        """Lay out what is seen, and tell what follows from it."""
        self.sight.arrange()
        if self.sight.guesses():
            self._refine.start()
        self._tell_seen()
        newer = [i for i in self.entries.items if i.message and i.kind == "message" and i.message.seq > self._seen]
        self.jump.show_new(len(newer), not self.sight.at_end())
        self.viewport().update()

    def _tell_seen(self) -> None:
        if not self.isVisible():
            return
        rows = self.sight.visible_rows()
        numbers = [item.message.seq for item in self.entries.items[rows.start : rows.stop] if item.message]
        if numbers and max(numbers) > self._seen:
            self._seen = max(numbers)
            self.seen.emit(self._seen)

    def _refine_some(self) -> None:
        if not self.sight.refine(6):
            self._refine.stop()
        self.viewport().update()

    def _count_down(self) -> None:
        for item in self.entries.items:
            if item.message is not None and item.message.state == "held":
                self.sight.doubt(item.key)
        self._shown()

    def scrollTo(
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        if index.isValid():
            self.sight.reveal(index.row())
            self._shown()

    # --- Events ---

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        current = self.currentIndex().row() if self.hasFocus() else -1
        for row in self.sight.visible_rows():
            top, laid = self.sight.laid_at(row)
            painter.save()
            painter.translate(0, top)
            found = self.found.places_in(laid)
            paint_entry(painter, laid, self.hand.selection(laid.item.key), row == current, found)
            painter.restore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.sight.forget()
        self.jump.place()
        self._shown()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._shown()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        if self.sight.moved():
            self._shown()
            if self.verticalScrollBar().value() < self.viewport().height():
                self.top_reached.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in _LOOKS and hasattr(self, "sight"):
            self.sight.forget()
            self._shown()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        elif not self._scroll_by_key(event.key()):
            before = self.currentIndex()
            super().keyPressEvent(event)
            if self.currentIndex() != before:
                self.scrollTo(self.currentIndex())

    def _scroll_by_key(self, key: int) -> bool:
        """Pages scroll; up and down do within an entry that reaches out of sight. Whether the key was one of these."""
        bar, area = self.verticalScrollBar(), self.visualRect(self.currentIndex())
        within = {
            Qt.Key.Key_Up: self.currentIndex().isValid() and area.top() < 0,
            Qt.Key.Key_Down: self.currentIndex().isValid() and area.bottom() > self.viewport().height(),
            Qt.Key.Key_PageUp: True,
            Qt.Key.Key_PageDown: True,
        }
        if not within.get(Qt.Key(key), False):
            return False
        up = key in (Qt.Key.Key_Up, Qt.Key.Key_PageUp)
        share = 0.9 if key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown) else 0.4
        bar.setValue(bar.value() + round(self.viewport().height() * share) * (-1 if up else 1))
        return True

    def copy(self) -> bool:
        """Put the selected words, or those of the current message, on the clipboard; whether there were any."""
        text = self.hand.selected_text()
        if not text and self.currentIndex().isValid():
            text = copied(self.entries.items[self.currentIndex().row()], self._desk)
        if text:
            QGuiApplication.clipboard().setText(text)
        return bool(text)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.hand.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.hand.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.hand.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.hand.double(event)
