"""Menus from the list of actions."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu

from agentdesk.desk.actions import Action, ActionBook, Context
from agentdesk.desk.icons import icon


def fill_menu(
    menu: QMenu, book: ActionBook, context: Context, want: Callable[[Action], bool] = lambda _action: True
) -> QMenu:
    """Fill a menu with what can be done here and now, a line between groups; `want` picks."""
    menu.clear()
    group, keys = None, book.keys()
    for action in filter(want, book.possible(context)):
        if group not in (None, action.group):
            menu.addSeparator()
        group = action.group
        item = menu.addAction(icon(action.icon), action.title.replace("&", "&&"))
        item.triggered.connect(lambda _=False, action=action: action.run(context))
        if action.id in keys:
            # Shown, not bound: the key itself is heard by the keyboard alone.
            shown = QKeySequence(keys[action.id]).toString(QKeySequence.SequenceFormat.NativeText)
            item.setText(f"{item.text()}\t{shown}")
    return menu
