"""Proofs of possession (RFC 9449): a request is signed by its device's key, for one door, and counts once."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections import Counter, deque
from collections.abc import Callable
from typing import Annotated, Literal, TypeVar

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Meta

from agentdesk_server.problems import Problem, too_many

from .shown import Shown

LONGEST = 4_000
SKEW = 60_000
"""So far may a device's clock be off (ms) without having to show one of our nonces."""
NONCE_LASTS = 120_000
REMEMBERED = 2 * SKEW + NONCE_LASTS
MOST_OF_ONE = 5_000
"""Proofs of one key that are remembered; a device that makes more of them in four minutes has to wait."""
BAD = {"WWW-Authenticate": 'DPoP algs="EdDSA", error="invalid_dpop_proof"'}
T = TypeVar("T")


class Jwk(msgspec.Struct, frozen=True):
    """A public Ed25519 key (RFC 8037). `d` would be the private half: nobody may send that."""

    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    x: Annotated[str, Meta(min_length=43, max_length=43)]
    d: msgspec.UnsetType = msgspec.UNSET


class Head(msgspec.Struct, frozen=True):
    """How a proof is signed: one way only. `crit` would name what we had to understand and do not."""

    typ: Literal["dpop+jwt"]
    alg: Literal["EdDSA"]
    jwk: Jwk
    crit: msgspec.UnsetType = msgspec.UNSET


class Claims(msgspec.Struct, frozen=True):
    """What a proof says: which request, when, for which token."""

    jti: Annotated[str, Meta(min_length=8, max_length=200)]
    htm: str
    htu: Annotated[str, Meta(max_length=2000)]
    iat: Annotated[float, Meta(ge=0, le=2**40)]
    ath: str = ""
    nonce: str = ""


class Proof(msgspec.Struct, frozen=True):
    """A proof that holds: the thumbprint of its key (RFC 7638), and its own id."""

    key: str
    jti: str


class Proofs:
    """Checks proofs, gives nonces, and remembers what was used. Lives on the event loop."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._secret = secrets.token_bytes(32)
        self._started = clock()
        self._used: set[bytes] = set()
        self._order: deque[tuple[int, bytes, str]] = deque()
        self._of_key: Counter[str] = Counter()

    def nonce(self) -> str:
        """Shows that a proof was made after this moment; good for two minutes."""
        at = self._clock().to_bytes(8, "big")
        return _encoded(at + self._mac(at))

    def check(self, shown: Shown) -> Proof:
        """The proof of a request. Raises `Problem` (401): there is none, it is bad, or it wants a nonce."""
        if len(shown.proofs) != 1 or len(shown.proofs[0]) > LONGEST:
            raise _bad("Exactly one proof belongs to this request.")
        head, claims = _verified(shown.proofs[0])
        if claims.htm != shown.method or not shown.is_at(claims.htu):
            raise _bad("This proof was made for another door.")
        if shown.token:
            wanted = _encoded(hashlib.sha256(shown.token.encode("utf-8", "replace")).digest())
            if not hmac.compare_digest(claims.ath.encode(), wanted.encode()):
                raise _bad("This proof was made for another token.")
        self._check_time(claims)
        members = f'{{"crv":"Ed25519","kty":"OKP","x":"{head.jwk.x}"}}'
        return Proof(_encoded(hashlib.sha256(members.encode()).digest()), claims.jti)

    def spend(self, proof: Proof) -> None:
        """Use it up; call this when all else was right, so that only who may come in fills our memory.

        Raises `Problem`: 401 if it was used before, 429 if this device makes too many.
        """
        now = self._clock()
        self._forget(now)
        mark = hashlib.sha256(f"{proof.key} {proof.jti}".encode("utf-8", "replace")).digest()[:16]
        if mark in self._used:
            raise _bad("This proof was used before.")
        if self._of_key[proof.key] >= MOST_OF_ONE:
            raise too_many(REMEMBERED / 1000)
        self._used.add(mark)
        self._of_key[proof.key] += 1
        self._order.append((now + REMEMBERED, mark, proof.key))

    def _forget(self, now: int) -> None:
        while self._order and self._order[0][0] <= now:
            _, mark, key = self._order.popleft()
            self._used.discard(mark)
            self._of_key[key] -= 1
            if not self._of_key[key]:
                del self._of_key[key]

    def _check_time(self, claims: Claims) -> None:
        """Made just now: by the device's clock if that is right, else by a nonce of ours.

        What was made before this process began may have been used then: it needs a nonce too.
        """
        if claims.nonce:
            fresh = self._is_ours(claims.nonce)
        else:
            made = int(claims.iat * 1000)
            fresh = abs(made - self._clock()) <= SKEW and made >= self._started
        if not fresh:
            challenge = {"WWW-Authenticate": 'DPoP algs="EdDSA", error="use_dpop_nonce"', "DPoP-Nonce": self.nonce()}
            raise Problem(401, "proof-nonce", "Prove it again with the nonce that comes with this.", headers=challenge)

    def _is_ours(self, nonce: str) -> bool:
        raw = _decoded(nonce)
        if raw is None or len(raw) != 24:
            return False
        age = self._clock() - int.from_bytes(raw[:8], "big")
        return hmac.compare_digest(raw[8:], self._mac(raw[:8])) and 0 <= age <= NONCE_LASTS

    def _mac(self, at: bytes) -> bytes:
        return hmac.digest(self._secret, b"proof nonce" + at, "sha256")[:16]


def _verified(proof: str) -> tuple[Head, Claims]:
    """The parts of a proof whose signature holds."""
    parts = proof.split(".")
    if len(parts) != 3:
        raise _bad("This is not a proof.")
    head = _read(parts[0], Head)
    public, signature = _decoded(head.jwk.x), _decoded(parts[2])
    if public is None or len(public) != 32 or signature is None or len(signature) != 64:
        raise _bad("This proof is not signed.")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(
            signature, f"{parts[0]}.{parts[1]}".encode("ascii", "replace")
        )
    except (InvalidSignature, ValueError):
        raise _bad("The signature of this proof does not hold.") from None
    return head, _read(parts[1], Claims)


def _read(part: str, kind: type[T]) -> T:
    raw = _decoded(part)
    try:
        return msgspec.json.decode(raw if raw is not None else b"", type=kind)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise _bad("This is not a proof.") from None


def _decoded(text: str) -> bytes | None:
    """Base64url in the one form that has it: no padding, no blanks, no bits left over."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if _encoded(raw) == text else None


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bad(sentence: str) -> Problem:
    return Problem(401, "proof", sentence, headers=BAD)
