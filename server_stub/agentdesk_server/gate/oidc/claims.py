"""What a provider says of a person, and the ways in which it says nothing usable."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

import msgspec


class Claims(msgspec.Struct, frozen=True):
    """What the provider says of a person. `email` is empty unless it was verified."""

    subject: str
    email: str
    name: str
    strong: bool


class BadToken(Exception):
    """Why a token is worth nothing: for the log, without what is in it."""


class UnknownKey(BadToken):
    """It names a key that is not among those known; the provider may have changed them."""


class ProviderError(Exception):
    """The provider cannot be used, or says no: for the log, with nothing secret in it."""


class Reply(Protocol):
    """What comes back from a call."""

    @property
    def status(self) -> int: ...
    @property
    def body(self) -> bytes: ...


Fetch = Callable[..., Awaitable[Reply]]
"""(method, url, *, headers, body) → reply. Raises `ProviderError` for whatever prevents one."""
