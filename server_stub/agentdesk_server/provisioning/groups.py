"""Groups: a group is a team, or one of those of which the operator has said that they give a role."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from scim2_models import (
    ConflictException,
    InvalidValueException,
    Meta,
    NotFoundException,
    SCIMException,
    UniquenessException,
)

from agentdesk.domain.kernel import clean
from agentdesk.domain.people import AddTeam, Person, Team, UpdateTeam
from agentdesk.domain.sites import SITES
from agentdesk.store.ids import new_id
from agentdesk_server.authority import Database
from agentdesk_server.authority.directory import Directory, DirectoryRow, Kind

from .accounts import LONGEST
from .hands import Hands
from .models import GROUPS, Group, Member
from .moments import moment
from .settings import folded
from .users import Users
from .world import World


class Groups:
    """Whoever joins or leaves one is changed through `users`."""

    def __init__(self, writing: Database, hands: Hands, clock: Callable[[], int], users: Users) -> None:
        self._rows, self._hands, self._clock, self._users = Directory(writing.conn), hands, clock, users

    def get(self, world: World, id: str) -> Group:
        team, row = world.teams.get(id), world.rows.row("role", id)
        if team is not None:
            return self.team_shown(world, team, members_of(world).get(id, ()))
        if row is not None:
            return self.role_shown(world, row)
        raise NotFoundException(detail=f"There is no group {id[:100]}.")

    def all(self, world: World) -> list[Group]:
        members = members_of(world)
        teams = [self.team_shown(world, team, members.get(team.id, ())) for team in world.teams.values()]
        return teams + [self.role_shown(world, row) for row in world.role_groups().values()]

    def team_shown(self, world: World, team: Team, members: Iterable[Person]) -> Group:
        row = world.rows.row("team", team.id) or DirectoryRow("team", team.id, team.name)
        return _shown(row, team.name, members)

    def role_shown(self, world: World, row: DirectoryRow) -> Group:
        people = (world.person(id) for id in self._members(world, row.id))
        return _shown(row, row.name, [person for person in people if person is not None])

    @staticmethod
    def _members(world: World, id: str) -> tuple[str, ...]:
        return world.rows.members(id)

    def create(self, world: World, group: Group) -> Group:
        name, wanted, now = self._name(world, group, ""), self._wanted(world, group), self._clock()
        kind: Kind = "role" if world.gives_role(name) else "team"
        row = DirectoryRow(kind, new_id(now), name, group.external_id or "", {}, now, now)
        self._hands.write(lambda _: self._rows.put(row))
        if kind == "team":
            try:
                self._hands.do(AddTeam(team=row.id, name=name))
            except Exception:
                self._hands.write(lambda _: self._rows.forget("team", row.id))
                raise
        self._set_members(World(world.database), row, wanted)
        return self.get(World(world.database), row.id)

    def update(self, world: World, group: Group) -> Group:
        """The directory's whole word on a group."""
        id, now = str(group.id), self._clock()
        team, role = world.teams.get(id), world.rows.row("role", id)
        if team is None and role is None:
            raise NotFoundException(detail=f"There is no group {id[:100]}.")
        old = role or world.rows.row("team", id)
        name, wanted = self._name(world, group, id), self._wanted(world, group)
        if team is not None and world.gives_role(name):
            raise ConflictException(detail=f"A group called {name} gives a role here: a team cannot take that name.")
        since = old.since if old and old.since else now
        kind: Kind = "role" if team is None else "team"
        row = DirectoryRow(kind, id, name, group.external_id or "", {}, since, now)
        if team is not None and team.name != name:
            self._hands.do(UpdateTeam(team=id, name=name, zone=team.zone, hours=team.hours, retired=False))
        renamed = role is not None and role.name != name
        if renamed:  # by its name it gives the role
            self._hands.write(lambda _: self._rows.put(row))
        try:
            self._set_members(World(world.database), row, wanted, everybody=renamed)
        except SCIMException:
            if role is not None and renamed:  # what it cannot take from one it takes from none
                self._hands.write(lambda _: self._rows.put(role))
                self._set_members(World(world.database), role, self._members(world, id), everybody=True)
            raise
        self._hands.write(lambda _: self._rows.put(row))
        return self.get(World(world.database), id)

    def delete(self, world: World, id: str) -> None:
        """A team takes no more cases, and nobody is in it; its past stays."""
        team, role = world.teams.get(id), world.rows.row("role", id)
        if team is None and role is None:
            raise NotFoundException(detail=f"There is no group {id[:100]}.")
        row = role or DirectoryRow("team", id, "")
        if team is not None:
            _check_no_site(world, team)
        self._set_members(world, row, ())
        if team is not None:
            self._hands.do(UpdateTeam(team=id, name=team.name, zone=team.zone, hours=team.hours, retired=True))
        self._hands.write(lambda _: self._rows.forget(row.kind, id))

    def _set_members(self, world: World, row: DirectoryRow, wanted: Iterable[str], everybody: bool = False) -> None:
        """Change those who join or leave; with `everybody`, also look anew at those who stay."""
        new = frozenset(wanted)
        if row.kind == "team":
            old = {person.id for person in members_of(world).get(row.id, ())}
            teams = {id: world.people[id].teams for id in old ^ new}
            self._users.set_teams(
                world,
                {
                    id: (*had, row.id) if id in new else tuple(t for t in had if t != row.id)
                    for id, had in sorted(teams.items())
                },
            )
            return
        self._set_role_members(world, row, new, everybody)

    def _set_role_members(self, world: World, row: DirectoryRow, new: frozenset[str], everybody: bool) -> None:
        """Whose role cannot change, as that of the last administrator, stays in the group. Raises why."""
        old = frozenset(self._members(world, row.id))
        self._hands.write(lambda _: self._rows.set_members(row.id, new))
        stay, why = set(new), []
        for id in sorted(old | new if everybody else old ^ new):
            try:
                if world.person(id) is not None:
                    self._users.settle_role(World(world.database), id)
            except SCIMException as error:
                why.append(error)
                (stay.add if id in old else stay.discard)(id)
        if why:
            self._hands.write(lambda _: self._rows.set_members(row.id, stay))
            raise why[0]

    @staticmethod
    def _wanted(world: World, group: Group) -> frozenset[str]:
        """The people whom it names. Raises `InvalidValueException` for whoever is none."""
        wanted = [member.value or "" for member in group.members or ()]
        unknown = next((id for id in wanted if id not in world.people), None)
        if unknown is not None:
            raise InvalidValueException(detail=f"There is no user {unknown[:100]}; groups have only users as members.")
        return frozenset(wanted)

    def _name(self, world: World, group: Group, own: str) -> str:
        name = clean(group.display_name or "")
        if not 0 < len(name) <= LONGEST or len(group.external_id or "") > LONGEST:
            raise InvalidValueException(detail=f"A group needs a name of {LONGEST} characters at most.")
        others = {id: team.name for id, team in world.teams.items()}
        others |= {id: row.name for id, row in world.role_groups().items()}
        if any(id != own and folded(other) == folded(name) for id, other in others.items()):
            raise UniquenessException(detail=f"There is a group {name} already.")
        return name


def members_of(world: World) -> Mapping[str, list[Person]]:
    """Who is in which team, closed accounts too."""
    found: dict[str, list[Person]] = {}
    for person in world.people.values():
        for team in person.teams:
            found.setdefault(team, []).append(person)
    return found


def _check_no_site(world: World, team: Team) -> None:
    for site in world.records.page(SITES(), limit=10_000):
        if site.active and site.team == team.id:
            raise ConflictException(
                detail=f"{site.name} still brings customers to {team.name}. The operator first gives it to another"
                f" team or closes it: agentdesk admin site close {site.key}"
            )


def _shown(row: DirectoryRow, name: str, members: Iterable[Person]) -> Group:
    people = [Member.model_validate({"value": one.id, "type": "User", "$ref": f"Users/{one.id}"}) for one in members]
    meta = Meta(resource_type=GROUPS.name, created=moment(row.since), last_modified=moment(row.changed))
    return Group(id=row.id, external_id=row.external or None, display_name=name, members=people or None, meta=meta)
