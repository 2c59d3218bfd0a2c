"""Records on the wire: every kind in both encodings, cut to an older peer's width, and nothing taken on trust."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.protocol.values import records

from agentdesk.domain.catalogue import RECORDS
from agentdesk.domain.people import Team
from agentdesk.protocol import BadMessage, decode_command, decode_rows, encode_rows, record_of, row_hash

KINDS = sorted(RECORDS)
FEW = settings(max_examples=15)


@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize("kind", KINDS)
@FEW
@given(data=st.data())
def test_every_record_comes_back_as_it_went(kind: str, binary: bool, data: st.DataObject) -> None:
    some = data.draw(st.lists(records(kind), max_size=3))
    raw = msgspec.Raw(encode_rows(kind, some, binary=binary))
    rows = decode_rows(kind, raw, binary=binary)
    assert [record_of(kind, row) for row in rows] == some
    assert rows == [msgspec.structs.astuple(record) for record in some]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("binary", [True, False])
def test_a_row_of_another_make_is_no_row(kind: str, binary: bool) -> None:
    encode = msgspec.msgpack.encode if binary else msgspec.json.encode
    width = len(RECORDS[kind].fields)
    for wrong in ([[None] * width], [[]], {"id": 1}, [1], "rows", [["id", "scope", "1", *[0] * (width - 3)]]):
        with pytest.raises(BadMessage):
            decode_rows(kind, msgspec.Raw(encode(wrong)), binary=binary)


def test_a_kind_from_the_future_is_passed_over() -> None:
    assert decode_rows("hologram", msgspec.Raw(b"\xff\xff"), binary=True) == []


def test_what_a_newer_server_adds_is_passed_over() -> None:
    """In JSON by name; an array is cut by the server to what the desk knows."""
    team = Team("t1", "org", 1, "One")
    plain = msgspec.to_builtins(team) | {"colour": "red"}
    assert decode_rows("team", msgspec.Raw(msgspec.json.encode([plain])), binary=False) == [
        msgspec.structs.astuple(team)
    ]


def test_an_older_peer_gets_what_it_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = msgspec.structs.replace(RECORDS["team"], added={"hours": 2, "retired": 3, "region": 4})
    monkeypatch.setitem(RECORDS, "team", spec)
    team = Team("t1", "org", 7, "One", "UTC", ((0, 1, 2),), True)
    widths = {schema: spec.width(schema) for schema in (1, 2, 3, 9)}
    assert widths == {1: 5, 2: 6, 3: 7, 9: 8}
    for schema, width in widths.items():
        binary = msgspec.msgpack.decode(encode_rows("team", [team], binary=True, schema=schema))
        named = msgspec.json.decode(encode_rows("team", [team], binary=False, schema=schema))
        assert len(binary[0]) == width
        assert list(named[0]) == list(spec.fields[:width])
        assert binary[0][:5] == ["t1", "org", 7, "One", "UTC"]


def test_a_row_that_lacks_added_fields_is_filled_up_in_json() -> None:
    raw = msgspec.Raw(b'[{"id":"t1","scope":"org","rev":1,"name":"One"}]')
    assert decode_rows("team", raw, binary=False) == [("t1", "org", 1, "One", "UTC", (), False, "")]


def test_the_hash_of_a_row_never_changes() -> None:
    """Both sides compute it, in releases years apart."""
    for (kind, id, rev), value in VECTORS.items():
        assert row_hash(kind, id, rev) == value
        assert 0 <= value < 2**64


VECTORS = {
    ("case", "c1", 1): 0xD3C638121A360C69,
    ("message", "m/ü", 9007199254740991): 0x474D142556975936,
    ("share", "case:c1@user:ann", 0): 0x435A02E1A2C501EC,
}


@given(st.tuples(st.text(), st.text(), st.integers(0, 2**53)), st.tuples(st.text(), st.text(), st.integers(0, 2**53)))
def test_different_rows_hash_differently(one: Any, other: Any) -> None:
    if one != other and not any("\x00" in text for text in (*one[:2], *other[:2])):
        assert row_hash(*one) != row_hash(*other)


def test_commands_are_read_strictly() -> None:
    with pytest.raises(KeyError):
        decode_command("case.fly", b"\x80", binary=True)
    for raw in (b"", b"\xc1", b"\x90", b"\x80", b"null", b'{"case": "c1"} x', b"\x81\xa4case\x05"):
        for binary in (True, False):
            with pytest.raises(BadMessage):
                decode_command("case.claim", raw, binary=binary)


@given(st.binary(max_size=60))
def test_no_bytes_make_it_stumble(raw: bytes) -> None:
    for binary in (True, False):
        for kind in ("case", "team"):
            try:
                decode_rows(kind, msgspec.Raw(raw), binary=binary)
            except BadMessage:
                pass
        try:
            decode_command("case.reply", raw, binary=binary)
        except BadMessage:
            pass
