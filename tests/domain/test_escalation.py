"""Handing on: the verifier names what is unsound, a case keeps its age and an owner, and nobody plays ping-pong."""

from __future__ import annotations

import msgspec
import pytest
from tests.domain.escalated import (
    BOT,
    FIRST,
    JUDGE,
    NODES,
    SECOND,
    WAYS,
    escalated,
    give_back,
    hand_on,
    publish,
    staffed,
)
from tests.domain.timed import policy
from tests.domain.timed import publish as clocked
from tests.domain.world import MINUTE, NOW, World

from agentdesk.domain.cases import Assign, Case, Claim, DefineField, Merge, Note, Reply, RetireField, Snooze, Solve
from agentdesk.domain.clocks import Target
from agentdesk.domain.escalation import (
    HANDOFFS,
    Answer,
    DiscardGraph,
    DraftGraph,
    Escalate,
    Graph,
    Handoff,
    Node,
    PublishGraph,
    Value,
    Way,
    accountable,
    in_force,
    newest,
    node_of,
    targets,
    verify,
)
from agentdesk.domain.kernel import Refusal
from agentdesk.domain.people import Opening, Person, UpdateTeam

replace = msgspec.structs.replace
TRIED = ("A new cable.",)
DAYS = tuple((day, 9 * 60, 17 * 60) for day in range(5))
NIGHTS: tuple[Opening, ...] = tuple((day, 20 * 60, 24 * 60) for day in range(7))


def graph(nodes: tuple[Node, ...] = NODES, ways: tuple[Way, ...] = WAYS) -> Graph:
    return Graph("g", "routing", 0, 0, "draft", 0, "adm", "", "", nodes, ways)


def told(world: World, found: Graph) -> list[str]:
    return [str(one.why) for one in verify(world, found, NOW)]


UNSOUND = {
    "nothing": ((), (), "There is nothing in this graph: add a node, and say who takes cases there."),
    "no arbiter": (
        (FIRST, SECOND), WAYS[1:],
        "There is no arbiter: a case that was handed on twice has nobody who decides where it stays.",
    ),
    "two arbiters": (
        (*NODES, replace(JUDGE, id="j2", name="Other")), WAYS, "Other is a second arbiter: one alone decides."
    ),
    "same name": (
        (*NODES, replace(FIRST, id="x")), WAYS, "First line stands there twice. Give one of them another name."
    ),
    "no team": ((*NODES, replace(FIRST, id="x", name="X", team="t7")), WAYS, "X needs a team that takes cases."),
    "no owner": (
        (BOT, replace(FIRST, owner="cat"), SECOND, JUDGE), WAYS,
        "First line needs an owner in Team t1: one person who answers for what nobody has taken yet.",
    ),
    "auditor": (
        (BOT, replace(FIRST, owner="eva"), SECOND, JUDGE), WAYS,
        "First line needs an owner in Team t1: one person who answers for what nobody has taken yet.",
    ),
    "too high": (
        (BOT, FIRST, replace(SECOND, tier=3), JUDGE), WAYS,
        "Second line wants tier 3, and nobody in Team t2 has it: its cases would never be taken.",
    ),
    "to itself": (NODES, (*WAYS, Way(start="bot", to="bot")), "A way leads from Bot to itself. Remove it."),
    "to nowhere": (NODES, (*WAYS, Way(start="bot", to="x")), "A way at Bot has no other end. Remove it."),
    "twice": (NODES, (*WAYS, WAYS[0]), "The way from Bot to First line is there twice. Remove one."),
    "no start": (
        tuple(replace(one, start=False) for one in NODES), WAYS,
        "No case ever comes in: say at one node that cases begin there.",
    ),
    "unreached": (NODES, WAYS[:1], "No case ever comes to Second line: draw a way to it, or remove it."),
    "dead end": (
        (BOT, FIRST, replace(SECOND, ends=False), JUDGE), WAYS[:2],
        "Second line is a dead end: no case is solved there, and no way leads on. Draw one, or let cases end.",
    ),
    "sink": (
        (BOT, replace(FIRST, ends=False), replace(SECOND, ends=False), JUDGE), WAYS,
        "From Bot no case ever ends: its ways lead to First line, and from there nowhere to an end.",
    ),
    "bot alone": (
        (replace(BOT, ends=True), FIRST, SECOND, JUDGE), WAYS[1:],
        "Bot is a bot, and no way leads from it to a person. Draw one.",
    ),
    "uncovered": (
        (BOT, FIRST, replace(JUDGE, team="t1", owner="lou", tier=0)), WAYS[:1],
        "Team t2 stands nowhere in the graph: nobody would answer for its cases. Add a node for it.",
    ),
    "hours": (
        (BOT, replace(FIRST, hours=DAYS), SECOND, JUDGE), WAYS,
        "At some hours Bot has cases to hand on, and nobody works where its ways lead. Widen the hours there, or let "
        "cases wait on one of the ways.",
    ),
    "apart": (
        (BOT, replace(FIRST, hours=DAYS), replace(SECOND, hours=NIGHTS), JUDGE),
        (replace(WAYS[0], waits=True), *WAYS[1:]),
        "First line and Second line never work at the same time, and no case may wait on the way there.",
    ),
    "zone": (
        (BOT, replace(FIRST, hours=DAYS, zone="Mars/Base"), SECOND, JUDGE), WAYS,
        "Mars/Base is no time zone. Write it like Europe/Berlin, or UTC.",
    ),
    "field": (
        (BOT, FIRST, replace(SECOND, fields=("f9",)), JUDGE), WAYS,
        "Second line asks for a field that is no longer there. Take it out, or choose another one.",
    ),
    "question": (
        (BOT, FIRST, replace(SECOND, questions=("So?", "So?")), JUDGE), WAYS,
        "Second line asks the same twice, or nothing.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", UNSOUND)
def test_the_verifier_names_what_is_unsound_and_it_is_not_published(what: str) -> None:
    nodes, ways, sentence = UNSOUND[what]
    world = staffed()
    assert sentence in told(world, graph(nodes, ways))
    world.do(DraftGraph(graph="g", nodes=nodes, ways=ways), world.actor("adm"))
    kept = world.get(Graph, "g")
    assert kept is not None
    first = told(world, kept)
    if what != "question":  # what was asked twice is asked once when it is kept
        with pytest.raises(Refusal) as caught:
            world.do(PublishGraph(graph="g"), world.actor("adm"))
        assert str(caught.value) == first[0]
        assert in_force(world) is None


def test_a_sound_one_holds_and_a_newer_one_is_not_overwritten() -> None:
    world = staffed()
    assert told(world, graph()) == []
    publish(world)
    assert (
        told(world, graph((BOT, replace(FIRST, hours=DAYS), SECOND, JUDGE), (replace(WAYS[0], waits=True), *WAYS[1:])))
        == []
    )
    world.do(DraftGraph(graph="late", nodes=NODES, ways=WAYS), world.actor("adm"))
    with pytest.raises(Refusal, match="Somebody has published another graph"):
        world.do(PublishGraph(graph="late"), world.actor("adm"))
    with pytest.raises(Refusal, match="kept, so that every step"):
        world.do(DiscardGraph(graph="g1"), world.actor("adm"))
    world.do(DiscardGraph(graph="late"), world.actor("adm"))
    assert world.get(Graph, "late") is None
    publish(world, "g2")
    found = in_force(world)
    assert found is not None
    assert (found.id, found.number, found.scope) == ("g2", 2, "org")


def test_a_case_handed_on_keeps_its_age_its_clocks_its_notes_and_an_owner() -> None:
    world = staffed()
    clocked(world, policy(calendar="always", targets=(Target(metric="first", minutes=(240, 120, 30, 15)),)))
    publish(world)
    old = world.open("c1")
    world.do(Claim(case="c1"), world.actor("ann"))
    world.do(Note(case="c1", message="n1", text="A new cable did not help."), world.actor("ann"))
    due, rank = world.case().due, world.case().rank
    hand_on(world, "second", "ann", warm=True)
    case = world.case()
    assert (case.team, case.assignee, case.tier, case.transfers, case.scope) == ("t2", "", 2, 1, "team:t2:open")
    assert (case.opened_at, case.due, case.rank, case.waiting_since) == (old.opened_at, due, rank, old.waiting_since)
    assert [one.text for one in world.messages() if one.kind == "note"] == ["A new cable did not help."]
    assert accountable(world, case) == "ann", "until somebody takes it"
    (handoff,) = world.page(HANDOFFS(case="c1"))
    assert (handoff.owner, handoff.answers, handoff.state, handoff.scope) == (
        "ann",
        ("A new cable.",),
        "sent",
        case.scope,
    )
    world.do(Claim(case="c1"), world.actor("cat"))
    assert accountable(world, world.case()) == "cat"
    taken = newest(world, world.case())
    assert taken is not None
    assert (taken.state, taken.taken_by) == ("taken", "cat")
    give_back(world, "cat", words="It was the cable after all.")
    case = world.case()
    assert (case.team, case.assignee, case.tier, case.transfers, case.due) == ("t1", "ann", 0, 2, due)
    assert [one.way for one in world.page(HANDOFFS(case="c1"))] == ["escalated", "returned"]
    events = [(one.event, one.detail) for one in world.messages() if one.kind == "event"]
    assert ("escalated", "t1>t2 first>second") in events
    assert ("returned", "t2>t1 second>first") in events


def test_whoever_answers_has_taken_it_at_that_moment() -> None:
    world = escalated()
    world.open("c1")
    hand_on(world, "second", "ann")
    world.do(Reply(case="c1", message="r1", text="Try this.", seen=9), world.actor("cat"))
    taken = newest(world, world.case())
    assert taken is not None
    assert (taken.state, taken.taken_by, taken.taken_at) == ("taken", "cat", world.time)


def test_cold_the_owner_of_the_node_answers_for_it_at_once() -> None:
    world = escalated()
    world.open("c1")
    assert accountable(world, world.case()) == "sue"
    hand_on(world, "second", "ann")
    assert accountable(world, world.case()) == "cat"
    world.put(replace(world.get(Person, "cat"), active=False))
    assert accountable(world, world.case()) == "tim", "somebody who has left answers for nothing"


def test_what_is_asked_for_must_be_there_and_the_refusal_names_it() -> None:
    world = staffed()
    world.do(DefineField(field="f1", title="Serial number"), world.actor("lou"))
    asks = replace(SECOND, fields=("f1",), questions=("What was tried?", "What does she want?"))
    publish(world, nodes=(BOT, FIRST, asks, JUDGE))
    world.open("c1")
    wish = Escalate(handoff="h", case="c1", to="second", transfers=0)
    with pytest.raises(Refusal) as caught:
        world.do(wish, world.actor("ann"))
    assert str(caught.value) == (
        "Not sent. Second line still needs to know: “Serial number”, “What was tried?”, “What does she want?”."
    )
    hand_on(
        world, "second", "ann", fields=(Value("f1", "A-7"),),
        answers=tuple(Answer(one, "So.") for one in asks.questions),
    )  # fmt: skip
    assert world.case().team == "t2"
    world.do(RetireField(field="f1"), world.actor("lou"))
    world.open("c2")
    hand_on(
        world, "second", "ann", case="c2",
        answers=tuple(Answer(one, "So.") for one in asks.questions),
    )  # fmt: skip


def test_the_third_time_only_the_arbiter_gets_it_and_says_where_it_stays() -> None:
    world = escalated()
    world.open("c1")
    hand_on(world, "second", "ann")
    hand_on(world, "first", "cat")
    found = in_force(world)
    assert found is not None
    allowed = {one.node.id for one in targets(world, found, world.case(), world.time) if one.why_not is None}
    assert allowed == {"judge"}
    for wish in (Escalate(handoff="h9", case="c1", to="second", transfers=2), Assign(case="c1", team="t2")):
        with pytest.raises(Refusal, match="only Arbiter says where this case stays"):
            world.do(wish, world.actor("ann"))
    hand_on(world, "judge", "ann")
    hand_on(world, "first", "tim")
    case = world.case()
    assert (case.team, case.transfers) == ("t1", 4)
    give_back(world, "ann")
    node = node_of(world, found, world.case())
    assert node is not None
    assert node.id == "judge", "what comes back after that is the arbiter's again"


def test_past_the_graph_counts_too_and_a_table_does_not() -> None:
    world = escalated()
    world.open("c1")
    world.do(Assign(case="c1", team="t2"), world.actor("ann"))
    case = world.case()
    assert (case.transfers, case.tier) == (1, 2)
    (moved,) = world.page(HANDOFFS(case="c1"))
    assert (moved.way, moved.start, moved.to, moved.by, moved.owner) == ("moved", "first", "second", "ann", "sue")
    world.do(Assign(case="c1", team="t1", assignee="bob"), world.actor("cat"))
    assert accountable(world, world.case()) == "bob"


def test_who_was_second_is_told_and_what_is_merged_keeps_its_chain() -> None:
    world = escalated()
    world.open("c1")
    world.open("c2", team="t2")
    hand_on(world, "second", "ann")
    with pytest.raises(Refusal, match="in the meantime"):
        world.do(Escalate(handoff="h9", case="c1", to="judge", transfers=0), world.actor("cat"))
    world.do(Merge(case="c1", into="c2"), world.actor("cat"))
    merged = world.get(Case, "c2")
    assert merged is not None
    assert merged.transfers == 1
    assert [one.state for one in world.page(HANDOFFS(case="c2"))] == ["over"]
    assert not world.page(HANDOFFS(case="c1"))


def test_what_cannot_be_handed_on_says_why() -> None:
    world = escalated()
    for case in ("c1", "c2", "c3"):
        world.open(case)
    with pytest.raises(Refusal, match="Nobody has handed this case on to you"):
        give_back(world, "ann")
    with pytest.raises(Refusal, match="No way leads from First line to Bot"):
        hand_on(world, "bot", "ann")
    with pytest.raises(Refusal, match="at First line already"):
        hand_on(world, "first", "ann")
    with pytest.raises(Refusal, match="no longer there"):
        hand_on(world, "gone", "ann")
    world.do(Claim(case="c2"), world.actor("bob"))
    with pytest.raises(Refusal, match="Bob has this case"):
        hand_on(world, "second", "ann", case="c2")
    world.do(Solve(case="c2", seen=9), world.actor("bob"))
    with pytest.raises(Refusal, match="Reopen it to hand it on"):
        hand_on(world, "second", "bob", case="c2")
    world.do(Snooze(case="c3", until=world.time + 600 * MINUTE), world.actor("ann"))
    hand_on(world, "second", "ann", case="c3")
    assert world.case("c3").status == "open"
    with pytest.raises(Refusal, match="Say in a few words"):
        give_back(world, "cat", case="c3", reason="other")
    world.do(UpdateTeam(team="t1", name="One", zone="UTC", hours=((6, 0, 60),)), world.actor("adm"))
    with pytest.raises(Refusal, match="Nobody works at First line at this hour"):
        hand_on(world, "first", "cat", case="c3")
    hand_on(world, "judge", "cat", case="c3")


def test_without_a_graph_all_is_as_before() -> None:
    world = staffed()
    world.open("c1")
    with pytest.raises(Refusal, match="No graph of escalation holds yet"):
        hand_on(world, "second", "ann")
    for team in ("t2", "t1", "t2", "t1"):
        world.do(Assign(case="c1", team=team), world.actor("cat" if team == "t1" else "ann"))
    assert world.case().transfers == 0
    assert not [one for one in world.records.values() if isinstance(one, Handoff)]
