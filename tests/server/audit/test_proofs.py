"""Proofs match the well known ones, hold for every pair of sizes, and fall to every change."""

import pytest
from tests.server.audit.test_merkle import LEAVES, ROOTS

from agentdesk.domain.audit.merkle import EMPTY_ROOT, Tree, leaf_hash
from agentdesk.domain.audit.proofs import consistent, includes, nodes_of, prove_consistency, prove_inclusion

N01 = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
N03 = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
N23 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
N45 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
N47 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
N67 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
L0 = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
L1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
L4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"

HASHES = [leaf_hash(each) for each in LEAVES]
NODE = nodes_of(HASHES)
MANY = [leaf_hash(bytes([each])) for each in range(34)]
MANY_ROOTS = [Tree().grow(MANY[:size])[0].root for size in range(len(MANY) + 1)]


def hexes(path: list[bytes]) -> list[str]:
    return [each.hex() for each in path]


@pytest.mark.parametrize(
    ("index", "size", "path"),
    [(0, 1, []), (0, 8, [L1, N23, N47]), (5, 8, [L4, N67, N03]), (2, 3, [N01]), (1, 5, [L0, N23, L4])],
)
def test_the_well_known_inclusion_proofs(index: int, size: int, path: list[str]) -> None:
    assert hexes(prove_inclusion(NODE, index, size)) == path
    steps = [bytes.fromhex(each) for each in path]
    assert includes(HASHES[index], index, size, steps, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(
    ("first", "second", "proof"),
    [(1, 1, []), (1, 8, [L1, N23, N47]), (6, 8, [N45, N67, N03]), (2, 5, [N23, L4])],
)
def test_the_well_known_consistency_proofs(first: int, second: int, proof: list[str]) -> None:
    assert hexes(prove_consistency(NODE, first, second)) == proof
    steps = [bytes.fromhex(each) for each in proof]
    assert consistent(first, second, bytes.fromhex(ROOTS[first]), bytes.fromhex(ROOTS[second]), steps)


def test_every_leaf_of_every_tree_is_proved_and_nothing_else() -> None:
    node = nodes_of(MANY)
    for size in range(1, len(MANY) + 1):
        for index in range(size):
            path, root = prove_inclusion(node, index, size), MANY_ROOTS[size]
            assert includes(MANY[index], index, size, path, root)
            assert not includes(MANY[index - 1], index, size, path, root) or size == 1
            assert not includes(MANY[index], index + 1, size, path, root)
            assert not includes(MANY[index], index, size, [*path, root], root)
            assert not path or not includes(MANY[index], index, size, path[:-1], root)
            for step in range(len(path)):
                harmed = [*path[:step], root, *path[step + 1 :]]
                assert not includes(MANY[index], index, size, harmed, root)


def test_every_tree_is_proved_to_begin_every_later_one_and_nothing_else() -> None:
    node = nodes_of(MANY)
    for second in range(1, len(MANY) + 1):
        for first in range(1, second + 1):
            proof, old, new = prove_consistency(node, first, second), MANY_ROOTS[first], MANY_ROOTS[second]
            assert consistent(first, second, old, new, proof)
            assert not consistent(first, second, EMPTY_ROOT, new, proof)
            assert not consistent(first, second, old, EMPTY_ROOT, proof)
            assert not consistent(first, second, old, new, [*proof, new])
            assert not proof or not consistent(first, second, old, new, proof[:-1])
            for step in range(len(proof)):
                harmed = [*proof[:step], EMPTY_ROOT, *proof[step + 1 :]]
                assert not consistent(first, second, old, new, harmed)


def test_an_empty_tree_begins_every_tree() -> None:
    root = bytes.fromhex(ROOTS[8])
    assert prove_consistency(NODE, 0, 8) == []
    assert consistent(0, 8, EMPTY_ROOT, root, [])
    assert not consistent(0, 8, root, root, [])
    assert not consistent(0, 8, EMPTY_ROOT, root, [root])


def test_sizes_that_cannot_be_are_refused() -> None:
    root = bytes.fromhex(ROOTS[8])
    for index, size in ((8, 8), (-1, 8), (0, 0)):
        assert not includes(HASHES[0], index, size, [], root)
        with pytest.raises(ValueError, match="no such leaf"):
            prove_inclusion(NODE, index, size)
    for first, second in ((3, 2), (-1, 2)):
        assert not consistent(first, second, root, root, [])
        with pytest.raises(ValueError, match="larger"):
            prove_consistency(NODE, first, second)
