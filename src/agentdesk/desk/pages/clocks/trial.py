"""A draft tried on old cases before it holds: what would have warned and been late, beside the rules that hold."""

from __future__ import annotations

from typing import Any

import msgspec
from PySide6.QtWidgets import QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.due import clock_name
from agentdesk.desk.models.table import Cell, Column
from agentdesk.desk.names import number
from agentdesk.desk.pages.clocks.typed import written
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.times import MINUTE
from agentdesk.desk.typed import Unclear, whole
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.formfield import Field
from agentdesk.desk.widgets.frames import Card, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.table import Table
from agentdesk.desk.widgets.verdict import Verdict
from agentdesk.domain.clocks import BacktestPart, Line, Outcome, summed
from agentdesk.domain.people import TEAMS

USUAL_DAYS, LONGEST = "30", 366
NONE = Line("", "", 0, 0, 0, 0, 0)


class Row(msgspec.Struct, frozen=True):
    """One clock of one team: by the draft, and by the rules that hold."""

    id: str
    team: str
    metric: str
    draft: Line
    holds: Line


class TrialCard(Card):
    """`begin` asks the server portion by portion; `stop` ends it, and what was counted so far stays to be seen."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk = desk
        self._round, self._waits, self._asking, self._where = 0, "", "", ""
        self._draft: list[Outcome] = []
        self._holds: list[Outcome] = []
        self._cases = self._held = 0
        self.days = Field(tr("Days back"), USUAL_DAYS)
        self.try_it, self.stop = Button(tr("Try the draft on them"), icon="ph.clock"), Button(tr("Stop"))
        self.verdict = Verdict()
        self.table = Table(tr("What the draft would have meant"), _columns())
        self.table.setMinimumHeight(scaled(200))
        told = tr(
            "The server counts the cases of the last days by this draft, and by the rules that hold. Nothing changes."
        )
        self.box.addWidget(label(tr("Try it on old cases"), "section"))
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

    def begin(self, regime: str) -> None:
        """Try a draft, as soon as the server has it."""
        try:
            whole(self.days.text(), 1, LONGEST)
        except Unclear as unclear:
            self.days.stop(str(unclear))
            return
        self._round += 1
        self._draft, self._holds, self._cases, self._held = [], [], 0, 0
        self._waits, self._asking = regime, ""
        self.try_it.setEnabled(False)
        self.stop.show()
        self.table.hide()
        self.verdict.show_state("accent", tr("Waiting for the server to get the draft…"))
        self.heard()

    def heard(self) -> None:
        """A draft may have arrived at the server."""
        if self._waits and not self._desk.waits("regime", self._waits):
            self._asking, self._waits = self._waits, ""
            self._where = f"/api/v1/clocks/drafts/{self._asking}/backtest?days={self.days.text()}"
            self.verdict.show_state("accent", tr("The server is counting…"))
            self._ask(self._where)

    def end(self) -> None:
        """No more: what was counted so far is shown."""
        if self.is_busy:
            self._over(tr("Stopped"))

    def _ask(self, where: str) -> None:
        turn = self._round
        self._desk.read(where, lambda result, why: self._told(result, why) if turn == self._round else None)

    def _told(self, result: Any, why: str) -> None:
        try:
            part = None if why else msgspec.convert(result, BacktestPart)
        except msgspec.ValidationError:
            part, why = None, tr("The server's answer cannot be read.")
        if part is None:
            self._over("")
            self.verdict.show_state("warn", tr("The server cannot be asked now."), why)
            return
        self._draft += part.draft
        self._holds += part.holds
        self._cases, self._held = self._cases + part.cases, part.held
        if part.after:
            self.verdict.show_state("accent", tr("{n} cases counted so far…", n=number(self._cases)))
            self._ask(f"{self._where}&until={part.until}&after={part.after}")
        else:
            self._over(tr("{n} cases counted", n=number(self._cases)))

    def _over(self, words: str) -> None:
        self._round += 1
        self._waits = self._asking = ""
        self.try_it.setEnabled(True)
        self.stop.hide()
        if words:
            self._show(words)

    def _show(self, words: str) -> None:
        draft, holds = _by_key(self._draft), _by_key(self._holds)
        names = {team.id: team.name for team in self._desk.view.page(TEAMS(), limit=500)}
        rows = [
            Row(f"{team} {metric}", names.get(team, team), metric, draft.get((team, metric), NONE),
                holds.get((team, metric), NONE))
            for team, metric in sorted(draft.keys() | holds.keys())
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


def _by_key(found: list[Outcome]) -> dict[tuple[str, str], Line]:
    return {(line.team, line.metric): line for line in summed(found)}


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
