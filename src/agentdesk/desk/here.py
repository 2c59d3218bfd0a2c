"""Somebody who is about to sign in at this device, and what the device shows for itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agentdesk.sync.passport import Passport


@dataclass(slots=True)
class Here:
    """One sign-in, with all its steps; `shown` is made off Qt's thread, once."""

    server: str
    email: str
    device: str
    shown: Passport | None = None
    code: str = ""
    """What lets in a device that the server does not know yet."""
