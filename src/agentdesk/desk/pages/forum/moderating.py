"""What a moderator can do with a post or its topic: chosen from a menu, and with a reason."""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QMenu, QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.widgets.asking import Asking
from agentdesk.domain.forum import Act, Moderate

ACTS: dict[Act, str] = {
    "hide": mark("Hide it"),
    "show": mark("Show it again"),
    "vouch": mark("Official answer"),
    "doubt": mark("No official answer any more"),
    "lock": mark("Close the topic"),
    "unlock": mark("Open the topic again"),
    "move": mark("Move the topic"),
    "incident": mark("Show on everybody's page"),
    "calm": mark("Take off everybody's page"),
}


def moderate(desk: Desk, asking: Asking, post: str, window: QWidget) -> QMenu:
    """Let a moderator choose, and ask why."""
    menu = QMenu(window)
    for act, word in ACTS.items():
        menu.addAction(tr(word)).triggered.connect(partial(_ask_why, desk, asking, post, act))
    menu.popup(QCursor.pos())
    return menu


def _ask_why(desk: Desk, asking: Asking, post: str, act: Act) -> None:
    def done(text: str) -> str:
        space, _, reason = text.partition(":") if act == "move" else ("", "", text)
        return desk.attempt(Moderate(post=post, act=act, reason=reason.strip(), space=space.strip()))

    where = tr("To which space, and why? Write “Space: reason”.")
    asking.ask(where if act == "move" else tr("Why?"), tr(ACTS[act]), done)
