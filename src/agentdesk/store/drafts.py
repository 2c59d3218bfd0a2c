"""Drafts: what a person has typed and not sent, per case and kind, with what was there before."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from .crypt import Connection
from .precious import transaction

VERSIONS = 20
BURST_MS = 30_000  # within it, small deletions make one version
LARGE_LOSS = 20  # characters lost at once: always worth a version
VERSION_MS = 30 * 24 * 3600 * 1000
SAVE_EVERY_MS = 250

_FIELDS = "case_id, kind, text, cursor, at"
_OF = "case_id = ? AND kind = ?"


class Draft(NamedTuple):
    """A text on its way: `case` is what it answers, `kind` is reply or note, `cursor` where the caret stood."""

    case: str
    kind: str
    text: str
    cursor: int
    at: int


def save(db: Connection, draft: Draft) -> None:
    """Keep a draft, durably; a blank one discards. What it loses of the one before goes into the history."""
    save_all(db, (draft,))


def save_all(db: Connection, drafts: Iterable[Draft]) -> None:
    """Keep several, in order, for the price of one."""
    with transaction(db):
        for draft in drafts:
            _replace(db, _storable(draft))


def get(db: Connection, case: str, kind: str) -> Draft | None:
    """The draft as it stands."""
    row = db.execute(f"SELECT {_FIELDS} FROM draft WHERE {_OF}", (case, kind)).fetchone()
    return None if row is None else Draft(*row)


def discard(db: Connection, case: str, kind: str, at: int) -> Draft | None:
    """Remove a draft, sent or not wanted; its text stays in the history. Returns what was there."""
    found = get(db, case, kind)
    save(db, Draft(case, kind, "", 0, at))
    return found


def history(db: Connection, case: str, kind: str) -> list[Draft]:
    """Earlier versions, the latest first, each text once."""
    return [
        Draft(*row)
        for row in db.execute(f"SELECT {_FIELDS} FROM draft_version WHERE {_OF} ORDER BY id DESC", (case, kind))
    ]


def put_back(db: Connection, draft: Draft) -> Draft | None:
    """Make a refused text a draft again. If another one is there, the newer stays and the older is in the history:
    it is returned, so that a person can be offered it."""
    with transaction(db):
        return put_back_within(db, draft)


def put_back_within(db: Connection, draft: Draft) -> Draft | None:
    """As `put_back`, in a transaction of the caller's."""
    draft = _storable(draft)
    present = get(db, draft.case, draft.kind)
    if present is None and draft.text.strip():
        _put(db, draft)
    if present is None or present.text == draft.text or not draft.text.strip():
        return None
    older, newer = sorted((draft, present), key=lambda one: (one.at, one is present))
    _put(db, newer)
    _remember(db, older)
    return older


def unsent(db: Connection) -> list[Draft]:
    """All drafts, the latest first."""
    return [Draft(*row) for row in db.execute(f'SELECT {_FIELDS} FROM draft ORDER BY at DESC, "case", kind')]


def purge(db: Connection, case: str) -> int:
    """Erase every draft and version of a case; returns how many there were."""
    with transaction(db):
        drafts = db.execute("DELETE FROM draft WHERE case_id = ?", (case,)).rowcount
        versions = db.execute("DELETE FROM draft_version WHERE case_id = ?", (case,)).rowcount
    return drafts + versions


def expire(db: Connection, now: int) -> int:
    """Let go of versions that nobody has gone back to for a month; drafts stay. Returns how many."""
    return db.execute("DELETE FROM draft_version WHERE at < ?", (now - VERSION_MS,)).rowcount


class DraftJournal:
    """Takes keystrokes on one thread and saves them on another, several at a time.

    Qt's thread calls `note`, the worker all else. To discard, note a blank text: what goes through here stays in order,
    so that nothing discarded or purged comes back with a keystroke that was still on its way.
    """

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._noted: deque[Draft] = deque()  # one side appends, the other pops: each in one atomic step
        self._unsaved: list[Draft] = []  # the worker's own: waits here while the disk is full
        self._tried = -SAVE_EVERY_MS

    def note(self, draft: Draft) -> None:
        """A keystroke: the whole text as it is now. Costs no more than appending to a list."""
        self._noted.append(draft)

    def due(self, now: int) -> int | None:
        """In how many milliseconds to flush: 0 is at once, None is not before something was noted.

        The first keystroke is saved at once, those after it every 250 ms: ask at least as often while a person types.
        """
        if not self._noted and not self._unsaved:
            return None
        since = now - self._tried
        return max(0, SAVE_EVERY_MS - since) if since >= 0 else 0  # a clock that was set back delays nothing

    def flush(self, now: int) -> int:
        """Save what was noted: it is on the disk when this returns. Returns how many drafts changed.

        If the disk refuses, that is raised, and nothing is lost: the next flush tries it again.
        """
        self._tried = now
        self._take()
        if not self._unsaved:
            return 0
        drafts = self._unsaved = _without_steps(self._unsaved)
        save_all(self._db, drafts)
        self._unsaved = []
        return len({(draft.case, draft.kind) for draft in drafts})

    def put_back(self, draft: Draft, now: int) -> Draft | None:
        """As the function, after all that was noted."""
        self.flush(now)
        return put_back(self._db, draft)

    def purge(self, case: str) -> int:
        """As the function, with what was noted."""
        self._take()
        self._unsaved = [draft for draft in self._unsaved if draft.case != case]
        return purge(self._db, case)

    def _take(self) -> None:
        while self._noted:
            self._unsaved.append(self._noted.popleft())


def _without_steps(drafts: Sequence[Draft]) -> list[Draft]:
    """The last of each, and what stood there before it was blanked: that belongs in the history."""
    kept: list[Draft] = []
    follower: dict[tuple[str, str], Draft] = {}
    for draft in reversed(drafts):
        after = follower.get((draft.case, draft.kind))
        if after is None or (not after.text.strip() and draft.text.strip()):
            kept.append(draft)
        follower[draft.case, draft.kind] = draft
    return kept[::-1]


def _storable(draft: Draft) -> Draft:
    """With half characters, as some input methods leave them, joined or replaced: the disk takes no halves."""
    if draft.text.isascii():
        return draft
    return draft._replace(text=draft.text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def _replace(db: Connection, draft: Draft) -> None:
    """Put a draft in place of the one before, which is remembered if something of it is lost."""
    before = get(db, draft.case, draft.kind)
    if before is not None and _worth_a_version(db, before, draft):
        _remember(db, before)
    if draft.text.strip():
        _put(db, draft)
    else:
        db.execute(f"DELETE FROM draft WHERE {_OF}", (draft.case, draft.kind))


def _put(db: Connection, draft: Draft) -> None:
    db.execute(f"INSERT OR REPLACE INTO draft ({_FIELDS}) VALUES (?, ?, ?, ?, ?)", draft)


def _worth_a_version(db: Connection, before: Draft, after: Draft) -> bool:
    """Whether a person could miss the text before."""
    lost = _lost(before.text, after.text)
    if lost == 0:
        return False
    if lost >= LARGE_LOSS or not after.text.strip():
        return True
    latest = db.execute(f"SELECT max(at) FROM draft_version WHERE {_OF}", (before.case, before.kind)).fetchone()[0]
    return latest is None or after.at - latest >= BURST_MS


def _lost(before: str, after: str) -> int:
    """How many characters of a text an edit took away or wrote over."""
    most = min(len(before), len(after))
    head = next((i for i in range(most) if before[i] != after[i]), most)
    tail = next((i for i in range(most - head) if before[-1 - i] != after[-1 - i]), most - head)
    return len(before) - head - tail


def _remember(db: Connection, draft: Draft) -> None:
    """Add a version, once, and let the oldest go."""
    db.execute(f"DELETE FROM draft_version WHERE {_OF} AND text = ?", (draft.case, draft.kind, draft.text))
    db.execute(f"INSERT INTO draft_version ({_FIELDS}) VALUES (?, ?, ?, ?, ?)", draft)
    db.execute(
        f"DELETE FROM draft_version WHERE {_OF} AND id NOT IN "
        f"(SELECT id FROM draft_version WHERE {_OF} ORDER BY id DESC LIMIT {VERSIONS})",
        (draft.case, draft.kind, draft.case, draft.kind),
    )
