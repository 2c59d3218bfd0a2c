"""A leaf has one form, for ever: these bytes must never change."""

import hmac
from hashlib import sha256

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentdesk_server.audit.leaf import Leaf, arguments_digest, decode, encode, new_salt, pseudonym

NATURAL = st.integers(0, 2**63 - 1)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
LEAVES = st.builds(
    Leaf,
    index=NATURAL,
    rev=NATURAL,
    time=NATURAL,
    actor=st.binary(min_size=16, max_size=16),
    device=st.binary(min_size=16, max_size=16),
    command=TEXT,
    outcome=st.sampled_from(["done", "refused", "denied"]),
    touched=st.lists(st.tuples(TEXT, TEXT), max_size=4).map(tuple),
    arguments=st.binary(min_size=32, max_size=32),
    sealed=st.lists(st.binary(min_size=32, max_size=32), max_size=3).map(tuple),
)
PLAIN = Leaf(
    1, 2, 1_700_000_000_000, b"a" * 16, b"d" * 16, "case.open", "done", (("case", "c1"),), b"g" * 32, (b"s" * 32,)
)


def test_the_bytes_of_format_1_written_out_by_hand() -> None:
    assert encode(PLAIN) == (
        b"\x9b\x01\x01\x02\xcf\x00\x00\x01\x8b\xcf\xe5\x68\x00"  # array of 11; format, index, rev, time
        + (b"\xc4\x10" + b"a" * 16)
        + (b"\xc4\x10" + b"d" * 16)
        + b"\xa9case.open\xa4done"
        + b"\x91\x92\xa4case\xa2c1"
        + (b"\xc4\x20" + b"g" * 32)
        + (b"\x91\xc4\x20" + b"s" * 32)
    )


@given(LEAVES)
def test_a_leaf_survives_and_reads_as_plain_messagepack(leaf: Leaf) -> None:
    data = encode(leaf)
    assert decode(data) == leaf
    plain = msgspec.msgpack.decode(data)
    assert plain[0] == 1
    assert plain[6] == leaf.command
    assert plain[8] == [list(each) for each in leaf.touched]


@given(LEAVES, st.data())
def test_a_changed_leaf_is_refused_or_another_leaf(leaf: Leaf, data: st.DataObject) -> None:
    before = encode(leaf)
    place = data.draw(st.integers(0, len(before) - 1))
    after = bytearray(before)
    after[place] ^= data.draw(st.integers(1, 255))
    try:
        read = decode(bytes(after))
    except ValueError:
        return
    assert encode(read) == bytes(after) != before


@given(st.binary(max_size=200))
def test_other_bytes_are_refused_with_nothing_but_value_error(data: bytes) -> None:
    with pytest.raises(ValueError):
        decode(data)


@pytest.mark.parametrize(
    "harm",
    [
        encode(PLAIN) + b"\0",
        encode(PLAIN)[:-1],
        b"\x9c" + encode(PLAIN)[1:] + b"\xc0",  # one field more
        encode(PLAIN).replace(b"\x9b\x01\x01", b"\x9b\x01\xcc\x01"),  # a longer spelling of 1
        encode(PLAIN).replace(b"\x9b\x01", b"\x9b\x02"),  # a format of the future
        b"\x9c" + encode(PLAIN)[1:] + b"\x91" * 100_000 + b"\xc0",  # nested without end
    ],
)
def test_other_spellings_are_refused(harm: bytes) -> None:
    with pytest.raises(ValueError, match="leaf"):
        decode(harm)


@pytest.mark.parametrize(
    "wrong",
    [
        {"actor": b"short"},
        {"arguments": b"g" * 31},
        {"sealed": (b"s",)},
        {"outcome": "maybe"},
        {"index": -1},
        {"time": 2**63},
        {"command": None},
        {"touched": (("case", "c1"),) * 100_001},
        {"touched": (("case",),)},
        {"command": "\ud800"},
    ],
)
def test_a_leaf_that_no_verifier_would_accept_is_never_written(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        encode(msgspec.structs.replace(PLAIN, **wrong))


def test_pseudonyms_are_the_documented_hmac() -> None:
    expected = hmac.new(b"key", b"actor\0ann", sha256).digest()[:16]
    assert pseudonym(b"key", "actor", "ann") == expected
    assert pseudonym(b"key", "device", "ann") != expected
    assert pseudonym(b"other", "actor", "ann") != expected


def test_the_arguments_digest_is_salted() -> None:
    salt = new_salt()
    assert len(salt) == 16
    assert salt != new_salt()
    assert arguments_digest(salt, b"x") == sha256(salt + b"x").digest()
    with pytest.raises(ValueError, match="16 bytes"):
        arguments_digest(b"", b"x")
