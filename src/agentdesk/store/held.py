"""What the server refused of what a person typed, kept on this laptop until that person has dealt with it."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from .crypt import Connection
from .precious import keep, kept

MOST = 50
"""Of more than these the oldest go: whoever never looks is told of each once."""
_NAME = "outbox.held"


class Held(msgspec.Struct, frozen=True, array_like=True):
    """A refused command: its name and encoded arguments, when it was given, and the server's answer, encoded."""

    id: str
    name: str
    args: bytes
    at: int
    answer: bytes


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Held]).decode


def held(db: Connection) -> list[Held]:
    """All of it, oldest first."""
    found = kept(db, _NAME)
    return [] if found is None else _decode(found)


def hold_within(db: Connection, some: list[Held]) -> None:
    """Keep these too; in a transaction of the caller's."""
    if some:
        keep(db, _NAME, _encode([*held(db), *some][-MOST:]))


def let_go(db: Connection, id: str) -> None:
    """The person has dealt with it."""
    _keep_only(db, lambda one: one.id != id)


def purge(db: Connection, record: str) -> None:
    """Erasure: nothing stays that speaks of this record."""
    named = _encode(record)  # with its length in front: an id may begin another one
    _keep_only(db, lambda one: named not in one.args and named not in one.answer)


def _keep_only(db: Connection, wanted: Callable[[Held], bool]) -> None:
    found = held(db)
    left = [one for one in found if wanted(one)]
    if len(left) < len(found):
        keep(db, _NAME, _encode(left))
