"""Judging evidence without a server: RFC 9162's own tree, and every way in which evidence can be wrong."""

from __future__ import annotations

from hashlib import sha256
from itertools import pairwise

import msgspec
import pytest

from agentdesk.domain.audit import head as head_
from agentdesk.domain.audit.evidence import (
    Consistency,
    Inclusion,
    SignedBytes,
    doubt_consistency,
    doubt_inclusion,
)
from agentdesk.domain.audit.head import Head
from agentdesk.domain.audit.leaf import Leaf, encode
from agentdesk.domain.audit.merkle import Tree, leaf_hash
from agentdesk.domain.audit.proofs import climb, nodes_of, prove_consistency, prove_inclusion

KEY = bytes(32)
LEAVES = [
    encode(Leaf(n, n, n, bytes(16), bytes(16), "case.note", "done", (("case", "c1"),), bytes(32))) for n in range(21)
]
HASHES = [leaf_hash(data) for data in LEAVES]
NODE = nodes_of(HASHES)


def signed(key: bytes, data: bytes, signature: bytes) -> bool:
    """Stands for Ed25519, which lives in another layer."""
    return signature == sha256(key + data).digest()


def head(size: int, epoch: str = "e1", root: bytes = b"") -> SignedBytes:
    data = head_.encode(Head(epoch, size, root or Tree().append(LEAVES[:size])[0].root, size, size))
    return SignedBytes(data, sha256(KEY + data).digest())


def inclusion(index: int = 4, size: int = 13) -> Inclusion:
    return Inclusion(index, LEAVES[index], tuple(prove_inclusion(NODE, index, size)), head(size), KEY)


def growth(first: int = 6, second: int = 21) -> Consistency:
    return Consistency(head(first), head(second), tuple(prove_consistency(NODE, first, second)), KEY)


def test_every_leaf_of_every_tree_is_believed() -> None:
    for size in range(1, len(LEAVES) + 1):
        for index in range(size):
            assert doubt_inclusion(inclusion(index, size), signed, KEY) == ""
        for first in range(size + 1):
            assert doubt_consistency(growth(first, size), signed, KEY) == ""


@pytest.mark.parametrize(
    ("doubt", "change"),
    [
        ("head", {"head": SignedBytes(b"no head", bytes(32))}),
        ("signature", {"head": SignedBytes(head(13).data, bytes(64))}),
        ("leaf", {"leaf": b"no leaf"}),
        ("place", {"index": 5}),
        ("path", {"path": ()}),
        ("path", {"path": (bytes(32),) * 4}),
        ("path", {"path": (bytes(32),) * 63}),
        ("path", {"head": head(12)}),
        ("path", {"head": head(4)}),
        ("path", {"head": head(13, root=bytes(32))}),
        ("path", {"index": 9, "leaf": LEAVES[9]}),
    ],
)
def test_a_false_inclusion_is_doubted(doubt: str, change: dict[str, object]) -> None:
    assert doubt_inclusion(msgspec.structs.replace(inclusion(), **change), signed, KEY) == doubt


@pytest.mark.parametrize(
    ("doubt", "change"),
    [
        ("head", {"second": SignedBytes(b"", bytes(32))}),
        ("signature", {"first": SignedBytes(head(6).data, b"")}),
        ("shrunk", {"second": head(5)}),
        ("rewritten", {"path": ()}),
        ("rewritten", {"second": head(21, root=bytes(32))}),
        ("rewritten", {"first": head(6, root=bytes(32))}),
        ("rewritten", {"second": head(6, root=bytes(32)), "path": ()}),
    ],
)
def test_a_false_growth_is_doubted(doubt: str, change: dict[str, object]) -> None:
    assert doubt_consistency(msgspec.structs.replace(growth(), **change), signed, KEY) == doubt


def test_another_key_than_the_known_one_is_doubted() -> None:
    assert doubt_inclusion(inclusion(), signed, bytes(31) + b"x") == "key"
    assert doubt_consistency(growth(), signed, bytes(31) + b"x") == "key"
    assert doubt_inclusion(inclusion(), signed) == ""


def test_a_restored_log_goes_on() -> None:
    assert doubt_consistency(msgspec.structs.replace(growth(), second=head(21, "e2")), signed, KEY) == ""


def test_the_way_up_is_told_step_by_step() -> None:
    told = inclusion(4, 13)
    steps = climb(HASHES[4], 4, 13, told.path)
    assert steps is not None
    assert [HASHES[4] in step[:2] for step in steps] == [True, False, False, False]
    for below, above in pairwise(steps):
        assert below.joined == (above.left if above.comes_from_left else above.right)
    assert steps[-1].joined == Tree().append(LEAVES[:13])[0].root
    assert climb(HASHES[0], 0, 1, ()) == []
    assert climb(HASHES[0], 0, 1, (KEY,)) is None


def test_what_travels_is_read_back() -> None:
    for told in (inclusion(), growth()):
        assert msgspec.msgpack.decode(msgspec.msgpack.encode(told), type=type(told)) == told
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**msgspec.to_builtins(inclusion(), builtin_types=[bytes]), "path": [b"short"]}, Inclusion)
