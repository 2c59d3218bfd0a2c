"""People, teams and being there."""

from __future__ import annotations

import pytest
from tests.domain.world import MINUTE, SYSTEM, World, company

from agentdesk.domain.kernel import Denied, Refusal
from agentdesk.domain.people import (
    AVAILABLE,
    OPERATOR,
    PEOPLE,
    TEAMS,
    AddPerson,
    AddTeam,
    Availability,
    Person,
    SetAvailability,
    Team,
    UpdatePerson,
    UpdateTeam,
)

ROLES_ARE = "Roles are: agent, senior, supervisor, quality, planner, admin, auditor."


@pytest.fixture
def world() -> World:
    return company()


def test_teams(world: World) -> None:
    admin = world.actor("adm")
    with pytest.raises(Refusal, match="needs a name"):
        world.do(AddTeam(team="t3", name=" \x00 "), admin)
    world.do(AddTeam(team="t3", name=" Alpha ", zone="Europe/Berlin", hours=((0, 540, 1020),)), admin)
    assert [team.name for team in world.page(TEAMS())] == ["Alpha", "Team t1", "Team t2"]
    world.do(UpdateTeam(team="t3", name="Alpha", zone="UTC", hours=(), retired=True), admin)
    assert [team.name for team in world.page(TEAMS())] == ["Team t1", "Team t2"]
    for name, team, sentence in (("", "t3", "needs a name"), ("X", "t7", "no such team")):
        with pytest.raises(Refusal, match=sentence):
            world.do(UpdateTeam(team=team, name=name, zone="UTC", hours=()), admin)
    assert world.get(Team, "t7") is None


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": " "}, "A person needs a name."),
        ({"email": "nothing"}, "nothing is not an e-mail address."),
        (
            {"role": "king"},
            "king is not a role. Roles are: agent, senior, supervisor, quality, planner, admin, auditor.",
        ),
        (
            {"role": "system"},
            "system is not a role. Roles are: agent, senior, supervisor, quality, planner, admin, auditor.",
        ),
        ({"teams": ("t7",)}, "There is no such team."),
        ({"email": " ANN@x.example "}, "ann@x.example is already in use."),
    ],
)
def test_who_cannot_be_added(world: World, fields: dict[str, object], sentence: str) -> None:
    told = {"person": "dan", "name": "Dan", "email": "dan@x.example", "role": "agent", **fields}
    with pytest.raises(Refusal) as refused:
        world.do(AddPerson(**told), world.actor("adm"))  # type: ignore[arg-type]
    assert str(refused.value) == sentence
    assert world.get(Person, "dan") is None


def test_an_account_is_changed_and_closed_but_keeps_its_address(world: World) -> None:
    admin = world.actor("adm")
    world.do(UpdatePerson(person="ann", name="Anna", role="lead", teams=("t1", "t2"), languages=("de",)), admin)
    found = world.get(Person, "ann")
    assert found is not None
    assert (found.name, found.role, found.teams, found.email) == ("Anna", "supervisor", ("t1", "t2"), "ann@x.example")
    world.do(UpdatePerson(person="ann", name="Anna", role="lead", teams=(), active=False), admin)
    assert "ann" not in {person.id for person in world.page(PEOPLE())}
    with pytest.raises(Refusal, match="no such person"):
        world.do(UpdatePerson(person="zoe", name="Zoe", role="agent", teams=()), admin)


def test_only_admins_change_accounts(world: World) -> None:
    """Above all not their own role."""
    for person in ("ann", "lou"):
        with pytest.raises(Denied):
            world.do(UpdatePerson(person=person, name="X", role="admin", teams=()), world.actor(person))


def test_the_last_admin_stays(world: World) -> None:
    """Closed or demoted by nobody in the product; an operator at the server may, and a second admin makes it free."""
    admin = world.actor("adm")
    demoted = UpdatePerson(person="adm", name="Adm", role="lead", teams=())
    closed = UpdatePerson(person="adm", name="Adm", role="admin", teams=(), active=False)
    for command in (demoted, closed):
        with pytest.raises(Refusal, match="Adm is the last administrator"):
            world.decide(command, SYSTEM)
        with pytest.raises(Refusal, match="Adm is the last administrator"):
            world.do(command, admin)
        assert world.decide(command, OPERATOR)
    world.do(UpdatePerson(person="adm", name="Ada", role="admin", teams=("t1",)), admin)
    world.do(UpdatePerson(person="lou", name="Lou", role="admin", teams=()), admin)
    world.do(closed, admin)
    with pytest.raises(Refusal, match="Lou is the last administrator"):
        world.do(UpdatePerson(person="lou", name="Lou", role="agent", teams=()), world.actor("lou"))


def test_an_address_changes_with_its_person(world: World) -> None:
    """In small letters, once in the company, and only by who may also give roles: by it somebody is known."""
    ann = world.actor("ann")
    update = UpdatePerson(person="ann", name="Ann", role="agent", teams=(), email=" Ann.New@X.example ")
    with pytest.raises(Denied):
        world.do(update, ann)
    world.do(update, SYSTEM)
    assert world.get(Person, "ann").email == "ann.new@x.example"
    world.do(UpdatePerson(person="ann", name="Ann", role="agent", teams=()), SYSTEM)
    assert world.get(Person, "ann").email == "ann.new@x.example"
    for wrong, words in (("adm@x.example", "already in use"), ("nowhere", "not an e-mail address")):
        with pytest.raises(Refusal, match=words):
            world.do(UpdatePerson(person="ann", name="Ann", role="agent", teams=(), email=wrong), SYSTEM)


def test_being_there_is_measured(world: World) -> None:
    ann = world.actor("ann")
    world.do(SetAvailability(state="online"), ann)
    assert world.do(SetAvailability(state="online"), ann) == []
    world.do(SetAvailability(state="break"), ann)
    found = world.get(Availability, "ann")
    assert found is not None
    assert (found.state, found.since, found.scope) == ("break", world.time, "org")
    assert [(fact.name, fact.value) for fact in world.facts] == [("availability.online", 2 * MINUTE)]
    assert [one.id for one in world.page(AVAILABLE(state="break"))] == ["ann"]
