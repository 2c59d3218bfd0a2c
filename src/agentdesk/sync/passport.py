"""What this desk shows at every door of its server: a short-lived token, and a proof by the device's key."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Protocol

import msgspec

NONCE_MS = 90_000
"""A nonce of the server is shown for so long; it takes it for two minutes, and needs none if our clock is right."""
EARLY_MS = 60_000
"""A token is renewed so long before it ends, so that it does not end on its way."""


class Key(Protocol):
    """The device's key, as far as requests need it."""

    def prove(self, method: str, url: str, now: int, *, token: str = "", nonce: str = "") -> str: ...


class Tokens(msgspec.Struct, frozen=True):
    """What a sign-in or a renewal has given; `until` in milliseconds by this device's clock."""

    access: str
    until: int
    refresh: str


class Passport:
    """One session of one device. Any thread may use it; what goes over the network is done one at a time.

    `renew` turns a refresh token into the next tokens (`http.renew`). `keep` puts a refresh token where it survives a
    kill; it returns only when that is done, and only then anything of the new tokens is used: the server takes the
    token before it as long as it has seen nothing of the new ones.
    """

    def __init__(
        self,
        key: Key,
        tokens: Tokens,
        renew: Callable[[Passport, str], Tokens],
        keep: Callable[[str], None],
        clock: Callable[[], int],
    ) -> None:
        self._key, self._tokens, self._renew, self._keep, self._clock = key, tokens, renew, keep, clock
        self._nonce, self._nonce_at = "", 0
        self._turn = threading.Lock()
        self.code = ""
        """What lets in a device that the server does not know yet; shown with each step of a sign-in."""
        self.lease_until = 0
        """Until when what is on this device may be open (ms); 0 if nobody has said."""

    def renewed(self, *, at_once: bool = False) -> None:
        """See to it that there is a token that lasts for a while. Blocks. Raises what `renew` and `keep` raise."""
        before = self._tokens
        if not at_once and before.access and self._clock() < before.until - EARLY_MS:
            return
        with self._turn:
            if self._tokens is not before:
                return  # another thread has been faster
            fresh = self._renew(self, before.refresh)
            self._keep(fresh.refresh)
            self._tokens = fresh

    def use(self, tokens: Tokens) -> None:
        """Go on with another sign-in of the same person at this device; what it gave is kept already."""
        with self._turn:
            self._tokens = tokens

    def headers(self, method: str, url: str) -> dict[str, str]:
        """What to show with one request at one door."""
        token = self._tokens.access
        return {"Authorization": f"DPoP {token}", **self.proof(method, url, token)}

    def proof(self, method: str, url: str, token: str = "") -> dict[str, str]:
        """The proof alone, for doors where there is no token yet."""
        now = self._clock()
        nonce = self._nonce if abs(now - self._nonce_at) < NONCE_MS else ""
        enrolment = {"Enrolment-Code": self.code} if self.code and not token else {}
        return {"DPoP": self._key.prove(method, url, now, token=token, nonce=nonce), **enrolment}

    def heard(self, headers: Mapping[str, str]) -> bool:
        """Whether the server has asked for a proof with its nonce: then the same request is worth another try."""
        nonce = headers.get("DPoP-Nonce", "")
        again = bool(nonce) and "use_dpop_nonce" in headers.get("WWW-Authenticate", "")
        if again:
            self._nonce, self._nonce_at = nonce, self._clock()
        return again
