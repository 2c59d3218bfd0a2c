"""What the fuzzing of frames sends: real frames spoiled in all ways, noise, and bombs."""

from __future__ import annotations

import random
from typing import Any

import msgspec
import zstandard

ODD: tuple[Any, ...] = (
    None, True, -1, 0, 2**31, 2**53, 2**63 - 1, 2**63, 2**64 - 1, -(2**63), 1.5, float("nan"), float("inf"), "", "\0",
    "a\0b", "\u202e\ufeff", "x" * 70_000, "team:t1:open", "org", "user:p2", "c0", "../../etc/passwd", "' OR 1=1 --",
    '"', "case:*", b"", b"\xff" * 40, [], {}, [[[[[[]]]]]], {"t": "ping"}, {"": {"": {"": []}}}, list(range(300)),
    msgspec.msgpack.Ext(5, b"x"), "hello", "command", "delta", "no such frame", "search", "case",
)  # fmt: skip
BY_HAND: tuple[dict[str, Any], ...] = (
    {"t": "ask", "id": 1, "question": "search", "args": {"text": "answer", "limit": 5, "before": 9}},
    {"t": "ask", "id": 2, "question": "case", "args": {"case": "c0", "limit": 10}},
    {"t": "signal", "kind": "typing", "about": "c0", "on": True},
    {"t": "signal", "kind": "viewing", "about": "c0", "on": True},
    {"t": "pull", "scope": "org", "from": 0},
    {"t": "pull", "scope": "team:t1:open", "from": 2},
    {"t": "erased", "ids": ["c0", "m1"]},
    {"t": "credit", "bytes": 100},
    {"t": "ping", "id": 3},
)


def frames_of(message: bytes) -> list[Any]:
    """The frames of a good message as plain values."""
    body = message[1:] if message[:1] == b"\0" else zstandard.decompress(message[1:])
    found: list[Any] = msgspec.msgpack.decode(body)
    return found


class Corpus:
    """What desks and server really said to each other in some histories, as plain values and as bytes."""

    def __init__(self, from_desk: list[bytes], from_server: list[bytes]) -> None:
        self.from_desk, self.from_server = from_desk, from_server
        self.said = [frame for message in from_desk for frame in frames_of(message)] + list(BY_HAND) * 3
        self.heard = [frame for message in from_server for frame in frames_of(message)]


class Mutations:
    """Spoils frames: as values, as bytes, as what lies around them."""

    def __init__(self, seed: int, frames: list[Any], messages: list[bytes]) -> None:
        self.chance = random.Random(seed)
        self._frames, self._messages = frames, messages

    def message(self, binary: bool, n: int) -> bytes | str:
        """A message that may or may not be good. A command takes the number n, mostly."""
        roll = self.chance.random()
        if roll < 0.05:
            return self._noise(binary)
        frames = self.frames(n)
        if not binary:
            return self._spoil_text(self._json(frames)) if roll < 0.3 else self._json(frames)
        data = self._pack(frames)
        if roll < 0.2:
            data = zstandard.compress(data[1:])
            data = b"\1" + (data if roll < 0.1 else self._spoil(data))
        elif roll < 0.25:
            data = self._spoil(self.chance.choice(self._messages))
        return self._spoil(data) if 0.25 <= roll < 0.5 else data

    def frames(self, n: int) -> list[Any]:
        """One to three frames, most of them with something wrong somewhere inside."""
        found = []
        for _ in range(self.chance.choice((1, 1, 2, 3))):
            frame = dict(self.chance.choice(self._frames))
            if frame.get("t") == "command" and self.chance.random() < 0.9:
                frame["n"] = n
                n += 1
            found.append(self._bend(frame) if self.chance.random() < 0.8 else frame)
        return found

    def _bend(self, value: Any, depth: int = 0) -> Any:
        """The same with another value, without one, or with one too many, at some place."""
        chance = self.chance
        if isinstance(value, dict) and value and (depth == 0 or chance.random() < 0.8):
            value = dict(value)
            key = chance.choice(list(value))
            if chance.random() < 0.1:
                del value[key]
            elif chance.random() < 0.1:
                value[chance.choice(("x", "seen", "n", "case", ""))] = chance.choice(ODD)
            else:
                value[key] = self._bend(value[key], depth + 1)
            return value
        if isinstance(value, list) and value and chance.random() < 0.7:
            value = list(value)
            at = chance.randrange(len(value))
            value[at] = self._bend(value[at], depth + 1)
            return value * 2 if chance.random() < 0.1 else value
        return chance.choice(ODD)

    def _pack(self, frames: list[Any]) -> bytes:
        return b"\0" + msgspec.msgpack.encode(frames)

    def _json(self, frames: list[Any]) -> str:
        return msgspec.json.encode(frames, enc_hook=lambda odd: str(odd)).decode()

    def _spoil(self, data: bytes) -> bytes:
        """Bytes flipped, lost, added or put in twice."""
        spoiled, chance = bytearray(data), self.chance
        for _ in range(chance.choice((1, 1, 2, 8))):
            at = chance.randrange(len(spoiled) + 1)
            match chance.randrange(4):
                case 0 if spoiled:
                    spoiled[at % len(spoiled)] = chance.randrange(256)
                case 1:
                    del spoiled[at : at + chance.randrange(1, 20)]
                case 2:
                    spoiled[at:at] = chance.randbytes(chance.randrange(1, 9))
                case _:
                    spoiled[at:at] = spoiled[at : at + 50]
        return bytes(spoiled)

    def _spoil_text(self, text: str) -> str:
        at = self.chance.randrange(len(text))
        odd = ("\0", '"', "\\ud800", "[" * 200, "1e400", "9" * 400, "}", ",", "\u202e", "null", "\\u0000")
        return text[:at] + self.chance.choice(odd) + text[at + self.chance.randrange(3) :]

    def _noise(self, binary: bool) -> bytes | str:
        data = self.chance.randbytes(self.chance.randrange(60))
        if not binary:
            return data.decode("latin-1")
        return self.chance.choice((b"", b"\0", b"\1")) + data


PACKED = msgspec.msgpack.encode
BOMBS: dict[str, bytes | str] = {
    "64 MiB of nothing": b"\1" + zstandard.compress(bytes(64 << 20)),
    "2 GiB by its own word": b"\1" + bytes.fromhex("28b52ffda0") + (2 << 30).to_bytes(4, "little") + bytes(20),
    "no size": b"\1" + zstandard.ZstdCompressor(write_content_size=False).compress(bytes(1 << 20)),
    "seven million pings": b"\1" + zstandard.compress(b"\xdd\x00\x6a\xcf\xc0" + PACKED({"t": "ping"}) * 7_000_000),
    "many pings": b"\1" + zstandard.compress(b"\xdd\x00\x07\xa1\x20" + PACKED({"t": "ping"}) * 500_000),
    "a list of 4 billion": b"\0\xdd\xff\xff\xff\xff",
    "a map of 4 billion": b"\0\x91\xdf\xff\xff\xff\xff",
    "a text of 4 GiB": b"\0\x91\xdb\xff\xff\xff\xff",
    "deep": b"\0" + b"\x91" * 900_000,
    "deep in an unknown field": b"\0\x91\x82\xa1t\xa4ping\xa1x" + b"\x91" * 900_000,
    "no UTF-8": b"\0\x91\x81\xa1t\xa4\xff\xfe\xfd\xfc",
    "deep text": "[" * 900_000,
    "deep in a field": '[{"t":"ping","x":' + '{"a":' * 150_000,
    "a long number": '[{"t":"ping","id":1' + "0" * 4_000 + "}]",
    "half a character": '[{"t":"signal","kind":"typing","about":"\\ud800"}]',
    "half a character as it is": '[{"t":"signal","kind":"typing","about":"\ud800"}]',
    "text for bytes": b'[{"t":"ping"}]',
}
