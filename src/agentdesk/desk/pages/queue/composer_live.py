"""Telling others that one is writing: now and then while keys are pressed, and at once when it is over."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from agentdesk.desk.desk import Desk

EVERY_MS = 3_000
IDLE_MS = 6_000


class Writing(QObject):
    """Only replies are told: a customer need not know that a note is written."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._case, self._told = desk, "", 0
        self._idle = QTimer(self, singleShot=True, interval=IDLE_MS)
        self._idle.timeout.connect(self.stop)

    def typed(self, case: str) -> None:
        """A key was pressed in a reply to this case."""
        if case != self._case:
            self.stop()
        now = self._desk.now()
        if not self._case or now - self._told >= EVERY_MS:
            self._desk.signal("typing", case)
            self._case, self._told = case, now
        self._idle.start()

    def stop(self) -> None:
        """Nobody writes here any more."""
        self._idle.stop()
        if self._case:
            self._desk.signal("typing", self._case, False)
            self._case = ""
