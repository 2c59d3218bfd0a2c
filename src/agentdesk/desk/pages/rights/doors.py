"""Doors into single cases: let a guest in, open one in an emergency, and end what is open."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.names import case_number, person_name
from agentdesk.desk.texts import tr
from agentdesk.desk.times import day_and_clock
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.fields import choice, show_wrong
from agentdesk.desk.widgets.frames import empty
from agentdesk.desk.widgets.labels import label
from agentdesk.domain.cases import GRANTS, BreakGlass, EndAccess, Grant, Invite
from agentdesk.domain.cases.access import CASE_NUMBERED, LONGEST_EMERGENCY
from agentdesk.domain.people import PEOPLE

HOUR = 3_600_000
SHOWN = 30
DIGITS = 15
"""No case has a number as long as this, and no longer one can be looked for."""


class DoorForm(QWidget):
    """A case number, who, how long and why. Oneself means an emergency; anybody else is a guest."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.number, self.reason = QLineEdit(), QLineEdit()
        self.person, self.hours = choice(tr("Who")), choice(tr("How long"))
        self.button = Button(tr("Open the door"), "primary", "ph.sign-in")
        box = QVBoxLayout(self)
        box.setContentsMargins(14, 12, 14, 12)
        box.setSpacing(7)
        box.addWidget(label(tr("Let somebody into a case"), "section"))
        for field, name in (
            (self.number, tr("Number of the case")),
            (self.person, tr("Who")),
            (self.hours, tr("How long")),
            (self.reason, tr("Why")),
        ):
            field.setAccessibleName(name)
            if isinstance(field, QLineEdit):
                field.setPlaceholderText(name)
                field.setMaxLength(300)
                field.textChanged.connect(lambda _, line=field: show_wrong(line, ""))
            box.addWidget(field)
        self.words = label("", "bad", wrap=True)
        self.words.hide()
        box.addWidget(self.words)
        box.addWidget(self.button)
        self.button.clicked.connect(self.open_door)
        self.reason.returnPressed.connect(self.open_door)
        self.fill()

    def fill(self) -> None:
        """Whom one may let in, and for how long."""
        kept = self.person.currentData()
        self.person.clear()
        if self._desk.me.may("access.break_glass"):
            self.person.addItem(tr("Myself, in an emergency"), "")
        if self._desk.me.may("case.invite"):
            for one in self._desk.view.page(PEOPLE(), limit=2_000):
                if one.id != self._desk.me.id:
                    self.person.addItem(one.name, one.id)
        self.person.setCurrentIndex(max(0, self.person.findData(kept)))
        if not self.hours.count():
            for hours in (1, 4, 8, 24, 72, 7 * 24):
                days = hours // 24
                words = tr("{n} h", n=hours) if hours < 24 else tr("{n} d", n=days)
                self.hours.addItem(words, hours)

    def open_door(self) -> None:
        """Ask for it; what is wrong stands under the fields, and nothing that was typed is lost."""
        typed = self.number.text().strip().lstrip("#").replace("\u202f", "").replace(" ", "")
        if not typed.isascii() or not typed.isdigit() or len(typed) > DIGITS or int(typed) < 1:
            wrong = tr("Write the number of the case, such as 48213.")
            show_wrong(self.number, wrong)
            self._say(wrong)
            self.number.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        why = self._attempt(int(typed), str(self.person.currentData() or ""), int(self.hours.currentData()))
        self._say(why)
        if not why:
            self.number.clear()
            self.reason.clear()

    def _attempt(self, number: int, person: str, hours: int) -> str:
        desk, reason = self._desk, self.reason.text()
        if not person:
            minutes = min(hours * 60, LONGEST_EMERGENCY)
            return desk.attempt(BreakGlass(grant=desk.new_id(), number=number, reason=reason, minutes=minutes))
        found = desk.view.page(CASE_NUMBERED(number=number), limit=1)
        if not found:
            return tr("There is no case {number} on this laptop.", number=number)
        until = desk.now() + hours * HOUR
        return desk.attempt(Invite(grant=desk.new_id(), case=found[0].id, person=person, until=until, reason=reason))

    def _say(self, sentence: str) -> None:
        self.words.setText(sentence)
        self.words.setVisible(bool(sentence))


class Visits(QWidget):
    """Who is in which case now, and who was."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(14, 12, 14, 12)
        self._box.setSpacing(9)
        self.fill()

    def fill(self) -> None:
        """Those that are open first."""
        empty(self._box)
        found = sorted(self._desk.view.page(GRANTS(), limit=200), key=lambda g: (bool(g.ended), -g.since))[:SHOWN]
        self._box.addWidget(label(tr("Visits"), "section"))
        if not found:
            self._box.addWidget(label(tr("Nobody is or was let into a single case."), "muted", wrap=True))
        for grant in found:
            self._add(grant)

    def _add(self, grant: Grant) -> None:
        view, now = self._desk.view, self._desk.now()
        names = {"name": person_name(view, grant.person), "number": case_number(grant.number)}
        title = (
            tr("{name} opened {number} in an emergency", **names)
            if grant.way == "break_glass"
            else tr("{name} is a guest in {number}", **names)
        )
        self._box.addWidget(label(title, "strong", wrap=True))
        when = (
            tr("ended {time}", time=day_and_clock(grant.ended, now))
            if grant.ended
            else tr("until {time}", time=day_and_clock(grant.until, now))
        )
        self._box.addWidget(label(tr("{when} · {reason}", when=when, reason=words(grant.reason)), "muted", wrap=True))
        if not grant.ended:
            end = Button(tr("End it now"), icon="ph.sign-out")
            end.setAccessibleName(tr("End the visit of {name} in {number}", **names))
            end.clicked.connect(lambda: self._desk.do(EndAccess(grant=grant.id)))
            self._box.addWidget(end)
