"""Entries of the log, newest first: one model over answers that come page by page, and how a row is painted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelection,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from agentdesk.desk.icons import paint_icon
from agentdesk.desk.names import number
from agentdesk.desk.pages.audit.words import OUTCOMES, moment, short, touched
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import color, font, metrics, scaled
from agentdesk.desk.widgets.paint import focus_ring
from agentdesk.desk.widgets.rowlist import RowList
from agentdesk.domain.audit.leaf import Leaf

ENTRY = int(Qt.ItemDataRole.UserRole) + 1
LINE = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
Index = QModelIndex | QPersistentModelIndex
Entry = tuple[Leaf, bytes]


class EntriesModel(QAbstractListModel):
    """`more` is called with where the next page begins, once for each page; `add` brings it."""

    def __init__(self, more: Callable[[int], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._more, self._entries = more, list[Entry]()
        self._before, self._waits = 0, False

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or not 0 <= index.row() < len(self._entries):
            return None
        leaf = self._entries[index.row()][0]
        if role == ENTRY:
            return self._entries[index.row()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            outcome = tr(OUTCOMES[leaf.outcome][0])
            return f"{number(leaf.index)}, {leaf.command}, {outcome}, {moment(leaf.time)}, {touched(leaf)}"
        return None

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and bool(self._before) and not self._waits

    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent):
            self._waits = True
            self._more(self._before)

    def clear(self) -> None:
        """Another question is being put."""
        self.beginResetModel()
        self._entries, self._before, self._waits = [], 0, False
        self.endResetModel()

    def add(self, entries: Sequence[Entry], before: int) -> None:
        """The next page, and where the one after it begins (0: there is none)."""
        if entries:
            self.beginInsertRows(QModelIndex(), len(self._entries), len(self._entries) + len(entries) - 1)
            self._entries += entries
            self.endInsertRows()
        self._before, self._waits = before, False

    def gave_up(self) -> None:
        """The page could not be had: it may be asked for again."""
        self._waits = False


class EntryDelegate(QStyledItemDelegate):
    """Two lines: the command with its outcome and time, then whom and what it was about."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, scaled(56))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry = index.data(ENTRY)
        if entry is None:
            return
        painter.save()
        painter.setLayoutDirection(option.direction)
        self._paint(painter, option.rect, option.state, entry[0], option.direction == Qt.LayoutDirection.RightToLeft)
        painter.restore()

    def _paint(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag, leaf: Leaf, rtl: bool) -> None:
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        hover = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.fillRect(rect, color("accent_soft" if chosen else "hover" if hover else "surface"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), color("line_soft"))
        if state & QStyle.StateFlag.State_HasFocus and not chosen:
            focus_ring(painter, rect.adjusted(1, 1, -1, -2), 4)

        def place(left: int, top: int, width: int, height: int) -> QRect:
            at = rect.right() - (left - rect.left()) - width + 1 if rtl else left
            return QRect(at, top, width, height)

        _, ink, icon = OUTCOMES[leaf.outcome]
        side, lead, end = scaled(15), rect.left() + 14 + scaled(25), rect.right() - 14
        paint_icon(painter, place(rect.left() + 14, rect.top() + scaled(11), side, side), icon, ink)
        when = moment(leaf.time)
        wide = metrics("caption", "body", True).horizontalAdvance(when) + 2
        top, low = rect.top() + scaled(8), rect.top() + scaled(29)
        _words(painter, place(end - wide, top, wide, scaled(20)), when, ("caption", "body", "muted"))
        _words(painter, place(lead, top, end - wide - 8 - lead, scaled(20)), leaf.command, ("body", "strong", "text"))
        about = tr("#{n} · person {who} · {what}", n=number(leaf.index), who=short(leaf.actor), what=touched(leaf))
        _words(painter, place(lead, low, end - lead, scaled(18)), about, ("caption", "body", "muted"))


def _words(painter: QPainter, area: QRect, text: str, look: tuple[str, str, str]) -> None:
    role, weight, ink = look
    painter.setFont(font(role, weight, True))
    painter.setPen(color(ink))
    shown = metrics(role, weight, True).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, LINE | Qt.AlignmentFlag.AlignLeft, shown)


class EntryList(RowList):
    """`chosen` tells the entry that the person looks at."""

    chosen = Signal(object)

    def __init__(self, model: EntriesModel, parent: QWidget | None = None) -> None:
        super().__init__(tr("Entries"), parent)
        self.setItemDelegate(EntryDelegate(self))
        self.setModel(model)

    def selectionChanged(self, now: QItemSelection, before: QItemSelection) -> None:
        super().selectionChanged(now, before)
        rows = self.selectedIndexes()
        self.chosen.emit(rows[0].data(ENTRY) if rows else None)
