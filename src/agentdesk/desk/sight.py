"""What this person may see: tells when it has become other or less, so that nothing of before stays in sight."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from agentdesk.desk.texts import mark, tr
from agentdesk.sync.news import News

OVERTAKEN = mark("What you may see has just changed. Try again.")
Then = Callable[[Any, str], None]


class Sight(QObject):
    """`changed` comes after the replica has let go of its rows: whoever keeps anything that was asked, revealed or
    found beside them lets go of it now.
    """

    changed = Signal()

    def __init__(self, held: frozenset[str] = frozenset(), parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._held, self._turn = held, 0

    def follow(self, news: News) -> None:
        """What one transaction says of it: another view, or scopes that are held no longer."""
        before = self._held
        if news.scopes is not None:
            self._held = frozenset(news.scopes)
        if news.other_eyes or not before <= self._held:
            self.change()

    def change(self) -> None:
        """From now on other things may be seen than before."""
        self._turn += 1
        self.changed.emit()

    def guarded(self, then: Then) -> Then:
        """As `then` (result, sentence), for an answer under way: what was meant for other eyes is dropped."""
        turn = self._turn

        def checked(result: Any, sentence: str) -> None:
            if turn == self._turn:
                then(result, sentence)
            else:
                then(None, tr(OVERTAKEN))

        return checked
