"""A company with a graph of escalation, and the shortest ways to say what happens in it."""

from __future__ import annotations

from typing import Any

from tests.domain.world import World, company

from agentdesk.domain.escalation import (
    GRAPH,
    Answer,
    DraftGraph,
    Escalate,
    Handoff,
    InForce,
    Node,
    PublishGraph,
    Return,
    Stand,
    Way,
)
from agentdesk.domain.people import UpdatePerson

BOT = Node(id="bot", name="Bot", sort="bot", team="t1", owner="ann", start=True, ends=False)
FIRST = Node(id="first", name="First line", team="t1", owner="sue", start=True)
SECOND = Node(id="second", name="Second line", sort="specialist", team="t2", owner="cat", tier=2,
              questions=("What was tried?",))  # fmt: skip
JUDGE = Node(id="judge", name="Arbiter", sort="arbiter", team="t2", owner="tim", tier=2)
NODES = (BOT, FIRST, SECOND, JUDGE)
WAYS = (Way(start="bot", to="first"), Way(start="first", to="second"), Way(start="second", to="first"))


def publish(world: World, id: str = "g1", nodes: tuple[Node, ...] = NODES, ways: tuple[Way, ...] = WAYS) -> None:
    """This graph holds from now on."""
    held = world.get(InForce, GRAPH)
    draft = DraftGraph(graph=id, nodes=nodes, ways=ways, previous=held.graph if held is not None else "")
    world.do(draft, world.actor("adm"))
    world.do(PublishGraph(graph=id), world.actor("adm"))


def staffed() -> World:
    """Cat and Tim in t2 are of tier 2."""
    world = company()
    for person, role in (("cat", "agent"), ("tim", "supervisor")):
        change = UpdatePerson(person=person, name=person.title(), role=role, teams=("t2",), tier=2)
        world.do(change, world.actor("adm"))
    return world


def escalated() -> World:
    """A company in which the graph holds."""
    world = staffed()
    publish(world)
    return world


def hand_on(world: World, to: str, who: str, id: str = "", case: str = "c1", **fields: Any) -> None:
    """Somebody hands a case on, as it stands."""
    told = {"answers": (Answer("What was tried?", "A new cable."),), **fields}
    found = world.case(case)
    wish = Escalate(handoff=id or f"{case}-h{found.transfers}", case=case, to=to, transfers=found.transfers, **told)
    world.do(wish, world.actor(who))


def give_back(world: World, who: str, case: str = "c1", **fields: Any) -> None:
    """Somebody returns a case, as it stands."""
    found = world.case(case)
    told = {"reason": "wrong_team", **fields}
    wish = Return(handoff=f"{case}-h{found.transfers}", case=case, transfers=found.transfers, **told)
    world.do(wish, world.actor(who))


LINES = (
    Node(id="first", name="First line", team="t1", owner="ann", start=True),
    Node(id="second", name="Second line", team="t2", owner="tim", questions=("What was tried?",)),
    Node(id="judge", name="Arbiter", sort="arbiter", team="t1", owner="lou"),
)
UP = (Way(start="first", to="second"),)
HANDING_ON: dict[str, dict[str, Any]] = {
    "escalation.draft": {"graph": "graph9", "nodes": LINES, "ways": UP, "previous": "graph1", "note": "Better."},
    "escalation.publish": {"graph": "graph2"},
    "escalation.discard": {"graph": "graph2"},
    "case.escalate": {
        "handoff": "h9",
        "case": "c2",
        "to": "second",
        "transfers": 0,
        "answers": (Answer("What was tried?", "A new cable."),),
    },
    "case.return": {"handoff": "h9", "case": "c12", "transfers": 0, "reason": "wrong_team"},
}
"""A wish for each command, where `drawn` has made what it needs."""


def drawn(world: World) -> None:
    """A graph holds, and its next version is drawn. c12 was handed from Cat to the first line."""
    publish(world, "graph1", LINES, UP)
    world.do(DraftGraph(graph="graph2", nodes=LINES, ways=UP, previous="graph1"), world.actor("adm"))
    scope = world.case("c12").scope
    world.put(Handoff("h1", scope, 0, "c12", "second", "first", "t2", "cat", "cat", world.time, "escalated"))
    world.put(Stand("c12", scope, 0, "c12", "first", "h1"))
