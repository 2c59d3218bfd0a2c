"""The clocks of a case: when they run, stand and end; and that they are what the thread says, whatever happened."""

from __future__ import annotations

import random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domain.timed import (
    NIGHT,
    OFFICE,
    bare,
    clock,
    explained,
    policy,
    publish,
    replayed,
    run_of,
    timed,
    walked,
    works,
)
from tests.domain.world import MINUTE, World, company

from agentdesk.domain.cases import (
    NEVER,
    Assign,
    Claim,
    Merge,
    Note,
    Prioritise,
    Release,
    Reopen,
    Reply,
    Snooze,
    Solve,
    Split,
    Tag,
    Unsend,
    Wake,
)
from agentdesk.domain.clocks import METRICS, Clock, Target
from agentdesk.domain.kernel import Command, Fact, Refusal

HOUR = 60 * MINUTE


@pytest.fixture
def world() -> World:
    """Friday, 15 January 2027, 09:00 in Berlin and a bit; c1 has just been opened."""
    made = timed()
    made.open()
    return made


def act(world: World, command: Command, who: str = "ann") -> None:
    world.do(command, world.actor(who))


def reply(world: World, id: str, case: str = "c1", hold: int = 0) -> None:
    act(world, Reply(case=case, message=id, text="Yes.", seen=world.case(case).seq, hold=hold))


def test_without_rules_there_are_no_clocks() -> None:
    world = company()
    world.open()
    assert world.get(Clock, "c1") is None
    assert (world.case().due, world.case().clocked) == (0, 0)


def test_what_is_due_first_is_on_the_case(world: World) -> None:
    case = world.case()
    assert case.due_what == "ola"
    assert case.due == walked(OFFICE, case.opened_at, 45 * MINUTE)
    assert case.due_soon == walked(OFFICE, case.opened_at, 36 * MINUTE)
    act(world, Claim(case="c1"))
    assert (world.case().due_what, world.case().due) == ("first", walked(OFFICE, case.opened_at, HOUR))


def test_an_answer_ends_the_first_and_a_word_begins_the_next(world: World) -> None:
    reply(world, "r1")
    run = clock(world).run("first")
    assert run is not None
    assert (run.state, run.counted, run.late) == ("done", MINUTE, 0)
    assert world.facts[-1] == Fact("clock.ola.met", "case", "c1", MINUTE)
    assert clock(world).run("next") is None
    world.receive("m2")
    world.receive("m3")
    run = clock(world).run("next")
    assert run is not None
    assert run.began == world.time - MINUTE  # the first word without an answer counts
    assert run.due == walked(OFFICE, run.began, 2 * HOUR)


def test_solving_it_pauses_resolution_and_a_reopening_goes_on(world: World) -> None:
    opened = world.case().opened_at
    reply(world, "r1")
    act(world, Solve(case="c1", seen=1))
    assert world.case().due == NEVER
    assert clock(world).alarm == 0
    world.time += 3 * 24 * HOUR
    world.receive("m2")
    run = clock(world).run("resolution")
    assert run is not None
    assert run.began == opened
    assert run.counted == MINUTE  # then it was answered, then solved
    assert run.due == walked(OFFICE, world.time, 16 * HOUR - MINUTE)


def test_asleep_and_answered_it_stands_where_the_policy_says_so(world: World) -> None:
    start = world.time
    world.time += 29 * MINUTE
    reply(world, "r1")  # resolution stands: nobody waits
    assert [run_of(world, "resolution").state, world.case().due_what] == ["paused", "stagnation"]
    world.time += HOUR
    world.receive("m2")
    resolution = clock(world).run("resolution")
    assert resolution is not None
    assert (resolution.state, resolution.counted) == ("runs", 30 * MINUTE)
    assert start + 30 * MINUTE == world.messages()[1].at
    act(world, Snooze(case="c1", until=world.time + HOUR))
    assert {run.metric: run.state for run in clock(world).runs} == {
        "first": "done", "next": "paused", "resolution": "paused", "stagnation": "done", "ola": "done",
    }  # fmt: skip
    assert world.case().due == NEVER


def test_priority_changes_what_is_due_and_not_what_was_counted(world: World) -> None:
    start = world.time
    world.time += 9 * MINUTE
    act(world, Prioritise(case="c1", priority=3))
    first = clock(world).run("first")
    assert first is not None
    assert first.due == walked(OFFICE, start, 15 * MINUTE)
    world.time += 9 * MINUTE
    act(world, Prioritise(case="c1", priority=0))
    first = clock(world).run("first")
    assert first is not None
    assert first.due == walked(OFFICE, start, 8 * HOUR)
    assert first.late == walked(OFFICE, start, 15 * MINUTE)  # for a time it was late
    assert run_of(world, "resolution").due == 0  # as long as it likes


def test_a_team_with_other_hours_goes_on_counting_by_them() -> None:
    world = timed(policy(teams=("t1",)), policy(id="nights", name="Nights", calendar="night"))
    world.open()
    start = world.time
    world.time += 9 * MINUTE
    act(world, Assign(case="c1", team="t2"))
    first, ola = clock(world).run("first"), clock(world).run("ola")
    assert first is not None
    assert ola is not None
    assert (first.began, first.counted) == (start, 10 * MINUTE)
    assert first.due == walked(NIGHT, world.time, 50 * MINUTE)
    assert ola.began == world.time
    assert (clock(world).policy, clock(world).team) == ("nights", "t2")
    assert clock(world).scope == world.case().scope == "team:t2:open"


def test_new_rules_hold_from_when_they_are_published(world: World) -> None:
    start = world.time
    slow = policy(targets=(Target(metric="first", minutes=(240, 240, 240, 240)),), calendar="night")
    publish(world, "rules2", slow)
    took = world.time
    world.time += 20 * MINUTE
    act(world, Note(case="c1", message="n1", text="Hm."))
    first = clock(world).run("first")
    assert first is not None
    assert (first.counted, first.since) == (took - start, took)
    assert first.due == walked(NIGHT, took, 4 * HOUR - (took - start))
    assert (clock(world).number, world.case().clocked) == (2, 2)
    assert {run.metric for run in clock(world).runs if run.state != "done"} == {"first"}


def test_who_waited_in_one_case_waits_in_both(world: World) -> None:
    start = world.time
    world.open("c2", text="Also this")
    world.time += 10 * MINUTE
    reply(world, "r2", "c2")
    act(world, Merge(case="c2", into="c1"))
    assert world.get(Clock, "c2") is None
    assert world.case("c2").due == NEVER
    waits = clock(world).run("next")
    assert waits is not None
    assert (waits.began, waits.counted) == (start, world.time - start)
    assert waits.due == walked(OFFICE, start, 2 * HOUR)
    assert world.case().answered_at == world.time - MINUTE


def test_a_reply_taken_back_was_never_given(world: World) -> None:
    before = clock(world)
    reply(world, "r1", hold=10)
    assert run_of(world, "first").state == "done"
    act(world, Unsend(message="r1"))
    after = clock(world)
    assert after.run("first") == before.run("first")
    assert bare(after) == bare(replayed(world))


def test_a_case_from_before_the_rules_counts_from_when_they_hold() -> None:
    world = company()
    world.open()
    world.time += 5 * HOUR
    publish(world, "rules1", policy())
    took = world.time
    act(world, Tag(case="c1", tag="parcel"))
    first = clock(world).run("first")
    assert first is not None
    assert (first.began, first.since, first.counted) == (world.case().opened_at, took, 0)


def test_where_the_rules_are_not_known_nothing_is_made_up(world: World) -> None:
    """A desk that does not hold a version, or the zone, leaves the clocks to the server."""
    before = clock(world)
    del world.records["regime", "rules1"]
    act(world, Claim(case="c1"))
    assert clock(world) == before
    assert world.case().assignee == "ann"


def test_a_word_that_changes_no_clock_writes_none(world: World) -> None:
    none = timed(policy(targets=(Target(metric="first", minutes=(60, 60, 60, 60)),)))
    none.open()
    before = clock(none)
    act(none, Note(case="c1", message="n1", text="Hm."))
    assert clock(none) == before


# --- Whatever happens


def split(world: World, chance: random.Random, case: str, step: int) -> Split:
    """Some of its words become a case of their own."""
    said = [one.id for one in world.messages(case) if one.kind in ("customer", "reply", "note")] or ["none"]
    some = tuple(chance.sample(said, chance.randint(1, len(said))))
    return Split(case=case, into=f"s{step}", conversation=f"s{step}-v", messages=some)


def some_day(world: World, chance: random.Random, steps: int) -> set[str]:
    """What could happen to a few cases, in any order; what is refused did not. Returns those in which a reply was taken
    back that had been given before the case was joined: since when the customer waits, nobody can say then.
    """
    unclear: set[str] = set()
    for step in range(steps):
        world.time += chance.choice((0, 3, 17, 61, 240, 1441)) * MINUTE
        case, other = chance.sample(("c1", "c2", "c3"), 2)
        seen, ann = world.case(case).seq, world.actor(chance.choice(("ann", "lou")))
        wish: Command = chance.choice((
            Reply(case=case, message=f"r{step}", text="Yes", seen=seen, hold=chance.choice((0, 600))),
            Note(case=case, message=f"n{step}", text="Hm"),
            Claim(case=case), Release(case=case), Assign(case=case, team=chance.choice(("t1", "t2"))),
            Assign(case=case, assignee="bob", team="t1"),
            Prioritise(case=case, priority=chance.randrange(4)),
            Snooze(case=case, until=world.time + 5 * HOUR), Wake(case=case), Solve(case=case, seen=seen),
            Reopen(case=case), Merge(case=case, into=other), split(world, chance, case, step),
            Unsend(message=f"r{step - 1}"), Unsend(message=f"r{step - 2}"),
        ))  # fmt: skip
        try:
            if chance.random() < 0.3:
                world.receive(f"m{step}", case=case)
            else:
                world.do(wish, msgspec.structs.replace(ann, role="supervisor", scopes=OPEN))
        except Refusal:
            continue
        if isinstance(wish, Unsend):
            unclear |= {id for id in ("c1", "c2", "c3") if any(m.event == "merged" for m in world.messages(id))}
        if chance.random() < 0.05:
            hours = chance.choice(("office", "night"))
            publish(world, f"rules-{step}", policy(calendar=hours, teams=("t1",)), policy(id="two", calendar="night"))
    return unclear


OPEN = frozenset(f"team:{team}:{part}" for team in ("t1", "t2") for part in ("open", "past"))


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 10**9))
def test_step_by_step_is_the_same_as_from_the_thread(seed: int) -> None:
    chance, world = random.Random(seed), timed()
    for case in ("c1", "c2", "c3"):
        world.open(case)
    unclear = some_day(world, chance, 40)
    for id in ("c1", "c2", "c3"):
        case = world.case(id)
        if case.merged_into:
            assert world.get(Clock, id) is None
            continue
        if clock(world, id).number == replayed(world, id).number:  # it has caught up
            assert bare(clock(world, id)) == bare(replayed(world, id))
        if case.status != "solved":
            assert clock(world, id).waiting == case.waiting_since or id in unclear
            assert case.due < NEVER or case.status == "snoozed", "an open case has always something due"


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_every_due_moment_adds_up(seed: int) -> None:
    """The steps follow one another without gap, count only work, and come to exactly the target when it is due."""
    chance, world = random.Random(seed), timed()
    for case in ("c1", "c2", "c3"):
        world.open(case)
    some_day(world, chance, 25)
    for id in ("c1", "c2", "c3"):
        if world.case(id).merged_into:
            continue
        act_ = world.actor("lou")
        try:  # so that its clocks go by the newest rules
            world.do(Note(case=id, message=f"last-{id}", text="."), msgspec.structs.replace(act_, scopes=OPEN))
        except Refusal:
            continue
        for metric in METRICS:
            check(world, id, metric)


def check(world: World, id: str, metric: str) -> None:
    told, run = explained(world, metric, id), clock(world, id).run(metric)
    if told is None or run is None:
        return
    assert (told.due, told.state, told.late) == (run.due, run.state, run.late)
    assert [one.end for one in told.steps[:-1]] == [one.start for one in told.steps[1:]]
    assert all(step.counted in (0, step.end - step.start) for step in told.steps)
    if run.due and run.due > run.since:
        assert told.counted == told.target, (metric, told)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9))
def test_it_is_what_walking_minute_by_minute_gives(seed: int) -> None:
    """Resolution with sleep, answers and priorities in between, against one loop over minutes that knows no fold."""
    chance, world = random.Random(seed), timed()
    world.time -= world.time % MINUTE
    world.open()
    changes = [(world.time, "waits", True)]
    targets = [(world.time, 960)]
    for step in range(12):
        world.time += chance.randrange(600) * MINUTE
        case = world.case()
        what = chance.choice(("reply", "word", "sleep", "wake", "urgent", "normal"))
        if what == "reply":
            reply(world, f"r{step}")
            changes += [(world.time, "asleep", False), (world.time, "waits", False)]
        elif what == "word":
            world.receive(f"m{step}")
            changes += [(world.time, "asleep", False), (world.time, "waits", True)]
        elif what == "sleep":
            act(world, Snooze(case="c1", until=world.time + 40 * 24 * HOUR))
            changes.append((world.time, "asleep", True))
        elif what == "wake" and case.status == "snoozed":
            act(world, Wake(case="c1"))
            changes.append((world.time, "asleep", False))
        elif what in ("urgent", "normal"):
            act(world, Prioritise(case="c1", priority=3 if what == "urgent" else 1))
            targets.append((world.time, 240 if what == "urgent" else 960))
    run = clock(world).run("resolution")
    assert run is not None
    counted, state = 0, {"waits": False, "asleep": False}
    for at in range(changes[0][0], run.since, MINUTE):
        state |= {name: value for when, name, value in changes if when == at}
        counted += MINUTE if state["waits"] and not state["asleep"] and works(OFFICE, at) else 0
    assert run.counted == counted
    target = targets[-1][1] * MINUTE
    if run.state == "runs" and counted < target:
        assert run.due == walked(OFFICE, run.since, target - counted)
