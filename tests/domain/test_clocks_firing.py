"""A clock runs out: never early, once, and people are told in turn: who has it, a colleague, the leads last."""

from __future__ import annotations

import msgspec
import pytest
from tests.domain.timed import OFFICE, clock, policy, publish, run_of, timed, walked
from tests.domain.world import MINUTE, SYSTEM, World

from agentdesk.domain.cases import Assign, Claim, Prioritise, Reply
from agentdesk.domain.clocks import Alert, Ring, Target
from agentdesk.domain.kernel import Put
from agentdesk.domain.people import AddPerson, SetAvailability


@pytest.fixture
def world() -> World:
    """One clock: an hour until the first answer. Ann and Bob are there, Cat is in another team."""
    made = timed(policy(targets=(Target(metric="first", minutes=(60, 60, 60, 60)),)))
    for person in ("ann", "bob", "cat"):
        made.do(SetAvailability(state="online"), made.actor(person))
    made.open()
    return made


def ring(world: World, at: int, case: str = "c1") -> list[Alert]:
    """What is told when the clock rings at a time."""
    before = set(world.records)
    world.time = at
    world.apply(world.decide(Ring(clock=case), SYSTEM))
    return [one for key, one in world.records.items() if key not in before and isinstance(one, Alert)]


def told(world: World, at: int, case: str = "c1") -> list[tuple[str, str]]:
    return [(one.to, one.person) for one in ring(world, at, case)]


def test_it_never_rings_early_and_only_once(world: World) -> None:
    due = world.case().due
    assert due == walked(OFFICE, world.time, 60 * MINUTE)
    assert clock(world).alarm == walked(OFFICE, world.time, 48 * MINUTE) == world.case().due_soon
    world.time = clock(world).alarm
    assert world.decide(Ring(clock="c1"), SYSTEM) == []  # what is done at the very moment is done in time
    assert told(world, world.time + 1) == []  # nobody has it: who should be warned?
    assert clock(world).alarm == due
    world.time = due
    assert world.decide(Ring(clock="c1"), SYSTEM) == []
    ring(world, due + 1)
    said = world.messages()[-1]
    assert (run_of(world, "first").late, said.event, said.detail) == (due, "ran_out", "first")
    assert [fact.name for fact in world.facts if fact.name.startswith("clock.")] == [
        "clock.first.warned", "clock.first.ran_out",
    ]  # fmt: skip
    assert world.decide(Ring(clock="c1"), SYSTEM) == []


def test_who_has_it_is_warned_then_a_colleague_hears_then_the_leads(world: World) -> None:
    world.do(Claim(case="c1"), world.actor("ann"))
    due, warn = world.case().due, world.case().due_soon
    assert told(world, warn + 1) == [("holder", "ann")]
    assert told(world, due + 1) == [("peer", "bob")]
    assert clock(world).alarm == due + 15 * MINUTE
    assert told(world, due + 15 * MINUTE + 1) == [("digest", "")]
    assert told(world, due + 60 * MINUTE + 1) == [("lead", "")]
    assert clock(world).alarm == 0
    assert world.case().due == due


def test_rungs_wait_for_the_morning(world: World) -> None:
    """Nobody is told at night what nobody works on."""
    world.time += 6 * 60 * MINUTE + 30 * MINUTE
    world.open("c2")
    due = world.case("c2").due
    ring(world, due + 1, "c2")
    assert clock(world, "c2").alarm == walked(OFFICE, due, 15 * MINUTE)


def test_after_a_long_silence_only_the_highest_is_told(world: World) -> None:
    world.do(Claim(case="c1"), world.actor("ann"))
    assert told(world, world.case().due + 3 * 24 * 3_600_000) == [("lead", "")]
    assert world.messages()[-1].event == "ran_out"
    assert clock(world).alarm == 0


def test_an_answer_silences_it(world: World) -> None:
    due = world.case().due
    world.do(Reply(case="c1", message="r1", text="Yes.", seen=1), world.actor("ann"))
    assert told(world, due + 1) == []


def test_more_time_puts_it_off(world: World) -> None:
    """The alarm that was set for the old moment rings for nothing."""
    slow = policy(targets=(Target(metric="first", minutes=(480, 60, 30, 15)),))
    publish(world, "rules2", slow)
    old = clock(world).alarm
    world.do(Prioritise(case="c1", priority=0), world.actor("ann"))
    assert clock(world).alarm > old
    assert told(world, old + 1) == []


def test_newer_rules_come_before_an_alarm_by_older_ones(world: World) -> None:
    due = world.case().due
    publish(world, "rules2", policy(targets=(Target(metric="first", minutes=(480, 480, 480, 480)),)))
    assert ring(world, due + 1) == []
    assert (clock(world).number, run_of(world, "first").late) == (2, 0)
    assert world.case().due == walked(OFFICE, world.case().opened_at, 480 * MINUTE)


def test_whoever_was_told_often_enough_is_left_in_peace() -> None:
    one = policy(targets=(Target(metric="first", minutes=(60, 60, 60, 60)),), budget=2, warn=0)
    world = timed(one)
    for person in ("ann", "bob"):
        world.do(SetAvailability(state="online"), world.actor(person))
    for number in range(8):
        world.open(f"c{number}")
        world.do(Assign(case=f"c{number}", assignee="bob"), world.actor("lou"))
    at = world.case("c7").due + 1
    found = [pair for number in range(8) for pair in told(world, at, f"c{number}")]
    assert sorted(found) == [("digest", "")] * 6 + [("peer", "ann")] * 2
    later = [pair for number in range(8) for pair in told(world, at + 75 * MINUTE, f"c{number}")]
    assert sorted(later) == [("digest", "")] * 6 + [("lead", "")] * 2


def test_colleagues_take_turns(world: World) -> None:
    for person in ("dan", "eli", "fay"):
        email = f"{person}@x.example"
        world.do(AddPerson(person=person, name=person, email=email, role="agent", teams=("t1",)), SYSTEM)
        world.do(SetAvailability(state="online"), world.actor(person))
    for number in range(20):
        world.open(f"k{number}")
    heard = [who for n in range(20) for _, who in told(world, world.case(f"k{n}").due + 1, f"k{n}")]
    assert {"cat", ""}.isdisjoint(heard)
    assert len(set(heard)) == 5
    assert max(heard.count(one) for one in heard) <= 6


def test_a_case_that_is_gone_rings_no_more(world: World) -> None:
    world.records.pop(("case", "c1"))
    world.time += 10 * 3_600_000
    assert world.decide(Ring(clock="c1"), SYSTEM) == []
    assert world.decide(Ring(clock="nothing"), SYSTEM) == []


def test_what_it_changes_is_only_the_clock_and_the_thread(world: World) -> None:
    world.time = world.case().due + 1
    kinds = {
        type(change.record).__name__ for change in world.decide(Ring(clock="c1"), SYSTEM) if isinstance(change, Put)
    }
    assert kinds == {"Clock", "Message", "Case", "Alert"}
    assert msgspec.structs.asdict(world.case())["due_what"] == "first"
