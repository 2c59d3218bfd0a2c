"""Truth: the server's view, with what this group of commands has changed so far on top of the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar, cast

from agentdesk.domain.kernel import RECORDS, Asked, Command, Record, lay_over, spec_of
from agentdesk.domain.kernel.commands import command_spec
from agentdesk.store.records import Records

from .shown import Shown

R = TypeVar("R", bound=Record)
CACHE = 100_000
PAGES = 1_000
"""So many first pages of a kind's questions are remembered until a record of that kind changes."""
MANY = 32
"""With more records of a kind that wait, a question looks at SQL alone: looking at each of them takes longer."""
Key = tuple[str, str]


class Truth:
    """A `View` of everything. Writes wait until a question needs them in SQL, or the group ends."""

    def __init__(self, records: Records, shown: Shown) -> None:
        self._records = records
        self._shown = shown
        self._cache: dict[Key, Record | None] = {}
        self._dirty: dict[str, dict[str, Record | None]] = {}
        self._stored: dict[Key, Record | None] = {}
        """What SQL has of those that wait, as far as it is known."""
        self._pages: defaultdict[str, dict[tuple[Asked[Any], int], Sequence[Any]]] = defaultdict(dict)

    def expect(self, commands: Iterable[Command]) -> None:
        """Look up what these commands name, many at a time: each statement has to wait for the interpreter after it."""
        named: dict[str, set[str]] = {}
        for command in commands:
            spec = command_spec(command)
            fields = ((kind, getattr(command, field)) for field, kind in (*spec.refs, *spec.creates))
            for kind, id in (*fields, *command.asks_for()):
                if id and (kind, id) not in self._cache:
                    named.setdefault(kind, set()).add(id)
        for kind, ids in named.items():
            found = self._records.get_many(kind, sorted(ids))
            self._cache.update(((kind, id), found.get(id)) for id in ids)
            if RECORDS[kind].parent is None:
                self._shown.expect(kind, sorted(ids))

    def find(self, kind: str, id: str) -> Record | None:
        key = (kind, id)
        try:
            return self._cache[key]
        except KeyError:
            found = self._cache[key] = self._records.get(kind, id)
            return found

    def get(self, cls: type[R], id: str) -> R | None:
        return cast("R | None", self.find(spec_of(cls).kind, id))

    def knows(self, cls: type[Record], id: str) -> bool:
        return True

    def page(self, asked: Asked[R], after: tuple[Any, ...] | None = None, limit: int = 50) -> Sequence[R]:
        kind = spec_of(asked.question.cls).kind
        if after is not None:
            return self._page(kind, asked, after, limit)
        pages = self._pages[kind]
        try:
            return pages[asked, limit]
        except KeyError:
            if len(pages) >= PAGES:
                pages.clear()
            found = pages[asked, limit] = self._page(kind, asked, None, limit)
            return found

    def _page(self, kind: str, asked: Asked[R], after: tuple[Any, ...] | None, limit: int) -> Sequence[R]:
        dirty = self._dirty.get(kind)
        if dirty and len(dirty) > MANY:
            self._write(kind)
            dirty = None
        if not dirty:
            return self._records.page(asked, after, limit)
        return lay_over(asked, self._records.page(asked, after, limit + len(dirty)), dirty, after, limit)

    def count(self, asked: Asked[Any]) -> int:
        self.flush()
        return self._records.count(asked)

    def scopes(self, kind: str, id: str) -> frozenset[str]:
        """Home, and wherever the record or what it hangs on is shown."""
        found = self.find(kind, id)
        if found is None:
            return frozenset()
        return frozenset((found.scope, *self._shown.scopes(*root_of(found))))

    def put(self, record: Record) -> None:
        self._wait(spec_of(record).kind, record.id, record)

    def remove(self, kind: str, id: str) -> None:
        self._wait(kind, id, None)

    def _wait(self, kind: str, id: str, record: Record | None) -> None:
        key, dirty = (kind, id), self._dirty.setdefault(kind, {})
        if id not in dirty and key in self._cache:
            self._stored[key] = self._cache[key]
        self._cache[key] = dirty[id] = record
        self._pages.pop(kind, None)

    def children(self, kind: str, id: str) -> list[Record]:
        """All records that hang on this one."""
        self.flush()
        hanging = self._records.children(kind, [id])
        return [
            record
            for child, rows in hanging.items()
            for record in self._records.get_many(child, [row[0] for row in rows]).values()
        ]

    def flush(self) -> None:
        """Bring the waiting writes into SQL."""
        for kind in list(self._dirty):
            self._write(kind)

    def _write(self, kind: str) -> None:
        records = self._dirty.pop(kind)
        stored = {id: self._stored.pop((kind, id)) for id in records if (kind, id) in self._stored}
        put = {id: record for id, record in records.items() if record is not None}
        self._records.erase(kind, [id for id, record in records.items() if record is None])
        self._records.put(record for id, record in put.items() if id not in stored)
        self._records.put((put[id] for id, old in stored.items() if id in put and old is None), fresh=True)
        self._records.change(kind, [(old, put[id]) for id, old in stored.items() if id in put and old is not None])

    def forget(self, *, always: bool = False) -> None:
        """Drop what is remembered: after a rollback, or when it has grown too large."""
        if always or len(self._cache) > CACHE:
            self._cache.clear()
            self._dirty.clear()
            self._stored.clear()
            self._pages.clear()


def root_of(record: Record) -> Key:
    """The record on which this one hangs, or itself: what is shared is shared by roots."""
    spec = spec_of(record)
    if spec.parent is None:
        return spec.kind, record.id
    return spec.parent[1], getattr(record, spec.parent[0])
