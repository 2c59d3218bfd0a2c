"""A View: what can be known from one place, and what may be seen from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from .actors import Actor
from .errors import Refusal, Unknown
from .questions import Asked
from .records import RECORDS, Fact, Put, Record, Remove, spec_of
from .rights import INTERNAL_ROLES

R = TypeVar("R", bound=Record)
Change = Put | Remove | Fact


class View(Protocol):
    """Truth as one place knows it: on the server all of it, on a desk what its scopes hold and what waits on top."""

    def get(self, cls: type[R], id: str) -> R | None:
        """The record, or None where it is missing or unknown (`knows` tells which)."""

    def knows(self, cls: type[Record], id: str) -> bool:
        """Whether a record that `get` does not find is really missing."""

    def page(self, asked: Asked[R], after: tuple[Any, ...] | None = None, limit: int = 50) -> Sequence[R]:
        """Up to `limit` records in the question's order, after the given key (see `Asked.key`)."""

    def count(self, asked: Asked[Any]) -> int:
        """How many records answer the question."""

    def scopes(self, kind: str, id: str) -> frozenset[str]:
        """All scopes in which a record is shown: its home, and those it is shared into."""


def need(view: View, cls: type[R], id: str, sentence: str = "This is no longer there.") -> R:
    """The record; a `Refusal` if it is missing, `Unknown` if only the server can tell."""
    found = view.get(cls, id)
    if found is not None:
        return found
    if view.knows(cls, id):
        raise Refusal(sentence, "missing", kind=spec_of(cls).kind, id=id)
    raise Unknown(id)


def visible(scopes: frozenset[str], who: Actor) -> bool:
    """Whether somebody may see what is shown in these scopes. The server's own adapters see everything."""
    return who.role in INTERNAL_ROLES or not scopes.isdisjoint(who.scopes)


def is_guest(home: str, scopes: frozenset[str], who: Actor) -> bool:
    """Whether somebody sees a record only because it was shared with them in person. `home` is the record's scope."""
    if who.role in INTERNAL_ROLES or home in who.scopes:
        return False
    return scopes & who.scopes <= {f"user:{who.id}"}


class Without:
    """A view in which some records are missing: what is left for somebody who may not see them."""

    def __init__(self, view: View, hidden: frozenset[tuple[str, str]]) -> None:
        self._view, self._hidden = view, hidden

    def get(self, cls: type[R], id: str) -> R | None:
        return None if (spec_of(cls).kind, id) in self._hidden else self._view.get(cls, id)

    def knows(self, cls: type[Record], id: str) -> bool:
        return (spec_of(cls).kind, id) in self._hidden or self._view.knows(cls, id)

    def page(self, asked: Asked[R], after: tuple[Any, ...] | None = None, limit: int = 50) -> Sequence[R]:
        kind = spec_of(asked.question.cls).kind
        return [r for r in self._view.page(asked, after, limit) if (kind, r.id) not in self._hidden]

    def count(self, asked: Asked[Any]) -> int:
        return self._view.count(asked)

    def scopes(self, kind: str, id: str) -> frozenset[str]:
        return frozenset() if (kind, id) in self._hidden else self._view.scopes(kind, id)


def children(kind: str) -> tuple[tuple[str, str], ...]:
    """(kind, field) of the records that hang on records of this kind."""
    return tuple((s.kind, s.parent[0]) for s in RECORDS.values() if s.parent and s.parent[1] == kind)
