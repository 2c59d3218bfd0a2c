"""Replies that wait for a moment: they go once, in their writer's name, and ask when somebody wrote before."""

from __future__ import annotations

from typing import Any, TypeVar

import pytest
from tests.domain.world import MINUTE, SYSTEM, World, company, file

from agentdesk.domain.cases import Assign, Attachment, Merge, Message, Reply, Solve
from agentdesk.domain.kernel import Record, Refusal
from agentdesk.domain.later import (
    DUE_PLANNED,
    MOST,
    CancelReply,
    MoveReply,
    PlannedReply,
    PlanReply,
    ReplyDue,
    SendNow,
)
from agentdesk.domain.people import UpdatePerson

HOUR = 60 * MINUTE
R = TypeVar("R", bound=Record)


@pytest.fixture
def world() -> World:
    """A case of which the newest message is seen."""
    made = company()
    made.open()
    return made


def plan(world: World, id: str = "p1", **fields: Any) -> PlannedReply:
    wish = {"case": "c1", "planned": id, "text": "It is on its way.", "due": world.time + HOUR, "seen": 1, **fields}
    world.do(PlanReply(**wish), world.actor("ann", "laptop"))
    found = world.get(PlannedReply, id)
    assert found is not None
    return found


def of(world: World, cls: type[R], id: str = "p1") -> R:
    """What is there."""
    found = world.get(cls, id)
    assert found is not None
    return found


def ring(world: World, after: int = HOUR, id: str = "p1") -> None:
    world.time += after
    world.do(ReplyDue(planned=id), SYSTEM)


def test_it_goes_once_when_its_moment_has_come(world: World) -> None:
    plan(world, files=(file(),))
    ring(world, HOUR // 2)
    assert world.get(Message, "p1") is None
    assert not world.page(DUE_PLANNED(now=world.time))
    ring(world)
    ring(world, 0)
    sent = world.get(Message, "p1")
    assert sent is not None
    assert (sent.author, sent.state, sent.seq, sent.files) == ("ann", "accepted", 2, 1)
    assert of(world, Attachment, "f1").message == "p1"
    assert world.get(PlannedReply, "p1") is None
    assert [m.id for m in world.messages() if m.kind == "reply"] == ["p1"]
    assert (world.case().out_seq, world.case().waiting_since) == (2, 0)
    assert not list(
        world.do(PlanReply(case="c1", planned="p1", text="x", due=world.time + 9, seen=9), world.actor("ann"))
    )


def test_whoever_writes_before_holds_it_back(world: World) -> None:
    plan(world)
    plan(world, "p2", quiet=False)
    world.receive("m2", "Never mind!")
    held = world.get(PlannedReply, "p1")
    assert held is not None
    assert (held.state, held.why, held.newer) == ("asking", "newer", "m2")
    ring(world)
    ring(world, 0, "p2")
    assert world.get(Message, "p1") is None
    assert world.get(Message, "p2") is not None, "it goes whatever comes"
    with pytest.raises(Refusal, match="wrote in the meantime"):
        world.do(SendNow(planned="p1", seen=1), world.actor("bob"))
    world.do(MoveReply(planned="p1", due=world.time + HOUR, seen=9), world.actor("bob"))
    ring(world)
    assert of(world, Message, "p1").author == "ann"


def test_one_s_own_answer_holds_nothing_back(world: World) -> None:
    plan(world)
    world.do(Reply(case="c1", message="r1", text="One thing more.", seen=1), world.actor("ann", "laptop"))
    assert of(world, PlannedReply).state == "waiting"
    world.do(Reply(case="c1", message="r2", text="I took over.", seen=9), world.actor("bob"))
    assert of(world, PlannedReply).state == "asking"


def test_a_case_at_rest_stays_at_rest(world: World) -> None:
    plan(world)
    world.do(Solve(case="c1", seen=1), world.actor("ann"))
    ring(world)
    assert world.case().status == "solved"
    assert of(world, Message, "p1").scope == world.case().scope


def test_it_asks_when_its_writer_or_its_team_is_another(world: World) -> None:
    plan(world)
    world.do(UpdatePerson(person="ann", name="Ann", role="agent", teams=("t1",), active=False), world.actor("adm"))
    ring(world)
    assert of(world, PlannedReply).why == "writer"
    world.do(MoveReply(planned="p1", due=world.time + HOUR, seen=9), world.actor("bob"))
    world.do(Assign(case="c1", team="t2"), world.actor("lou"))
    ring(world)
    assert of(world, PlannedReply).why == "moved"
    world.do(SendNow(planned="p1", seen=9), world.actor("cat"))
    assert of(world, Message, "p1").author == "cat"


def test_it_comes_along_when_cases_are_merged(world: World) -> None:
    plan(world, files=(file(),))
    world.open("c2")
    world.do(Merge(case="c1", into="c2"), world.actor("ann"))
    held = world.get(PlannedReply, "p1")
    assert held is not None
    assert (held.case, held.state, held.why) == ("c2", "asking", "merged")
    world.do(CancelReply(planned="p1"), world.actor("bob"))
    assert world.get(PlannedReply, "p1") is None
    assert world.get(Attachment, "f1") is None
    with pytest.raises(Refusal, match="does not wait any more"):
        world.do(CancelReply(planned="p1"), world.actor("bob"))


def test_a_merge_that_opens_a_case_leaves_nothing_of_it_in_the_past(world: World) -> None:
    plan(world)
    world.open("c2")
    world.do(Solve(case="c2", seen=1), world.actor("ann"))
    world.do(Merge(case="c1", into="c2"), world.actor("ann"))
    assert of(world, PlannedReply).scope == world.case("c2").scope == "team:t1:open"


def test_it_says_why_it_cannot_be_planned(world: World) -> None:
    for fields, why in (
        ({"text": "  "}, "needs some words"),
        ({"due": world.time}, "has passed"),
        ({"due": world.time + 400 * 24 * HOUR}, "a year at most"),
        ({"seen": 0}, "wrote in the meantime"),
    ):
        with pytest.raises(Refusal, match=why):
            plan(world, **fields)
    for n in range(MOST):
        plan(world, f"q{n}")
    with pytest.raises(Refusal, match="At most 20"):
        plan(world)
