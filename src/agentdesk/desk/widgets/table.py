"""A table of things: painted cells, sorted by a click on a title, one row chosen; the choice stays on its thing."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from PySide6.QtCore import QItemSelection, QModelIndex, QObject, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from agentdesk.desk.models.table import CELL, ITEM, Cell, Column, TableModel
from agentdesk.desk.theme import color, font, metrics, scaled
from agentdesk.desk.widgets.paint import chip_size, focus_ring, paint_chip

Index = QModelIndex | QPersistentModelIndex
LINE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine
HIGH, EDGE, GAP = 38, 14, 10


class Cells(QStyledItemDelegate):
    """Paints a `Cell`: a chip, or words that give way."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell = index.data(CELL)
        if cell is None:
            return
        painter.save()
        painter.setLayoutDirection(option.direction)
        state, rect = option.state, option.rect
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        hover = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.fillRect(rect, color("accent_soft" if chosen else "hover" if hover else "surface"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), color("line_soft"))
        rtl = option.direction == Qt.LayoutDirection.RightToLeft
        if index.column() == 0 and chosen:
            bar = QRect(rect.right() - 2 if rtl else rect.left(), rect.top(), 3, rect.height())
            painter.fillRect(bar, color("accent"))
        lead = EDGE if index.column() == 0 else GAP
        self._cell(painter, rect.adjusted(4, 0, -lead, 0) if rtl else rect.adjusted(lead, 0, -4, 0), cell, rtl)
        if state & QStyle.StateFlag.State_HasFocus and not chosen:
            focus_ring(painter, rect.adjusted(1, 1, -1, -2), 4)
        painter.restore()

    def _cell(self, painter: QPainter, room: QRect, cell: Cell, rtl: bool) -> None:
        if cell.tone:
            size = chip_size(cell.text)
            wide = min(size.width(), room.width())
            left = room.right() - wide + 1 if rtl else room.left()
            at = QRect(left, room.center().y() - size.height() // 2, wide, size.height())
            paint_chip(painter, at, cell.text, cell.tone)
            return
        weight = "strong" if cell.strong else "body"
        painter.setFont(font("small", weight, True))
        painter.setPen(color(cell.ink))
        shown = metrics("small", weight, True).elidedText(cell.text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, LINE, shown)


class Table(QTableView):
    """`chosen` tells the thing that the person looks at, or None. `first` is the column it is sorted by at first."""

    chosen = Signal(object)

    def __init__(
        self, name: str, columns: list[Column], first: int = 0, down: bool = False,
        id_of: Callable[[Any], str] = attrgetter("id"), parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setAccessibleName(name)
        self._columns, self._id_of = columns, id_of
        self.things = TableModel(columns, id_of, self)
        self._last = ""
        self.setModel(self.things)
        self.setItemDelegate(Cells(self))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSortingEnabled(True)
        self._dress(name)
        order = Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder
        self.sortByColumn(first, order)
        self.things.modelAboutToBeReset.connect(self._note)
        self.things.modelReset.connect(self._again)

    def _dress(self, name: str) -> None:
        """Headers and corner are controls of their own to a screen reader."""
        across, down = self.horizontalHeader(), self.verticalHeader()
        across.setAccessibleName(name)
        across.setHighlightSections(False)
        across.setMinimumSectionSize(scaled(40))
        across.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setAccessibleName(name)
        down.hide()
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setDefaultSectionSize(scaled(HIGH))
        if (corner := self.findChild(QAbstractButton)) is not None:
            corner.setAccessibleName(name)
            corner.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            corner.setEnabled(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Columns of a given width keep it while there is room; the last ones go first where there is none."""
        room, least = self.viewport().width(), scaled(110)
        open_ended = [at for at, one in enumerate(self._columns) if not one.width]
        shown = list(range(len(self._columns)))
        while len(shown) > 1 and self._need(shown, least) > room:
            shown.pop()
        rest = max(0, room - self._need([at for at in shown if at not in open_ended], 0))
        shares = [at for at in shown if at in open_ended] or shown[:1]
        for at, one in enumerate(self._columns):
            self.setColumnHidden(at, at not in shown)
            if at in shares:
                more = rest if one.width == 0 else rest + scaled(one.width)
                self.horizontalHeader().resizeSection(at, max(least, more // len(shares)))
            elif at in shown:
                self.horizontalHeader().resizeSection(at, scaled(one.width))

    def _need(self, shown: list[int], least: int) -> int:
        return sum(scaled(self._columns[at].width) or least for at in shown)

    # --- What is chosen ---

    def selectionChanged(self, now: QItemSelection, before: QItemSelection) -> None:
        super().selectionChanged(now, before)
        self.chosen.emit(self.current())

    def current(self) -> Any:
        """The thing that is chosen; None if none is."""
        rows = self.selectionModel().selectedRows() if self.selectionModel() is not None else []
        return rows[0].data(ITEM) if rows else None

    def choose(self, id: str) -> bool:
        """Choose a thing by its id; whether it is listed."""
        row = self.things.row_of(id)
        if row < 0:
            return False
        self.setCurrentIndex(self.things.index(row, 0))
        return True

    def step(self, by: int) -> None:
        """The next or the previous row."""
        count = self.things.rowCount()
        if count:
            row = self.currentIndex().row() + by if self.current() is not None else 0
            self.setCurrentIndex(self.things.index(max(0, min(count - 1, row)), 0))

    def _note(self) -> None:
        current = self.current()
        self._last = self._id_of(current) if current is not None else ""

    def _again(self) -> None:
        if self._last and not self.choose(self._last):
            self.chosen.emit(None)
