"""Which view is in front, in which order, and the numbers on all of them."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.models.list import RecordsModel
from agentdesk.desk.pages.queue.list_counts import Counts
from agentdesk.desk.pages.queue.list_frame import ListFrame
from agentdesk.desk.pages.queue.views import LONGEST, SORTS, QueueView, views_for
from agentdesk.desk.settings import Settings
from agentdesk.desk.texts import tr


class ListViews(ListFrame):
    """Puts the question of the chosen view to the model. `counted`: how many cases have something new for me."""

    counted = Signal(int)

    def __init__(self, desk: Desk, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._settings = desk, settings
        self.model = RecordsModel(desk.view, self)
        self._views: dict[str, QueueView] = {}
        self.counts = Counts(desk, self._show_count, self)
        self.counts.new_to_me.connect(self.counted)
        self._sort_button.menu().aboutToShow.connect(self._fill_sorts)

    def _view_shown(self) -> None:
        """Another question was asked: whoever shows rows shows these."""

    @property
    def view_id(self) -> str:
        """The view in front."""
        return self.tabs.current() if self.tabs is not None else "mine"

    def show_views(self) -> None:
        """Make the tabs anew: the person's teams may have changed."""
        views = {view.id: view for view in views_for(self._desk.me, self._desk.view)}
        if [(v.id, v.title) for v in views.values()] == [(v.id, v.title) for v in self._views.values()]:
            return
        self._views = views
        wanted = self.tabs.current() if self.tabs is not None else self._settings.recall("queue.view")
        self._put_tabs(views).chosen.connect(self.show_view)
        self.show_view(wanted if wanted in views else "mine")
        self.recount()

    def show_view(self, id: str) -> None:
        """Bring a view to the front."""
        view = self._views[id]
        assert self.tabs is not None
        self.tabs.choose(id)
        self._settings.remember("queue.view", id)
        self.head.show_title(tr("My queue") if id == "mine" else view.title)
        self._sort_button.setEnabled(len(view.orders) > 1)
        self.model.ask(view.asked(self._sort()))
        self._view_shown()
        self.recount()

    def view_ids(self) -> tuple[str, ...]:
        """All views, in order."""
        return tuple(self._views)

    def view_title(self, id: str) -> str:
        """A view's name."""
        return self._views[id].title

    def _sort(self) -> str:
        kept = self._settings.recall("queue.sort")
        return kept if kept in dict(SORTS) else LONGEST

    def _fill_sorts(self) -> None:
        menu = self._sort_button.menu()
        menu.clear()
        for sort, title in SORTS:
            item = menu.addAction(tr(title))
            item.setCheckable(True)
            item.setChecked(sort == self._sort())
            item.triggered.connect(lambda _=False, sort=sort: self.sort_by(sort))

    def sort_by(self, sort: str) -> None:
        """Another order."""
        self._settings.remember("queue.sort", sort)
        self.show_view(self.view_id)

    def turn_order(self) -> None:
        """The next order."""
        sorts = [sort for sort, _ in SORTS]
        self.sort_by(sorts[(sorts.index(self._sort()) + 1) % len(sorts)])

    # --- Counts ---

    def recount(self) -> None:
        """Show the counts again."""
        self.counts.ask(self._views)

    def _show_count(self, id: str, count: int) -> None:
        if self.tabs is not None and id in self._views:
            self.tabs.show_count(id, count if count or id == "mine" else None)
            if id == self.view_id:
                self.head.show_count(count or None)
