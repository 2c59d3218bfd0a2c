"""What two regions say to each other, over HTTPS, in JSON."""

from __future__ import annotations

from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

from agentdesk.domain.cases import Attachment, Case, Conversation, Customer, Message
from agentdesk.domain.residency import End
from agentdesk.domain.residency.bringing import Key, Position

T = TypeVar("T")
BEGIN, STUBS = "/api/v1/regions/begin", "/api/v1/regions/stubs"
MOST_BYTES = 4 * 1024 * 1024
MOST = 1_000
"""Records of one kind in one request."""
Region = Annotated[str, Meta(min_length=1, max_length=40)]
Some = Meta(max_length=MOST)


class Begin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A region is about to tell. `key` stands for all that decides what it tells: another one means from the start."""

    home: Region
    key: Key


class Stubs(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What has changed there after the revision `after`, up to `to` if this is the `last` part of it."""

    home: Region
    key: Key
    after: Position
    to: Position
    last: bool
    customers: Annotated[tuple[Customer, ...], Some] = ()
    cases: Annotated[tuple[Case, ...], Some] = ()
    conversations: Annotated[tuple[Conversation, ...], Some] = ()
    messages: Annotated[tuple[Message, ...], Some] = ()
    attachments: Annotated[tuple[Attachment, ...], Some] = ()
    ends: Annotated[tuple[End, ...], Some] = ()


class Standing(msgspec.Struct, frozen=True):
    """How far a region has been told, under which key; and whether what was just said has been taken."""

    taken: bool
    key: Annotated[str, Meta(max_length=100)]
    at: Position
