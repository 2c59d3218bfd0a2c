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
from agentdesk.desk.old_cases import OldCases
from agentdesk.desk.texts import tr
from agentdesk.desk.times import day_and_clock
from agentdesk.desk.widgets.table import Table
from agentdesk.domain.cases import Case
from agentdesk.domain.rules import Match, MatchesPart, Rulebook

MOST = 500


class Row(msgspec.Struct, frozen=True):
    """A case that a rule would have met."""

    id: str
    match: Match
    rule: str


class PreviewCard(OldCases):
    """For each rule: how often it would have acted, and in which cases."""

    kind, question = "rulebook", "rules/drafts/{draft}/matches"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        table = Table(tr("Cases that rules would have met"), _columns(desk), down=True)
        super().__init__(desk, tr("Look at old cases"), table, parent)
        self._names: dict[str, str] = {}
        self._draft, self._holds = Counter[str](), Counter[str]()
        self._some: list[Match] = []
        self.table.activated.connect(lambda index: self._open(self.table.things.item(index.row())))
        told = tr(
            "The server walks through the cases of the last days as they were. Nothing changes. When a tag was put on "
            "is not known, so for tags it looks at the cases as they are now; warnings cannot be looked back at."
        )
        self._lay_out(tr("What would have happened"), told)

    def try_book(self, book: Rulebook) -> None:
        """Try a draft, as soon as the server has it."""
        self._names = {rule.id: rule.name for rule in book.rules}
        self.begin(book.id)

    def _forget(self) -> None:
        self._draft, self._holds, self._some = Counter(), Counter(), []

    def _add(self, result: Any) -> MatchesPart:
        part = msgspec.convert(result, MatchesPart)
        self._draft.update(part.draft)
        self._holds.update(part.holds)
        self._some = [*self._some, *part.some][:MOST]
        return part

    def _show(self, words: str) -> None:
        lines = [
            tr("{name}: {n} times, by the rules that hold {before}", name=name, n=number(self._draft[id]),
               before=number(self._holds[id])) if self._held else tr("{name}: {n} times", name=name,
               n=number(self._draft[id]))
            for id, name in self._names.items()
        ]  # fmt: skip
        self.verdict.show_state("good" if self._draft else "accent", words, "\n".join(lines))
        rows = [Row(f"{one.rule} {one.case}", one, self._names.get(one.rule, one.rule)) for one in self._some]
        self.table.things.show(rows)
        self.table.setVisible(bool(rows))

    def _open(self, row: Any) -> None:
        if isinstance(row, Row):
            self._desk.open("case", row.match.case)


def _columns(desk: Desk) -> list[Column]:
    def when(row: Row) -> Cell:
        return Cell(day_and_clock(row.match.at, desk.now()), ink="muted")

    def subject(row: Row) -> str:
        case = desk.view.get(Case, row.match.case)
        return words(case.subject) if case is not None else tr("not on this laptop")

    return [
        Column(tr("When"), when, lambda row: row.match.at, 130),
        Column(tr("Rule"), lambda row: Cell(row.rule, strong=True), lambda row: row.rule, 170),
        Column(tr("Number"), lambda row: Cell(case_number(row.match.number)), lambda row: row.match.number, 80),
        Column(tr("Case"), lambda row: Cell(subject(row)), subject),
    ]
