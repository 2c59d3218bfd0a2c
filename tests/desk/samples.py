"""Shared by the desk's tests: an action book over settings in a folder, and a page with a text field."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from agentdesk.desk.actions import Action, ActionBook, Context
from agentdesk.desk.settings import Settings
from agentdesk.desk.shell import Shell

NOW = 1_800_000_000_000


def act(
    action_id: str, key: str = "", *, run: Callable[[Context], object] = lambda _c: None, page: str = "",
    title: str = "", group: str = "Group", when: Callable[[Context], bool] = lambda _c: True,
) -> Action:  # fmt: skip
    """An action with little to say."""
    return Action(action_id, title or action_id, group, run, key=key, page=page, when=when)


class Badge(QObject):
    """Tells a count."""

    told = Signal(int)


class SamplePage:
    """A page with a button and a text field."""

    icon = "ph.tray"

    def __init__(self, page_id: str, *actions: Action, place: str = "top") -> None:
        self.id, self.title, self.actions, self.place = page_id, page_id.title(), actions, place
        self.bell, self.times_shown = Badge(), 0
        self.badge = self.bell.told
        self._widget: QWidget | None = None

    @property
    def made(self) -> bool:
        """Whether the widget was asked for yet."""
        return self._widget is not None

    @property
    def widget(self) -> QWidget:
        if self._widget is None:
            self._widget = QWidget()
            self.field, self.button = QLineEdit(), QPushButton("Button")
            self.field.setAccessibleName("Field")
            self.button.setAccessibleName("Button")
            box = QVBoxLayout(self._widget)
            box.addWidget(self.button)
            box.addWidget(self.field)
        return self._widget

    def subject(self) -> str:
        return "#1"

    def shown(self) -> None:
        self.times_shown += 1


def shell_in(folder: Path) -> Shell:
    """A shell over fresh settings."""
    settings = Settings(folder)
    return Shell(settings, ActionBook(settings), lambda: NOW)
