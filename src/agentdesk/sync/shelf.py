"""Puts rows where scopes show them and takes them away again, keeping the check of each scope as it goes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from agentdesk.domain.kernel import RECORDS
from agentdesk.protocol import Row, row_hash
from agentdesk.store.records import Records

from .book import HOME, Book

Head = tuple[str, int]
NO_MARKS: frozenset[str] = frozenset()
ERASE_CHUNK = 5000


class Shelf:
    """Rows and what shows them. A row stays while its home scope or a mark shows it.

    `touched` collects (kind → ids) of rows that are not as they were; whoever calls empties it.
    """

    def __init__(self, records: Records, book: Book) -> None:
        self.records = records
        self.book = book
        self.touched: dict[str, set[str]] = {}

    # --- Coming ---

    def put(self, scope: str, kind: str, rows: Sequence[Row]) -> None:
        """Rows as this scope shows them: at home if their own scope is this one, else marked as shown here."""
        rows = _newest(rows)
        heads = self.records.heads(kind, [row[0] for row in rows])
        self._put_new(scope, kind, [row for row in rows if row[0] not in heads] if heads else rows)
        if heads:
            self._put_known(scope, kind, [row for row in rows if row[0] in heads], heads)

    def _put_new(self, scope: str, kind: str, rows: Sequence[Row]) -> None:
        if not rows:
            return
        self.records.write(kind, rows, fresh=True)
        xor = 0
        for row in rows:
            xor ^= row_hash(kind, row[0], row[2])
        held = self.book.scopes[scope]
        held.count += len(rows)
        held.xor ^= xor
        away = [row for row in rows if row[1] != scope]
        if away:
            self.book.mark((kind, row[0], scope) for row in away)
            self.book.mark((kind, row[0], HOME) for row in away if row[1] in self.book.scopes)
        self.touched.setdefault(kind, set()).update(row[0] for row in rows)

    def _put_known(self, scope: str, kind: str, rows: Sequence[Row], heads: dict[str, Head]) -> None:
        marks = self.book.marks(kind, [row[0] for row in rows])
        newer = []
        for row in rows:
            id, head, have = row[0], heads[row[0]], marks.get(row[0], NO_MARKS)
            then: Head = (row[1], row[2]) if row[2] > head[1] else head
            if row[2] < head[1]:  # another scope has brought it further, perhaps away from here
                self.book.scopes[scope].ahead = max(self.book.scopes[scope].ahead, head[1])
            self._place(kind, id, (head, have), (then, self._marks_after(scope, row, head, have)))
            if then is not head:
                newer.append(row)
        if newer:
            self.records.write(kind, newer)
            self.touched.setdefault(kind, set()).update(row[0] for row in newer)

    def _marks_after(self, scope: str, row: Row, head: Head, have: frozenset[str]) -> frozenset[str]:
        """The marks of a known row after this scope has shown it as `row`."""
        home, rev = row[1], row[2]
        if home != scope:
            have |= {scope}
        if rev < head[1]:
            return have
        if home == scope:
            return have - {HOME}
        if home == head[0]:
            return have
        return have | {HOME} if home in self.book.scopes else have - {HOME}

    # --- Going ---

    def leave(self, scope: str, kind: str, ids: Sequence[str], rev: int) -> None:
        """This scope shows these records no longer, nor what hangs on them; newer rows know better."""
        heads = self.records.heads(kind, ids)
        marks = self.book.marks(kind, list(heads))
        gone, parents = [], [id for id in ids if id not in heads]
        for id, head in heads.items():
            have = marks.get(id, NO_MARKS)
            lost = head[0] == scope and head[1] <= rev
            after = (have - {scope}) | {HOME} if lost else have - {scope}
            if lost or head[0] != scope:
                parents.append(id)
            if self._shown(head, after):
                self._place(kind, id, (head, have), (head, after))
            else:
                gone.append(id)
        for child, rows in self.records.children(kind, parents).items():
            self.leave(scope, child, [id for id, _, _ in rows], rev)
        self._erase(kind, gone, heads, marks)

    def delete(self, kind: str, ids: Sequence[str], rev: int) -> None:
        """These records are no more, nor what hangs on them."""
        heads = self.records.heads(kind, ids)
        gone = [id for id, head in heads.items() if head[1] <= rev]
        newer = heads.keys() - gone
        for child, rows in self.records.children(kind, [id for id in ids if id not in newer]).items():
            self.delete(child, [id for id, _, _ in rows], rev)
        marks = self.book.marks(kind, gone)
        for id in gone:
            for scope in self._shown(heads[id], marks.get(id, NO_MARKS)):
                self._went_ahead(scope, rev)
        self._erase(kind, gone, heads, marks)

    def drop(self, scope: str) -> None:
        """This scope is held no longer: away with all that nothing else shows."""
        self.book.scopes.pop(scope, None)
        for kind, ids in _merged(self.records.in_scope(scope), self.book.marked(scope)):
            for part in _parts(ids):
                heads = self.records.heads(kind, part)
                marks = self.book.marks(kind, part)
                gone = [id for id in heads if not self._shown(heads[id], marks.get(id, NO_MARKS) - {scope})]
                self._erase(kind, gone, heads, marks)
                self.book.unmark((kind, id, scope) for id in part)

    def hold_back(self, scope: str) -> None:
        """A scope that begins at 0 shows nothing yet, even if rows at home in it are here for another's sake."""
        for kind, ids in self.records.in_scope(scope).items():
            self.book.mark((kind, id, HOME) for id in ids)

    def forget_kind(self, kind: str) -> None:
        """All rows of a kind, whatever shows them."""
        ids = set(self.book.marked_kind(kind))
        for scope in self.book.scopes:
            ids.update(self.records.in_scope(scope).get(kind, ()))
        for part in _parts(ids):
            self._erase(kind, part, self.records.heads(kind, part), self.book.marks(kind, part))

    def _erase(self, kind: str, ids: Sequence[str], heads: dict[str, Head], marks: dict[str, frozenset[str]]) -> None:
        ids = [id for id in ids if id in heads]
        if not ids:
            return
        for id in ids:
            for scope in self._shown(heads[id], marks.get(id, NO_MARKS)):
                self._count(scope, -1, row_hash(kind, id, heads[id][1]))
        self.records.erase(kind, ids)
        self.book.unmark((kind, id, mark) for id in ids for mark in marks.get(id, NO_MARKS))
        self.touched.setdefault(kind, set()).update(ids)

    # --- Counting ---

    def _shown(self, head: Head, marks: frozenset[str]) -> frozenset[str]:
        """The held scopes that show a row."""
        if head[0] in self.book.scopes and HOME not in marks:
            return marks | {head[0]}
        return marks - {HOME}

    def _place(self, kind: str, id: str, old: tuple[Head, frozenset[str]], new: tuple[Head, frozenset[str]]) -> None:
        """Move a row that is there from one set of places to another, and its hash with it."""
        if old == new:
            return
        was, now = self._shown(*old), self._shown(*new)
        for scope in was:
            self._count(scope, -1, row_hash(kind, id, old[0][1]))
        for scope in now:
            self._count(scope, 1, row_hash(kind, id, new[0][1]))
        for scope in was - now:
            self._went_ahead(scope, new[0][1])
        if old[1] != new[1]:
            self.book.unmark((kind, id, mark) for mark in old[1] - new[1])
            self.book.mark((kind, id, mark) for mark in new[1] - old[1])

    def _went_ahead(self, scope: str, rev: int) -> None:
        held = self.book.scopes.get(scope)
        if held is not None:
            held.ahead = max(held.ahead, rev)

    def _count(self, scope: str, by: int, hash: int) -> None:
        held = self.book.scopes.get(scope)
        if held is not None:
            held.count += by
            held.xor ^= hash

    def counted(self, scope: str) -> tuple[int, int]:
        """The check of a scope worked out from its rows; what the running one must equal."""
        hidden = self.book.marked(HOME)
        count, xor = 0, 0
        for kind, home in self.records.in_scope(scope).items():
            for id, (_, rev) in self.records.heads(kind, list(set(home) - set(hidden.get(kind, ())))).items():
                count, xor = count + 1, xor ^ row_hash(kind, id, rev)
        for kind, ids in self.book.marked(scope).items():
            at_home = set(self.records.in_scope(scope).get(kind, ())) - set(hidden.get(kind, ()))
            for id, (_, rev) in self.records.heads(kind, [id for id in ids if id not in at_home]).items():
                count, xor = count + 1, xor ^ row_hash(kind, id, rev)
        return count, xor

    def newest_rev(self, scope: str) -> int:
        """The highest revision of what a scope shows."""
        found = 0
        for kind, ids in _merged(self.records.in_scope(scope), self.book.marked(scope)):
            found = max([found, *(rev for _, rev in self.records.heads(kind, ids).values())])
        return found


def _newest(rows: Sequence[Row]) -> Sequence[Row]:
    """Each id once, at its highest revision."""
    if len({row[0] for row in rows}) == len(rows):
        return rows
    best: dict[str, Row] = {}
    for row in rows:
        if row[0] not in best or best[row[0]][2] < row[2]:
            best[row[0]] = row
    return list(best.values())


def _merged(*maps: dict[str, list[str]]) -> Iterable[tuple[str, list[str]]]:
    for kind in RECORDS:
        ids = list(dict.fromkeys(id for some in maps for id in some.get(kind, ())))
        if ids:
            yield kind, ids


def _parts(ids: Iterable[str]) -> Iterable[list[str]]:
    all_ids = list(ids)
    return (all_ids[start : start + ERASE_CHUNK] for start in range(0, len(all_ids), ERASE_CHUNK))
