"""The device's own key: it signs each request of this desk (RFC 9449), and wraps what only this device may open."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
from urllib.parse import urlsplit, urlunsplit

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SEED_BYTES = 32
_NONCE = 12
_WIRE = {"ws": "http", "wss": "https"}


class CannotUnwrap(Exception):
    """What was wrapped was changed, or another device wrapped it."""


class DeviceKey:
    """An Ed25519 key from its 32-byte seed. Free of state, so any thread may use it."""

    def __init__(self, seed: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self._wrapping = AESGCM(HKDF(SHA256(), 32, None, b"agentdesk device wrapping").derive(seed))
        public = self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.jwk = {"crv": "Ed25519", "kty": "OKP", "x": encoded(public)}

    @property
    def thumbprint(self) -> str:
        """The key's name (RFC 7638)."""
        return encoded(hashlib.sha256(_json(self.jwk)).digest())

    def prove(self, method: str, url: str, now: int, *, token: str = "", nonce: str = "") -> str:
        """A proof for one request at one door; `now` in UTC milliseconds, `nonce` if the server has given one."""
        claims = {"jti": secrets.token_urlsafe(16), "htm": method, "htu": door_of(url), "iat": now // 1000}
        if token:
            claims["ath"] = encoded(hashlib.sha256(token.encode()).digest())
        if nonce:
            claims["nonce"] = nonce
        head = {"typ": "dpop+jwt", "alg": "EdDSA", "jwk": self.jwk}
        signed = f"{encoded(_json(head))}.{encoded(_json(claims))}"
        return f"{signed}.{encoded(self._private.sign(signed.encode()))}"

    def wrap(self, secret: bytes, about: bytes) -> bytes:
        """A secret that only this device opens again, and only as what it is (`about`)."""
        nonce = os.urandom(_NONCE)
        return nonce + self._wrapping.encrypt(nonce, secret, about)

    def unwrap(self, wrapped: bytes, about: bytes) -> bytes:
        """The secret. Raises `CannotUnwrap`."""
        try:
            return self._wrapping.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], about)
        except (InvalidTag, ValueError):
            raise CannotUnwrap from None


def new_seed() -> bytes:
    """A new key's seed."""
    return secrets.token_bytes(SEED_BYTES)


def door_of(url: str) -> str:
    """The address as a proof names it: without query and fragment, a socket's as the request that opens it."""
    parts = urlsplit(url)
    return urlunsplit((_WIRE.get(parts.scheme, parts.scheme), parts.netloc, parts.path or "/", "", ""))


def encoded(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _json(value: object) -> bytes:
    """Canonical enough for a thumbprint: RFC 7638 sorts the members and leaves no blanks."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
