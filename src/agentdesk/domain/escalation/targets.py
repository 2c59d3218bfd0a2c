"""Where a case may go from where it is, and why not elsewhere; and what has to be told to go with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ..cases import Case, Field
from ..cases.fields import value_of
from ..kernel import Refusal, View, clean
from ..people import Team
from .graph import FREE_TRANSFERS, Graph, Node, hours_of
from .hours import is_open
from .standing import node_of


class Target(NamedTuple):
    """A node, and the sentence why a case may not go there now; None if it may."""

    node: Node
    why_not: Refusal | None


def targets(view: View, graph: Graph, case: Case, at: int) -> list[Target]:
    """All nodes to which the case might go: those the ways lead to first, then the arbiter, then what else there is."""
    here = node_of(view, graph, case)

    def order(node: Node) -> tuple[bool, bool]:
        return here is None or graph.way(here.id, node.id) is None, node.sort != "arbiter"

    others = [one for one in graph.nodes if one is not here]
    return [Target(one, against(view, graph, case, one, at)) for one in sorted(others, key=order)]


def locked(graph: Graph, case: Case, here: Node | None) -> bool:
    """Whether only the arbiter may say where a case goes now."""
    return case.transfers >= FREE_TRANSFERS and (here is None or here is not graph.arbiter)


def against(view: View, graph: Graph, case: Case, to: Node, at: int) -> Refusal | None:
    """Why a case may not be handed to a node at a moment (ms, UTC); None if it may."""
    here, arbiter, team = node_of(view, graph, case), graph.arbiter, view.get(Team, to.team)
    if here is not None and here.id == to.id:
        return Refusal("This case is at {name} already.", "there", name=to.name)
    if team is None or team.retired:
        return Refusal("{name} has no team that takes cases any more.", "retired", name=to.name)
    if arbiter is not None and to.id == arbiter.id:
        return None  # from anywhere, at any hour: it is where things end
    if locked(graph, case, here):
        sentence = "Handed on {n} times already: only {name} says where this case stays."
        return Refusal(sentence, "arbiter", n=case.transfers, name=arbiter.name if arbiter is not None else "")
    way = graph.way(here.id, to.id) if here is not None else None
    free = here is not None and arbiter is not None and here.id == arbiter.id
    if way is None and not free and not (here is None and to.start):
        return _no_way(here, to)
    if not (way is not None and way.waits) and not is_open(*hours_of(to, team), at):
        return Refusal("Nobody works at {name} at this hour, and no case waits there.", "closed", name=to.name)
    return None


def _no_way(here: Node | None, to: Node) -> Refusal:
    if here is None:
        return Refusal("No case begins at {name}.", "way", name=to.name)
    return Refusal("No way leads from {name} to {to}.", "way", name=here.name, to=to.name)


def missing(view: View, case: Case, to: Node, answers: Mapping[str, str]) -> list[str]:
    """What a node asks for that is not there yet: names of fields, then questions."""
    fields = [view.get(Field, id) for id in to.fields]
    empty = [one.title for one in fields if one is not None and not one.retired and not value_of(view, case, one)[0]]
    return [*empty, *(one for one in to.questions if not clean(answers.get(one, "")))]


def refuse_incomplete(view: View, case: Case, to: Node, answers: Mapping[str, str]) -> None:
    """Refuses to hand on what lacks something, and names what."""
    lacks = missing(view, case, to, answers)
    if lacks:
        raise Refusal(
            "Not sent. {name} still needs to know: {what}.",
            "incomplete",
            name=to.name,
            what=", ".join(f"“{one}”" for one in lacks),
        )
