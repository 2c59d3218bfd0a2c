"""What the server answers to questions about privacy, as far as this desk understands it; times in UTC ms."""

from __future__ import annotations

import msgspec

from agentdesk.domain.audit.evidence import Inclusion


class CaseLine(msgspec.Struct, frozen=True):
    """A case of a customer, without a word of it."""

    id: str
    number: int
    status: str
    at: int
    held: bool = False


class Subject(msgspec.Struct, frozen=True):
    """A customer who was found."""

    id: str
    name: str
    email: str
    region: str = ""
    since: int = 0
    held: bool = False
    erasing: bool = False
    count: int = 0
    cases: tuple[CaseLine, ...] = ()


class Found(msgspec.Struct, frozen=True):
    found: list[Subject]


class Said(msgspec.Struct, frozen=True):
    """What a customer has said about one purpose."""

    purpose: str
    state: str
    source: str
    at: int
    wording: str = ""
    given_at: int = 0


class Consents(msgspec.Struct, frozen=True):
    consents: list[Said]


class Item(msgspec.Struct, frozen=True):
    """One of those that would go."""

    id: str
    number: int = 0
    at: int = 0
    region: str = ""


class Going(msgspec.Struct, frozen=True):
    """What would go of one class of data."""

    data_class: str
    due: int = 0
    held: int = 0
    items: tuple[Item, ...] = ()


class Proofs(msgspec.Struct, frozen=True):
    """Entries with what proves them, and the same as a file that can be checked without the server."""

    proofs: list[Inclusion]
    evidence: bytes = b""
