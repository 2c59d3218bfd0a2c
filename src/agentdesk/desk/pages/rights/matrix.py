"""The one table of rights: permissions down, roles across, painted as marks."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from agentdesk.desk.icons import paint_icon
from agentdesk.desk.pages.rights.words import AREAS, area_of, role_word
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import color, font, scaled
from agentdesk.domain.kernel import PERMISSIONS, ROLES, may

PERMISSION = int(Qt.ItemDataRole.UserRole) + 1
HELD = int(Qt.ItemDataRole.UserRole) + 2
Index = QModelIndex | QPersistentModelIndex


def rows() -> list[tuple[str, str]]:
    """(area, permission) in order; a row that opens an area has no permission."""
    found: list[tuple[str, str]] = []
    for area in AREAS:
        held = [permission for permission in PERMISSIONS if area_of(permission) == area]
        if held:
            found += [(area, ""), *((area, permission) for permission in held)]
    return found


class RightsModel(QAbstractTableModel):
    """The table as it is in the program; nothing here can change it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows, self._roles = rows(), tuple(ROLES)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._roles) + 1

    def opens_area(self, row: int) -> bool:
        """Whether a row only names the area that begins."""
        return not self._rows[row][1]

    def role_at(self, column: int) -> str:
        """The role of a column; empty for the first."""
        return self._roles[column - 1] if column else ""

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        area, permission = self._rows[index.row()]
        words = tr(PERMISSIONS[permission]) if permission else tr(AREAS[area])
        held = bool(permission and index.column()) and may(self.role_at(index.column()), permission)
        if role == Qt.ItemDataRole.DisplayRole:
            return words if index.column() == 0 else None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(words, permission, index.column(), held)
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{words}\n{permission}" if permission else None
        return permission if role == PERMISSION else held if role == HELD else None

    def _spoken(self, words: str, permission: str, column: int, held: bool) -> str:
        if not column or not permission:
            return words
        name = role_word(self.role_at(column))
        return (
            tr("{role}: yes. {right}", role=name, right=words)
            if held
            else tr("{role}: no. {right}", role=name, right=words)
        )

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole and not section:
            return Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading  # above the words of its column
        if role != Qt.ItemDataRole.DisplayRole or way != Qt.Orientation.Horizontal:
            return None
        return role_word(self.role_at(section)) if section else tr("Right")


class Marks(QStyledItemDelegate):
    """A mark where a role holds a right; the column of the role that is looked at stands out."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.chosen = ""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, RightsModel)
        rect: QRect = option.rect
        opens, role = model.opens_area(index.row()), model.role_at(index.column())
        if opens:
            painter.fillRect(rect, color("sunken"))
        elif role and role == self.chosen:
            painter.fillRect(rect, color("accent_soft"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), color("line_soft"))
        if not index.column():
            painter.setFont(font("caption" if opens else "small", "strong" if opens else "body"))
            painter.setPen(color("muted" if opens else "text"))
            room = rect.adjusted(14, 0, -6, 0)
            words = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, words)
        elif index.data(HELD):
            side = scaled(15)
            at = QRect(rect.center().x() - side // 2, rect.center().y() - side // 2, side, side)
            paint_icon(painter, at, "ph.check-circle-fill", "accent" if role == self.chosen else "good")
        elif not opens:
            painter.fillRect(QRect(rect.center().x() - 3, rect.center().y(), 7, 1), color("line"))


class RightsTable(QTableView):
    """`look_as` lets the column of one role stand out."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Rights of each role"))
        self.setModel(RightsModel(self))
        self._marks = Marks(self)
        self.setItemDelegate(self._marks)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(scaled(28))
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self._name_parts()
        across = self.horizontalHeader()
        across.setHighlightSections(False)
        across.setMinimumSectionSize(scaled(58))
        across.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        across.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._fit()

    def _name_parts(self) -> None:
        """Headers and corner are controls of their own to a screen reader."""
        self.horizontalHeader().setAccessibleName(tr("Roles"))
        self.verticalHeader().setAccessibleName(tr("Rights"))
        if (corner := self.findChild(QAbstractButton)) is not None:
            corner.setAccessibleName(tr("Rights of each role"))
            corner.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            corner.setEnabled(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """In a narrow window the marks give way to the words."""
        columns = self.model().columnCount() - 1
        room = (self.viewport().width() - scaled(250)) // columns
        for column in range(1, columns + 1):
            least = max(scaled(58), self.horizontalHeader().sectionSizeHint(column))
            self.horizontalHeader().resizeSection(column, max(least, min(scaled(84), room)))

    def look_as(self, role: str) -> None:
        """The role that is looked at; empty for none."""
        self._marks.chosen = role
        self.viewport().update()
