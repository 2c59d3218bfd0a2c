"""The buses over which the parts of the system speak (D-Bus): there on Linux, nowhere else."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject

try:
    from PySide6.QtDBus import QDBusConnection, QDBusInterface
except ImportError:  # a system without D-Bus has no such library
    HERE = False
else:
    HERE = sys.platform.startswith("linux")


def buses() -> tuple[QDBusConnection | None, QDBusConnection | None]:
    """The bus of this person's session and the system's; None for what cannot be reached."""
    if not HERE:
        return None, None
    session, system = QDBusConnection.sessionBus(), QDBusConnection.systemBus()
    return (session if session.isConnected() else None), (system if system.isConnected() else None)


def service(name: str, path: str, parent: QObject) -> QDBusInterface | None:
    """Whoever serves on the session's bus under a name that is that of its interface, too; None if nobody does."""
    session, _ = buses()
    if session is None or not session.interface().isServiceRegistered(name).value():
        return None
    found = QDBusInterface(name, path, name, session, parent)
    return found if found.isValid() else None
