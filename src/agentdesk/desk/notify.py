"""Desktop notifications: over the session bus where there is one, else from the tray, else inside the window."""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QSystemTrayIcon

from agentdesk.desk.settings import Settings
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import color

BUS, PATH, FACE = "org.freedesktop.Notifications", "/org/freedesktop/Notifications", "org.freedesktop.Notifications"
LASTS_MS = 8_000


class Notifier(QObject):
    """`show` tells one thing; `fallback(title, text)` is used where the system shows nothing."""

    def __init__(self, settings: Settings, fallback: Callable[[str, str], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings, self._fallback = settings, fallback
        self._bus = _bus(self) if sys.platform.startswith("linux") else None
        self._tray: QSystemTrayIcon | None = None
        self._last: Callable[[], None] | None = None

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
        from PySide6.QtDBus import QDBus, QDBusMessage

        call = QDBusMessage.createMethodCall(BUS, PATH, FACE, "Notify")
        plain = text.replace("&", "&amp;").replace("<", "&lt;")
        call.setArguments(["AgentDesk", replaces, "agentdesk", title, plain, [], {}, LASTS_MS])
        answer = self._bus.call(call, QDBus.CallMode.Block, 200)  # type: ignore[union-attr]
        return bool(answer.type() == QDBusMessage.MessageType.ReplyMessage)

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


def _bus(parent: QObject) -> object | None:
    """The session bus if somebody there shows notifications."""
    try:
        from PySide6.QtDBus import QDBusConnection
    except ImportError:
        return None
    bus = QDBusConnection.sessionBus()
    return bus if bus.isConnected() and bus.interface().isServiceRegistered(BUS).value() else None


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
