"""Whatever graph is drawn and whatever happens: what the verifier passes ends, and one person answers for each case."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domain.escalated import escalated
from tests.domain.routed import publish as routed
from tests.domain.timed import policy
from tests.domain.timed import publish as timed
from tests.domain.world import MINUTE, NOW, SYSTEM, World, company

from agentdesk.domain.cases import NEVER, Assign, Case, Claim, Merge, Release, Reopen, Reply, Snooze, Solve, Wake
from agentdesk.domain.escalation import (
    FREE_TRANSFERS,
    HANDOFFS,
    Answer,
    Escalate,
    Graph,
    Node,
    Return,
    Stand,
    Way,
    accountable,
    in_force,
    newest,
    node_of,
    verify,
)
from agentdesk.domain.kernel import Actor, Command, Refusal
from agentdesk.domain.people import Person, Team, UpdatePerson
from agentdesk.domain.routing import HandBack, may_hold

PEOPLE = {"ann": ("t1",), "bob": ("t1",), "cat": ("t2",), "sue": ("t1",)}
STEPS = 100
SIZE = 5
WORLD = company()
ways = st.sets(st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)), max_size=10)
flags = st.lists(st.booleans(), min_size=SIZE, max_size=SIZE)


@given(ways, flags, flags)
@settings(max_examples=150, deadline=None)
def test_what_it_finds_is_what_walking_every_path_finds(
    drawn: set[tuple[int, int]], starts: list[bool], ends: list[bool]
) -> None:
    """The slow way: whoever is somewhere after some steps, and whoever gets to an end after as many as nodes."""
    nodes = tuple(
        Node(id=str(n), name=f"N{n}", team="t1" if n else "t2", owner="sue" if n else "cat", start=starts[n],
             ends=ends[n])
        for n in range(SIZE)
    )  # fmt: skip
    judge = Node(id="judge", name="J", sort="arbiter", team="t1", owner="lou")
    lines = {(a, b) for a, b in drawn if a != b}
    graph = Graph(
        "g", "routing", 0, 0, "draft", 0, "", "", "", (*nodes, judge),
        tuple(Way(start=str(a), to=str(b)) for a, b in sorted(lines)),
    )  # fmt: skip
    found = {(one.why.code, one.node) for one in verify(WORLD, graph, NOW)}
    reached, arriving = set[int](), {n for n in range(SIZE) if starts[n]}
    ending = {n for n in range(SIZE) if ends[n]}
    for _ in range(SIZE + 1):
        reached |= arriving
        arriving = {b for a, b in lines if a in reached}
        ending |= {a for a, b in lines if b in ending}
    wrong: set[tuple[str, str]] = set()
    for n in range(SIZE):
        if any(starts) and n not in reached:
            wrong.add(("unreached", str(n)))
        if n not in ending:
            wrong.add(("sink" if any(a == n for a, _ in lines) else "dead_end", str(n)))
    if not any(starts):
        wrong.add(("start", ""))
    assert found == wrong


def step(world: World, chance: random.Random, n: int) -> None:
    """Something happens; what is refused has not happened."""
    if n < 3 or chance.random() < 0.1:
        world.open(f"c{n}", customer=f"u{chance.randrange(3)}", team=chance.choice(("t1", "t2")))
        return
    case, person = chance.choice(_cases(world)), chance.choice([*PEOPLE, "tim", "lou"])
    other = chance.choice(_cases(world)).id
    mine: Actor = world.actor(person)
    late = case.transfers - (chance.random() < 0.1)
    said = (Answer("What was tried?", "All."),) if chance.random() < 0.9 else ()
    handed = Escalate(
        handoff=f"h{n}", case=case.id, to=chance.choice(("bot", "first", "second", "judge")), transfers=max(0, late),
        answers=said, warm=chance.random() < 0.5,
    )  # fmt: skip
    back = Return(handoff=f"h{n}", case=case.id, transfers=case.transfers, reason="cannot")
    wishes: list[Callable[[], tuple[Command, Actor]]] = [
        *[lambda: (handed, mine)] * 6,
        *[lambda: (back, mine)] * 3,
        *[lambda: (Claim(case=case.id), mine)] * 3,
        lambda: (Release(case=case.id), mine),
        lambda: (Reply(case=case.id, message=f"m{n}", text="So.", seen=99), mine),
        lambda: (Snooze(case=case.id, until=world.time + 60 * MINUTE), mine),
        lambda: (Wake(case=case.id), mine),
        lambda: (Solve(case=case.id, seen=99), mine),
        lambda: (Reopen(case=case.id), mine),
        lambda: (Assign(case=case.id, team=chance.choice(("t1", "t2"))), mine),
        lambda: (Merge(case=case.id, into=other), mine),
        lambda: (_moved(chance, chance.choice(list(PEOPLE))), world.actor("adm")),
    ]
    command, actor = chance.choice(wishes)()
    try:
        world.do(command, actor)
    except Refusal:
        return


def _moved(chance: random.Random, person: str) -> Command:
    return UpdatePerson(
        person=person, name=person, role="agent", teams=PEOPLE[person], tier=2, active=chance.random() < 0.6
    )


def _cases(world: World) -> list[Case]:
    return [one for one in world.records.values() if isinstance(one, Case) and not one.merged_into]


def check(world: World, before: dict[str, Case]) -> None:
    graph = in_force(world)
    assert graph is not None
    for case in _cases(world):
        old, handoffs = before.get(case.id), world.page(HANDOFFS(case=case.id), limit=200)
        answers = world.get(Person, accountable(world, case))
        assert answers is not None, "nobody answers for it"
        assert answers.active
        if case.status == "open":
            team, owner = world.get(Team, case.team), world.get(Person, case.assignee) if case.assignee else None
            assert team is not None
            assert not team.retired
            assert owner is None or may_hold(owner, case)
            assert case.due < NEVER, "no deadline"
        if old is not None:
            assert case.opened_at <= old.opened_at, "handing on made it younger"
            assert case.transfers >= old.transfers
        open_ = [one for one in handoffs if one.state == "sent"]
        assert len(open_) <= 1
        if open_:
            assert not case.assignee
            assert open_[0] == newest(world, case)
        assert {one.scope for one in handoffs} <= {case.scope}
        stand = world.get(Stand, case.id)
        assert stand is None or stand.scope == case.scope
        here, last = node_of(world, graph, case), newest(world, case)
        assert here is not None
        if old is not None and case.transfers > old.transfers == FREE_TRANSFERS and last is not None:
            assert "judge" in (last.to, last.start), "the third time somebody else decided"


@pytest.mark.parametrize("seed", range(6))
def test_exactly_one_person_answers_for_each_case_whatever_happens(seed: int) -> None:
    chance, world = random.Random(seed), escalated()
    timed(world, "rules1", policy(calendar="always"))
    routed(world, teams=("t1", "t2"))
    for n in range(STEPS):
        before = {one.id: one for one in _cases(world)}
        step(world, chance, n)
        for person in PEOPLE:
            world.apply(world.decide(HandBack(person=person), SYSTEM))
        check(world, before)
