"""Calls noted in a case: who waits after them, what becomes of the number, and that no customer reads them."""

from __future__ import annotations

import pytest
from tests.domain.timed import policy, replayed, run_of, timed
from tests.domain.world import World

from agentdesk.domain.calls import Call, LogCall
from agentdesk.domain.cases import IDENTITIES_OF, Claim, Merge, Reply, Snooze, Solve, Split, Unsend
from agentdesk.domain.kernel import Refusal


@pytest.fixture
def world() -> World:
    """c1 is open, and its customer waits."""
    made = timed(policy(calendar="always", warn=0))
    made.open()
    return made


def call(world: World, message: str = "k1", case: str = "c1", who: str = "ann", **fields: object) -> None:
    told = {"way": "out", "outcome": "spoke", "number": "+49 (30) 123 45-67", "text": "It comes on Friday.", **fields}
    world.do(LogCall(case=case, message=message, identity=f"{message}-i", **told), world.actor(who))  # type: ignore[arg-type]


def test_who_was_reached_has_been_answered(world: World) -> None:
    call(world, seconds=95)
    case, message = world.case(), world.messages()[-1]
    assert (case.waiting_since, case.answered_at, case.assignee) == (0, world.time, "ann")
    assert (message.kind, message.event, message.detail, message.conversation) == ("call", "out", "spoke", "")
    assert (run_of(world, "first").state, run_of(world, "ola").state) == ("done", "done")
    assert (case.preview, case.preview_from) == ("It comes on Friday.", "agent")
    found = world.get(Call, "k1")
    assert found is not None
    assert (found.number, found.seconds, found.scope) == ("+49301234567", 95, case.scope)
    (known,) = world.page(IDENTITIES_OF(customer="u1"))
    assert (known.sort, known.value, known.how, known.by) == ("phone", "+49301234567", "called", "ann")
    assert (
        world.do(LogCall(case="c1", message="k1", identity="x", way="in", outcome="missed"), world.actor("ann")) == []
    )
    call(world, "k2", way="in")
    assert len(world.page(IDENTITIES_OF(customer="u1"))) == 1, "it is known already"
    assert bare_runs(world) == bare_runs(world, again=True)


def bare_runs(world: World, again: bool = False) -> list[tuple[str, str, int, int]]:
    runs = replayed(world).runs if again else [run_of(world, one.metric) for one in replayed(world).runs]
    return [(run.metric, run.state, run.began, run.due) for run in runs]


def test_who_was_not_reached_goes_on_waiting(world: World) -> None:
    since = world.case().waiting_since
    for number, outcome in enumerate(("voicemail", "missed", "wrong")):
        call(world, f"k{number}", outcome=outcome, text="")
    assert (world.case().waiting_since, world.case().assignee) == (since, "")
    assert run_of(world, "first").state == "runs"
    assert run_of(world, "stagnation").began == world.time, "somebody has tried"
    assert not world.page(IDENTITIES_OF(customer="u1"))
    assert bare_runs(world) == bare_runs(world, again=True)


def test_a_call_that_we_missed_wakes_the_case_and_waits(world: World) -> None:
    ann = world.actor("ann")
    world.do(Reply(case="c1", message="r1", text="Soon.", seen=9), ann)
    world.do(Snooze(case="c1", until=world.time + 9**9), ann)
    call(world, "k1", way="in", outcome="missed", number="", text="")
    case = world.case()
    assert (case.status, case.waiting_since) == ("open", world.time)
    assert [one.event for one in world.messages()][-2:] == ["woken", "in"]
    assert run_of(world, "next").state == "runs"
    world.do(Reply(case="c1", message="r2", text="We saw it.", seen=99, hold=60), ann)
    world.do(Unsend(message="r2"), ann)
    assert world.case().waiting_since == case.waiting_since, "who takes an answer back still owes it"
    call(world, "k2")
    world.do(Solve(case="c1", seen=99), ann)
    call(world, "k3")
    assert world.case().status == "solved", "what was said after it opens nothing"
    assert bare_runs(world) == bare_runs(world, again=True)


def test_what_makes_no_sense_is_refused_and_noted_nowhere(world: World) -> None:
    before = len(world.messages())
    for fields, why in (
        ({"text": "  "}, "Write what was said"),
        ({"way": "in", "outcome": "wrong"}, "Only a number that we called"),
        ({"number": "soon"}, "is no telephone number"),
    ):
        with pytest.raises(Refusal, match=why):
            call(world, **fields)
    assert (len(world.messages()), world.get(Call, "k1")) == (before, None)


def test_it_goes_where_its_message_goes(world: World) -> None:
    world.open("c2")
    ann = world.actor("ann")
    world.do(Claim(case="c1"), ann)
    world.receive("m2", "And the other one?")
    call(world)
    world.do(Split(case="c1", into="c3", messages=("m2", "k1"), conversation="c3-v"), ann)
    found = world.get(Call, "k1")
    assert found is not None
    assert (found.case, world.case("c3").waiting_since, world.case("c1").waiting_since > 0) == ("c3", 0, True)
    world.do(Merge(case="c3", into="c2"), ann)
    found = world.get(Call, "k1")
    assert found is not None
    assert found.case == "c2"
