"""The tree gives the well known roots, and its frontier equals the RFC's recursive definition."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentdesk.domain.audit.merkle import EMPTY_ROOT, Tree, leaf_hash, node_hash, tree_from_bytes, tree_to_bytes

LEAVES = [
    bytes.fromhex(each)
    for each in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def naive_root(leaves: list[bytes]) -> bytes:
    """MTH exactly as section 2.1.1 defines it."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\0" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\1" + naive_root(leaves[:split]) + naive_root(leaves[split:])).digest()


@pytest.mark.parametrize("size", range(9))
def test_the_well_known_roots(size: int) -> None:
    tree, hashes = Tree().append(LEAVES[:size])
    assert tree.root.hex() == ROOTS[size]
    assert hashes == [leaf_hash(each) for each in LEAVES[:size]]


def test_an_empty_tree_has_the_hash_of_nothing() -> None:
    assert Tree().root == EMPTY_ROOT
    assert Tree().append([])[0] == Tree()


@given(st.lists(st.binary(max_size=5), max_size=70), st.data())
def test_the_frontier_equals_the_definition_however_leaves_arrive(leaves: list[bytes], data: st.DataObject) -> None:
    tree, rest = Tree(), leaves
    while rest:
        count = data.draw(st.integers(1, len(rest)))
        tree, _ = tree.append(rest[:count])
        rest = rest[count:]
        tree = tree_from_bytes(tree_to_bytes(tree))
    assert tree.size == len(leaves)
    assert tree.root == naive_root(leaves)


@given(st.integers(0, 40), st.integers(0, 40))
def test_growing_reports_each_finished_node_once(first: int, more: int) -> None:
    hashes = [leaf_hash(bytes([each])) for each in range(first + more)]
    tree, early = Tree().grow(hashes[:first])
    _, late = tree.grow(hashes[first:])
    known = {(0, number): each for number, each in enumerate(hashes)}
    for level, number, joined in early + late:
        assert (level, number) not in known
        assert joined == node_hash(known[level - 1, 2 * number], known[level - 1, 2 * number + 1])
        known[level, number] = joined
    assert len(early + late) == sum((first + more) >> level for level in range(1, 8))


def test_a_tree_does_not_change_when_it_grows() -> None:
    tree, _ = Tree().append(LEAVES[:3])
    tree.append(LEAVES[3:])
    assert tree.root.hex() == ROOTS[3]


@given(st.binary(max_size=100))
def test_bytes_that_are_no_frontier_are_refused(data: bytes) -> None:
    try:
        tree = tree_from_bytes(data)
    except ValueError:
        return
    assert tree_to_bytes(tree) == data


@pytest.mark.parametrize(
    "harm", [b"", b"\1", b"\2" + bytes(8), b"\1" + bytes(9), b"\1" + (3).to_bytes(8, "big") + bytes(32)]
)
def test_frontiers_of_the_wrong_length_are_refused(harm: bytes) -> None:
    with pytest.raises(ValueError, match="frontier"):
        tree_from_bytes(harm)
