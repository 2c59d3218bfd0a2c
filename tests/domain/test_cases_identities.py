"""Identities: noted with proof, taken back exactly, erased with the person; and the one matter that goes on by mail."""

from __future__ import annotations

import random
from typing import Any

import pytest
from tests.domain.world import World, company

from agentdesk.domain.cases import (
    IDENTITIES_OF,
    Case,
    Claim,
    Customer,
    Identify,
    Identity,
    LinkCustomers,
    Solve,
    Unlink,
    UpdateCustomer,
    same_person,
)
from agentdesk.domain.cases.identities import matter_of, normal
from agentdesk.domain.kernel import Denied, Refusal
from agentdesk.domain.privacy import Erase, Erasure, SetHold

WHY: dict[str, Any] = {"how": "code", "reason": "The code came back."}


@pytest.fixture
def world() -> World:
    made = company()
    for number, customer in enumerate(("u1", "u2", "u3"), 1):
        made.open(f"c{number}", customer=customer, visitor=f"v{number}", site="s1")
    return made


def do(world: World, *wishes: Any, who: str = "ann") -> None:
    for wish in wishes:
        world.do(wish, world.actor(who))


def test_it_says_who_when_why_and_how(world: World) -> None:
    do(world, Identify(identity="i1", customer="u1", sort="phone", value=" 0049 30 / 123-4567 ", **WHY))
    (found,) = world.page(IDENTITIES_OF(customer="u1"))
    told = (found.value, found.how, found.reason, found.by, found.at)
    assert told == ("+49301234567", "code", "The code came back.", "ann", world.time)
    do(world, Identify(identity="i2", customer="u1", sort="phone", value="+49301234567", **WHY))
    assert world.get(Identity, "i2") is None  # it is known


def test_unlinking_restores_exactly(world: World) -> None:
    """Whatever was linked in whatever order, and whatever else happened: without the links all is as without them."""
    chance, other = random.Random(3), company()
    for number, customer in enumerate(("u1", "u2", "u3"), 1):
        other.open(f"c{number}", customer=customer, visitor=f"v{number}", site="s1")
    pairs = [("u1", "u2"), ("u2", "u3"), ("u3", "u1")]
    chance.shuffle(pairs)
    for number, (one, two) in enumerate(pairs):
        do(world, LinkCustomers(identity=f"i{number}", customer=one, other=two, **WHY))
        other.time = world.time
        do(other, UpdateCustomer(customer=one, name=f"Lena {number}"))
        do(world, UpdateCustomer(customer=one, name=f"Lena {number}"))
    assert sorted(same_person(world, "u2")) == ["u1", "u2", "u3"]
    for number in (2, 0, 1):
        id = f"i{number}" if number else "i0:twin"  # either end takes both away
        do(world, Unlink(identity=id, reason="It was her sister."))
    assert same_person(world, "u1") == ["u1"]
    left = {key: record for key, record in world.records.items() if not isinstance(record, Case | Customer)}
    assert not any(isinstance(record, Identity) for record in left.values())
    for id in ("u1", "u2", "u3"):
        mine, theirs = world.get(Customer, id), other.get(Customer, id)
        assert mine is not None
        assert theirs is not None
        assert (mine.name, mine.email, mine.visitor) == (theirs.name, theirs.email, theirs.visitor)
    assert {c: world.case(c).customer for c in ("c1", "c2", "c3")} == {"c1": "u1", "c2": "u2", "c3": "u3"}


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        (LinkCustomers(identity="i", customer="u1", other="u1", **WHY), "A customer cannot be linked to themselves."),
        (LinkCustomers(identity="i", customer="u1", other="u9", **WHY), "This customer is no longer there."),
        (Identify(identity="i", customer="u1", sort="email", value="lena", **WHY), "lena is not an e-mail address."),
        (
            Identify(identity="i", customer="u1", sort="phone", value="soon", **WHY),
            "soon is no telephone number. Write it like +49 30 1234567.",
        ),
        (
            Identify(identity="i", customer="u1", sort="handle", value="@", **WHY),
            "Write the name that they have there.",
        ),
        (
            LinkCustomers(identity="i", customer="u1", other="u2", how="said", reason=" "),
            "Say why, in a few words: whoever reads the log later was not there.",
        ),
    ],
)
def test_what_is_refused(world: World, wish: Any, sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        do(world, wish)
    assert str(refused.value) == sentence
    with pytest.raises(Denied):
        world.do(wish, world.actor("adm"))


def test_one_person_is_erased_as_one(world: World) -> None:
    do(world, LinkCustomers(identity="i1", customer="u1", other="u2", **WHY))
    do(world, Identify(identity="i2", customer="u2", sort="handle", value="@Lena_B", **WHY))
    do(world, SetHold(hold="h", kind="customer", about="u2", reason="A court has asked for it."), who="adm")
    with pytest.raises(Refusal, match="legal hold"):
        do(world, Erase(erasure="e", customer="u1"), who="adm")
    world.records.pop(("hold", "h"))
    do(world, Erase(erasure="e", customer="u1"), who="adm")
    assert [world.get(Customer, id) is None for id in ("u1", "u2", "u3")] == [True, True, False]
    assert [world.get(Case, id) is None for id in ("c1", "c2", "c3")] == [True, True, False]
    assert not any(isinstance(one, Identity) for one in world.records.values())
    told = {one.customer: one.done > 0 for one in world.records.values() if isinstance(one, Erasure)}
    assert told == {"u1": True, "u2": True}


def test_only_what_was_proved_goes_on_in_another_channel(world: World) -> None:
    assert matter_of(world, "email", "lena@x.example", "t1") is None
    do(world, Claim(case="c1"), Identify(identity="i", customer="u1", sort="email", value="Lena@X.example", **WHY))
    found = matter_of(world, "email", "lena@x.example", "t1")
    assert found is not None
    assert (found.id, found.assignee) == ("c1", "ann")  # the same case, the same agent
    assert matter_of(world, "email", "lena@x.example", "t2") is None
    do(world, LinkCustomers(identity="l", customer="u1", other="u2", **WHY))
    assert matter_of(world, "email", "lena@x.example", "t1") is None  # two matters are open: nobody guesses
    do(world, Solve(case="c2", seen=9))
    assert matter_of(world, "email", "lena@x.example", "t1") is not None
    do(world, Identify(identity="j", customer="u3", sort="email", value="lena@x.example", **WHY))
    assert matter_of(world, "email", "lena@x.example", "t1") is None  # two people are known by it


@pytest.mark.parametrize(
    ("sort", "typed", "kept"),
    [
        ("email", " Lena@X.Example ", "lena@x.example"),
        ("phone", "(030) 123.4567", "0301234567"),
        ("handle", "@Léna", "léna"),
    ],
)
def test_one_form_each(sort: str, typed: str, kept: str) -> None:
    assert normal(sort, typed) == kept
