"""The widgets of the queue's list: head, views, search line, rows; and the words for when there are none."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QStackedWidget, QWidget

from agentdesk.desk.keys import Keyboard
from agentdesk.desk.pages.queue.list_pill import Pill
from agentdesk.desk.pages.queue.list_view import CaseList
from agentdesk.desk.pages.queue.views import QueueView
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import px
from agentdesk.desk.widgets.buttons import IconButton
from agentdesk.desk.widgets.fields import SearchField, show_wrong
from agentdesk.desk.widgets.frames import Bar, Header, Pane
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.states import EmptyState, SkeletonRows
from agentdesk.desk.widgets.tabs import Tabs


class ListFrame(Pane):
    """Knows widgets, and nothing of cases."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.list = CaseList()
        self.tabs: Tabs | None = None
        self._build_head()
        self._build_search()
        self._build_stack()
        self.pill = Pill(self.list)

    def _build_head(self) -> None:
        self.head = Header("")
        self._search_button = IconButton("ph.funnel-simple", tr("Search"), key="/", checkable=True)
        self._sort_button = IconButton("ph.sort-ascending", tr("Order"))
        self._sort_button.setMenu(QMenu(self._sort_button))
        self._sort_button.setPopupMode(self._sort_button.ToolButtonPopupMode.InstantPopup)
        self.views_button = IconButton("ph.sliders-horizontal", tr("Views of your own"))
        self.views_button.setMenu(QMenu(self.views_button))
        self.views_button.setPopupMode(self.views_button.ToolButtonPopupMode.InstantPopup)
        self.head.add(self._search_button, self._sort_button, self.views_button)
        self._strip = Bar("strip")
        self._strip.row.setContentsMargins(10, 0, 10, 0)
        for part in (self.head, self._strip):
            self.box.addWidget(part)

    def _build_search(self) -> None:
        self._search_bar = Bar("strip")
        self._search_bar.row.setContentsMargins(10, 0, 10, 0)
        self.search = SearchField(tr("Search cases and messages"), "/")
        self.search.left.connect(lambda: self.show_search(False))
        self._search_bar.row.addWidget(self.search)
        self._search_bar.hide()
        self.box.addWidget(self._search_bar)
        self._note = label(role="small", wrap=True)
        self._note.setContentsMargins(14, 6, 14, 6)
        self._note.hide()
        self.box.addWidget(self._note)

    def _build_stack(self) -> None:
        self._stack = QStackedWidget()
        self._empty = EmptyState("ph.tray", "")
        self._loading = SkeletonRows(tr("Loading"))
        for part in (self.list, self._empty, self._loading):
            self._stack.addWidget(part)
        self.box.addWidget(self._stack, 1)

    def _put_tabs(self, views: dict[str, QueueView]) -> Tabs:
        """Other tabs in place of these."""
        old, made = self.tabs, Tabs([(view.id, view.title) for view in views.values()])
        if old is not None:
            self._strip.row.removeWidget(old)
            old.deleteLater()
        self._strip.row.addWidget(made, 1)
        made.setAccessibleName(tr("Views"))
        self.tabs = made
        return made

    # --- States ---

    def _show_rows(self) -> None:
        """The list comes forward, and with it the focus, if nobody is typing."""
        if self._stack.currentWidget() is not self.list:
            self._stack.setCurrentWidget(self.list)
            if self.isVisible() and not Keyboard.typing():
                self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_outlines(self) -> None:
        """What is to come is on its way."""
        self._stack.setCurrentWidget(self._loading)

    def _show_note(self, words: str, wrong: bool) -> None:
        """What there is to know of a search, below its line; `wrong`: something in the line cannot be followed."""
        self._note.setText(words)
        self._note.setVisible(bool(words) and not self._search_bar.isHidden())
        show_wrong(self.search, words if wrong else "")

    def _show_words(self, title: str, hint: str, icon: str) -> None:
        """Why there are no rows."""
        self._empty.show_words(title, hint, icon)
        self._stack.setCurrentWidget(self._empty)

    def show_search(self, on: bool = True) -> None:
        """Show the search line and go there, or put it away."""
        self._search_bar.setVisible(on)
        self._search_button.setChecked(on)
        if on:
            self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.search.selectAll()
        else:
            self.search.clear()
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def sizeHint(self) -> Any:
        hint = super().sizeHint()
        hint.setWidth(px("list"))
        return hint
