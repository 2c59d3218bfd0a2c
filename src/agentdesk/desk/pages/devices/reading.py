"""Reads all laptops that this desk holds, some in each turn of the loop, so that the window stays alive."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from agentdesk.desk.desk import Desk
from agentdesk.domain.devices import DEVICES, Device

SLICE = 400
"""Laptops read in one turn: some milliseconds."""


class Reading(QObject):
    """`done` brings all of them; `begin` starts, or starts anew."""

    done = Signal(list)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._after: tuple[Any, ...] | None = None
        self._found: list[Device] | None = None
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(self._slice)

    @property
    def busy(self) -> bool:
        """Whether more is to come."""
        return self._found is not None

    def begin(self) -> None:
        """From the start."""
        self._after, self._found = None, []
        self._slice()

    def stop(self) -> None:
        """Read no more."""
        self._found = None
        self._next.stop()

    def _slice(self) -> None:
        if self._found is None:
            return
        asked = DEVICES()
        some = self._desk.view.page(asked, self._after, SLICE)
        self._found += some
        if len(some) == SLICE:
            self._after = asked.key(some[-1])
            self._next.start()
            return
        found, self._found = self._found, None
        self.done.emit(found)
