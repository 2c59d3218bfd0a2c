"""Handing a case on, and giving it back: it keeps its age, its clocks, its notes, and somebody who answers for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from ..cases import Case, CaseId, Fill
from ..cases.acting import Laid, all_done
from ..cases.handling import name_of
from ..cases.opening import revived
from ..cases.thread import changed, event, live_case, open_scope
from ..kernel import Actor, Change, Command, Fact, Put, Refusal, ShortText, View, clean, command, may, need
from ..kernel.following import followed
from ..people import Person
from .graph import GRAPH, MOST_ASKED, Graph, Id, InForce, Node
from .standing import Handoff, HandoffId, Stand, Why, accountable, newest, node_of
from .targets import against, locked, refuse_incomplete

LONGEST = 2_000
"""Characters of one answer."""
Said = Annotated[str, Meta(max_length=LONGEST)]


class Answer(msgspec.Struct, frozen=True):
    """What was asked, and what was said to it."""

    to: ShortText
    text: Said


class Value(msgspec.Struct, frozen=True):
    """What a field of the case is filled with on the way."""

    field: Id
    value: ShortText


@command("case.escalate", "case.assign", draft="words")
class Escalate(Command, frozen=True):
    """Hand a case to another node. `transfers` is how often it was handed on, as it stood on the screen: whoever was
    second is told, and nothing of theirs is lost. With `warm` whoever answers for it does so until it is taken.
    """

    handoff: HandoffId
    case: CaseId
    to: Id
    transfers: Annotated[int, Meta(ge=0, le=2**31)]
    answers: Annotated[tuple[Answer, ...], Meta(max_length=MOST_ASKED)] = ()
    fields: Annotated[tuple[Value, ...], Meta(max_length=MOST_ASKED)] = ()
    words: ShortText = ""
    warm: bool = False

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        graph, case = _to_hand_on(view, self.handoff, self.case, self.transfers, who)
        to = graph.node(self.to)
        if to is None:
            raise Refusal("This target is no longer there. Choose among the new ones.", "node")
        why_not = against(view, graph, case, to, who.at or now)
        if why_not is not None:
            raise why_not
        filled = all_done(view, [Fill(case=case.id, field=one.field, value=one.value) for one in self.fields], who, now)
        laid, answers = Laid(view), {one.to: clean(one.text) for one in self.answers}
        laid.lay(filled)
        refuse_incomplete(laid, case, to, answers)
        for change in filled:  # what hangs on a case goes with it
            yield Put(replace(change.record, scope=open_scope(to.team))) if isinstance(change, Put) else change
        asked = tuple(one for one in to.questions if one in answers)
        handoff = _begun(view, graph, case, to, self.handoff, who, now)
        handoff = replace(
            handoff, asked=asked, answers=tuple(answers[one] for one in asked), words=clean(self.words), warm=self.warm
        )
        yield from _handed(view, case, to, handoff, who, now, "")


@command("case.return", "case.assign", draft="words")
class Return(Command, frozen=True):
    """Give a case back to whoever handed it on, with a reason; once it has gone round often enough, to the arbiter."""

    handoff: HandoffId
    case: CaseId
    transfers: Annotated[int, Meta(ge=0, le=2**31)]
    reason: Why
    words: ShortText = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        graph, case = _to_hand_on(view, self.handoff, self.case, self.transfers, who)
        to, person = back_to(view, graph, case)
        words = clean(self.words)
        if self.reason == "other" and not words:
            raise Refusal("Say in a few words why it goes back.", "reason")
        handoff = _begun(view, graph, case, to, self.handoff, who, now)
        handoff = replace(handoff, way="returned", reason=self.reason, words=words)
        yield from _handed(view, case, to, handoff, who, now, person)


def back_to(view: View, graph: Graph, case: Case) -> tuple[Node, str]:
    """To which node a case is returned, and to whom there; nobody stands for its queue. Refused where nobody has handed
    it on.
    """
    last, here = newest(view, case), node_of(view, graph, case)
    if last is None or last.way != "escalated" or here is None or last.to != here.id:
        raise Refusal("Nobody has handed this case on to you, so it cannot be returned. Hand it on instead.", "sender")
    if locked(graph, case, here) and graph.arbiter is not None:
        return graph.arbiter, ""
    to = graph.node(last.start)
    if to is None:
        raise Refusal("Where this case came from is no longer there. Hand it on instead.", "node")
    giver = view.get(Person, last.by)
    fit = giver is not None and giver.active and to.team in giver.teams and may(giver.role, "case.reply")
    return to, last.by if fit else ""


def foreseen(view: View, graph: Graph, case: Case, to: Node, who: Actor, now: int) -> Case:
    """The case as it would be at a node, with all that follows: when it would be due there, for one."""
    handoff = _begun(view, graph, case, to, f"{case.id}:foreseen", who, now)
    changes = followed(view, list(_handed(view, case, to, handoff, who, now, "")), now)
    put = (one.record for one in changes if isinstance(one, Put))
    return next(one for one in put if isinstance(one, Case) and one.id == case.id)


def _to_hand_on(view: View, handoff: str, id: str, transfers: int, who: Actor) -> tuple[Graph, Case]:
    """The graph that holds, and a case as it may be handed on by somebody."""
    case = live_case(view, id)
    held = need(view, InForce, GRAPH, "No graph of escalation holds yet. Your lead can draw and publish one.")
    graph = need(view, Graph, held.graph)
    if view.get(Handoff, handoff) is not None:
        raise Refusal("This was handed on already.", "taken")
    if case.status == "solved":
        raise Refusal("This case is solved. Reopen it to hand it on.", "solved")
    if case.transfers != transfers:
        raise Refusal("Somebody has handed this case on in the meantime. Look where it is now.", "newer")
    if case.assignee not in ("", who.id) and not who.may("case.override"):
        raise Refusal("{name} has this case.", "taken", name=name_of(view, case.assignee))
    return graph, case


def _begun(view: View, graph: Graph, case: Case, to: Node, id: str, who: Actor, now: int) -> Handoff:
    here = node_of(view, graph, case)
    owner = accountable(view, case, graph)
    start = here.id if here is not None else ""
    return Handoff(id, open_scope(to.team), 0, case.id, start, to.id, case.team, who.id, owner, now, "escalated")


def _handed(view: View, case: Case, to: Node, handoff: Handoff, who: Actor, now: int, person: str) -> Iterator[Change]:
    """The case at its new node: no younger, its clocks as they were, and its thread says how it came there."""
    if case.status == "snoozed":
        case, woken = revived(case, who, now)
        yield woken
    last, before = newest(view, case), case.team
    case = changed(
        case,
        team=to.team,
        assignee=person,
        tier=to.tier,
        transfers=case.transfers + 1,
        scope=open_scope(to.team),
    )
    case, happened = event(case, who, now, handoff.way, f"{before}>{to.team} {handoff.start}>{to.id}")
    yield happened
    if person:
        case, happened = event(case, who, now, "assigned", person)
        yield happened
        handoff = replace(handoff, state="taken", taken_by=person, taken_at=now)
    if last is not None and last.state == "sent":
        yield Put(replace(last, rev=0, scope=case.scope, state="over"))
    yield Put(handoff)
    yield Put(Stand(case.id, case.scope, 0, case.id, to.id, handoff.id))
    yield Put(case)
    yield Fact(f"case.{handoff.way}", "case", case.id, case.transfers)
