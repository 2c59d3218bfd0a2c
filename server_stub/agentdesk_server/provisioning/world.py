"""All that the directory may know of this company at one moment: people, teams, groups that give roles."""

from __future__ import annotations

from collections.abc import Mapping

from agentdesk.domain.people import EVERYBODY, PERSON_BY_EMAIL, TEAMS, Person, Team
from agentdesk_server.authority import Database
from agentdesk_server.authority.directory import Directory, DirectoryRow
from agentdesk_server.authority.kept import Kept

from .settings import folded, role_groups

MOST = 1_000_000


class World:
    """Reads anew whenever it is asked, but for people and teams, which it reads once: make one for each request."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.records, self.rows, self.kept = database.records, Directory(database.conn), Kept(database.conn)
        self._people: dict[str, Person] | None = None
        self._teams: dict[str, Team] | None = None

    def person(self, id: str) -> Person | None:
        """Somebody whom the directory has not deleted."""
        row = self.rows.row("user", id)
        return None if row is not None and row.gone else self.records.of(Person, id)

    def named(self, name: str) -> list[Person]:
        """Who has this user name, as `folded`: as the directory said it, else by the address."""
        found = [self.person(id) for id in self.rows.named("user", name)]
        by_email = [one for one in self.with_email(name) if self.rows.row("user", one.id) is None]
        return [person for person in (*found, *by_email) if person is not None]

    def with_email(self, email: str) -> list[Person]:
        """Who has this address."""
        found = self.records.page(PERSON_BY_EMAIL(email=email), limit=10)
        return [person for person in found if self.person(person.id) is not None]

    def with_external(self, external: str) -> list[Person]:
        """Whom the directory calls so in its own books."""
        found = [self.person(id) for id in self.rows.external("user", external)]
        return [person for person in found if person is not None]

    @property
    def people(self) -> Mapping[str, Person]:
        """All whom the directory has not deleted, closed accounts too, by id and in its order."""
        if self._people is None:
            gone = {row.id for row in self.rows.rows("user").values() if row.gone}
            found = self.records.page(EVERYBODY(), limit=MOST)
            self._people = {person.id: person for person in found if person.id not in gone}
        return self._people

    @property
    def teams(self) -> Mapping[str, Team]:
        """Teams that take cases, by id."""
        if self._teams is None:
            found = sorted(self.records.page(TEAMS(), limit=MOST), key=lambda team: team.id)
            self._teams = {team.id: team for team in found}
        return self._teams

    def role_groups(self) -> Mapping[str, DirectoryRow]:
        """Groups that give roles, by id."""
        return self.rows.rows("role")

    def groups_of(self, person: Person) -> list[tuple[str, str]]:
        """(id, name) of all groups in which somebody is."""
        teams = [(id, self.teams[id].name) for id in person.teams if id in self.teams]
        return teams + list(self.rows.groups_of(person.id))

    def gives_role(self, name: str) -> bool:
        """Whether the operator has said that a group of this name gives a role."""
        return folded(name) in role_groups(self.kept)
