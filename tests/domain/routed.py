"""A company in which cases are offered, and the shortest ways to say what happens in it."""

from __future__ import annotations

from typing import Any

from tests.domain.world import MINUTE, SYSTEM, World, company

from agentdesk.domain.people import SetAvailability
from agentdesk.domain.routing import AcceptOffer, DraftPlan, Offer, OfferCase, PassOffer, PublishPlan, Steering


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


__all__ = ["MINUTE", "accept", "offer", "pass_on", "publish", "routed"]
