"""A chooser over the window: type a few letters, press Enter. For people, tags, times, cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QListView, QVBoxLayout, QWidget

from agentdesk.desk.entries import Entry
from agentdesk.desk.overlay import Overlay
from agentdesk.desk.palette_list import PaletteDelegate, PaletteModel, row_height
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.widgets.frames import Icon
from agentdesk.desk.widgets.labels import hairline, label

Choices = Callable[[str], Sequence[Entry]]
"""Gives the entries for what was typed, best first."""
_MOVES = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class _Panel(QFrame):
    """As high as its rows need."""

    def __init__(self, model: PaletteModel) -> None:
        super().__init__()
        self.setObjectName("palette")
        self._model = model

    def sizeHint(self) -> QSize:
        rows = sum(row_height(self._model.row(at)) for at in range(min(self._model.rowCount(), 14)))
        return QSize(scaled(440), scaled(50) + max(min(rows, scaled(33) * 10), scaled(60)) + 12)


class Picker(QObject):
    """One for a window, used for whatever is to be chosen next."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._choices: Choices = lambda _: ()
        self._model, self._list, self.line = PaletteModel(), QListView(), QLineEdit()
        self._nothing = label(tr("Nothing is called that."), "muted")
        self.panel = _Panel(self._model)
        self._build()
        self.overlay = Overlay(window, self.panel, top=0.16)
        self.line.textChanged.connect(self._search)
        self.line.installEventFilter(self)
        self._list.clicked.connect(lambda index: self._run(index.row()))

    def _build(self) -> None:
        self.line.setProperty("kind", "bare")
        self.line.setProperty("size", "large")
        self._list.setModel(self._model)
        self._model.setParent(self._list)
        self._list.setItemDelegate(PaletteDelegate(self._list))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setMouseTracking(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        box, head = QVBoxLayout(self.panel), QHBoxLayout()
        box.setContentsMargins(1, 1, 1, 1)
        box.setSpacing(0)
        head.setContentsMargins(16, 13, 16, 13)
        head.setSpacing(10)
        head.addWidget(Icon("ph.magnifying-glass", "muted", 14))
        head.addWidget(self.line, 1)
        box.addLayout(head)
        box.addWidget(hairline())
        box.addWidget(self._list, 1)
        box.addWidget(self._nothing, 1, Qt.AlignmentFlag.AlignCenter)

    def open(self, title: str, choices: Choices) -> None:
        """Ask for one of these."""
        self._choices = choices
        self.line.setPlaceholderText(title)
        self.line.setAccessibleName(title)
        self._list.setAccessibleName(title)
        self.line.clear()
        self._search("")
        self.overlay.open(self.line)

    def entries(self) -> list[Entry]:
        """What can be chosen now."""
        rows = (self._model.row(at) for at in range(self._model.rowCount()))
        return [row for row in rows if isinstance(row, Entry)]

    def _search(self, text: str) -> None:
        groups: dict[str, list[Entry]] = {}
        for entry in self._choices(text):
            groups.setdefault(entry.group, []).append(entry)
        self._model.show_groups(list(groups.items()))
        self._choose(self._model.next(-1, 1))
        found = self._model.rowCount() > 0
        self._list.setVisible(found)
        self._nothing.setVisible(not found)
        self.panel.updateGeometry()
        if self.overlay.isVisible():
            self.overlay.place()
            self.overlay.update()

    def _choose(self, at: int) -> None:
        index = self._model.index(at, 0) if at >= 0 else QModelIndex()
        self._list.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if at >= 0:
            self._list.scrollTo(index)

    def _run(self, at: int) -> None:
        row = self._model.row(at) if at >= 0 else None
        if isinstance(row, Entry):
            self.overlay.close_panel()
            row.run()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._steer(event)
        return super().eventFilter(watched, event)

    def _steer(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key in _MOVES:
            self._choose(self._model.next(self._list.currentIndex().row(), _MOVES[key]))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run(self._list.currentIndex().row())
        elif key == Qt.Key.Key_Escape:
            self.overlay.close_panel()
        else:
            return False
        return True
