"""Searching from the list: this laptop first, at once; then the server's archive, when it can be asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from PySide6.QtCore import QObject, QTimer

from agentdesk.desk.desk import Desk
from agentdesk.desk.texts import tr
from agentdesk.domain.cases import Case, Message
from agentdesk.domain.queue import BY_NUMBER

LIMIT = 60
FETCHED = 12
NUMBER = re.compile(r"^#?([\d\s\u00a0.,]{1,12})$")
ASKING, ASKED, OFFLINE, IDLE = "asking", "asked", "offline", ""


class Finder(QObject):
    """`show(records, more)` is called with what is here, then with what the archive adds."""

    def __init__(self, desk: Desk, show: Callable[[Sequence[Case], bool], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._show = desk, show
        self._text, self.state = "", IDLE
        self._here = QTimer(self, singleShot=True, interval=60)
        self._here.timeout.connect(self._look_here)
        self._there = QTimer(self, singleShot=True, interval=400)
        self._there.timeout.connect(self._look_there)

    def find(self, text: str) -> None:
        """Look for this, a moment after the last key."""
        self._text, self.state = text.strip(), ASKING
        self._here.start()
        self._there.start()

    def again(self) -> None:
        """Look once more, if anything is looked for."""
        if self._text:
            self.find(self._text)

    def stop(self) -> None:
        """Look no more."""
        self._text, self.state = "", IDLE
        self._here.stop()
        self._there.stop()

    def hint(self) -> str:
        """Where was looked, for a list without rows."""
        if self.state == ASKING:
            return tr("Looked on this laptop; asking the server…")
        if self.state == OFFLINE:
            return tr("Looked on this laptop only: the server cannot be asked now.")
        return tr("Looked on this laptop and in the archive.")

    def _look_here(self) -> None:
        self._show(self._local(), False)

    def _local(self) -> list[Case]:
        view, found = self._desk.view, dict[str, Case]()
        number = NUMBER.match(self._text)
        if number:
            digits = re.sub(r"\D", "", number.group(1))
            found = {case.id: case for case in view.page(BY_NUMBER(number=int(digits or 0)), limit=5)}
        for hit in self._desk.search(self._text, LIMIT):
            case = hit if isinstance(hit, Case) else view.get(Case, hit.case) if isinstance(hit, Message) else None
            if case is not None:
                found.setdefault(case.id, case)
        return list(found.values())

    def _look_there(self) -> None:
        asked = self._text

        def answered(result: Any, sentence: str) -> None:
            if asked == self._text:
                self.state = OFFLINE if sentence else ASKED
                self._take(result if isinstance(result, dict) else {}, asked)

        self._desk.ask("search", {"text": asked, "limit": LIMIT}, answered)

    def _take(self, result: dict[str, Any], asked: str) -> None:
        """The archive names messages: their cases are here, or are fetched."""
        here: list[Case] = []
        away: list[str] = []
        messages = [one for one in result.get("messages", ()) if isinstance(one, dict)]
        for id in dict.fromkeys(str(one.get("case", "")) for one in messages):
            case = self._desk.view.get(Case, id)
            if case is not None:
                here.append(case)
            elif id:
                away.append(id)
        self._show(here, True)
        for id in away[:FETCHED]:
            self._desk.ask("case", {"case": id, "limit": 1}, lambda found, _: self._fetched(found, asked))

    def _fetched(self, result: Any, asked: str) -> None:
        case = _case(result.get("case")) if isinstance(result, dict) and asked == self._text else None
        if case is not None:
            self._show([case], True)


def _case(plain: Any) -> Case | None:
    """A case as the server sent it; None if it is not understood."""
    try:
        return msgspec.convert(plain, Case)
    except msgspec.ValidationError:
        return None
