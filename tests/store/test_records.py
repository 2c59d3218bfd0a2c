"""Get, page, count and write do what looking at every record would do, and each question by an index."""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domain.world import answer
from tests.store.company import EVERY, arguments, database, some
from tests.sync.samples import case, conversation, customer, message, team

from agentdesk.domain.cases import Message
from agentdesk.domain.catalogue import QUESTIONS, RECORDS
from agentdesk.domain.kernel import Record, spec_of
from agentdesk.store.records import Records
from agentdesk.store.shape import statement_of

BASE = database()


@pytest.fixture
def records() -> Records:
    return database()


@pytest.mark.parametrize("name", EVERY)
@settings(max_examples=12)
@given(seed=st.integers(0, 2**32), count=st.integers(0, 25), limit=st.integers(1, 9))
def test_every_question_answers_as_looking_at_all_would(name: str, seed: int, count: int, limit: int) -> None:
    question, chance = QUESTIONS[name], random.Random(seed)
    kind = spec_of(question.cls).kind
    truth = some(kind, count, chance)
    BASE.conn.execute("SAVEPOINT example")
    try:
        BASE.put(truth.values())
        asked = question(**arguments(question, chance))
        want = answer(truth.values(), asked, None, 10**6)
        assert BASE.count(asked) == len(want)
        assert _pages(BASE, asked, limit) == want
        for after in [asked.key(record) for record in truth.values()][:5]:
            assert BASE.page(asked, after, limit) == answer(truth.values(), asked, after, limit)
    finally:
        BASE.conn.execute("ROLLBACK TO example")
        BASE.conn.execute("RELEASE example")


def _pages(records: Records, asked: Any, limit: int) -> list[Record]:
    found: list[Record] = []
    while page := records.page(asked, asked.key(found[-1]) if found else None, limit):
        found += page
    return found


@pytest.mark.parametrize("name", EVERY)
def test_every_question_takes_an_index_and_sorts_nothing(name: str) -> None:
    question = QUESTIONS[name]
    asked = question(**arguments(question, random.Random(name)))
    statement = statement_of(asked)
    after = tuple(0 for _ in question.keys)
    plans = {
        "first": (statement.first, (*statement.values(asked), 50)),
        "after": (statement.after, (*statement.values(asked), *after, 50)),
        "count": (statement.count, tuple(statement.values(asked))),
    }
    for which, (sql, values) in plans.items():
        plan = " | ".join(row[3] for row in BASE.conn.execute("EXPLAIN QUERY PLAN " + sql, values))
        assert "TEMP B-TREE" not in plan, (which, plan)
        assert "INDEX" in plan or "PRIMARY KEY" in plan, (which, plan)
        if statement.values(asked) or which == "after":
            assert "SEARCH" in plan, (which, plan)


def test_a_question_is_prepared_once_whatever_is_asked(records: Records) -> None:
    """SQLite asks the authorizer about each statement that it prepares, also about one that it prepares again."""
    prepared: list[int] = []
    records.conn.set_authorizer(lambda action, *_: prepared.append(action) or 0)
    question, chance = QUESTIONS["mail.by_subject"], random.Random(1)
    for limit in (5, 50, 1):
        prepared.clear()
        records.page(question(**arguments(question, chance)), None, limit)
        assert bool(prepared) == (limit == 5)
    records.conn.set_authorizer(None)


@pytest.mark.parametrize("kind", sorted(RECORDS))
def test_what_is_written_is_read(kind: str, records: Records) -> None:
    chance = random.Random(kind)
    truth = some(kind, 40, chance)
    records.put(truth.values())
    again = {id: record for id, record in some(kind, 60, chance).items() if chance.random() < 0.5}
    records.put(again.values())
    truth |= again
    gone = chance.sample(sorted(truth), 10)
    records.erase(kind, [*gone, "never was"])
    truth = {id: record for id, record in truth.items() if id not in gone}
    assert records.get_many(kind, [*truth, *gone, "never was"]) == truth
    assert all(records.get(kind, id) == truth.get(id) for id in (*truth, *gone))
    assert records.heads(kind, [*truth, "x"]) == {id: (r.scope, r.rev) for id, r in truth.items()}


def test_thousands_at_once(records: Records) -> None:
    many = [message(f"m{n}", seq=n) for n in range(1_700)]
    records.put(many)
    ids = [one.id for one in many]
    assert len(records.get_many("message", ids)) == 1_700
    assert len(records.children("case", ["c1"])["message"]) == 1_700
    records.erase("message", ids[:1_200])
    assert len(records.heads("message", ids)) == 500
    assert records.get_many("message", []) == {}


def test_what_hangs_on_a_record(records: Records) -> None:
    records.put([case(), case("c2"), conversation(), message(), message("m2", of="c2"), customer()])
    found = records.children("case", ["c1"])
    assert found == {"conversation": [("v1", "team:t1:open", 0)], "message": [("m1", "team:t1:open", 0)]}
    assert records.children("team", ["t1"]) == {}
    at_home = records.in_scope("team:t1:open")
    assert {kind: sorted(ids) for kind, ids in at_home.items()} == {
        "case": ["c1", "c2"], "conversation": ["v1"], "message": ["m1", "m2"],
    }  # fmt: skip


def test_nothing_in_a_value_is_sql(records: Records) -> None:
    wicked = '\'; DROP TABLE "case"; --\x00"?'
    records.put([team(id=wicked, name=wicked), message(id=wicked, text=wicked)])
    assert records.get("team", wicked) == team(id=wicked, name=wicked)
    assert records.of(Message, wicked) == message(id=wicked, text=wicked)
    records.erase("message", [wicked])
    assert records.get("message", wicked) is None


def test_a_failed_write_leaves_nothing_half(records: Records) -> None:
    records.put([message("m1")])
    records.conn.execute("BEGIN")
    broken = list(msgspec.structs.astuple(message("m2")))
    broken[3] = None
    with pytest.raises(records.conn.IntegrityError):
        records.write("message", [msgspec.structs.astuple(message("m3")), tuple(broken)])
    records.conn.execute("ROLLBACK")
    assert records.get("message", "m1") is not None
    assert records.get("message", "m2") is None
    assert records.get("message", "m3") is None
