"""Tables follow from types: columns, keys, and an index for each question and no more."""

from __future__ import annotations

from typing import get_type_hints

import msgspec
import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable
from tests.store.company import database

from agentdesk.domain.catalogue import QUESTIONS, RECORDS
from agentdesk.domain.kernel import spec_of
from agentdesk.domain.kernel.records import plain
from agentdesk.store import tables
from agentdesk.store.shape import index_columns
from agentdesk.store.tables import TYPES, create_tables, fingerprint, indexes, metadata, statements


@pytest.mark.parametrize("kind", sorted(RECORDS))
def test_a_table_has_its_records_fields(kind: str) -> None:
    spec, conn = RECORDS[kind], database().conn
    columns = conn.execute(f'PRAGMA table_info("{kind}")').fetchall()
    assert [column[1] for column in columns] == [*(["row"] if spec.searchable else []), *spec.fields]
    hints = get_type_hints(spec.cls, include_extras=True)
    affinity = {str: "TEXT", int: "BIGINT", bool: "BOOLEAN", float: "FLOAT"}
    for _, name, type_, needed, _, key in columns[bool(spec.searchable) :]:
        assert type_ == affinity.get(plain(hints[name]), "TEXT")
        assert needed
        assert bool(key) == (name == "id" and not spec.searchable)
    assert conn.execute(f'SELECT count(*) FROM pragma_index_list("{kind}") WHERE "unique"').fetchone()[0] == 1


def test_every_question_has_its_index() -> None:
    for question in QUESTIONS.values():
        wanted = index_columns(question)
        if wanted != (("id",), ""):
            assert list(indexes(spec_of(question.cls)).values()).count(wanted) == 1, question.name


def test_every_index_is_made() -> None:
    conn = database().conn
    made = {name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}
    for spec in RECORDS.values():
        assert set(indexes(spec)) <= made
        for name, (columns, condition) in indexes(spec).items():
            (sql,) = conn.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()
            assert [row[2] for row in conn.execute(f"PRAGMA index_info({name})")] == list(columns)
            assert sql.endswith(f"WHERE {condition}" if condition else ")")


def test_no_index_repeats_the_beginning_of_another() -> None:
    """Each costs room and time at every write."""
    for spec in RECORDS.values():
        whole = list(indexes(spec).values())
        assert len(set(whole)) == len(whole), spec.kind
        for columns, condition in whole:
            longer = [c for c, w in whole if w == condition and c != columns and c[: len(columns)] == columns]
            assert longer == [], (spec.kind, columns)
            assert columns[0] != "id"


def test_what_hangs_on_a_record_is_found_by_it() -> None:
    for spec in RECORDS.values():
        first = {columns[0] for columns, condition in indexes(spec).values() if not condition}
        for field in ([spec.parent[0]] if spec.parent else []) + [field for field, _ in spec.carries]:
            assert field in first, spec.kind
        assert "scope" in first


def test_postgresql_understands_it_too() -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    made = statements(dialect)
    assert len(made) == len(statements())
    text = "\n".join(made)
    assert "BIGINT" in text
    assert " WHERE " in text, "conditions of indexes travel along"
    for table in metadata().sorted_tables:
        assert str(CreateTable(table).compile(dialect=dialect))
        assert all(str(CreateIndex(index).compile(dialect=dialect)) for index in table.indexes)


def test_making_tables_twice_changes_nothing() -> None:
    conn = database().conn
    before = conn.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
    create_tables(conn)
    assert conn.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall() == before


def test_the_fingerprint_is_the_same_in_whatever_order_kinds_were_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a program that loads its parts in another order would drop a good replica."""
    before = fingerprint()
    monkeypatch.setattr(tables, "RECORDS", dict(reversed(RECORDS.items())))
    assert fingerprint() == before


def test_the_fingerprint_is_that_of_the_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint()
    assert fingerprint() == before
    assert len(before) == 16
    monkeypatch.setitem(TYPES, bool, "Text")
    assert fingerprint() != before
    monkeypatch.undo()
    monkeypatch.setitem(RECORDS, "team", msgspec.structs.replace(RECORDS["team"], fields=("id", "scope", "rev")))
    assert fingerprint() != before
