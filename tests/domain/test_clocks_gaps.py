"""Rules without gaps: whatever happens, an open case has always a next moment; rules with gaps are named."""

from __future__ import annotations

import random

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domain.test_clocks_running import some_day
from tests.domain.timed import policy, timed

from agentdesk.domain.cases import NEVER, Reply
from agentdesk.domain.clocks import METRICS, Clock, Target, gaps


def some(chance: random.Random) -> int:
    return chance.choice((0, 90, 900))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9))
def test_rules_without_gaps_leave_no_case_without_a_next_moment(seed: int) -> None:
    chance = random.Random(seed)
    targets = tuple(
        Target(metric=metric, minutes=(some(chance), some(chance), some(chance), some(chance)), pauses=pauses)
        for metric in METRICS if chance.random() < 0.8 or metric == "stagnation"
        for pauses in (chance.choice(((), ("answered",), ("snoozed", "answered"))),)
    )  # fmt: skip
    rules = policy(targets=targets)
    world = timed(rules)
    for case in ("c1", "c2", "c3"):
        world.open(case)
    some_day(world, chance, 15)
    named = world.get(Clock, "c1")
    if gaps((rules,)) or (named is not None and named.number > 1):
        return
    for case in map(world.case, ("c1", "c2", "c3")):
        assert case.due < NEVER or case.status != "open" or case.merged_into


def test_rules_with_gaps_are_named() -> None:
    first = Target(metric="first", minutes=(60, 60, 60, 60))
    step = Target(metric="stagnation", minutes=(60, 60, 60, 60))
    solution = Target(metric="resolution", minutes=(60, 60, 60, 60), pauses=("snoozed",))
    assert gaps((policy(targets=(step,)),)) == gaps((policy(targets=(solution,)),)) == []
    assert gaps(()) == [""]
    assert gaps((policy(targets=(first,)), policy(id="b", targets=(step,), teams=("t1",)))) == ["Usual", ""]
    answered = msgspec.structs.replace(solution, pauses=("answered",))
    assert gaps((policy(targets=(answered,)),)) == ["Usual"]
    assert gaps((policy(targets=(msgspec.structs.replace(step, minutes=(60, 60, 60, 0)),)),)) == ["Usual"]
    world = timed(policy(targets=(first,)))
    world.open()
    world.do(Reply(case="c1", message="r1", text="Yes.", seen=9), world.actor("ann"))
    assert (world.case().status, world.case().due) == ("open", NEVER)
