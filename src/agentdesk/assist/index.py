"""The index: what may be seen now, by meaning and by words. What the desk has not named since it began is not seen.

Nor is it read: of the file each owner's part is, when it is named. So a large one is ready as soon as a small one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

import msgspec

from agentdesk import __version__
from agentdesk.text.markdown import public_part

from .columns import Columns
from .embedder import Embedder, Floats
from .frames import Source, Turn
from .habits import Habits
from .heads import Head, Wise, encoded, wise_of
from .meanings import Meanings
from .phrases import SURE, Phrases
from .replies import Replies, replies_of
from .replies import encoded as kept_form
from .shelf import Kept, Shelf
from .situations import LONGEST, numbers, texts
from .slots import bare, slotted
from .vectors import Vectors, packed

MACROS, REPLIES = "macros", "replies"
"""What is learned of."""
AT_ONCE, SIGNS_AT_ONCE = 8, 500
"""Pieces read together, and their signs, between two looks at what was asked meanwhile; one piece may be longer."""


class Index:
    """One thread at a time. Without an embedder it knows words only."""

    def __init__(self, shelf: Shelf, embedder: Embedder | None, me: str = "", model: str = "") -> None:
        self.shelf, self.embedder, self._me, self.model = shelf, embedder, me, model
        self.habits = Habits(shelf)
        self.kept = Columns()
        self._named: set[str] | None = None
        self.whole = False
        self.vectors, self.phrases = Vectors(), Phrases()
        self._unread: int | None = shelf.count_unread()
        self._lay = shelf.count()
        self.heads, body = shelf.lessons.head(MACROS)
        """The version of what was learned last; it stays when that is forgotten."""
        self.wise = wise_of(body, model) if embedder is not None else None
        self.meanings = Meanings(embedder) if embedder is not None else None
        self.situations = set(shelf.lessons.situated())
        """The past cases whose situation was read."""
        self._unsituated: list[int] | None = None
        self.rankers, body = shelf.lessons.head(REPLIES)
        shelf.lessons.drop_parts(REPLIES, self.rankers if body else 0)
        parts = shelf.lessons.parts(REPLIES, self.rankers)
        self.replies = replies_of(body, parts, model) if embedder is not None else None

    @property
    def unread(self) -> int:
        """How many pieces wait to be read for their meaning. Counted when it is asked, not for each text that comes."""
        if self._unread is None:
            self._unread = self.shelf.count_unread()
        return self._unread

    # --- What there is ---

    @property
    def texts(self) -> int:
        """How many there are, named or not."""
        return len(self.kept) if self.whole else max(self._lay, len(self.kept))

    def begin(self) -> None:
        """All will be named anew: until then nothing is seen."""
        self._named, self.whole = set(), False
        self.kept.live[:] = False

    def learn(self, owner: str, sources: Sequence[Source]) -> None:
        """All that there is of one owner."""
        if self._named is not None:
            self._named.add(owner)
        changed = self.shelf.put(owner, sources, lambda source: tidy(source, self._me), tidied_for(self._me))
        if changed is not None:
            self.habits.forget()
            gone, came = changed
            self._forget(owner, gone)
            for one in came:
                self._take(one)
            self._unread = self._unsituated = None
        elif not self.kept.has(owner):
            came = self._fetch(owner)
        else:
            self.kept.live[self.kept.of(owner)] = True
            return
        for one in came:
            self.kept.live[one.id] = True

    def unnamed(self) -> list[str]:
        """What was not named since it began: once all was, it is no more."""
        return [] if self._named is None else [one for one in self.shelf.owners() if one not in self._named]

    def teaches(self, owner: str) -> bool:
        """Whether this is a case that can be learned from."""
        return any(one.kind == "case" and (one.macro or one.id in self.situations) for one in self.shelf.of(owner))

    def swept(self) -> None:
        """All was named: what was not is no more."""
        if self._named is None:
            return
        gone = self.unnamed()
        self._named, self.whole = None, True
        self.habits.forget()
        for owner in gone:
            self._forget(owner, [one.id for one in self.shelf.of(owner)])
        self.shelf.drop_owners(gone)
        if gone:
            self.shelf.scour()
            self._unread = None

    def _fetch(self, owner: str) -> list[Kept]:
        """What lies in the file of one owner."""
        found = list(self.shelf.of(owner))
        for one in found:
            self._take(one)
            for data, scale in self.shelf.vectors(one.id):
                self.vectors.add(one.id, data, scale)
        return found

    def _take(self, one: Kept) -> None:
        self.kept.put(one)
        self.phrases.expect(one.id, one.kind)

    def _forget(self, owner: str, ids: Iterable[int]) -> None:
        for id in list(ids):
            if self.kept.drop(id):
                self.phrases.drop(id)
                self.vectors.drop(id)
            self.situations.discard(id)
        self.kept.drop_owner(owner)
        self._unsituated = None
        if self.meanings is not None:
            self.meanings.forget()

    # --- Reading ---

    def read_some(self) -> bool:
        """Read the meaning of one more piece or a few; whether there was one."""
        waiting = self.shelf.unread(AT_ONCE) if self.embedder is not None and self.unread else []
        if not waiting or self.embedder is None:
            return False
        waiting = waiting[: some_of([text for _, _, text in waiting])]
        rows = self.embedder.embed_all([text for _, _, text in waiting])
        read = [(piece, source, *packed(row)) for (piece, source, _), row in zip(waiting, rows, strict=True)]
        self.shelf.keep_vectors([(piece, data, scale) for piece, _, data, scale in read])
        for _, source, data, scale in read:
            if source in self.kept:
                self.vectors.add(source, data, scale)
        self._unread = self.unread - len(read)
        return True

    def situation_unread(self, most: int) -> int | None:
        """The past case in somebody's own words that came last of those whose situation was not read; of the last
        `most` such cases.
        """
        if self._unsituated is None:
            own = self.kept.ids("case", by_macro=False)
            self._unsituated = [id for id in own[-most:] if id not in self.situations]
        return self._unsituated[-1] if self._unsituated else None

    def keep_situation(self, id: int, body: bytes, most: int) -> None:
        """It was read."""
        instead = min(self.situations) if len(self.situations) >= most else None
        self.shelf.lessons.keep_situation(id, body, instead)
        self.situations.discard(instead if instead is not None else id)
        self.situations.add(id)
        if self._unsituated and self._unsituated[-1] == id:
            self._unsituated.pop()

    def finish(self, typed: str) -> tuple[str, str]:
        """How a line that is begun goes on, and the owner of the text that says so."""

        def weight(id: int) -> int:
            live = id in self.kept and bool(self.kept.live[id])
            return (SURE if self.kept[id].kind == "macro" else 1) if live else 0

        rest, source = self.phrases.finish(typed, weight)
        return (rest, self.kept.owner(source)) if rest else ("", "")

    # --- Learning ---

    def take_head(self, head: Head | None) -> None:
        """From now on it serves; None: what was learned is forgotten."""
        self.wise = Wise(head) if head is not None else None
        self.heads = head.version if head is not None else self.heads
        self.shelf.lessons.keep_head(MACROS, self.heads, encoded(head) if head is not None else b"")

    def take_replies(self, new: Replies | None) -> None:
        """As `take_head`, of replies in somebody's own words; the past of a new one lies on the disk already."""
        self.replies = new
        self.rankers = new.ranker.version if new is not None else self.rankers
        self.shelf.lessons.keep_head(REPLIES, self.rankers, kept_form(new.ranker) if new is not None else b"")

    # --- Looking ---

    def meaning(self, text: str) -> Floats | None:
        """The vector of a text, where there is an embedder."""
        if self.meanings is None:
            return None
        found: Floats = self.meanings.of([text])[0]
        return found

    def meanings_of(
        self, text: str, turns: Sequence[Turn], beside: Sequence[str]
    ) -> tuple[Floats | None, Floats | None]:
        """The vector of a text, if it is one; and what was said so far as it is looked up among past situations, where
        there is anything to look among. What is looked at `beside` them is read in the same go, for in each the
        weights are fetched from memory once.
        """
        if self.meanings is None:
            return None, None
        said = texts(turns) if self.replies is not None else []
        wanted = [*filter(None, (text, *beside)), *said]
        read = dict(zip(wanted, self.meanings.of(wanted), strict=True)) if wanted else {}
        return read.get(text), numbers(turns, read) if said else None


def some_of(texts: Sequence[str]) -> int:
    """How many of these are read in one go: one at least."""
    return max(1, bisect_right(list(accumulate(map(len, texts))), SIGNS_AT_ONCE))


def tidied_for(me: str) -> str:
    """Names how `tidy` does it: another version of this program may find more that is personal."""
    return f"{__version__} {me}"


def tidy(source: Source, me: str = "") -> Source:
    """As it is kept: of a past case nothing personal, and no fact that is another customer's; of an article for
    customers nothing that is not for them.
    """
    if source.kind == "article" and not source.internal:
        return msgspec.structs.replace(source, text=public_part(source.text), names=(), by="")
    if source.kind != "case":
        return msgspec.structs.replace(source, names=(), by="")
    by = source.by if source.by == me else ""
    asked, _ = bare(source.asked, source.names)
    title, _ = bare(source.title, source.names)
    said = tuple(Turn(turn.who, bare(turn.text, source.names)[0][:LONGEST]) for turn in source.said)
    return msgspec.structs.replace(
        source, asked=asked, title=title, text=slotted(source.text, source.names), names=(), by=by, said=said
    )
