"""Whose a passkey is and where it is good, and that an answer proves nothing. What reads answers is loaded late."""

from __future__ import annotations

import msgspec


class BadAnswer(Exception):
    """What came from the browser proves nothing: for the log."""


class Place(msgspec.Struct, frozen=True):
    """To whom a passkey belongs: the name of the server, and the origin of the page it is used on."""

    rp_id: str
    origin: str


class Owner(msgspec.Struct, frozen=True):
    """Whose passkey it is; what an authenticator shows."""

    id: str
    email: str
    name: str
