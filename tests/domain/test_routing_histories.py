"""Whatever happens in whatever order: each case has an owner who may have it, or a queue, and a deadline."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from tests.domain.routed import publish
from tests.domain.timed import policy, timed
from tests.domain.world import MINUTE, SYSTEM, World

from agentdesk.domain.cases import NEVER, Assign, Case, Claim, Merge, Release, Reopen, Reply, Snooze, Solve, Wake
from agentdesk.domain.kernel import Actor, Command, Refusal
from agentdesk.domain.people import Person, SetAvailability, State, Team, UpdatePerson
from agentdesk.domain.routing import (
    AcceptOffer,
    HandBack,
    Lane,
    Leave,
    MissOffer,
    Offer,
    OfferCase,
    PassOffer,
    Return,
    load,
    may_hold,
    place,
    seat_of,
    steering,
)

AGENTS = ("ann", "bob", "cat", "sue")
STEPS = 120


def step(world: World, chance: random.Random, n: int) -> None:
    """Something happens; what is refused has not happened."""
    if n < 3 or chance.random() < 0.15:
        world.open(f"c{n}", customer=f"u{chance.randrange(3)}", team=chance.choice(("t1", "t2")))
        return
    case, person = chance.choice(_cases(world)).id, chance.choice(AGENTS)
    offers = ringing_all(world) or [one for one in world.records.values() if isinstance(one, Offer)]
    found = chance.choice(offers) if offers else None
    offer, asked = (found.id, world.actor(found.person)) if found is not None else ("none", SYSTEM)
    mine, who = world.actor(person), chance.choice(("person", "system"))
    states: tuple[State, ...] = ("online", "away", "break", "offline")
    wishes: list[Callable[[], tuple[Command, Actor]]] = [
        *[lambda: (OfferCase(offer=f"o{n}", case=case, person=person), SYSTEM)] * 4,
        lambda: (AcceptOffer(offer=offer), asked),
        lambda: (PassOffer(offer=offer, reason="busy"), asked),
        lambda: (MissOffer(offer=offer), SYSTEM),
        lambda: (SetAvailability(state=chance.choice(states)), mine),
        lambda: (SetAvailability(state="online"), mine),
        lambda: (Leave(person=person, why="offline"), SYSTEM if who == "system" else mine),
        lambda: (Return(person=person, why="offline"), SYSTEM),
        lambda: (Claim(case=case), mine),
        lambda: (Release(case=case), mine),
        lambda: (Reply(case=case, message=f"m{n}", text="So.", seen=99), mine),
        lambda: (Snooze(case=case, until=world.time + 60 * MINUTE), mine),
        lambda: (Wake(case=case), mine),
        lambda: (Solve(case=case, seen=99), mine),
        lambda: (Reopen(case=case), mine),
        lambda: (Assign(case=case, team=chance.choice(("t1", "t2"))), world.actor("lou")),
        lambda: (Merge(case=case, into=chance.choice(_cases(world)).id), mine),
        lambda: (_moved(chance, person), world.actor("adm")),
    ]
    command, actor = chance.choice(wishes)()
    try:
        world.do(command, actor)
    except Refusal:
        return


def _moved(chance: random.Random, person: str) -> Command:
    teams = chance.choice((("t1",), ("t2",), ("t1", "t2")))
    return UpdatePerson(person=person, name=person, role="agent", teams=teams, active=chance.random() < 0.8)


def _cases(world: World) -> list[Case]:
    return [one for one in world.records.values() if isinstance(one, Case) and not one.merged_into]


def settled(world: World) -> None:
    """What the server does by itself after each commit."""
    for person in AGENTS:
        world.apply(world.decide(HandBack(person=person), SYSTEM))


def check(world: World) -> None:
    held = steering(world)
    assert held is not None
    plan = held[0]
    for case in _cases(world):
        team, owner = world.get(Team, case.team), world.get(Person, case.assignee) if case.assignee else None
        if case.status == "open":
            assert team is not None
            assert not team.retired
            assert owner is None or may_hold(owner, case), "an owner who may not have it"
            assert case.due < NEVER, "no deadline"
            assert place(case, plan.patience)[0] < NEVER
        elif case.status == "snoozed":
            assert case.snoozed_until
        ringing = [
            o for o in world.records.values() if isinstance(o, Offer) and (o.case, o.state) == (case.id, "ringing")
        ]
        assert len(ringing) <= (case.status == "open" and not case.assignee)
    for one in ringing_all(world):
        person = world.get(Person, one.person)
        assert person is not None
        assert seat_of(world, plan, person).load == load(world, plan, person.id)[0]


def ringing_all(world: World) -> list[Offer]:
    return [one for one in world.records.values() if isinstance(one, Offer) and one.state == "ringing"]


@pytest.mark.parametrize("seed", range(8))
def test_no_case_is_ever_without_an_owner_or_a_queue_and_a_deadline(seed: int) -> None:
    chance, world = random.Random(seed), timed(policy(calendar="always"))
    publish(world, teams=("t1", "t2"), units=4, grace=0, lanes=(Lane(channel="chat", units=2, ring=600, back=True),))
    for person in AGENTS:
        world.do(SetAvailability(state="online"), world.actor(person))
    for n in range(STEPS):
        before = {one.id for one in ringing_all(world)}
        step(world, chance, n)
        settled(world)
        check(world)
        for one in ringing_all(world):
            if one.id not in before:
                held = steering(world)
                assert held is not None
                assert load(world, held[0], one.person)[0] <= 4, "offered over somebody's room"
