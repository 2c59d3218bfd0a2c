"""What the server writes into a leaf: pseudonyms and salted digests. The leaf is `agentdesk.domain.audit.leaf`."""

import hmac
from functools import lru_cache
from hashlib import sha256
from typing import Literal

from agentdesk.domain.audit.leaf import FORMAT, SALT_SIZE, Digest, Leaf, Natural, Outcome, Pseudonym, decode, encode
from agentdesk_server.audit.chance import random_bytes

__all__ = [
    "FORMAT",
    "SALT_SIZE",
    "Digest",
    "Leaf",
    "Natural",
    "Outcome",
    "Pseudonym",
    "arguments_digest",
    "decode",
    "encode",
    "new_salt",
    "pseudonym",
]


@lru_cache(maxsize=10_000)
def pseudonym(key: bytes, what: Literal["actor", "device"], id_: str) -> bytes:
    """A person or a device under a name that only the holder of the key can trace back."""
    return hmac.digest(key, f"{what}\0{id_}".encode(), "sha256")[:16]


def new_salt() -> bytes:
    """A fresh salt for the arguments of one command."""
    return random_bytes(SALT_SIZE)


def arguments_digest(salt: bytes, arguments: bytes) -> bytes:
    """Field 9: without the salt, not even a guess at the arguments can be confirmed."""
    if len(salt) != SALT_SIZE:
        raise ValueError("a salt has 16 bytes")
    return sha256(salt + arguments).digest()
