"""How a graph comes into force: drafts as unsound as they come, and sound versions one after another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import msgspec

from ..governed import refuse_newer, succeeding
from ..kernel import Actor, Change, Command, Put, Refusal, Remove, ShortText, View, clean, command, need, ref
from .graph import DRAFTS, GRAPH, Graph, InForce, Node, Nodes, OrNone, Ways
from .verifying import refuse_unsound

GONE = "This draft is no longer there."


@command("escalation.draft", "routing.manage", "system")
class DraftGraph(Command, frozen=True):
    """Write down a graph that does not hold yet, made from the version `previous`, in place of the draft `instead`. It
    may be unsound: what is half drawn is not lost.
    """

    graph: Annotated[str, ref("graph", creates=True)]
    nodes: Nodes
    ways: Ways
    previous: OrNone = ""
    instead: OrNone = ""
    note: ShortText = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if view.get(Graph, self.graph) is not None:
            raise Refusal("This draft is there already.", "taken")
        old = view.get(Graph, self.instead) if self.instead else None
        if old is not None and old.state == "draft":
            yield Remove(Graph, old.id)
        nodes = tuple(map(_cleaned, self.nodes))
        yield Put(
            Graph(
                self.graph, DRAFTS, 0, 0, "draft", now, who.id, clean(self.previous), clean(self.note), nodes, self.ways
            )
        )  # fmt: skip


@command("escalation.publish", "routing.manage", "system", fresh=True)
class PublishGraph(Command, frozen=True):
    """From now on a draft holds, if the verifier finds nothing. Cases stay where they are."""

    graph: Annotated[str, ref("graph")]

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        draft = need(view, Graph, self.graph, GONE)
        if draft.state == "published":
            return
        held = view.get(InForce, GRAPH)
        refuse_newer(
            draft.previous,
            held.graph if held is not None else "",
            "Somebody has published another graph since you began. Open it, and make your changes there.",
        )
        refuse_unsound(view, draft, now)
        number, since = succeeding(held.number, held.since, now) if held is not None else (1, now)
        yield Put(
            msgspec.structs.replace(draft, rev=0, scope="org", state="published", number=number, since=since, by=who.id)
        )
        yield Put(InForce(GRAPH, "org", 0, draft.id, number, since))


@command("escalation.discard", "routing.manage")
class DiscardGraph(Command, frozen=True):
    """Throw a draft away."""

    graph: Annotated[str, ref("graph")]

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        found = need(view, Graph, self.graph, GONE)
        if found.state == "published":
            raise Refusal("Graphs that held once are kept, so that every step of a case can be explained.", "published")
        yield Remove(Graph, found.id)


def _cleaned(node: Node) -> Node:
    questions = tuple(filter(None, (" ".join(clean(one).split()) for one in node.questions)))
    name, zone = " ".join(clean(node.name).split()), clean(node.zone)
    fields = tuple(dict.fromkeys(node.fields))
    return msgspec.structs.replace(node, name=name, zone=zone, fields=fields, questions=questions)
