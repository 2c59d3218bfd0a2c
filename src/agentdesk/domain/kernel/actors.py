"""Who wishes: a person at a device, a visitor, a channel or the server's own clock."""

from __future__ import annotations

import msgspec

from .rights import may


class Actor(msgspec.Struct, frozen=True):
    """Somebody or something that gives commands.

    `scopes` are those it holds when the command is decided; `at` is the time (ms, UTC) at which the wish was first
    made, as the actor's device saw it after correction by the server's clock.
    """

    id: str
    role: str
    name: str = ""
    teams: tuple[str, ...] = ()
    scopes: frozenset[str] = frozenset()
    device: str = ""
    at: int = 0

    def may(self, permission: str) -> bool:
        """Whether the actor's role holds a permission."""
        return may(self.role, permission)
