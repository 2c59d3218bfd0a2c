"""One connected desk: what it holds, how far each scope has come, and what is to be sent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from agentdesk.domain.kernel import MaskView
from agentdesk.protocol import Codec
from agentdesk.protocol.frames import Frame, FromDesk

from .socket import Socket, framed

UNSENT_LIMIT = 256 * 1024
"""With more than this not yet taken, a desk is no longer pushed to: it is filled again from its cursor later."""


class Filling(msgspec.Struct):
    """A scope that is not live: it is read from `cursor` on, lowest `prio` first."""

    cursor: int
    prio: int


class Desk:
    """A session on `/sync`. All its methods run on the event loop."""

    __slots__ = (
        "allowed",
        "codec",
        "credit",
        "device",
        "fill_task",
        "filling",
        "live",
        "looking",
        "name",
        "outstanding",
        "person",
        "proof_key",
        "schema",
        "signals",
        "socket",
        "view",
    )

    def __init__(self, socket: Socket, codec: Codec[FromDesk], person: str, device: str) -> None:
        self.socket, self.codec, self.person, self.device = socket, codec, person, device
        self.name = ""
        self.proof_key = ""
        """The thumbprint of the key by which the device has proved itself; empty for one that has not."""
        self.allowed: Callable[[], Awaitable[bool]] | None = None
        """Whether its session is still good; asked whenever sessions have been ended somewhere."""
        self.schema = 1
        self.view = MaskView("nobody")
        self.live: frozenset[str] = frozenset()
        self.filling: dict[str, Filling] = {}
        self.fill_task: asyncio.Task[None] | None = None
        self.outstanding = 0
        self.credit = asyncio.Event()
        self.looking: set[str] = set()
        self.signals: list[float] = []

    @property
    def key(self) -> tuple[str, str]:
        return self.person, self.device

    @property
    def encoding(self) -> tuple[bool, int, str]:
        """Desks with the same encoding can be sent the same bytes."""
        return self.codec.binary, self.schema, self.view.name

    def say(self, *frames: Frame) -> None:
        """Send frames now."""
        self.push(framed(self.codec.message(*frames)))

    def push(self, message: bytes) -> None:
        """Send a framed message now; one that cannot be sent is dropped, for the socket is about to end."""
        self.socket.write(message)

    def holds(self, scopes: frozenset[str]) -> bool:
        return not self.live.isdisjoint(scopes) or any(scope in scopes for scope in self.filling)

    def fall_behind(self, position: int, prios: dict[str, int]) -> None:
        """Stop pushing: every live scope will be read again from a revision that has certainly been sent."""
        for scope in self.live:
            self.filling[scope] = Filling(position, prios.get(scope, 5))
        self.live = frozenset()

    def took(self, count: int) -> None:
        """The desk has taken in so many bytes of catch-up."""
        self.outstanding = max(0, self.outstanding - count)
        self.credit.set()

    def as_who(self) -> dict[str, Any]:
        return {"who": self.person, "name": self.name}
