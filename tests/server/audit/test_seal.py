"""What is sealed opens with the person's key alone, and never again once that is destroyed."""

import pytest
from tests.server.audit.conftest import MASTER, Log, make_log

from agentdesk.domain.audit.merkle import Tree
from agentdesk_server.audit import keys as keys_
from agentdesk_server.audit.keys import DESTROYED, KeyLostError, Keys, derive, unwrap, wrap
from agentdesk_server.audit.leaf import Leaf, arguments_digest, new_salt
from agentdesk_server.audit.seal import (
    MAX_PAYLOAD,
    Details,
    open_details,
    seal,
    seal_details,
    sealed_digest,
    tells_arguments,
    unseal,
)


@pytest.fixture
def table() -> dict[str, bytes]:
    return {}


@pytest.fixture
def keys(table: dict[str, bytes]) -> Keys:
    return Keys(MASTER, table)


def test_it_opens_again_also_after_a_restart(keys: Keys, table: dict[str, bytes]) -> None:
    sealed = seal(keys, "cora", b"her address")
    assert b"address" not in sealed
    assert unseal(keys, "cora", sealed) == b"her address"
    assert unseal(Keys(MASTER, dict(table)), "cora", sealed) == b"her address"


def test_each_person_has_a_key_of_their_own_and_no_seal_is_like_another(keys: Keys, table: dict[str, bytes]) -> None:
    sealed = [seal(keys, "cora", b"same"), seal(keys, "cora", b"same"), seal(keys, "dan", b"same")]
    assert len(set(sealed)) == 3
    assert set(table) == {"cora", "dan"}
    with pytest.raises(ValueError, match="somebody else"):
        unseal(keys, "dan", sealed[0])


def test_a_destroyed_key_is_gone_and_the_tree_still_verifies(log: Log) -> None:
    root, kept = log.tree.root, log.sealed[0].payload
    assert open_details(log.keys, "cora", kept).values == b"values"
    log.keys.destroy("cora")
    with pytest.raises(KeyLostError):
        open_details(log.keys, "cora", kept)
    assert Tree().append(log.leaves)[0].root == root


def test_nothing_can_be_read_of_what_is_sealed_for_an_erased_person(keys: Keys, table: dict[str, bytes]) -> None:
    keys.destroy("cora")
    sealed = seal(keys, "cora", b"too late")
    assert b"too late" not in sealed
    assert table == {"cora": DESTROYED}
    with pytest.raises(KeyLostError):
        unseal(keys, "cora", sealed)


def test_a_key_destroyed_elsewhere_is_gone_here_too(keys: Keys, table: dict[str, bytes]) -> None:
    sealed = seal(keys, "cora", b"x")
    table["cora"] = DESTROYED
    with pytest.raises(KeyLostError):
        unseal(keys, "cora", sealed)


def test_a_key_whose_insertion_was_rolled_back_is_never_used_again(keys: Keys, table: dict[str, bytes]) -> None:
    seal(keys, "cora", b"refused")
    table.clear()
    sealed = seal(keys, "cora", b"accepted")
    assert unseal(Keys(MASTER, dict(table)), "cora", sealed) == b"accepted"


def test_the_memory_of_open_keys_is_bounded(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys_, "_CACHED", 3)
    sealed = {who: seal(keys, who, who.encode()) for who in "abcdefgh"}
    assert len(keys._open) <= 3
    assert all(unseal(keys, who, each) == who.encode() for who, each in sealed.items())


def test_a_wrapped_key_opens_only_under_its_name_and_master() -> None:
    wrapped = wrap(MASTER, "cora", b"secret")
    assert unwrap(MASTER, "cora", wrapped) == b"secret"
    for master, name, harm in (
        (MASTER, "dan", wrapped),
        (bytes(32), "cora", wrapped),
        (MASTER, "cora", wrapped[:-1]),
        (MASTER, "cora", wrapped[:5]),
        (MASTER, "cora", b"\2" + wrapped[1:]),
        (MASTER, "cora", b""),
    ):
        with pytest.raises(KeyLostError):
            unwrap(master, name, harm)


def test_derived_keys_differ_by_purpose_and_are_stable() -> None:
    assert derive(MASTER, "wrap") != derive(MASTER, "pseudonym")
    assert derive(MASTER, "wrap") == derive(MASTER, "wrap")
    with pytest.raises(ValueError, match="32 bytes"):
        Keys(b"short", {})


def test_every_changed_byte_is_found(keys: Keys) -> None:
    sealed = seal(keys, "cora", b"x")
    for place in range(len(sealed)):
        harmed = bytearray(sealed)
        harmed[place] ^= 1
        with pytest.raises(ValueError, match="sealed"):
            unseal(keys, "cora", bytes(harmed))
    for length in range(len(sealed)):
        with pytest.raises(ValueError, match="sealed"):
            unseal(keys, "cora", sealed[:length])


def test_details_prove_the_arguments_of_their_leaf(keys: Keys) -> None:
    details = Details(new_salt(), b'{"text":"hello"}', b"before and after")
    sealed, digest = seal_details(keys, "cora", details)
    assert digest == sealed_digest(sealed)
    opened = open_details(keys, "cora", sealed)
    assert opened == details
    named = arguments_digest(details.salt, details.arguments)
    leaf = Leaf(0, 0, 0, bytes(16), bytes(16), "case.reply", "done", (), named, (digest,))
    assert tells_arguments(leaf, opened)
    assert not tells_arguments(leaf, Details(details.salt, b"other"))


def test_what_is_no_details_is_refused(keys: Keys) -> None:
    with pytest.raises(ValueError, match="details"):
        open_details(keys, "cora", seal(keys, "cora", b"anything"))


def test_too_much_for_one_piece_is_refused(keys: Keys) -> None:
    with pytest.raises(ValueError, match="too much"):
        seal(keys, "cora", bytes(MAX_PAYLOAD + 1))


def test_logs_made_twice_share_no_key() -> None:
    first, second = make_log(1), make_log(1)
    with pytest.raises(ValueError):
        open_details(second.keys, "cora", first.sealed[0].payload)
