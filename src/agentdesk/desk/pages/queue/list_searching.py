"""The list while one searches: what was found in place of a view, and what there is to say of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.models.fixed import FixedModel
from agentdesk.desk.models.list import RecordsModel
from agentdesk.desk.pages.queue.list_search import Finder
from agentdesk.desk.pages.queue.list_views import ListViews
from agentdesk.desk.pages.queue.row import Found, RowFacts, facts, snippet
from agentdesk.desk.pages.queue.search_help import SearchHelp
from agentdesk.desk.settings import Settings
from agentdesk.domain.cases import Case
from agentdesk.domain.kernel import Record
from agentdesk.domain.seeking import Hit


class ListSearch(ListViews):
    """Shows `found` instead of the view as long as something stands in the search line."""

    def __init__(self, desk: Desk, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(desk, settings, parent)
        self.open_case = ""
        self.found = FixedModel(self)
        self._lines: dict[str, tuple[Hit, Found]] = {}
        """What the rows tell of their hits: a file's text is long, and rows are drawn every second."""
        self.finder = Finder(desk, self._show_found, self._told, self)
        self.help = SearchHelp(self.search, desk)

    def mark_open(self, case: str) -> None:
        """This case is open beside the list."""

    def _show_state(self) -> None:
        """Rows, or why there are none."""

    def _facts(self, record: Record) -> RowFacts | None:
        columns = () if self.shown_model is self.found else self.view_columns()
        return facts(self._desk, record, self._found_in(record.id), columns)

    def hit_of(self, case: str) -> Hit | None:
        """What was found in a case, while the list shows what was found."""
        return self.finder.hits.get(case) if self.shown_model is self.found else None

    def _found_in(self, case: str) -> Found | None:
        hit = self.hit_of(case)
        if hit is None:
            return None
        if case not in self._lines or self._lines[case][0] is not hit:
            text = hit.said if hit.message is not None or hit.file is not None else hit.case.preview
            terms = self.finder.sought.wanted
            self._lines[case] = hit, Found(snippet(words(text), terms), terms, case in self.finder.away)
        return self._lines[case][1]

    @property
    def shown_model(self) -> RecordsModel | FixedModel:
        """What the list shows: a view, or what was found."""
        model = self.list.model()
        return model if isinstance(model, FixedModel) else self.model

    def show_view(self, id: str) -> None:
        """Bring a view to the front. What was found in place of another goes, or this one would not be seen."""
        moved = id != self._front
        super().show_view(id)
        if moved:
            self.search.clear()

    def _searching(self, text: str) -> None:
        self._lines.clear()
        if text.strip():
            self.finder.find(text)
        else:
            self.finder.stop()
            self._show_note("", False)
            self.list.show_model(self.model)
            self.mark_open(self.open_case)
            self._show_state()

    def _search_anew(self) -> None:
        """What was found may not be there any more, or not for these eyes; what is there now is found again."""
        self.found.show_records(())
        self._lines.clear()
        self.finder.again()

    def _told(self) -> None:
        """What there is to say of the search has changed."""
        self._show_note(self.finder.note(), bool(self.finder.fault()))
        self._show_state()

    def _show_found(self, records: Sequence[Case], more: bool) -> None:
        (self.found.add if more else self.found.show_records)(records)
        self.list.show_model(self.found)
        self._show_state()
