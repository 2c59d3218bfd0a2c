"""Each laptop remembers the newest head of the audit log, and says so if what it is shown later contradicts it."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from PySide6.QtCore import QObject

from agentdesk.desk.desk import Desk
from agentdesk.desk.settings import Settings
from agentdesk.desk.texts import mark, tr
from agentdesk.domain.audit.published import HEADS, KEPT, AuditHead, Pin, witness
from agentdesk.store.signature import is_signed

ALARM = mark(
    "The server's audit log is not what this laptop remembers of it. If no backup was restored, it was tampered with: "
    "tell your administrator."
)


def known_key(settings: Settings) -> bytes | None:
    """The public key of the server that one is signed in at, as this laptop saw it first."""
    pin = _recall(settings, settings.recall("account.server"))
    return bytes.fromhex(pin.key) if pin is not None else None


def known_size(settings: Settings) -> int:
    """How many entries the newest head covers that this laptop remembers; 0 if it remembers none."""
    pin = _recall(settings, settings.recall("account.server"))
    return pin.size if pin is not None else 0


def _name(server: str) -> str:
    return f"audit.pin {server.rstrip('/')}"


def _recall(settings: Settings, server: str) -> Pin | None:
    kept = settings.recall(_name(server))
    try:
        pin = msgspec.json.decode(kept, type=Pin) if kept else None
        return pin if pin is None or len(bytes.fromhex(pin.key)) == 32 else None
    except (msgspec.DecodeError, ValueError):
        return None


class Witness(QObject):
    """`server` names whose log it is; `alarm` gets a sentence, once for each contradiction."""

    def __init__(
        self, desk: Desk, settings: Settings, server: str, alarm: Callable[[str], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._settings, self._alarm = desk, settings, alarm
        self._server = server
        self._seen: list[AuditHead] = []
        desk.listen(("audit_head",), lambda _: self.look())
        self.look()

    def pin(self) -> Pin | None:
        """What is remembered."""
        return _recall(self._settings, self._server)

    def look(self) -> None:
        """Judge what is shown now."""
        shown = list(self._desk.view.page(HEADS(), limit=2 * KEPT))
        if shown == self._seen:
            return
        self._seen = shown
        pin = self.pin()
        found, doubt = witness(pin, shown, is_signed)
        if doubt:
            self._alarm(tr(ALARM))
        elif found is not None and found != pin:
            self._settings.remember(_name(self._server), msgspec.json.encode(found).decode())
