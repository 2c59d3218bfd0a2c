"""The states a connection can be in."""

from enum import StrEnum


class Phase(StrEnum):
    """offline → connecting → catching_up → live ⇄ degraded → offline; revoked and upgrade end it."""

    OFFLINE = "offline"
    CONNECTING = "connecting"
    CATCHING_UP = "catching_up"
    LIVE = "live"
    DEGRADED = "degraded"
    REVOKED = "revoked"
    UPGRADE = "upgrade"


JOINED = frozenset({Phase.CATCHING_UP, Phase.LIVE, Phase.DEGRADED})
"""Welcomed: commands can be sent."""
