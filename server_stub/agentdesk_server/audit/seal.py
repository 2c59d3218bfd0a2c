"""Sealed details: arguments and before/after values beside the leaf, readable while the person's key lives.

A sealed payload is: format byte 1, nonce (12 bytes), AES-256-GCM ciphertext with tag; the additional data are
"agentdesk audit sealed v1" NUL and the person's id. Once keys were replaced it is: format byte 2, the generation of the
key (4 bytes, big-endian), then the same, and the additional data end with NUL and the generation in digits.

Inside lies a MessagePack array [1, salt, arguments, values]: the salt of the leaf's arguments digest, the canonical
arguments, the values before and after (both opaque here). The leaf holds SHA-256 of the sealed bytes: an outsider can
check that nothing was exchanged without reading any of it.
"""

from hashlib import sha256
from typing import Annotated

import msgspec
from cryptography.exceptions import InvalidTag

from agentdesk.domain.audit.canonical import msgpack_codec
from agentdesk_server.audit.chance import random_bytes
from agentdesk_server.audit.keys import NONCE_SIZE, Keys
from agentdesk_server.audit.leaf import SALT_SIZE, Leaf, arguments_digest

MAX_PAYLOAD = 16 * 1024 * 1024  # what can be sealed can be exported: a line of the export is at most 32 MiB
_FORMAT, _LATER = b"\x01", b"\x02"
_GENERATION = 4
_CONTEXT = b"agentdesk audit sealed v1\0"


class Details(msgspec.Struct, frozen=True, array_like=True, tag_field="format", tag=1):
    """What is sealed for one person: any part that does not concern them is left empty."""

    salt: Annotated[bytes, msgspec.Meta(min_length=SALT_SIZE, max_length=SALT_SIZE)]
    arguments: bytes
    values: bytes = b""


pack, unpack = msgpack_codec(Details, "sealed details")


def seal(keys: Keys, subject: str, payload: bytes) -> bytes:
    """The payload encrypted for as long as this person's key lives."""
    if len(payload) > MAX_PAYLOAD:
        raise ValueError("too much to seal in one piece")
    nonce, generation = random_bytes(NONCE_SIZE), keys.generation
    start = _LATER + generation.to_bytes(_GENERATION, "big") if generation else _FORMAT
    return start + nonce + keys.to_seal(subject).encrypt(nonce, payload, _context(subject, generation))


def _context(subject: str, generation: int) -> bytes:
    """What the seal is bound to."""
    return _CONTEXT + subject.encode() + (f"\0{generation}".encode() if generation else b"")


def unseal(keys: Keys, subject: str, sealed: bytes) -> bytes:
    """The payload again; KeyLostError if the key is gone, ValueError if these bytes were not sealed for this person."""
    start, generation = 1, 0
    if sealed[:1] == _LATER:
        start += _GENERATION
        generation = int.from_bytes(sealed[1:start], "big")
        if not generation:  # one spelling for each thing
            raise ValueError("this is not a sealed payload")
    cipher = keys.to_unseal(subject, generation)
    nonce = sealed[start : start + NONCE_SIZE]
    if sealed[:1] not in (_FORMAT, _LATER) or len(nonce) < NONCE_SIZE:
        raise ValueError("this is not a sealed payload")
    try:
        return cipher.decrypt(nonce, sealed[start + NONCE_SIZE :], _context(subject, generation))
    except InvalidTag as error:
        raise ValueError("the sealed payload was changed, or was sealed for somebody else") from error


def sealed_digest(sealed: bytes) -> bytes:
    """What the leaf says about a sealed payload."""
    return sha256(sealed).digest()


def seal_details(keys: Keys, subject: str, details: Details) -> tuple[bytes, bytes]:
    """The sealed payload to store beside the leaf, and the digest to put into it."""
    sealed = seal(keys, subject, pack(details))
    return sealed, sealed_digest(sealed)


def open_details(keys: Keys, subject: str, sealed: bytes) -> Details:
    """What was sealed for this person; KeyLostError or ValueError if that cannot be had."""
    return unpack(unseal(keys, subject, sealed))


def tells_arguments(leaf: Leaf, details: Details) -> bool:
    """Whether these are the very arguments whose digest the leaf holds."""
    return arguments_digest(details.salt, details.arguments) == leaf.arguments
