"""One SQL table per kind of record, made from its type, with the indexes that the questions need."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from agentdesk.domain.kernel import RECORDS, RecordSpec
from agentdesk.domain.kernel.questions import QUESTIONS
from agentdesk.domain.kernel.records import plain

from .search import find_table
from .shape import index_columns

if TYPE_CHECKING:  # loading it takes longer than all of Qt, and a desk that has its tables needs none of it
    from sqlalchemy import MetaData, Table
    from sqlalchemy.engine import Dialect

TYPES: dict[Any, str] = {str: "Text", int: "BigInteger", float: "Float", bool: "Boolean"}
FORM = 1
"""Counted up when what is below makes other tables of the same records."""

Wanted = dict[str, tuple[tuple[str, ...], str]]
"""An index by its name: columns, and the condition under which a row is in it."""


def metadata() -> MetaData:
    """Tables and indexes of all kinds in the catalogue, for any database SQLAlchemy speaks to."""
    from sqlalchemy import MetaData

    found = MetaData()
    for spec in RECORDS.values():
        _table(spec, found)
    return found


def _table(spec: RecordSpec, found: MetaData) -> Table:
    import sqlalchemy as sql
    from sqlalchemy.dialects import sqlite

    columns: list[sql.Column[Any]] = []
    if spec.searchable:  # its own number, ordered by time, ties the row to the full-text index
        columns.append(sql.Column("row", sql.BigInteger().with_variant(sqlite.INTEGER(), "sqlite"), primary_key=True))
    for name, hint in zip(spec.fields, spec.types, strict=True):
        key = name == "id" and not spec.searchable
        unique = name == "id" and bool(spec.searchable)
        columns.append(sql.Column(name, getattr(sql, _type(hint)), primary_key=key, unique=unique, nullable=False))
    table = sql.Table(spec.kind, found, *columns)
    for index, (names, condition) in indexes(spec).items():
        where: dict[str, Any] = {}
        if condition:
            where = {f"{d}_where": sql.text(condition) for d in ("sqlite", "postgresql")}
        sql.Index(index, *(table.c[n] for n in names), **where)
    return table


def _type(hint: Any) -> str:
    return TYPES.get(plain(hint), "Text")


def indexes(spec: RecordSpec) -> Wanted:
    """The indexes of a kind: what sync needs, what its questions need, and the fields that point to other records."""
    wanted: dict[tuple[tuple[str, ...], str], str] = {(("scope", "rev", "id"), ""): "scope"}
    for question in QUESTIONS.values():
        if question.cls is spec.cls and index_columns(question) != (("id",), ""):
            wanted.setdefault(index_columns(question), question.name.replace(".", "_"))
    for field in ((spec.parent[0],) if spec.parent else ()) + tuple(field for field, _kind in spec.carries):
        if not any(names[0] == field and not condition for names, condition in wanted):
            wanted[(field, "id"), ""] = field
    return {f"ix_{spec.kind}_{label}": index for index, label in wanted.items()}


@cache
def statements(dialect: Dialect | None = None) -> list[str]:
    """The DDL of all tables and indexes, in order. The catalogue must be complete when this is first asked."""
    from sqlalchemy.dialects import sqlite
    from sqlalchemy.schema import CreateIndex, CreateTable

    dialect = dialect or sqlite.dialect()
    out: list[str] = []
    for table in metadata().sorted_tables:
        out.append(str(CreateTable(table, if_not_exists=True).compile(dialect=dialect)).strip())
        made = sorted(table.indexes, key=lambda i: i.name or "")
        out += [str(CreateIndex(i, if_not_exists=True).compile(dialect=dialect)).strip() for i in made]
    return out


def create_tables(conn: Any) -> None:
    """Make all tables, indexes and full-text tables that are not there yet."""
    if _names() <= {name for (name,) in conn.execute("SELECT name FROM sqlite_schema")}:
        return
    for statement in statements():
        conn.execute(statement)
    for spec in RECORDS.values():
        if spec.searchable:
            conn.execute(find_table(spec))


@cache
def _names() -> frozenset[str]:
    """What there must be. The catalogue must be complete when this is first asked."""
    found = {name for spec in RECORDS.values() for name in (spec.kind, *indexes(spec))}
    return frozenset(found | {f"find_{spec.kind}" for spec in RECORDS.values() if spec.searchable})


def fingerprint() -> str:
    """What the tables look like, in short: a replica made for another shape is dropped and fetched again."""
    return sha256(repr((FORM, [_shape(spec) for _, spec in sorted(RECORDS.items())])).encode()).hexdigest()[:16]


def _shape(spec: RecordSpec) -> tuple[Any, ...]:
    find = spec.searchable and find_table(spec)
    return spec.kind, spec.fields, [_type(hint) for hint in spec.types], find, indexes(spec)
