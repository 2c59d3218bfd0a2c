"""Questions: declared once as kind, filter and order, so that each has an index and none loops over all records."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from functools import cache
from operator import attrgetter
from typing import Any, Generic, TypeVar

import msgspec

from .records import Record

R = TypeVar("R", bound=Record)


class Where(msgspec.Struct, frozen=True):
    """One condition. A value that starts with `:` names a parameter."""

    field: str
    op: str
    value: Any


def eq(field: str, value: Any) -> Where:
    return Where(field, "eq", value)


def ne(field: str, value: Any) -> Where:
    return Where(field, "ne", value)


def among(field: str, value: Any) -> Where:
    return Where(field, "in", value)


def gt(field: str, value: Any) -> Where:
    return Where(field, "gt", value)


def lt(field: str, value: Any) -> Where:
    return Where(field, "lt", value)


QUESTIONS: dict[str, Question[Any]] = {}


class Question(msgspec.Struct, Generic[R], frozen=True):
    """What can be asked: records of one kind that meet all conditions, in an order that ends with the id.

    `order` names fields; a leading `-` turns the direction. All of an order's fields go the same way, so that a page
    is one range of one index.
    """

    name: str
    cls: type[R]
    where: tuple[Where, ...]
    order: tuple[str, ...]

    def __post_init__(self) -> None:
        if len({field.startswith("-") for field in self.order}) > 1:
            raise ValueError(f"question {self.name}: an order goes one way")
        if QUESTIONS.setdefault(self.name, self) is not self and QUESTIONS[self.name] != self:
            raise RuntimeError(f"question {self.name} declared twice")

    def __call__(self, **args: Any) -> Asked[R]:
        """The question with its parameters filled in; `KeyError` if one is missing."""
        values = tuple(
            args[w.value[1:]] if isinstance(w.value, str) and w.value.startswith(":") else w.value for w in self.where
        )
        return Asked(self, tuple(tuple(v) if isinstance(v, list) else v for v in values))

    @property
    def descending(self) -> bool:
        return bool(self.order) and self.order[0].startswith("-")

    @property
    def keys(self) -> tuple[str, ...]:
        """The fields of the order, without direction, the id last."""
        return (*(field.lstrip("-") for field in self.order), "id")


class Asked(msgspec.Struct, Generic[R], frozen=True):
    """A question with its values: can be put to a store and tested on a single record alike."""

    question: Question[R]
    values: tuple[Any, ...]

    def matches(self, record: Record) -> bool:
        """Whether this record belongs to the answer."""
        for where, value in zip(self.question.where, self.values, strict=True):
            if not _TESTS[where.op](getattr(record, where.field), value):
                return False
        return True

    @property
    def fields(self) -> frozenset[str]:
        """The record's fields by which it is chosen."""
        return frozenset(where.field for where in self.question.where)

    @property
    def beside(self) -> frozenset[str]:
        """The kinds of other records that it looks at: none, if all it needs is in the record."""
        return frozenset()

    def key(self, record: Record) -> tuple[Any, ...]:
        """The record's place in the order."""
        return _place(self.question.order)(record)

    def before(self, left: tuple[Any, ...], right: tuple[Any, ...]) -> bool:
        """Whether the left place comes before the right one."""
        return left > right if self.question.descending else left < right


@cache
def _place(order: tuple[str, ...]) -> Callable[[Record], tuple[Any, ...]]:
    """Reads a record's place in an order; asked for each row that changes."""
    if not order:
        return lambda record: (record.id,)
    return attrgetter(*(field.lstrip("-") for field in order), "id")


_TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "in": lambda have, want: have in want,
    "gt": operator.gt,
    "lt": operator.lt,
}
