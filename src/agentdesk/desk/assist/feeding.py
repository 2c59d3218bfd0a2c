"""Tells the assist worker of the replica: all of it once, a little at a time, then each change; what goes, at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Protocol

from PySide6.QtCore import QObject, QTimer

from agentdesk.assist.frames import Begin, Learn, Source, Swept
from agentdesk.desk.assist import sources
from agentdesk.desk.sight import Sight
from agentdesk.domain.cases import Case, Message
from agentdesk.domain.forum import TOPICS, Post, Topic
from agentdesk.domain.governed import Document
from agentdesk.domain.governed.records import DOCUMENTS
from agentdesk.domain.kernel import Actor, Asked, View
from agentdesk.domain.knowledge import ARTICLE
from agentdesk.domain.macros import MACROS, Macro, MacroUse
from agentdesk.domain.queue import SOLVED
from agentdesk.sync.replica import Listener, Touched

KINDS = ("macro", "document", "topic", "post", "case", "message", "macro_use")
PAGE = 25
MOST_CASES = 20_000
SLICE_S, PAUSE_MS = 0.004, 20
"""So long Qt's thread reads at a time, and so long it then does other things."""
UNDER_WAY = 64
"""So many owners are told before the worker has said that it has them."""
AGAIN_MS = 2_000
Told = tuple[str, tuple[Source, ...]]


class Looking(Protocol):
    """What of a desk is needed to tell of what it holds."""

    @property
    def view(self) -> View: ...

    @property
    def me(self) -> Actor: ...

    @property
    def sight(self) -> Sight: ...

    def now(self) -> int: ...

    def listen(self, kinds: Iterable[str], listener: Listener) -> Callable[[], None]: ...


class Feeding(QObject):
    """Belongs to one run of the worker: `say` hands a frame over. `learned` is to be called for each that was taken."""

    def __init__(self, desk: Looking, say: Callable[[Any], None], parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._say = desk, say
        self._walk: Iterator[Told] | None = None
        self._dirty: dict[str, bool] = {}
        self._known: set[str] = set()
        self._under_way = 0
        self._timer = QTimer(self, interval=PAUSE_MS)
        self._timer.timeout.connect(self._some)
        self._again = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._again.timeout.connect(self.begin)
        self._end = desk.listen(KINDS, self._heard)
        desk.sight.changed.connect(self.begin)

    def begin(self) -> None:
        """Tell all that there is, from the start; until it is told nothing of before may be suggested."""
        self._again.stop()
        self._say(Begin())
        self._dirty.clear()
        self._known.clear()
        self._walk = everything(self._desk.view, self._desk.now())
        self._timer.start()

    def learned(self, count: int) -> None:
        """The worker has taken so many."""
        self._under_way = max(0, self._under_way - count)

    def close(self) -> None:
        """Tell nothing any more."""
        self._timer.stop()
        self._again.stop()
        self._end()

    # --- Telling ---

    def _some(self) -> None:
        """As much as a moment allows."""
        ends = time.perf_counter() + SLICE_S
        while self._under_way < UNDER_WAY and time.perf_counter() < ends:
            if self._dirty:
                owner = next(iter(self._dirty))
                self._tell(owner, of_owner(self._desk.view, owner, self._desk.now()), gone=self._dirty.pop(owner))
            elif self._walk is None:
                self._timer.stop()
                return
            else:
                self._step(self._walk)

    def _step(self, walk: Iterator[Told]) -> None:
        told = next(walk, None)
        if told is None:
            self._walk = None
            self._say(Swept())
        elif told[1]:
            self._tell(*told)

    def _tell(self, owner: str, some: tuple[Source, ...], *, gone: bool = False) -> None:
        if not some and owner not in self._known and not gone and self._walk is None:
            return
        self._known.add(owner)
        self._under_way += 1
        self._say(Learn(owner, some, gone))

    # --- Changes ---

    def _heard(self, touched: Sequence[Touched] | None) -> None:
        if touched is None:
            self._again.start()
            return
        for one in touched:
            for owner in owners_of(one):
                if one.new is None and one.kind in ("macro", "document", "case", "topic"):
                    self._dirty.pop(owner, None)
                    self._tell(owner, (), gone=True)  # before anything else: it may have been erased
                else:
                    self._dirty[owner] = self._dirty.get(owner, False) or one.new is None
        if self._dirty:
            self._timer.start()


def owners_of(one: Touched) -> set[str]:
    """What is told anew when a record changes."""
    found = set()
    for record in filter(None, (one.old, one.new)):
        if isinstance(record, Macro):
            found.add(f"macro:{record.id}")
        elif isinstance(record, Document) and record.register == ARTICLE:
            found.add(f"article:{record.id}")
        elif isinstance(record, Topic):
            found.add(f"post:{record.id}")
        elif isinstance(record, Post):
            found.add(f"post:{record.topic}")
        elif isinstance(record, Case):
            found.add(f"case:{record.id}")
        elif isinstance(record, Message | MacroUse):
            found.add(f"case:{record.case}")
    return found


def of_owner(view: View, owner: str, now: int) -> tuple[Source, ...]:
    """All that there is of one owner, as it is now."""
    kind, _, id = owner.partition(":")
    if kind == "macro":
        macro = view.get(Macro, id)
        return sources.of_macro(macro) if macro is not None else ()
    if kind == "article":
        document = view.get(Document, id)
        return sources.of_document(document, now) if document is not None else ()
    if kind == "post":
        topic = view.get(Topic, id)
        return sources.of_topic(topic, view) if topic is not None else ()
    case = view.get(Case, id)
    return sources.of_case(case, view) if case is not None else ()


def everything(view: View, now: int) -> Iterator[Told]:
    """All that may be suggested, what is short and sure first; each as it is when its turn comes, not as its page was
    read: what went or changed since is told already, and must not come back.
    """
    for owner in _owners(view):
        yield owner, of_owner(view, owner, now)


def _owners(view: View) -> Iterator[str]:
    yield from (f"macro:{one.id}" for one in _all(view, MACROS()))
    yield from (f"article:{one.id}" for one in _all(view, DOCUMENTS(register=ARTICLE)))
    yield from (f"post:{one.id}" for one in _all(view, TOPICS()))
    yield from (f"case:{one.id}" for one in islice(_all(view, SOLVED()), MOST_CASES))


def _all(view: View, asked: Asked[Any]) -> Iterator[Any]:
    """Page by page: what moves meanwhile is heard of, and told then."""
    after = None
    while some := view.page(asked, after, PAGE):
        yield from some
        after = asked.key(some[-1])
