"""Which view is in front, in which order, and the numbers on all of them."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.models.list import RecordsModel
from agentdesk.desk.pages.queue.list_counts import Counts
from agentdesk.desk.pages.queue.list_frame import ListFrame
from agentdesk.desk.pages.queue.saved_views import MINUTE, PREFIX, saved_views
from agentdesk.desk.pages.queue.view_editor import ViewEditor
from agentdesk.desk.pages.queue.views import LONGEST, SORTS, QueueView, views_for
from agentdesk.desk.settings import Settings
from agentdesk.desk.texts import tr
from agentdesk.domain.views import SavedView


class ListViews(ListFrame):
    """Puts the question of the chosen view to the model. `counted`: how many cases have something new for me."""

    counted = Signal(int)
    views_changed = Signal()
    """There are other views, or they are called otherwise."""

    def __init__(self, desk: Desk, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._settings = desk, settings
        self.model = RecordsModel(desk.view, self, desk.prepare)
        self._views: dict[str, QueueView] = {}
        self._front = ""
        """The view that was brought to the front last."""
        self.counts = Counts(desk, self._show_count, self)
        self.counts.new_to_me.connect(self.counted)
        self._minute = desk.now() // MINUTE
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self._each_second)
        self._sort_button.menu().aboutToShow.connect(self._fill_sorts)
        self.views_button.menu().aboutToShow.connect(self._fill_views)

    def _view_shown(self) -> None:
        """Another question was asked: whoever shows rows shows these."""

    @property
    def view_id(self) -> str:
        """The view in front."""
        return self.tabs.current() if self.tabs is not None else "mine"

    def show_views(self) -> None:
        """Make the tabs anew: the person's teams may have changed."""
        given = (*views_for(self._desk.me, self._desk.view), *saved_views(self._desk))
        views = {view.id: view for view in given}
        if [(v.id, v.title, v.stamp) for v in given] == [(v.id, v.title, v.stamp) for v in self._views.values()]:
            return
        self._views = views
        wanted = self.tabs.current() if self.tabs is not None else self._settings.recall("queue.view")
        self._put_tabs(views).chosen.connect(self.show_view)
        self.show_view(wanted if wanted in views else "mine")
        self.recount()
        self.views_changed.emit()

    def show_view(self, id: str) -> None:
        """Bring a view to the front."""
        view, self._front = self._views[id], id
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

    def view_columns(self) -> tuple[str, ...]:
        """What the rows of the view in front tell beside what they always tell."""
        view = self._views.get(self.view_id)
        return view.columns if view is not None else ()

    def _each_second(self) -> None:
        """Figures count in place; once a minute, what fits in by its time comes or goes."""
        self.list.viewport().update()
        minute = self._desk.now() // MINUTE
        if minute != self._minute:
            self._minute = minute
            self._ask_again()

    def _ask_again(self) -> None:
        """Time has gone by: what depends on it is asked anew, without a jump."""
        view = self._views.get(self.view_id)
        if view is not None and view.timed:
            self.model.stale(view.asked(self._sort()))
        if any(view.timed for view in self._views.values()):
            self.recount()

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

    # --- Views of one's own ---

    def _fill_views(self) -> None:
        menu = self.views_button.menu()
        menu.clear()
        menu.addAction(tr("New view…")).triggered.connect(lambda: self.edit_view(None))
        edit = menu.addAction(tr("Edit this view…"))
        edit.setEnabled(self.saved() is not None)
        edit.triggered.connect(lambda: self.edit_view(self.saved()))
        saved = [view for view in self._views.values() if view.id.startswith(PREFIX)]
        if saved:
            menu.addSeparator()
        for view in saved:
            item = menu.addAction(view.title.replace("&", "&&"))
            item.setCheckable(True)
            item.setChecked(view.id == self.view_id)
            item.triggered.connect(lambda _=False, id=view.id: self.show_view(id))

    def saved(self) -> SavedView | None:
        """The view in front, if somebody has made it."""
        id = self.view_id
        return self._desk.view.get(SavedView, id.removeprefix(PREFIX)) if id.startswith(PREFIX) else None

    def edit_view(self, view: SavedView | None) -> ViewEditor:
        """Open the editor: of a view, or of a new one."""
        dialog = ViewEditor(self._desk, view, self._kept_view, self.window())
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def _kept_view(self, id: str) -> None:
        self.show_views()
        if PREFIX + id in self._views:
            self.show_view(PREFIX + id)

    # --- Counts ---

    def recount(self) -> None:
        """Show the counts again."""
        self.counts.ask(self._views)

    def _show_count(self, id: str, count: int) -> None:
        if self.tabs is not None and id in self._views:
            self.tabs.show_count(id, count if count or id == "mine" else None)
            if id == self.view_id:
                self.head.show_count(count or None)
