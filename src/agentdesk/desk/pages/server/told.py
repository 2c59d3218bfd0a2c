"""What the server says of itself, as far as this desk understands it; times in UTC ms."""

from __future__ import annotations

from typing import Any

import msgspec


class Transport(msgspec.Struct, frozen=True):
    by: str = ""
    """server, proxy, nobody: who speaks TLS."""
    versions: tuple[str, ...] = ()
    certificate_ends: int = 0


class AuditHead(msgspec.Struct, frozen=True):
    entries: int = 0
    covered: int = 0
    at: int = 0
    signed: bool = False
    shown: int = 0
    shown_at: int = 0
    witnesses: int = 0


class Saved(msgspec.Struct, frozen=True):
    at: int = 0


class SignIn(msgspec.Struct, frozen=True):
    second_factor: tuple[str, ...] = ()
    privileged: tuple[str, ...] = ()
    provider: bool = False
    directory_since: int = 0
    only_enrolled: bool = False
    unbound_sessions: bool = False
    lease_days: int = 0


class Program(msgspec.Struct, frozen=True):
    version: str = ""
    schema: int = 0
    oldest_schema: int = 0


class Posture(msgspec.Struct, frozen=True):
    """All of it. An older server says less: what it does not say is shown as unknown."""

    at: int
    transport: Transport
    database_encrypted: bool
    master_key_apart: bool
    audit: AuditHead
    backup: Saved
    egress_allowed: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    sign_in: SignIn | None = None
    program: Program | None = None
    echo: bool = False


def read(result: Any) -> Posture | None:
    """The answer; None if it cannot be understood."""
    try:
        return msgspec.convert(result, Posture)
    except msgspec.ValidationError:
        return None
