"""Which part of a timeline is seen, laid out exactly; the rest is a guess that is refined when there is time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect

from agentdesk.desk.desk import Desk
from agentdesk.desk.pages.queue.timeline_items import Item
from agentdesk.desk.pages.queue.timeline_layout import Laid, estimator, lay_out
from agentdesk.desk.pages.queue.timeline_said import said_of
from agentdesk.desk.pages.queue.timeline_stack import Anchor, Stack
from agentdesk.desk.pages.queue.timeline_thumbs import Thumbs

if TYPE_CHECKING:
    from agentdesk.desk.pages.queue.timeline import Timeline

KEPT = 150
"""So many laid-out entries are kept; the height of every one is."""
ROUNDS = 8
BOTTOM = 14


class Scroll:
    """Holds a timeline's place: at its end, or with one entry that stays where it is whatever comes or grows."""

    def __init__(self, view: Timeline, desk: Desk) -> None:
        self._view, self._desk = view, desk
        self._stack = Stack()
        self._laid: dict[str, Laid] = {}
        self._whole: set[str] = set()
        self._anchor: Anchor | None = None  # None: at the end
        self._busy = False
        self.thumbs = Thumbs(desk, lambda digest: view.picture_came(digest), view.devicePixelRatioF)

    @property
    def _items(self) -> list[Item]:
        return self._view.entries.items

    def clear(self) -> None:
        """Another case."""
        self._stack = Stack()
        self._laid.clear()
        self._whole.clear()
        self._anchor = None

    def show(self, items: Sequence[Item]) -> None:
        """These entries now."""
        guess = estimator(self._width())
        self._stack.show([item.key for item in items], lambda row: guess(items[row]))
        for key in [key for key in self._laid if self._stack.row(key) < 0]:
            del self._laid[key]

    def begin(self, row: int) -> None:
        """Stand with this row at the top; -1: at the end."""
        self._anchor = None
        if row >= 0:
            self._anchor = Anchor(self._stack.keys[row], 12)

    def forget(self) -> None:
        """Another width or look: measure anew, staying where one is."""
        if self._stack.keys and self._anchor is not None:
            self._anchor = self._anchor_at(self._value())
        self._laid.clear()
        self._stack.forget()
        self.show(self._items)

    def doubt(self, key: str) -> None:
        """An entry is not what it was."""
        self._laid.pop(key, None)
        self._stack.doubt(key)

    def show_whole(self, key: str) -> None:
        """Show a long text to its end."""
        self._whole.add(key)
        self.doubt(key)

    # --- Laying out ---

    def arrange(self) -> None:
        """Lay out exactly what is seen; what is held on to stays where it is."""
        if self._busy or not self._stack.keys:
            return
        self._busy = True
        try:
            for _ in range(ROUNDS):
                top = self._wanted_top()
                rows = self._stack.rows_in(top, top + self._height())
                if not self._settle(self._stack.keys[row] for row in rows):
                    break
            self._move_bar(round(self._wanted_top()))
            self._trim(rows)
        finally:
            self._busy = False

    def _settle(self, keys: Iterable[str]) -> bool:
        """Lay out these entries; whether any has another height than was thought."""
        changed = [key for key in keys if self._stack.settle(key, self._of(key).height)]
        if changed:
            self._stack.resum()
        return bool(changed)

    def _of(self, key: str) -> Laid:
        if key not in self._laid:
            item = self._items[self._stack.row(key)]
            said = said_of(item, self._desk)
            self._laid[key] = lay_out(item, said, self._width(), self.thumbs.get, key in self._whole)
        return self._laid[key]

    def _wanted_top(self) -> float:
        end = max(0.0, self._stack.total + BOTTOM - self._height())
        place = None if self._anchor is None else self._stack.place(self._anchor)
        if self._anchor is not None and place is None:  # what one held on to is gone: stay about here
            place = self._value()
        return end if place is None else min(end, max(0.0, place))

    def _move_bar(self, top: int) -> None:
        bar = self._view.verticalScrollBar()
        bar.setPageStep(round(self._height()))
        bar.setRange(0, max(0, round(self._stack.total + BOTTOM - self._height())))
        bar.setValue(top)

    def _trim(self, rows: range) -> None:
        if len(self._laid) > KEPT:
            keep = {self._stack.keys[row] for row in rows}
            self._laid = {key: laid for key, laid in self._laid.items() if key in keep}

    def guesses(self) -> bool:
        """Whether any height is still a guess."""
        return bool(self._stack.guessed())

    def refine(self, count: int) -> bool:
        """Measure some entries that are not seen; whether some are left."""
        left = self._stack.guessed()
        if not self._busy and left:
            self._hold()
            self._busy = True
            self._settle(left[:count])
            self._busy = False
            self.arrange()
        return len(left) > count

    def _hold(self) -> None:
        if self._anchor is not None:
            self._anchor = self._anchor_at(self._wanted_top())

    # --- Moving ---

    def moved(self) -> bool:
        """The bar was moved by hand: hold on to what is seen now. False if it moved by itself."""
        if self._busy or not self._stack.keys:
            return False
        bar = self._view.verticalScrollBar()
        self._anchor = None if bar.value() >= bar.maximum() - 2 else self._anchor_at(bar.value())
        return True

    def _anchor_at(self, y: float) -> Anchor | None:
        """What to hold on to: the first message in sight, for days and lines move when older messages come."""
        rows = self._stack.rows_in(y, y + self._height())
        firm = (row for row in rows if self._items[row].kind in ("message", "event"))
        row = next(firm, self._stack.at(y))
        return Anchor(self._stack.keys[row], self._stack.top(row) - y) if row >= 0 else None

    def at_end(self) -> bool:
        """Whether the newest entry is in sight and new ones will be."""
        return self._anchor is None

    def reveal(self, row: int) -> None:
        """Bring a row into sight, moving as little as possible."""
        top, bottom = self._stack.top(row), self._stack.top(row) + self._stack.height(row)
        value = self._value()
        above, below = top < value, bottom > value + self._height()
        if above and below:  # fills the window: nothing to do
            return
        to_top = below if bottom - top > self._height() else above  # a tall one shows the side one comes from
        if to_top:
            self._anchor = Anchor(self._stack.keys[row], 8)
        elif above or below:
            self._anchor = Anchor(self._stack.keys[row], self._height() - (bottom - top) - 8)
            if row == len(self._stack.keys) - 1:
                self._anchor = None

    def visible_rows(self) -> range:
        """The rows in sight."""
        return self._stack.rows_in(self._value(), self._value() + self._height() - 1)

    def laid_at(self, row: int) -> tuple[float, Laid]:
        """A row, laid out, and where it begins in the window onto the stack."""
        return self._stack.top(row) - self._value(), self._of(self._stack.keys[row])

    def rect(self, row: int) -> QRect:
        """The place of a row in the view."""
        if not 0 <= row < len(self._stack.keys):
            return QRect()
        top = round(self._stack.top(row) - self._value())
        return QRect(0, top, self._width(), round(self._stack.height(row)))

    def row_at(self, y: float) -> int:
        """The row at a height in the view."""
        return self._stack.at(y + self._value())

    def _value(self) -> float:
        return float(self._view.verticalScrollBar().value())

    def _width(self) -> int:
        return max(240, self._view.viewport().width())

    def _height(self) -> float:
        return float(max(1, self._view.viewport().height()))
