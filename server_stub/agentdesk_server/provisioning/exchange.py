"""What goes between the directory's doors and the thread that answers."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class Asked(msgspec.Struct, frozen=True):
    """A request: where the client found us, the path below that, and what it sent."""

    method: str
    base: str
    path: str
    query: Mapping[str, str]
    media: str
    body: bytes


class Said(msgspec.Struct, frozen=True):
    """The answer, and whose sessions have ended with it."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    ended: tuple[str, ...]
