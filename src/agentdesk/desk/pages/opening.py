"""A page's place in the window before there is a desk: outlines, until the real page moves in."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from agentdesk.desk.actions import Action
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import px
from agentdesk.desk.widgets.frames import Bar, Pane
from agentdesk.desk.widgets.states import SkeletonRows


class LatePage(QObject):
    """Looks like a page to the shell from the first moment; `become` puts the page itself there."""

    badge = Signal(int)
    actions: tuple[Action, ...] = ()

    def __init__(self, page_id: str, title: str, icon: str, place: str = "top") -> None:
        super().__init__()
        self.id, self.title, self.icon, self.place = page_id, title, icon, place
        self.real: Any = None
        self._stack: QStackedWidget | None = None
        self._in_front = False

    @property
    def widget(self) -> QWidget:
        if self._stack is None:
            self._stack = QStackedWidget()
            self._stack.addWidget(_outlines())
        return self._stack

    def begin(self, widget: QWidget) -> None:
        """Show what there is of the page so far."""
        stack = self.widget
        assert isinstance(stack, QStackedWidget)
        if stack.indexOf(widget) < 0:
            stack.addWidget(widget)
        stack.setCurrentWidget(widget)

    def become(self, page: Any) -> None:
        """The page itself moves in; its actions are for whoever calls to enter."""
        self.real = page
        self.begin(page.widget)
        if page.badge is not None:
            page.badge.connect(self.badge)
        if self._in_front:
            page.shown()

    def clear(self) -> None:
        """Back to outlines."""
        if self.real is not None and self._stack is not None:
            self._stack.setCurrentIndex(0)
            self._stack.removeWidget(self.real.widget)
            self.real.widget.deleteLater()
            self.real = None

    def subject(self) -> str:
        return str(self.real.subject()) if self.real is not None else ""

    def shown(self) -> None:
        self._in_front = True
        if self.real is not None:
            self.real.shown()


def _outlines() -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    rows, work = Pane(edge="right"), Pane()
    rows.setFixedWidth(px("list"))
    rows.box.addWidget(Bar())
    rows.box.addWidget(Bar("strip"))
    rows.box.addWidget(SkeletonRows(tr("Loading")), 1)
    work.box.addWidget(Bar())
    work.box.addStretch(1)
    row.addWidget(rows)
    row.addWidget(work, 1)
    return holder
