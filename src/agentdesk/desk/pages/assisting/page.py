"""The page of suggestions: what became of them in groups of five people and more, and what they do to an answer."""

from __future__ import annotations

from typing import Any

import msgspec
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from agentdesk.desk.actions import Action
from agentdesk.desk.desk import Desk
from agentdesk.desk.models.table import Cell, Column
from agentdesk.desk.names import number
from agentdesk.desk.pages.assisting.brake import Brake
from agentdesk.desk.pages.assisting.models_card import ModelsCard
from agentdesk.desk.pages.assisting.words import BY, effect_words, group_name, milliseconds, part
from agentdesk.desk.settings import Settings
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.times import day_and_clock
from agentdesk.desk.widgets.beside import stacked
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.facts import Facts, Sheet
from agentdesk.desk.widgets.fields import choice
from agentdesk.desk.widgets.frames import Banner, Bar, Card, Header, Pane
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.states import EmptyState, SkeletonRows
from agentdesk.desk.widgets.table import Table
from agentdesk.desk.widgets.tabs import Tabs
from agentdesk.desk.widgets.verdict import Verdict
from agentdesk.domain.kernel import may
from agentdesk.domain.suggestions import Line, Measures

TITLE, ICON = mark("Suggestions"), "ph.sparkle"
WHERE = "/api/v1/suggestions/measures"
WEEKS = ((1, mark("The last week")), (4, mark("The last 4 weeks")), (13, mark("The last 13 weeks")))


class Row(msgspec.Struct, frozen=True):
    """A group with its name."""

    id: str
    name: str
    line: Line


class AssistingPage(QObject):
    """A page for the shell. What was counted stays while the server is asked again."""

    badge = None
    id, icon, place = "assisting", ICON, "top"

    def __init__(self, desk: Desk, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self.title, self._desk = tr(TITLE), desk
        self._turn, self._told = 0, False
        self.by, self.weeks = Tabs([(id, tr(word)) for id, word in BY]), choice(tr("Over which time"))
        for count, word in WEEKS:
            self.weeks.addItem(tr(word), count)
        self.weeks.setCurrentIndex(1)
        self.again, self.when = Button(tr("Count again"), icon="ph.arrows-clockwise"), label("", "muted")
        self.banner, self.effect, self.whole = Banner(), Verdict(), Facts()
        self.table, self.hidden = Table(tr("Groups"), _columns()), label("", "muted", wrap=True)
        self.brake, self.models = Brake(desk), ModelsCard(desk)
        self._nothing, self._loading = EmptyState(ICON, self.title), SkeletonRows(tr("The server is counting…"), 64)
        self._sheet = Sheet(self.title)
        self._stack = stacked(self._nothing, self._loading, self._sheet)
        self.widget = self._lay_out()
        self.again.clicked.connect(self.ask)
        self.by.chosen.connect(lambda _: self.ask())
        self.weeks.activated.connect(lambda _: self.ask())

    def _lay_out(self) -> QWidget:
        pane, head, bar, card = Pane(), Header(self.title), Bar("strip"), Card()
        self.by.setAccessibleName(tr("Which groups"))
        head.add(self.when, self.brake.button, self.again)
        bar.row.addWidget(self.by, 1)
        bar.row.addWidget(self.weeks)
        card.box.addWidget(label(tr("All together"), "section"))
        card.box.addWidget(self.whole)
        self.table.setMinimumHeight(scaled(220))
        told = tr(
            "Figures are of whole weeks in which five people and more of a group worked, in your teams. "
            "Nobody is named, compared or ranked."
        )
        self._sheet.add(label(told, "muted", wrap=True), self.effect, card, self.table, self.hidden, self.models)
        for part_ in (head, bar, self.brake, self.banner):
            pane.box.addWidget(part_)
        pane.box.addWidget(self._stack, 1)
        return pane

    @property
    def actions(self) -> tuple[Action, ...]:
        """What can be done here."""
        return (
            Action("assisting.count", tr("Count again what became of suggestions"), self.title,
                   lambda _: self.ask(), "ph.arrows-clockwise", "R", page=self.id),
            Action("assisting.stop", tr("Stop suggestions for an hour, or let them go on"), self.title,
                   lambda _: self.brake.press(), "ph.hand-palm", page=self.id,
                   when=lambda _: may(self._desk.me.role, "assist.steer")),
        )  # fmt: skip

    def subject(self) -> str:
        return ""

    def shown(self) -> None:
        """Whoever looks wants to know how it is now."""
        self.ask()
        self.again.setFocus(Qt.FocusReason.OtherFocusReason)

    def ask(self) -> None:
        """Have the server count; an answer that was overtaken is not shown."""
        self._turn += 1
        turn = self._turn
        self.when.setText(tr("The server is counting…"))
        if not self._told:
            self._stack.setCurrentWidget(self._loading)
        where = f"{WHERE}?weeks={self.weeks.currentData()}&by={self.by.current()}"
        self._desk.read(where, lambda result, why: self._answered(result, why) if turn == self._turn else None)

    def _answered(self, result: Any, why: str) -> None:
        try:
            found = None if why else msgspec.convert(result, Measures)
        except msgspec.ValidationError:
            found, why = None, tr("The server's answer cannot be read.")
        if found is None:
            self.when.setText("")
            if self._told:
                self.banner.show_state("warn", tr("The server cannot be asked now."), why)
                return
            self._nothing.show_words(tr("The server cannot be asked now."), why)
            self._stack.setCurrentWidget(self._nothing)
            return
        self.banner.clear()
        self._show(found)

    def _show(self, found: Measures) -> None:
        self.when.setText(tr("Up to {time}", time=day_and_clock(found.until, self._desk.now())))
        self._told = found.whole is not None
        if found.whole is None:
            self._nothing.show_words(
                tr("Nothing can be told yet"),
                tr(
                    "In each of these weeks suggestions were looked for by fewer than five people in each of your "
                    "teams. A new week counts from Monday."
                ),
            )
            self._stack.setCurrentWidget(self._nothing)
            return
        view = self._desk.view
        rows = [Row(f"{one.team} {one.key}", group_name(view, found.by, one), one) for one in found.lines]
        self.effect.show_state(*effect_words(found.effect))
        self.whole.show_facts(_facts(found.whole))
        self.table.things.show(rows)
        self.table.setVisible(bool(rows))
        self.hidden.setText(tr("Groups of which nothing is told, for fewer than five people: {n}", n=found.hidden))
        self.hidden.setVisible(bool(found.hidden))
        self._stack.setCurrentWidget(self._sheet)


def _facts(line: Line) -> list[tuple[str, str]]:
    return [
        (tr("People"), number(line.people)),
        (tr("Looked for"), number(line.asked)),
        (tr("Shown"), part(line.shown, line.asked)),
        (tr("Kept quiet"), part(line.silent, line.asked)),
        (tr("Held back to compare"), part(line.held, line.asked)),
        (tr("Sent nearly as suggested"), part(line.strict, line.shown)),
        (tr("Put in and sent"), part(line.accepted, line.sent)),
        (tr("Changed before it was sent"), tr("half of them by at most {n} %", n=round(line.edited / 10))
         if line.accepted else "–"),
        (tr("Ignored"), part(line.ignored, line.sent)),
        (tr("Dismissed"), part(line.dismissed, line.sent)),
        (tr("Time until they are there"), tr("half {half}, 99 of 100 {most}", half=milliseconds(line.half_us),
                                             most=milliseconds(line.most_us))),
    ]  # fmt: skip


def _columns() -> list[Column]:
    def shares(title: str, some: str, of: str, width: int) -> Column:
        def key(row: Row) -> float:
            whole = getattr(row.line, of)
            return getattr(row.line, some) / whole if whole else -1.0

        return Column(title, lambda row: Cell(part(getattr(row.line, some), getattr(row.line, of))), key, width)

    return [
        Column(tr("Group"), lambda row: Cell(row.name, strong=True), lambda row: row.name),
        Column(tr("People"), lambda row: Cell(number(row.line.people), ink="muted"), lambda row: row.line.people, 70),
        shares(tr("Nearly as suggested"), "strict", "shown", 170),
        shares(tr("Ignored"), "ignored", "sent", 110),
        shares(tr("Kept quiet"), "silent", "asked", 110),
        Column(tr("Changed"), lambda row: Cell(tr("{n} %", n=round(row.line.edited / 10)) if row.line.accepted else
                                               "–"), lambda row: row.line.edited, 80),
        Column(tr("99 of 100 within"), lambda row: Cell(milliseconds(row.line.most_us), ink="muted"),
               lambda row: row.line.most_us, 110),
    ]  # fmt: skip
