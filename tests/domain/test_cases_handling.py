"""What is done with a case: each rule of taking, giving, sleeping, solving and sorting."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.world import CHANNEL, MINUTE, SYSTEM, World, company

from agentdesk.domain.cases import (
    Assign,
    Case,
    Claim,
    Message,
    OpenCase,
    Prioritise,
    Release,
    Reopen,
    Reply,
    Snooze,
    Solve,
    Tag,
    Untag,
    Wake,
)
from agentdesk.domain.cases.handling import MAX_TAGS
from agentdesk.domain.cases.thread import BOOST, IDLE, ranked
from agentdesk.domain.kernel import Refusal, Unseen
from agentdesk.domain.people import UpdatePerson, UpdateTeam
from agentdesk.domain.sites import AddSite, UpdateSite


@pytest.fixture
def world() -> World:
    made = company()
    made.open()
    return made


def last(world: World, case: str = "c1") -> Message:
    return world.messages(case)[-1]


def test_the_faster_colleague_wins(world: World) -> None:
    world.do(Claim(case="c1"), world.actor("ann"))
    with pytest.raises(Refusal, match="Ann already has this case") as refused:
        world.do(Claim(case="c1"), world.actor("bob"))
    assert refused.value.code == "taken"
    assert world.case().assignee == "ann"
    assert (last(world).event, last(world).author) == ("claimed", "ann")
    assert world.do(Claim(case="c1"), world.actor("ann")) == []


def test_a_case_goes_to_another_team_with_all_that_is_in_it(world: World) -> None:
    world.do(Assign(case="c1", team="t2", assignee="cat"), world.actor("ann"))
    case = world.case()
    assert (case.team, case.assignee, case.scope) == ("t2", "cat", "team:t2:open")
    assert {message.scope for message in world.messages()} == {"team:t2:open"}
    assert (last(world).event, last(world).detail) == ("assigned", "cat")
    with pytest.raises(Unseen):
        world.do(Claim(case="c1"), world.actor("ann"))


def test_a_solved_case_stays_among_the_past_of_its_new_team(world: World) -> None:
    world.do(Solve(case="c1", seen=1), world.actor("ann"))
    world.do(Assign(case="c1", team="t2"), world.actor("ann"))
    assert world.case().scope == "team:t2:past"


@pytest.mark.parametrize(
    ("assign", "sentence"),
    [
        (Assign(case="c1", assignee="cat"), "Cat is not in that team."),
        (Assign(case="c1", team="t2", assignee="bob"), "Bob is not in that team."),
        (Assign(case="c1", assignee="nobody"), "There is no such person."),
        (Assign(case="c1", team="t7"), "There is no such team."),
    ],
)
def test_who_cannot_be_given_a_case(world: World, assign: Assign, sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        world.do(assign, world.actor("ann"))
    assert str(refused.value) == sentence


def test_who_has_left_and_what_is_closed_take_no_cases(world: World) -> None:
    admin = world.actor("adm")
    world.do(UpdatePerson(person="bob", name="Bob", role="agent", teams=("t1",), active=False), admin)
    world.do(UpdateTeam(team="t2", name="T2", zone="UTC", hours=(), retired=True), admin)
    with pytest.raises(Refusal, match="Bob does not work here any more"):
        world.do(Assign(case="c1", assignee="bob"), world.actor("ann"))
    with pytest.raises(Refusal, match="does not take cases"):
        world.do(Assign(case="c1", team="t2"), world.actor("ann"))


def test_only_the_assignee_or_a_lead_gives_a_case_back(world: World) -> None:
    world.do(Claim(case="c1"), world.actor("ann"))
    with pytest.raises(Refusal, match="Ann has this case"):
        world.do(Release(case="c1"), world.actor("bob"))
    world.do(Release(case="c1"), world.actor("lou"))
    assert world.case().assignee == ""
    assert world.do(Release(case="c1"), world.actor("bob")) == []


def test_a_case_sleeps_until_a_time_to_come(world: World) -> None:
    ann = world.actor("ann")
    for until in (0, world.time, world.time + MINUTE):  # `do` lets a minute pass
        with pytest.raises(Refusal, match="still to come"):
            world.do(Snooze(case="c1", until=until), ann)
        world.time -= MINUTE
    world.do(Snooze(case="c1", until=world.time + 3 * MINUTE), ann)
    case = world.case()
    assert (case.status, case.assignee, case.scope) == ("snoozed", "ann", "team:t1:open")
    assert last(world).detail == str(case.snoozed_until)


def test_a_time_that_was_to_come_when_it_was_chosen_counts(world: World) -> None:
    """Said on a train at 10:00 until 10:30, heard by the server at 11:00: granted, and the clock wakes it."""
    until = world.time + MINUTE
    who = world.actor("ann")
    from_then = type(who)(who.id, who.role, who.name, who.teams, who.scopes, who.device, at=world.time)
    changes = list(Snooze(case="c1", until=until).decide(world, from_then, world.time + 60 * MINUTE))
    assert changes


def test_the_clock_wakes_at_the_time_and_a_person_at_any(world: World) -> None:
    world.do(Snooze(case="c1", until=world.time + 5 * MINUTE), world.actor("ann"))
    assert world.do(Wake(case="c1"), SYSTEM) == []
    world.time += 10 * MINUTE
    world.do(Wake(case="c1"), SYSTEM)
    assert (world.case().status, world.case().snoozed_until, last(world).event) == ("open", 0, "woken")
    world.do(Snooze(case="c1", until=world.time + 90 * MINUTE), world.actor("ann"))
    world.do(Wake(case="c1"), world.actor("bob"))
    assert world.case().status == "open"
    assert world.do(Wake(case="c1"), world.actor("bob")) == []


def test_a_word_from_the_customer_wakes_and_reopens(world: World) -> None:
    world.do(Snooze(case="c1", until=world.time + 90 * MINUTE), world.actor("ann"))
    world.receive("m2")
    assert world.case().status == "open"
    world.do(Solve(case="c1", seen=world.case().seq), world.actor("ann"))
    world.receive("m3")
    case = world.case()
    assert (case.status, case.scope, case.reopened, case.solved_at) == ("open", "team:t1:open", 1, 0)
    assert case.waiting_since == world.time
    assert [m.event or m.kind for m in world.messages()[-2:]] == ["reopened", "customer"]


def test_nothing_unread_is_solved(world: World) -> None:
    world.receive("m2")
    with pytest.raises(Refusal, match="Lena wrote in the meantime") as refused:
        world.do(Solve(case="c1", seen=1), world.actor("ann"))
    assert refused.value.code == "newer"
    world.do(Solve(case="c1", seen=2), world.actor("ann"))
    case = world.case()
    assert (case.status, case.scope, case.waiting_since, case.assignee) == ("solved", "team:t1:past", 0, "ann")
    assert {message.scope for message in world.messages()} == {"team:t1:past"}
    assert world.do(Solve(case="c1", seen=2), world.actor("ann")) == []
    with pytest.raises(Refusal, match="Reopen it"):
        world.do(Snooze(case="c1", until=world.time + 9 * MINUTE), world.actor("ann"))


def test_reopening(world: World) -> None:
    assert world.do(Reopen(case="c1"), world.actor("ann")) == []
    world.do(Solve(case="c1", seen=1), world.actor("ann"))
    world.do(Reopen(case="c1"), world.actor("bob"))
    case = world.case()
    assert (case.status, case.scope, case.reopened, case.solved_at) == ("open", "team:t1:open", 1, 0)


def test_tags_are_words_said_once(world: World) -> None:
    ann = world.actor("ann")
    world.do(Tag(case="c1", tag="  Late \n parcel "), ann)
    assert world.case().tags == ("Late parcel",)
    assert world.do(Tag(case="c1", tag="LATE PARCEL"), ann) == []
    with pytest.raises(Refusal, match="needs a word"):
        world.do(Tag(case="c1", tag=" \x00 "), ann)
    world.do(Untag(case="c1", tag="Late parcel"), ann)
    assert world.case().tags == ()
    assert world.do(Untag(case="c1", tag="Late parcel"), ann) == []


def test_tags_have_a_limit(world: World) -> None:
    for number in range(MAX_TAGS):
        world.do(Tag(case="c1", tag=f"tag {number}"), world.actor("ann"))
    with pytest.raises(Refusal, match=f"at most {MAX_TAGS} tags"):
        world.do(Tag(case="c1", tag="one more"), world.actor("ann"))


def test_urgency_is_said_once(world: World) -> None:
    before = world.case().rank
    world.do(Prioritise(case="c1", priority=3), world.actor("ann"))
    assert world.case().rank == before - BOOST[3]
    assert (last(world).event, last(world).detail) == ("prioritised", "urgent")
    assert world.do(Prioritise(case="c1", priority=3), world.actor("ann")) == []


def _case(waiting: int, updated: int, priority: int) -> Case:
    base = company().open()
    return ranked(type(base)(**_fields(base, waiting, updated, priority)))


def _fields(base: Case, waiting: int, updated: int, priority: int) -> dict[str, object]:
    fields = {name: getattr(base, name) for name in base.__struct_fields__}
    return {**fields, "waiting_since": waiting, "updated_at": updated, "priority": priority}


HOURS = 3_600_000
waits = st.integers(1_000 * HOURS, 2_000 * HOURS)


@given(waits, waits, st.integers(0, 3), st.integers(0, 3))
def test_urgency_moves_ahead_but_age_wins_in_the_end(one: int, other: int, first: int, second: int) -> None:
    a, b = _case(one, one, first), _case(other, other, second)
    if first >= second and one <= other:
        assert a.rank <= b.rank, "older and no less urgent comes first"
    if one < other - (BOOST[3] - BOOST[0]):
        assert a.rank < b.rank, "no urgency outweighs two days"


@given(waits, st.integers(0, 3), st.integers(0, 3))
def test_who_waits_comes_before_who_does_not(updated: int, first: int, second: int) -> None:
    waiting, idle = _case(updated, updated, first), _case(0, updated, second)
    assert waiting.rank < idle.rank
    assert BOOST[3] - BOOST[0] < IDLE


def test_an_answer_sends_a_case_to_the_end(world: World) -> None:
    world.open("c2")
    world.do(Reply(case="c1", message="r1", text="Soon.", seen=1), world.actor("ann"))
    assert world.case("c2").rank < world.case("c1").rank


def test_measures_are_kept(world: World) -> None:
    world.do(Claim(case="c1"), world.actor("ann"))
    world.do(Reply(case="c1", message="r1", text="Yes.", seen=1), world.actor("ann"))
    world.do(Solve(case="c1", seen=3), world.actor("ann"))
    assert [fact.name for fact in world.facts] == ["case.opened", "case.claimed", "reply.first", "case.solved"]
    opened = world.case().opened_at
    assert world.facts[1].value == MINUTE
    assert world.facts[2].value == 2 * MINUTE
    assert world.facts[3].value == world.time - opened


def test_giving_away_to_nobody_is_bound_by_the_rule_of_release(world: World) -> None:
    world.do(Claim(case="c1"), world.actor("ann"))
    with pytest.raises(Refusal, match="has this case"):
        world.do(Assign(case="c1"), world.actor("bob"))
    world.do(Assign(case="c1"), world.actor("ann"))
    assert world.case().assignee == ""


def test_only_the_chat_opens_for_a_visitor(world: World) -> None:
    """Else a colleague of another team could draw a visitor's next words to himself."""
    ids = {"case": "c9", "conversation": "v9", "message": "m9", "customer": "u9"}
    for told in ({"visitor": "visitor-1"}, {"site": "site-1"}):
        with pytest.raises(Refusal, match="Only the chat"):
            world.do(OpenCase(**ids, team="t1", text="Hello", **told), world.actor("ann"))


def test_a_retired_team_gets_no_cases(world: World) -> None:
    """Neither by hand nor by a site; but what a customer says is taken wherever it comes in."""
    world.do(UpdateTeam(team="t2", name="Team t2", zone="UTC", hours=(), retired=True), SYSTEM)
    new = OpenCase(case="c8", conversation="v8", message="m8", customer="u8", team="t2", text="Hello")
    lead = msgspec.structs.replace(world.actor("lou"), scopes=frozenset(("org", "team:t1:open", "team:t2:open")))
    for command in (new, Assign(case="c1", team="t2")):
        with pytest.raises(Refusal, match="This team does not take cases any more"):
            world.do(command, lead)
    site = {"name": "Shop", "team": "t2", "origins": ("*",)}
    for command in (AddSite(site="s8", key="eight", **site), UpdateSite(site="s1", **site)):
        with pytest.raises(Refusal, match="This team does not take cases any more"):
            world.do(command, SYSTEM)
    world.do(UpdateSite(site="s1", active=False, **site), SYSTEM)
    world.do(new, CHANNEL)
    assert world.case("c8").team == "t2"


def test_an_admin_is_no_assignee(world: World) -> None:
    world.do(UpdatePerson(person="adm", name="Adm", role="admin", teams=("t1",)), SYSTEM)
    with pytest.raises(Refusal, match="Adm does not work on cases"):
        world.do(Assign(case="c1", assignee="adm"), world.actor("lou"))
