"""Whether somebody sits here, as the system tells: the screen is locked, the laptop goes to sleep.

On Linux the session's and the system's bus say so. Elsewhere nothing here does: a laptop that sleeps is cut off, which
the server notices by itself, and a locked screen counts as being there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import SLOT, QObject, Slot

from agentdesk.desk.bus import buses
from agentdesk.domain.routing.absences import Why

LOCKS = (
    ("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver"),
    ("org.gnome.ScreenSaver", "/org/gnome/ScreenSaver"),
)
LOCKED: Any = SLOT("locked(bool)")
ASLEEP: Any = SLOT("asleep(bool)")
"""Slots of the watch, as Qt writes them down (a 1 stands for a slot)."""
SLEEP = ("org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager")


class AwayWatch(QObject):
    """`tell(why, away)` hears each time something begins or ends; why is locked or asleep."""

    def __init__(self, tell: Callable[[Why, bool], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tell, self._now = tell, dict.fromkeys(("locked", "asleep"), False)
        self.sources = self._listen()
        """How many parts of the system were found that will say so."""

    def _listen(self) -> int:
        found = 0
        session, system = buses()
        if session is not None:
            for name, path in LOCKS:
                found += session.connect(name, path, name, "ActiveChanged", self, LOCKED)
        if system is not None:
            found += system.connect(*SLEEP, "PrepareForSleep", self, ASLEEP)
        return found

    @Slot(bool)
    def locked(self, on: bool) -> None:
        """The screen is locked, or open again."""
        self._change("locked", on)

    @Slot(bool)
    def asleep(self, on: bool) -> None:
        """The laptop is about to sleep, or has woken."""
        self._change("asleep", on)

    def _change(self, why: Why, on: bool) -> None:
        if self._now[why] != on:  # two screen savers may say the same
            self._now[why] = on
            self._tell(why, on)
