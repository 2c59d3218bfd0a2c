"""Conditions: which records are meant, in one small language for views, rules and searches; tested here on one record.

A condition is a list of clauses of which each must hold; a clause is a list of tests of which one must hold. Whatever
can be said with and, or and not can be written so. The store turns the same into SQL, and both say the same of every
record.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal, get_args

import msgspec
from msgspec import Meta

from .errors import Refusal
from .masking import Masked
from .questions import Question
from .records import Record
from .values import clean

Op = Literal[
    "is", "not", "has", "lacks", "above", "below", "after", "before", "later", "sooner", "set", "unset"
]  # fmt: skip
"""later, sooner: than now and so many milliseconds, which may be fewer than none. They are gone once it is `bound`."""
Sort = Literal["word", "words", "number", "time", "text"]
OPS: Mapping[Sort, tuple[Op, ...]] = {
    "word": ("is", "not", "set", "unset"),
    "words": ("is", "not", "set", "unset"),
    "number": ("is", "not", "above", "below"),
    "time": ("after", "before", "later", "sooner", "set", "unset"),
    "text": ("has", "lacks", "is", "not", "set", "unset"),
}
NEGATED: Mapping[str, Op] = {"not": "is", "lacks": "has", "unset": "set"}
RELATIVE = ("later", "sooner")
ME, MINE = "@me", "@mine"
"""Values that stand for who asks, and for their teams."""
MOST_CLAUSES, MOST_TESTS, MOST_VALUES = 20, 20, 50

Whole = Annotated[int, Meta(ge=-(2**53) + 1, le=2**53 - 1)]
Value = Annotated[str, Meta(max_length=200)] | Whole


class Trait(msgspec.Struct, frozen=True):
    """One field, what must be so of it, and with which values: of several, one is enough."""

    field: Annotated[str, Meta(max_length=160)]
    op: Op
    values: Annotated[tuple[Value, ...], Meta(max_length=MOST_VALUES)] = ()


Clause = Annotated[tuple[Trait, ...], Meta(max_length=MOST_TESTS)]


class Condition(msgspec.Struct, frozen=True):
    """All clauses hold; none says nothing, and so means everything."""

    clauses: Annotated[tuple[Clause, ...], Meta(max_length=MOST_CLAUSES)]


class Via(msgspec.Struct, frozen=True):
    """Other records that a field is read from: those whose fields are as the named ones of the record itself.

    `pairs` are (field there, field here). With a question they are found by it, else the one pair is the id. `fixed`
    are what the question wants besides: (field there, value).
    """

    kind: str
    cls: type[Record]
    pairs: tuple[tuple[str, str], ...]
    question: Question[Any] | None = None
    fixed: tuple[tuple[str, str], ...] = ()


class Column(msgspec.Struct, frozen=True):
    """What a field's name stands for: which fields of the record, or of other records. A time that is one of `never`
    is none.
    """

    sort: Sort
    names: tuple[str, ...]
    via: Via | None = None
    never: tuple[int, ...] = (0,)


Columns = Mapping[str, Column]
COLUMNS: dict[type[Record], Columns] = {}
"""What can be asked of each kind of record."""
Others = Callable[[Record, Via], Iterable[Record]]
"""Finds what a field is read from."""


def folded(text: str) -> str:
    """A text as it is compared: lower case, without accents; what is hidden in it is not there. Nor is NUL, at which
    SQL would stop.
    """
    text = Masked.shown(text, lambda _: " ").replace("\0", " ")
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def bound(condition: Condition, me: str, teams: Sequence[str], now: int) -> Condition:
    """The condition for somebody at a moment (ms, UTC): every value stands for itself."""
    return Condition(tuple(tuple(_bound(one, me, teams, now) for one in clause) for clause in condition.clauses))


def _bound(test: Trait, me: str, teams: Sequence[str], now: int) -> Trait:
    if test.op in RELATIVE:
        times = tuple(now + value for value in test.values if isinstance(value, int))
        return Trait(test.field, "after" if test.op == "later" else "before", times)
    values: list[str | int] = []
    for value in test.values:
        values += [me] if value == ME else teams if value == MINE else [value]
    return msgspec.structs.replace(test, values=tuple(dict.fromkeys(values)))


def is_relative(condition: Condition) -> bool:
    """Whether what it means changes as time goes by."""
    return any(test.op in RELATIVE for clause in condition.clauses for test in clause)


def columns_of(condition: Condition, columns: Columns) -> list[Column]:
    """Those that a condition looks at."""
    return [columns[test.field] for clause in condition.clauses for test in clause if test.field in columns]


def holds(condition: Condition, record: Record, columns: Columns, others: Others) -> bool:
    """Whether a bound condition holds for a record. A field that is not known holds for nothing."""
    return all(any(_holds(test, record, columns, others) for test in clause) for clause in condition.clauses)


def _holds(test: Trait, record: Record, columns: Columns, others: Others) -> bool:
    column = columns.get(test.field)
    if column is None or test.op not in OPS[column.sort]:
        return False
    op = NEGATED.get(test.op, test.op)
    there: Iterable[Record] = (record,) if column.via is None else others(record, column.via)
    found = any(_says(op, getattr(one, name), test.values, column) for one in there for name in column.names)
    return found != (test.op in NEGATED)


def _says(op: str, have: Any, values: tuple[str | int, ...], column: Column) -> bool:
    """One of the ops that say yes, on one value."""
    if op == "set":
        return bool(have) and (column.sort != "time" or have not in column.never)
    if column.sort in ("number", "time"):
        numbers = [value for value in values if isinstance(value, int)]
        if column.sort == "time" and have in column.never:
            return False
        return any(_compared(op, have, value) for value in numbers)
    wanted = [value for value in values if isinstance(value, str)]
    if column.sort == "word":
        return have in wanted
    if column.sort == "words":
        return not {folded(value) for value in wanted}.isdisjoint(folded(value) for value in have)
    text = folded(have)
    return any(folded(value) in text if op == "has" else folded(value) == text for value in wanted)


def _compared(op: str, have: int, value: int) -> bool:
    if op == "is":
        return have == value
    return have > value if op == "above" else have >= value if op == "after" else have < value


def checked(condition: Condition, columns: Columns) -> Condition:
    """The condition as it may be kept. Raises `Refusal` for what means nothing."""
    return Condition(tuple(tuple(_checked(one, columns) for one in clause) for clause in condition.clauses if clause))


def _checked(test: Trait, columns: Columns) -> Trait:
    column = columns.get(test.field)
    if column is None:
        raise Refusal("There is nothing called {field} to look at. Choose another field.", "field", field=test.field)
    if test.op not in get_args(Op) or test.op not in OPS[column.sort]:
        raise Refusal("{field} cannot be asked that way. Choose another comparison.", "op", field=test.field)
    if test.op in ("set", "unset"):
        return Trait(test.field, test.op)
    wants = int if column.sort in ("number", "time") else str
    values = tuple(clean(value) if isinstance(value, str) else value for value in test.values)
    if not values or any(type(value) is not wants for value in values):
        raise Refusal("Say what {field} is compared with.", "value", field=test.field)
    if column.sort == "text" and not all(values):
        raise Refusal("Say what {field} is compared with.", "value", field=test.field)
    return Trait(test.field, test.op, values)
