"""Registers: a kind of governed document, with the type of what it says and what its gate shuts."""

from __future__ import annotations

from typing import Any

import msgspec

from ..kernel import Refusal
from ..kernel.values import clean

DAY = 24 * 3_600_000
LONGEST = 20_000


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """What a document says beside its title and its text, in fields of their own; each register derives from it."""


class Register(msgspec.Struct, frozen=True):
    """All that a kind of governed document needs to be one."""

    name: str
    content: type[Content]
    shuts: frozenset[str]
    """What cannot be done with a document that is not in force: the gate. What is not named here can."""
    rule: str
    """How often it is looked at again if nobody says otherwise (RFC 5545)."""
    grace: int
    """How long after that (ms) it still counts as in force."""


REGISTERS: dict[str, Register] = {}


def register(name: str, content: type[Content], *, shuts: tuple[str, ...], rule: str, grace_days: int) -> Register:
    """Declare a register. `RuntimeError` if it exists already."""
    if name in REGISTERS:
        raise RuntimeError(f"register {name} declared twice")
    made = Register(name, content, frozenset(shuts), rule, grace_days * DAY)
    REGISTERS[name] = made
    return made


def checked(name: str, details: str) -> str:
    """The details of a document as they may be kept. Raises `Refusal` where they are not what its register wants."""
    found = REGISTERS.get(name)
    if found is None:
        raise Refusal("There is no register {name}.", "register", name=name)
    try:
        content = msgspec.json.decode(details or "{}", type=found.content)
    except (msgspec.DecodeError, msgspec.ValidationError):
        raise Refusal("The fields of this document cannot be read. Fill them in anew.", "details") from None
    kept = msgspec.json.encode(_clean(content)).decode()
    if len(kept) > LONGEST:
        raise Refusal("The fields of this document hold too much. Move some of it into the text.", "details")
    return kept


def content_of(register: str, details: str) -> Content:
    """What a document says in its fields; what its register knows no more reads as if nothing had been said."""
    cls = REGISTERS[register].content if register in REGISTERS else Content
    try:
        return msgspec.json.decode(details or "{}", type=cls)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return cls()


def _clean(content: Content) -> Content:
    fields = {name: _cleaned(getattr(content, name)) for name in content.__struct_fields__}
    return msgspec.structs.replace(content, **fields)


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, tuple):
        return tuple(dict.fromkeys(filter(None, map(_cleaned, value))))
    return value
