"""What was erased, or is being: how far it has come, which laptops have confirmed, and the proof."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.models.table import Cell, Column
from agentdesk.desk.names import number, person_name
from agentdesk.desk.pages.privacy.proof import Pin, ProofCard
from agentdesk.desk.pages.privacy.subject import LEAST, SIZES
from agentdesk.desk.pages.privacy.words import GROUNDS, short, state_of
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.times import day_and_clock
from agentdesk.desk.widgets.badges import Chip
from agentdesk.desk.widgets.beside import beside, stacked
from agentdesk.desk.widgets.facts import Facts, Sheet
from agentdesk.desk.widgets.frames import Pane, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.states import EmptyState
from agentdesk.desk.widgets.table import Table
from agentdesk.desk.widgets.verdict import Verdict
from agentdesk.domain.devices import DEVICES_OF
from agentdesk.domain.privacy import CONFIRMATIONS, ERASURES, Confirmation, Erasure

MOST = 5_000


class ErasuresPanel(QWidget):
    """A table of erasures, and one of them in full. `pin` gives the server's key as this laptop knows it."""

    def __init__(self, desk: Desk, pin: Pin, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.table = Table(tr("Erasures"), _columns(desk), 2, down=True)
        self.sheet = ErasureSheet(desk, pin)
        told = tr("Erase the data of a customer where you have found them: under People.")
        self._nothing = EmptyState("ph.trash", tr("Nothing was erased yet"), told)
        self._blank = EmptyState("ph.trash", tr("No erasure is chosen"))
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
        """As they are now; returns how many are not done everywhere."""
        found = self._desk.view.page(ERASURES(), limit=MOST)
        self.table.things.show(found)
        self._lists.setCurrentWidget(self.table if found else self._nothing)
        self._show(self.table.current())
        return sum(not one.told or one.confirmed < one.devices for one in found)

    def focus(self) -> None:
        """To the table."""
        self.table.setFocus()

    def show_erasure(self, id: str) -> None:
        """This one."""
        self.fill()
        self.table.choose(id)
        self.focus()

    def _show(self, erasure: Erasure | None) -> None:
        if erasure is not None:
            self.sheet.show_erasure(erasure)
        self._panels.setCurrentWidget(self.sheet if erasure is not None else self._blank)


class ErasureSheet(Sheet):
    """One erasure: counts, the laptops that owe their word first, and what proves it."""

    def __init__(self, desk: Desk, pin: Pin, parent: QWidget | None = None) -> None:
        super().__init__(tr("Erasure"), parent)
        self._desk = desk
        self.title, self.chip, self.facts = label(role="title", wrap=True), Chip(parent=self), Facts()
        self.progress = Verdict()
        self.devices = Table(tr("Laptops that may hold something of it"), self._device_columns(), 2)
        self.devices.setMinimumHeight(scaled(210))
        self.proof = ProofCard(desk, pin)
        self._names: dict[tuple[str, str], str] = {}
        self.add(self.title, spread(self.chip, None), self.progress, self.facts)
        self.add(label(tr("Laptops"), "strong"), self.devices, self.proof)
        self.box.setStretchFactor(self.devices, 1)
        self.proof.setVisible(desk.me.may("audit.prove"))

    def show_erasure(self, erasure: Erasure) -> None:
        """This one, as it is now."""
        view, now = self._desk.view, self._desk.now()
        self.title.setText(tr("Customer {id}", id=short(erasure.customer)))
        self.chip.show_chip(*state_of(erasure))
        self._say_progress(erasure)
        self.facts.show_facts(
            [
                (tr("Ground"), tr(GROUNDS.get(erasure.ground, erasure.ground))),
                (tr("Asked for by"), person_name(view, erasure.by)),
                (tr("Asked for"), day_and_clock(erasure.since, now)),
                (tr("Gone from the server"), day_and_clock(erasure.done, now) if erasure.done else tr("not yet")),
                (tr("Cases"), number(erasure.cases)),
                (tr("Messages"), number(erasure.messages)),
                (tr("Files"), number(erasure.files)),
                (tr("Customer"), erasure.customer),
                (tr("Id"), erasure.id),
            ]
        )
        self.devices.things.show(view.page(CONFIRMATIONS(erasure=erasure.id), limit=MOST))
        self.devices.things.arrange()
        self.proof.about(erasure)

    def _say_progress(self, erasure: Erasure) -> None:
        if not erasure.done:
            words = tr("{n} cases are gone so far.", n=number(erasure.cases))
            self.progress.show_state("accent", tr("The server is erasing."), words)
        elif not erasure.told:
            self.progress.show_state("accent", tr("Gone from the server."), tr("The laptops are being listed."))
        elif erasure.confirmed < erasure.devices:
            words = tr("{n} of {all} laptops have confirmed. The others do when they are next connected.",
                       n=number(erasure.confirmed), all=number(erasure.devices))  # fmt: skip
            self.progress.show_state("warn", tr("Gone from the server."), words)
        else:
            words = tr("All {n} laptops have confirmed.", n=number(erasure.devices))
            self.progress.show_state("good", tr("Gone everywhere."), words)

    def _device_columns(self) -> list[Column]:
        def person(one: Confirmation) -> str:
            return person_name(self._desk.view, one.person)

        def when(one: Confirmation) -> Cell:
            if not one.at:
                return Cell(tr("not yet"), "warn")
            return Cell(day_and_clock(one.at, self._desk.now()), ink="good")

        return [
            Column(tr("Person"), lambda one: Cell(person(one)), lambda one: person(one).casefold()),
            Column(tr("Laptop"), lambda one: Cell(self._device(one), ink="muted"), lambda one: self._device(one)),
            Column(tr("Confirmed"), when, lambda one: one.at, 130),
        ]

    def _device(self, one: Confirmation) -> str:
        """What a laptop is called; where nobody knows, by its id."""
        key = (one.person, one.device)
        if key not in self._names:
            found = self._desk.view.page(DEVICES_OF(person=one.person), limit=50)
            self._names[key] = next((d.name for d in found if d.desk == one.device and d.name), short(one.device))
        return self._names[key]


def _columns(desk: Desk) -> list[Column]:
    def state(one: Erasure) -> Cell:
        return Cell(*state_of(one))

    def laptops(one: Erasure) -> Cell:
        if not one.told:
            return Cell("–", ink="faint")
        return Cell(tr("{n} of {all}", n=number(one.confirmed), all=number(one.devices)))

    return [
        Column(tr("Customer"), lambda one: Cell(short(one.customer), strong=True), lambda one: one.customer),
        Column(tr("State"), state, lambda one: (bool(one.done), bool(one.told), one.confirmed >= one.devices), 150),
        Column(tr("Asked for"), lambda one: Cell(day_and_clock(one.since, desk.now()), ink="muted"),
               lambda one: one.since, 120),
        Column(tr("Laptops"), laptops, lambda one: one.devices - one.confirmed, 90),
        Column(tr("Ground"), lambda one: Cell(tr(GROUNDS.get(one.ground, one.ground)), ink="muted"),
               lambda one: one.ground),
    ]  # fmt: skip
