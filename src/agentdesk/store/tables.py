"""One SQL table per kind of record, made from its type, with the indexes that the questions need."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, MetaData, Table, Text, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import CreateIndex, CreateTable

from agentdesk.domain.kernel import RECORDS, RecordSpec
from agentdesk.domain.kernel.questions import QUESTIONS
from agentdesk.domain.kernel.records import plain

from .search import find_table
from .shape import index_columns

TYPES: dict[Any, type[Any]] = {str: Text, int: BigInteger, float: Float, bool: Boolean}


def metadata() -> MetaData:
    """Tables and indexes of all kinds in the catalogue, for any database SQLAlchemy speaks to."""
    found = MetaData()
    for spec in RECORDS.values():
        _table(spec, found)
    return found


def _table(spec: RecordSpec, found: MetaData) -> Table:
    columns: list[Column[Any]] = []
    if spec.searchable:  # its own number, ordered by time, ties the row to the full-text index
        columns.append(Column("row", BigInteger().with_variant(sqlite.INTEGER(), "sqlite"), primary_key=True))
    for name, hint in zip(spec.fields, spec.types, strict=True):
        key = name == "id" and not spec.searchable
        unique = name == "id" and bool(spec.searchable)
        columns.append(Column(name, TYPES.get(plain(hint), Text), primary_key=key, unique=unique, nullable=False))
    table = Table(spec.kind, found, *columns)
    _indexes(spec, table)
    return table


def _indexes(spec: RecordSpec, table: Table) -> None:
    wanted: dict[tuple[tuple[str, ...], str], str] = {(("scope", "rev", "id"), ""): "scope"}
    for question in QUESTIONS.values():
        if question.cls is spec.cls and index_columns(question) != (("id",), ""):
            wanted.setdefault(index_columns(question), question.name.replace(".", "_"))
    for field in ((spec.parent[0],) if spec.parent else ()) + tuple(field for field, _kind in spec.carries):
        if not any(names[0] == field and not condition for names, condition in wanted):
            wanted[(field, "id"), ""] = field
    for (names, condition), label in wanted.items():
        where: dict[str, Any] = {f"{d}_where": text(condition) for d in ("sqlite", "postgresql")} if condition else {}
        Index(f"ix_{spec.kind}_{label}", *(table.c[n] for n in names), **where)


@cache
def statements(dialect: Dialect | None = None) -> list[str]:
    """The DDL of all tables and indexes, in order. The catalogue must be complete when this is first asked."""
    dialect = dialect or sqlite.dialect()
    out: list[str] = []
    for table in metadata().sorted_tables:
        out.append(str(CreateTable(table, if_not_exists=True).compile(dialect=dialect)).strip())
        indexes = sorted(table.indexes, key=lambda i: i.name or "")
        out += [str(CreateIndex(i, if_not_exists=True).compile(dialect=dialect)).strip() for i in indexes]
    return out


def create_tables(conn: Any) -> None:
    """Make all tables, indexes and full-text tables that are not there yet."""
    for statement in statements():
        conn.execute(statement)
    for spec in RECORDS.values():
        if spec.searchable:
            conn.execute(find_table(spec))


def fingerprint() -> str:
    """What the tables look like, in short: a replica made for another shape is dropped and fetched again."""
    finds = [find_table(spec) for spec in RECORDS.values() if spec.searchable]
    return sha256("\n".join((*statements(), *finds)).encode()).hexdigest()[:16]
