"""Who is let into one case: how far that goes, who is told, and that it ends."""

from __future__ import annotations

import pytest
from tests.domain.world import SYSTEM, World, company

from agentdesk.domain.cases import (
    Assign,
    BreakGlass,
    Claim,
    EndAccess,
    Follow,
    FollowCase,
    Grant,
    Invite,
    Mention,
    Message,
    Note,
    Read,
    Reply,
    Snooze,
    Solve,
)
from agentdesk.domain.cases.access import LONGEST_VISIT
from agentdesk.domain.kernel import Denied, Refusal, Share, Unknown
from agentdesk.domain.people import Person, UpdatePerson

WHY = "She knows the parcel service."
HOUR = 3_600_000


@pytest.fixture
def world() -> World:
    made = company()
    made.open()
    return made


def invite(world: World, person: str = "cat", by: str = "lou", grant: str = "g1") -> Grant:
    until = world.time + 3 * HOUR
    world.do(Invite(grant=grant, case="c1", person=person, until=until, reason=WHY), world.actor(by))
    found = world.get(Grant, grant)
    assert found is not None
    return found


def shares(world: World, kind: str) -> set[str]:
    return {r.scope for r in world.records.values() if isinstance(r, Share) and r.kind == kind}


def move(world: World, person: str, *teams: str, role: str = "agent", active: bool = True) -> None:
    wish = UpdatePerson(person=person, name=person, role=role, teams=teams, active=active)
    world.do(wish, world.actor("adm"))


def test_a_guest_reads_and_writes_notes_and_no_more(world: World) -> None:
    invite(world)
    cat = world.actor("cat")
    world.do(Note(case="c1", message="n1", text="I will ask them."), cat)
    world.do(Read(case="c1", seq=1), cat)
    for wish in (
        Reply(case="c1", message="r1", text="Hello", seen=1),
        Claim(case="c1"),
        Snooze(case="c1", until=world.time + HOUR),
        Solve(case="c1", seen=1),
        Assign(case="c1", assignee="bob"),
    ):
        with pytest.raises(Denied, match="guest"):
            world.do(wish, cat)
    assert world.case().assignee == ""


@pytest.mark.parametrize("named", ["cat", "tim"])
def test_a_guest_lets_nobody_in(world: World, named: str) -> None:
    """Neither others nor, for good, oneself: a mention has no end."""
    invite(world)
    with pytest.raises(Denied, match="cannot let in"):
        world.do(Note(case="c1", message="n1", text=f"What do you think, @[{named}]?"), world.actor("cat"))
    assert world.get(Message, "n1") is None
    world.do(Note(case="c1", message="n2", text="Ask @[bob]."), world.actor("cat"))
    assert shares(world, "case") == {"user:cat", "user:bob"}


def test_following_does_not_outlast_a_visit(world: World) -> None:
    grant = invite(world)
    with pytest.raises(Denied, match="guest"):
        world.do(FollowCase(case="c1"), world.actor("cat"))
    world.time = grant.until
    world.do(EndAccess(grant="g1"), SYSTEM)
    assert shares(world, "case") == set()


def test_who_was_mentioned_is_a_guest_too(world: World) -> None:
    world.do(Note(case="c1", message="n1", text="@[cat] do you know?"), world.actor("ann"))
    with pytest.raises(Denied, match="guest"):
        world.do(Claim(case="c1"), world.actor("cat"))
    world.do(Note(case="c1", message="n2", text="I do."), world.actor("cat"))


def test_who_works_the_queue_is_no_guest_for_following(world: World) -> None:
    world.do(FollowCase(case="c1"), world.actor("ann"))
    world.do(Claim(case="c1"), world.actor("ann"))


def test_everybody_concerned_is_told_of_a_guest(world: World) -> None:
    invite(world)
    assert shares(world, "case") == {"user:cat"}
    assert shares(world, "grant") == {"oversight", "lead:t1", "lead:t2", "user:lou"}
    happened = [m for m in world.messages() if m.event == "invited"]
    assert [(m.author, m.detail) for m in happened] == [("lou", "cat")]


@pytest.mark.parametrize("by", ["cat", "lou", "tim"])
def test_a_visit_is_ended_by_guest_host_or_who_oversees(world: World, by: str) -> None:
    invite(world)
    world.do(EndAccess(grant="g1"), world.actor(by))
    assert shares(world, "case") == set()
    found = world.get(Grant, "g1")
    assert found is not None
    assert found.ended == world.time
    assert world.decide(EndAccess(grant="g1"), world.actor(by)) == []


def test_nobody_else_ends_it(world: World) -> None:
    invite(world)
    with pytest.raises(Refusal, match="no longer there"):
        world.do(EndAccess(grant="g1"), world.actor("ann"))  # she sees nothing of it


def test_the_clock_ends_it_and_not_before(world: World) -> None:
    grant = invite(world)
    assert world.decide(EndAccess(grant="g1"), SYSTEM) == []
    world.time = grant.until
    world.do(EndAccess(grant="g1"), SYSTEM)
    assert shares(world, "case") == set()


def test_what_else_lets_somebody_in_stays(world: World) -> None:
    """Two visits, a mention: the case is shut when the last of them is over."""
    invite(world)
    invite(world, grant="g2")
    world.do(Note(case="c1", message="n1", text="@[cat]"), world.actor("ann"))
    world.do(EndAccess(grant="g1"), world.actor("lou"))
    world.do(EndAccess(grant="g2"), world.actor("lou"))
    assert shares(world, "case") == {"user:cat"}
    move(world, "cat")  # out of t2: the case is t1's, and she was mentioned there
    assert shares(world, "case") == {"user:cat"}


def test_who_is_let_in(world: World) -> None:
    for person, sentence in (("bob", "sees this case already"), ("nobody", "no such person")):
        with pytest.raises(Refusal, match=sentence):
            invite(world, person)
    move(world, "cat", active=False)
    with pytest.raises(Refusal, match="does not work here"):
        invite(world)
    with pytest.raises(Denied):
        invite(world, "tim", by="ann")


@pytest.mark.parametrize(
    ("until", "reason", "sentence"),
    [
        (0, WHY, "still to come"),
        (LONGEST_VISIT * 2, WHY, "at most 30 days"),
        (HOUR, " because  ", "Say why"),
    ],
)
def test_a_visit_has_an_end_and_a_reason(world: World, until: int, reason: str, sentence: str) -> None:
    wish = Invite(grant="g1", case="c1", person="cat", until=world.time + until, reason=reason)
    with pytest.raises(Refusal, match=sentence):
        world.decide(wish, world.actor("lou"))


# -- broken glass


def test_glass_is_broken_aloud_and_for_a_time(world: World) -> None:
    move(world, "sue", "t2", role="senior")
    sue = world.actor("sue")
    world.do(BreakGlass(grant="g1", number=1, reason="The customer is on the phone.", minutes=30), sue)
    grant = world.get(Grant, "g1")
    assert grant is not None
    assert (grant.way, grant.case, grant.until - grant.since) == ("break_glass", "c1", 30 * 60_000)
    assert shares(world, "grant") == {"oversight", "lead:t1", "lead:t2"}
    assert [m.event for m in world.messages()][-1:] == ["glass_broken"]
    with pytest.raises(Refusal, match="already"):
        world.do(BreakGlass(grant="g2", number=1, reason="The customer is on the phone."), world.actor("sue"))


def test_glass_is_not_broken_for_nothing(world: World) -> None:
    with pytest.raises(Refusal, match="see this case already"):
        world.do(BreakGlass(grant="g1", number=1, reason="The customer is on the phone."), world.actor("sue"))
    with pytest.raises(Refusal, match="no case 99"):
        world.do(BreakGlass(grant="g1", number=99, reason="The customer is on the phone."), world.actor("sue"))
    with pytest.raises(Denied):
        world.do(BreakGlass(grant="g1", number=1, reason="The customer is on the phone."), world.actor("cat"))
    world.knows_all = False
    with pytest.raises(Unknown):
        world.decide(BreakGlass(grant="g1", number=99, reason="The customer is on the phone."), world.actor("sue"))


# -- leaving a team


def test_who_leaves_a_team_hears_no_more_of_its_cases(world: World) -> None:
    ann = world.actor("ann")
    world.open("c2", team="t2")
    world.do(FollowCase(case="c1"), ann)
    world.do(Note(case="c1", message="n1", text="@[ann] look"), world.actor("bob"))
    world.do(Note(case="c2", message="n2", text="@[ann] look"), world.actor("cat"))
    move(world, "ann", "t2")
    held = {(r.record, r.scope) for r in world.records.values() if isinstance(r, Share)}
    assert held == {("c2", "user:ann")}
    assert not [r for r in world.records.values() if isinstance(r, Follow)]
    assert [r.case for r in world.records.values() if isinstance(r, Mention)] == ["c2"]


@pytest.mark.parametrize(("role", "active"), [("planner", True), ("agent", False)])
def test_a_role_without_cases_and_a_closed_account_end_it_too(world: World, role: str, active: bool) -> None:
    world.do(FollowCase(case="c1"), world.actor("ann"))
    move(world, "ann", "t1", role=role, active=active)
    assert shares(world, "case") == set()


def test_a_guest_stays_a_guest_until_the_time_that_was_set(world: World) -> None:
    invite(world)
    move(world, "cat", "t1")
    world.do(FollowCase(case="c1"), world.actor("cat"))
    move(world, "cat", "t2")
    assert shares(world, "case") == {"user:cat"}
    assert not [r for r in world.records.values() if isinstance(r, Follow)]


def test_many_follows_end_in_one_go(world: World) -> None:
    ann = world.actor("ann")
    for n in range(600):
        world.put(Follow(f"ann:x{n}", "user:ann", 0, "ann", "c1", n))
    world.do(FollowCase(case="c1"), ann)
    move(world, "ann")
    assert not [r for r in world.records.values() if isinstance(r, Follow)]


# -- people


def test_nobody_who_never_works_with_cases_is_mentioned_or_given_one(world: World) -> None:
    with pytest.raises(Refusal, match="cannot be mentioned"):
        world.do(Note(case="c1", message="n1", text="@[adm]"), world.actor("ann"))
    move(world, "bob", "t1", role="quality")
    with pytest.raises(Refusal, match="does not work on cases"):
        world.do(Assign(case="c1", assignee="bob"), world.actor("ann"))
    assert world.get(Message, "n1") is None


def test_region_and_tier_stay_when_they_are_not_named(world: World) -> None:
    adm = world.actor("adm")
    world.do(UpdatePerson(person="ann", name="Ann", role="agent", teams=("t1",), region="eu", tier=2), adm)
    world.do(UpdatePerson(person="ann", name="Anna", role="agent", teams=("t1",)), adm)
    found = world.get(Person, "ann")
    assert found is not None
    assert (found.name, found.region, found.tier) == ("Anna", "eu", 2)
