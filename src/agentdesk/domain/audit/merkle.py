"""The growing tree of RFC 9162: leaf and node hashes, and a frontier that appends and gives the root."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()
_LEAF, _NODE = b"\x00", b"\x01"
_FORMAT = b"\x01"
_SIZE_BYTES = 8

Node = tuple[int, int, bytes]
"""A finished inner node: level (1 stands on leaves), number within its level, hash."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of one leaf; its prefix keeps a leaf from ever passing for a node."""
    return sha256(_LEAF + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash that joins two subtrees."""
    return sha256(_NODE + left + right).digest()


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree reduced to its frontier: the roots of its perfect subtrees, oldest first, one per 1-bit of `size`."""

    size: int = 0
    frontier: tuple[bytes, ...] = ()

    @property
    def root(self) -> bytes:
        """The Merkle Tree Hash of all leaves so far."""
        if not self.frontier:
            return EMPTY_ROOT
        joined = self.frontier[-1]
        for left in reversed(self.frontier[:-1]):
            joined = node_hash(left, joined)
        return joined

    def append(self, leaves: Iterable[bytes]) -> tuple[Self, list[bytes]]:
        """The tree with these leaves (canonical bytes) added, and their leaf hashes in order."""
        hashes = [leaf_hash(data) for data in leaves]
        tree, _ = self.grow(hashes)
        return tree, hashes

    def grow(self, hashes: Sequence[bytes]) -> tuple[Self, list[Node]]:
        """The tree with these leaf hashes added, and the inner nodes this finished (store them to prove fast)."""
        stack, finished = list(self.frontier), list[Node]()
        for index, joined in enumerate(hashes, self.size):
            level = 0
            while index >> level & 1:
                joined = node_hash(stack.pop(), joined)
                level += 1
                finished.append((level, index >> level, joined))
            stack.append(joined)
        return type(self)(self.size + len(hashes), tuple(stack)), finished


def tree_to_bytes(tree: Tree) -> bytes:
    """The frontier for the head row: a format byte, the size in 8 bytes (big-endian), the hashes one after another."""
    return _FORMAT + tree.size.to_bytes(_SIZE_BYTES, "big") + b"".join(tree.frontier)


def tree_from_bytes(data: bytes) -> Tree:
    """The tree that `tree_to_bytes` wrote; ValueError if these bytes cannot be one."""
    start = 1 + _SIZE_BYTES
    size, hashes = int.from_bytes(data[1:start], "big"), data[start:]
    if data[:1] != _FORMAT or len(data) < start or len(hashes) != size.bit_count() * HASH_SIZE:
        raise ValueError("not the frontier of an audit tree")
    return Tree(size, tuple(hashes[at : at + HASH_SIZE] for at in range(0, len(hashes), HASH_SIZE)))
