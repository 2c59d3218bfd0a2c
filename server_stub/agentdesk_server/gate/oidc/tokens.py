"""ID tokens: signed by a key of the provider, with a fixed algorithm, for us, for this sign-in, and not too old."""

from __future__ import annotations

import hmac
import warnings
from typing import Any

import msgspec
from authlib.oidc.core import CodeIDToken
from joserfc import jws
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from .claims import BadToken, Claims, UnknownKey

ALGORITHMS = {"RS256": RSAKey, "ES256": ECKey, "EdDSA": OKPKey, "Ed25519": OKPKey}
"""Fixed here, whatever a token or the provider's description says; each with the kind of key it goes with."""
LEEWAY = 60
"""Seconds by which the provider's clock may differ."""
OLDEST = 600
"""Seconds after which a token is not of this sign-in any more."""
STRONG = frozenset(("mfa", "otp", "hwk", "swk", "sc", "fpt", "face", "pop"))
"""Ways of signing in at the provider (RFC 8176) after which no second factor is asked for here."""


def read(token: str, keys: KeySet, issuer: str, client_id: str, nonce: str, now: int, access: str = "") -> Claims:
    """OpenID Connect Core 3.1.3.7. `now` in seconds. Raises `BadToken`."""
    header, claims = _verified(token, keys)
    _check(claims, issuer, client_id, nonce, now)
    params = {"nonce": nonce, "client_id": client_id, "access_token": access}
    try:
        CodeIDToken(claims, header, {}, params).validate(now, LEEWAY)
    except JoseError as error:
        raise BadToken(f"{type(error).__name__}: {error}"[:200]) from None
    except (TypeError, ValueError, AttributeError):
        raise BadToken("a claim of the wrong type") from None
    email = claims.get("email")
    verified = claims.get("email_verified") is True and isinstance(email, str)
    ways = claims.get("amr") or []
    return Claims(
        claims["sub"],
        str(email).strip().lower() if verified else "",
        str(claims.get("name") or "")[:200],
        any(isinstance(way, str) and way in STRONG for way in ways),
    )


def _verified(token: str, keys: KeySet) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError, UnicodeError):
        raise BadToken("not a signed token") from None
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise BadToken("an algorithm that is not taken")
    key = _key(keys, header.get("kid"), algorithm)
    try:
        with warnings.catch_warnings():
            # Providers still write EdDSA where RFC 9864 would have Ed25519; the key's kind is checked above.
            warnings.simplefilter("ignore", SecurityWarning)
            signed = jws.deserialize_compact(token, key, algorithms=[algorithm])
        claims = msgspec.json.decode(signed.payload)
    except (JoseError, ValueError, msgspec.DecodeError):
        raise BadToken("a signature that is not the provider's") from None
    if not isinstance(claims, dict):
        raise BadToken("no claims")
    return header, claims


def _key(keys: KeySet, kid: object, algorithm: str) -> Any:
    """The one key that a token may be signed with: of the right kind, meant for signatures, and the one it names."""
    fitting = [
        key
        for key in keys.keys
        if isinstance(key, ALGORITHMS[algorithm])
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) in _same(algorithm)
        and (kid is None or key.kid == kid)
        and _strong_enough(key)
    ]
    if len(fitting) != 1:
        raise UnknownKey("no such key" if not fitting else "more than one key fits")
    return fitting[0]


def _same(algorithm: str) -> tuple[str, ...]:
    return ("EdDSA", "Ed25519") if algorithm in ("EdDSA", "Ed25519") else (algorithm,)


def _strong_enough(key: Any) -> bool:
    if isinstance(key, RSAKey):
        return key.public_key.key_size >= 2048
    return key.curve_name in ("P-256", "Ed25519")


def _check(claims: dict[str, Any], issuer: str, client_id: str, nonce: str, now: int) -> None:
    """What must be there and be just so. An audience beside us is somebody whom we do not trust."""
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    times = [claims.get(name) for name in ("exp", "iat")]
    said = claims.get("nonce")
    subject = claims.get("sub")
    for right, wrong in (
        (claims.get("iss") == issuer, "of another issuer"),
        (audiences == [client_id], "for somebody else"),
        (claims.get("azp", client_id) == client_id, "made for another party"),
        (isinstance(said, str) and hmac.compare_digest(said.encode(), nonce.encode()), "of another sign-in"),
        (isinstance(subject, str) and 0 < len(subject) <= 255, "about nobody"),
        (all(isinstance(time, int | float) and not isinstance(time, bool) for time in times), "without its times"),
    ):
        if not right:
            raise BadToken(wrong)
    if claims["exp"] <= now - LEEWAY or not now - OLDEST <= claims["iat"] <= now + LEEWAY:
        raise BadToken("too old, or not yet good")
