"""A company in which cases are offered, and the shortest ways to say what happens in it."""

from __future__ import annotations

from typing import Any

from tests.domain.world import MINUTE, SYSTEM, World, company

from agentdesk.domain.people import Availability, SetAvailability
from agentdesk.domain.routing import (
    Absence,
    AcceptOffer,
    DraftPlan,
    Offer,
    OfferCase,
    PassOffer,
    PublishPlan,
    Row,
    Steering,
)

HOUR = 60 * MINUTE


def publish(world: World, id: str = "plan1", **fields: Any) -> None:
    """This plan holds from now on."""
    held = world.get(Steering, "routing")
    told = {"teams": ("t1",), "previous": held.plan if held is not None else "", **fields}
    world.do(DraftPlan(plan=id, **told), world.actor("adm"))
    world.do(PublishPlan(plan=id), world.actor("adm"))


def routed(**fields: Any) -> World:
    """Ann, Bob and Sue are there, and t1 is served."""
    world = company()
    publish(world, **fields)
    for person in ("ann", "bob", "sue"):
        world.do(SetAvailability(state="online"), world.actor(person))
    return world


def offer(world: World, id: str, case: str, person: str) -> Offer | None:
    """Offered at once: no minute passes, so that it does not ring out before somebody answers."""
    command = OfferCase(offer=id, case=case, person=person)
    world.apply(world.decide(command, SYSTEM))
    return world.get(Offer, id)


def accept(world: World, id: str, person: str) -> None:
    world.apply(world.decide(AcceptOffer(offer=id), world.actor(person)))


def pass_on(world: World, id: str, person: str) -> None:
    world.apply(world.decide(PassOffer(offer=id, reason="busy"), world.actor(person)))


def ringing(world: World) -> None:
    """A plan holds for t1, and a table for t2. c10 rings at Ann's desk, c1 has rung out at Sue's; her time is over."""
    world.do(
        DraftPlan(plan="plan1", units=40, lanes=(), teams=("t1",), table=(Row(team="t2", to="t1"),)), world.actor("adm")
    )
    world.do(PublishPlan(plan="plan1"), world.actor("adm"))
    world.do(DraftPlan(plan="plan2", previous="plan1"), world.actor("adm"))
    now = world.time
    for person, state in (("ann", "away"), ("bob", "online"), ("sue", "online")):
        world.put(Availability(person, "org", 0, person, state, now - HOUR))
    world.put(Absence("sue", "org", 0, "sue", "offline", now - HOUR, now - 1))
    for offer, case, person, until in (("o1", "c10", "ann", now + HOUR), ("o2", "c1", "sue", now - 1)):
        scope = world.case(case).scope
        world.put(Offer(offer, scope, 0, case, person, "t1", "chat", 2, now - HOUR, until))


__all__ = ["MINUTE", "accept", "offer", "pass_on", "publish", "ringing", "routed"]
