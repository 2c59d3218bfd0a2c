"""Messages: every frame in both encodings, strangers passed over or turned away, and no bomb goes off."""

from __future__ import annotations

import json
import random
from typing import Any, get_args

import msgspec
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.protocol.values import WHOLE, WORDS

from agentdesk.protocol import BINARY, JSON, SUBPROTOCOLS, BadMessage, Close, desk_codec, server_codec
from agentdesk.protocol.frames import (
    Ack,
    Answer,
    Ask,
    CaughtUp,
    CommandFrame,
    Credit,
    Delta,
    DeviceReport,
    Erased,
    Frame,
    FromDesk,
    FromServer,
    Hello,
    Notice,
    Ping,
    Pong,
    Pull,
    Reset,
    Scope,
    Scopes,
    Signal,
    Welcome,
    Who,
)
from agentdesk.protocol.wire import COMPRESS_FROM, MAX_UNPACKED, PLAIN, ZSTD

plain_values = st.none() | st.booleans() | WHOLE | WORDS | st.lists(WORDS, max_size=2)
data = st.dictionaries(WORDS, plain_values, max_size=3)
scopes = st.lists(st.builds(Scope, WORDS, st.integers(0, 9)), max_size=3)


def raw(binary: bool, value: Any) -> msgspec.Raw:
    return msgspec.Raw(msgspec.msgpack.encode(value) if binary else msgspec.json.encode(value))


def frames(binary: bool) -> dict[type[Frame], st.SearchStrategy[Frame]]:
    """One strategy for each frame."""
    raws = data.map(lambda value: raw(binary, value))
    return {**greetings(), **changes(raws), **others(raws)}


def greetings() -> dict[type[Frame], st.SearchStrategy[Frame]]:
    """What is said first."""
    return {
        Hello: st.builds(
            Hello,
            device=WORDS,
            schema=WHOLE,
            epoch=WORDS,
            view=WORDS,
            cursors=st.dictionaries(WORDS, WHOLE),
            done=WHOLE,
            app=WORDS,
        ),
        Welcome: st.builds(
            Welcome,
            epoch=WORDS,
            now=WHOLE,
            view=WORDS,
            schema=WHOLE,
            head=WHOLE,
            min_rev=WHOLE,
            safe=WHOLE,
            who=st.builds(Who, WORDS, WORDS, WORDS, st.just(("t1",))),
            scopes=scopes,
            done=WHOLE,
            lease_until=st.none() | WHOLE,
        ),
    }


def changes(raws: st.SearchStrategy[msgspec.Raw]) -> dict[type[Frame], st.SearchStrategy[Frame]]:
    """What changes a replica."""
    return {
        Reset: st.builds(
            Reset,
            what=WORDS | st.lists(WORDS, max_size=2),
            why=st.sampled_from(["epoch", "horizon", "view", "schema", "check"]),
            view=WORDS,
        ),
        Ack: st.builds(
            Ack,
            n=WHOLE,
            status=st.sampled_from(["done", "refused", "denied"]),
            rev=WHOLE,
            scopes=st.lists(WORDS),
            code=WORDS,
            sentence=WORDS,
            data=data,
        ),
        Delta: st.builds(
            Delta,
            scope=WORDS,
            from_=WHOLE,
            to=WHOLE,
            put=st.dictionaries(WORDS, raws, max_size=2),
            gone=st.lists(st.tuples(WORDS, WORDS, WORDS, WHOLE), max_size=2),
            more=st.booleans(),
            safe=WHOLE,
        ),
    }


def others(raws: st.SearchStrategy[msgspec.Raw]) -> dict[type[Frame], st.SearchStrategy[Frame]]:
    """All the rest."""
    return {
        Scopes: st.builds(Scopes, add=scopes, drop=st.lists(WORDS, max_size=2)),
        CaughtUp: st.builds(CaughtUp, scope=WORDS, rev=WHOLE, count=WHOLE, check=st.integers(0, 2**64 - 1)),
        Credit: st.builds(Credit, bytes=WHOLE),
        CommandFrame: st.builds(CommandFrame, n=st.integers(1, 2**53 - 1), name=WORDS, args=raws, at=WHOLE),
        Pull: st.builds(Pull, scope=WORDS, from_=WHOLE),
        Erased: st.builds(Erased, ids=st.lists(WORDS, max_size=3)),
        Ask: st.builds(Ask, id=WHOLE, question=WORDS, args=raws),
        Answer: st.builds(Answer, id=WHOLE, result=plain_values | data, sentence=WORDS),
        Signal: st.builds(
            Signal,
            kind=st.sampled_from(["connected", "viewing", "typing", "draft"]),
            on=st.booleans(),
            about=WORDS,
            who=WORDS,
            name=WORDS,
            text=WORDS,
        ),
        DeviceReport: st.builds(
            DeviceReport,
            app=WORDS,
            system=WORDS,
            disk=st.sampled_from(["yes", "no", "unknown"]),
            lock=st.sampled_from(["yes", "no", "unknown"]),
        ),
        Ping: st.builds(Ping, id=WHOLE),
        Pong: st.builds(Pong, id=WHOLE, now=WHOLE),
        Notice: st.builds(
            Notice, code=st.sampled_from(["upgrade", "drain", "lease", "revoked", "watched"]), sentence=WORDS
        ),
    }


ALL = sorted({*get_args(FromDesk), *get_args(FromServer)}, key=lambda cls: cls.__name__)


def test_each_frame_is_tried() -> None:
    assert set(ALL) == set(frames(True)) == set(Frame.__subclasses__())


@pytest.mark.parametrize("subprotocol", SUBPROTOCOLS)
@pytest.mark.parametrize("cls", ALL, ids=lambda cls: cls.__name__)
@settings(max_examples=20)
@given(data=st.data())
def test_every_frame_comes_back_as_it_went(cls: type[Frame], subprotocol: str, data: st.DataObject) -> None:
    some = data.draw(st.lists(frames(subprotocol == BINARY)[cls], min_size=1, max_size=3))
    readers = [make for make, side in ((server_codec, FromDesk), (desk_codec, FromServer)) if cls in get_args(side)]
    assert readers
    for make in readers:
        codec = make(subprotocol)
        found = codec.read(codec.message(*some))
        assert [_settled(frame) for frame in found] == [_settled(frame) for frame in some]


def _settled(frame: Any) -> Any:
    """Raw parts by their bytes; gone entries as tuples either way."""
    fields = {name: getattr(frame, name) for name in frame.__struct_fields__}
    if isinstance(frame, Delta):
        fields["put"] = {kind: bytes(part) for kind, part in frame.put.items()}
    if "args" in fields:
        fields["args"] = bytes(fields["args"])
    return type(frame), fields


@pytest.mark.parametrize("subprotocol", SUBPROTOCOLS)
def test_a_side_reads_only_what_the_other_says(subprotocol: str) -> None:
    server, desk = server_codec(subprotocol), desk_codec(subprotocol)
    with pytest.raises(BadMessage):
        server.read(desk.message(Reset(what="all", why="epoch")))
    with pytest.raises(BadMessage):
        desk.read(server.message(Credit(bytes=1)))


def _json(*frames: Any) -> str:
    return json.dumps(frames)


def test_unknown_fields_are_passed_over() -> None:
    assert server_codec(JSON).read(_json({"t": "ping", "id": 4, "mood": "good"})) == [Ping(id=4)]
    packed = PLAIN + msgspec.msgpack.encode([{"t": "ping", "id": 4, "mood": {"x": [1]}}])
    assert server_codec().read(packed) == [Ping(id=4)]


@pytest.mark.parametrize(
    "frame",
    [{"t": "fly"}, {"id": 4}, {"t": 1}, {}, [], "ping", None, {"t": "ping", "id": -1}, {"t": "ping", "id": 2**53},
     {"t": "command", "n": 0, "name": "x", "args": {}}, {"t": "hello", "device": "d" * 201, "schema": 1},
     {"t": "signal", "kind": "shout"}, {"t": "erased", "ids": ["x"] * 1001}, {"t": "pull", "scope": "org"}],
)  # fmt: skip
def test_what_is_no_frame_is_refused(frame: Any) -> None:
    with pytest.raises(BadMessage):
        server_codec(JSON).read(_json(frame))
    with pytest.raises(BadMessage):
        server_codec().read(PLAIN + msgspec.msgpack.encode([frame]))


@pytest.mark.parametrize("message", ["", "[", "{}", "null", "[" * 100_000, '[{"t":"ping","id":1e400}]', "\ud800"])
def test_broken_text_is_refused(message: str) -> None:
    with pytest.raises(BadMessage):
        server_codec(JSON).read(message)


@pytest.mark.parametrize(
    "message",
    [b"", PLAIN, ZSTD, b"\x02\x90", PLAIN + b"\xdd\xff\xff\xff\xff", PLAIN + b"\x91" * 100_000, ZSTD + b"not zstd",
     PLAIN + b"\x90\x90", ZSTD + zstandard.compress(b"\x90" * 5)[:-3]],
)  # fmt: skip
def test_broken_bytes_are_refused(message: bytes) -> None:
    with pytest.raises(BadMessage):
        server_codec().read(message)


def test_text_and_bytes_do_not_change_places() -> None:
    with pytest.raises(BadMessage):
        server_codec(BINARY).read("[]")
    with pytest.raises(BadMessage):
        server_codec(JSON).read(b"[]")


def test_long_messages_are_packed_and_short_ones_not() -> None:
    codec = desk_codec()
    short = codec.message(Notice(code="drain"))
    long = codec.message(Notice(code="drain", sentence="so " * COMPRESS_FROM))
    assert isinstance(short, bytes)
    assert isinstance(long, bytes)
    assert (short[:1], long[:1]) == (PLAIN, ZSTD)
    assert len(long) < COMPRESS_FROM
    assert codec.read(long) == [Notice(code="drain", sentence="so " * COMPRESS_FROM)]


def test_a_bomb_does_not_go_off() -> None:
    compress = zstandard.ZstdCompressor(level=1)
    bomb = compress.compress(b"\x90" + bytes(MAX_UNPACKED + 1))
    assert len(bomb) < 10_000
    with pytest.raises(BadMessage, match="too large"):
        server_codec().read(ZSTD + bomb)


def test_a_message_that_does_not_say_its_size_is_not_opened() -> None:
    nameless = zstandard.ZstdCompressor(level=1, write_content_size=False).compress(b"\x90" * 5000)
    with pytest.raises(BadMessage, match="does not say its size"):
        server_codec().read(ZSTD + nameless)


def test_a_message_that_lies_about_its_size_is_refused() -> None:
    packed = bytearray(zstandard.ZstdCompressor(level=1).compress(b"\x90" + bytes(70_000)))
    assert packed[4] & 0xC0 == 0x80, "four bytes hold the size"
    packed[5:9] = (100).to_bytes(4, "little")
    with pytest.raises(BadMessage):
        server_codec().read(ZSTD + bytes(packed))


@given(st.binary(max_size=80))
def test_no_bytes_make_it_stumble(message: bytes) -> None:
    for codec in (server_codec(), desk_codec()):
        for first in (b"", PLAIN, ZSTD):
            try:
                codec.read(first + message)
            except BadMessage:
                pass


@given(st.text(max_size=80))
def test_no_text_makes_it_stumble(message: str) -> None:
    try:
        server_codec(JSON).read(message)
    except BadMessage:
        pass


def test_a_harmed_message_is_read_or_refused() -> None:
    chance = random.Random(7)
    codec = desk_codec()
    whole = codec.message(Delta(scope="org", from_=1, to=2, put={"team": raw(True, [["t1", "org", 1, "x" * 900]])}))
    assert isinstance(whole, bytes)
    for _ in range(2_000):
        harmed = bytearray(whole)
        harmed[chance.randrange(len(harmed))] = chance.randrange(256)
        try:
            codec.read(bytes(harmed[: chance.randrange(1, len(harmed) + 1)]))
        except BadMessage:
            pass


def test_pieces_join_to_what_one_message_would_be() -> None:
    for subprotocol in SUBPROTOCOLS:
        codec = desk_codec(subprotocol)
        pieces = [codec.frame(Pong(id=n)) for n in range(40)]
        assert codec.join(pieces) == codec.message(*(Pong(id=n) for n in range(40)))
        assert codec.read(codec.join([])) == []


def test_close_codes_stay_as_they_are() -> None:
    """Desks of other releases act on them."""
    assert {code.name: int(code) for code in Close} == {
        "NORMAL": 1000, "TOO_BIG": 1009, "BAD_FRAME": 4400, "NOT_ALLOWED": 4401, "TOO_SLOW": 4408, "REPLACED": 4409,
        "UPGRADE": 4410, "TOO_FAST": 4429, "DRAINING": 4503,
    }  # fmt: skip
