"""Searching from the list: this laptop first, at once; then the server's archive, when it can be asked."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec
from PySide6.QtCore import QObject, QTimer

from agentdesk.desk.desk import Desk
from agentdesk.desk.pages.queue.seek_reading import reading_of
from agentdesk.desk.texts import tr
from agentdesk.domain.cases import Case, FileText, Message
from agentdesk.domain.kernel.terms import Term
from agentdesk.domain.kernel.values import whole
from agentdesk.domain.queue import BY_NUMBER
from agentdesk.domain.seeking import Eyes, Hit, Sought, fits, hit_of, read, steps
from agentdesk.domain.seeking.spelling import neighbours, tolerant

LIMIT = 60
MOST_TRIED = 20_000
"""So many records are looked at where no word narrows it down."""
SLICE = 0.006
"""Seconds in one go: a frame must still be drawn between two."""
NUMBER = re.compile(r"^#?([\d\s\u00a0.,]{1,12})$")
ASKING, ASKED, OFFLINE, IDLE = "asking", "asked", "offline", ""
Show = Callable[[Sequence[Case], bool], None]


class Finder(QObject):
    """`show(cases, more)` is called with what is here, then with what the archive adds; `told` when words change."""

    def __init__(self, desk: Desk, show: Show, told: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._show, self._told = desk, show, told
        self._text, self.state, self.sought, self.meant = "", IDLE, Sought(), ""
        self.hits: dict[str, Hit] = {}
        self.away: dict[str, Case] = {}
        self._run: Iterator[None] = iter(())
        self._here = QTimer(self, singleShot=True, interval=60)
        self._here.timeout.connect(self._look_here)
        self._on = QTimer(self, interval=0)
        self._on.timeout.connect(self._slice)
        self._there = QTimer(self, singleShot=True, interval=400)
        self._there.timeout.connect(self._look_there)

    def find(self, text: str) -> None:
        """Look for this, a moment after the last key."""
        self.stop()
        self._text = whole(text)
        sought = read(self._text, reading_of(self._desk))
        terms = tuple(map(tolerant, sought.terms))
        self.sought, self.state = msgspec.structs.replace(sought, terms=terms), ASKING
        self._here.start()

    def again(self) -> None:
        """Look once more, if anything is looked for."""
        if self._text:
            self.find(self._text)

    def stop(self) -> None:
        """Look no more."""
        self._text, self.state, self.sought, self.meant = "", IDLE, Sought(), ""
        self.hits, self.away = {}, {}
        for timer in (self._here, self._on, self._there):
            timer.stop()

    # --- In words ---

    def fault(self) -> str:
        """Why an operator is not followed, and what can be written instead."""
        return next((tr(one.sentence, **one.words) for one in self.sought.faults), "")

    def hint(self) -> str:
        """Where was looked, for a list without rows."""
        if fault := self.fault():
            return fault
        if self.state == ASKING:
            return tr("Looked on this laptop; asking the server…")
        if self.state == OFFLINE:
            return tr("Looked on this laptop only: the server cannot be asked now.")
        if self.sought.asks("in", "here"):
            return tr("Looked on this laptop only.")
        return tr("Looked on this laptop and in the archive.")

    def note(self) -> str:
        """What there is to know of what is listed; mostly nothing."""
        if fault := self.fault():
            return fault
        if self.meant:
            return tr("No such word is known here. Shown is what says “{words}”.", words=self.meant)
        if self.hits and self.state == OFFLINE:
            return self.hint()
        if len(self.hits) >= LIMIT:
            return tr("The first {n} are shown. More words or operators narrow it down.", n=LIMIT)
        return ""

    # --- On this laptop ---

    def _look_here(self) -> None:
        self._run = self._looking()
        self._slice()

    def _slice(self) -> None:
        """Look a little further; the first time what is there is shown in place of what was."""
        first, before, ends = not self._on.isActive(), len(self.hits), time.monotonic() + SLICE
        more = True
        while more and time.monotonic() < ends:
            more = next(self._run, True) is None
        found = [hit.case for hit in list(self.hits.values())[0 if first else before :]]
        if more:
            self._on.start()
        else:
            self._on.stop()
            self._ask_there()
        if first or found:
            self._show(found, not first)
        self._told()

    def _ask_there(self) -> None:
        if self.sought and not self.sought.asks("in", "here"):
            self._there.start()
        else:
            self.state = ASKED

    def _looking(self) -> Iterator[None]:
        """Each step is short. With no hit at all, once more for words that may have been meant."""
        if not self.sought.asks("in", "archive"):
            yield from self._by_number()
            yield from self._sweep()
        if not self.hits and self.sought.wanted:
            yield from self._guess()

    def _by_number(self) -> Iterator[None]:
        if number := NUMBER.match(self._text.strip()):
            digits = re.sub(r"\D", "", number.group(1))
            for case in self._desk.view.page(BY_NUMBER(number=int(digits or 0)), limit=5):
                self.hits.setdefault(case.id, Hit(case))
            yield

    def _sweep(self) -> Iterator[None]:
        view, tried = self._desk.view, 0
        eyes = Eyes(self._desk.me.id, self._desk.now(), view)
        for page in steps(self._desk.index, view, self.sought) if self.sought else ():
            for raw in page:
                hit = hit_of(raw, view)
                if hit is not None and hit.case.id not in self.hits and fits(hit, self.sought, eyes):
                    self.hits[hit.case.id] = hit
            tried += len(page)
            if len(self.hits) >= LIMIT or tried >= MOST_TRIED:
                return
            yield

    def _guess(self) -> Iterator[None]:
        terms: list[Term] = []
        for term in self.sought.terms:
            also: list[str] = []
            if not term.without:
                for word in neighbours(self._desk.index, "message", term):
                    also += [word] if word else []
                    yield
            terms.append(msgspec.structs.replace(term, also=(*term.also, *also)) if also else term)
        if tuple(terms) != self.sought.terms:
            self.sought = msgspec.structs.replace(self.sought, terms=tuple(terms))
            self.meant = ", ".join(word for one in terms for word in one.also)
            yield from self._sweep()

    # --- In the archive ---

    def _look_there(self) -> None:
        asked = self._text, self.sought

        def answered(result: Any, why: str) -> None:
            if asked == (self._text, self.sought):
                self.state = OFFLINE if why else ASKED
                self._take(result if isinstance(result, dict) else {})

        filters = [one for one in self.sought.filters if one.field != "sort"]
        wish = {"text": self._text[:500], "terms": self.sought.terms, "filters": filters, "limit": LIMIT}
        self._desk.ask("search", msgspec.to_builtins(wish), answered)

    def _take(self, result: dict[str, Any]) -> None:
        """The archive gives messages, and the cases that they or the words are in; some are on this laptop too."""
        cases = {case.id: case for case in _all(result.get("cases"), Case)}
        messages: dict[str, Message] = {}
        for message in _all(result.get("messages"), Message):
            messages.setdefault(message.case, message)
        files = {file.case: file for file in _all(result.get("files"), FileText)}
        added: list[Case] = []
        for id in dict.fromkeys((*messages, *files, *cases)):
            here = self._desk.view.get(Case, id)
            case = here or cases.get(id)
            if case is None or id in self.hits:
                continue
            if here is None:
                self.away[id] = case
            self.hits[id] = Hit(case, messages.get(id), file=files.get(id) if id not in messages else None)
            added.append(case)
        self._show(added, True)
        self._told()


def _all(plain: Any, cls: type[Any]) -> list[Any]:
    """Records as the server sent them; what is not understood is left out."""
    found = []
    for one in plain if isinstance(plain, list | tuple) else ():
        try:
            found.append(msgspec.convert(one, cls))
        except msgspec.ValidationError:
            continue
    return found
