"""The palette's list: group heads and entries as a model, and how its rows are drawn."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from agentdesk.desk.entries import Entry
from agentdesk.desk.icons import paint_icon
from agentdesk.desk.theme import color, font, metrics, scaled
from agentdesk.desk.widgets.paint import keycap_size, paint_keycap

Index = QModelIndex | QPersistentModelIndex
Row = str | Entry
ROW = Qt.ItemDataRole.UserRole


class PaletteModel(QAbstractListModel):
    """Heads (text) and entries in one list; heads cannot be chosen."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Row] = []

    def show_groups(self, groups: list[tuple[str, list[Entry]]]) -> None:
        """Show other groups."""
        self.beginResetModel()
        rows: list[Row] = []
        for head, entries in groups:
            rows += [head, *entries]
        self._rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    def row(self, at: int) -> Row:
        """The row at a place."""
        return self._rows[at]

    def next(self, at: int, step: int) -> int:
        """The next place that can be chosen, going round; -1 if there is none."""
        count = len(self._rows)
        places = ((at + step * turn) % count for turn in range(1, count + 1))
        return next((place for place in places if isinstance(self._rows[place], Entry)), -1) if count else -1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == ROW:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row if isinstance(row, str) else ", ".join(filter(None, (row.title, row.hint, row.key)))
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if index.isValid() and isinstance(self._rows[index.row()], Entry):
            return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        return Qt.ItemFlag.NoItemFlags


def row_height(row: Row) -> int:
    """The height of a head or an entry."""
    return scaled(27) if isinstance(row, str) else scaled(33)


class PaletteDelegate(QStyledItemDelegate):
    """Icon, title, hint, key cap; group heads small and pale."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, row_height(index.data(ROW)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(ROW)
        rect: QRect = option.rect
        rtl = option.direction == Qt.LayoutDirection.RightToLeft
        painter.save()
        painter.setLayoutDirection(option.direction)
        if isinstance(row, str):
            painter.setFont(font("caption", "strong"))
            painter.setPen(color("faint"))
            leading = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter  # the painter mirrors it
            painter.drawText(rect.adjusted(16, 4, -16, 0), leading, row)
        else:
            chosen = bool(option.state & QStyle.StateFlag.State_Selected)
            if chosen:
                painter.fillRect(rect, color("accent_soft"))
            _paint_entry(painter, rect.adjusted(16, 0, -16, 0), row, rtl, chosen)
        painter.restore()


def _paint_entry(painter: QPainter, rect: QRect, entry: Entry, rtl: bool, chosen: bool) -> None:
    """Lays the parts out left to right, then mirrors for right-to-left languages."""

    def place(left: int, width: int, height: int) -> QRect:
        at = rect.right() - (left - rect.left()) - width + 1 if rtl else left
        return QRect(at, rect.center().y() - height // 2 + 1, width, height)

    side, room = scaled(14), rect.right()
    paint_icon(painter, place(rect.left(), side, side), entry.icon, "accent" if chosen else "muted")
    if entry.key:
        size = keycap_size(entry.key)
        room -= size.width() + 12
        paint_keycap(painter, place(rect.right() - size.width() + 1, size.width(), size.height()), entry.key)
    lead = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    left, measure = rect.left() + side + 10, metrics("body")
    title = measure.elidedText(entry.title, Qt.TextElideMode.ElideRight, room - left)
    width = measure.horizontalAdvance(title)
    painter.setFont(font("body"))
    painter.setPen(color("text"))
    painter.drawText(place(left, width + 2, rect.height()), lead | Qt.TextFlag.TextSingleLine, title)
    if entry.hint and room - left - width > 40:
        hint = metrics("small").elidedText(entry.hint, Qt.TextElideMode.ElideRight, room - left - width - 12)
        painter.setFont(font("small"))
        painter.setPen(color("muted"))
        at = place(left + width + 12, metrics("small").horizontalAdvance(hint) + 2, rect.height())
        painter.drawText(at, lead | Qt.TextFlag.TextSingleLine, hint)
