"""Where a case stands: at which node, how it came there, and the one person who answers for it."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from ..cases import Case
from ..kernel import Millis, Question, Record, ShortText, View, eq, record, ref
from ..kernel.values import Stamp
from ..people import Person
from .graph import Graph, Node, in_force, node_for

Why = Literal["wrong_team", "incomplete", "not_needed", "cannot", "customer", "other"]
WHYS: tuple[Why, ...] = get_args(Why)
"""Why a case goes back: it belongs elsewhere, something is missing, it can be done where it was, nobody here can do it,
the customer wants it, or else.
"""
HandoffId = Annotated[str, ref("handoff", creates=True)]


@record("stand", parent=("case", "case"), public=("case", "node", "handoff"))
class Stand(Record, frozen=True):
    """Where a case stands; its id is the case's. `handoff` is the newest one. A case that was never handed on has none:
    it stands where its team takes cases.
    """

    case: str
    node: str
    handoff: str = ""


@record(
    "handoff",
    parent=("case", "case"),
    classes={"answers": "free", "words": "free"},
    public=("case", "start", "to", "team", "by", "owner", "way", "reason", "asked", "state", "taken_by"),
)
class Handoff(Record, frozen=True):
    """A case was handed from a node (and the queue of `team`) to another one. `owner` answered for it until then, and
    with `warm` goes on to until somebody takes it. `way`: escalated, returned for a `reason`, or moved past the graph.
    `state`: sent, taken, or over, once it went on before anybody took it. `answers` are those to `asked`, in order.
    """

    case: str
    start: str
    to: str
    team: str
    by: str
    owner: str
    at: Millis
    way: str
    warm: bool = False
    reason: str = ""
    asked: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    words: ShortText = ""
    state: str = "sent"
    taken_by: str = ""
    taken_at: Millis = 0
    stamp: Stamp = ""


HANDOFFS = Question("handoff.of_case", Handoff, (eq("case", ":case"),), ("at",))


def node_of(view: View, graph: Graph, case: Case) -> Node | None:
    """The node at which a case stands; None while its team is in none."""
    stand = view.get(Stand, case.id)
    return node_for(graph, case, stand.node if stand is not None else "")


def newest(view: View, case: Case) -> Handoff | None:
    """How a case came where it is, if it was handed on."""
    stand = view.get(Stand, case.id)
    return view.get(Handoff, stand.handoff) if stand is not None and stand.handoff else None


def accountable(view: View, case: Case, graph: Graph | None = None) -> str:
    """The one person who answers for a case: who handed it on warm and has it until it is taken; who has it; the owner
    of the node where it stands; the arbiter's. Somebody who has left never does. Nobody where no graph holds.
    """
    graph = graph or in_force(view)
    if graph is None:
        return case.assignee
    last, node, arbiter = newest(view, case), node_of(view, graph, case), graph.arbiter
    gives = last is not None and last.warm and last.state == "sent" and not case.assignee
    first = (last.owner if gives and last is not None else "", case.assignee)
    asked = (*first, *(one.owner for one in (node, arbiter) if one is not None), *(one.owner for one in graph.nodes))
    return next((id for id in asked if id and _is_here(view, id)), "")


def _is_here(view: View, id: str) -> bool:
    found = view.get(Person, id)
    return found is not None and found.active
