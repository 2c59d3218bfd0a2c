"""The key under which the secrets of sign-in are kept: apps' and the provider's."""

from __future__ import annotations

from pathlib import Path

from agentdesk_server.audit.keys import derive
from agentdesk_server.core import master_key


def sign_in_key(folder: Path) -> bytes:
    """Derived from the server's one secret, for this purpose alone. Raises `CannotStart` if that cannot be read."""
    return derive(master_key(folder), "sign-in")
