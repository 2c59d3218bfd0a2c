"""One way to write each thing: encoders refuse what could not be read back, decoders any other spelling."""

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")
Encode = Callable[[T], bytes]
Decode = Callable[[bytes], T]


def msgpack_codec(kind: type[T], name: str, prefix: bytes = b"") -> tuple[Encode[T], Decode[T]]:
    """Encoder and decoder of `prefix` and the canonical MessagePack of a `kind`; both raise ValueError only."""
    return _codec(msgspec.msgpack.Encoder().encode, msgspec.msgpack.Decoder(kind).decode, name, prefix, b"")


def json_line_codec(kind: Any, name: str) -> tuple[Encode[Any], Decode[Any]]:
    """The same for one line of compact JSON, its line feed included."""
    return _codec(msgspec.json.Encoder().encode, msgspec.json.Decoder(kind).decode, name, b"", b"\n")


def _codec(
    write: Callable[[T], bytes], read: Callable[[bytes], T], name: str, prefix: bytes, suffix: bytes
) -> tuple[Encode[T], Decode[T]]:
    start, end = len(prefix), -len(suffix) or None

    def checked(data: bytes) -> T:
        try:
            return read(data[start:end])
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise ValueError(f"this is not {name}") from error

    def encode(value: T) -> bytes:
        data = prefix + write(value) + suffix
        checked(data)
        return data

    def decode(data: bytes) -> T:
        value = checked(data)
        if prefix + write(value) + suffix != data:
            raise ValueError(f"this is not the canonical form of {name}")
        return value

    return encode, decode
