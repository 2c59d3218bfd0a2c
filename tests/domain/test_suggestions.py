"""What was suggested and what came of it: who may say so, what it is joined to, and in which sentence it is refused."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.domain.suggested import SUGGESTED
from tests.domain.world import World, company

from agentdesk.domain.cases import Reply, Unsend
from agentdesk.domain.kernel import Refusal
from agentdesk.domain.later import CancelReply, PlanReply, SendNow
from agentdesk.domain.suggestions import (
    OF_CASE,
    OF_MESSAGE,
    ActOnSuggestion,
    NoteSent,
    Offer,
    Suggestion,
    share_edited,
)

HOUR = 3_600_000


@pytest.fixture
def world() -> World:
    """A case of ann's team, and what was suggested to her for it."""
    made = company()
    made.open()
    made.do(Offer(**SUGGESTED["suggestion.offer"]), made.actor("ann"))
    return made


def held(world: World) -> Suggestion:
    found = world.get(Suggestion, "sg9")
    assert found is not None
    return found


def act(world: World, action: str, who: str = "ann", **more: Any) -> None:
    wish = {"suggestion": "sg9", "case": "c1", "source": "macro:k1", "action": action, **more}
    world.do(msgspec.convert(wish, ActOnSuggestion), world.actor(who))


def send(world: World, text: str = "Soon.", edits: int = 3, who: str = "ann") -> None:
    world.do(Reply(case="c1", message="r1", text=text, seen=99), world.actor("ann"))
    world.do(NoteSent(suggestion="sg9", case="c1", message="r1", edits=edits, final_sha256="ab"), world.actor(who))


def refused(wish: Any) -> str:
    with pytest.raises(Refusal) as why:
        wish()
    return str(why.value)


def test_from_shown_to_sent(world: World) -> None:
    assert (held(world).action, held(world).by, held(world).scope) == ("shown", "ann", world.case().scope)
    act(world, "opened")
    act(world, "accepted", chars=10)
    act(world, "opened")
    assert (held(world).action, held(world).chosen, held(world).chars) == ("accepted", "macro:k1", 10)
    send(world)
    send(world)
    found = held(world)
    assert (found.action, found.message, found.edits, share_edited(found)) == ("accepted", "r1", 3, 0.3)
    assert [one.id for one in world.page(OF_MESSAGE(message="r1"))] == ["sg9"]
    assert [one.id for one in world.page(OF_CASE(case="c1"))] == ["sg9"]
    assert "sent already" in refused(lambda: act(world, "dismissed"))


def test_what_is_planned_counts_until_it_is_taken_back(world: World) -> None:
    act(world, "accepted", chars=10)
    world.do(PlanReply(case="c1", planned="p1", text="Soon.", due=world.time + HOUR, seen=99), world.actor("ann"))
    sent = NoteSent(suggestion="sg9", case="c1", message="p1", edits=3, final_sha256="ab")
    world.do(sent, world.actor("ann"))
    assert (held(world).message, held(world).edits) == ("p1", 3)
    world.do(CancelReply(planned="p1"), world.actor("ann"))
    assert (held(world).action, held(world).message, held(world).edits) == ("accepted", "", 0)
    world.do(PlanReply(case="c1", planned="p2", text="Soon.", due=world.time + HOUR, seen=99), world.actor("ann"))
    world.do(msgspec.structs.replace(sent, message="p2"), world.actor("ann"))
    world.do(SendNow(planned="p2", seen=99), world.actor("ann"))
    assert held(world).message == "p2", "it is the message now"


def test_a_reply_that_was_taken_back_is_of_no_suggestion(world: World) -> None:
    act(world, "accepted", chars=10)
    world.do(Reply(case="c1", message="r0", text="Soon.", seen=99, hold=10), world.actor("ann"))
    world.do(NoteSent(suggestion="sg9", case="c1", message="r0", edits=1, final_sha256="ab"), world.actor("ann"))
    world.do(Unsend(message="r0"), world.actor("ann"))
    assert (held(world).message, held(world).final_sha256) == ("", "")
    send(world)
    assert (held(world).action, held(world).message) == ("accepted", "r1")


def test_what_was_not_put_in_was_ignored_and_has_no_edits(world: World) -> None:
    send(world)
    assert (held(world).action, held(world).edits, share_edited(held(world))) == ("ignored", 0, 0.0)


def test_a_dismissal_has_its_reason_and_silence_stays_silence(world: World) -> None:
    act(world, "dismissed", reason="outdated")
    quiet = {**SUGGESTED["suggestion.offer"], "suggestion": "sg10", "shown": ()}
    world.do(Offer(**quiet), world.actor("ann"))
    world.do(Reply(case="c1", message="r1", text="Soon.", seen=99), world.actor("ann"))
    for id in ("sg9", "sg10"):
        world.do(NoteSent(suggestion=id, case="c1", message="r1", edits=7, final_sha256=""), world.actor("ann"))
    assert (held(world).action, held(world).reason) == ("dismissed", "outdated")
    other = world.get(Suggestion, "sg10")
    assert other is not None
    assert (other.action, other.edits, other.message) == ("withheld", 0, "r1")


def test_nobody_speaks_for_another_or_of_what_was_not(world: World) -> None:
    assert "somebody else" in refused(lambda: act(world, "accepted", who="bob"))
    assert "not suggested" in refused(lambda: act(world, "accepted", source="macro:other"))
    lies = {**SUGGESTED["suggestion.offer"], "suggestion": "sg11", "shown": ("macro:other",)}
    assert "not among" in refused(lambda: world.do(Offer(**lies), world.actor("ann")))
    world.do(Reply(case="c1", message="r2", text="Soon.", seen=99), world.actor("bob"))
    wish = NoteSent(suggestion="sg9", case="c1", message="r2", edits=0, final_sha256="")
    assert "somebody else's" in refused(lambda: world.do(wish, world.actor("ann")))
    again = {**SUGGESTED["suggestion.offer"], "shown": ()}
    world.do(Offer(**again), world.actor("ann"))
    assert held(world).action == "shown"


def test_put_in_and_undone_at_once_is_no_yes(world: World) -> None:
    act(world, "undone")
    assert held(world).action == "shown"
    act(world, "accepted", chars=10)
    act(world, "undone")
    assert (held(world).action, held(world).chosen, held(world).chars) == ("shown", "", 0)
    send(world)
    assert (held(world).action, held(world).edits) == ("ignored", 0)
    assert "sent already" in refused(lambda: act(world, "undone"))
