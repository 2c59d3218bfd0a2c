"""Parts of the context zone: a section with a title, rows of facts, lines one can press, words one can take off."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLayout, QLayoutItem, QSizePolicy, QVBoxLayout, QWidget

from agentdesk.desk.texts import tr
from agentdesk.desk.theme import metrics
from agentdesk.desk.widgets.badges import Chip
from agentdesk.desk.widgets.buttons import Button, IconButton
from agentdesk.desk.widgets.frames import empty
from agentdesk.desk.widgets.labels import ElidedLabel, hairline, label


class Section(QWidget):
    """A titled part with a hairline above; add to `box`. `fresh` says whether what it shows has changed."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self.line = hairline("soft")
        outer.addWidget(self.line)
        self.box = QVBoxLayout()
        self.box.setContentsMargins(14, 11, 14, 12)
        self.box.setSpacing(7)
        self.title = ElidedLabel(title, "section")
        self.box.addWidget(self.title)
        outer.addLayout(self.box)
        self._shown: object = None

    def fresh(self, shown: object) -> bool:
        """Whether this is not what was shown last; remembers it."""
        changed = shown != self._shown
        self._shown = shown
        return changed


class Line(Button):
    """A line of text that can be pressed; cut where there is no room."""

    def __init__(self, words: str, name: str, press: Callable[[], object]) -> None:
        super().__init__(words.replace("&", "&&"), "link")
        self._words = words
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda: press())

    def sizeHint(self) -> QSize:
        measure = metrics("small", "strong")
        return QSize(measure.horizontalAdvance(self._words) + 8, measure.height() + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.width() - 6
        shown = metrics("small", "strong").elidedText(self._words, Qt.TextElideMode.ElideMiddle, room)
        self.setText(shown.replace("&", "&&"))
        self.setToolTip(self._words if shown != self._words else "")


class Facts(QWidget):
    """Names and values in two columns; a value is a text or a widget."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)

    def add(self, name: str, value: QWidget) -> None:
        """One more row."""
        row = self._grid.rowCount()
        self._grid.addWidget(label(name, "small"), row, 0, Qt.AlignmentFlag.AlignVCenter)
        where = Qt.AlignmentFlag.AlignVCenter
        if isinstance(value, Button):
            where |= Qt.AlignmentFlag.AlignLeft
        self._grid.addWidget(value, row, 1, where)


LEAST = 96


class Flow(QLayout):
    """Puts widgets side by side and goes on below when a line is full; what is wider than a line is cut to it."""

    def __init__(self, gap: int = 5) -> None:
        super().__init__()
        self._gap = gap
        self._items: list[QLayoutItem] = []

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), move=False)

    def sizeHint(self) -> QSize:
        return QSize(120, self.heightForWidth(120))

    def minimumSize(self) -> QSize:
        widths = [item.minimumSize().width() for item in self._items]
        return QSize(min(LEAST, max(widths, default=0)), 0)

    def setGeometry(self, area: QRect) -> None:
        super().setGeometry(area)
        self._place(area, move=True)

    def _place(self, area: QRect, move: bool) -> int:
        x, y, high = area.left(), area.top(), 0
        for item in self._items:
            size = item.sizeHint().boundedTo(QSize(max(LEAST, area.width()), item.sizeHint().height()))
            if x > area.left() and x + size.width() > area.right() + 1:
                x, y, high = area.left(), y + high + self._gap, 0
            if move:
                item.setGeometry(QRect(QPoint(x, y), size))
            x, high = x + size.width() + self._gap, max(high, size.height())
        return y + high - area.top()


def chips(layout: QLayout, words: Sequence[str], remove: Callable[[str], object]) -> None:
    """Fill a layout with words that can be taken off."""
    empty(layout)
    for word in words:
        layout.addWidget(_chip(word, remove))


def _chip(word: str, remove: Callable[[str], object]) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    cross = IconButton("ph.x", tr("Take off {name}", name=word), size=9)
    cross.clicked.connect(lambda: remove(word))
    row.addWidget(Chip(word))
    row.addWidget(cross)
    return holder
