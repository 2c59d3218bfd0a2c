"""What this laptop remembers of a server's audit log: kept in the keyring, read and written off Qt's thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Signal

from agentdesk.domain.audit.published import Pin
from agentdesk.store.vault import Secrets

Run = Callable[[Callable[[], Any], Callable[[Any, BaseException | None], None]], None]
"""Does something on a thread that may wait, then something on Qt's."""


class Pins(QObject):
    """One server's. `known` is false until the keyring has answered: until then nothing can be judged."""

    came = Signal()

    def __init__(self, vault: Secrets, server: str, run: Run, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._vault, self._server, self._run = vault, server, run
        self.pin: Pin | None = None
        self.known = False
        self._asking = self._keeping = self._stale = False

    def load(self) -> None:
        """Ask the keyring; `came` tells when it has answered. Asked again later if it did not."""
        if not self.known and not self._asking:
            self._asking = True
            vault, server = self._vault, self._server
            self._run(lambda: vault.pin(server), self._loaded)

    def _loaded(self, found: str | None, _error: BaseException | None) -> None:
        self._asking = False
        if found is not None:
            self.pin, self.known = read_pin(found), True
            self.came.emit()

    @property
    def key(self) -> bytes | None:
        """The public key of the server, as this laptop saw it first."""
        return bytes.fromhex(self.pin.key) if self.pin is not None else None

    @property
    def size(self) -> int:
        """How many entries the newest head covers that this laptop remembers; 0 if it remembers none."""
        return self.pin.size if self.pin is not None else 0

    def keep(self, pin: Pin) -> None:
        """Remember this from now on."""
        self.pin, self._stale = pin, True
        self._write()

    def _write(self) -> None:
        """One at a time: of two that run side by side the older could come last."""
        if self._keeping or not self._stale or self.pin is None:
            return
        self._keeping, self._stale = True, False
        vault, server, text = self._vault, self._server, msgspec.json.encode(self.pin).decode()
        self._run(lambda: vault.keep_pin(server, text), self._kept)

    def _kept(self, _result: Any, error: BaseException | None) -> None:
        self._keeping = False
        if error is None:
            self._write()
        else:  # tried again when the log has gone on
            self._stale = True


def read_pin(kept: str) -> Pin | None:
    """What was kept; None if that is nothing, or spoiled."""
    try:
        pin = msgspec.json.decode(kept, type=Pin) if kept else None
        return pin if pin is None or len(bytes.fromhex(pin.key)) == 32 else None
    except (msgspec.DecodeError, ValueError):
        return None
