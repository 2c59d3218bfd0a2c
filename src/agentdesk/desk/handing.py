"""Words about handing cases on: what nodes are, when somebody is there, how much waits, why cases go back."""

from __future__ import annotations

from agentdesk.desk.desk import Desk
from agentdesk.desk.due import clock_name
from agentdesk.desk.names import person_name
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.times import day_and_clock
from agentdesk.domain.cases import NEVER, Case
from agentdesk.domain.escalation import Handoff, Node, accountable, hours_of, in_force, is_open, node_of, turns_at
from agentdesk.domain.kernel import Refusal
from agentdesk.domain.people import PEOPLE, Availability, Team
from agentdesk.domain.routing import WAITING

ICON, BACK = "ph.arrow-fat-line-up", "ph.arrow-bend-down-left"
SORT_WORDS = {
    "bot": mark("Bot"),
    "tier": mark("Line"),
    "specialist": mark("Specialists"),
    "vendor": mark("Vendor"),
    "back_office": mark("Back office"),
    "arbiter": mark("Arbiter"),
}
WHY_WORDS = {
    "wrong_team": mark("It belongs to another team"),
    "incomplete": mark("Something is missing"),
    "not_needed": mark("It can be done where it was"),
    "cannot": mark("Nobody here can do it"),
    "customer": mark("The customer wants it"),
    "other": mark("Something else"),
}
MOST = 2_000


def told(refusal: Refusal) -> str:
    """A refusal's sentence in the reader's language."""
    return tr(refusal.sentence, **refusal.data)


def hours_words(desk: Desk, node: Node) -> str:
    """Whether somebody is there now, and until or from when."""
    windows, zone = hours_of(node, desk.view.get(Team, node.team))
    if not windows:
        return tr("always there")
    now = desk.now()
    try:
        turn = turns_at(windows, zone, now)
        here = is_open(windows, zone, now)
    except Refusal as refusal:
        return told(refusal)
    time = day_and_clock(turn, now) if turn else "–"
    return tr("there until {time}", time=time) if here else tr("closed until {time}", time=time)


def load_words(desk: Desk, node: Node) -> str:
    """How many are there, and how many cases wait, where this laptop knows."""
    view = desk.view
    people = [one for one in view.page(PEOPLE(), limit=MOST) if node.team in one.teams and one.tier >= node.tier]
    said = (view.get(Availability, one.id) for one in people)
    there = sum(1 for one in said if one is not None and one.state == "online")
    if node.team not in desk.me.teams:
        return tr("{n} of {most} available", n=there, most=len(people))
    waiting = view.count(WAITING(team=node.team))
    return tr("{n} of {most} available, {waiting} waiting", n=there, most=len(people), waiting=waiting)


def facts_words(desk: Desk, node: Node) -> str:
    """What a node is, in one line."""
    sort, tier = tr(SORT_WORDS[node.sort]), node.tier
    kind = tr("{sort}, tier {n}", sort=sort, n=tier) if tier else sort
    hours, load = hours_words(desk, node), load_words(desk, node)
    return tr("{kind} · {hours} · {load}", kind=kind, hours=hours, load=load)


def place_words(desk: Desk, case: Case) -> str:
    """Where a case stands, and who answers for it."""
    graph = in_force(desk.view)
    here = node_of(desk.view, graph, case) if graph is not None else None
    owner = person_name(desk.view, accountable(desk.view, case)) or tr("nobody")
    if here is None:
        return tr("Answers for it: {name}", name=owner)
    return tr("At {node}. Answers for it: {name}", node=here.name, name=owner)


def clocks_words(old: Case, new: Case, now: int) -> str:
    """What handing on does to the clocks, in one sentence."""
    if not 0 < new.due < NEVER:
        return tr("It keeps its age. No clock runs for it there.")
    time, clock = day_and_clock(new.due, now), clock_name(new.due_what)
    if (old.due, old.due_what) == (new.due, new.due_what):
        return tr("It keeps its age, and its clocks go on: {clock} is due {time}, as before.", clock=clock, time=time)
    return tr("It keeps its age, and what was counted stays. Due next there: {clock}, {time}.", clock=clock, time=time)


def handoff_words(desk: Desk, handoff: Handoff) -> str:
    """One step of a case, in one line."""
    view, graph = desk.view, in_force(desk.view)
    node = graph.node(handoff.to) if graph is not None else None
    where = node.name if node is not None else tr("another team")
    time, name = day_and_clock(handoff.at, desk.now()), person_name(view, handoff.by)
    if handoff.way == "returned":
        why = tr(WHY_WORDS.get(handoff.reason, handoff.reason))
        return tr("{time} · {name} returned it to {node}: {why}", time=time, name=name, node=where, why=why)
    if handoff.warm:
        return tr(
            "{time} · {name} handed it to {node}, and answers until it is taken", time=time, name=name, node=where
        )
    return tr("{time} · {name} handed it to {node}", time=time, name=name, node=where)
