"""Inclusion and consistency proofs of RFC 9162 (sections 2.1.3 and 2.1.4): making and checking them."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from .merkle import EMPTY_ROOT, node_hash

NodeAt = Callable[[int, int], bytes]
"""Looks up the hash of a perfect subtree: level (0 is the leaves) and number within its level."""


def nodes_of(leaf_hashes: Sequence[bytes]) -> NodeAt:
    """A lookup over leaf hashes held in memory; a server with stored nodes passes its own instead."""
    levels = [list(leaf_hashes)]
    while len(below := levels[-1]) > 1:
        levels.append([node_hash(*below[at : at + 2]) for at in range(0, len(below) - 1, 2)])
    return lambda level, number: levels[level][number]


def _split(count: int) -> int:
    """The largest power of two smaller than `count`: where the RFC parts a tree."""
    return 1 << (count - 1).bit_length() - 1


def _root_of(node: NodeAt, start: int, stop: int) -> bytes:
    """The hash over leaves start..stop, where start is a place at which the RFC parts a tree."""
    count = stop - start
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return node(level, start >> level)
    middle = start + _split(count)
    return node_hash(_root_of(node, start, middle), _root_of(node, middle, stop))


def prove_inclusion(node: NodeAt, index: int, size: int) -> list[bytes]:
    """The path that shows leaf `index` in the tree of the first `size` leaves (PATH of the RFC)."""
    if not 0 <= index < size:
        raise ValueError("there is no such leaf in a tree of this size")
    start, stop, path = 0, size, list[bytes]()
    while stop - start > 1:
        middle = start + _split(stop - start)
        if index < middle:
            path.append(_root_of(node, middle, stop))
            stop = middle
        else:
            path.append(_root_of(node, start, middle))
            start = middle
    return path[::-1]


def prove_consistency(node: NodeAt, first: int, second: int) -> list[bytes]:
    """The hashes that show the tree of size `first` to be the beginning of that of size `second` (PROOF of the RFC)."""
    if not 0 <= first <= second:
        raise ValueError("the first tree must not be larger than the second")
    if first in (0, second):
        return []
    start, stop, proof = 0, second, list[bytes]()
    while first < stop:
        middle = start + _split(stop - start)
        if first <= middle:
            proof.append(_root_of(node, middle, stop))
            stop = middle
        else:
            proof.append(_root_of(node, start, middle))
            start = middle
    if start > 0:  # else the verifier already knows this hash: it is the first root
        proof.append(_root_of(node, start, stop))
    return proof[::-1]


class Step(NamedTuple):
    """One level of the way from a leaf to the root: two hashes, and what they join to."""

    left: bytes
    right: bytes
    joined: bytes
    comes_from_left: bool
    """Whether `left` is what was climbed with, and `right` came with the proof."""


def climb(hash_: bytes, index: int, size: int, path: Sequence[bytes]) -> list[Step] | None:
    """The way from this leaf hash up, as `path` tells it (2.1.3.2); None if it does not fit a tree of this size."""
    if not 0 <= index < size:
        return None
    at, last, joined, steps = index, size - 1, hash_, list[Step]()
    for beside in path:
        if last == 0:
            return None
        from_left = not (at & 1 or at == last)
        left, right = (joined, beside) if from_left else (beside, joined)
        if not from_left:
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        joined = node_hash(left, right)
        steps.append(Step(left, right, joined, from_left))
        at, last = at >> 1, last >> 1
    return steps if last == 0 else None


def includes(hash_: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` shows this leaf hash at `index` under `root` (2.1.3.2)."""
    steps = climb(hash_, index, size, path)
    return steps is not None and (steps[-1].joined if steps else hash_) == root


def consistent(first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows the first tree to be the beginning of the second (2.1.4.2)."""
    if not 0 <= first <= second:
        return False
    if first == 0:
        return not proof and first_root == EMPTY_ROOT
    if first == second:
        return not proof and first_root == second_root
    steps = list(proof) if first & (first - 1) else [first_root, *proof]
    return bool(steps) and _walk(first - 1, second - 1, steps) == (first_root, second_root)


def _walk(at: int, last: int, steps: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """Both roots as a consistency proof builds them, or None if it is too long or too short."""
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return None
        if at & 1 or at == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, step)
        at, last = at >> 1, last >> 1
    return (old, new) if last == 0 else None
