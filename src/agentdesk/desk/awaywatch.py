"""Whether somebody sits here, as the system tells: the screen is locked, the laptop goes to sleep.

On Linux the session's and the system's bus say so. Elsewhere nothing here does: a laptop that sleeps is cut off, which
the server notices by itself, and a locked screen counts as being there.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import SLOT, QObject, Slot

try:
    from PySide6.QtDBus import QDBusConnection
except ImportError:  # a system without D-Bus has no such library
    QDBusConnection = None  # type: ignore[assignment,misc]

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

    def __init__(self, tell: Callable[[str, bool], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tell, self._now = tell, dict.fromkeys(("locked", "asleep"), False)
        self.sources = self._listen() if sys.platform.startswith("linux") and QDBusConnection is not None else 0
        """How many parts of the system were found that will say so."""

    def _listen(self) -> int:
        found = 0
        session, system = QDBusConnection.sessionBus(), QDBusConnection.systemBus()
        for name, path in LOCKS:
            if session.isConnected():
                found += session.connect(name, path, name, "ActiveChanged", self, LOCKED)
        if system.isConnected():
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

    def _change(self, why: str, on: bool) -> None:
        if self._now[why] != on:  # two screen savers may say the same
            self._now[why] = on
            self._tell(why, on)
