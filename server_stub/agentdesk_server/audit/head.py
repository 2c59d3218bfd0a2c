"""Signed heads: the server's Ed25519 word for what the whole log was at one moment.

The signed bytes are "AgentDesk audit head" NUL followed by a canonical MessagePack array, format 1:
[1, epoch str, size int, root bin 32, rev int, time int]. They are stored and published as signed.
"""

from hashlib import sha256
from typing import Annotated, NamedTuple

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from agentdesk_server.audit.canonical import msgpack_codec
from agentdesk_server.audit.leaf import Digest, Natural
from agentdesk_server.audit.merkle import Tree

_PREFIX = b"AgentDesk audit head\0"
Epoch = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class Head(msgspec.Struct, frozen=True, array_like=True, tag_field="format", tag=1):
    """The log at one moment: the first `size` leaves have this root; `rev` and `time` are not below the last leaf's."""

    epoch: Epoch
    size: Natural
    root: Digest
    rev: Natural
    time: Natural


class SignedHead(NamedTuple):
    """A head's bytes as signed, and the signature: keep both as they are."""

    data: bytes
    signature: bytes


encode, decode = msgpack_codec(Head, "a head", _PREFIX)


def new_signing_key() -> bytes:
    """A new secret key, 32 raw bytes: store it wrapped, never in the clear."""
    return Ed25519PrivateKey.generate().private_bytes_raw()


def public_key(secret: bytes) -> bytes:
    """The raw public key, 32 bytes, that people pin."""
    return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def key_id(public: bytes) -> str:
    """A short name for a public key: the first 8 bytes of its SHA-256 in hex."""
    return sha256(public).digest()[:8].hex()


def sign(secret: bytes, head: Head) -> SignedHead:
    """The head with the server's signature."""
    data = encode(head)
    return SignedHead(data, Ed25519PrivateKey.from_private_bytes(secret).sign(data))


def sign_tree(secret: bytes, epoch: str, tree: Tree, rev: int, time: int) -> SignedHead:
    """The signed head of this tree now; clamp `time` if the clock went behind the last leaf."""
    return sign(secret, Head(epoch, tree.size, tree.root, rev, time))


def is_signed(public: bytes, signed: SignedHead) -> bool:
    """Whether the holder of this key signed exactly these bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signed.signature, signed.data)
    except (InvalidSignature, ValueError):
        return False
    return True
