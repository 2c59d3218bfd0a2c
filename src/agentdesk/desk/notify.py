"""Desktop notifications: over the session bus where there is one, else from the tray, else inside the window."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Q_ARG, Q_RETURN_ARG, QMetaObject, QObject, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QSystemTrayIcon

from agentdesk.desk.bus import service
from agentdesk.desk.settings import Settings
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import color

NAME, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
PATIENCE_MS = 300
LASTS_MS = 8_000
KEPT = 100
"""So many notifications with somebody's words can be taken back; the system's own list holds about as many."""


class Notifier(QObject):
    """`show` tells one thing; `fallback(title, text)` is used where the system shows nothing."""

    def __init__(self, settings: Settings, fallback: Callable[[str, str], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings, self._fallback = settings, fallback
        self._bus: Any = _bus(self)
        self._tray: QSystemTrayIcon | None = None
        self._last: Callable[[], None] | None = None
        self._quoted: deque[int] = deque(maxlen=KEPT)

    def show(self, title: str, text: str, run: Callable[[], None] | None = None) -> str:
        """Tell something unless it is switched off; returns how it was told ("bus", "tray", "window", "")."""
        if not self._settings.flag("notify.desktop"):
            return ""
        body = text if self._settings.flag("notify.preview") else ""
        self._last = run
        return self._tell(title, body)

    def test(self) -> str:
        """Show one now, whatever is set, and say how."""
        how = self._tell(tr("AgentDesk can notify you"), tr("This is what a notification looks like."))
        if how != "window":
            self._fallback(tr("A notification was handed to the system."), "")
        return how

    def _tell(self, title: str, text: str) -> str:
        if self._bus is not None and self._over_bus(title, text):
            return "bus"
        if self._over_tray(title, text):
            return "tray"
        self._fallback(title, text or tr("This system shows no notifications, so it is told here."))
        return "window"

    def _over_bus(self, title: str, text: str) -> bool:
        """By the interface's own description: only so do numbers get the types that it asks for."""
        plain = text.replace("&", "&amp;").replace("<", "&lt;")
        given = (("QString", "AgentDesk"), ("uint", 0), ("QString", "agentdesk"), ("QString", title))
        hints: dict[str, Any] = {}
        actions: list[str] = []
        rest = (("QString", plain), ("QStringList", actions), ("QVariantMap", hints), ("int", LASTS_MS))
        number = self._call("Notify", Q_RETURN_ARG("uint"), *(Q_ARG(kind, value) for kind, value in (*given, *rest)))
        if number and text:
            self._quoted.append(int(number))
        return bool(number)

    def _call(self, method: str, *arguments: Any) -> Any:
        """Call whoever shows notifications; None if that did not work."""
        try:
            result = QMetaObject.invokeMethod(self._bus, method, Qt.ConnectionType.DirectConnection, *arguments)
        except RuntimeError:  # they have left, or describe themselves otherwise
            return None
        return None if self._bus.lastError().isValid() else result

    def withdraw(self) -> None:
        """Take back what quotes somebody's words: it stays in the system's list long after it was shown."""
        while self._quoted:
            self._call("CloseNotification", Q_ARG("uint", self._quoted.popleft()))
        if self._tray is not None:  # what it shows goes with it
            self._tray.hide()
            self._tray.show()
        self._last = None

    def _over_tray(self, title: str, text: str) -> bool:
        if not (QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages()):
            return False
        if self._tray is None:
            self._tray = QSystemTrayIcon(app_icon(), self)
            self._tray.messageClicked.connect(self._clicked)
            self._tray.show()
        self._tray.showMessage(title, text, app_icon(), LASTS_MS)
        return True

    def _clicked(self) -> None:
        if self._last is not None:
            self._last()

    def badge(self, count: int) -> None:
        """The count on the program's icon, where the system shows one."""
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.setBadgeNumber(count)
        if self._tray is not None:
            self._tray.setToolTip(tr("AgentDesk: {n} waiting", n=count) if count else "AgentDesk")

    def close(self) -> None:
        """Leave the tray."""
        if self._tray is not None:
            self._tray.hide()


def _bus(parent: QObject) -> Any:
    """Whoever shows notifications on the session bus; None if nobody does."""
    found = service(NAME, PATH, parent)
    if found is not None:
        found.setTimeout(PATIENCE_MS)
    return found


def app_icon() -> QIcon:
    """The program's picture, drawn: a desk's headset would need a file for each size."""
    pixmap = QPixmap(64, 64)
    pixmap.fill(QColor(0, 0, 0, 0))
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(color("accent"))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawRoundedRect(4, 4, 56, 56, 14, 14)
    painter.setBrush(color("on_accent"))
    painter.drawRoundedRect(16, 20, 32, 18, 6, 6)
    painter.drawEllipse(22, 34, 10, 12)
    painter.end()
    return QIcon(pixmap)
