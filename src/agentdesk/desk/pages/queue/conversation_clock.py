"""What an open conversation does again and again: says that one looks, looks who else does, notes what was read."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from agentdesk.desk.desk import Desk
from agentdesk.domain.cases import Read, ReadMark
from agentdesk.domain.cases.attention import own_id

LOOK_MS, READ_MS = 1_000, 800


class Clock(QObject):
    """Runs while a case is open and shown. `tick` is called every second."""

    def __init__(self, desk: Desk, tick: Callable[[], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._panel, self._desk, self._case, self._seen = parent, desk, "", 0
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(tick)
        self._read = QTimer(self, singleShot=True, interval=READ_MS)
        self._read.timeout.connect(self.note_read)

    def start(self, case: str) -> None:
        """A case is in front."""
        if case != self._case:
            self.stop()
            self._case = case
            self._desk.signal("viewing", case)
        self._look.start()

    def stop(self) -> None:
        """No case is in front; what was read of it until now is noted."""
        self._look.stop()
        if self._read.isActive():
            self.note_read()
            self._read.stop()
        if self._case:
            self._desk.signal("viewing", self._case, False)
        self._case, self._seen = "", 0

    def seen(self, seq: int) -> None:
        """So far was on the screen; noted when it stays there a moment."""
        self._seen = max(self._seen, seq)
        self._read.start()

    def note_read(self) -> None:
        """Move the read mark, if it moves; nobody reads in a window that another one is in front of."""
        self._read.stop()
        if not self._panel.isActiveWindow():
            self._read.start()
            return
        mark = self._desk.view.get(ReadMark, own_id(self._desk.me.id, self._case)) if self._case else None
        if self._case and self._seen > (mark.seq if mark is not None else 0):
            self._desk.do(Read(case=self._case, seq=self._seen))
