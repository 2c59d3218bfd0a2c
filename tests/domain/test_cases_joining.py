"""Cases that belong together: nothing is lost in a merge, order stays, and what follows finds its way."""

from __future__ import annotations

import random

import pytest
from tests.domain.world import MINUTE, SYSTEM, World, company, file

from agentdesk.domain.cases import (
    ATTACHMENTS,
    CONVERSATIONS,
    Case,
    Claim,
    EndAccess,
    Follow,
    FollowCase,
    Invite,
    Link,
    Mention,
    Merge,
    Note,
    Prioritise,
    Reply,
    Snooze,
    Solve,
    Tag,
    UnfollowCase,
    Unsend,
    audience,
    joining,
)
from agentdesk.domain.kernel import Refusal, Share, follow


@pytest.fixture
def world() -> World:
    made = company()
    made.open("c1")
    made.open("c2", files=(file("f2"),))
    return made


def merge(world: World, case: str = "c2", into: str = "c1") -> None:
    world.do(Merge(case=case, into=into), world.actor("ann"))


@pytest.mark.parametrize("seed", range(8))
def test_order_stays_and_every_message(world: World, seed: int) -> None:
    chance = random.Random(seed)
    for number in range(20):
        case = chance.choice(("c1", "c2"))
        if chance.random() < 0.5:
            world.receive(f"m{number}", case=case)
        else:
            seen = world.case(case).seq
            world.do(Reply(case=case, message=f"m{number}", text="Yes", seen=seen), world.actor("bob"))
    before = {m.id: m for case in ("c1", "c2") for m in world.messages(case)}
    orders = {case: [m.id for m in world.messages(case)] for case in ("c1", "c2")}
    merge(world)
    after = world.messages("c1")
    assert {m.id for m in after[:-1]} == set(before)
    assert after[-1].event == "merged"
    assert [m.seq for m in after] == list(range(1, len(after) + 1))
    assert [m.at for m in after] == sorted(m.at for m in after)
    for order in orders.values():
        assert [m.id for m in after if m.id in order] == order
    case = world.case()
    assert case.seq == len(after)
    assert case.in_seq == max(m.seq for m in after if m.kind == "customer")
    assert case.out_seq == max((m.seq for m in after if m.kind == "reply"), default=0)
    assert {m.text for m in after[:-1]} == {m.text for m in before.values()}


def test_what_hangs_on_the_case_goes_along(world: World) -> None:
    merge(world)
    assert {c.id for c in world.page(CONVERSATIONS(case="c1"))} == {"c1-v", "c2-v"}
    assert [a.id for a in world.page(ATTACHMENTS(case="c1"))] == ["f2"]
    assert world.messages("c2") == []
    old = world.case("c2")
    assert (old.merged_into, old.status, old.scope, old.waiting_since) == ("c1", "solved", "team:t1:past", 0)


def test_later_commands_follow_through_all_merges(world: World) -> None:
    world.open("c3")
    merge(world, "c3", "c2")
    merge(world, "c2", "c1")
    assert follow(Claim(case="c3"), world) == Claim(case="c1")
    world.do(Note(case="c3", message="n1", text="Where am I?"), world.actor("ann"))
    assert world.messages("c1")[-1].id == "n1"


def test_a_ring_of_merges_hangs_nobody(world: World) -> None:
    for case, into in (("c1", "c2"), ("c2", "c1")):
        one = world.case(case)
        fields = {name: getattr(one, name) for name in one.__struct_fields__}
        world.records["case", case] = Case(**{**fields, "merged_into": into})
    assert follow(Claim(case="c1"), world).case in ("c1", "c2")


def test_who_waits_longest_counts_and_tags_join(world: World) -> None:
    world.do(Tag(case="c1", tag="one"), world.actor("ann"))
    world.do(Tag(case="c2", tag="two"), world.actor("ann"))
    first = world.case("c1").waiting_since
    world.do(Reply(case="c2", message="r", text="Yes", seen=9), world.actor("ann"))
    merge(world, "c1", "c2")
    case = world.case("c2")
    assert case.waiting_since == first
    assert case.rank == first
    assert case.tags == ("two", "one")
    assert case.preview == "Yes"


@pytest.mark.parametrize("asleep", [False, True])
def test_a_waiting_case_is_not_buried(world: World, asleep: bool) -> None:
    """Merged into a solved or sleeping case, a question that is open keeps it open."""
    ann = world.actor("ann")
    put_away = Snooze(case="c1", until=world.time + 90 * MINUTE) if asleep else Solve(case="c1", seen=1)
    world.do(put_away, ann)
    merge(world)
    case = world.case()
    assert (case.status, case.scope, case.snoozed_until, case.solved_at) == ("open", "team:t1:open", 0, 0)
    assert {m.scope for m in world.messages()} == {"team:t1:open"}


def test_two_solved_cases_stay_solved(world: World) -> None:
    for case in ("c1", "c2"):
        world.do(Solve(case=case, seen=1), world.actor("ann"))
    merge(world)
    assert (world.case().status, world.case().scope) == ("solved", "team:t1:past")


def test_what_cannot_be_merged(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.open("c3", customer="u2", customer_name="Tom")
    for case, into, sentence in (
        ("c1", "c1", "into itself"),
        ("c3", "c1", "different customers"),
        ("c1", "gone", "no longer there"),
    ):
        with pytest.raises(Refusal, match=sentence):
            merge(world, case, into)
    monkeypatch.setattr(joining, "MERGE_LIMIT", 1)
    with pytest.raises(Refusal, match="too long"):
        merge(world)


def test_a_merge_said_twice_is_one(world: World) -> None:
    merge(world)
    before = dict(world.records)
    with pytest.raises(Refusal):
        merge(world)
    assert world.records == before


def test_links_go_both_ways(world: World) -> None:
    ann = world.actor("ann")
    world.do(Link(case="c1", to="c2"), ann)
    assert (world.case("c1").linked, world.case("c2").linked) == (("c2",), ("c1",))
    assert world.do(Link(case="c2", to="c1"), ann) == []
    with pytest.raises(Refusal, match="linked to itself"):
        world.do(Link(case="c1", to="c1"), ann)


def test_one_name_is_not_one_customer(world: World) -> None:
    """Anybody can say that his name is Lena: joined, one would read what is meant for the other."""
    world.open("c3", customer="u2", customer_name=world.case("c1").customer_name)
    with pytest.raises(Refusal, match="different customers"):
        merge(world, "c3", "c1")


def test_numbers_never_go_back(world: World) -> None:
    """A reply taken back leaves a gap; who has read up to 3 must still see what comes after the merge."""
    ann = world.actor("ann")
    world.do(Claim(case="c1"), ann)
    for number in range(4):
        world.do(Reply(case="c1", message=f"held{number}", text="Wait", seen=world.case().seq, hold=600), ann)
        world.do(Unsend(message=f"held{number}"), ann)
    world.do(Prioritise(case="c1", priority=3), ann)
    before, events = world.case().seq, {m.id for m in world.messages("c1") if m.kind == "event"}
    merge(world)
    after = world.messages("c1")
    assert world.case().seq > before
    assert events < {m.id for m in after}
    assert len({m.seq for m in after}) == len(after)
    assert max(m.seq for m in after) == world.case().seq


def test_the_second_audience_goes_along(world: World) -> None:
    """Who follows or was mentioned in the empty case hears of the other one, and can stop hearing of it."""
    lou, ann = world.actor("lou"), world.actor("ann")
    world.do(FollowCase(case="c2"), lou)
    since = world.time
    world.do(FollowCase(case="c1"), ann)
    world.do(FollowCase(case="c2"), ann)
    world.do(Note(case="c2", message="n1", text="See @[cat]."), ann)
    merge(world)
    assert not [r for r in world.records.values() if isinstance(r, Share) and r.record == "c2"]
    assert not [r for r in world.records.values() if isinstance(r, Follow | Mention) and r.case == "c2"]
    shown = {"team:t1:open", "user:lou", "user:ann", "user:cat"}
    assert world.scopes("case", "c1") == shown
    assert world.scopes("message", "n1") == shown
    assert world.scopes("case", "c2") == {"team:t1:past"}
    found = world.get(Follow, "lou:c1")
    assert found is not None
    assert (found.since, found.scope) == (since, "user:lou")
    world.do(UnfollowCase(case="c2"), lou)
    assert "user:lou" not in world.scopes("case", "c1")
    world.do(Note(case="c2", message="n2", text="Still there."), world.actor("bob"))
    assert "user:cat" in world.scopes("message", "n2")


def test_a_guest_goes_along_and_still_leaves(world: World) -> None:
    """The visit to the empty case is one to the other now, and ends when it was to end."""
    lou, until = world.actor("lou"), world.time + 60 * MINUTE
    world.do(Invite(grant="g1", case="c2", person="cat", until=until, reason="Knows this customer."), lou)
    merge(world)
    assert "user:cat" in world.scopes("case", "c1")
    world.time = until
    world.do(EndAccess(grant="g1"), SYSTEM)
    assert "user:cat" not in world.scopes("case", "c1") | world.scopes("case", "c2")


def test_links_go_along(world: World) -> None:
    """Nothing points to the empty case, nothing to itself, and nothing twice."""
    ann = world.actor("ann")
    for case in ("c3", "c4"):
        world.open(case)
    for one, other in (("c2", "c1"), ("c2", "c3"), ("c2", "c4"), ("c1", "c4")):
        world.do(Link(case=one, to=other), ann)
    merge(world)
    links = {case: set(world.case(case).linked) for case in ("c1", "c2", "c3", "c4")}
    assert links == {"c1": {"c3", "c4"}, "c2": set(), "c3": {"c1"}, "c4": {"c1"}}
    assert all(len(world.case(case).linked) == len(found) for case, found in links.items())


def test_links_and_followers_are_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joining, "MOST_LINKS", 1)
    world.open("c3")
    world.do(Link(case="c1", to="c2"), world.actor("ann"))
    world.do(Link(case="c2", to="c1"), world.actor("ann"))
    with pytest.raises(Refusal, match="at most 1 links"):
        world.do(Link(case="c3", to="c1"), world.actor("ann"))
    monkeypatch.setattr(audience, "MOST", 1)
    for person in ("ann", "bob"):
        world.do(FollowCase(case="c2"), world.actor(person))
    with pytest.raises(Refusal, match="Too many people follow"):
        merge(world)
