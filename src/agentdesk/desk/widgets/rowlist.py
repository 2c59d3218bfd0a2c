"""A list of painted rows: how it looks and scrolls, the ground of a row, and steps from one to the next."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from agentdesk.desk.models.list import RECORD
from agentdesk.desk.theme import color, scaled
from agentdesk.desk.widgets.paint import focus_ring


class RowPainter(QStyledItemDelegate):
    """Paints the ground; whoever builds on this paints the record on it (`_paint_record`)."""

    high = 62
    """Pixels at 100 %."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(120, scaled(self.high))

    def displayText(self, value: Any, locale: Any) -> str:
        return ""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        rect, state = option.rect, option.state
        painter.save()
        painter.setLayoutDirection(option.direction)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        hover = bool(state & QStyle.StateFlag.State_MouseOver)
        rtl = option.direction == Qt.LayoutDirection.RightToLeft
        painter.fillRect(rect, color("accent_soft" if chosen else "hover" if hover else "surface"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), color("line_soft"))
        if chosen:
            edge = QRect(rect.right() - 2 if rtl else rect.left(), rect.top(), 3, rect.height())
            painter.fillRect(edge, color("accent"))
        self._paint_record(painter, rect, index.data(RECORD), rtl, chosen)
        if state & QStyle.StateFlag.State_HasFocus:
            focus_ring(painter, rect.adjusted(1, 1, -1, -2), 4)
        painter.restore()

    def _paint_record(self, painter: QPainter, rect: QRect, record: Any, rtl: bool, chosen: bool) -> None:
        raise NotImplementedError


class RowList(QListView):
    """Of one column, with one height for all."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "rows")
        self.setAccessibleName(name)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)

    def step(self, by: int) -> None:
        """The next or the previous row."""
        count = self.model().rowCount()
        if count:
            row = self.currentIndex().row() + by if self.selectedIndexes() else 0
            self.setCurrentIndex(self.model().index(max(0, min(count - 1, row)), 0))
