"""What is learned in idle time, one after the other, each in small steps: macros, then replies in own words."""

from __future__ import annotations

from .index import Index
from .learning import Lesson, lesson
from .replying import Lesson as ReplyLesson
from .replying import read_one, reply_lesson


class Courses:
    """How far learning from one index is."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._macros: Lesson | None = None
        self._replies: ReplyLesson | None = None
        self._looked = (0, False, False)
        """How the index stood when it was last looked whether there are new cases: that takes a look at all."""
        self._macros_tried = index.wise.head.there if index.wise is not None else 0
        self._replies_tried = index.replies.ranker.there if index.replies is not None else 0

    def forget(self) -> None:
        """A case is erased: what was learned from it goes first, wherever this ends, and is learned anew without it."""
        learning = self._replies is not None  # some of it may be kept already
        self._macros, self._replies, self._macros_tried, self._replies_tried = None, None, 0, 0
        self._looked = (0, False, False)
        if self._index.wise is not None:
            self._index.take_head(None)
        if self._index.replies is not None or learning:
            self._index.take_replies(None)

    def step(self) -> tuple[bool, bool]:
        """A few milliseconds of learning: whether there is more to do, and whether something new serves now."""
        there = (len(self._index.kept), self._index.whole, bool(self._index.unread))
        if self._macros is None and self._replies is None and there != self._looked:
            self._looked = there
            self._macros_tried, self._macros = lesson(self._index, self._macros_tried)
        if self._macros is not None:
            return self._step_macros(self._macros)
        if self._replies is None:
            if read_one(self._index):
                return True, False
            self._replies_tried, self._replies = reply_lesson(self._index, self._replies_tried)
        return self._step_replies(self._replies) if self._replies is not None else (False, False)

    def _step_macros(self, steps: Lesson) -> tuple[bool, bool]:
        try:
            next(steps)
        except StopIteration as end:
            self._macros = None
            if end.value is not None:
                self._index.take_head(end.value)
            return True, end.value is not None
        return True, False

    def _step_replies(self, steps: ReplyLesson) -> tuple[bool, bool]:
        try:
            next(steps)
        except StopIteration as end:
            self._replies = None
            if end.value is not None:
                self._index.take_replies(end.value)
            return True, end.value is not None
        return True, False


def teach(index: Index) -> None:
    """Learn now, all at once."""
    courses = Courses(index)
    while courses.step()[0]:
        pass
