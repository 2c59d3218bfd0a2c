"""Forms of customers: what is asked before the first word, what is asked no more, and what is read in mails."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.test_cases_fields import define, fill
from tests.domain.world import World, company

from agentdesk.domain.cases import DefineField, Filled, LinkCustomers, RetireField, Solve
from agentdesk.domain.cases.forms import Entry, first_asked, head_of, unanswered
from agentdesk.domain.kernel import Refusal


@pytest.fixture
def world() -> World:
    made = company()
    define(made, "order", ask=True, required=True)
    define(made, "size", ask=True, source="earlier", type="choice", options=("Small", "Big"))
    define(made, "why", ask=True, when="size", equals="big")
    define(made, "inner")
    define(made, "tongue", ask=True, source="language")
    define(made, "far", ask=True, teams=("t2",))
    define(made, "post", ask=True, channels=("email",))
    return made


def held(world: World, case: str = "c1") -> dict[str, str]:
    return {one.field: one.value for one in world.records.values() if isinstance(one, Filled) and one.case == case}


def asked(world: World, customer: str = "u1", language: str = "de") -> list[str]:
    return [one.id for one in first_asked(world, "t1", "chat", language, customer)]


def test_a_form_asks_what_is_declared_and_nothing_twice(world: World) -> None:
    assert asked(world) == ["order", "size", "why"]
    world.open(fields=(Entry("order", " 4711 "), Entry("size", "BIG"), Entry("inner", "x"), Entry("far", "y")))
    assert held(world) == {"order": "4711", "size": "Big"}, "only what customers are asked is taken from them"
    assert asked(world) == ["why"]
    assert asked(world, "u2") == ["order", "size", "why"]
    fill(world, "size", "Small")
    assert asked(world) == [], "what hangs on another answer is not asked either"
    world.do(Solve(case="c1", seen=9), world.actor("ann"))
    assert asked(world) == ["order"], "a new matter has an order of its own; the size is that of the customer"
    world.do(RetireField(field="order"), world.actor("lou"))
    assert asked(world) == []


def test_what_hangs_on_the_channel_is_asked_where_it_comes_by_that(world: World) -> None:
    define(world, "way", source="channel")
    define(world, "nick", ask=True, when="way", equals="Chat")
    define(world, "box", ask=True, when="way", equals="email")
    assert asked(world) == ["order", "size", "why", "nick"]


def test_what_hangs_on_the_language_is_asked_of_those_who_read_it(world: World) -> None:
    define(world, "dialect", ask=True, when="tongue", equals="DE")
    define(world, "script", ask=True, when="tongue", equals="zh")
    assert asked(world) == ["order", "size", "why", "dialect"]
    assert asked(world, language="zh") == ["order", "size", "why", "script"]


def test_only_what_is_in_play_is_needed(world: World) -> None:
    define(world, "size", ask=True, required=True, type="choice", options=("Small", "Big"))
    define(world, "why", ask=True, required=True, when="size", equals="big")
    define(world, "who", ask=True, required=True, when="why", equals="x")
    form = first_asked(world, "t1", "chat", "de", "u1")

    def needs(**said: str) -> list[str]:
        return [one.id for one in unanswered(form, said)]

    assert needs() == ["order", "size"]
    assert needs(order=" ", size="Big") == ["order", "why"]
    assert needs(order="1", size="Small", why="x") == [], "an answer that no longer counts asks for nothing more"
    assert needs(order="1", size="big", why="X") == ["who"]
    define(world, "size", ask=True, required=True, when="who", equals="y")
    form = first_asked(world, "t1", "chat", "de", "u1")
    assert needs(order="1", why="x", who="y", size="big") == [], "nobody can be held up by a ring"


def test_another_channel_asks_nothing_that_was_said_in_the_first(world: World) -> None:
    world.open(fields=(Entry("order", "4711"), Entry("size", "small")))
    world.open("c2", customer="u2", customer_name="Lena S.", channel="email")
    world.do(
        LinkCustomers(identity="i1", customer="u1", other="u2", how="said", reason="By phone."), world.actor("ann")
    )
    assert asked(world, "u2") == []


def test_what_does_not_fit_is_said_and_no_case_is_begun(world: World) -> None:
    with pytest.raises(Refusal, match="Size is one of: Small, Big"):
        world.open(fields=(Entry("size", "Huge"),))
    assert held(world) == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("\nOrder No: 47\nSIZE:  big \nEmpty:\n\nOther: 1", {"order no": "47", "size": "big", "empty": ""}),
        ("Größe: 5", {"grosse": "5"}),
        ("Order: 1\nWhere is it?", {}),
        ("See http://x.example\n\nOrder: 1", {}),
        ("Order: 1\nOrder: 2\nSize: Big", {"size": "Big"}),
        ("http://x.example", {}),
        (": 1", {}),
        ("".join(f"k{n}: 1\n" for n in range(61)), {}),
        ("", {}),
    ],
)
def test_only_a_clean_block_is_a_head(text: str, found: dict[str, str]) -> None:
    assert head_of(text) == found


@given(st.text("aA:\n \t\r\0é1", max_size=60))
def test_any_text_is_read(text: str) -> None:
    for key, value in head_of(text).items():
        assert key
        assert "\n" not in key + value


def test_keys_are_told_apart(world: World) -> None:
    lou = world.actor("lou")
    define(world, "one", mail="Order  number")
    for wrong in ("order NUMBER", "a:b"):
        with pytest.raises(Refusal, match="cannot be the key"):
            world.do(DefineField(field="two", title="Two", mail=wrong), lou)
    told: dict[str, Any] = {"field": "one", "title": "One", "mail": "Order number"}
    world.do(DefineField(**told), lou)
