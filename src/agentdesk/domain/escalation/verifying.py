"""The verifier: whether every case in a graph comes to an end, has one who answers for it, and finds somebody there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import NamedTuple

from ..cases import Field
from ..cases.walking import every
from ..kernel import Refusal, View, clean, may
from ..kernel.zones import zone_named
from ..people import PEOPLE, TEAMS, Person, Team
from .graph import Graph, Node, Way, after, hours_of
from .hours import WEEK, Stretch, joined, left_open, open_in

HALF_A_YEAR = 26 * WEEK
"""A week now, and one in the other half of the year: zones set their clocks at different times."""


class Finding(NamedTuple):
    """What is unsound: at a node, or on the way from it `to` another one. `why` is the sentence that refuses it; `at`
    the first moment (ms, UTC) at which it shows, if it has to do with hours.
    """

    why: Refusal
    node: str = ""
    to: str = ""
    at: int = 0


def verify(view: View, graph: Graph, now: int) -> list[Finding]:
    """All that is unsound. Where names, teams or zones are wrong already, hours are not looked at."""
    shape = [*_named(graph), *_answered_for(view, graph), *_asked(view, graph), *_drawn(graph)]
    if shape:
        return shape
    return [*_arrives(graph), *_ends(graph), *_people(graph), *_teams(view, graph), *_hours(view, graph, now)]


def refuse_unsound(view: View, graph: Graph, now: int) -> None:
    """Refuses a graph by the first thing that is unsound."""
    for found in verify(view, graph, now)[:1]:
        raise found.why


def _named(graph: Graph) -> Iterator[Finding]:
    if not graph.nodes:
        yield Finding(Refusal("There is nothing in this graph: add a node, and say who takes cases there.", "empty"))
    ids, names = (Counter(getattr(one, name) for one in graph.nodes) for name in ("id", "name"))
    for one in graph.nodes:
        if not clean(one.name):
            yield Finding(Refusal("Each node needs a name.", "name"), one.id)
        elif ids[one.id] > 1 or names[one.name] > 1:
            yield Finding(Refusal("{name} stands there twice. Give one of them another name.", "twice", name=one.name),
                          one.id)  # fmt: skip
    arbiters = [one for one in graph.nodes if one.sort == "arbiter"]
    if graph.nodes and not arbiters:
        sentence = "There is no arbiter: a case that was handed on twice has nobody who decides where it stays."
        yield Finding(Refusal(sentence, "arbiter"))
    for one in arbiters[1:]:
        yield Finding(Refusal("{name} is a second arbiter: one alone decides.", "arbiter", name=one.name), one.id)


def _answered_for(view: View, graph: Graph) -> Iterator[Finding]:
    """Each node has one accountable owner who is there for it, and somebody who may take what comes."""
    people = list(every(view, PEOPLE()))
    for node in graph.nodes:
        team, owner = view.get(Team, node.team), view.get(Person, node.owner)
        if team is None or team.retired:
            yield Finding(Refusal("{name} needs a team that takes cases.", "team", name=node.name), node.id)
            continue
        if owner is None or not _works(owner, team):
            sentence = "{name} needs an owner in {team}: one person who answers for what nobody has taken yet."
            yield Finding(Refusal(sentence, "owner", name=node.name, team=team.name), node.id)
        if node.tier and not any(_works(one, team) and one.tier >= node.tier for one in people):
            sentence = "{name} wants tier {tier}, and nobody in {team} has it: its cases would never be taken."
            yield Finding(Refusal(sentence, "tier", name=node.name, tier=node.tier, team=team.name), node.id)
        try:
            zone_named(hours_of(node, team)[1])
        except Refusal as refusal:
            yield Finding(refusal, node.id)
        if any(opens >= shuts for _, opens, shuts in node.hours):
            yield Finding(Refusal("In {name} a window ends before it begins.", "window", name=node.name), node.id)


def _works(person: Person, team: Team) -> bool:
    return person.active and team.id in person.teams and may(person.role, "case.reply")


def _asked(view: View, graph: Graph) -> Iterator[Finding]:
    """What is to be filled in can be filled in."""
    for node in graph.nodes:
        found = [view.get(Field, id) for id in node.fields]
        if any(one is None or one.retired for one in found):
            sentence = "{name} asks for a field that is no longer there. Take it out, or choose another one."
            yield Finding(Refusal(sentence, "field", name=node.name), node.id)
        questions = [clean(one) for one in node.questions]
        if not all(questions) or len(set(questions)) < len(questions):
            yield Finding(Refusal("{name} asks the same twice, or nothing.", "question", name=node.name), node.id)


def _drawn(graph: Graph) -> Iterator[Finding]:
    seen: set[tuple[str, str]] = set()
    for way in graph.ways:
        start, to = graph.node(way.start), graph.node(way.to)
        if start is None or to is None:
            known = start or to
            named = known.name if known is not None else way.start
            yield _on(way, Refusal("A way at {name} has no other end. Remove it.", "way", name=named))
        elif start is to:
            yield _on(way, Refusal("A way leads from {name} to itself. Remove it.", "loop", name=start.name))
        elif (way.start, way.to) in seen:
            sentence = "The way from {name} to {to} is there twice. Remove one."
            yield _on(way, Refusal(sentence, "twice", name=start.name, to=to.name))
        seen.add((way.start, way.to))


def _on(way: Way, why: Refusal) -> Finding:
    return Finding(why, way.start, way.to)


def _arrives(graph: Graph) -> Iterator[Finding]:
    """Every node is reached from where cases come in. The arbiter is reached from everywhere."""
    starts = [one for one in graph.nodes if one.start]
    if not starts:
        yield Finding(Refusal("No case ever comes in: say at one node that cases begin there.", "start"))
        return
    reached = _reached(starts, partial(after, graph))
    for node in graph.nodes:
        if node.id not in reached and node.sort != "arbiter":
            sentence = "No case ever comes to {name}: draw a way to it, or remove it."
            yield Finding(Refusal(sentence, "unreached", name=node.name), node.id)


def _ends(graph: Graph) -> Iterator[Finding]:
    """From every node some case ends: no dead end, and no ring out of which nothing leads."""

    def before(node: Node) -> Iterable[Node]:
        return (one for one in graph.nodes if graph.way(one.id, node.id) is not None)

    ending = _reached([one for one in graph.nodes if one.ends], before)
    for node in graph.nodes:
        onward = after(graph, node)
        if node.id in ending:
            continue
        if not onward:
            sentence = "{name} is a dead end: no case is solved there, and no way leads on. Draw one, or let cases end."
            yield Finding(Refusal(sentence, "dead_end", name=node.name), node.id)
            continue
        names = ", ".join(one.name for one in onward)
        sentence = "From {name} no case ever ends: its ways lead to {to}, and from there nowhere to an end."
        yield Finding(Refusal(sentence, "sink", name=node.name, to=names), node.id, onward[0].id)


def _people(graph: Graph) -> Iterator[Finding]:
    """Whoever asks a bot for a person gets one with the next step; and a bot does not decide what goes round."""
    for node in graph.nodes:
        if node.sort == "bot" and all(one.sort == "bot" for one in after(graph, node)):
            sentence = "{name} is a bot, and no way leads from it to a person. Draw one."
            yield Finding(Refusal(sentence, "person", name=node.name), node.id)
        if node.sort == "arbiter" and not node.ends:
            sentence = "{name} decides where a case stays: let cases end there too."
            yield Finding(Refusal(sentence, "arbiter", name=node.name), node.id)


def _teams(view: View, graph: Graph) -> Iterator[Finding]:
    """No team's cases are without somebody who answers for them."""
    there = {one.team for one in graph.nodes}
    for team in every(view, TEAMS()):
        if team.id not in there:
            sentence = "{team} stands nowhere in the graph: nobody would answer for its cases. Add a node for it."
            yield Finding(Refusal(sentence, "uncovered", team=team.name))


def _hours(view: View, graph: Graph, now: int) -> Iterator[Finding]:
    """Whoever has to hand cases on finds somebody there, or a queue in which they may wait."""
    opens = {one.id: [_open(view, one, start) for start in (now, now + HALF_A_YEAR)] for one in graph.nodes}
    for way in graph.ways:
        node, to = graph.node(way.start), graph.node(way.to)
        if node is None or to is None or way.waits:
            continue
        if not any(map(_meet, opens[node.id], opens[to.id])):
            sentence = "{name} and {to} never work at the same time, and no case may wait on the way there."
            yield _on(way, Refusal(sentence, "apart", name=node.name, to=to.name))
    for node in graph.nodes:
        ways = [way for way in graph.ways if way.start == node.id]
        if node.ends or not ways or any(way.waits for way in ways):
            continue
        weeks = zip(opens[node.id], *(opens[way.to] for way in ways), strict=True)
        alone = [part for mine, *theirs in weeks for part in left_open(mine, joined(chain(*theirs)))]
        if alone:
            sentence = (
                "At some hours {name} has cases to hand on, and nobody works where its ways lead. Widen the hours "
                "there, or let cases wait on one of the ways."
            )
            yield Finding(Refusal(sentence, "hours", name=node.name), node.id, at=alone[0][0])


def _open(view: View, node: Node, start: int) -> list[Stretch]:
    windows, zone = hours_of(node, view.get(Team, node.team))
    return open_in(windows, zone, start, start + WEEK)


def _meet(one: Sequence[Stretch], other: Sequence[Stretch]) -> bool:
    return any(a < d and c < b for a, b in one for c, d in other)


def _reached(first: Iterable[Node], step: Callable[[Node], Iterable[Node]]) -> Collection[str]:
    """The ids of all nodes to which one comes from these, with them."""
    seen: dict[str, Node] = {one.id: one for one in first}
    waiting = list(seen.values())
    while waiting:
        for one in step(waiting.pop()):
            if one.id not in seen:
                seen[one.id] = one
                waiting.append(one)
    return seen.keys()
