"""Pending commands laid over truth: what each would do, what it looked at, and when it must be decided anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar, cast

from agentdesk.domain.kernel import Actor, Asked, Put, Record, Refusal, Remove, Unknown, decide, spec_of
from agentdesk.domain.kernel.records import is_carried

from .news import Pending

R = TypeVar("R", bound=Record)
Key = tuple[str, str]
"""(kind, id)"""
Pair = tuple[Record | None, Record | None]
"""What a record was and what it is."""
Changes = dict[Key, tuple[Record | None, ...]]
"""All that a record has been or may be, where something has changed."""


class Truth(Protocol):
    """What is confirmed: the reader, or anything that answers like it."""

    @property
    def scopes(self) -> frozenset[str]: ...

    @property
    def filled(self) -> frozenset[str]: ...

    def get(self, kind: str, id: str) -> Record | None: ...

    def get_many(self, kind: str, ids: Sequence[str]) -> dict[str, Record]: ...

    def page(self, asked: Asked[Any], after: tuple[Any, ...] | None = None, limit: int = 50) -> list[Any]: ...

    def count(self, asked: Asked[Any]) -> int: ...


class Wish:
    """A pending command with its effect, and what its decision depended on."""

    def __init__(self, pending: Pending) -> None:
        self.pending = pending
        self.effect: dict[Key, Record | None] = {}
        self.read: set[Key] = set()
        self.asked: set[Asked[Any]] = set()

    def depends_on(self, changed: Changes) -> bool:
        """Whether any of these changes could make the decision another one."""
        if any(key in changed for key in self.read) or any(key in changed for key in self.effect):
            return True
        return any(_concerns(asked, changed) for asked in self.asked)


class Layered:
    """A View: truth with effects over it; notes what is looked at, if it is given a wish to note it in."""

    def __init__(self, truth: Truth, over: dict[str, dict[str, Record | None]], own: str, wish: Wish | None = None):
        self.truth = truth
        self.over = over
        self.own = own
        self.wish = wish

    def get(self, cls: type[R], id: str) -> R | None:
        kind = spec_of(cls).kind
        if self.wish is not None:
            self.wish.read.add((kind, id))
        over = self.over.get(kind)
        if over is not None and id in over:
            return cast(R | None, over[id])
        return cast(R | None, self.truth.get(kind, id))

    def knows(self, cls: type[Record], id: str) -> bool:
        """Really missing: removed by a wish of ours, or of a kind that every desk holds whole."""
        spec = spec_of(cls)
        return id in self.over.get(spec.kind, ()) or (spec.complete and COMMON in self.truth.filled)

    def page(self, asked: Asked[R], after: tuple[Any, ...] | None = None, limit: int = 50) -> Sequence[R]:
        over = self.over.get(spec_of(asked.question.cls).kind, {})
        found = self.truth.page(asked, after, limit + len(over))
        if over:
            found = [record for record in found if record.id not in over]
            found += [record for record in over.values() if record is not None and asked.matches(record)]
            found.sort(key=asked.key, reverse=asked.question.descending)
            if after is not None:
                found = [record for record in found if asked.before(after, asked.key(record))]
        found = found[:limit]
        if self.wish is not None:
            self.wish.asked.add(asked)
            self.wish.read.update((spec_of(record).kind, record.id) for record in found)
        return found

    def count(self, asked: Asked[Any]) -> int:
        if self.wish is not None:
            self.wish.asked.add(asked)
        kind = spec_of(asked.question.cls).kind
        return self.truth.count(asked) + self.surplus(asked, kind)

    def surplus(self, asked: Asked[Any], kind: str) -> int:
        """By how much the effects change a count."""
        over = self.over.get(kind)
        if not over:
            return 0
        under = self.truth.get_many(kind, list(over))
        return sum(_fits(asked, record) - _fits(asked, under.get(id)) for id, record in over.items())

    def scopes(self, kind: str, id: str) -> frozenset[str]:
        """Whatever a desk holds is visible to its person: by the scope it is at home in, with a record that carries it,
        or else because it was shared with the person. Where else it is shown only the server knows.
        """
        over = self.over.get(kind, {})
        there = over[id] if id in over else self.truth.get(kind, id)
        if there is None:
            return frozenset()
        everywhere = self.truth.scopes | {self.own}
        parent = spec_of(there).parent
        carried = is_carried(kind) or (parent is not None and is_carried(parent[1]))
        return everywhere if there.scope in everywhere or carried else frozenset((self.own,))


COMMON = "org"
"""The scope that everybody holds."""


class Overlay:
    """All wishes in order, and the sum of their effects over truth. Pure: no clock, no I/O but the truth's."""

    def __init__(self, truth: Truth, who: Actor) -> None:
        self.truth = truth
        self.who = who
        self.wishes: list[Wish] = []
        self.view = self._layered({})

    def _layered(self, over: dict[str, dict[str, Record | None]], wish: Wish | None = None) -> Layered:
        return Layered(self.truth, over, f"user:{self.who.id}", wish)

    def weigh(self, pending: Pending) -> Wish:
        """Decide a new wish over all that is here. Raises `Refusal`."""
        wish = Wish(pending)
        self._decide(wish, self.view.over)
        return wish

    def lay(self, wish: Wish) -> None:
        """Put a new wish on top."""
        self._lay(wish, self.view.over)
        self.wishes.append(wish)

    def rebase(self, changed: Mapping[Key, tuple[Record | None, ...]] | None, settled: Iterable[int] = ()) -> set[Key]:
        """Truth has moved (`None`: in too many places to say): decide anew what depends on it.

        Returns the keys at which the sum of effects may differ from before.
        """
        gone = set(settled)
        dirty: Changes | None = None if changed is None else dict(changed)
        if not gone and dirty is not None and not any(wish.depends_on(dirty) for wish in self.wishes):
            return set()
        over: dict[str, dict[str, Record | None]] = {}
        touched: set[Key] = set()
        kept: list[Wish] = []
        for wish in self.wishes:
            before = wish.effect
            if wish.pending.key in gone:
                wish.effect = {}
            elif dirty is None or wish.depends_on(dirty):
                self._redecide(wish, over)
            self._note(before, wish.effect, dirty, touched)
            if wish.pending.key not in gone:
                self._lay(wish, over)
                kept.append(wish)
        self.wishes = kept
        self.view = self._layered(over)
        return touched

    def replace(self, pending: Sequence[Pending]) -> set[Key]:
        """Other wishes instead of these, all decided anew."""
        touched = {key for wish in self.wishes for key in wish.effect}
        have = {wish.pending.key: wish for wish in self.wishes}
        self.wishes = [have.get(one.key) or Wish(one) for one in pending]
        return touched | self.rebase(None) | {key for wish in self.wishes for key in wish.effect}

    def _note(
        self,
        before: dict[Key, Record | None],
        after: dict[Key, Record | None],
        dirty: Changes | None,
        touched: set[Key],
    ) -> None:
        """Where a wish's effect has changed, later wishes and readers must look again."""
        for key in before.keys() | after.keys():
            if before.get(key, _NOTHING) != after.get(key, _NOTHING):
                touched.add(key)
                if dirty is not None:
                    dirty[key] = (*dirty.get(key, ()), before.get(key), after.get(key), self.truth.get(*key))

    def _redecide(self, wish: Wish, over: dict[str, dict[str, Record | None]]) -> None:
        try:
            self._decide(wish, over)
        except Refusal:
            wish.effect = {}  # the server has the last word: it waits on, without a local effect

    def _decide(self, wish: Wish, over: dict[str, dict[str, Record | None]]) -> None:
        wish.read, wish.asked = set(), set()
        scopes = self.truth.scopes | {f"user:{self.who.id}"}
        who = Actor(self.who.id, self.who.role, self.who.name, self.who.teams, scopes, self.who.device, wish.pending.at)
        try:
            changes = decide(wish.pending.command, self._layered(over, wish), who, wish.pending.at)
        except Unknown:
            changes = []
        wish.effect = {}
        for change in changes:
            if isinstance(change, Put):
                wish.effect[spec_of(change.record).kind, change.record.id] = change.record
            elif isinstance(change, Remove):
                wish.effect[spec_of(change.cls).kind, change.id] = None

    @staticmethod
    def _lay(wish: Wish, over: dict[str, dict[str, Record | None]]) -> None:
        for (kind, id), record in wish.effect.items():
            over.setdefault(kind, {})[id] = record


_NOTHING: Any = object()


def _fits(asked: Asked[Any], record: Record | None) -> int:
    return int(record is not None and asked.matches(record))


def _concerns(asked: Asked[Any], changed: Changes) -> bool:
    cls = asked.question.cls
    return any(isinstance(one, cls) and asked.matches(one) for some in changed.values() for one in some)
