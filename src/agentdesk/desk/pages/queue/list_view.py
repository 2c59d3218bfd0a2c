"""The list's view: tells what is in sight, keeps still under a pointer, moves by J and K."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyleOptionViewItem, QTableView, QWidget

from agentdesk.desk.models.fixed import FixedModel
from agentdesk.desk.models.list import RecordsModel
from agentdesk.desk.texts import tr

Model = RecordsModel | FixedModel


class CaseList(QTableView):
    """Rows of cases. `opened` tells a row that the person wants to see, `busy` whether rows must keep still.

    A table of one column: a list view asks the model for every row again whenever one of them changes.
    """

    opened = Signal(int)
    busy = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "rows")
        self.setAccessibleName(tr("Cases"))
        self._be_a_list()
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._busy = False
        self.verticalScrollBar().valueChanged.connect(lambda _: self.look())
        self.clicked.connect(lambda index: self.opened.emit(index.row()) if self.single() else None)

    def _be_a_list(self) -> None:
        """No grid, no headers, no moving by cells; rows of one height."""
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setAccessibleName(tr("Cases"))
            header.hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().setMinimumSectionSize(1)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def _measure(self) -> None:
        """Rows are as high as the delegate says, whatever is in them."""
        height = self.itemDelegate().sizeHint(QStyleOptionViewItem(), QModelIndex()).height()
        if height > 0 and height != self.verticalHeader().defaultSectionSize():
            self.verticalHeader().setDefaultSectionSize(height)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._measure()

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Home and End go to the first and the last row, not to a cell of this one."""
        ends = {QAbstractItemView.CursorAction.MoveHome: 0, QAbstractItemView.CursorAction.MoveEnd: -1}
        if action in ends and self.model() is not None:
            return self.model().index(ends[action] % max(1, self.model().rowCount()), 0)
        return super().moveCursor(action, modifiers)

    def show_model(self, model: Model) -> None:
        """List this."""
        self._measure()
        if self.model() is model:
            return
        before = self.selectionModel()
        self.setModel(model)
        if before is not None:
            before.deleteLater()
        self.look()

    def single(self) -> bool:
        """Whether one row is chosen, not several."""
        return len(self.selectionModel().selectedRows()) <= 1

    def rows(self) -> list[int]:
        """The chosen rows, in order."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def choose(self, row: int) -> None:
        """Choose one row and bring it into sight, without opening it."""
        index = self.model().index(row, 0) if row >= 0 else QModelIndex()
        flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
        if row >= 0:
            self.selectionModel().setCurrentIndex(index, flag)
        else:
            self.selectionModel().clear()

    def step(self, by: int) -> None:
        """Open the next or the previous row."""
        count = self.model().rowCount()
        if count:
            # A list that gets the focus has a current row before anybody has chosen one.
            now = self.currentIndex().row() if self.selectionModel().hasSelection() else -1
            row = max(0, min(count - 1, now + by)) if now >= 0 else 0
            self.choose(row)
            self.opened.emit(row)

    def look(self) -> None:
        """Tell the model what is in sight."""
        model = self.model()
        if isinstance(model, RecordsModel) and model.rowCount():
            height = max(1, self.verticalHeader().defaultSectionSize())
            first = self.verticalScrollBar().value() // height
            model.look(first, first + self.viewport().height() // height + 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.look()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        before = self.currentIndex().row()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(before)
            return
        super().keyPressEvent(event)
        now = self.currentIndex().row()
        if now != before and self.single():
            self.opened.emit(now)

    # --- Keeping still ---

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._weigh()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        QTimer.singleShot(0, self, self._weigh)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._weigh()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        QTimer.singleShot(0, self, self._weigh)

    def _weigh(self) -> None:
        busy = self.isActiveWindow() and (self.underMouse() or self.hasFocus())
        if busy != self._busy:
            self._busy = busy
            self.busy.emit(busy)
