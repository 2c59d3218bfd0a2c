"""Who gets which case: nobody who does not fit, nobody over their room, and nobody waits for ever."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.world import MINUTE, NOW

from agentdesk.domain.cases import NEVER
from agentdesk.domain.routing import (
    USUAL_PATIENCE,
    Job,
    Roster,
    Seat,
    Traits,
    Wants,
    both,
    fits,
    folded,
    jain,
    spoken,
    urgency,
)

WORDS = st.frozensets(st.sampled_from(("billing", "returns", "legal")))
TEAMS = ("t1", "t2")
LEVEL = st.integers(0, 3)
wants = st.builds(
    Wants, st.sampled_from(TEAMS), WORDS, st.sampled_from(("", "de-AT", "en")), st.sampled_from(("", "eu", "us")),
    LEVEL, LEVEL, LEVEL,
)  # fmt: skip
traits = st.builds(
    Traits, st.frozensets(st.sampled_from(TEAMS)), WORDS, st.frozensets(st.sampled_from(("de", "en"))),
    st.sampled_from(("", "eu", "us")), LEVEL, LEVEL, LEVEL,
)  # fmt: skip


@given(traits, wants, wants)
def test_who_fits_both_fits_each_and_more_never_fits_worse(traits: Traits, one: Wants, other: Wants) -> None:
    if fits(traits, both(one, other)):
        assert fits(traits, one)
        more = Traits(
            traits.teams | {"t9"}, traits.skills | {"more"}, traits.languages | {"fr"}, traits.region, 9, 3, 3
        )
        assert fits(more, one)


@pytest.mark.parametrize(
    ("wanted", "ok"),
    [
        (Wants("t1"), True),
        (Wants("t2"), False),
        (Wants("t1", frozenset(("billing",))), True),
        (Wants("t1", frozenset(("billing", "legal"))), False),
        (Wants("t1", language="DE_at"), True),
        (Wants("t1", language="fr"), False),
        (Wants("t1", region="eu"), True),
        (Wants("t1", region="us"), False),
        (Wants("t1", tier=2), True),
        (Wants("t1", tier=3), False),
        (Wants("t1", place=2), False),
        (Wants("t1", device=1), True),
    ],
)
def test_each_want_counts(wanted: Wants, ok: bool) -> None:
    ann = Traits(frozenset(("t1",)), folded((" Billing ",)), frozenset((spoken("de-DE"),)), "eu", 2, 1, 1)
    assert fits(ann, wanted) is ok


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 600), st.integers(0, 10**9), st.integers(0, 10**9))
def test_what_comes_after_the_patience_never_goes_ahead(a: int, due: int, patience: int, later: int, soon: int) -> None:
    latest = urgency(a, due, patience)
    assert a <= latest <= a + patience * MINUTE
    assert urgency(a + patience * MINUTE + later + 1, soon, 0) > latest
    assert urgency(a, NEVER, patience) == a + patience * MINUTE


def seat(person: str, units: int = 1, **fields: Any) -> Seat:
    told: dict[str, Any] = {"traits": Traits(frozenset(("t1",))), "units": units, **fields}
    return Seat(person, **told)


def test_who_knows_the_customer_is_asked_first_then_who_is_idle_longest() -> None:
    roster = Roster([seat("ann", idle=3), seat("bob", idle=1), seat("cat", idle=2, there=False)])
    job = Job("c1", "chat", Wants("t1"), sticky="ann")
    assert roster.choose(job) == "ann"
    assert roster.choose(job, {"ann"}) == "bob"
    roster.take("ann", job)
    assert roster.choose(job) == "bob"
    roster.take("bob", job)
    assert roster.choose(job) == ""
    roster.give_back("ann", job)
    assert roster.choose(Job("c2", "chat", Wants("t1"), sticky="cat")) == "ann"
    assert roster.choose(Job("c2", "chat", Wants("t2"), sticky="ann")) == ""


def test_a_channel_may_have_a_limit_of_its_own() -> None:
    roster = Roster([seat("ann", 6, most={"chat": 2})])
    for n in range(2):
        roster.take("ann", Job(f"c{n}", "chat", Wants("t1")))
    assert roster.choose(Job("c3", "chat", Wants("t1"))) == ""
    assert roster.choose(Job("c3", "mail", Wants("t1"), 4)) == "ann"
    assert roster.choose(Job("c3", "voice", Wants("t1"), 5)) == ""


jobs = st.lists(st.tuples(st.sampled_from(("chat", "mail")), wants, st.integers(1, 3), LEVEL), max_size=30)


@given(st.lists(st.tuples(traits, st.integers(0, 5), st.booleans()), max_size=8), jobs, st.randoms())
def test_nobody_gets_what_does_not_fit_or_more_than_they_can_take(
    people: list[tuple[Traits, int, bool]], told: list[tuple[str, Wants, int, int]], chance: random.Random
) -> None:
    """Any roster, any backlog, any that have passed; and nobody is left out who could have had the one that waits."""
    roster = Roster(Seat(f"p{n}", t, units, there=there) for n, (t, units, there) in enumerate(people))
    waiting = [Job(f"c{n}", c, w, u, f"p{s}", (s, f"c{n}")) for n, (c, w, u, s) in enumerate(told)]
    without = {job.case: {f"p{chance.randrange(8)}"} for job in waiting if chance.random() < 0.3}
    pairs = roster.pairs(waiting, without, 1)
    load = dict.fromkeys(roster.seats, 0)
    for job, person in pairs:
        load[person] += job.units
        assert fits(roster.seats[person].traits, job.wants)
        assert roster.seats[person].there
        assert person not in without.get(job.case, ())
    assert all(load[one] == roster.seats[one].load <= max(0, roster.seats[one].units) for one in load)
    got = {job.case for job, _ in pairs}
    for job in waiting:
        could = (s for s in roster.seats.values() if s.there and fits(s.traits, job.wants))
        assert job.case in got or not any(
            seat.room(job.channel, job.units) and seat.person not in without.get(job.case, ()) for seat in could
        )


@given(st.lists(st.tuples(traits, st.integers(0, 9)), max_size=8), wants, st.data())
def test_the_one_idle_longest_is_found_after_any_changes(
    people: list[tuple[Traits, int]], wanted: Wants, data: st.DataObject
) -> None:
    roster = Roster(Seat(f"p{n}", t, 9, idle) for n, (t, idle) in enumerate(people))
    job = Job("c", "chat", wanted)
    for n in range(data.draw(st.integers(0, 6))):
        person = f"p{data.draw(st.integers(0, 7))}"
        what = data.draw(st.sampled_from(("take", "drop", "put")))
        if what == "take":
            roster.take(person, job, data.draw(st.integers(0, 12)))
        elif what == "drop":
            roster.drop(person)
        else:
            roster.put(Seat(person, data.draw(traits), 9, n, there=data.draw(st.booleans())))
    fit = [s for s in roster.seats.values() if s.there and fits(s.traits, wanted) and s.room("chat", 1)]
    assert roster.choose(job) == min(((s.idle, s.person) for s in fit), default=(0, ""))[1]


def served(arrivals: list[tuple[int, int]], line: Callable[[int, int], int], agents: int, work: int) -> list[int]:
    """When each case is taken, if the line is kept by that order and the work goes on through the roster."""
    roster = Roster([seat(f"a{n}") for n in range(agents)])
    coming = sorted((at, 0, n, priority) for n, (at, priority) in enumerate(arrivals))
    heapq.heapify(coming)
    waiting: dict[int, Job] = {}
    taken, ends = [0] * len(arrivals), 1
    while coming:
        at, what, n, priority = heapq.heappop(coming)
        if what == ends:
            roster.give_back(f"a{priority}", Job("", "chat", Wants("t1")))
        else:
            waiting[n] = Job(str(n), "chat", Wants("t1"), place=(line(at, priority), f"{n:06}"))
        for job, person in roster.pairs(waiting.values(), {}, at):
            taken[int(job.case)] = at
            del waiting[int(job.case)]
            heapq.heappush(coming, (at + work, ends, 0, int(person[1:])))
    return taken


@pytest.mark.parametrize("seed", range(3))
def test_at_twice_what_can_be_done_nobody_starves(seed: int) -> None:
    """The lowest priority waits at most its patience longer than it would if all stood in one line as they came."""
    chance, agents, work = random.Random(seed), 3, 6 * MINUTE
    share, at, arrivals = (0.1, 0.2, 0.3, 0.4), NOW, []
    while at < NOW + 360 * MINUTE:
        at += round(chance.expovariate(2 * agents / work))
        arrivals.append((at, chance.choices(range(4), share)[0]))
    aged = served(arrivals, lambda at, priority: urgency(at, NEVER, USUAL_PATIENCE[priority]), agents, work)
    plain = served(arrivals, lambda at, _: at, agents, work)
    longest = max(taken - at for taken, (at, _) in zip(plain, arrivals, strict=True))
    for taken, (at, priority) in zip(aged, arrivals, strict=True):
        assert 0 <= taken - at <= longest + USUAL_PATIENCE[priority] * MINUTE
    low = [taken - at for taken, (at, priority) in zip(aged, arrivals, strict=True) if priority == 0]
    urgent = [taken - at for taken, (at, priority) in zip(aged, arrivals, strict=True) if priority == 3]
    assert sum(urgent) / len(urgent) < sum(low) / len(low)


@given(st.lists(st.floats(0.01, 1000), min_size=1, max_size=20))
def test_fairness_is_one_for_equal_shares_and_never_less_than_one_in_n(shares: list[float]) -> None:
    assert 1 / len(shares) - 1e-9 <= jain(shares) <= 1 + 1e-9
    assert jain([shares[0]] * len(shares)) == pytest.approx(1)
    assert jain([shares[0], *[0.0] * 9]) == pytest.approx(0.1)
    assert jain([]) == jain([0.0, 0.0]) == 1
