"""What rules have done, and what they have not and why: the newest of it, for the cases on this laptop."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.models.table import Cell, Column
from agentdesk.desk.names import case_number
from agentdesk.desk.pages.rules.words import ending
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.times import day_and_clock
from agentdesk.desk.widgets.frames import Card
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.table import Table
from agentdesk.domain.cases import Case
from agentdesk.domain.rules import FIRINGS, Firing, in_force

NEWEST = 300
INKS = {"failed": "bad", "stopped": "bad", "done": "good"}


class HistoryCard(Card):
    """A press of Enter on a row opens its case."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk = desk
        self._names: dict[str, str] = {}
        self.told = label("", "muted", wrap=True)
        self.table = Table(tr("What rules have done"), self._columns(), down=True)
        self.table.setMinimumHeight(scaled(240))
        self.table.activated.connect(lambda index: self._open(self.table.things.item(index.row())))
        self.box.addWidget(label(tr("What rules have done"), "section"))
        self.box.addWidget(self.told)
        self.box.addWidget(self.table)

    def show_newest(self) -> None:
        """Read them anew."""
        book, view = in_force(self._desk.view), self._desk.view
        self._names = {rule.id: rule.name for rule in book.rules} if book is not None else {}
        found = view.page(FIRINGS(), limit=NEWEST)
        self.table.things.show(found)
        self.table.setVisible(bool(found))
        some = tr("In the cases on this laptop; Enter opens one.")
        self.told.setText(some if found else tr("No rule has acted in the cases on this laptop yet."))

    def _open(self, one: Any) -> None:
        if isinstance(one, Firing):
            self._desk.open("case", one.case)

    def _case(self, one: Firing) -> str:
        case = self._desk.view.get(Case, one.case)
        return f"{case_number(case.number)} {words(case.subject)}" if case is not None else one.case

    def _columns(self) -> list[Column]:
        def when(one: Firing) -> Cell:
            return Cell(day_and_clock(one.ended or one.at, self._desk.now()), ink="muted")

        def end(one: Firing) -> Cell:
            return Cell(ending(one, self._desk.now(), self._names), ink=INKS.get(one.state, "muted"))

        return [
            Column(tr("When"), when, lambda one: one.ended or one.at, 130),
            Column(tr("Rule"), lambda one: Cell(one.name, strong=True), lambda one: one.name, 170),
            Column(tr("What came of it"), end, lambda one: (one.state, one.why)),
            Column(tr("Case"), lambda one: Cell(self._case(one)), lambda one: one.case),
            Column(tr("Version"), lambda one: Cell(str(one.number or "–"), ink="muted"), lambda one: one.number, 64),
        ]
