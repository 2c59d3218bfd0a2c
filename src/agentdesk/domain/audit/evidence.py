"""Evidence from the log and what it is worth: the same judgement at a laptop, in a terminal and in a test."""

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec

from . import head as head_
from . import leaf as leaf_
from .handover import Chain, Pieces, Signed, keys_of
from .head import Head, SignedHead
from .leaf import Digest, Natural
from .merkle import leaf_hash
from .proofs import consistent, includes

Path = Annotated[tuple[Digest, ...], msgspec.Meta(max_length=63)]
Doubt = Literal["", "key", "head", "signature", "leaf", "place", "path", "shrunk", "rewritten"]
"""What is wrong with a piece of evidence; nothing if it holds."""


class SignedBytes(msgspec.Struct, frozen=True):
    """A signed head as it travels."""

    data: bytes
    signature: bytes

    @property
    def pair(self) -> SignedHead:
        """As it is kept."""
        return SignedHead(self.data, self.signature)


class Inclusion(msgspec.Struct, frozen=True):
    """That a leaf stands at a place of the log which a head was signed over."""

    index: Natural
    leaf: bytes
    path: Path
    head: SignedBytes
    key: Digest
    """The key that signs now."""
    chain: Pieces = ()


class Consistency(msgspec.Struct, frozen=True):
    """That the log of one head is the beginning of the log of another."""

    first: SignedBytes
    second: SignedBytes
    path: Path
    key: Digest
    """The key that signs now."""
    chain: Pieces = ()


def doubt_inclusion(told: Inclusion, signed: Signed, key: bytes | None = None) -> Doubt:
    """What speaks against it; `key` is the public key that one knows already."""
    keys = keys_of(told.key, told.chain, signed, key)
    head, doubt = read_head(told.head.pair, keys, signed)
    if head is None:
        return doubt
    try:
        leaf = leaf_.decode(told.leaf)
    except ValueError:
        return "leaf"
    if leaf.index != told.index:
        return "place"
    return "" if includes(leaf_hash(told.leaf), told.index, head.size, told.path, head.root) else "path"


def doubt_consistency(told: Consistency, signed: Signed, key: bytes | None = None) -> Doubt:
    """What speaks against it; `key` is the public key that one knows already."""
    keys = keys_of(told.key, told.chain, signed, key)
    first, doubt = read_head(told.first.pair, keys, signed)
    if first is None:
        return doubt
    second, doubt = read_head(told.second.pair, keys, signed)
    if second is None:
        return doubt
    return compare(first, second, told.path)


def compare(first: Head, second: Head, path: Sequence[bytes]) -> Doubt:
    """Whether the second head goes on from the first one. Their epochs may differ: a restored log goes on, too."""
    if first.size > second.size:
        return "shrunk"
    return "" if consistent(first.size, second.size, first.root, second.root, path) else "rewritten"


def read_head(one: SignedHead, keys: Chain | None, signed: Signed) -> tuple[Head | None, Doubt]:
    """The head if it is signed with the key whose turn it was, else what is wrong with it."""
    if keys is None:
        return None, "key"
    try:
        head = head_.decode(one.data)
    except ValueError:
        return None, "head"
    return (head, "") if signed(keys.key_for(head.size), one.data, one.signature) else (None, "signature")
