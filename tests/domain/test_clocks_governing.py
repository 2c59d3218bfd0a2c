"""Rules come into force version by version; what they would have meant can be seen before."""

from __future__ import annotations

import pytest
from tests.domain.timed import NIGHT, OFFICE, clock, policy, publish, timed
from tests.domain.world import MINUTE, SYSTEM, World, company

from agentdesk.domain.cases import Reply, Solve
from agentdesk.domain.clocks import (
    BEHIND,
    Calendar,
    Clock,
    Discard,
    Draft,
    Line,
    Policy,
    Publish,
    Regime,
    Renew,
    Ruling,
    Rung,
    Target,
    in_force,
    outcomes,
    policy_for,
    summed,
)
from agentdesk.domain.kernel import Command, Denied, Refusal

ALL = {"minutes": (60, 60, 60, 60)}


def do(world: World, command: Command) -> None:
    world.do(command, world.actor("adm"))


def test_a_draft_holds_for_nobody_until_it_is_published() -> None:
    world = company()
    do(world, Draft(regime="r1", calendars=(OFFICE,), policies=(policy(),), note=" For spring.\x00 "))
    draft = world.get(Regime, "r1")
    assert draft is not None
    assert (draft.scope, draft.state, draft.number, draft.note, draft.by) == (
        "planning",
        "draft",
        0,
        "For spring.",
        "adm",
    )
    world.open()
    assert in_force(world) is None
    assert world.get(Clock, "c1") is None
    do(world, Publish(regime="r1"))
    published = world.get(Regime, "r1")
    assert published is not None
    assert (published.scope, published.state, published.number, published.since) == ("org", "published", 1, world.time)
    assert world.get(Ruling, "clocks") == Ruling("clocks", "org", world.rev, "r1", 1, world.time)
    do(world, Publish(regime="r1"))
    ruling = world.get(Ruling, "clocks")
    assert ruling is not None
    assert ruling.number == 1


def test_a_draft_takes_the_place_of_another() -> None:
    world = timed()
    do(world, Draft(regime="d1", calendars=(), policies=(), previous="rules1"))
    do(world, Draft(regime="d2", calendars=(), policies=(), previous="rules1", instead="d1"))
    assert world.get(Regime, "d1") is None
    do(world, Draft(regime="d3", calendars=(), policies=(), previous="rules1", instead="rules1"))
    assert world.get(Regime, "rules1") is not None  # what was published stays
    do(world, Discard(regime="d2"))
    assert world.get(Regime, "d2") is None


def test_two_who_write_at_once_do_not_undo_each_other() -> None:
    world = timed()
    do(world, Draft(regime="d1", calendars=(), policies=(), previous="rules1"))
    do(world, Draft(regime="d2", calendars=(), policies=(), previous="rules1"))
    do(world, Publish(regime="d1"))
    with pytest.raises(Refusal, match="Somebody has published other rules since you began"):
        do(world, Publish(regime="d2"))
    with pytest.raises(Refusal, match="Rules that held once are kept"):
        do(world, Discard(regime="rules1"))


def test_who_plans_may_and_others_may_not() -> None:
    world = timed()
    with pytest.raises(Denied):
        world.do(Draft(regime="d1", calendars=(), policies=()), world.actor("lou"))
    with pytest.raises(Denied):
        world.do(Renew(cases=("c1",)), world.actor("adm"))


def test_open_cases_catch_up() -> None:
    world = company()
    for case in ("c1", "c2", "c3"):
        world.open(case)
    world.do(Solve(case="c3", seen=1), world.actor("ann"))
    publish(world, "rules1", policy())
    behind = [case.id for case in world.page(BEHIND(number=1))]
    assert sorted(behind) == ["c1", "c2"]
    world.do(Renew(cases=("c1", "c2", "c3", "gone")), SYSTEM)
    assert world.page(BEHIND(number=1)) == []
    assert clock(world, "c2").run("first") is not None
    assert world.get(Clock, "c3") is None
    assert world.do(Renew(cases=("c1", "c2")), SYSTEM) == []


@pytest.mark.parametrize(
    ("calendars", "policies", "sentence"),
    [
        ((), (policy(),), "Usual counts by a calendar that is not there. Choose another one."),
        ((), (policy(name=" "),), "A policy needs a name."),
        ((OFFICE, OFFICE), (), "Two calendars have the same id office."),
        ((Calendar("always", "Mine", "UTC", OFFICE.windows),), (), "Two calendars have the same id always."),
        ((OFFICE,), (policy(), policy()), "Two policies have the same id usual."),
        ((OFFICE,), (policy(targets=(Target(metric="first", **ALL),) * 2),), "Usual has two targets for one clock."),
        (
            (OFFICE,), (policy(ladder=(Rung(after=0, to="lead"), Rung(after=5, to="peer"))),),
            "In Usual somebody higher is told earlier: colleagues come first, supervisors last.",
        ),
        ((OFFICE,), (policy(),) * 51, "A version takes at most 50 calendars and 50 policies."),
    ],
)  # fmt: skip
def test_what_contradicts_itself(calendars: tuple[Calendar, ...], policies: tuple[Policy, ...], sentence: str) -> None:
    with pytest.raises(Refusal) as told:
        do(company(), Draft(regime="d1", calendars=calendars, policies=policies))
    assert str(told.value) == sentence


def test_the_first_policy_that_speaks_of_a_case_holds() -> None:
    one, two, rest = policy(id="a", teams=("t1",), channels=("chat",)), policy(id="b", teams=("t1",)), policy(id="c")
    regime = Regime("r", "org", 1, 1, "published", 0, "adm", "", "", (OFFICE, NIGHT), (one, two, rest))
    assert [policy_for(regime, *of) for of in (("t1", "chat", ""), ("t1", "email", ""), ("t2", "chat", ""))] == [
        one,
        two,
        rest,
    ]


def test_old_cases_show_what_rules_would_have_meant() -> None:
    world = company()  # nothing holds
    for number in range(10):
        world.open(f"c{number}")
        world.time += 10 * number * MINUTE
        if number < 9:
            world.do(Reply(case=f"c{number}", message=f"r{number}", text="Yes", seen=1), world.actor("ann"))
    draft = Regime("d", "planning", 1, 0, "draft", 0, "adm", "", "", (), (
        Policy(id="p", name="P", targets=(Target(metric="first", minutes=(30, 30, 30, 30)),)),
    ))  # fmt: skip
    found = [
        one for n in range(10) for one in outcomes(world.case(f"c{n}"), world.messages(f"c{n}"), draft, world.time)
    ]
    # Answered after 1, 11, 21, … 81 minutes; the last one still waits, for 90. It warns after 24.
    team = world.case("c0").team
    assert summed(found) == [Line(team, "first", 10, 7, 7, 41 * MINUTE, 81 * MINUTE, 1)]
    ended = outcomes(world.case("c1"), world.messages("c1"), draft, world.time, since=world.time)
    assert ended == []  # it was over before
