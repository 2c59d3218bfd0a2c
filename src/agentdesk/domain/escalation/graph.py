"""The graph of escalation: who takes cases, where they may go from there, and who answers for them meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta

from ..cases import Case
from ..kernel import Millis, Name, Question, Record, ShortText, View, eq, record
from ..kernel.values import ID_PATTERN
from ..people import Opening, Team, Tier

Sort = Literal["bot", "tier", "specialist", "vendor", "back_office", "arbiter"]
SORTS: tuple[Sort, ...] = get_args(Sort)
MOST_NODES, MOST_WAYS, MOST_ASKED = 60, 300, 20
GRAPH = "escalation"
"""The id of the record that says which version holds."""
DRAFTS = "routing"
"""Where versions lie that nobody has published: seen by those who say who gets which cases."""
FREE_TRANSFERS = 2
"""So often a case is handed on freely; after that the arbiter says where it stays."""

Id = Annotated[str, Meta(pattern=ID_PATTERN)]
OrNone = Annotated[str, Meta(max_length=120)]


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """A place where cases are: in the queue of `team`, with `owner` answering for each that nobody has taken.

    Whoever takes one has at least `tier`. Cases come in here from outside if it is a `start`, and may be solved here
    if it `ends`. Its `hours` in `zone` (IANA name) are those of the team where there are none; where the team has none
    either it is always there. What is to be filled in before a case is handed over: `fields`, and `questions`.
    """

    id: Id
    name: Name
    sort: Sort = "tier"
    team: Id
    owner: Id
    tier: Tier = 0
    start: bool = False
    ends: bool = True
    hours: Annotated[tuple[Opening, ...], Meta(max_length=100)] = ()
    zone: Name = "UTC"
    fields: Annotated[tuple[Id, ...], Meta(max_length=MOST_ASKED)] = ()
    questions: Annotated[tuple[ShortText, ...], Meta(max_length=MOST_ASKED)] = ()


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """A case may go from one node to another. `waits`: also while nobody works there; it waits until somebody does."""

    start: Id
    to: Id
    waits: bool = False


Nodes = Annotated[tuple[Node, ...], Meta(max_length=MOST_NODES)]
Ways = Annotated[tuple[Way, ...], Meta(max_length=MOST_WAYS)]


@record("graph", public=("state", "by", "previous", "note", "nodes", "ways"))
class Graph(Record, frozen=True):
    """One version of the graph. Drafts have no number; what is published never changes again. `since` is when it was
    written, or took effect.
    """

    number: int
    state: str
    since: Millis
    by: str
    previous: str
    """The version from which it was made."""
    note: ShortText = ""
    nodes: tuple[Node, ...] = ()
    ways: tuple[Way, ...] = ()

    def node(self, id: str) -> Node | None:
        """A node by its id."""
        return next((one for one in self.nodes if one.id == id), None)

    def way(self, start: str, to: str) -> Way | None:
        """The way from one node to another."""
        return next((one for one in self.ways if (one.start, one.to) == (start, to)), None)

    @property
    def arbiter(self) -> Node | None:
        """Who decides where a case stays that has gone round."""
        return next((one for one in self.nodes if one.sort == "arbiter"), None)


@record("graph_in_force", complete=True, public=("graph",))
class InForce(Record, frozen=True):
    """Which version holds. There is one record of this kind."""

    graph: str
    number: int
    since: Millis


GRAPHS = Question("graph.by_state", Graph, (eq("state", ":state"),), ("-since",))


def in_force(view: View) -> Graph | None:
    """The version that holds; None if there is none, or if this place does not hold it yet."""
    held = view.get(InForce, GRAPH)
    return view.get(Graph, held.graph) if held is not None else None


def node_for(graph: Graph, case: Case, kept: str = "") -> Node | None:
    """Where a case stands: at the node `kept` as long as that is in its team, else where people of its team take such
    cases; at a bot only where the team has nothing else.
    """
    found = graph.node(kept)
    if found is not None and found.team == case.team:
        return found
    here = [one for one in graph.nodes if one.team == case.team]
    return min(here, key=lambda one: (one.sort == "bot", one.tier != case.tier, not one.start, one.tier), default=None)


def hours_of(node: Node, team: Team | None) -> tuple[tuple[Opening, ...], str]:
    """(windows, zone) in which somebody is there; no windows for always."""
    if node.hours or team is None:
        return node.hours, node.zone
    return tuple(team.hours), team.zone


def after(graph: Graph, node: Node) -> Sequence[Node]:
    """Where the ways of a node lead, in their order."""
    found = (graph.node(way.to) for way in graph.ways if way.start == node.id)
    return [one for one in found if one is not None]
