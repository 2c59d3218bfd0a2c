"""A View: what can be known from one place, and what may be seen from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from .actors import Actor
from .errors import Refusal, Unknown
from .questions import Asked
from .records import RECORDS, Fact, Put, Record, Remove, spec_of

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
    return who.role in ("system", "channel") or not scopes.isdisjoint(who.scopes)


def held_scopes(role: str, person: str, teams: Sequence[str]) -> tuple[tuple[str, int], ...]:
    """The scopes a person holds, each with its priority (lower fills first). Deny by default: nothing else is held."""
    held = [("org", 0), (f"user:{person}", 1)]
    held += [(f"team:{team}:open", 2) for team in teams]
    if role == "lead":
        held += [(f"lead:{team}", 3) for team in teams]
    held += [(f"team:{team}:past", 9) for team in teams]
    return tuple(held)


def children(kind: str) -> tuple[tuple[str, str], ...]:
    """(kind, field) of the records that hang on records of this kind."""
    return tuple((s.kind, s.parent[0]) for s in RECORDS.values() if s.parent and s.parent[1] == kind)
