"""The rows of a long list of which only parts are known: loaded stretches in order, and gaps between them. No Qt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from agentdesk.desk.models.placing import Ear, Placing
from agentdesk.desk.models.stretches import Key, Part, Row, Wanted
from agentdesk.domain.kernel import Asked, Record


class Rows(Placing):
    """The answer to a question as a list. `count` is how many rows there are; none is known at first.

    A change can be held back: then the row stays where it is until `release`, so that nothing moves under a pointer.
    """

    def __init__(self, asked: Asked[Any], count: int, ear: Ear) -> None:
        super().__init__(asked, count, ear)
        self.held: dict[str, Key | None] = {}
        """Where rows belong that were not moved yet; None: not here any more."""
        self.sight = 1 << 60
        """The last row in sight: what moves only rows behind it is never held back."""

    def __len__(self) -> int:
        return len(self._all)

    @property
    def loaded(self) -> int:
        """How many rows are known."""
        return len(self._keys)

    def at(self, row: int) -> str | None:
        """Whose row this is; None if it is not known yet."""
        return self._all.at(row)

    def row_of(self, id: str) -> int:
        """Where a known row is; -1 if it is not known."""
        key = self._keys.get(id)
        if key is None:
            return -1
        index, at = self._all.locate(key)
        return self._all.start(index) + at

    def wanted(self, first: int, last: int) -> Wanted | None:
        """What must be loaded for these rows to be known; None if all are."""
        return self._all.wanted(first, last)

    # --- Loading ---

    def fill(self, after: Key | None, page: Sequence[Row], ended: bool) -> None:
        """Rows that follow a known key (None: the top). `ended`: nothing comes after them."""
        index = self._all.gap_after(after)
        if index < 0:
            return
        gap, follower = self._all.parts[index], self._all.parts[index + 1] if index + 1 < len(self._all.parts) else None
        limit = follower.rows[0].key if follower is not None and follower.rows else None
        fits = [row for row in page if limit is None or self.asked.before(row.key, limit)]
        new = [row for row in fits if row.id not in self._keys and row.id not in self.held]
        closed = ended or len(fits) < len(page)
        self._settle_gap(index, len(new), closed)
        gap.gap -= len(new)
        start = self._all.start(index)
        self._all.parts.insert(index, Part(new))
        self._keys.update((row.id, row.key) for row in new)
        self._all.tidy()
        self._ear.changed(start, len(new))

    def _settle_gap(self, index: int, found: int, closed: bool) -> None:
        """Make a gap as long as it turned out to be."""
        gap = self._all.parts[index]
        end = self._all.start(index) + gap.gap
        if found > gap.gap:
            more = found - gap.gap
            with self._ear.inserting(end, more):
                gap.gap += more
        elif closed and found < gap.gap:
            fewer = gap.gap - found
            with self._ear.removing(end - fewer, fewer):
                gap.gap -= fewer

    def renew(self, page: Sequence[Row], ended: bool, total: int) -> None:
        """Too much has changed to follow each change: this is the top of the list now, and how many rows there are."""
        self.release()
        here = {row.id: row.key for row in page}
        self._forget_after(None if ended or not page else page[-1].key)
        for id in [id for id in self._keys if id not in here]:
            self._take_out(id)
        for row in page:
            if row.id in self._keys and self._keys[row.id] != row.key:
                self._carry(row.id, row.key)
        for row in page:
            if row.id not in self._keys and self._all.exact(row.key):
                self._put_in(row.id, row.key)
        last = self._all.parts[0].rows[-1].key if self._all.parts and self._all.parts[0].rows else None
        rest = [row for row in page if row.id not in self._keys]
        if rest and self._all.gap_after(last) < 0:
            for row in rest:
                self._put_in(row.id, row.key)
        elif rest:
            self.fill(last, rest, ended)
        self.agree(total)

    def _forget_after(self, last: Key | None) -> None:
        """What lies behind this key, or behind the first gap, is not known any more."""
        for index, part in enumerate(self._all.parts):
            if part.rows is None:
                continue
            keep = len(part.rows) if index == 0 else 0
            if index == 0 and last is not None:
                keep = sum(1 for row in part.rows if not self.asked.before(last, row.key))
            for row in part.rows[keep:]:
                del self._keys[row.id]
            if keep < len(part.rows):
                lost, part.rows = len(part.rows) - keep, part.rows[:keep]
                self._all.parts.insert(index + 1, Part(gap=lost))
        self._all.tidy()
        if self._all.parts:
            self._ear.changed(0, len(self))

    def agree(self, total: int) -> None:
        """Let the gaps make up for a difference to the number of rows that there are."""
        held = sum((id in self._keys) - (key is not None) for id, key in self.held.items())
        short = total + held - len(self)
        gaps = [index for index, part in enumerate(self._all.parts) if part.rows is None]
        if not short or (not gaps and short < 0):
            return
        if not gaps:
            self._grow(len(self._all.parts), short)
            return
        index = max(gaps, key=lambda one: self._all.parts[one].gap)
        if short > 0:
            self._grow(index, short)
        else:
            self._shrink(index, min(-short, self._all.parts[index].gap))

    # --- Following changes ---

    def touch(self, id: str, old: Record | None, new: Record | None, hold: bool = False) -> None:
        """A record was so and is now so. `hold`: rows in sight stay where they are until `release`."""
        now = self.asked.key(new) if new is not None and self.asked.matches(new) else None
        was = self._keys.get(id)
        if was is None:
            self._touch_unknown(id, old, now, hold)
        elif now == was:
            self.held.pop(id, None)
            row = self.row_of(id)
            self._ear.changed(row, 1)
        elif hold and self._stirs(self.row_of(id), now):
            self.held[id] = now
            self._ear.changed(self.row_of(id), 1)
        else:
            self.held.pop(id, None)
            self._put(id, now)

    def _touch_unknown(self, id: str, old: Record | None, now: Key | None, hold: bool) -> None:
        left = -1
        if id in self.held:
            del self.held[id]
        elif old is not None and self.asked.matches(old):
            left, _ = self._all.locate(self.asked.key(old))
            left = left if self._all.is_gap(left) else -1
        if now is not None and left >= 0 and self._all.locate(now)[0] == left:
            return
        if left >= 0:
            self._shrink(left, 1)
        if now is None:
            return
        if hold and self._all.exact(now) and self._stirs(len(self), now):
            self.held[id] = now
        else:
            self._put_in(id, now)

    def _stirs(self, row: int, key: Key | None) -> bool:
        """Whether taking a row from here to there moves any that is in sight."""
        if key is not None:
            index, at = self._all.locate(key)
            row = min(row, self._all.start(index) + at)
        return row <= min(self.sight, len(self) - 1)

    def release(self) -> None:
        """Let everything that was held back take its place."""
        held, self.held = self.held, {}
        for id, key in held.items():
            if id in self._keys or key is not None:
                self._put(id, key)

    def _put(self, id: str, key: Key | None) -> None:
        if key is None:
            self._take_out(id)
        elif id not in self._keys:
            self._put_in(id, key)
        else:
            self._carry(id, key)


def rows_of(asked: Asked[Any], records: Iterable[Record]) -> list[Row]:
    """Records as rows."""
    return [Row(asked.key(record), record.id) for record in records]
