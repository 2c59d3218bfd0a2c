"""What somebody looks for: words, and what the operators beside them ask."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from ..kernel.terms import MAX_TERMS, Term

Field = Literal["from", "to", "tag", "tier", "is", "before", "after", "in", "has", "sort"]
Value = Annotated[str, msgspec.Meta(max_length=200)]
MOST_FILTERS = 16
MESSAGE_STATES = frozenset({"note", "reply", "customer", "call"})
"""What is so of a single message, not of a case."""


class Filter(msgspec.Struct, frozen=True):
    """One operator: any of the values will do; `without`: none of them may.

    Values are the same in every language: `me` for oneself, times as milliseconds, `team:ID` and `channel:NAME`.
    """

    field: Field
    values: Annotated[tuple[Value, ...], msgspec.Meta(max_length=16)]
    without: bool = False


class Fault(msgspec.Struct, frozen=True):
    """Why an operator cannot be followed: a sentence that says what can be written instead, and its words."""

    sentence: str
    words: dict[str, Any] = {}


class Sought(msgspec.Struct, frozen=True):
    """All of a line: what must be said, the filters, and what could not be understood (that is left out)."""

    terms: Annotated[tuple[Term, ...], msgspec.Meta(max_length=MAX_TERMS)] = ()
    filters: Annotated[tuple[Filter, ...], msgspec.Meta(max_length=MOST_FILTERS)] = ()
    faults: tuple[Fault, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is looked for."""
        return bool(self.terms or any(one.field != "sort" for one in self.filters))

    @property
    def wanted(self) -> tuple[Term, ...]:
        """What must be said."""
        return tuple(term for term in self.terms if not term.without)

    @property
    def best(self) -> bool:
        """Whether the best come first, and not the newest."""
        return self.asks("sort", "best")

    def asks(self, field: str, *values: str) -> bool:
        """Whether one of these values is wanted."""
        return any(one.field == field and not one.without and set(one.values) & set(values) for one in self.filters)

    def named(self) -> tuple[str, ...]:
        """Whom it is to be from or to, oneself left out."""
        people = (one for one in self.filters if one.field in ("from", "to") and not one.without)
        return tuple(value for one in people for value in one.values if value != "me")

    def span(self) -> tuple[int, int]:
        """From when (inclusive) until when (exclusive) it must have been, in UTC milliseconds; 0 and 2^48 if ever."""
        return min(self._times("after"), default=0), min(max(self._times("before"), default=1 << 48), 1 << 48)

    def _times(self, field: str) -> list[int]:
        """The times that one of these filters may mean; what comes over a wire may be none."""
        wanted = (one for one in self.filters if one.field == field and not one.without)
        return [int(value) for one in wanted for value in one.values if value.isdecimal()]

    @property
    def of_messages(self) -> bool:
        """Whether only single messages can fit, though no word is looked for."""
        said = any(one.field == "from" and not one.without for one in self.filters)
        return said or self.asks("has", "attachment") or self.asks("is", *MESSAGE_STATES) or self.asks("in", "notes")
