"""A part of a conversation becomes a case of its own: no word, file or clock is lost, and a merge undoes it."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domain.timed import bare, clock, replayed, timed
from tests.domain.world import SYSTEM, World, company, file

from agentdesk.domain.cases import (
    ATTACHMENTS,
    CONVERSATIONS,
    FILE_TEXTS,
    Case,
    Claim,
    KeepFileText,
    Mention,
    Merge,
    Note,
    Prioritise,
    Reply,
    Solve,
    Split,
)
from agentdesk.domain.cases.writing import answered_by_itself
from agentdesk.domain.kernel import Refusal


@pytest.fixture
def world() -> World:
    """c1: a word, an answer, a second matter with a note that names ann."""
    made = company()
    made.open("c1", visitor="v1", site="s1")
    made.do(Claim(case="c1"), made.actor("ann"))
    made.do(Reply(case="c1", message="r1", text="On its way.", seen=2), made.actor("ann"))
    made.receive("m2", "And my invoice is wrong.")
    made.do(Note(case="c1", message="n1", text="Ask @[ann].", files=(file("f1"),)), made.actor("bob"))
    return made


def split(world: World, *messages: str, case: str = "c1", into: str = "c2", **fields: str) -> None:
    wish = Split(case=case, into=into, conversation=f"{into}-v", messages=messages, **fields)
    world.do(wish, world.actor("ann"))


def test_words_files_and_mentions_go_together(world: World) -> None:
    before = {one.id: one for one in world.messages("c1")}
    split(world, "m2", "n1")
    old, new = world.case("c1"), world.case("c2")
    assert [one.id for one in world.messages("c2")] == ["m2", "n1", "c2:6"]
    assert [one.id for one in world.messages("c1")] == ["c1-m1", "c1:2", "r1", "c1:6"]
    for one in (*world.messages("c1"), *world.messages("c2")):
        if one.id in before:
            assert (one.seq, one.at, one.text) == (before[one.id].seq, before[one.id].at, before[one.id].text)
    assert (new.number, new.subject, new.customer, new.assignee) == (2, "And my invoice is wrong.", "u1", "ann")
    assert (new.waiting_since, new.in_seq, new.out_seq) == (before["m2"].at, 4, 0)
    assert (old.waiting_since, old.in_seq, old.out_seq, old.preview_from) == (0, 1, 3, "agent")
    assert (old.linked, new.linked) == (("c2",), ("c1",))
    assert [one.id for one in world.page(ATTACHMENTS(case="c2"))] == ["f1"]
    assert {one.case for one in world.records.values() if isinstance(one, Mention)} == {"c2"}


def test_what_went_out_by_itself_has_answered_nothing(world: World) -> None:
    world.apply(list(answered_by_itself(world, world.case(), "auto", "We have it.", SYSTEM, world.time)))
    since = world.case().waiting_since
    split(world, "m2", "auto")
    new = world.case("c2")
    assert (new.waiting_since, new.answered_at, new.preview_from) == (since, 0, "agent")
    assert world.messages("c2")[1].seq == new.out_seq


def test_what_stands_in_a_file_goes_with_the_file(world: World) -> None:
    world.do(KeepFileText(attachment="f1", state="read", text="Invoice 7"), SYSTEM)
    split(world, "m2", "n1")
    assert [one.id for one in world.page(FILE_TEXTS(case="c2"))] == ["f1"]
    assert not world.page(FILE_TEXTS(case="c1"))


def test_the_line_to_a_visitor_goes_with_the_last_word(world: World) -> None:
    split(world, "m2")
    assert [one.id for one in world.page(CONVERSATIONS(case="c2"))] == ["c1-v"]
    with pytest.raises(Refusal, match="no conversation to reply in"):
        world.do(Reply(case="c1", message="r2", text="?", seen=9), world.actor("ann"))
    world.do(Reply(case="c2", message="r3", text="Here is a new one.", seen=9), world.actor("ann"))
    world.do(Merge(case="c2", into="c1"), world.actor("ann"))
    assert [one.id for one in world.page(CONVERSATIONS(case="c1"))] == ["c1-v"]
    assert {one.conversation for one in world.messages("c1") if one.kind != "event"} == {"c1-v", ""}


def test_what_came_first_can_go_and_the_line_stays(world: World) -> None:
    split(world, "c1-m1", "r1")
    assert [one.id for one in world.page(CONVERSATIONS(case="c1"))] == ["c1-v"]
    assert world.case("c2").out_seq == 3
    assert world.case("c1").waiting_since == world.messages("c1")[1].at


def test_by_mail_both_can_be_answered() -> None:
    world = company()
    world.open("c1", channel="email")
    world.receive("m2", "Another thing.")
    split(world, "m2", subject=" Invoice ")
    assert world.case("c2").subject == "Invoice"
    for case in ("c1", "c2"):
        world.do(Reply(case=case, message=f"r-{case}", text="Yes.", seen=9), world.actor("ann"))
        assert world.messages(case)[-1].conversation == f"{case}-v"


@pytest.mark.parametrize(
    ("messages", "sentence"),
    [
        (("m2", "gone"), "Some of these messages are not in this case any more. Choose them anew."),
        (("c1:2",), "Some of these messages are not in this case any more. Choose them anew."),
        (("n1",), "Choose something that the customer wrote: a case begins with it."),
        (("c1-m1", "m2"), "Something that the customer wrote has to stay in this case."),
    ],
)
def test_what_cannot_be_split(world: World, messages: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        split(world, *messages)
    assert str(refused.value) == sentence
    assert world.get(Case, "c2") is None


def test_said_twice_it_is_done_once(world: World) -> None:
    split(world, "m2")
    before = dict(world.records)
    split(world, "m2")
    assert world.records == before
    world.open("c5", customer="u5")
    with pytest.raises(Refusal, match="already"):
        world.do(Split(case="c1", into="c5", conversation="x-v", messages=("c1-m1",)), world.actor("ann"))


def test_a_held_reply_stays_until_it_is_sent(world: World) -> None:
    world.do(Reply(case="c1", message="r2", text="Soon.", seen=9, hold=60), world.actor("ann"))
    with pytest.raises(Refusal, match="still held"):
        split(world, "m2", "r2")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_no_word_and_no_clock_is_lost(seed: int) -> None:
    """After any split both cases' clocks are those of their threads; merged again all words are there once."""
    chance, world = random.Random(seed), timed()
    world.open("c1", channel="email")
    ann = world.actor("ann")
    for number in range(chance.randint(1, 9)):
        world.time += chance.choice((1, 50, 700)) * 60_000
        what, seen = chance.random(), world.case("c1").seq
        if what < 0.6:
            world.receive(f"m{number}")
        elif what < 0.9:
            world.do(Reply(case="c1", message=f"m{number}", text="Yes", seen=seen), ann)
        else:
            world.do(Prioritise(case="c1", priority=chance.randrange(4)), ann)
    words = {one.id: (one.text, one.at) for one in world.messages("c1") if one.kind != "event"}
    some = tuple(id for id in words if chance.random() < 0.5) or ("c1-m1",)
    try:
        split(world, *some)
    except Refusal:
        return
    for case in ("c1", "c2"):
        assert bare(clock(world, case)) == bare(replayed(world, case)), case
        assert clock(world, case).waiting == world.case(case).waiting_since
        assert clock(world, case).priority == world.case(case).priority
    world.do(Solve(case="c2", seen=99), ann)
    world.do(Merge(case="c2", into="c1"), ann)
    assert {one.id: (one.text, one.at) for one in world.messages("c1") if one.kind != "event"} == words
