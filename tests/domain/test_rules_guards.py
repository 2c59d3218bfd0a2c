"""Rules that follow from one another: they come to an end, in words, and no case takes too many of them."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domain.ruling import URGENT, fired, hold, later, rule, ruled, settle, where
from tests.domain.world import MINUTE, company

from agentdesk.domain.cases import (
    Assign,
    DefineField,
    Fill,
    Message,
    Prioritise,
    Reopen,
    Reply,
    RetireField,
    Solve,
    Tag,
    Untag,
)
from agentdesk.domain.cases.acting import Act
from agentdesk.domain.cases.fields import Filled
from agentdesk.domain.rules.records import BUDGET, MOST_DEEP


def test_a_ring_ends_in_words_and_a_rule_never_sets_itself_off() -> None:
    world = ruled(
        rule("up", "priority", URGENT, about="2"),
        rule("down", "priority", Act("priority", "2"), about="3"),
        rule("self", "priority", Act("priority", "1"), Act("tag", "self"), about="1"),
    )
    world.open()
    world.do(Prioritise(case="c1", priority=2), world.actor("ann"))
    assert settle(world) == ["up done", "down done"]
    (stopped,) = [one for one in fired(world) if one.state == "stopped"]
    assert (stopped.rule, stopped.why, stopped.chain) == ("up", "ring", ("up", "down"))
    world.do(Prioritise(case="c1", priority=1), world.actor("ann"))
    assert settle(world) == ["self done"]
    assert len(fired(world)) == 4


def test_a_chain_is_only_so_long_and_a_case_has_a_budget() -> None:
    deep = ruled(*(rule(f"r{n}", "tagged", Act("tag", f"t{n + 1}"), about=f"t{n}") for n in range(MOST_DEEP + 2)))
    deep.open()
    deep.do(Tag(case="c1", tag="t0"), deep.actor("ann"))
    assert settle(deep) == [f"r{n} done" for n in range(MOST_DEEP)]
    assert [one.why for one in fired(deep) if one.state == "stopped"] == ["deep"]
    busy = ruled(rule("r1", "customer", Act("note", "Again.")))
    busy.open()
    for n in range(BUDGET + 15):
        busy.receive(f"m{n}")
        busy.time -= MINUTE
        settle(busy)
    assert sum(one.state == "done" for one in fired(busy)) <= 2 * BUDGET
    assert [one.why for one in fired(busy) if one.state == "stopped"].count("budget") in (1, 2)


def test_what_runs_on_trial_takes_nothing_from_the_budget_and_hides_nothing_from_it() -> None:
    world = ruled(rule("r1", "customer"))
    world.open()
    (one,) = fired(world)
    for n in range(BUDGET + 600):
        on_trial = n >= BUDGET
        told = {"id": f"f{n}", "at": one.at + n, "state": "tried" if on_trial else "done", "trial": on_trial}
        world.put(msgspec.structs.replace(one, **told))
    world.receive("m2")
    assert [found.why for found in fired(world) if found.state == "stopped"] == ["budget"]


def test_fields_are_asked_and_filled_in_and_go_round_in_no_ring() -> None:
    world = company()
    lou, ann = world.actor("lou"), world.actor("ann")
    for field, options in (("size", ("small", "big")), ("desk", ("one", "two"))):
        world.do(DefineField(field=field, title=field, type="choice", options=options), lou)
    fill = [Act("fill", value, field) for field, value in (("desk", "two"), ("size", "small"), ("size", "big"))]
    hold(
        world,
        rule("r1", "field", fill[0], about="size", condition=where("field:size", "is", "BIG")),
        rule("r2", "field", fill[1], about="desk"),
        rule("r3", "field", fill[2], about="size", equals="small"),
    )
    world.open()
    world.do(Fill(case="c1", field="size", value="big"), ann)
    assert settle(world) == ["r1 done", "r2 done", "r3 done"]
    assert {one.id: one.value for one in world.records.values() if isinstance(one, Filled)} == {
        "c1:desk": "two", "c1:size": "big",
    }  # fmt: skip
    assert [one.chain for one in fired(world) if one.why == "ring"] == [("r1", "r2", "r3")]
    world.do(RetireField(field="desk"), lou)
    world.do(Fill(case="c1", field="size", value="small"), ann)
    world.do(Fill(case="c1", field="size", value="big"), ann)
    assert "r1 failed This field is no longer there." in settle(world)


def test_moving_rules_that_chase_each_other_stop() -> None:
    there, back = Act("team", "t2"), Act("team", "t1")
    world = ruled(rule("there", "moved", there, about="t1"), rule("back", "moved", back, about="t2"))
    world.open()
    world.do(Assign(case="c1", team="t2"), world.actor("lou"))
    assert settle(world) == ["back done", "there done"]
    assert [one.why for one in fired(world) if one.state == "stopped"] == ["ring"]


STEPS = st.lists(
    st.tuples(st.sampled_from(["write", "tag", "untag", "up", "down", "solve", "reopen", "reply"]), st.integers(0, 90)),
    max_size=12,
)
RULES = (
    rule("a", "customer", Act("tag", "x"), after=30),
    rule("b", "tagged", Act("priority", "3"), about="x"),
    rule("c", "priority", Act("untag", "x"), about="3"),
    rule("d", "untagged", Act("priority", "0"), about="x"),
    rule("e", "state", Act("tag", "x"), about="solved", after=20, condition=where("priority", "below", 3)),
    rule("f", "priority", Act("tag", "x"), about="0"),
)


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_whatever_happens_it_comes_to_an_end_and_each_acts_once(steps: list[tuple[str, int]]) -> None:
    world = ruled(*RULES)
    ann = world.actor("ann")
    world.open()
    for n, (what, minutes) in enumerate(steps):
        wishes: dict[str, Any] = {
            "tag": Tag(case="c1", tag="x"), "untag": Untag(case="c1", tag="x"),
            "up": Prioritise(case="c1", priority=3), "down": Prioritise(case="c1", priority=0),
            "solve": Solve(case="c1", seen=999), "reopen": Reopen(case="c1"),
            "reply": Reply(case="c1", message=f"a{n}", text="So.", seen=999),
        }  # fmt: skip
        if what == "write":
            world.receive(f"w{n}")
        else:
            world.do(wishes[what], ann)
        later(world, minutes)
    later(world, 500)
    ends = fired(world)
    assert not [one for one in ends if one.state == "waits"]
    assert all(len(set(one.chain)) == len(one.chain) <= MOST_DEEP for one in ends)
    acted = [m for m in world.messages() if isinstance(m, Message) and m.event == "ruled"]
    assert len(acted) == sum(one.state == "done" and not one.why for one in ends)
