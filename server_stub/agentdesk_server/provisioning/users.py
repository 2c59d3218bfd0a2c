"""Users: what the directory does to people, each act through a command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from scim2_models import NotFoundException, UniquenessException

from agentdesk.domain.people import PERSON_BY_EMAIL, AddPerson, Person, UpdatePerson
from agentdesk.store.ids import new_id
from agentdesk_server.authority import Database
from agentdesk_server.authority.credentials import Credentials
from agentdesk_server.authority.directory import Directory, DirectoryRow
from agentdesk_server.authority.factors import Factors
from agentdesk_server.authority.kept import Kept

from .accounts import Wish, languages_of, said_of, unique_name, user_of, wish_of
from .hands import Hands
from .models import User
from .roles import FALLBACK, role_by_group, role_due
from .world import World


class Users:
    """`ended` is told who can do nothing here any more, or must begin anew."""

    def __init__(self, writing: Database, hands: Hands, clock: Callable[[], int], ended: Callable[[str], None]) -> None:
        self._rows, self._credentials = Directory(writing.conn), Credentials(writing.conn)
        self._factors, self._kept = Factors(writing.conn), Kept(writing.conn)
        self._hands, self._clock, self._ended = hands, clock, ended

    def get(self, world: World, id: str) -> User:
        return self.shown(world, self._person(world, id))

    def shown(self, world: World, person: Person) -> User:
        return user_of(person, world.rows.row("user", person.id), world.groups_of(person))

    def create(self, world: World, user: User) -> User:
        """Somebody new; or somebody who was deleted and has come back under the same address: the same person, who
        signs in as if new.
        """
        said, now = said_of(user), self._clock()
        wish = wish_of(said, user.active is not False)
        self._check_name(world, said, "")
        back = self._deleted(world, wish.email)
        id = back.id if back else new_id(now)
        row = DirectoryRow("user", id, unique_name(said), user.external_id or "", said, now, now)
        if back is not None:
            self._submit(back, **_anew(wish))
            self._hands.write(lambda _: self._rows.put(row))
        else:
            self._add(row, wish)
        return self.get(World(world.database), id)

    def _add(self, row: DirectoryRow, wish: Wish) -> None:
        """The row first: without its person it is nothing, but a person without it could not be found again."""
        self._hands.write(lambda _: self._rows.put(row))
        languages = (wish.language,) if wish.language else ()
        add = AddPerson(
            person=row.id,
            name=wish.name,
            email=wish.email,
            role=wish.role or FALLBACK,
            languages=languages,
            region=wish.region,
        )
        try:
            self._hands.do(add)
        except Exception:
            self._hands.write(lambda _: self._rows.forget("user", row.id))
            raise
        if not wish.active:
            self._hands.do(_closed(row.id, add))

    def update(self, world: World, user: User) -> User:
        """The directory's whole word on somebody."""
        person, now = self._person(world, str(user.id)), self._clock()
        old = world.rows.row("user", person.id)
        said = said_of(user)
        wish = wish_of(said, person.active if user.active is None else user.active)
        self._check_name(world, said, person.id)
        self._change(world, person, old, wish)
        since = old.since if old and old.since else now
        row = DirectoryRow("user", person.id, unique_name(said), user.external_id or "", said, since, now)
        self._hands.write(lambda _: self._rows.put(row))
        return self.get(World(world.database), person.id)

    def delete(self, world: World, id: str) -> None:
        """The account is closed and forgets how its person signed in; what they did stays theirs."""
        person, now = self._person(world, id), self._clock()
        old = world.rows.row("user", id)
        if person.active or person.teams:
            self._submit(person, teams=(), active=False)
        since = old.since if old else 0
        row = DirectoryRow("user", id, "", "", {}, since, now, now)
        self._hands.write(lambda _: self._forget(row))
        self._ended(id)

    def _forget(self, row: DirectoryRow) -> None:
        """The row last: until it says so they are not deleted, and who was killed in between is asked again."""
        self._rows.leave_all(row.id)
        self._credentials.forget_password(row.id)
        self._factors.reset(row.id)
        self._kept.unlink(row.id)
        self._rows.put(row)

    def settle_role(self, world: World, id: str) -> None:
        """After groups that give roles have changed for somebody."""
        person, role = self._person(world, id), role_due(world.rows, world.kept, id)
        if role != person.role:
            self._submit(person, role=role)

    def _change(self, world: World, person: Person, old: DirectoryRow | None, wish: Wish) -> None:
        before = wish_of(old.said, True) if old is not None and old.said else None
        role = role_by_group(world.rows, world.kept, person.id) or wish.role
        if not role:  # what it has never said anything of stays; what it takes back falls
            role = FALLBACK if before is not None and before.role else person.role
        region = wish.region if wish.region or (before is not None and before.region) else person.region
        changed = self._submit(
            person,
            name=wish.name,
            email=wish.email,
            role=role,
            languages=languages_of(person.languages, before.language if before else "", wish.language),
            active=wish.active,
            region=region,
        )
        if changed and person.active != wish.active:
            self._hands.write(lambda _: self._credentials.end_sessions(person.id))
            self._ended(person.id)

    def set_teams(self, world: World, wanted: Mapping[str, tuple[str, ...]]) -> None:
        """Who is in which teams from now on, for these people."""
        people = [(self._person(world, id), teams) for id, teams in wanted.items()]
        self._hands.do(*(_update(person, teams=teams) for person, teams in people))

    def _submit(self, person: Person, **changes: Any) -> bool:
        """Whether there was anything to change."""
        if all(getattr(person, name) == value for name, value in changes.items()):
            return False
        self._hands.do(_update(person, **changes))
        return True

    def _person(self, world: World, id: str) -> Person:
        person = world.person(id)
        if person is None:
            raise NotFoundException(detail=f"There is no user {id[:100]}.")
        return person

    def _deleted(self, world: World, email: str) -> Person | None:
        found = world.records.page(PERSON_BY_EMAIL(email=email), limit=1)
        return found[0] if found and world.person(found[0].id) is None else None

    def _check_name(self, world: World, said: Mapping[str, Any], own: str) -> None:
        if any(person.id != own for person in world.named(unique_name(said))):
            raise UniquenessException(detail=f"There is a user {said['user_name']} already.")


def _update(person: Person, **changes: Any) -> UpdatePerson:
    person = msgspec.structs.replace(person, **changes)
    return UpdatePerson(
        person=person.id,
        name=person.name,
        role=person.role,
        teams=person.teams,
        languages=person.languages,
        active=person.active,
        region=person.region,
        tier=person.tier,
        email=person.email,
    )


def _anew(wish: Wish) -> dict[str, Any]:
    """Somebody who has come back gets nothing of what they had but their name in the books."""
    return {
        "name": wish.name,
        "email": wish.email,
        "role": wish.role or FALLBACK,
        "teams": (),
        "languages": (wish.language,) if wish.language else (),
        "active": wish.active,
        "region": wish.region,
        "tier": 0,
    }


def _closed(id: str, add: AddPerson) -> UpdatePerson:
    return UpdatePerson(person=id, name=add.name, role=add.role, teams=(), languages=add.languages, active=False)
