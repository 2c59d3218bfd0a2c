"""Confirmed truth: one message's frames become one transaction of the replica."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

import msgspec

from agentdesk.domain.kernel import RECORDS
from agentdesk.protocol import Row, decode_rows
from agentdesk.protocol.frames import Ack, CaughtUp, Delta, Frame, Pull, Reset, Scope, Scopes, Welcome, Who
from agentdesk.store.records import Records
from agentdesk.store.tables import create_tables

from .book import Book, Held
from .news import BULK, Outcome
from .shelf import Shelf

Kept = Welcome | Reset | Ack | Delta | Scopes | CaughtUp
"""The frames that change the replica."""


class Confirmed:
    """The replica's writing side. Owned by one thread; needs a connection in autocommit mode.

    `binary` says how rows in deltas are encoded.
    """

    def __init__(self, conn: Any, *, binary: bool = True) -> None:
        create_tables(conn)
        self.conn = conn
        self.binary = binary
        self.book = Book(conn)
        self.shelf = Shelf(Records(conn), self.book)
        self.applied = int(self.book.meta("applied", 0))
        self.behind: set[str] = set(self.book.scopes)
        self._pulling: set[str] = set()
        self._step = _Step()

    @property
    def cursors(self) -> dict[str, int]:
        """How far each held scope has come."""
        return {id: held.cursor for id, held in self.book.scopes.items()}

    def apply(self, frames: Sequence[Kept], announce: Callable[[Outcome], None] | None = None) -> Outcome:
        """Enter these frames, all or none, in one transaction. `announce` is called just before it commits.

        Raises `BadMessage` for rows that are none; then nothing has changed.
        """
        self._step = _Step()
        before = (set(self.behind), set(self._pulling))
        self.conn.execute("BEGIN IMMEDIATE")
        try:
            for frame in frames:
                if not isinstance(frame, Delta):
                    self._step.shelve(self.shelf)
                _APPLY[type(frame)](self, frame)
            self._step.shelve(self.shelf)
            outcome = self._finish()
            if announce is not None:
                announce(outcome)
            self.conn.execute("COMMIT")
        except BaseException:
            self.conn.execute("ROLLBACK")
            self.book.load()
            self.applied = int(self.book.meta("applied", 0))
            self.behind, self._pulling = before
            self.shelf.touched = {}
            raise
        return outcome

    def forget(self, ns: Sequence[int]) -> None:
        """The outbox has taken note of these answers."""
        self.book.forget_acks(ns)

    # --- Frames ---

    def _welcome(self, frame: Welcome) -> None:
        epoch = self.book.meta("epoch")
        ahead = any(held.cursor > frame.head for held in self.book.scopes.values())
        if epoch != frame.epoch:
            self._step.epoch_changed = bool(epoch)
            self.book.forget_acks()
        if epoch != frame.epoch or ahead:
            self._reset_scopes(list(self.book.scopes))
        self._see_as(frame.view)
        self._step.who = frame.who
        self.book.set_meta(epoch=frame.epoch, who=msgspec.json.encode(frame.who))
        self._step.safe = max(self._step.safe, frame.safe)
        self._pulling.clear()
        wanted = {scope.id for scope in frame.scopes}
        self._drop([id for id in self.book.scopes if id not in wanted])
        self._hold(frame.scopes)
        self.behind = set(wanted)

    def _reset(self, frame: Reset) -> None:
        what = frame.what
        if frame.view:
            self._see_as(frame.view)
        if what == "all":
            self._reset_scopes(list(self.book.scopes))
        elif isinstance(what, str):
            self._reset_scopes([what])
        else:
            for kind in RECORDS.keys() & set(what):
                self.shelf.forget_kind(kind)
            for id, held in self.book.scopes.items():
                held.cursor, held.filled = 0, False
                self.behind.add(id)
            self._step.held_changed = True

    def _delta(self, frame: Delta) -> None:
        held = self.book.scopes.get(frame.scope)
        self._step.safe = max(self._step.safe, frame.safe)
        if held is None or (frame.to <= held.cursor and not _is_part(frame)):
            return
        if frame.from_ > held.cursor:
            self._pull(frame.scope, held.cursor)
            return
        self._pulling.discard(frame.scope)
        if frame.gone or frame.scope != self._step.scope:
            self._step.shelve(self.shelf)
        self._gone(frame)
        for kind, raw in frame.put.items():
            self._step.gather(frame.scope, kind, decode_rows(kind, raw, binary=self.binary))
        held.cursor = max(held.cursor, frame.to)

    def _gone(self, frame: Delta) -> None:
        for (kind, how, rev), entries in groupby(sorted(frame.gone, key=_manner), key=_manner):
            ids = [id for _, id, _, _ in entries]
            if how == "erased":
                self._step.erased += ids
            if kind not in RECORDS:
                continue
            if how == "left":
                self.shelf.leave(frame.scope, kind, ids, rev)
            else:
                self.shelf.delete(kind, ids, rev)

    def _ack(self, frame: Ack) -> None:
        self.book.add_ack(frame)

    def _scopes(self, frame: Scopes) -> None:
        self._drop(frame.drop)
        self._hold(frame.add)

    def _caught_up(self, frame: CaughtUp) -> None:
        held = self.book.scopes.get(frame.scope)
        if held is None or (frame.scope in self._pulling and held.cursor < frame.rev):
            return
        if (held.count, held.xor) != (frame.count, frame.check) and not self._beyond(frame, held):
            self._step.failed.append(frame.scope)
            self._reset_scopes([frame.scope])
            self._pull(frame.scope, 0)
            return
        held.cursor = max(held.cursor, frame.rev)
        if not held.filled:
            held.filled = self._step.held_changed = True
        self.behind.discard(frame.scope)
        self._pulling.discard(frame.scope)

    def _beyond(self, frame: CaughtUp, held: Held) -> bool:
        """Whether this desk is already past what the check speaks of: then it tells nothing."""
        return max(held.cursor, held.ahead, self.shelf.newest_rev(frame.scope)) > frame.rev

    # --- Parts of them ---

    def _see_as(self, view: str) -> None:
        """All that is here was read for one view, the one that the next hello names: for another one it begins anew."""
        before = self.book.meta("view")
        if view != before:
            self._step.other_eyes = self._step.other_eyes or bool(before)
            self._reset_scopes(list(self.book.scopes))
            self.book.set_meta(view=view)

    def _hold(self, scopes: Sequence[Scope]) -> None:
        for scope in scopes:
            held = self.book.scopes.get(scope.id)
            if held is not None:
                held.prio = scope.prio
                continue
            self.book.scopes[scope.id] = Held(prio=scope.prio)
            self.shelf.hold_back(scope.id)
            self.behind.add(scope.id)
            self._step.held_changed = True

    def _drop(self, ids: Sequence[str]) -> None:
        for id in ids:
            if id in self.book.scopes:
                self.shelf.drop(id)
                self.behind.discard(id)
                self._pulling.discard(id)
                self._step.held_changed = True

    def _reset_scopes(self, ids: Sequence[str]) -> None:
        held = [(id, self.book.scopes[id].prio) for id in ids if id in self.book.scopes]
        self._drop([id for id, _ in held])
        self._hold([Scope(id, prio) for id, prio in held])

    def _pull(self, scope: str, cursor: int) -> None:
        """Ask again from here, once until it comes."""
        self.behind.add(scope)
        if scope not in self._pulling:
            self._pulling.add(scope)
            self._step.pulls.append(Pull(scope=scope, from_=cursor))

    def _finish(self) -> Outcome:
        """Settle what can be, write the books, count the transaction."""
        scopes = self.book.scopes
        late = [scopes[id] for id in self.behind if id in scopes and scopes[id].filled]
        settled = [ack for ack in self.book.open_acks.values() if _is_settled(ack, scopes, late)]
        self.book.settle([ack.n for ack in settled])
        self.book.save_scopes()
        self.applied += 1
        self.book.set_meta(applied=self.applied)
        touched, self.shelf.touched = self.shelf.touched, {}
        self.book.note_erased(self._step.erased)
        return self._step.outcome(self.applied, touched, settled, self.behind, self.book.scopes)


class _Step:
    """What one transaction gathers for its outcome."""

    def __init__(self) -> None:
        self.pulls: list[Pull] = []
        self.erased: list[str] = []
        self.failed: list[str] = []
        self.safe = 0
        self.scope, self.rows = "", dict[str, list[Row]]()
        self.who: Who | None = None
        self.held_changed = self.epoch_changed = self.other_eyes = False

    def outcome(
        self,
        applied: int,
        touched: Mapping[str, Iterable[str]],
        settled: Sequence[Ack],
        behind: Iterable[str],
        scopes: Mapping[str, Held],
    ) -> Outcome:
        """What the others hear of it."""
        found = {kind: tuple(ids) for kind, ids in touched.items()}
        bulk = sum(map(len, found.values())) > BULK
        return Outcome(
            applied=applied,
            touched=dict.fromkeys(found, ()) if bulk else found,
            bulk=bulk,
            settled=tuple(settled),
            pulls=tuple(self.pulls),
            behind=frozenset(behind),
            erased=tuple(dict.fromkeys(self.erased)),
            safe=self.safe,
            scopes=tuple(scopes) if self.held_changed else None,
            filled=tuple(id for id, held in scopes.items() if held.filled) if self.held_changed else None,
            who=self.who,
            other_eyes=self.other_eyes,
            epoch_changed=self.epoch_changed,
            failed_checks=tuple(self.failed),
        )

    def gather(self, scope: str, kind: str, rows: Sequence[Row]) -> None:
        """Rows of a scope, to be put away with those that come after them."""
        self.scope = scope
        if rows:
            self.rows.setdefault(kind, []).extend(rows)

    def shelve(self, shelf: Shelf) -> None:
        """Put away what deltas of one scope have brought one after another: many rows at once cost much less."""
        rows, self.rows = self.rows, {}
        for kind, some in rows.items():
            shelf.put(self.scope, kind, some)


def _is_part(delta: Delta) -> bool:
    """Part of a transaction that is too large for one delta: it moves no cursor, so a cursor tells nothing of it."""
    return delta.more and delta.to == delta.from_


def _is_settled(ack: Ack, held: Mapping[str, Held], late: Sequence[Held]) -> bool:
    """Refused, or every scope it names and this desk still holds has come past it, and so have those that are `late`:
    what was done may have moved on since, into a scope that tells of it only after the one that it has left.
    """
    if ack.status != "done":
        return True
    named = all(held[scope].cursor >= ack.rev for scope in ack.scopes if scope in held)
    return named and all(one.cursor >= ack.rev for one in late)


def _manner(entry: tuple[str, str, str, int]) -> tuple[str, str, int]:
    kind, _, how, rev = entry
    return kind, how, rev


_APPLY: dict[type[Frame], Callable[[Confirmed, Any], None]] = {
    Welcome: Confirmed._welcome,
    Reset: Confirmed._reset,
    Ack: Confirmed._ack,
    Delta: Confirmed._delta,
    Scopes: Confirmed._scopes,
    CaughtUp: Confirmed._caught_up,
}
