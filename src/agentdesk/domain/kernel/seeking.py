"""Questions that nobody declared: a condition and an order of one's own, put and answered as declared ones are."""

from __future__ import annotations

from typing import Any, TypeVar

from .conditions import COLUMNS, Condition, Via, columns_of, holds
from .questions import Asked, Question
from .records import Record
from .view import View

R = TypeVar("R", bound=Record)


class Open(Question[R], frozen=True):
    """A question without a fixed filter. It has no index of its own: the store reads what there is."""

    def __post_init__(self) -> None:
        if len({field.startswith("-") for field in self.order}) > 1:
            raise ValueError(f"question {self.name}: an order goes one way")


class Sought(Asked[R], frozen=True):
    """A bound condition, put to a store or tested on one record. `view` is where other records are looked up."""

    condition: Condition
    view: View

    def matches(self, record: Record) -> bool:
        """Whether this record belongs to the answer."""
        return holds(self.condition, record, COLUMNS[self.question.cls], self._others)

    @property
    def fields(self) -> frozenset[str]:
        """The record's fields by which it is chosen."""
        found = columns_of(self.condition, COLUMNS[self.question.cls])
        own = (name for one in found if one.via is None for name in one.names)
        return frozenset((*own, *(here for one in found if one.via for _, here in one.via.pairs)))

    @property
    def beside(self) -> frozenset[str]:
        """The kinds of other records that it looks at: where one of them changes, what is known is to be asked anew."""
        found = columns_of(self.condition, COLUMNS[self.question.cls])
        return frozenset(one.via.kind for one in found if one.via is not None)

    def _others(self, record: Record, via: Via) -> list[Record]:
        return others_in(self.view, record, via)


def others_in(view: View, record: Record, via: Via) -> list[Record]:
    """The other records that a field of this one is read from."""
    if via.question is not None:
        where: dict[str, Any] = {there: getattr(record, here) for there, here in via.pairs}
        where.update(via.fixed)
        return list(view.page(via.question(**where), limit=10))
    id = getattr(record, via.pairs[0][1])
    found = view.get(via.cls, id) if id else None
    return [] if found is None else [found]
