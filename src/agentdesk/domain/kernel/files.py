"""Files: how a command names bytes that travel on their own, and names and types of them that are safe to store."""

from __future__ import annotations

import re
from typing import Annotated, Any, get_args, get_origin

import msgspec

from .values import END, ID_PATTERN, Name, clean

LONGEST_NAME = 200
MOST_BYTES = 50 * 1024 * 1024
_FOLDERS = str.maketrans({"/": "_", "\\": "_", "\n": " ", "\t": " "})
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_TYPE = re.compile(r"^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}(;[ -~]{0,60})?" + END, re.I)
ANY_TYPE = "application/octet-stream"


class File(msgspec.Struct, frozen=True):
    """What a command names of a file. The server believes the digest only of those who brought the bytes or may
    read them, and takes the size from the bytes.
    """

    id: Annotated[str, msgspec.Meta(pattern=ID_PATTERN)]
    digest: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}" + END, description="SHA-256 of the bytes, hexadecimal")]
    name: Name
    size: Annotated[int, msgspec.Meta(ge=0, le=MOST_BYTES)]
    type: Name


def names_files(hint: Any) -> bool:
    """Whether a field of this type holds files."""
    return get_origin(hint) is tuple and get_args(hint)[:1] == (File,)


def file_name(told: str) -> str:
    """A file's name as it may be shown and saved: no folders, no line breaks, no signs that turn it round, not too
    long, with its ending.
    """
    name = _TURNING.sub("", clean(told).translate(_FOLDERS)).strip() or "file"
    if len(name) <= LONGEST_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}" if dot and len(ending) < 20 else name[:LONGEST_NAME]


def media_type(told: str) -> str:
    """A media type as it may be stored; what is none (RFC 6838, 4.2) is the type of all bytes."""
    told = clean(told)
    return told if _TYPE.fullmatch(told) else ANY_TYPE
