"""A pack: the weights of a model in one file, most of them as small integers with a scale for each row.

The form: the mark, the length of the head (4 bytes, little-endian), the head (JSON: what it is, whence, its licence,
its arrays with type, shape and place), then the arrays, each at a multiple of 64 bytes after the head.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

MARK = b"agentdesk pack 1\n"
ALIGNED = 64
Array = np.ndarray[Any, Any]
TYPES = {"int8": np.int8, "float32": np.float32, "uint8": np.uint8}


class BadPack(Exception):
    """The file is not the pack that it should be; the text is a sentence for people."""


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where an array lies, in bytes after the head."""

    type: str
    shape: tuple[int, ...]
    start: int


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a pack says of itself."""

    name: str
    source: str
    licence: str
    arrays: dict[str, Place]


class Pack(msgspec.Struct, frozen=True):
    """A pack in memory. `sha256` is that of the whole file, in hexadecimal digits."""

    head: Head
    arrays: dict[str, Array]
    sha256: str

    def rows(self, name: str) -> Array:
        """A matrix of weights as numbers (float32), each row multiplied by its scale."""
        return self.arrays[name].astype(np.float32) * self.arrays[f"{name}.scale"][:, None]


def write(path: Path, name: str, source: str, licence: str, arrays: dict[str, Array]) -> str:
    """Make a pack; the same arrays give the same bytes everywhere. Returns its SHA-256."""
    places: dict[str, Place] = {}
    body = bytearray()
    for key, array in arrays.items():
        body += b"\0" * (-len(body) % ALIGNED)
        places[key] = Place(array.dtype.name, array.shape, len(body))
        body += np.ascontiguousarray(array).tobytes()
    head = msgspec.json.encode(Head(name, source, licence, places))
    data = MARK + len(head).to_bytes(4, "little") + head + bytes(body)
    path.write_bytes(data)
    return hashlib.sha256(data).hexdigest()


class Refused(BadPack):
    """The file is not one of those that may be read; `withdrawn`: it was one."""

    def __init__(self, sentence: str, *, withdrawn: bool) -> None:
        super().__init__(sentence)
        self.withdrawn = withdrawn


def read(path: Path, *listed: str, withdrawn: Collection[str] = ()) -> Pack:
    """A pack whose bytes have one of these SHA-256. Raises `BadPack`, also for a file that cannot be read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadPack(f"{path.name} cannot be read: {error.strerror}.") from error
    found = hashlib.sha256(data).hexdigest()
    if found in withdrawn:
        raise Refused(f"{path.name} was withdrawn from use.", withdrawn=True)
    if found not in listed:
        sentence = f"{path.name} is not the file that this version was made with. Install AgentDesk again."
        raise Refused(sentence, withdrawn=False)
    start = len(MARK) + 4
    body = start + int.from_bytes(data[len(MARK) : start], "little")
    try:
        head = msgspec.json.decode(data[start:body], type=Head)
        arrays = {name: _array(data, body, place) for name, place in head.arrays.items()}
    except (msgspec.DecodeError, KeyError, ValueError) as error:
        raise BadPack(f"{path.name} has a form that this version does not know.") from error
    return Pack(head, arrays, found)


def _array(data: bytes, body: int, place: Place) -> Array:
    count = int(np.prod(place.shape, dtype=np.int64))
    return np.frombuffer(data, TYPES[place.type], count, body + place.start).reshape(place.shape)


def small(weights: Array) -> tuple[Array, Array]:
    """Weights (rows × columns) as int8, and the scale of each row (float32): symmetric, to the nearest."""
    scale = np.abs(weights).max(axis=1).astype(np.float32) / np.float32(127)
    scale[scale == 0] = 1
    return np.rint(weights / scale[:, None]).astype(np.int8), scale
