"""Requests of one person: find them, see what they consent to, keep, export or erase all that there is about them."""

from __future__ import annotations

from typing import Any

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.models.table import Cell, Column
from agentdesk.desk.names import number
from agentdesk.desk.pages.privacy.card import SubjectSheet
from agentdesk.desk.pages.privacy.told import Found, Subject
from agentdesk.desk.texts import tr
from agentdesk.desk.times import day_and_clock
from agentdesk.desk.widgets.beside import beside, stacked
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.fields import SearchField
from agentdesk.desk.widgets.frames import Banner, Bar, Pane
from agentdesk.desk.widgets.states import EmptyState, SkeletonRows
from agentdesk.desk.widgets.table import Table

LONGEST = 200
SIZES, LEAST = (700, 560), (380, 380)
"""How wide a list and what is beside it are at first, and at least."""


class SubjectPanel(QWidget):
    """`erasure` tells an erasure that the person wants to look at."""

    erasure = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._turn = desk, 0
        self.who = SearchField(tr("Name, e-mail address, or # and the number of a case"), "/")
        self.who.setMaxLength(LONGEST)
        self.go = Button(tr("Find"), "primary", "ph.magnifying-glass")
        self.banner = Banner()
        self.table = Table(tr("Customers"), _columns(desk))
        self.sheet = SubjectSheet(desk)
        self._here = EmptyState(
            "ph.user-list",
            tr("Whose data is it about?"),
            tr("Each search is written into the audit log, without its words."),
        )
        self._loading = SkeletonRows(tr("Asking the server…"), 38)
        self._blank = EmptyState("ph.fingerprint", tr("Nobody is chosen"))
        self._lists, self._panels = stacked(self._here, self._loading, self.table), stacked(self._blank, self.sheet)
        self._lay_out()
        self.go.clicked.connect(self.search)
        self.who.returnPressed.connect(self.search)
        self.table.chosen.connect(self._show)
        self.sheet.erasure.connect(self.erasure)

    def _lay_out(self) -> None:
        bar = Bar("strip")
        bar.row.addWidget(self.who, 1)
        bar.row.addWidget(self.go)
        rows, work = Pane(edge="right"), Pane()
        rows.box.addWidget(bar)
        rows.box.addWidget(self.banner)
        rows.box.addWidget(self._lists, 1)
        work.box.addWidget(self._panels)
        splitter = beside(rows, work, SIZES, LEAST)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(splitter)

    def focus(self) -> None:
        """To the field."""
        self.who.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.who.selectAll()

    def search(self) -> None:
        """Ask the server; nothing is asked for nothing."""
        typed = self.who.text().strip()
        if not typed:
            self.who.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._turn += 1
        turn = self._turn
        self.go.setEnabled(False)
        if not self.table.things.rowCount():
            self._lists.setCurrentWidget(self._loading)
        self._desk.ask("subject.find", {"words": typed}, lambda result, why: self._found(turn, result, why))

    def _found(self, turn: int, result: Any, why: str) -> None:
        if turn != self._turn:
            return
        self.go.setEnabled(True)
        try:
            found = [] if why else msgspec.convert(result, Found).found
        except msgspec.ValidationError:
            found, why = [], tr("The server's answer cannot be read.")
        if why:
            self._failed(why)
            return
        self.banner.clear()
        self.table.things.show(found)
        if not found:
            self._here.show_words(tr("Nobody is found by that"), tr("Try the whole address, or the number of a case."))
        self._lists.setCurrentWidget(self.table if found else self._here)
        if len(found) == 1:
            self.table.choose(found[0].id)
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _failed(self, why: str) -> None:
        """Who was found before stays; the sentence stands above them."""
        if self.table.things.rowCount():
            self.banner.show_state("warn", tr("Nobody can be looked for now."), why)
            self._lists.setCurrentWidget(self.table)
            return
        self._here.show_words(tr("Nobody can be looked for now."), why)
        self._lists.setCurrentWidget(self._here)

    def _show(self, subject: Subject | None) -> None:
        if subject is not None:
            self.sheet.show_subject(subject)
        self._panels.setCurrentWidget(self.sheet if subject is not None else self._blank)

    def again(self) -> None:
        """A hold or an erasure has changed."""
        self.sheet.again()


def _columns(desk: Desk) -> list[Column]:
    return [
        Column(tr("Name"), lambda one: Cell(words(one.name), strong=True), lambda one: one.name.casefold()),
        Column(tr("E-mail"), lambda one: Cell(words(one.email), ink="muted"), lambda one: one.email.casefold()),
        Column(tr("Cases"), lambda one: Cell(number(one.count)), lambda one: one.count, 70),
        Column(tr("Since"), lambda one: Cell(day_and_clock(one.since, desk.now()), ink="muted"),
               lambda one: one.since, 120),
    ]  # fmt: skip
