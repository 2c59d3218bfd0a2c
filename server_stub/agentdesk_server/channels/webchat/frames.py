"""What visitor and server say to one another on `/visit`; the AsyncAPI document has the same in words."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from agentdesk.domain.kernel.values import END, ID_PATTERN

MAX_TEXT = 4_000
MAX_FRAME = 128 * 1024
UUID7 = r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}" + END


class Attached(msgspec.Struct, frozen=True):
    """A file that was uploaded before."""

    digest: Annotated[str, Meta(pattern="^[0-9a-f]{64}" + END)]
    name: Annotated[str, Meta(min_length=1, max_length=255)]
    size: Annotated[int, Meta(ge=0)]
    type: Annotated[str, Meta(max_length=127)]


class Frame(msgspec.Struct, frozen=True, tag_field="t", tag=str.lower):
    """Something a visitor's client says."""


class Hello(Frame, frozen=True):
    last: Annotated[int, Meta(ge=0, le=2**53)]
    forms: bool = False
    """Whether this client shows what is asked before the first word."""


class Say(Frame, frozen=True):
    id: Annotated[str, Meta(pattern=UUID7)]
    text: Annotated[str, Meta(max_length=MAX_TEXT)]
    attachments: Annotated[list[Attached], Meta(max_length=5)] = []
    fields: Annotated[
        dict[Annotated[str, Meta(pattern=ID_PATTERN)], Annotated[str, Meta(max_length=500)]], Meta(max_length=60)
    ] = {}


class Typing(Frame, frozen=True):
    on: bool


class Read(Frame, frozen=True):
    seq: Annotated[int, Meta(ge=1, le=2**53)]


class Name(Frame, frozen=True):
    name: Annotated[str, Meta(max_length=120)]
    email: Annotated[str, Meta(max_length=254)] = ""


class Ping(Frame, frozen=True):
    pass


FromVisitor = Hello | Say | Typing | Read | Name | Ping
decode = msgspec.json.Decoder(FromVisitor).decode
_encode = msgspec.json.Encoder().encode


def encode(t: str, **fields: Any) -> str:
    """A frame to the visitor."""
    return _encode({"t": t, **fields}).decode()
