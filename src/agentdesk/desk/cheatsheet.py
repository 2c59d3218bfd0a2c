"""The cheat sheet: every key that works, by group, from the list of actions."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QStyle, QVBoxLayout, QWidget

from agentdesk.desk.actions import Action, ActionBook, Context, cap
from agentdesk.desk.overlay import Overlay
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.widgets.badges import KeyCap
from agentdesk.desk.widgets.buttons import IconButton
from agentdesk.desk.widgets.labels import ElidedLabel, hairline, label

COLUMNS = 3


def groups(book: ActionBook, context: Context) -> dict[str, list[tuple[Action, str]]]:
    """The keys that can work on the open page, by group, whether or not they can be used this moment."""
    found: dict[str, list[tuple[Action, str]]] = {}
    keys = book.keys()
    for action in sorted(book.all(), key=lambda action: not action.page):
        if action.id in keys and action.page in ("", context.page):
            found.setdefault(action.group, []).append((action, cap(keys[action.id])))
    return found


def columns(sizes: list[int], count: int = COLUMNS) -> list[int]:
    """The column of each group, so that the columns come out about equally long and the order stays."""
    goal, placed, column, filled = sum(size + 2 for size in sizes) / count, [], 0, 0.0
    for size in sizes:
        if filled and filled + (size + 2) / 2 > goal and column < count - 1:
            column, filled = column + 1, 0.0
        placed.append(column)
        filled += size + 2
    return placed


class _Panel(QFrame):
    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("cheatsheet")

    def sizeHint(self) -> QSize:
        inside = self.findChild(QScrollArea)
        sheet = inside.widget() if isinstance(inside, QScrollArea) else None
        whole = sheet.sizeHint() if sheet is not None else QSize(0, 0)
        groups = min(COLUMNS, len(self.findChildren(QGridLayout)))
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        width = max(scaled(40 + 275 * max(2, groups)), whole.width() + bar)
        return QSize(width, whole.height() + scaled(52) + 4)


class CheatSheet(QObject):
    """Opens over `window`; rebuilt each time, since page and keys may have changed."""

    def __init__(self, window: QWidget, book: ActionBook, context: Callable[[], Context]) -> None:
        super().__init__(window)
        self._book, self._context = book, context
        self.panel, self._scroll = _Panel(), QScrollArea()
        self.overlay = Overlay(window, self.panel, top=0.1)
        self._scroll.setWidgetResizable(True)
        self._scroll.setAccessibleName(tr("Keyboard shortcuts"))
        box = QVBoxLayout(self.panel)
        box.setContentsMargins(1, 1, 1, 1)
        box.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(20, 10, 12, 10)
        head.setSpacing(10)
        self._close = IconButton("ph.x", tr("Close"), key="Esc")
        self._close.clicked.connect(lambda: self.overlay.close_panel())
        head.addWidget(label(tr("Keyboard shortcuts"), "title"))
        head.addStretch(1)
        head.addWidget(label(tr("Change any of them in the settings."), "small"))
        head.addWidget(self._close)
        box.addLayout(head)
        box.addWidget(hairline())
        box.addWidget(self._scroll, 1)

    def open(self) -> None:
        """Show the keys for where the person is now."""
        self._scroll.setWidget(self._sheet(groups(self._book, self._context())))
        self.overlay.open(self._close)

    def _sheet(self, found: dict[str, list[tuple[Action, str]]]) -> QWidget:
        sheet = QWidget()
        row = QHBoxLayout(sheet)
        row.setContentsMargins(20, 14, 20, 18)
        row.setSpacing(28)
        stacks = []
        for _ in range(min(COLUMNS, len(found))):
            stack = QVBoxLayout()
            stack.setSpacing(16)
            row.addLayout(stack)
            stacks.append(stack)
        places = columns([len(keys) for keys in found.values()], max(1, len(stacks)))
        for (title, keys), column in zip(found.items(), places, strict=True):
            stacks[column].addLayout(_group(title, keys))
        for stack in stacks:
            stack.addStretch(1)
        sheet.setProperty("ground", "clear")
        return sheet


def _group(title: str, keys: list[tuple[Action, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(0, 1)
    grid.addWidget(label(title, "section"), 0, 0)
    for at, (action, key) in enumerate(keys, 1):
        grid.addWidget(ElidedLabel(action.title), at, 0)
        grid.addWidget(KeyCap(key), at, 1, Qt.AlignmentFlag.AlignRight)
    return grid
