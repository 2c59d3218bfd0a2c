"""What the schedule would delete today: counts and a list first; only then can it be done."""

from __future__ import annotations

from typing import Any

import msgspec
from PySide6.QtWidgets import QVBoxLayout, QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.models.table import Cell, Column
from agentdesk.desk.names import case_number, number
from agentdesk.desk.pages.privacy.told import Going, Item
from agentdesk.desk.pages.privacy.words import CLASSES, place, short
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.times import day_and_clock
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.frames import Card, empty, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.sure import Sure
from agentdesk.desk.widgets.table import Table
from agentdesk.desk.widgets.verdict import Verdict
from agentdesk.domain.privacy import RUNS, RunRetention

WHERE = "/api/v1/retention/due"
GOOD_FOR = 10 * 60_000
"""So long what was looked at is taken for what is (ms)."""


class Row(msgspec.Struct, frozen=True):
    """One that would go, with its class."""

    id: str
    data_class: str
    item: Item


class DueCard(Card):
    """Ask, look, and only then delete."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk = desk
        self._due, self._looked, self._busy, self._asked = 0, 0, False, ""
        self.look = Button(tr("See what would go today"), icon="ph.eye")
        self.run, self.verdict = Sure(tr("Delete it now"), icon="ph.trash"), Verdict()
        self.counts: list[tuple[str, int, int]] = []
        self._counts = QVBoxLayout()
        self._counts.setSpacing(6)
        self.table = Table(tr("What would go"), _columns(desk))
        self.table.setMinimumHeight(scaled(220))
        self._more = label("", "muted", wrap=True)
        told = tr("Looking deletes nothing. The server carries out the schedule by itself every day.")
        self.box.addWidget(label(tr("What would go today"), "strong"))
        self.box.addWidget(label(told, "muted", wrap=True))
        self.box.addWidget(spread(self.look, None))
        self.box.addWidget(self.verdict)
        self.box.addLayout(self._counts)
        for part in (self.table, self._more, spread(self.run, None)):
            self.box.addWidget(part)
        self.look.clicked.connect(self.ask)
        self.run.confirmed.connect(self._run)
        self._clear()

    def _clear(self) -> None:
        empty(self._counts)
        self.counts, self._due, self._looked = [], 0, 0
        for part in (self.table, self._more, self.run):
            part.hide()

    def ask(self) -> None:
        """The dry run."""
        if self._busy:
            return
        self._busy = True
        self.look.setEnabled(False)
        self._clear()
        self.verdict.show_state("accent", tr("The server is looking…"))
        self._desk.read(WHERE, self._told)

    def _told(self, result: Any, why: str) -> None:
        self._busy = False
        self.look.setEnabled(True)
        try:
            found = [] if why else msgspec.convert(result, list[Going])
        except msgspec.ValidationError:
            found, why = [], tr("The server's answer cannot be read.")
        if why:
            self.verdict.show_state("warn", tr("The server cannot be asked now."), why)
            return
        self._show(found)

    def _show(self, found: list[Going]) -> None:
        self._looked = self._desk.now()
        self._due, held = sum(one.due for one in found), sum(one.held for one in found)
        self.counts = [(one.data_class, one.due, one.held) for one in found]
        if not self._due:
            words = tr("{n} are due and held for a legal matter.", n=number(held)) if held else ""
            self.verdict.show_state("good", tr("Nothing would go today."), words)
            return
        words = tr("{n} more are due and held for a legal matter.", n=number(held)) if held else ""
        self.verdict.show_state("warn", tr("{n} would go.", n=number(self._due)), words)
        for going in found:
            if going.due or going.held:
                self._counts.addWidget(_count(going))
        rows = [Row(f"{going.data_class} {one.id}", going.data_class, one) for going in found for one in going.items]
        self.table.things.show(rows)
        self.table.setVisible(bool(rows))
        listed = len(rows)
        self._more.setText(tr("{n} of {all} are listed.", n=number(listed), all=number(self._due)))
        self._more.setVisible(listed < self._due)
        self.run.setVisible(self._desk.me.may("retention.run"))

    def _run(self) -> None:
        """What was looked at long ago may be something else now: then it is looked at once more."""
        if not self._looked or self._desk.now() - self._looked > GOOD_FOR:
            self.ask()
            return
        self._asked = self._desk.new_id()
        why = self._desk.attempt(RunRetention(run=self._asked))
        self._clear()
        if why:
            self.verdict.show_state("warn", tr("Nothing was deleted."), why)
        else:
            self.again()

    def again(self) -> None:
        """Follow the run that was begun here."""
        if not self._asked:
            return
        runs = self._desk.view.page(RUNS(), limit=50)
        run = next((one for one in runs if one.id == self._asked), None)
        if run is None:
            self.verdict.show_state("accent", tr("Asked for; the server has not answered yet."))
        elif not run.done:
            words = tr("{n} cases are gone so far.", n=number(run.cases))
            self.verdict.show_state("accent", tr("The server is deleting."), words)
        else:
            self._asked = ""
            gone = run.cases + run.customers + run.files + run.seals + run.facts + run.visitors
            self.verdict.show_state("good", tr("{n} are gone.", n=number(gone)))


def _count(going: Going) -> QWidget:
    name = label(tr(CLASSES.get(going.data_class, going.data_class)))
    held = tr("{n} held", n=number(going.held)) if going.held else ""
    return spread(name, None, label(held, "muted"), label(number(going.due), "strong"))


def _columns(desk: Desk) -> list[Column]:
    def what(row: Row) -> str:
        return tr(CLASSES.get(row.data_class, row.data_class))

    def which(row: Row) -> str:
        return case_number(row.item.number) if row.item.number else short(row.item.id)

    return [
        Column(tr("Which"), lambda one: Cell(which(one), strong=True), lambda one: (one.item.number, one.id)),
        Column(tr("Class of data"), lambda one: Cell(what(one), ink="muted"), what),
        Column(tr("Last change"), lambda one: Cell(day_and_clock(one.item.at, desk.now()), ink="muted"),
               lambda one: one.item.at, 130),
        Column(tr("Region"), lambda one: Cell(place(one.item.region), ink="muted"), lambda one: one.item.region, 100),
    ]  # fmt: skip
