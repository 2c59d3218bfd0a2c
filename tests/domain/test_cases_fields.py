"""Fields of cases: for whom they are, what fills them, when a case is not solved without one."""

from __future__ import annotations

from typing import Any

import pytest
from tests.domain.world import World, company

from agentdesk.domain.cases import DefineField, Field, Fill, Filled, Merge, RetireField, Solve
from agentdesk.domain.cases.fields import burden, fields_for, missing, value_of
from agentdesk.domain.kernel import Denied, Refusal


@pytest.fixture
def world() -> World:
    made = company()
    made.open("c1", language="de")
    return made


def define(world: World, field: str, **fields: Any) -> Field:
    world.do(DefineField(field=field, **{"title": field.title(), **fields}), world.actor("lou"))
    made = world.get(Field, field)
    assert made is not None
    return made


def fill(world: World, field: str, value: str, case: str = "c1", took: int = 0) -> None:
    world.do(Fill(case=case, field=field, value=value, took=took), world.actor("ann"))


def test_a_case_is_not_solved_without_what_must_be_there(world: World) -> None:
    define(world, "product", type="choice", options=("Lamp", "Chair"), required=True)
    define(world, "serial", required=True, when="product", equals="lamp")
    solve = Solve(case="c1", seen=9)
    with pytest.raises(Refusal) as refused:
        world.do(solve, world.actor("ann"))
    assert str(refused.value) == "Not solved: fill in Product first. You find it in the details."
    fill(world, "product", "Lamp")
    assert [one.id for one in missing(world, world.case())] == ["serial"]  # only now it is asked for
    with pytest.raises(Refusal, match="fill in Serial first"):
        world.do(solve, world.actor("ann"))
    fill(world, "product", "Chair")
    world.do(solve, world.actor("ann"))
    assert world.case().status == "solved"


def test_what_is_known_is_not_asked(world: World) -> None:
    language = define(world, "language", required=True, source="language")
    order = define(world, "order", required=True, source="earlier")
    assert value_of(world, world.case(), language) == ("de", False)
    fill(world, "order", "4711")
    world.open("c2")
    assert value_of(world, world.case("c2"), order) == ("4711", False)
    fill(world, "order", "4712", case="c2")
    assert value_of(world, world.case("c2"), order) == ("4712", True)
    assert missing(world, world.case("c2")) == []


def test_teams_and_channels_have_their_own(world: World) -> None:
    define(world, "a", teams=("t2",))
    define(world, "b", channels=("email",))
    define(world, "c", teams=("t1",), channels=("chat",))
    assert [one.id for one in fields_for(world, world.case())] == ["c"]


def test_a_retired_field_loses_nothing(world: World) -> None:
    define(world, "old")
    new = define(world, "new", required=True)
    fill(world, "old", "4711")
    world.do(RetireField(field="old", into="new"), world.actor("lou"))
    assert value_of(world, world.case(), new) == ("4711", True)
    assert missing(world, world.case()) == []
    assert world.get(Filled, "c1:old") is not None
    with pytest.raises(Refusal, match="no longer there"):
        fill(world, "old", "1")
    number = define(world, "number", type="number")
    with pytest.raises(Refusal, match="does not fit into Number"):
        world.do(RetireField(field="new", into=number.id), world.actor("lou"))


def test_a_merge_takes_along_what_was_filled_in(world: World) -> None:
    define(world, "a")
    define(world, "b")
    world.open("c2")
    fill(world, "a", "mine")
    fill(world, "a", "theirs", case="c2")
    fill(world, "b", "kept", case="c2")
    world.do(Merge(case="c2", into="c1"), world.actor("ann"))
    found = {one.id: one.value for one in world.records.values() if isinstance(one, Filled)}
    assert found == {"c1:a": "mine", "c1:b": "kept"}


def test_how_long_it_takes(world: World) -> None:
    field = define(world, "a")
    assert burden(world, field) == (0, 0)
    for number, took in enumerate((1000, 3000, 9000), 2):
        world.open(f"c{number}")
        fill(world, "a", "x", case=f"c{number}", took=took)
    assert burden(world, field) == (3, 3000)
    fill(world, "a", "", case="c4")
    assert burden(world, field) == (2, 2000)


@pytest.mark.parametrize(
    ("type", "value", "sentence"),
    [
        ("choice", "Lamp", "F is one of: A, B."),
        ("yesno", "maybe", "F is yes or no."),
        ("number", "12a", "F is a number."),
        ("date", "2027-02-29", "F is a day. Write it like 2027-03-31."),
        ("date", "31.3.27", "F is a day. Write it like 2027-03-31."),
    ],
)
def test_what_does_not_fit(world: World, type: str, value: str, sentence: str) -> None:
    define(world, "f", type=type, options=("A", "B"))
    with pytest.raises(Refusal) as refused:
        fill(world, "f", value)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": " "}, "A field needs a name."),
        ({"title": "TAKEN"}, "There is a field TAKEN already."),
        ({"type": "choice", "options": ("A", "A")}, "Write two options at least, one after another."),
        ({"when": "x"}, "The field that this one hangs on is not there. Choose another one."),
    ],
)
def test_what_is_no_field(world: World, fields: dict[str, Any], sentence: str) -> None:
    define(world, "taken")
    with pytest.raises(Refusal) as refused:
        define(world, "x", **fields)
    assert str(refused.value) == sentence
    with pytest.raises(Denied):
        world.do(DefineField(field="y", title="Y"), world.actor("ann"))
