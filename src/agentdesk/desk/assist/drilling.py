"""Drills on this desk: how far suggestions may go by the server's word, until the moment at which that ends."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from agentdesk.desk.assist.feeding import Looking
from agentdesk.domain.suggestions.steering import ASSIST, DRAFTED, AssistState, drafts_anywhere, drill_level

LONGEST_MS = 3_600_000
"""So long one timer runs at most; then it looks again."""


class Drilling(QObject):
    """`changed` tells the level that holds now; `DRAFTED` is no limit. `retold`: only the reason is another one, or how
    the drafting service stands: `service` is on, resting, or empty where no queue has one.
    """

    changed, retold = Signal(int), Signal()

    def __init__(self, desk: Looking, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self.level, self.reason, self.service = desk, DRAFTED, "", ""
        self._later = QTimer(self, singleShot=True)
        self._later.timeout.connect(self.look)
        self._forget = desk.listen(("assist_state",), lambda _: self.look())

    def close(self) -> None:
        """Listen no more."""
        self._later.stop()
        self._forget()

    def look(self) -> None:
        """What holds now, and until when."""
        now, held = self._desk.now(), self._desk.view.get(AssistState, ASSIST)
        level = drill_level(held, now)
        before, self.reason = (self.reason, self.service), held.reason if held is not None and level < DRAFTED else ""
        self.service = held.service if held is not None and drafts_anywhere(self._desk.view) else ""
        if held is not None and level < DRAFTED:
            self._later.start(max(1, min(LONGEST_MS, held.until - now)))
        else:
            self._later.stop()
        if level != self.level:
            self.level = level
            self.changed.emit(level)
        elif (self.reason, self.service) != before:
            self.retold.emit()
