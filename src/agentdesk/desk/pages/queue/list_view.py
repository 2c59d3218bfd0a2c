"""The list's view: tells what is in sight, keeps still under a pointer, moves by J and K."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from agentdesk.desk.models.fixed import FixedModel
from agentdesk.desk.models.list import RecordsModel
from agentdesk.desk.texts import tr

Model = RecordsModel | FixedModel


class CaseList(QListView):
    """Rows of cases. `opened` tells a row that the person wants to see, `busy` whether rows must keep still."""

    opened = Signal(int)
    busy = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "rows")
        self.setAccessibleName(tr("Cases"))
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._busy = False
        self.verticalScrollBar().valueChanged.connect(lambda _: self.look())
        self.clicked.connect(lambda index: self.opened.emit(index.row()) if self.single() else None)

    def show_model(self, model: Model) -> None:
        """List this."""
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
            height = max(1, self.sizeHintForRow(0))
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
