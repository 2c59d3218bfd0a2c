"""Tiers of customers: what is told of them, which clocks, rules, views, searches and people go by them."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from tests.domain.routed import routed
from tests.domain.ruling import hold, rule, settle, where
from tests.domain.timed import clock, policy, publish, replayed, run_of, timed
from tests.domain.world import MINUTE, World, company

from agentdesk.domain.cases import Assign, Case, Customer, Message, Reopen, SetTier, Solve, Split, UpdateCustomer
from agentdesk.domain.cases.acting import Act
from agentdesk.domain.cases.seeking import cases_that
from agentdesk.domain.cases.tiers import caught_up, checked_tier
from agentdesk.domain.clocks import Target, gaps, in_force, outcomes, speaks_of_tiers, summed
from agentdesk.domain.kernel import Denied, Put, Refusal
from agentdesk.domain.routing import Rule, job_of, steering
from agentdesk.domain.seeking import Days, Eyes, Hit, Reading, fits, read

HOUR = 60 * MINUTE


def tier(world: World, name: str, who: str = "lou", customer: str = "u1") -> None:
    world.do(SetTier(customer=customer, tier=name), world.actor(who))


def promises(world: World) -> None:
    """Gold is answered within a quarter of an hour, all others within a day."""
    gold = Target(metric="first", minutes=(15, 15, 15, 15))
    usual = Target(metric="first", minutes=(1440, 1440, 1440, 1440))
    still = Target(metric="stagnation", minutes=(2880, 2880, 2880, 2880))
    told = {"calendar": "always", "warn": 0, "ladder": ()}
    publish(
        world,
        "rules1",
        policy(id="gold", name="Gold", tiers=("Gold",), targets=(gold, still), **told),
        policy(id="usual", targets=(usual, still), **told),
    )


def test_an_old_open_case_follows_however_many_were_solved_since() -> None:
    world = company()
    world.open("c0")
    case, gone = world.case("c0"), {}
    for n in range(250):
        gone[f"d{n}"] = msgspec.structs.replace(
            case, id=f"d{n}", number=100 + n, status="solved", opened_at=case.opened_at + 1 + n
        )
    world.records |= {("case", id): one for id, one in gone.items()}
    tier(world, "gold")
    assert world.case("c0").customer_tier == "gold"
    assert {world.case(id).customer_tier for id in gone} == {""}


def test_a_clock_goes_by_the_tier_and_its_sum_can_be_done_again() -> None:
    world = company()
    promises(world)
    world.open("c1")
    opened = world.case().opened_at
    assert run_of(world, "first").due == opened + 24 * HOUR
    began = run_of(world, "stagnation").began
    tier(world, "gold")
    assert (world.case().customer_tier, clock(world).policy) == ("gold", "gold")
    assert run_of(world, "first").due == opened + 15 * MINUTE, "what has been waited counts"
    assert run_of(world, "stagnation").began == began, "nobody has got any further by that"
    world.open("c2")
    assert clock(world, "c2").policy == "gold", "a new case of theirs begins so"
    tier(world, "")
    assert run_of(world, "first").due == opened + 24 * HOUR
    for case in ("c1", "c2"):
        again = replayed(world, case)
        assert (again.policy, again.tier, [run.due for run in again.runs]) == (
            "usual", "", [run.due for run in clock(world, case).runs],
        )  # fmt: skip


def test_old_cases_tell_tiers_apart_where_a_draft_does() -> None:
    world = company()
    promises(world)
    for number, name in enumerate(("gold", "", "")):
        world.open(f"c{number}", customer=f"u{number}")
        if name:
            tier(world, name, customer=f"u{number}")
    world.time += HOUR
    held = in_force(world)
    assert held is not None
    assert speaks_of_tiers(None, held)
    found = [
        one for n in range(3)
        for one in outcomes(world.case(f"c{n}"), world.messages(f"c{n}"), held, world.time, by_tier=True)
    ]  # fmt: skip
    firsts = {line.tier: (line.count, line.late) for line in summed(found) if line.metric == "first"}
    assert firsts == {"gold": (1, 1), "": (2, 0)}
    plain = outcomes(world.case("c0"), world.messages("c0"), held, world.time)
    assert {one.tier for one in plain} == {""}


def test_what_was_solved_meanwhile_hears_of_it_when_it_is_open_again() -> None:
    world = timed(policy(id="gold", name="Gold", tiers=("gold",)), policy())
    world.open("c1")
    ann = world.actor("ann")
    world.do(Assign(case="c1", assignee="ann"), ann)
    world.do(Solve(case="c1", seen=9), ann)
    tier(world, "GOLD")
    assert (world.case().customer_tier, clock(world).policy) == ("", "usual"), "it was served as it was"
    world.do(Reopen(case="c1"), ann)
    assert (world.case().customer_tier, clock(world).policy) == ("GOLD", "gold")
    assert [one.event for one in world.messages()][-2:] == ["reopened", "tiered"]
    assert replayed(world).policy == "gold"
    world.receive("m2", "And another thing.")
    world.do(Split(case="c1", into="c2", messages=("m2",), conversation="c2-v"), ann)
    assert world.case("c2").customer_tier == "GOLD"
    assert len([one for one in world.messages() if one.event == "tiered"]) == 1


def test_a_case_that_one_command_puts_twice_hears_of_it_once() -> None:
    world = company()
    world.open("c1")
    ann = world.actor("ann")
    world.do(Assign(case="c1", assignee="ann"), ann)
    world.do(Solve(case="c1", seen=9), ann)
    tier(world, "gold")
    first = msgspec.structs.replace(world.case(), status="open", seq=20)
    last = msgspec.structs.replace(first, priority=3, seq=21)
    changes = caught_up(world, [Put(first), Put(last)], world.time)
    told = [one.record for one in changes if isinstance(one, Put) and isinstance(one.record, Message)]
    cases = [one.record for one in changes if isinstance(one, Put) and isinstance(one.record, Case)]
    assert [(one.event, one.seq) for one in told] == [("tiered", 22)]
    assert (cases[-1].customer_tier, cases[-1].priority, cases[-1].seq) == ("gold", 3, 22)
    again = msgspec.structs.replace(last, status="solved")
    assert caught_up(world, [Put(first), Put(again)], world.time) == [Put(first), Put(again)]


def test_it_is_told_once_in_words_that_can_be_told() -> None:
    world = company()
    world.open("c1")
    tier(world, "  Key   account ")
    before = len(world.messages())
    assert world.do(SetTier(customer="u1", tier="Key account"), world.actor("lou")) == []
    assert len(world.messages()) == before
    for wrong in ("a>b", "gold, silver"):
        with pytest.raises(Refusal, match="one word or a few"):
            tier(world, wrong)
    with pytest.raises(Refusal, match="40 signs at most"):
        checked_tier("g" * 41)  # a macro's or a rule's; a command's own field holds it, too
    with pytest.raises(Denied):
        tier(world, "gold", who="ann")
    with pytest.raises(Refusal, match="klingon! is no language"):
        world.do(UpdateCustomer(customer="u1", language="klingon!"), world.actor("ann"))
    world.do(UpdateCustomer(customer="u1", language="pt-BR"), world.actor("ann"))
    found = world.get(Customer, "u1")
    assert found is not None
    assert (found.language, found.tier) == ("pt-BR", "Key account")
    assert gaps((policy(tiers=("gold",)),)) == [""], "nothing would hold for all others"


def test_rules_views_and_searches_ask_for_it_however_it_is_written() -> None:
    world = company()
    for case, customer in (("c1", "u1"), ("c2", "u2")):
        world.open(case, customer=customer)
    hold(world, rule("vip", "opened", Act("tier", "Gold"), condition=where("text", "has", "invoice")))
    world.open("c3", text="My invoice is wrong.", customer="u3")
    settle(world)
    assert world.case("c3").customer_tier == "Gold"
    sought = cases_that(where("tier", "is", "GOLD"), "longest", world, "ann", ("t1",), world.time)
    cases = [world.case(one) for one in ("c1", "c2", "c3")]
    assert [one.id for one in cases if sought.matches(one)] == ["c3"]
    line, eyes = (
        read("tier:gold -tier:silver", Reading(Days(date(2026, 11, 22), lambda _: 0))),
        Eyes("ann", world.time, world),
    )
    assert not line.faults
    assert [one.id for one in cases if fits(Hit(one), line, eyes)] == ["c3"]


def test_a_rule_of_routing_asks_for_its_line_unless_the_case_was_handed_on() -> None:
    world = routed(rules=(Rule(id="r1", name="Gold", tiers=("gold",), tier=3, skills=("contracts",)),))
    world.open("c1")
    tier(world, "Gold")
    plan = steering(world)
    assert plan is not None
    job = job_of(world, *plan, world.case())
    assert job is not None
    assert (job.wants.tier, job.wants.skills) == (3, frozenset({"contracts"}))
    world.put(msgspec.structs.replace(world.case(), tier=1))
    job = job_of(world, *plan, world.case())
    assert job is not None
    assert (job.wants.tier, job.wants.skills) == (1, frozenset({"contracts"}))
    tier(world, "Silver")
    job = job_of(world, *plan, world.case())
    assert job is not None
    assert job.wants.skills == frozenset()
