"""Messages: frames packed for one of the two subprotocols, and taken apart again without trust."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Annotated, Any, Generic, TypeVar

import msgspec
import zstandard

from .frames import Frame, FromDesk, FromServer

BINARY = "agentdesk.v1"
JSON = "agentdesk.v1+json"
SUBPROTOCOLS = (BINARY, JSON)
COMPRESS_FROM = 1024
MAX_UNPACKED = 64 << 20
"""A compressed message may not grow beyond this; one that claims to is a bad frame."""
MAX_FROM_DESK = 4 << 20
MOST_FROM_DESK = 1000
"""The same for what desks send, and how many frames: a few kilobytes must not keep a server busy for seconds."""
PLAIN, ZSTD = b"\x00", b"\x01"

F = TypeVar("F")
_pack = msgspec.msgpack.Encoder()
_json = msgspec.json.Encoder()


UNREADABLE = (msgspec.DecodeError, UnicodeError, RecursionError, OverflowError)
"""What decoders raise at hostile input: text in a raw part is only looked at when that part is decoded."""


class BadMessage(ValueError):
    """What came in is no message of this protocol; the connection ends with 4400."""


class Codec(Generic[F]):
    """One encoding, seen from one side. It has no state: a thousand connections, on any threads, share one."""

    def __init__(self, subprotocol: str, reads: Any, max_unpacked: int = MAX_UNPACKED) -> None:
        self.binary = subprotocol == BINARY
        self.subprotocol = subprotocol
        self._max_unpacked = max_unpacked
        self._decoder: Any = msgspec.msgpack.Decoder(reads) if self.binary else msgspec.json.Decoder(reads)

    def frame(self, frame: Frame) -> bytes:
        """One frame, encoded by itself; `join` makes messages of such pieces without encoding again."""
        return _pack.encode(frame) if self.binary else _json.encode(frame)

    def value(self, value: Any) -> bytes:
        """Any plain value in this encoding, for fields that stay raw."""
        return _pack.encode(value) if self.binary else _json.encode(value)

    def join(self, frames: Iterable[bytes]) -> bytes | str:
        """A message of encoded frames: bytes for the binary subprotocol, text for JSON."""
        pieces = list(frames)
        if not self.binary:
            return (b"[" + b",".join(pieces) + b"]").decode()
        body = b"\xdd" + len(pieces).to_bytes(4, "big") + b"".join(pieces)
        if len(body) < COMPRESS_FROM:
            return PLAIN + body
        # A compressor that is kept holds on to 100 KiB and more: many times what it takes to make one.
        return ZSTD + zstandard.ZstdCompressor(level=1).compress(body)

    def message(self, *frames: Frame) -> bytes | str:
        """A message of frames."""
        return self.join(self.frame(frame) for frame in frames)

    def read(self, message: bytes | str) -> list[F]:
        """The frames of a message. Raises `BadMessage`, whatever the bytes are."""
        try:
            return self._decoder.decode(self._body(message))  # type: ignore[no-any-return]
        except (*UNREADABLE, zstandard.ZstdError) as error:
            raise BadMessage(str(error)[:200]) from error

    def _body(self, message: bytes | str) -> bytes | str:
        if self.binary != isinstance(message, bytes):
            raise BadMessage("text where bytes belong, or bytes where text belongs")
        if not isinstance(message, bytes):
            return message
        if message[:1] == PLAIN:
            return message[1:]
        if message[:1] != ZSTD:
            raise BadMessage("the first byte names no encoding")
        if not 0 <= zstandard.frame_content_size(message[1:]) <= self._max_unpacked:
            raise BadMessage("this message does not say its size, or is too large")
        return zstandard.ZstdDecompressor().decompress(message[1:], max_output_size=self._max_unpacked)


@cache
def desk_codec(subprotocol: str = BINARY) -> Codec[FromServer]:
    """How a desk reads and writes."""
    return Codec(subprotocol, list[FromServer])


@cache
def server_codec(subprotocol: str = BINARY) -> Codec[FromDesk]:
    """How the server reads and writes."""
    return Codec(subprotocol, Annotated[list[FromDesk], msgspec.Meta(max_length=MOST_FROM_DESK)], MAX_FROM_DESK)
