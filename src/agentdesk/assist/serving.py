"""What the assist worker does with what it is told: learn, forget, read in idle time, answer the newest question."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import msgspec

from agentdesk.store.crypt import DatabaseError

from .answering import answer
from .courses import Courses
from .embedder import Embedder
from .frames import Ask, Asked, Begin, Finish, Finished, Learn, Learned, Open, Said, State, Swept
from .heap import give_back
from .index import Index
from .mood import Mood, load
from .pack import BadPack, Refused, read
from .shelf import away, open_shelf

TOLD_EVERY = 64
"""Pieces read between two words of how far that is."""


class Serving:
    """One index and what is asked of it. `bars` are those around this process."""

    def __init__(self, opened: Open, bars: tuple[str, ...]) -> None:
        self._bars = bars
        self._embedder, self._model, self._why = _embedder(opened)
        self._opened, self._wrong = opened, ""
        self._learned: Mood | None = load(Path(opened.mood)) if opened.mood else None
        self._told, self._worked = 0, False
        self._index = self._open()
        self._courses = Courses(self._index)

    def _open(self) -> Index:
        """The index as it lies there; one that cannot be read is made anew, empty."""
        try:
            shelf, wrong = open_shelf(self._opened.index, self._opened.key, self._model)
            self._wrong = wrong or self._wrong
            return Index(shelf, self._embedder, self._opened.me, self._model)
        except DatabaseError:
            self._wrong = "damaged"
            away(self._opened.index)
            shelf, _ = open_shelf(self._opened.index, self._opened.key, self._model)
            return Index(shelf, self._embedder, self._opened.me, self._model)

    def _anew(self) -> list[Said]:
        """What lay on the disk turned out to be damaged: begin with nothing, and have all told once more."""
        self._wrong = "damaged"
        self.close()
        if self._opened.index:
            away(self._opened.index)
        self._index = self._open()
        self._courses = Courses(self._index)
        return [msgspec.structs.replace(self.state(), again=True)]

    def state(self) -> State:
        """How it serves now."""
        index = self._index
        level = 3 if index.embedder is not None else 2
        why = " ".join(filter(None, (self._why, self._wrong)))
        state = State(level, why, index.texts, index.unread, self._model, self._bars, whole=index.whole)
        if index.wise is not None:
            head = index.wise.head
            state = msgspec.structs.replace(
                state, head=head.version, learned_from=head.learned_from, kept=head.kept, right=head.right,
                before=head.before,
            )  # fmt: skip
        if index.replies is not None:
            one = index.replies.ranker
            state = msgspec.structs.replace(
                state, replies=one.version, replies_from=one.learned_from, replies_kept=one.kept,
                replies_right=one.right, replies_before=one.before,
            )  # fmt: skip
        return state

    def hear(self, frame: Asked) -> list[Said]:
        """What there is to say to this."""
        try:
            return self._do(frame)
        except DatabaseError:
            done: list[Said] = [Learned(1)] if isinstance(frame, Learn) else []
            return [*done, *self._anew()]

    def _do(self, frame: Asked) -> list[Said]:
        if isinstance(frame, Begin):
            self._index.begin()
        elif isinstance(frame, Learn):
            if frame.gone and frame.owner.startswith("case:"):
                self._courses.forget()
            self._index.learn(frame.owner, frame.sources)
            if frame.gone:
                self._index.shelf.scour()
            return [Learned(1)]
        elif isinstance(frame, Swept):
            if any(map(self._index.teaches, self._index.unnamed())):  # it may have been erased while nothing ran here
                self._courses.forget()
            self._index.swept()
            self._wrong = "mended" if self._wrong == "damaged" else self._wrong
            return [self.state()]
        elif isinstance(frame, Ask):
            return [answer(self._index, frame, self._learned, self._model)]
        elif isinstance(frame, Finish):
            began = time.perf_counter()
            rest, source = self._index.finish(frame.typed)
            return [Finished(frame.number, rest, source, round((time.perf_counter() - began) * 1000, 3))]
        return []

    def close(self) -> None:
        """Let go of the index."""
        with contextlib.suppress(DatabaseError):
            self._index.shelf.close()

    def idle(self) -> tuple[bool, list[Said]]:
        """Read a little; whether there is more to do, and what there is to say."""
        busy, words = self._work()
        if self._worked and not busy:
            give_back()
        self._worked = busy
        return busy, words

    def _work(self) -> tuple[bool, list[Said]]:
        try:
            before = self._index.unread
            if self._index.phrases.some(lambda id: self._index.shelf.source(id).text):
                return True, []
            if not self._index.read_some():
                return self._learn_some()
        except DatabaseError:
            return True, self._anew()
        self._told += before - self._index.unread
        if self._told >= TOLD_EVERY or not self._index.unread:
            self._told = 0
            return True, [self.state()]
        return True, []

    def _learn_some(self) -> tuple[bool, list[Said]]:
        busy, new = self._courses.step()
        if new:
            give_back()  # before the next course takes its own
        return busy, [self.state()] if new else []


def _embedder(opened: Open) -> tuple[Embedder | None, str, str]:
    """The embedder and its hash, or why there is none."""
    if not opened.pack:
        return None, "", "pack"
    try:
        found = read(Path(opened.pack), *opened.listed, withdrawn=opened.withdrawn)
        return Embedder(found), found.sha256, ""
    except Refused as refused:
        return None, "", "withdrawn" if refused.withdrawn else "unlisted"
    except (BadPack, KeyError, MemoryError):
        return None, "", "pack"
