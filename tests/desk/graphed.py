"""A desk at which a graph of escalation holds: billing hands on to orders, which has opening hours."""

from __future__ import annotations

from typing import Any

import msgspec
from tests.desk.fake_desk import FakeDesk

from agentdesk.domain.escalation import DraftGraph, Node, PublishGraph, Way
from agentdesk.domain.kernel import Actor

SYSTEM = Actor("system", "system")
FIRST = Node(id="first", name="First line", team="billing", owner="dario", start=True)
SECOND = Node(id="second", name="Parcel desk", sort="specialist", team="orders", owner="rosa",
              questions=("What was tried?", "What does the customer want?"))  # fmt: skip
NIGHT = Node(id="night", name="Night shift", team="orders", owner="ben",
             hours=tuple((day, 22 * 60, 24 * 60) for day in range(7)))  # fmt: skip
JUDGE = Node(id="judge", name="Arbiter", sort="arbiter", team="orders", owner="ben")
NODES = (FIRST, SECOND, NIGHT, JUDGE)
WAYS = (
    Way(start="first", to="second"), Way(start="first", to="night"), Way(start="second", to="first"),
    Way(start="second", to="night", waits=True),
)  # fmt: skip


def publish(desk: FakeDesk, id: str = "g1", **fields: Any) -> None:
    """This graph holds."""
    told = {"nodes": NODES, "ways": WAYS, **fields}
    desk.act(DraftGraph(graph=id, **told), SYSTEM)
    desk.act(PublishGraph(graph=id), SYSTEM)


def in_both(desk: FakeDesk) -> None:
    """Mina works in both teams, so that she sees where a case has gone."""
    desk._me = msgspec.structs.replace(desk.me, teams=("billing", "orders"))
