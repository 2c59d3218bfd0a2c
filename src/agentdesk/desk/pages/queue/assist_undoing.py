"""Put in and taken out again within ten seconds: that counts as if it had never been taken."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from agentdesk.desk.desk import Desk
from agentdesk.desk.pages.queue.composer import Composer

AT_ONCE_MS = 10_000


class Undoing(QObject):
    """Of one composer: only what was put in last is watched."""

    def __init__(self, desk: Desk, composer: Composer, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._composer = desk, composer
        self._before, self._case, self._ends = "", "", 0
        self._then: Callable[[], object] | None = None
        composer.box.textChanged.connect(self._look)

    def watch(self, before: str, then: Callable[[], object]) -> None:
        """`before`: the text without what was just put in. If it is that again soon, or less, `then` is called."""
        self._before, self._case, self._then = before, self._composer.case, then
        self._ends = self._desk.now() + AT_ONCE_MS

    def _look(self) -> None:
        then = self._then
        if then is None:
            return
        if self._composer.case != self._case or self._desk.now() > self._ends:
            self._then = None
        elif self._before.startswith(self._composer.box.toPlainText()):  # one step back may take what was typed too
            self._then = None
            then()
