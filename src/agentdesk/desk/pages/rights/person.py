"""What one person may do and see: as they are, not as one imagines."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QVBoxLayout, QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.names import team_name
from agentdesk.desk.pages.rights.words import role_word
from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.fields import choice
from agentdesk.desk.widgets.labels import label
from agentdesk.domain.kernel import PERMISSIONS, held_scopes, may
from agentdesk.domain.people import PEOPLE, Person

MOST = 2_000


class PersonPanel(QWidget):
    """`chosen` brings the role of the person that is looked at; empty for nobody."""

    chosen = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.person = choice(tr("View as"))
        self.person.setEditable(True)
        self.person.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        if (line := self.person.lineEdit()) is not None:
            line.setPlaceholderText(tr("Choose a person"))
        self.words = label("", "muted", wrap=True)
        box = QVBoxLayout(self)
        box.setContentsMargins(14, 12, 14, 12)
        box.setSpacing(7)
        for part in (label(tr("View as"), "section"), self.person, self.words):
            box.addWidget(part)
        self.person.currentIndexChanged.connect(lambda _: self._choose())
        self.fill()

    def fill(self) -> None:
        """Everybody who works here; whoever was chosen stays chosen."""
        kept = self.person.currentData()
        self.person.blockSignals(True)
        self.person.clear()
        for one in self._desk.view.page(PEOPLE(), limit=MOST):
            self.person.addItem(one.name, one.id)
        self.person.setCurrentIndex(self.person.findData(kept) if kept else -1)
        self.person.blockSignals(False)
        found = QCompleter(self.person.model(), self.person)
        found.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        found.setFilterMode(Qt.MatchFlag.MatchContains)
        self.person.setCompleter(found)
        self._choose()

    def _choose(self) -> None:
        id = self.person.currentData()
        found = self._desk.view.get(Person, id) if id else None
        self.words.setText(self.told(found) if found is not None else tr("See what one person may do and see."))
        self.chosen.emit(found.role if found is not None else "")

    def told(self, person: Person) -> str:
        """Role, teams, place, and the parts of the company they hold, in sentences."""
        lines = [
            tr("{name} is {role}.", name=person.name, role=role_word(person.role)),
            tr("Rights: {n} of {all}", n=sum(may(person.role, p) for p in PERMISSIONS), all=len(PERMISSIONS)),
            tr("Teams: {teams}", teams=self._teams(person.teams)),
        ]
        if person.region:
            lines.append(tr("Region: {region}", region=person.region))
        if person.tier:
            lines.append(tr("Tier: {tier}", tier=person.tier))
        held = [scope for scope, _ in held_scopes(person.role, person.id, person.teams)]
        lines.append(tr("On their laptop: {parts}", parts=", ".join(self._part(scope) for scope in held)))
        return "\n".join(lines)

    def _teams(self, teams: tuple[str, ...]) -> str:
        return ", ".join(map(self._team, teams)) or tr("none")

    def _team(self, id: str) -> str:
        return team_name(self._desk.view, id)

    def _part(self, scope: str) -> str:
        kind, _, rest = scope.partition(":")
        if kind == "team":
            team, _, part = rest.rpartition(":")
            name = self._team(team)
            return tr("open cases of {team}", team=name) if part == "open" else tr("solved cases of {team}", team=name)
        if kind == "lead":
            return tr("what leads of {team} see", team=self._team(rest))
        return {
            "org": tr("the company"),
            "user": tr("what is theirs"),
            "it": tr("all devices"),
            "oversight": tr("all visits"),
            "privacy": tr("what is kept how long"),
            "planning": tr("drafts of rules for what is due"),
            "rules": tr("drafts of rules for what happens by itself"),
        }.get(kind, scope)
