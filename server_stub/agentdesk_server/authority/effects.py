"""What a decision means: records stamped, children moved along, and for each scope what it gains and loses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from agentdesk.domain.kernel import RECORDS, Change, Put, Record, Remove, Share, spec_of

from .checks import Checks
from .entries import Part
from .shown import Shown
from .stamping import stamped
from .truth import Key, Truth, root_of

Pair = tuple[Record | None, Record | None]
EVERYBODY = "org"
"""The scope that every desk holds."""


class Effects:
    """Carries one decision's changes into truth and works out who gets what. One instance a transaction."""

    def __init__(self, truth: Truth, shown: Shown, checks: Checks, rev: int) -> None:
        self._truth, self._shown, self._checks, self._rev = truth, shown, checks, rev
        self.touched: dict[Key, Pair] = {}
        self.parts: dict[str, Part] = {}
        self.entered: list[tuple[str, str, str]] = []
        """(scope, kind, id) of what a scope shows that it did not show before: an older farewell is void."""
        self._how: dict[Key, str] = {}

    def apply(self, changes: Iterable[Change]) -> list[Key]:
        """Do it. Returns the keys that the command itself changed, before children that only moved along."""
        self._collect(changes)
        own = list(self.touched)
        self._move_children()
        before = {key: self._scopes(old) for key, (old, _) in self.touched.items()}
        gained, lost = self._share()
        for key, (_, new) in self.touched.items():
            if new is not None:
                self._truth.put(new)
            else:
                self._truth.remove(*key)
        after = {key: self._scopes(new) for key, (_, new) in self.touched.items()}
        more_gained, more_lost = self._carry(before, after, gained, lost)
        for key, _ in more_gained | more_lost:
            if key in after:  # a carried record that was itself changed here is shown by its new scopes
                after[key] = self._scopes(self.touched[key][1])
        self._tell(before, after)
        self._tell_everybody(own)
        self._tell_trees(gained | more_gained, lost | more_lost)
        for root in {root_of(record) for pair in self.touched.values() for record in pair if record is not None}:
            self._shown.touch(root, self._rev)
        return own

    def _collect(self, changes: Iterable[Change]) -> None:
        for change in changes:
            if isinstance(change, Put):
                key = (spec_of(change.record).kind, change.record.id)
                self.touched[key] = (self._old(key), change.record)
            elif isinstance(change, Remove):
                key = (spec_of(change.cls).kind, change.id)
                if self._old(key) is not None:
                    self.touched[key] = (self._old(key), None)
                    self._how[key] = change.how
        for key, (old, new) in list(self.touched.items()):
            if new is not None:
                self.touched[key] = (old, msgspec.structs.replace(new, rev=self._rev, scope=self._home(new)))
        for key, (old, new) in list(self.touched.items()):
            if new is not None:
                self.touched[key] = (old, stamped(new, old, self._look_up))

    def _look_up(self, kind: str, id: str) -> Record | None:
        return self._new((kind, id))

    def _old(self, key: Key) -> Record | None:
        return self.touched[key][0] if key in self.touched else self._truth.find(*key)

    def _home(self, record: Record) -> str:
        """A child never has a scope of its own choice: it lives where its parent lives."""
        parent = self._new(root_of(record))
        return record.scope if parent is None or parent is record else parent.scope

    def _new(self, key: Key) -> Record | None:
        return self.touched[key][1] if key in self.touched else self._truth.find(*key)

    def _move_children(self) -> None:
        for (kind, id), (old, new) in list(self.touched.items()):
            if old is None or (new is not None and new.scope == old.scope):
                continue
            if not any(s.parent and s.parent[1] == kind for s in RECORDS.values()):
                continue
            for child in self._truth.children(kind, id):
                key = (spec_of(child).kind, child.id)
                if key not in self.touched:
                    moved = new and msgspec.structs.replace(child, scope=new.scope, rev=self._rev)
                    self.touched[key] = (child, moved)
                    if moved is None:
                        self._how[key] = self._how[kind, id]

    def _scopes(self, record: Record | None) -> frozenset[str]:
        if record is None:
            return frozenset()
        return frozenset((record.scope, *self._shown.scopes(*root_of(record))))

    def _share(self) -> tuple[set[tuple[Key, str]], set[tuple[Key, str]]]:
        """Shares that came and went: which roots do scopes begin and cease to show?"""
        gained: set[tuple[Key, str]] = set()
        lost: set[tuple[Key, str]] = set()
        for old, new in self.touched.values():
            if isinstance(old, Share) and new is None:
                self._count((old.kind, old.record), old.scope, -1, gained, lost)
            elif isinstance(new, Share) and old is None:
                self._count((new.kind, new.record), new.scope, 1, gained, lost)
        return gained, lost

    def _count(self, key: Key, scope: str, by: int, gained: set[tuple[Key, str]], lost: set[tuple[Key, str]]) -> None:
        turn = self._shown.change(key, scope, by, self._rev)
        if turn == 0:
            return
        into, undone = (gained, lost) if turn > 0 else (lost, gained)
        if (key, scope) in undone:
            undone.remove((key, scope))
        else:
            into.add((key, scope))

    def _carry(
        self,
        before: dict[Key, frozenset[str]],
        after: dict[Key, frozenset[str]],
        gained: set[tuple[Key, str]],
        lost: set[tuple[Key, str]],
    ) -> tuple[set[tuple[Key, str]], set[tuple[Key, str]]]:
        """What is shown with another record comes and goes with it."""
        more_gained: set[tuple[Key, str]] = set()
        more_lost: set[tuple[Key, str]] = set()
        moves = [(before[key], after[key], old, new) for key, (old, new) in self.touched.items()]
        for key, scope in gained:
            if key not in self.touched:
                moves.append((frozenset(), frozenset((scope,)), None, self._truth.find(*key)))
        for key, scope in lost:
            if key not in self.touched:
                moves.append((frozenset((scope,)), frozenset(), self._truth.find(*key), None))
        for was, now, old, new in moves:
            for by, record, scopes in ((1, new, now), (-1, old, was)):
                if record is not None:
                    for target in carried(record):
                        for scope in scopes:
                            self._count(target, scope, by, more_gained, more_lost)
        return more_gained, more_lost

    def _part(self, scope: str) -> Part:
        found = self.parts.get(scope)
        if found is None:
            found = self.parts[scope] = Part()
        return found

    def _tell(self, before: dict[Key, frozenset[str]], after: dict[Key, frozenset[str]]) -> None:
        for key, (old, new) in self.touched.items():
            for scope in after[key]:
                assert new is not None
                self._part(scope).put[key] = new
                if scope not in before[key]:
                    self.entered.append((scope, *key))
                self._checks.entered(scope, *key, new.rev)
            for scope in before[key]:
                assert old is not None
                self._checks.left(scope, *key, old.rev)
                if scope not in after[key] and not self._goes_with_root(old, scope, before, after):
                    self._part(scope).gone[key] = (*key, self._manner(key), self._rev)

    def _manner(self, key: Key) -> Literal["deleted", "left", "erased"]:
        if self.touched[key][1] is not None:
            return "left"
        return "deleted" if self._how[key] == "deleted" else "erased"

    @property
    def erased(self) -> list[Record]:
        """What was taken away for good, with all that hung on it."""
        removed = [key for key, (_, new) in self.touched.items() if new is None and self._how[key] != "deleted"]
        return [old for key in removed if (old := self.touched[key][0]) is not None]

    def _tell_everybody(self, own: Iterable[Key]) -> None:
        """Somebody may have kept something of what their desk shows no longer: a draft, say. Ids tell them nothing."""
        for key in own:
            if self.touched[key][1] is None and self._how[key] == "everywhere":
                self._part(EVERYBODY).gone[key] = (*key, "erased", self._rev)

    def _goes_with_root(
        self, old: Record, scope: str, before: dict[Key, frozenset[str]], after: dict[Key, frozenset[str]]
    ) -> bool:
        """A child whose root leaves the same scope needs no word of its own."""
        root = root_of(old)
        if root == (spec_of(old).kind, old.id) or root not in before:
            return False
        return scope in before[root] and scope not in after[root]

    def _tell_trees(self, gained: set[tuple[Key, str]], lost: set[tuple[Key, str]]) -> None:
        """Whole trees that a scope begins or ceases to show, though they did not change themselves."""
        for key, scope in gained:
            for part_key, record in self._tree(key, scope):
                self._part(scope).put[part_key] = record
                self.entered.append((scope, *part_key))
                self._checks.entered(scope, *part_key, record.rev)
        for key, scope in lost:
            for part_key, record in self._tree(key, scope):
                self._checks.left(scope, *part_key, record.rev)
            root = self._truth.find(*key)
            if key not in self.touched and root is not None and root.scope != scope:
                self._part(scope).gone[key] = (*key, "left", self._rev)

    def _tree(self, key: Key, scope: str) -> Sequence[tuple[Key, Record]]:
        """The root and its children as far as this transaction has not told the scope of them already."""
        root = self._truth.find(*key)
        if root is None or root.scope == scope or self.touched.get(key, (root,))[0] is None:
            return []  # on a root that this transaction made hangs nothing that it did not make
        records = [root, *self._truth.children(*key)]
        keyed = [((spec_of(record).kind, record.id), record) for record in records]
        return [(k, record) for k, record in keyed if k not in self.touched]


def withdrawn(touched: Mapping[Key, Pair]) -> bool:
    """Whether something that another region keeps is shown here no more."""
    return any(new is None and getattr(old, "home", "") for old, new in touched.values())


def carried(record: Record) -> list[Key]:
    """The records that are shown wherever this one is."""
    spec = spec_of(record)
    return [(kind, getattr(record, field)) for field, kind in spec.carries if getattr(record, field)]
