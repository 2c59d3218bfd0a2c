"""Signed heads: the server's Ed25519 word for what the whole log was at one moment.

The signed bytes are "AgentDesk audit head" NUL followed by a canonical MessagePack array, format 1:
[1, epoch str, size int, root bin 32, rev int, time int]. They are stored and published as signed.
"""

from hashlib import sha256
from typing import Annotated, NamedTuple

import msgspec

from .canonical import msgpack_codec
from .leaf import Digest, Natural

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


def key_id(public: bytes) -> str:
    """A short name for a public key: the first 8 bytes of its SHA-256 in hex."""
    return sha256(public).digest()[:8].hex()
