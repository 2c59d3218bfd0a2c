"""Whose laptop it is, as far as it remembers: ids and the server in the clear, the e-mail in memory and the keyring."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from agentdesk.desk.clock import wall_clock
from agentdesk.desk.settings import Settings
from agentdesk.store.ids import new_id

if TYPE_CHECKING:
    from agentdesk.desk.glance import Identity

Known = tuple[str, str, str, str]
"""Server, e-mail if it is known already, person, device."""
KEPT = ("server", "person", "device")


class Whose:
    """`server` is the one that was asked for at the start, if any."""

    def __init__(self, settings: Settings, server: str) -> None:
        self._settings, self._asked = settings, server
        self.email = settings.recall("account.email")
        """Who worked here last, once the keyring has told."""
        self.typed = ("", "")
        """Server and e-mail as they were typed: nowhere but here, for it may be a password in the wrong field."""

    def known(self) -> Known | None:
        """Who worked here last, unless another server is asked for."""
        server, person, device = (self._settings.recall(f"account.{part}") for part in KEPT)
        if not all((server, person, device)) or (self._asked and self._asked.rstrip("/") != server):
            return None
        return server, self.email, person, device

    def last_server(self) -> str:
        """Where somebody worked last."""
        return self._settings.recall("account.server")

    def fields(self) -> tuple[str, str]:
        """Server and e-mail to begin a sign-in with."""
        server, email = self.typed
        return self._asked or server or self.last_server(), email or self.email

    def remember(self, identity: Identity) -> None:
        """This person works here now."""
        for part in KEPT:
            self._settings.remember(f"account.{part}", getattr(identity, part))
        self._settings.remember("account.email", "")  # where it was kept once
        self.email = identity.email
        self._settings.remember(device_of(identity.server, identity.email), identity.device)

    def forget(self) -> None:
        """Nobody is signed in."""
        self._settings.remember("account.person", "")

    def forget_all(self) -> None:
        """Nobody was ever here."""
        for part in (*KEPT, "email"):
            self._settings.remember(f"account.{part}", "")
        self.email, self.typed = "", ("", "")

    def device(self, server: str, email: str, lasting: bool) -> str:
        """Under which id the commands of a person are numbered here: a new one where nothing is kept."""
        known = self._settings.recall(device_of(server, email)) if lasting else ""
        return known or f"desk-{new_id(wall_clock())}"


def device_of(server: str, email: str) -> str:
    """Under which name the id of this device is kept, for each person; it does not tell who they are."""
    about = f"{server.rstrip('/')} {email.strip().lower()}"
    return f"device {hashlib.sha256(about.encode()).hexdigest()[:24]}"
