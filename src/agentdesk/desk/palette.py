"""The command palette: type a few letters, press Enter; Ctrl+K inside it changes an action's key."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QListView, QVBoxLayout, QWidget

from agentdesk.desk.actions import ActionBook, Context, KeyRefused, cap
from agentdesk.desk.entries import Entry, Provider, of_actions, ranked
from agentdesk.desk.keys import MODIFIERS, pressed
from agentdesk.desk.overlay import Overlay
from agentdesk.desk.palette_list import PaletteDelegate, PaletteModel, row_height
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.widgets.badges import Chip, KeyCap
from agentdesk.desk.widgets.frames import Icon, restyle, spread
from agentdesk.desk.widgets.labels import ElidedLabel, hairline, label

_MOVES = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class _Panel(QFrame):
    """The palette's box: wide as drawn, as high as its rows need."""

    def __init__(self, view: QListView) -> None:
        super().__init__()
        self.setObjectName("palette")
        self._view = view

    def sizeHint(self) -> QSize:
        model = self._view.model()
        rows = [model.row(at) for at in range(min(model.rowCount(), 24))] if isinstance(model, PaletteModel) else []
        listed = min(sum(row_height(row) for row in rows), scaled(27) * 2 + scaled(33) * 11)
        return QSize(min(scaled(580), 900), scaled(50) + max(listed, scaled(60)) + scaled(34) + 8)


class Palette(QObject):
    """Opens over `window`. `context` says where the person is; `add_provider` gives it more to list."""

    def __init__(self, window: QWidget, book: ActionBook, context: Callable[[], Context]) -> None:
        super().__init__(window)
        self._book, self._context_of, self._context = book, context, Context()
        self._providers: list[Provider] = []
        self._remapping: Entry | None = None
        self._model, self._list, self._line = PaletteModel(), QListView(), QLineEdit()
        self._subject, self._nothing = Chip(), label(tr("Nothing is called that."), "muted")
        self.panel = _Panel(self._list)
        self._build()
        self.overlay = Overlay(window, self.panel)
        self._line.textChanged.connect(self._search)
        self._line.installEventFilter(self)
        self._list.clicked.connect(lambda index: self._run(index.row()))

    def _build(self) -> None:
        self._line.setProperty("kind", "bare")
        self._line.setProperty("size", "large")
        self._line.setPlaceholderText(tr("What would you like to do?"))
        self._line.setAccessibleName(tr("Search commands"))
        self._list.setAccessibleName(tr("Commands"))
        self._list.setModel(self._model)
        self._model.setParent(self._list)
        self._list.setItemDelegate(PaletteDelegate(self._list))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setMouseTracking(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        box = QVBoxLayout(self.panel)
        box.setContentsMargins(1, 1, 1, 1)
        box.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(16, 13, 16, 13)
        head.setSpacing(10)
        head.addWidget(Icon("ph.magnifying-glass", "muted", 14))
        head.addWidget(self._line, 1)
        head.addWidget(self._subject)
        box.addLayout(head)
        box.addWidget(hairline())
        box.addWidget(self._list, 1)
        box.addWidget(self._nothing, 1, Qt.AlignmentFlag.AlignCenter)
        box.addWidget(hairline())
        box.addWidget(self._build_foot())

    def _build_foot(self) -> QWidget:
        self._hints = spread(
            KeyCap("↑ ↓"), label(tr("choose"), "small"), KeyCap("↵"), label(tr("do"), "small"), KeyCap(cap("Ctrl+K")),
            label(tr("change key"), "small"), None, spacing=6,
        )  # fmt: skip
        self._word = ElidedLabel(role="small")
        self._word.hide()
        foot = spread(self._hints, self._word, None)
        foot.setContentsMargins(16, 7, 16, 7)
        return foot

    def add_provider(self, provider: Provider) -> None:
        """More to list: open conversations, people, articles."""
        self._providers.append(provider)

    def open(self, query: str = "") -> None:
        """Show the palette for where the person is now."""
        self._context = self._context_of()
        subject = self._context.subject
        self._subject.show_chip(f"\u2068{subject}\u2069" if subject else "")  # isolated: digits must not turn round
        self._stop_remapping()
        self._line.setText(query)
        self._search(query)
        self.overlay.open(self._line)
        self._line.selectAll()

    def close(self) -> None:
        """Put it away."""
        self.overlay.close_panel()

    def entries(self) -> list[Entry]:
        """What is listed now, in order."""
        rows = (self._model.row(at) for at in range(self._model.rowCount()))
        return [row for row in rows if isinstance(row, Entry)]

    def _search(self, query: str) -> None:
        provided = [entry for provider in self._providers for entry in provider(query)]
        self._model.show_groups(ranked(query, of_actions(self._book, self._context), provided))
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
            self._list.scrollTo(self._model.index(0, 0) if at == 1 else index)

    def _chosen(self) -> Entry | None:
        index = self._list.currentIndex()
        row = self._model.row(index.row()) if index.isValid() else None
        return row if isinstance(row, Entry) else None

    def _run(self, at: int) -> None:
        row = self._model.row(at) if at >= 0 else None
        if isinstance(row, Entry):
            self.close()
            row.run()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._remap_key(event) if self._remapping else self._steer(event)
        return super().eventFilter(watched, event)

    def _steer(self, event: QKeyEvent) -> bool:
        """The keys the palette hears itself; whether this was one."""
        key = Qt.Key(event.key())
        if key in _MOVES:
            self._choose(self._model.next(self._list.currentIndex().row(), _MOVES[key]))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run(self._list.currentIndex().row())
        elif key == Qt.Key.Key_Escape:
            self.close()
        elif key == Qt.Key.Key_K and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self._start_remapping()
        else:
            return False
        return True

    def _start_remapping(self) -> None:
        entry = self._chosen()
        if entry is None or not entry.action:
            self._say(tr("Only commands have keys."), "bad")
            return
        self._remapping = entry
        self._say(tr("Press the new key for “{title}”. Backspace takes the key away, Esc keeps it.", title=entry.title))

    def _stop_remapping(self) -> None:
        self._remapping = None
        self._word.hide()
        self._hints.show()

    def _remap_key(self, event: QKeyEvent) -> bool:
        entry, key = self._remapping, Qt.Key(event.key())
        if entry is None or key in MODIFIERS:
            return True
        if key == Qt.Key.Key_Escape:
            self._stop_remapping()
            return True
        try:
            self._book.remap(entry.action, "" if key == Qt.Key.Key_Backspace else pressed(event))
        except KeyRefused as refused:
            self._say(str(refused), "bad")
            return True
        self._stop_remapping()
        at = self._list.currentIndex().row()
        self._search(self._line.text())
        self._choose(at)
        return True

    def _say(self, sentence: str, role: str = "small") -> None:
        self._hints.hide()
        restyle(self._word, role=role)
        self._word.setText(sentence)
        self._word.show()
