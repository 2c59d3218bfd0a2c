"""From record to row and back, and a question as SQL."""

from __future__ import annotations

import random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.store.company import EVERY, arguments, some

from agentdesk.domain.catalogue import QUESTIONS, RECORDS
from agentdesk.domain.kernel import Question, among, questions
from agentdesk.store.shape import chunks, index_columns, literal, row_number, shape_of, statement_of


@pytest.mark.parametrize("kind", sorted(RECORDS))
def test_a_row_comes_back_as_its_record(kind: str) -> None:
    shape = shape_of(kind)
    for record in some(kind, 30, random.Random(kind)).values():
        cells = shape.to_sql(msgspec.structs.astuple(record))
        assert all(isinstance(cell, str | int | float) for cell in cells)
        assert shape.from_sql(cells[bool(shape.spec.searchable) :]) == record


@pytest.mark.parametrize("name", EVERY)
def test_a_question_binds_what_comes_from_outside(name: str) -> None:
    asked = QUESTIONS[name](**arguments(QUESTIONS[name], random.Random(name)))
    statement = statement_of(asked)
    assert statement.count.count("?") == len(statement.values(asked))
    assert statement.first.count("?") == len(statement.values(asked)) + 1
    assert statement.after.count("?") == len(statement.values(asked)) + 1 + len(asked.question.keys)
    assert statement_of(asked) is statement, "made once"


def test_constants_are_quoted() -> None:
    assert literal("it's") == "'it''s'"
    assert (literal(True), literal(0), literal(12)) == ("1", "0", "12")


def test_lists_take_as_many_marks_as_they_have_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "QUESTIONS", {})
    question = Question("test.numbers", RECORDS["case"].cls, (among("number", ":numbers"),), ())
    for count in (1, 3):
        asked = question(numbers=list(range(count)))
        assert statement_of(asked).count.endswith(f"IN ({','.join('?' * count)})")
        assert statement_of(asked).values(asked) == list(range(count))


@given(st.integers(0, 2**48 - 1), st.integers(0, 2**48 - 1), st.text(max_size=9))
def test_rows_are_numbered_by_time(one: int, other: int, id: str) -> None:
    first, second = row_number(one, id), row_number(other, "x")
    assert 0 <= first < 2**63
    if one < other:
        assert first < second


@given(st.lists(st.integers(), max_size=30), st.integers(1, 7))
def test_slices_join_to_the_whole(items: list[int], size: int) -> None:
    parts = list(chunks(items, size))
    assert [item for part in parts for item in part] == items
    assert all(len(part) <= size for part in parts)


def test_an_index_begins_with_what_is_asked_for() -> None:
    assert index_columns(QUESTIONS["queue.mine"]) == (("assignee", "rank", "id"), "\"status\" = 'open'")
    assert index_columns(QUESTIONS["message.after"]) == (("case", "seq", "id"), "")
