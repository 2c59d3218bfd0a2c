"""Governed records: nobody approves their own words, what holds has a date to be looked at, the gate shuts by time."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.world import SYSTEM, World, company

from agentdesk.domain.cases import Solve
from agentdesk.domain.cases.handling import Reopen
from agentdesk.domain.governed import (
    Approve,
    Begin,
    Discard,
    Document,
    Draft,
    Edition,
    Publish,
    Reminder,
    Renew,
    Retire,
    Ring,
    SendBack,
    Submit,
    Take,
    Use,
    UseAnswer,
    Withdraw,
    blocked,
    differences,
    next_review,
    state_of,
)
from agentdesk.domain.governed.registers import DAY
from agentdesk.domain.governed.using import How
from agentdesk.domain.kernel import Denied, Refusal
from agentdesk.domain.knowledge import Article, Rate, article_of, out_of_date


def begun(world: World, text: str = "Ask the bank.", **fields: Any) -> None:
    wish = Begin(document="a", edition="e1", register="article", title=" A  refund ", text=text, **fields)
    world.do(wish, world.actor("ann"))


def published(world: World, **fields: Any) -> Document:
    begun(world, **fields)
    world.do(Submit(edition="e1"), world.actor("ann"))
    world.do(Approve(edition="e1"), world.actor("lou"))
    world.do(Publish(edition="e1"), world.actor("lou"))
    return document(world)


def document(world: World, id: str = "a") -> Document:
    found = world.get(Document, id)
    assert found is not None
    return found


def next_version(world: World, id: str = "e2", **other: Any) -> Draft:
    held = document(world)
    told = {"previous": held.holds, "instead": held.working, "text": "Ask twice.", **other}
    return Draft(document="a", edition=id, title="A refund", details="{}", **told)


def test_from_a_draft_to_what_holds_and_back_to_nothing() -> None:
    world = company()
    begun(world, details='{"audience": "both", "tags": ["card", "card", " "], "later": 1}')
    ann, lou = world.actor("ann"), world.actor("lou")
    assert (document(world).title, document(world).state, document(world).work) == ("A refund", "draft", "draft")
    assert article_of(document(world)) == Article(audience="both", tags=("card",))
    assert state_of(document(world), world.time) == "draft"
    with pytest.raises(Refusal, match="handed in"):
        world.do(Approve(edition="e1"), lou)
    world.do(Submit(edition="e1", reviewer="lou"), ann)
    assert world.get(Reminder, "e1:asked@lou") is not None
    with pytest.raises(Denied):
        world.do(Approve(edition="e1"), ann)
    world.do(SendBack(edition="e1", answer="Say which bank."), lou)
    assert world.get(Reminder, "e1:returned@ann") is not None
    world.do(next_version(world, "e1b"), ann)
    assert world.get(Edition, "e1") is None
    world.do(Submit(edition="e1b"), ann)
    world.do(Approve(edition="e1b"), lou)
    world.do(Publish(edition="e1b"), lou)
    held = document(world)
    assert (held.state, held.number, held.holds, held.work, held.text) == ("published", 1, "e1b", "", "Ask twice.")
    assert held.alarm == held.review_at > world.time
    world.do(Retire(document="a"), lou)
    assert (document(world).state, document(world).alarm) == ("retired", 0)
    edition = world.get(Edition, "e1b")
    assert edition is not None
    assert (edition.state, edition.until) == ("retired", world.time)


def test_nobody_approves_what_they_had_a_hand_in() -> None:
    world = company()
    begun(world)
    world.do(next_version(world), world.actor("lou"))
    world.do(next_version(world, "e3"), world.actor("ann"))
    with pytest.raises(Refusal, match="had a hand"):
        world.do(Submit(edition="e3", reviewer="lou"), world.actor("ann"))
    world.do(Submit(edition="e3"), world.actor("ann"))
    with pytest.raises(Denied, match="somebody else has to approve"):
        world.do(Approve(edition="e3"), world.actor("lou"))
    world.do(Approve(edition="e3"), world.actor("sue"))


def test_two_who_write_at_once_do_not_overwrite_each_other() -> None:
    world = company()
    published(world)
    first, second = next_version(world, "e2"), next_version(world, "e3", text="Never ask.")
    world.do(first, world.actor("ann"))
    with pytest.raises(Refusal, match="Somebody is writing another version"):
        world.do(second, world.actor("bob"))
    assert document(world).text == "Ask the bank.", "what holds is not touched by what is in work"
    world.do(Discard(edition="e2"), world.actor("ann"))
    assert (document(world).work, document(world).state) == ("", "published")


def test_a_version_takes_effect_by_itself_and_the_one_before_is_kept() -> None:
    world = company()
    published(world)
    lou, later = world.actor("lou"), world.time + 3 * DAY
    world.do(next_version(world), world.actor("ann"))
    world.do(Submit(edition="e2"), world.actor("ann"))
    world.do(Approve(edition="e2"), lou)
    with pytest.raises(Refusal, match="over before it begins"):
        world.do(Publish(edition="e2", since=later, until=later - 1), lou)
    world.do(Publish(edition="e2", since=later, until=later + DAY), lou)
    assert (document(world).alarm, document(world).text) == (later, "Ask the bank.")
    with pytest.raises(Refusal, match="published by itself"):
        world.do(next_version(world, "e9"), world.actor("ann"))
    world.do(Withdraw(edition="e2"), lou)
    assert document(world).alarm == document(world).review_at
    world.do(Publish(edition="e2", since=later, until=later + DAY), lou)
    world.do(Ring(document="a"), SYSTEM)
    assert document(world).number == 1, "too early"
    world.time = later
    world.do(Ring(document="a"), SYSTEM)
    held, old = document(world), world.get(Edition, "e1")
    assert old is not None
    assert (held.number, held.text, held.alarm, old.state, old.until) == (
        2,
        "Ask twice.",
        later + DAY,
        "replaced",
        held.since,
    )
    world.time = later + DAY
    assert state_of(held, world.time) == "over"
    world.do(Ring(document="a"), SYSTEM)
    assert document(world).state == "retired"


def test_what_is_to_come_comes_though_the_one_before_has_ended() -> None:
    world = company()
    held = published(world)
    lou, later = world.actor("lou"), world.time + 3 * DAY
    world.do(next_version(world), world.actor("ann"))
    world.do(Submit(edition="e2"), world.actor("ann"))
    world.do(Approve(edition="e2"), lou)
    world.do(Publish(edition="e2", since=later), lou)
    world.do(Retire(document="a"), lou)
    assert (document(world).state, document(world).alarm) == ("retired", later)
    world.time = later
    world.do(Ring(document="a"), SYSTEM)
    now = document(world)
    assert (now.state, now.text, now.number, now.until) == ("published", "Ask twice.", held.number + 1, 0)


def test_what_nobody_looks_at_is_shut_by_the_time_itself_and_opened_by_a_renewal() -> None:
    world = company()
    world.open("c1")
    held = published(world, rule="FREQ=MONTHLY;INTERVAL=3")
    use = {"kind": "document", "record": "a", "case": "c1", "how": "text"}
    world.do(UseAnswer(use="u1", **use), world.actor("ann"))
    world.time = held.review_at
    world.do(Ring(document="a"), SYSTEM)
    assert world.get(Reminder, f"a:review:{held.review_at}@ann") is not None
    assert blocked(document(world), "insert", world.time) == ""
    world.time = held.expires_at
    assert blocked(document(world), "insert", world.time) == "expired", "before the server has rung"
    with pytest.raises(Refusal, match="was not looked at in time"):
        world.do(UseAnswer(use="u2", **use), world.actor("ann"))
    world.do(Ring(document="a"), SYSTEM)
    assert document(world).expired
    assert (document(world).alarm, blocked(document(world), "read", world.time)) == (0, "")
    with pytest.raises(Denied):
        world.do(Renew(document="a", due=held.review_at), world.actor("bob"))
    world.do(Renew(document="a", due=held.review_at), world.actor("ann"))
    renewed = document(world)
    assert renewed.review_at > world.time
    assert blocked(renewed, "insert", world.time) == ""
    assert not renewed.expired
    assert world.do(Renew(document="a", due=held.review_at), world.actor("ann")) == []


def test_an_owner_is_somebody_who_can_look_after_it() -> None:
    world = company()
    published(world)
    with pytest.raises(Refusal, match="does not look after"):
        world.do(Take(document="a", person="eva"), world.actor("ann"))
    world.do(Take(document="a", person="bob"), world.actor("ann"))
    assert document(world).owner == "bob"
    assert any(isinstance(one, Reminder) and one.what == "given" for one in world.records.values())


def test_what_an_answer_was_worth_is_known_when_the_customer_comes_back() -> None:
    world = company()
    case = world.open("c1")
    published(world)
    ann = world.actor("ann")
    ways: tuple[tuple[str, How], ...] = (("u1", "suggested"), ("u2", "text"), ("u3", "solved"))
    for id, how in ways:
        world.do(UseAnswer(use=id, kind="document", record="a", case="c1", how=how), ann)
    world.do(Solve(case="c1", seen=case.seq), ann)
    world.do(Reopen(case="c1"), ann)
    back = [use.back for id in ("u1", "u2", "u3") if (use := world.get(Use, id)) is not None]
    assert back == [False, True, True]
    with pytest.raises(Refusal, match="no longer there"):
        world.do(UseAnswer(use="u4", kind="person", record="ann", case="c1", how="text"), ann)


def test_a_translation_is_out_of_date_when_the_original_goes_on() -> None:
    world = company()
    original = published(world)
    wish = Begin(document="d", edition="d1", register="article", title="Erstattung", text="So.", language="de", of="a",
                 of_number=original.number)  # fmt: skip
    world.do(wish, world.actor("ann"))
    assert not out_of_date(document(world, "d"), original)
    world.do(next_version(world), world.actor("ann"))
    world.do(Submit(edition="e2"), world.actor("ann"))
    world.do(Approve(edition="e2"), world.actor("lou"))
    world.do(Publish(edition="e2"), world.actor("lou"))
    assert out_of_date(document(world, "d"), document(world))


def test_what_is_no_document_is_refused_in_words() -> None:
    world = company()
    ann = world.actor("ann")
    for fields, words in (
        ({"title": " "}, "needs a title"), ({"register": "x"}, "no register x"), ({"details": "[]"}, "cannot be read"),
        ({"details": '{"tags": ["' + "x" * 300 + '"]}'}, "cannot be read"), ({"rule": "FREQ=SECONDLY"}, "is no rule"),
        ({"rule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}, "names no day"), ({"of": "none"}, "translation of"),
    ):  # fmt: skip
        told: dict[str, Any] = {"register": "article", "title": "T", "text": "", **fields}
        with pytest.raises(Refusal, match=words):
            world.do(Begin(document="x", edition="xe", **told), ann)
    begun(world)
    with pytest.raises(Refusal, match="Only what is published"):
        world.do(Rate(document="a", helpful=True), ann)


@given(st.text(alphabet="FREQ=MONTHLYDAI;INTERVAL123-,BYSUcount\n", max_size=60), st.integers(0, 4_000_000_000_000))
def test_any_rule_has_an_answer_or_a_sentence(rule: str, now: int) -> None:
    try:
        found = next_review(rule, now)
    except Refusal:
        return
    assert found == 0 if not rule else found > now - 1000


@given(st.lists(st.sampled_from("abc"), max_size=30), st.lists(st.sampled_from("abc"), max_size=30))
def test_differences_lead_from_one_text_to_the_other(old: list[str], new: list[str]) -> None:
    lines = differences("\n".join(old), "\n".join(new))
    if any(line.sign == "…" for line in lines) or not lines:
        return
    assert [line.text for line in lines if line.sign in " -"] == old
    assert [line.text for line in lines if line.sign in " +"] == new
