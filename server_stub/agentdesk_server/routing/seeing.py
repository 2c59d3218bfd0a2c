"""What is on the disk, as a view: for parts of the server that look before they ask the authority."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from agentdesk.domain.kernel import Asked, Record
from agentdesk_server.authority import Database
from agentdesk_server.hub.presence import scopes_in

R = TypeVar("R", bound=Record)


class Seeing:
    """A `View` of everything, anew each time it is asked."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, cls: type[R], id: str) -> R | None:
        return self._database.records.of(cls, id)

    def knows(self, cls: type[Record], id: str) -> bool:
        return True

    def page(self, asked: Asked[R], after: tuple[Any, ...] | None = None, limit: int = 50) -> Sequence[R]:
        return self._database.records.page(asked, after, limit)

    def count(self, asked: Asked[Any]) -> int:
        return self._database.records.count(asked)

    def scopes(self, kind: str, id: str) -> frozenset[str]:
        return scopes_in(self._database, kind, id)
