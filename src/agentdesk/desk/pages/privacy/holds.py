"""All legal holds: what is held, why, since when, and the way to let it go."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.models.table import Cell, Column
from agentdesk.desk.names import person_name
from agentdesk.desk.pages.privacy.subject import LEAST, SIZES
from agentdesk.desk.pages.privacy.words import short
from agentdesk.desk.texts import tr
from agentdesk.desk.times import day_and_clock
from agentdesk.desk.widgets.badges import Chip
from agentdesk.desk.widgets.beside import beside, stacked
from agentdesk.desk.widgets.facts import Facts, Sheet
from agentdesk.desk.widgets.frames import Pane, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.states import EmptyState
from agentdesk.desk.widgets.sure import Sure
from agentdesk.desk.widgets.table import Table
from agentdesk.domain.privacy import HOLDS, Hold, ReleaseHold

MOST = 5_000


class HoldsPanel(QWidget):
    """A table of holds, and one of them in full."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.table = Table(tr("Legal holds"), _columns(desk), 3, down=True)
        self.sheet = HoldSheet(desk)
        told = tr("Set one where you have found the customer: under People.")
        self._nothing = EmptyState("ph.scales", tr("Nothing is held"), told)
        self._blank = EmptyState("ph.scales", tr("No hold is chosen"))
        self._lists, self._panels = stacked(self._nothing, self.table), stacked(self._blank, self.sheet)
        rows, work = Pane(edge="right"), Pane()
        rows.box.addWidget(self._lists)
        work.box.addWidget(self._panels)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(beside(rows, work, SIZES, LEAST))
        self.table.chosen.connect(self._show)
        self.fill()

    def fill(self) -> int:
        """As they are now; returns how many are in force."""
        found = self._desk.view.page(HOLDS(), limit=MOST)
        self.table.things.show(found)
        self._lists.setCurrentWidget(self.table if found else self._nothing)
        self._show(self.table.current())
        return sum(not one.released for one in found)

    def focus(self) -> None:
        """To the table."""
        self.table.setFocus()

    def _show(self, hold: Hold | None) -> None:
        if hold is not None:
            self.sheet.show_hold(hold)
        self._panels.setCurrentWidget(self.sheet if hold is not None else self._blank)


class HoldSheet(Sheet):
    """One hold."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(tr("Legal hold"), parent)
        self._desk = desk
        self._hold: Hold | None = None
        self.title, self.chip, self.facts = label(role="title", wrap=True), Chip(parent=self), Facts()
        self.release = Sure(tr("Let it go"), icon="ph.lock-key")
        self._told = label(tr("The matter is over: the schedule and erasures apply to it again."), "muted", wrap=True)
        self.add(self.title, spread(self.chip, None), self.facts, self._told, spread(self.release, None))
        self.box.addStretch(1)
        self.release.confirmed.connect(self._release)

    def show_hold(self, hold: Hold) -> None:
        """This one."""
        view, now = self._desk.view, self._desk.now()
        if self._hold is None or self._hold.id != hold.id:
            self.release.about(_about(hold))
        self._hold = hold
        self.title.setText(_about(hold))
        self.chip.show_chip(*_state(hold))
        self.facts.show_facts(
            [
                (tr("Why"), words(hold.reason)),
                (tr("Set by"), person_name(view, hold.by)),
                (tr("Since"), day_and_clock(hold.since, now)),
                (tr("Released"), day_and_clock(hold.released, now) if hold.released else ""),
                (tr("Released by"), person_name(view, hold.released_by) if hold.released else ""),
                (tr("Customer"), hold.customer),
                (tr("Case"), hold.case),
            ]
        )
        may = not hold.released and self._desk.me.may("hold.set")
        self.release.setVisible(may)
        self._told.setVisible(may)

    def _release(self) -> None:
        if self._hold is not None:
            self._desk.do(ReleaseHold(hold=self._hold.id))


def _about(hold: Hold) -> str:
    if hold.case:
        return tr("One case of the customer {id}", id=short(hold.customer))
    return tr("All about the customer {id}", id=short(hold.customer))


def _state(hold: Hold) -> tuple[str, str]:
    return (tr("Released"), "plain") if hold.released else (tr("In force"), "warn")


def _columns(desk: Desk) -> list[Column]:
    def state(hold: Hold) -> Cell:
        return Cell(*_state(hold))

    def time(hold: Hold) -> Cell:
        return Cell(day_and_clock(hold.since, desk.now()), ink="muted")

    def by(hold: Hold) -> str:
        return person_name(desk.view, hold.by)

    return [
        Column(tr("What is kept"), lambda one: Cell(_about(one), strong=True), lambda one: (one.customer, one.case)),
        Column(tr("Why"), lambda one: Cell(words(one.reason), ink="muted"), lambda one: one.reason.casefold()),
        Column(tr("State"), state, lambda one: bool(one.released), 110),
        Column(tr("Since"), time, lambda one: one.since, 120),
        Column(tr("Set by"), lambda one: Cell(by(one)), lambda one: by(one).casefold(), 130),
    ]
