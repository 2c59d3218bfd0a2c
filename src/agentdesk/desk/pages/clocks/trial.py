"""A draft tried on old cases before it holds: what would have warned and been late, beside the rules that hold."""

from __future__ import annotations

from typing import Any

import msgspec
from PySide6.QtWidgets import QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.due import clock_name
from agentdesk.desk.models.table import Cell, Column
from agentdesk.desk.names import number
from agentdesk.desk.old_cases import OldCases
from agentdesk.desk.pages.clocks.typed import written
from agentdesk.desk.texts import tr
from agentdesk.desk.times import MINUTE
from agentdesk.desk.widgets.table import Table
from agentdesk.domain.clocks import BacktestPart, Line, Outcome, summed
from agentdesk.domain.people import TEAMS

NONE = Line("", "", 0, 0, 0, 0, 0)


class Row(msgspec.Struct, frozen=True):
    """One clock of one team, perhaps for one tier: by the draft, and by the rules that hold."""

    id: str
    team: str
    metric: str
    draft: Line
    holds: Line


class TrialCard(OldCases):
    """For each team and clock (and tier, if the rules tell them apart): how often it would have warned or been late."""

    kind, question = "regime", "clocks/drafts/{draft}/backtest"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        table = Table(tr("What the draft would have meant"), _columns())
        super().__init__(desk, tr("Try the draft on them"), table, parent)
        self._draft: list[Outcome] = []
        self._holds: list[Outcome] = []
        told = tr(
            "The server counts the cases of the last days by this draft, and by the rules that hold. Nothing changes."
        )
        self._lay_out(tr("Try it on old cases"), told)

    def _forget(self) -> None:
        self._draft, self._holds = [], []

    def _add(self, result: Any) -> BacktestPart:
        part = msgspec.convert(result, BacktestPart)
        self._draft += part.draft
        self._holds += part.holds
        return part

    def _show(self, words: str) -> None:
        draft, holds = _by_key(self._draft), _by_key(self._holds)
        names = {team.id: team.name for team in self._desk.view.page(TEAMS(), limit=500)}
        rows = [
            Row(" ".join(key), _named(names.get(key[0], key[0]), key[2]), key[1], draft.get(key, NONE),
                holds.get(key, NONE))
            for key in sorted(draft.keys() | holds.keys())
        ]  # fmt: skip
        late, before = (sum(one.late for one in lines.values()) for lines in (draft, holds))
        if not rows:
            self.verdict.show_state(
                "accent", words, tr("No clock ran for them, neither by the draft nor by the rules.")
            )
        elif self._held:
            told = tr("Late by the draft: {n}. By version {version}, which holds: {before}.",
                      n=number(late), version=self._held, before=number(before))  # fmt: skip
            self.verdict.show_state("warn" if late > before else "good", words, told)
        else:
            self.verdict.show_state("warn" if late else "good", words, tr("Late by the draft: {n}.", n=number(late)))
        self.table.things.show(rows)
        self.table.setVisible(bool(rows))


def _named(team: str, tier: str) -> str:
    return tr("{team} · {tier}", team=team, tier=tier) if tier else team


def _by_key(found: list[Outcome]) -> dict[tuple[str, str, str], Line]:
    return {(line.team, line.metric, line.tier): line for line in summed(found)}


def _both(draft: int, holds: int) -> Cell:
    """What it was, and what it would be; more of it is worse."""
    words = number(draft) if draft == holds else tr("{before} → {after}", before=number(holds), after=number(draft))
    return Cell(words, ink="bad" if draft > holds else "good" if draft < holds else "muted", strong=draft != holds)


def _took(counted: int) -> Cell:
    return Cell(written(counted // MINUTE) if counted >= MINUTE else tr("under 1m"), ink="muted")


def _columns() -> list[Column]:
    return [
        Column(tr("Team"), lambda one: Cell(one.team, strong=True), lambda one: (one.team, one.metric)),
        Column(tr("Clock"), lambda one: Cell(clock_name(one.metric)), lambda one: clock_name(one.metric), 110),
        Column(tr("Rounds"), lambda one: Cell(number(one.draft.count), ink="muted"), lambda one: one.draft.count, 74),
        Column(tr("Warned"), lambda one: _both(one.draft.warned, one.holds.warned), lambda one: one.draft.warned, 92),
        Column(tr("Late"), lambda one: _both(one.draft.late, one.holds.late), lambda one: one.draft.late, 92),
        Column(tr("Half took"), lambda one: _took(one.draft.half), lambda one: one.draft.half, 84),
        Column(tr("9 of 10 took"), lambda one: _took(one.draft.most), lambda one: one.draft.most, 96),
    ]  # fmt: skip
