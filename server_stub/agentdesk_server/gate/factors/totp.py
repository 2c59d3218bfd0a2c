"""Codes of authenticator apps: RFC 6238 over RFC 4226, with SHA-1, six digits and thirty seconds, as all apps have."""

from __future__ import annotations

import hmac

import pyotp

STEP_MS = 30_000
DIGITS = 6
EITHER_SIDE = 1
"""A code counts in its own step and in the one before and after: clocks differ, and typing takes time."""
ISSUER = "AgentDesk"


def new_secret() -> str:
    """160 random bits in base32, as RFC 4226 recommends."""
    return pyotp.random_base32(32)


def uri(secret: str, email: str) -> str:
    """What an app reads to learn the secret (otpauth)."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def code_at(secret: str, step: int) -> str:
    """The code of a time step: HOTP with the step as its counter."""
    return pyotp.HOTP(secret, digits=DIGITS).at(step)


def matching_step(secret: str, code: str, now: int) -> int | None:
    """The newest step whose code this is, or None. `now` in UTC milliseconds. All of them are compared, always."""
    typed = "".join(code.split()).encode()
    current = now // STEP_MS
    steps = range(current - EITHER_SIDE, current + EITHER_SIDE + 1)
    fitting = [step for step in steps if hmac.compare_digest(code_at(secret, step).encode(), typed)]
    return fitting[-1] if fitting else None
