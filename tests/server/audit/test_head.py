"""Heads: one form, signed, and no byte of it can change."""

from hashlib import sha256

import msgspec
import pytest
from tests.server.audit.conftest import PUBLIC, SECRET

from agentdesk.domain.audit.merkle import Tree
from agentdesk_server.audit.head import (
    Head,
    SignedHead,
    decode,
    encode,
    is_signed,
    key_id,
    new_signing_key,
    public_key,
    sign,
    sign_tree,
)
from agentdesk_server.audit.lines import head_line, read_head_line

HEAD = Head("epoch-1", 3, b"r" * 32, 7, 1_700_000_000_000)
SIGNED = sign(SECRET, HEAD)


def test_the_signed_bytes_written_out_by_hand() -> None:
    assert encode(HEAD) == (
        b"AgentDesk audit head\0"
        b"\x96\x01\xa7epoch-1\x03\xc4\x20" + b"r" * 32 + b"\x07\xcf\x00\x00\x01\x8b\xcf\xe5\x68\x00"
    )
    assert decode(encode(HEAD)) == HEAD


def test_a_head_is_signed_by_its_key_alone() -> None:
    assert is_signed(PUBLIC, SIGNED)
    assert not is_signed(public_key(new_signing_key()), SIGNED)
    assert not is_signed(b"no key", SIGNED)
    assert not is_signed(bytes(32), SIGNED)
    assert not is_signed(PUBLIC, SignedHead(SIGNED.data, b""))


def test_every_changed_byte_breaks_the_signature() -> None:
    for part in (0, 1):
        for place in range(len(SIGNED[part])):
            harmed = bytearray(SIGNED[part])
            harmed[place] ^= 1
            both = [*SIGNED]
            both[part] = bytes(harmed)
            assert not is_signed(PUBLIC, SignedHead(*both))


def test_what_is_no_head_is_refused() -> None:
    for harm in (b"", encode(HEAD)[1:], encode(HEAD) + b"\0", encode(HEAD)[:-1], b"x" + encode(HEAD)[1:]):
        with pytest.raises(ValueError, match="head"):
            decode(harm)
    with pytest.raises(ValueError, match="head"):
        encode(msgspec.structs.replace(HEAD, root=b"short"))


def test_a_tree_is_signed_as_it_stands() -> None:
    tree, _ = Tree().append([b"a", b"b"])
    head = decode(sign_tree(SECRET, "e", tree, 2, 5).data)
    assert head == Head("e", 2, tree.root, 2, 5)


def test_the_short_name_of_a_key() -> None:
    assert key_id(PUBLIC) == sha256(PUBLIC).hexdigest()[:16]


def test_a_head_travels_as_one_line() -> None:
    assert read_head_line(head_line(SIGNED)) == SIGNED
    for harm in (b"", head_line(SIGNED)[:-1], b" " + head_line(SIGNED), b'{"line":"leaf","leaf":""}\n'):
        with pytest.raises(ValueError):
            read_head_line(harm)
