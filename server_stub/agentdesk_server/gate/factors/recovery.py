"""Recovery codes: ten long random ones to keep on paper, each good for one sign-in when the other factor is lost."""

from __future__ import annotations

import secrets
from hashlib import sha256

HOW_MANY = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without the ones that are read for each other: i, l, o, 0 and 1."""
_GROUPS, _GROUP = 4, 4


def new_codes() -> list[str]:
    """Ten codes of 79 bits each: too many to be guessed, so that a plain hash keeps them."""
    return ["-".join(_group() for _ in range(_GROUPS)) for _ in range(HOW_MANY)]


def _group() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(_GROUP))


def hash_of(person: str, code: str) -> str:
    """What is kept of a code, however it is typed: it tells neither the code nor that two people have the same."""
    typed = "".join(one for one in code.casefold() if one.isalnum())
    return sha256(f"recovery\0{person}\0{typed}".encode("utf-8", "replace")).hexdigest()
