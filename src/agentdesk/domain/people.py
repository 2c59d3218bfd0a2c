"""People and presence: who works here, in which teams, and who is available."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from .kernel import (
    ROLES,
    Actor,
    Change,
    Command,
    Denied,
    Fact,
    Millis,
    Name,
    Put,
    Question,
    Record,
    Refusal,
    View,
    clean,
    command,
    eq,
    lost_team,
    may,
    need,
    record,
    ref,
    refuse_foreign,
    role_named,
)

PersonId = Annotated[str, ref("person")]
TeamId = Annotated[str, ref("team")]
Weekday = Annotated[int, Meta(ge=0, le=6)]
Minute = Annotated[int, Meta(ge=0, le=24 * 60)]
Window = tuple[int, int, int]
"""Weekday (0 = Monday), first minute of the day, last minute of the day; in the team's time zone."""
Region = Name
Tier = Annotated[int, Meta(ge=0, le=9)]
Opening = tuple[Weekday, Minute, Minute]
"""The same as a command may bring it."""


@record("team", complete=True, public=("name", "zone", "region"), added={"region": 2})
class Team(Record, frozen=True):
    """People who work one queue. `hours` are its opening windows in `zone` (IANA name); `region` is the part of the
    world whose customers it serves, none for all.
    """

    name: Name
    zone: Name = "UTC"
    hours: tuple[Window, ...] = ()
    retired: bool = False
    region: str = ""


@record(
    "person",
    complete=True,
    classes={"email": "contact"},
    public=("name", "role", "teams", "languages", "region"),
    added={"region": 2, "tier": 2},
)
class Person(Record, frozen=True):
    """Somebody who signs in. `region` and `tier` (1 takes what comes in, higher ones take it over) decide with the
    role what is seen; none and 0 mean that nothing is said.
    """

    name: Name
    email: Name
    role: str
    teams: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    active: bool = True
    region: str = ""
    tier: int = 0


State = Literal["online", "away", "break", "offline"]


@record("availability", complete=True, public=("person", "state"))
class Availability(Record, frozen=True):
    """What somebody has declared about being there; the id is the person's."""

    person: str
    state: str
    since: Millis


OPERATOR = Actor("operator", "system", "Operator", device="admin")
"""Who works at the server's own machine."""

TEAMS = Question("team.all", Team, (eq("retired", False),), ("name",))
PEOPLE = Question("person.all", Person, (eq("active", True),), ("name",))
EVERYBODY = Question("person.everybody", Person, (), ())
PERSON_BY_EMAIL = Question("person.by_email", Person, (eq("email", ":email"),), ())
HOLDING = Question("person.by_role", Person, (eq("role", ":role"), eq("active", True)), ("name",))
AVAILABLE = Question("availability.by_state", Availability, (eq("state", ":state"),), ("since",))


@command("team.add", "team.manage", "system", fresh=True)
class AddTeam(Command, frozen=True):
    """Make a team."""

    team: Annotated[str, ref("team", creates=True)]
    name: Name
    zone: Name = "UTC"
    hours: tuple[Opening, ...] = ()
    region: Region = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        name = clean(self.name)
        if not name:
            raise Refusal("A team needs a name.", "name")
        if view.get(Team, self.team) is not None:
            return
        refuse_foreign(view, clean(self.region))
        yield Put(Team(self.team, "org", 0, name, clean(self.zone), self.hours, False, clean(self.region)))


@command("team.update", "team.manage", "system", fresh=True)
class UpdateTeam(Command, frozen=True):
    """Change a team's name, hours or zone, or retire it."""

    team: TeamId
    name: Name
    zone: Name
    hours: tuple[Opening, ...]
    retired: bool = False
    region: Region | None = None

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        old = need(view, Team, self.team, "There is no such team.")
        if not clean(self.name):
            raise Refusal("A team needs a name.", "name")
        region = old.region if self.region is None else clean(self.region)
        if region != old.region:
            refuse_foreign(view, region)
        yield Put(Team(self.team, "org", 0, clean(self.name), clean(self.zone), self.hours, self.retired, region))


@command("person.add", "person.manage", "system", fresh=True)
class AddPerson(Command, frozen=True):
    """Make an account for somebody. The password is set beside it, never in a command."""

    person: Annotated[str, ref("person", creates=True)]
    name: Name
    email: Name
    role: str
    teams: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    region: Region = ""
    tier: Tier = 0

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if view.get(Person, self.person) is not None:
            return
        name, email, languages = clean(self.name), clean(self.email).lower(), tuple(map(clean, self.languages))
        role, region = role_named(self.role), clean(self.region)
        person = Person(self.person, "org", 0, name, email, role, self.teams, languages, True, region, self.tier)
        _check_person(view, person)
        yield Put(person)


@command("person.update", "person.manage", "system", fresh=True)
class UpdatePerson(Command, frozen=True):
    """Change somebody's name, address, role, teams or languages, or close the account."""

    person: PersonId
    name: Name
    role: str
    teams: tuple[str, ...]
    languages: tuple[str, ...] = ()
    active: bool = True
    region: Region | None = None
    tier: Tier | None = None
    email: Name | None = None

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        old = need(view, Person, self.person, "There is no such person.")
        person = msgspec.structs.replace(
            old,
            rev=0,
            name=clean(self.name),
            email=old.email if self.email is None else clean(self.email).lower(),
            role=role_named(self.role),
            teams=self.teams,
            languages=tuple(map(clean, self.languages)),
            active=self.active,
            region=old.region if self.region is None else clean(self.region),
            tier=old.tier if self.tier is None else self.tier,
        )
        if person.role != role_named(old.role) and who.role != "system" and not who.may("person.grant"):
            raise Denied("Your role ({role}) may not give or take roles.", role=who.role)
        if person.email != old.email and who.role != "system" and not who.may("person.grant"):
            # By the address somebody is known who signs in with the company's provider.
            raise Denied("Your role ({role}) may not change anybody's e-mail address.", role=who.role)
        _check_person(view, person)
        if (who.id, who.role) != (OPERATOR.id, OPERATOR.role):  # at the server's own machine another one can be made
            _keep_an_admin(view, old, person)
        yield Put(person)
        yield from lost_team(view, old.id, frozenset(old.teams) - _worked_in(person))


@command("availability.set", "availability.set")
class SetAvailability(Command, frozen=True):
    """Say whether one is there for customers."""

    state: State

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        old = view.get(Availability, who.id)
        if old is not None and old.state == self.state:
            return
        yield Put(Availability(who.id, "org", 0, who.id, self.state, now))
        if old is not None:
            yield Fact(f"availability.{old.state}", "person", who.id, max(0, now - old.since))


def _worked_in(person: Person) -> frozenset[str]:
    """The teams whose cases somebody sees."""
    return frozenset(person.teams) if person.active and may(person.role, "case.see") else frozenset()


def _keep_an_admin(view: View, old: Person, new: Person) -> None:
    """Nobody could undo it if the last one were gone."""
    was, stays = (one.active and one.role == "admin" for one in (old, new))
    if was and not stays and view.count(HOLDING(role="admin")) < 2:
        raise Refusal("{name} is the last administrator. Make somebody else one first.", "last_admin", name=old.name)


def _check_person(view: View, person: Person) -> None:
    if not person.name:
        raise Refusal("A person needs a name.", "name")
    if "@" not in person.email:
        raise Refusal("{email} is not an e-mail address.", "email", email=person.email)
    if person.role not in ROLES:
        raise Refusal("{role} is not a role. Roles are: {roles}.", "role", role=person.role, roles=", ".join(ROLES))
    for team in person.teams:
        need(view, Team, team, "There is no such team.")
    same = view.page(PERSON_BY_EMAIL(email=person.email), limit=2)
    if any(other.id != person.id for other in same):
        raise Refusal("{email} is already in use.", "in_use", email=person.email)
