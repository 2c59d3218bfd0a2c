"""The queue's list: views with counts, order, search, rows, and what moved while one was reading."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import QMenu, QStackedWidget, QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.keys import Keyboard
from agentdesk.desk.models.fixed import FixedModel
from agentdesk.desk.models.list import RecordsModel
from agentdesk.desk.pages.queue.list_pill import Pill
from agentdesk.desk.pages.queue.list_search import Finder
from agentdesk.desk.pages.queue.list_view import CaseList
from agentdesk.desk.pages.queue.row import RowFacts, case_of, facts
from agentdesk.desk.pages.queue.row_paint import RowDelegate
from agentdesk.desk.pages.queue.views import LONGEST, NEWEST, SORTS, QueueView, views_for
from agentdesk.desk.settings import Settings
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import px
from agentdesk.desk.widgets.buttons import IconButton
from agentdesk.desk.widgets.fields import SearchField
from agentdesk.desk.widgets.frames import Bar, Header, Pane
from agentdesk.desk.widgets.states import EmptyState, SkeletonRows
from agentdesk.desk.widgets.tabs import Tabs
from agentdesk.domain.cases import ReadMark, unread
from agentdesk.domain.kernel import Record
from agentdesk.sync.replica import Touched

BADGE_MOST = 100
ANEW_MS = 250
WATCHED = ("case", "mention", "read_mark", "person", "team")


class ListPanel(Pane):
    """`chosen` tells the case to show; `ready` says that the replica holds what the views ask for."""

    chosen = Signal(str)
    counted = Signal(int)
    selection = Signal(int)

    def __init__(self, desk: Desk, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk, self._settings = desk, settings
        self.open_case, self._own, self._filling = "", False, False
        self.model, self.found = RecordsModel(desk.view, self), FixedModel(self)
        self.list = CaseList()
        self.delegate = RowDelegate(self._facts, self.list)
        self._views: dict[str, QueueView] = {}
        self._build()
        self._count_next = QTimer(self, singleShot=True, interval=0)
        self._count_next.timeout.connect(self._count_one)
        self._to_count: list[str] = []
        self._anew = QTimer(self, singleShot=True, interval=ANEW_MS)
        self._anew.timeout.connect(self._take_anew)
        self.finder = Finder(desk, self._show_found, self)
        self._connect()
        self.show_views()
        self._end = desk.listen(WATCHED, self._touched)
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self.list.viewport().update)
        self._clock.start()

    # --- Building ---

    def _build(self) -> None:
        self.head = Header("")
        self._search_button = IconButton("ph.funnel-simple", tr("Search"), key="/", checkable=True)
        self._sort_button = IconButton("ph.sort-ascending", tr("Order"))
        self._sort_button.setMenu(QMenu(self._sort_button))
        self._sort_button.setPopupMode(self._sort_button.ToolButtonPopupMode.InstantPopup)
        self._sort_button.menu().aboutToShow.connect(self._fill_sorts)
        self.head.add(self._search_button, self._sort_button)
        self.box.addWidget(self.head)
        self._strip = Bar("strip")
        self._strip.row.setContentsMargins(10, 0, 10, 0)
        self.box.addWidget(self._strip)
        self._search_bar = Bar("strip")
        self._search_bar.row.setContentsMargins(10, 0, 10, 0)
        self.search = SearchField(tr("Search cases and messages"), "/")
        self._search_bar.row.addWidget(self.search)
        self._search_bar.hide()
        self.box.addWidget(self._search_bar)
        self._stack = QStackedWidget()
        self._empty = EmptyState("ph.tray", "")
        self._loading = SkeletonRows(tr("Loading"))
        for part in (self.list, self._empty, self._loading):
            self._stack.addWidget(part)
        self.box.addWidget(self._stack, 1)
        self.pill = Pill(self.list)
        self.tabs: Tabs | None = None
        self.list.setItemDelegate(self.delegate)
        self.list.show_model(self.model)

    def _connect(self) -> None:
        self.list.opened.connect(self._open_row)
        self.list.busy.connect(self._keep_still)
        self.list.doubleClicked.connect(lambda index: self._open_row(index.row()))
        self.pill.clicked.connect(self.model.release)
        self.model.held.connect(self._show_held)
        self.model.loaded.connect(self._after_loading)
        self.model.rowsRemoved.connect(self._after_removal)
        for signal in (self.model.rowsInserted, self.model.rowsRemoved, self.model.modelReset):
            signal.connect(lambda *_: self._show_state())
        self.search.textChanged.connect(self._searching)
        self._search_button.clicked.connect(lambda on: self.show_search(on))

    # --- Views ---

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
        old, self.tabs = self.tabs, Tabs([(view.id, view.title) for view in views.values()])
        if old is not None:
            self._strip.row.removeWidget(old)
            old.deleteLater()
        self._strip.row.addWidget(self.tabs, 1)
        self.tabs.setAccessibleName(tr("Views"))
        self.tabs.chosen.connect(self.show_view)
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
        if not self.search.text().strip():
            self.list.show_model(self.model)
        self.list.scrollToTop()
        self.mark_open(self.open_case)
        self._show_state()
        self.recount()

    def view_ids(self) -> tuple[str, ...]:
        """All views, in order."""
        return tuple(self._views)

    def view_title(self, id: str) -> str:
        """A view's name."""
        return self._views[id].title

    def _sort(self) -> str:
        return self._settings.recall("queue.sort") or LONGEST

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
        """The other order."""
        self.sort_by(NEWEST if self._sort() == LONGEST else LONGEST)

    # --- Counts ---

    def recount(self) -> None:
        """Show the counts again: one view in each turn of the loop, for the first count asks the disk."""
        self._to_count = list(self._views)
        self._count_next.start()

    def _count_one(self) -> None:
        if not self._to_count or self.tabs is None:
            return
        view = self._views[self._to_count.pop(0)]
        count = self._desk.view.count(view.counted())
        self.tabs.show_count(view.id, count if count or view.id == "mine" else None)
        if view.id == self.view_id:
            self.head.show_count(count or None)
        if self._to_count:
            self._count_next.start()
        else:
            self.counted.emit(self._new_to_me())

    def _new_to_me(self) -> int:
        """Cases of one's own, and mentions, with something one has not seen."""
        view, me = self._desk.view, self._desk.me.id
        mine = view.page(self._views["mine"].counted(), limit=BADGE_MOST)
        marks = ((case, view.get(ReadMark, f"{me}:{case.id}")) for case in mine if case.waiting_since)
        return sum(1 for case, mark in marks if unread(case, mark)) + view.count(self._views["mentions"].counted())

    # --- Following changes ---

    def _touched(self, some: Sequence[Touched] | None) -> None:
        if some is None:
            self._ask_anew()
            return
        kinds = {one.kind for one in some}
        if kinds & {"team", "person"}:
            self.show_views()
        asked = self.model.asked
        kind = "mention" if asked is not None and self.view_id == "mentions" else "case"
        mine = [one for one in some if one.kind == kind]
        if mine:
            self._own = any(one.id == self.open_case and self._desk.waits(kind, one.id) for one in mine)
            self.model.touched(mine, [not self._desk.waits(kind, one.id) for one in mine])
            self._own = False
        for one in some:
            if one.kind == "case" and one.new is not None:
                self.found.replace(one.new)
        self.list.viewport().update()
        if kinds & {"case", "mention", "read_mark"}:
            self.recount()

    def _ask_anew(self) -> None:
        """Too much has changed to follow each change; while a catch-up runs, not at each of its parts."""
        if not self._anew.isActive():
            self._anew.start()

    def _take_anew(self) -> None:
        self.show_views()
        self.model.stale()
        self.recount()

    def _keep_still(self, still: bool) -> None:
        self.model.still = still
        if not still:
            self.model.release()

    def _show_held(self, count: int) -> None:
        self.pill.show_count(count)

    # --- Rows ---

    def _facts(self, record: Record) -> RowFacts | None:
        return facts(self._desk, record)

    @property
    def shown_model(self) -> RecordsModel | FixedModel:
        """What the list shows: a view, or what was found."""
        model = self.list.model()
        return model if isinstance(model, FixedModel) else self.model

    def case_at(self, row: int) -> str:
        """The case of a row; empty while it is not loaded."""
        record = self.shown_model.record(row)
        case = case_of(self._desk, record) if record is not None else None
        return case.id if case is not None else ""

    def selected(self) -> tuple[str, ...]:
        """The chosen cases, in the list's order; the open one if none is chosen."""
        found = tuple(dict.fromkeys(case for row in self.list.rows() if (case := self.case_at(row))))
        return found or ((self.open_case,) if self.open_case else ())

    def _open_row(self, row: int) -> None:
        case = self.case_at(row)
        if case:
            self.show_case(case)

    def show_case(self, case: str) -> None:
        """Open a case, as if it had been clicked."""
        self.mark_open(case)
        self.chosen.emit(case)

    def mark_open(self, case: str) -> None:
        """This case is open beside the list."""
        self.open_case = self.delegate.open_case = case
        row = self._row_of(case)
        if row >= 0 and (self.list.single() or row not in self.list.rows()):
            self.list.choose(row)
        elif row < 0:
            self.list.choose(-1)

    def _row_of(self, case: str) -> int:
        model = self.shown_model
        row = model.row_of(case)
        if row >= 0 or self.view_id != "mentions":
            return row
        return next((at for at in range(min(model.rowCount(), 100)) if self.case_at(at) == case), -1)

    def _after_removal(self, _parent: QModelIndex, first: int, _last: int) -> None:
        """The open case has left this view: by one's own hand the next one opens."""
        if not self.open_case or self._row_of(self.open_case) >= 0 or self.shown_model is not self.model:
            return
        if self._own and self._settings.flag("work.open_next") and self.model.rowCount():
            row = min(first, self.model.rowCount() - 1)
            QTimer.singleShot(0, self, lambda: self._open_row(row))
        else:
            self.list.choose(-1)

    def _after_loading(self) -> None:
        self._show_state()
        if self.open_case and not self.list.rows():
            self.mark_open(self.open_case)

    # --- Search ---

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

    def _searching(self, text: str) -> None:
        if text.strip():
            self.finder.find(text)
        else:
            self.finder.stop()
            self.list.show_model(self.model)
            self.mark_open(self.open_case)
            self._show_state()

    def _show_found(self, records: Sequence[Any], more: bool) -> None:
        (self.found.add if more else self.found.show_records)(records)
        self.list.show_model(self.found)
        self._show_state()

    # --- States ---

    def set_filling(self, filling: bool) -> None:
        """Whether the server is still sending what the views ask for."""
        if filling != self._filling:
            self._filling = filling
            self._show_state()

    def _show_state(self) -> None:
        """Rows, outlines, or the words that say why there are none."""
        if self.shown_model.rowCount():
            self._show_rows()
            return
        if self.shown_model is self.found:
            self._empty.show_words(tr("Nothing was found"), self.finder.hint(), "ph.magnifying-glass")
        elif self._filling:
            self._stack.setCurrentWidget(self._loading)
            return
        else:
            view = self._views[self.view_id]
            self._empty.show_words(view.empty, view.hint, view.icon)
        self._stack.setCurrentWidget(self._empty)

    def _show_rows(self) -> None:
        """The list comes forward, and with it the focus, if nobody is typing."""
        if self._stack.currentWidget() is not self.list:
            self._stack.setCurrentWidget(self.list)
            if self.isVisible() and not Keyboard.typing():
                self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_list(self) -> None:
        """Ask the desk nothing more."""
        self._end()
        self.finder.stop()
        self._clock.stop()
        self._count_next.stop()
        self._anew.stop()
        self.list.show_model(self.found)
        self.model.close()

    def sizeHint(self) -> Any:
        hint = super().sizeHint()
        hint.setWidth(px("list"))
        return hint

