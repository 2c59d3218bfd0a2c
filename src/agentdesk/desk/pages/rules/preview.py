"""A draft of rules tried on old cases: how often each would have acted, beside the rules that hold, and in which."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec
from PySide6.QtWidgets import QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.models.table import Cell, Column
from agentdesk.desk.names import case_number, number
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.times import day_and_clock
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.formfield import Field
from agentdesk.desk.widgets.frames import Card, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.table import Table
from agentdesk.desk.widgets.verdict import Verdict
from agentdesk.domain.cases import Case
from agentdesk.domain.rules import Match, MatchesPart, Rulebook

USUAL_DAYS, LONGEST, MOST = "30", 366, 500


class Row(msgspec.Struct, frozen=True):
    """A case that a rule would have met."""

    id: str
    match: Match
    rule: str


class PreviewCard(Card):
    """`begin` asks the server portion by portion; `end` stops it, and what was found so far stays to be seen."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk = desk
        self._turn, self._waits, self._asking, self._where = 0, "", "", ""
        self._names: dict[str, str] = {}
        self._draft, self._holds = Counter[str](), Counter[str]()
        self._cases = self._held = 0
        self._some: list[Match] = []
        self.days = Field(tr("Days back"), USUAL_DAYS)
        self.try_it, self.stop = Button(tr("Look at old cases"), icon="ph.clock"), Button(tr("Stop"))
        self.verdict = Verdict()
        self.table = Table(tr("Cases that rules would have met"), self._columns(), down=True)
        self.table.setMinimumHeight(scaled(200))
        self.table.activated.connect(lambda index: self._open(self.table.things.item(index.row())))
        told = tr(
            "The server walks through the cases of the last days as they were. Nothing changes. When a tag was put on "
            "is not known, so for tags it looks at the cases as they are now; warnings cannot be looked back at."
        )
        self.box.addWidget(label(tr("What would have happened"), "section"))
        self.box.addWidget(label(told, "muted", wrap=True))
        for part in (self.days, spread(self.try_it, self.stop, None), self.verdict, self.table):
            self.box.addWidget(part)
        self.stop.clicked.connect(self.end)
        self.stop.hide()
        self.table.hide()

    @property
    def is_busy(self) -> bool:
        """Whether the server is being asked, or will be."""
        return bool(self._waits or self._asking)

    def begin(self, book: Rulebook) -> None:
        """Try a draft, as soon as the server has it."""
        days = self.days.text()
        if not (days.isascii() and days.isdecimal() and len(days) < 4 and 1 <= int(days) <= LONGEST):
            self.days.stop(tr("Give a whole number from {low} to {high}.", low=1, high=LONGEST))
            return
        self._turn += 1
        self._names = {rule.id: rule.name for rule in book.rules}
        self._draft, self._holds, self._some, self._cases = Counter(), Counter(), [], 0
        self._waits, self._asking = book.id, ""
        self.try_it.setEnabled(False)
        self.stop.show()
        self.table.hide()
        self.verdict.show_state("accent", tr("Waiting for the server to get the draft…"))
        self.heard()

    def heard(self) -> None:
        """A draft may have arrived at the server."""
        if self._waits and not self._desk.waits("rulebook", self._waits):
            self._asking, self._waits = self._waits, ""
            self._where = f"/api/v1/rules/drafts/{self._asking}/matches?days={self.days.text()}"
            self.verdict.show_state("accent", tr("The server is counting…"))
            self._ask(self._where)

    def end(self) -> None:
        """No more: what was counted so far is shown."""
        if self.is_busy:
            self._over(tr("Stopped"))

    def _ask(self, where: str) -> None:
        turn = self._turn
        self._desk.read(where, lambda result, why: self._told(result, why) if turn == self._turn else None)

    def _told(self, result: Any, why: str) -> None:
        try:
            part = None if why else msgspec.convert(result, MatchesPart)
        except msgspec.ValidationError:
            part, why = None, tr("The server's answer cannot be read.")
        if part is None:
            self._over("")
            self.verdict.show_state("warn", tr("The server cannot be asked now."), why)
            return
        self._draft.update(part.draft)
        self._holds.update(part.holds)
        self._some = [*self._some, *part.some][:MOST]
        self._cases, self._held = self._cases + part.cases, part.held
        if part.after:
            self.verdict.show_state("accent", tr("{n} cases counted so far…", n=number(self._cases)))
            self._ask(f"{self._where}&until={part.until}&after={part.after}")
        else:
            self._over(tr("{n} cases counted", n=number(self._cases)))

    def _over(self, told: str) -> None:
        self._turn += 1
        self._waits = self._asking = ""
        self.try_it.setEnabled(True)
        self.stop.hide()
        if not told:
            return
        lines = [
            tr("{name}: {n} times, by the rules that hold {before}", name=name, n=number(self._draft[id]),
               before=number(self._holds[id])) if self._held else tr("{name}: {n} times", name=name,
               n=number(self._draft[id]))
            for id, name in self._names.items()
        ]  # fmt: skip
        self.verdict.show_state("good" if self._draft else "accent", told, "\n".join(lines))
        rows = [Row(f"{one.rule} {one.case}", one, self._names.get(one.rule, one.rule)) for one in self._some]
        self.table.things.show(rows)
        self.table.setVisible(bool(rows))

    def _open(self, row: Any) -> None:
        if isinstance(row, Row):
            self._desk.open("case", row.match.case)

    def _subject(self, row: Row) -> str:
        case = self._desk.view.get(Case, row.match.case)
        return words(case.subject) if case is not None else tr("not on this laptop")

    def _columns(self) -> list[Column]:
        def when(row: Row) -> Cell:
            return Cell(day_and_clock(row.match.at, self._desk.now()), ink="muted")

        return [
            Column(tr("When"), when, lambda row: row.match.at, 130),
            Column(tr("Rule"), lambda row: Cell(row.rule, strong=True), lambda row: row.rule, 170),
            Column(tr("Number"), lambda row: Cell(case_number(row.match.number)), lambda row: row.match.number, 80),
            Column(tr("Case"), lambda row: Cell(self._subject(row)), self._subject),
        ]
