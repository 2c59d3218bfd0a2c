"""Offers: who is asked, what they may say, when it is over; and how a plan comes to hold."""

from __future__ import annotations

import pytest
from tests.domain.routed import accept, offer, pass_on, publish, routed
from tests.domain.world import CHANNEL, MINUTE, SYSTEM, World

from agentdesk.domain.cases import CHANNELS, Assign, Case, Claim, OpenCase, Solve
from agentdesk.domain.kernel import Refusal, Unknown
from agentdesk.domain.people import Availability, Person, SetAvailability, UpdatePerson
from agentdesk.domain.routing import (
    Absence,
    AcceptOffer,
    ByHand,
    DraftPlan,
    HandBack,
    Lane,
    Leave,
    MissOffer,
    Offer,
    PlaceCase,
    PublishPlan,
    Return,
    Row,
    Rule,
    SetProfile,
    Steering,
    job_of,
    not_yet,
    seat_of,
    steering,
    sticky,
)
from agentdesk.domain.routing.plan import USUAL_LANES


def state(world: World, id: str) -> str:
    found = world.get(Offer, id)
    assert found is not None
    return found.state


def test_who_takes_it_has_it_and_the_clocks_hear_that_it_was_taken() -> None:
    world = routed()
    world.open("c1")
    made = offer(world, "o1", "c1", "ann")
    assert made is not None
    assert made.until == made.since + 20_000
    assert offer(world, "o2", "c1", "bob") is None, "it rings at one desk at a time"
    with pytest.raises(Refusal, match="offered to somebody else"):
        accept(world, "o1", "bob")
    accept(world, "o1", "ann")
    assert (world.case().assignee, state(world, "o1"), world.messages()[-1].event) == ("ann", "accepted", "claimed")
    accept(world, "o1", "ann")
    assert len(world.messages()) == 2


def test_nothing_is_taken_where_the_truth_is_not() -> None:
    world = routed()
    world.open("c1")
    offer(world, "o1", "c1", "ann")
    world.knows_all = False
    with pytest.raises(Unknown):
        world.decide(AcceptOffer(offer="o1"), world.actor("ann"))


def test_what_has_rung_out_is_not_taken_and_too_many_of_them_are_an_absence() -> None:
    world = routed(misses=2)
    for n, case in enumerate(("c1", "c2")):
        world.open(case)
        offer(world, f"o{n}", case, "ann")
        world.time += MINUTE
        with pytest.raises(Refusal, match="rung out"):
            accept(world, f"o{n}", "ann")
        assert world.do(MissOffer(offer=f"o{n}"), SYSTEM)
        assert not world.do(MissOffer(offer=f"o{n}"), SYSTEM)
    said = world.get(Availability, "ann")
    assert said is not None
    assert said.state == "away"
    assert offer(world, "o9", "c1", "ann") is None
    assert offer(world, "o9", "c1", "bob") is not None


def test_who_has_passed_is_asked_later_again_and_who_had_it_is_asked_first() -> None:
    world = routed()
    world.open("c1")
    offer(world, "o1", "c1", "ann")
    pass_on(world, "o1", "ann")
    assert list(not_yet(world, "c1", world.time)) == ["ann"]
    assert not not_yet(world, "c1", world.time + 10 * MINUTE)
    assert sticky(world, world.case()) == ""
    offer(world, "o2", "c1", "bob")
    accept(world, "o2", "bob")
    world.open("c2")
    assert sticky(world, world.case("c2")) == "bob"


def test_nobody_is_given_more_than_fits() -> None:
    world = routed(lanes=(Lane(channel="chat", units=2, most=2, ring=20),), units=5)
    for n in range(4):
        world.open(f"c{n}")
    for n in range(2):
        assert offer(world, f"o{n}", f"c{n}", "ann")
    assert offer(world, "o2", "c2", "ann") is None, "two chats are as many as anybody has at a time"
    world.do(SetProfile(person="bob", units=3), world.actor("lou"))
    offer(world, "o3", "c2", "bob")
    world.apply(world.decide(Claim(case="c3"), world.actor("bob")))
    with pytest.raises(Refusal, match="as much as you can take"):
        accept(world, "o3", "bob")


@pytest.mark.parametrize("how", ["claimed", "solved", "moved", "gone", "away", "locked"])
def test_nothing_rings_for_what_is_gone(how: str) -> None:
    world = routed()
    world.open("c1")
    offer(world, "o1", "c1", "ann")
    bob, ann = world.actor("bob"), world.actor("ann")
    if how == "claimed":
        world.do(Claim(case="c1"), bob)
    elif how == "solved":
        world.do(Solve(case="c1", seen=9), bob)
    elif how == "moved":
        world.do(Assign(case="c1", team="t2"), bob)
    elif how in ("gone", "away"):
        world.do(SetAvailability(state="offline" if how == "gone" else "away"), ann)
    else:
        world.do(Leave(person="ann", why="locked"), ann)
    assert state(world, "o1") == "withdrawn"


def test_who_is_gone_keeps_their_cases_for_a_grace_and_live_ones_go_back() -> None:
    world = routed(grace=120)
    for case, channel in (("c1", "chat"), ("c2", "mail")):
        world.open(case, channel=channel)
        offer(world, case, case, "ann")
        accept(world, case, "ann")
    opened = world.case().opened_at, world.case().waiting_since
    world.do(Leave(person="ann", why="offline"), SYSTEM)
    assert offer(world, "o9", "c1", "ann") is None
    assert not world.do(HandBack(person="ann"), SYSTEM)
    world.do(Return(person="ann", why="offline"), SYSTEM)
    assert world.get(Absence, "ann") is None
    world.do(Leave(person="ann", why="locked"), world.actor("ann"))
    assert not world.do(Return(person="ann", why="offline"), SYSTEM), "the line is back, she is not"
    world.time += 2 * MINUTE
    world.do(HandBack(person="ann"), SYSTEM)
    assert (world.case().assignee, world.case("c2").assignee) == ("", "ann")
    assert (world.case().opened_at, world.case().waiting_since) == opened, "it is none the younger"
    assert not world.do(HandBack(person="ann"), SYSTEM)


def test_who_leaves_a_team_leaves_its_cases() -> None:
    world = routed()
    world.open("c1")
    world.do(Claim(case="c1"), world.actor("ann"))
    assert not world.do(HandBack(person="ann"), SYSTEM)
    world.do(UpdatePerson(person="ann", name="Ann", role="agent", teams=("t2",)), world.actor("adm"))
    world.do(HandBack(person="ann"), SYSTEM)
    assert world.case().assignee == ""


def test_what_the_rules_ask_decides_who_may_be_asked() -> None:
    rules = (
        Rule(id="r1", name="Billing", tags=("billing",), skills=("Billing",)),
        Rule(id="r2", name="Key accounts", domains=("@Big.example",), tier=2),
        Rule(id="r3", name="German", channels=("chat",), languages=("de",), language=True),
    )
    world = routed(rules=rules)
    adm, plan = world.actor("adm"), steering(world)
    assert plan is not None
    world.open("c1", customer_email="jo@big.example", language="de-AT")
    job = job_of(world, *plan, world.case())
    assert job is not None
    assert (job.wants.tier, job.wants.language, job.wants.skills) == (2, "de", frozenset())
    assert offer(world, "o1", "c1", "ann") is None
    told = {"person": "ann", "name": "Ann", "role": "agent", "teams": ("t1",)}
    world.do(UpdatePerson(**told, languages=("de",), tier=2), adm)
    assert offer(world, "o1", "c1", "ann")
    ann = world.get(Person, "ann")
    assert ann is not None
    seat = seat_of(world, plan[0], ann)
    assert (seat.load, seat.there, seat.traits.tier) == (2, True, 2)


def test_a_lead_says_what_their_own_people_bring() -> None:
    world = routed()
    with pytest.raises(Refusal, match="none of your teams"):
        world.do(SetProfile(person="ann", skills=("x",)), world.actor("tim"))
    assert world.do(SetProfile(person="ann", skills=(" x ", "x")), world.actor("lou"))
    assert not world.do(SetProfile(person="ann", skills=("x",)), world.actor("lou"))


def test_by_hand_nobody_is_asked_and_the_table_says_where_cases_go() -> None:
    world = routed(table=(Row(team="t1", channel="mail", to="t2", person="cat"), Row(team="t1", to="t1", person="bob")))
    lou = world.actor("lou")
    with pytest.raises(Refusal, match="why"):
        world.do(ByHand(on=True), lou)
    world.open("c1")
    world.open("c2", channel="mail")
    assert not world.do(PlaceCase(case="c1"), SYSTEM)
    world.do(ByHand(on=True, reason="The model is down."), lou)
    assert offer(world, "o1", "c1", "ann") is None
    for case in ("c1", "c2"):
        assert world.do(PlaceCase(case=case), SYSTEM)
        assert not world.do(PlaceCase(case=case), SYSTEM)
    assert (world.case("c1").assignee, world.case("c2").assignee, world.case("c2").team) == ("bob", "cat", "t2")
    world.do(ByHand(on=False), lou)
    world.open("c3")
    assert offer(world, "o3", "c3", "ann")


def test_a_plan_that_contradicts_itself_is_not_kept() -> None:
    world = routed()
    adm = world.actor("adm")
    for plan, sentence in (
        (DraftPlan(plan="p9", table=(Row(team="t1", to="t2"), Row(team="t2", to="t1"))), "circle"),
        (DraftPlan(plan="p9", table=(Row(team="t1", to="t2", person="ann"),)), "not in that team"),
        (DraftPlan(plan="p9", lanes=(Lane(channel="voice", units=9),)), "more than a person can"),
        (DraftPlan(plan="p9", teams=("t7",)), "no such team"),
    ):
        with pytest.raises(Refusal, match=sentence):
            world.do(plan, adm)
    world.do(DraftPlan(plan="p2", previous="plan1"), adm)
    publish(world, "p3")
    with pytest.raises(Refusal, match="another plan"):
        world.do(PublishPlan(plan="p2"), adm)
    held = world.get(Steering, "routing")
    assert held is not None
    assert (held.plan, held.number) == ("p3", 2)


def test_a_team_that_is_not_served_goes_as_before() -> None:
    world = routed()
    told = {"customer": "u9", "team": "t2", "text": "Hi"}
    world.do(OpenCase(case="c9", conversation="v9", message="m9", **told), CHANNEL)
    assert offer(world, "o9", "c9", "cat") is None
    assert world.get(Case, "c9") == world.case("c9")


def test_who_says_that_they_are_off_is_not_back_when_their_line_is() -> None:
    world = routed(lanes=(Lane(channel="chat", back=True),))
    world.open("c1")
    offer(world, "o1", "c1", "ann")
    accept(world, "o1", "ann")
    world.do(SetAvailability(state="offline"), world.actor("ann"))
    gone = world.get(Absence, "ann")
    assert gone is not None
    assert not world.do(Return(person="ann", why="offline"), SYSTEM)
    world.time = gone.until
    world.do(HandBack(person="ann"), SYSTEM)
    assert world.case("c1").assignee == ""
    world.do(SetAvailability(state="online"), world.actor("ann"))
    assert world.get(Absence, "ann") is None


def test_another_plan_does_not_end_that_cases_go_by_hand() -> None:
    world = routed()
    world.do(ByHand(on=True, reason="The line is down."), world.actor("lou"))
    publish(world, "p2")
    held = world.get(Steering, "routing")
    assert held is not None
    assert (held.plan, held.number, held.by_hand, held.reason) == ("p2", 2, True, "The line is down.")


def test_the_usual_plan_knows_every_channel_by_which_cases_come() -> None:
    assert {lane.channel for lane in USUAL_LANES} == set(CHANNELS)
