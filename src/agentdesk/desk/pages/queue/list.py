"""The queue's list: views with counts, order, search, rows, and what moved while one was reading."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QTimer, Signal
from PySide6.QtWidgets import QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.pages.queue.list_searching import ListSearch
from agentdesk.desk.pages.queue.row import case_of
from agentdesk.desk.pages.queue.row_paint import RowDelegate
from agentdesk.desk.settings import Settings
from agentdesk.desk.texts import tr
from agentdesk.sync.replica import Touched

ANEW_MS = 250
"""Through a catch-up, which changes too much to follow, the list is asked anew at most so often."""
WATCHED = ("case", "mention", "read_mark", "person", "team", "view", "customer")


class ListPanel(ListSearch):
    """`chosen` tells the case to show."""

    chosen = Signal(str)

    def __init__(self, desk: Desk, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(desk, settings, parent)
        self.open_case, self._own, self._filling, self._held = "", False, False, 0
        self.delegate = RowDelegate(self._facts, self.list)
        self.list.setItemDelegate(self.delegate)
        self.list.show_model(self.model)
        self._anew = QTimer(self, singleShot=True, interval=ANEW_MS)
        self._anew.timeout.connect(self._take_anew)
        self._connect()
        self.show_views()
        self._end = desk.listen(WATCHED, self._touched)
        desk.sight.changed.connect(self._search_anew)
        self._clock.start()

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

    def _view_shown(self) -> None:
        if not self.search.text().strip():
            self.list.show_model(self.model)
        self.list.scrollToTop()
        self.mark_open(self.open_case)
        self._show_state()

    # --- Following changes ---

    def _touched(self, some: Sequence[Touched] | None) -> None:
        if some is None:
            self._ask_anew()
            return
        kinds = {one.kind for one in some}
        if kinds & {"team", "person", "view"}:
            self.show_views()
        asked = self.model.asked
        if asked is not None and kinds & asked.beside:
            self.model.stale()
        kind = "mention" if asked is not None and self.view_id == "mentions" else "case"
        mine = [one for one in some if one.kind == kind]
        if mine:
            self._own = any(one.id == self.open_case and self._desk.waits(kind, one.id) for one in mine)
            self.model.touched(mine, [not self._desk.waits(kind, one.id) for one in mine])
            self._own = False
        for one in some:
            if one.kind == "case":
                self.found.follow(one.id, one.new)
        if kinds - {"case"}:  # a case's own row is told by the model
            self.list.viewport().update()
        if kinds & {"case", "mention", "read_mark", "customer"}:
            self.recount()

    def _ask_anew(self) -> None:
        """Too much has changed to follow each change; while a catch-up runs, not at each of its parts."""
        if not self._anew.isActive():
            self._anew.start()

    def _take_anew(self) -> None:
        self._search_anew()
        self.show_views()
        self.model.stale()
        self.recount()

    def _keep_still(self, still: bool) -> None:
        self.model.still = still
        if not still:
            self.model.release()

    def _show_held(self, count: int) -> None:
        self._held = count
        self._show_pill()

    def _show_pill(self) -> None:
        """What moved in the view is not told over what was found: it would hide the first of it."""
        self.pill.show_count(self._held if self.shown_model is self.model else 0)

    # --- Rows ---

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

    # --- States ---

    def set_filling(self, filling: bool) -> None:
        """Whether the server is still sending what the views ask for."""
        if filling != self._filling:
            self._filling = filling
            self._show_state()

    def _show_state(self) -> None:
        """Rows, outlines, or the words that say why there are none."""
        self._show_pill()
        if self.shown_model.rowCount():
            self._show_rows()
            return
        if self.shown_model is self.found:
            self._show_words(tr("Nothing was found"), self.finder.hint(), "ph.magnifying-glass")
        elif self._filling or self.model.waiting:
            self._show_outlines()
        else:
            view = self._views[self.view_id]
            self._show_words(view.empty, view.hint, view.icon)

    def close_list(self) -> None:
        """Ask the desk nothing more."""
        self._end()
        self.finder.stop()
        self._clock.stop()
        self.counts.stop()
        self._anew.stop()
        self.list.show_model(self.found)
        self.model.close()
