"""What to look for in the log: one row of fields; Return in any of them searches."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QDateTime, Qt, Signal
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLineEdit, QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.fields import show_wrong
from agentdesk.desk.widgets.frames import Bar
from agentdesk.desk.widgets.labels import tip
from agentdesk.desk.widgets.tabs import Tabs
from agentdesk.domain.kernel import COMMANDS
from agentdesk.domain.people import PEOPLE, Person

DAY = 24 * 3_600_000
MOST = 2_000


class FilterBar(QWidget):
    """`asked` brings the filled fields, as the question takes them."""

    asked = Signal(dict)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.person = self._line(tr("Person"))
        self.command = self._line(tr("Command"))
        self.record = self._line(tr("Record"), tr("Record: id or #number"))
        self.since = self._line(tr("From"), tr("From, as 2026-03-31"))
        self.until = self._line(tr("Until"), tr("Until, as 2026-03-31"))
        everything, done = ("", tr("All")), ("done", tr("Done"))
        self.outcome = Tabs([everything, done, ("refused", tr("Refused")), ("denied", tr("Denied"))], all_shown=True)
        self.outcome.setAccessibleName(tr("Outcome"))
        self.search = Button(tr("Search"), "primary", "ph.magnifying-glass")
        self.outcome.chosen.connect(lambda _: self.ask())
        self.search.clicked.connect(self.ask)
        self._lay_out()

    def _line(self, name: str, whole: str = "") -> QLineEdit:
        made = QLineEdit()
        made.setPlaceholderText(name)
        made.setAccessibleName(whole or name)
        made.setToolTip(tip(whole))
        made.setMaxLength(200)
        made.setMinimumWidth(70)
        made.setClearButtonEnabled(True)
        made.returnPressed.connect(self.ask)
        made.textChanged.connect(lambda _: self._forgive(made, whole))
        return made

    def _lay_out(self) -> None:
        bar = Bar()
        for line, stretch in ((self.person, 3), (self.command, 3), (self.record, 3), (self.since, 2), (self.until, 2)):
            bar.row.addWidget(line, stretch)
        bar.row.addWidget(self.outcome)
        bar.row.addWidget(self.search)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(bar)

    def complete(self) -> None:
        """Offer the people and commands that there are."""
        self._people = {person.name: person.id for person in self._desk.view.page(PEOPLE(), limit=MOST)}
        for line, words in ((self.person, sorted(self._people)), (self.command, sorted(COMMANDS))):
            found = QCompleter(words, line)
            found.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            found.setFilterMode(Qt.MatchFlag.MatchContains)
            line.setCompleter(found)

    # --- Asking ---

    def ask(self) -> None:
        """Tell what is looked for; a field that cannot be understood says so and gets the focus."""
        found = self.read()
        if found is not None:
            self.asked.emit(found)

    def read(self) -> dict[str, Any] | None:
        """The fields, or None if one of them is wrong."""
        since, until = self._moment(self.since, 0), self._moment(self.until, DAY)
        person = self._person()
        if since is None or until is None or person is None:
            return None
        told = {
            "since": since,
            "until": until,
            "person": person,
            "command": self.command.text().strip(),
            "record": self.record.text().strip(),
            "outcome": self.outcome.current(),
        }
        return {name: value for name, value in told.items() if value}

    def _person(self) -> str | None:
        """The id behind a name; what is no name is taken for an id, as people who have left are found by it."""
        typed = self.person.text().strip()
        named = {name.casefold(): id for name, id in self._people.items()}
        id = named.get(typed.casefold(), typed)
        if " " in id and self._desk.view.get(Person, id) is None:
            return self._refuse(self.person, tr("Nobody here is called that. Choose a name from the list, or an id."))
        return id

    def _moment(self, line: QLineEdit, more: int) -> int | None:
        """The time in a field, in the reader's zone; 0 if it is empty. A day alone is meant whole."""
        typed = line.text().strip()
        if not typed:
            return 0
        with_time = QDateTime.fromString(typed, "yyyy-MM-dd HH:mm")
        if with_time.isValid():
            return with_time.toMSecsSinceEpoch()
        day = QDateTime.fromString(typed, "yyyy-MM-dd")
        if not day.isValid():
            return self._refuse(line, tr("Write the day as 2026-03-31, or with a time: 2026-03-31 14:30."))
        return (day.addDays(1) if more else day).toMSecsSinceEpoch()

    @staticmethod
    def _forgive(line: QLineEdit, whole: str) -> None:
        if line.property("wrong"):
            show_wrong(line, "")
            line.setToolTip(tip(whole))

    @staticmethod
    def _refuse(line: QLineEdit, sentence: str) -> None:
        show_wrong(line, sentence)
        line.setFocus(Qt.FocusReason.OtherFocusReason)
