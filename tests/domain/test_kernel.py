"""The words everything else is written in: declarations, schemas, questions, following, masking, laying over."""

from __future__ import annotations

from typing import Any, get_type_hints

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.samples import busy, sample
from tests.domain.world import World, answer, company

from agentdesk.domain.cases import Case, Customer
from agentdesk.domain.catalogue import COMMANDS, QUESTIONS, RECORDS, catalogue_schema
from agentdesk.domain.kernel import (
    Command,
    Denied,
    Masked,
    MaskView,
    Question,
    Record,
    Refusal,
    Unknown,
    Unseen,
    Where,
    clean,
    command,
    decide,
    held_scopes,
    lay_over,
    masked,
    need,
    questions,
    record,
    share_of,
    spec_of,
    visible,
)
from agentdesk.domain.kernel.masking import MARK
from agentdesk.domain.kernel.values import first_line
from agentdesk.domain.people import Person
from agentdesk.domain.queue import ALL, BY_NUMBER, MINE

# -- declarations


def test_nothing_is_declared_twice() -> None:
    with pytest.raises(RuntimeError, match="case declared twice"):
        record("case")(Case)
    with pytest.raises(RuntimeError, match=r"case\.claim declared twice"):
        command("case.claim")(Command)
    with pytest.raises(RuntimeError, match=r"queue\.mine declared twice"):
        Question("queue.mine", Case, (), ())
    assert Question("queue.mine", Case, MINE.where, MINE.order) == MINE


def test_an_order_goes_one_way() -> None:
    with pytest.raises(ValueError, match="one way"):
        Question("test.both_ways", Case, (), ("rank", "-number"))
    assert "test.both_ways" not in QUESTIONS


def test_each_declaration_names_what_exists() -> None:
    for spec in RECORDS.values():
        named = [spec.parent[0]] if spec.parent else []
        named += [field for field, _ in spec.carries] + [*spec.searchable, *spec.classes, *spec.added]
        named += [name for name in (spec.time, spec.follow) if name]
        assert set(named) <= set(spec.fields), spec.kind
        assert {kind for _, kind in spec.carries} | ({spec.parent[1]} if spec.parent else set()) <= set(RECORDS)
        assert spec.fields[:3] == ("id", "scope", "rev")
        assert bool(spec.searchable) == bool(spec.time), spec.kind
    for question in QUESTIONS.values():
        fields = set(spec_of(question.cls).fields)
        assert {w.field for w in question.where} | {key.lstrip("-") for key in question.order} <= fields, question.name
    for declared in COMMANDS.values():
        assert {kind for _, kind in (*declared.refs, *declared.creates)} <= set(RECORDS), declared.name
        assert not declared.draft or get_type_hints(declared.cls)[declared.draft] is str


def test_fields_that_were_added_come_last() -> None:
    for spec in RECORDS.values():
        numbers = [spec.added.get(name, 1) for name in spec.fields]
        assert numbers == sorted(numbers), spec.kind
        assert spec.width(10**6) == len(spec.fields)


def test_a_command_without_a_decision_says_so() -> None:
    with pytest.raises(TypeError, match="no decision"):
        Command().decide(company(), None, 0)  # type: ignore[arg-type]


# -- schemas

SCHEMAS = catalogue_schema()


@pytest.mark.parametrize("kind", sorted(RECORDS))
def test_a_records_schema_is_true_to_its_records(kind: str) -> None:
    schema = SCHEMAS["records"][kind]
    jsonschema.Draft202012Validator.check_schema(schema)
    check = jsonschema.Draft202012Validator(schema)
    for (other, _), found in busy().records.items():
        if other == kind:
            check.validate(msgspec.json.decode(msgspec.json.encode(found)))
            assert list(check.iter_errors({"id": 1}))


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_commands_schema_is_true_to_its_arguments(name: str) -> None:
    schema = SCHEMAS["commands"][name]
    jsonschema.Draft202012Validator.check_schema(schema)
    plain = msgspec.json.decode(msgspec.json.encode(sample(name)))
    jsonschema.Draft202012Validator(schema).validate(plain)
    for field in schema.get("required", ()):
        lacking = {key: value for key, value in plain.items() if key != field}
        assert list(jsonschema.Draft202012Validator(schema).iter_errors(lacking)), field


# -- questions


def test_a_question_wants_all_its_values() -> None:
    with pytest.raises(KeyError):
        MINE()
    asked = MINE(me="ann")
    case = company().open()
    assert not asked.matches(case)
    assert asked.matches(msgspec.structs.replace(case, assignee="ann"))
    assert asked.key(case) == (case.rank, "c1")
    assert ALL().question.descending
    assert BY_NUMBER(number=1).key(case) == ("c1",)


@pytest.mark.parametrize(
    ("op", "value", "yes"), [("eq", 1, True), ("ne", 1, False), ("in", (1, 2), True), ("gt", 0, True), ("lt", 1, False)]
)
def test_every_test_means_what_it_says(op: str, value: Any, yes: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "QUESTIONS", {})
    asked = Question("test.number", Case, (Where("number", op, ":value"),), ())(value=value)
    assert asked.matches(company().open()) is yes


# -- laying over

cases = st.builds(
    lambda id, rank, assignee: Case(id, "s", 0, 1, "", "u", "", "t", "chat", "", 0, rank, rank % 3, assignee=assignee),
    st.sampled_from([f"c{n}" for n in range(12)]),
    st.integers(0, 4),
    st.sampled_from(["", "ann"]),
)


@given(
    base=st.lists(cases, unique_by=lambda c: c.id),
    changed=st.dictionaries(st.sampled_from([f"c{n}" for n in range(12)]), st.none() | cases, max_size=6),
    limit=st.integers(1, 6),
    after=st.none() | st.tuples(st.integers(0, 4), st.sampled_from([f"c{n}" for n in range(12)])),
    newest=st.booleans(),
)
def test_laying_over_gives_what_looking_at_all_gives(
    base: list[Case], changed: dict[str, Any], limit: int, after: Any, newest: bool
) -> None:
    changed = {id: new and msgspec.structs.replace(new, id=id) for id, new in changed.items()}
    name = "queue.mine_newest" if newest else "queue.mine"
    asked = QUESTIONS[name](me="ann")
    page = answer(base, asked, after, limit + len(changed))
    truth = {record.id: record for record in base} | changed
    want = answer([record for record in truth.values() if record], asked, after, limit)
    assert lay_over(asked, page, changed, after, limit) == want


# -- who sees what


def test_scopes_are_held_by_deny() -> None:
    assert dict(held_scopes("agent", "ann", ("t1",))) == {
        "org": 0, "user:ann": 1, "team:t1:open": 2, "library": 5, "team:t1:past": 9,
    }  # fmt: skip
    assert "lead:t1" in dict(held_scopes("lead", "ann", ("t1",)))
    assert not any(scope.startswith(("team:", "lead:")) for scope, _ in held_scopes("admin", "adm", ()))
    world = company()
    assert not visible(frozenset(), world.actor("ann"))
    assert not visible(frozenset(("customers",)), world.actor("lou"))


def test_missing_is_refused_where_it_is_known_and_left_open_where_not() -> None:
    world = World()
    with pytest.raises(Refusal, match="no longer there") as refused:
        need(world, Case, "c1")
    assert (refused.value.code, refused.value.data["id"]) == ("missing", "c1")
    world.knows_all = False
    with pytest.raises(Unknown):
        need(world, Case, "c1")
    with pytest.raises(Refusal):
        need(world, Person, "p1")


def test_sharing_twice_is_sharing_once() -> None:
    assert share_of("case", "c1", "user:ann").id == share_of("case", "c1", "user:ann").id
    assert share_of("case", "c1", "user:ann").id != share_of("case", "c1", "user:bob").id


def test_a_refusal_always_prints() -> None:
    assert str(Refusal("{a} and {b}.", a=1)) == "1 and {b}."
    assert Denied("No.").code == "denied"
    assert Refusal("No.", "why").code == "why"


def test_rights_come_before_rules() -> None:
    """Who may not see a record learns nothing of its state: not even that the wish would be refused."""
    world = busy()
    with pytest.raises(Unseen, match="no longer there"):
        decide(sample("case.solve"), world, world.actor("cat"), world.time)


# -- masking

HIDING = MaskView("guest", hidden=frozenset(("name",)))


def test_only_declared_classes_are_hidden() -> None:
    customer = Customer("u1", "customers", 3, "Lena", "", "en", 1)
    found = masked(customer, HIDING)
    assert (Masked.read(found.name), found.email, found.id, found.rev) == ("name", "", "u1", 3)
    for encode, decode in (
        (msgspec.msgpack.encode, msgspec.msgpack.decode),
        (msgspec.json.encode, msgspec.json.decode),
    ):
        assert decode(encode(found), type=Customer) == found, "it goes over the wire"
    assert masked(customer, MaskView("agent")) is customer
    assert masked(Customer("u1", "customers", 3, "", "a@b", "en", 1), HIDING).name == "", "nothing has nothing to hide"
    assert HIDING.name == "guest/-/1"
    assert Masked.read("Lena") == ""


@given(st.text())
def test_no_text_that_is_cleaned_is_a_mask(text: str) -> None:
    for dirty in (text, MARK + text, text[:3] + MARK + text):
        stored = clean(dirty)
        assert "\x00" not in stored
        assert not Masked.read(stored)
        assert clean(stored) == stored
        stored.encode("utf-8")


def test_every_hidden_field_is_a_text() -> None:
    for spec in RECORDS.values():
        for field in spec.classes:
            assert get_type_hints(spec.cls)[field] in (str, tuple[str, ...])


@given(st.text(max_size=400), st.integers(10, 200))
def test_a_first_line_is_one_short_line(text: str, limit: int) -> None:
    line = first_line(text, limit)
    assert len(line) <= limit
    assert "\n" not in line


@pytest.mark.parametrize(
    "secret",
    ["4111 1111 1111 1111", "4111-1111 - 1111-1111", "4111111111111111", "lena@quast.example", "４１１１ １１１１"],
)
def test_a_first_line_never_ends_within_what_may_have_to_be_hidden(secret: str) -> None:
    """Half a number is found to be none: whoever may not see it whole would see that half."""
    for before in range(160):
        for words in ("a word " * 30)[-before:], "我的卡号" * 40 + " " * (before % 4):
            line = first_line(f"{words[:before]} {secret} {'and more ' * 30}")
            assert secret in line or not set(line) & set(secret) - set("a word and more n")
    assert first_line("word " * 40) == "word " * 26 + "word…"
    assert first_line("我的包裹在哪里" * 40) == ("我的包裹在哪里" * 40)[:139] + "…"
    assert first_line(f"https://shop.example/orders?id={'4' * 200}") == "https://shop.example/orders?id=…"


def test_a_record_is_a_value() -> None:
    case: Record = company().open()
    with pytest.raises(AttributeError):
        case.id = "other"  # type: ignore[misc]
