"""What goes into the authority and what comes out of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from agentdesk.domain.kernel import Actor, Command, Record
from agentdesk.protocol.frames import Ack, Gone

if TYPE_CHECKING:  # it is made of these
    from .core import Authority


class Submission(msgspec.Struct, frozen=True):
    """A command that waits for its decision. `n` is 0 for the server's own adapters, which count nothing.

    `args` are the canonical bytes of the arguments, for the audit log. `problem` says why a command could not even be
    read: it is refused, and numbered, like any other.
    """

    who: Actor
    name: str
    command: Command | None
    args: bytes
    n: int = 0
    problem: str = ""
    code: str = "unreadable"
    """The refusal's code if there is a problem."""
    fresh: bool = False
    """Whether the person has proved within five minutes that it is them: what is privileged is refused without."""
    work: Callable[[Authority], Any] | None = None
    """What is done beside the records once the command is granted, in the same transaction: all of it is there after a
    sudden end, or nothing. It may raise `Refusal`, and is run again if the transaction has to be."""


class Part(msgspec.Struct):
    """What one transaction means for one scope."""

    put: dict[tuple[str, str], Record] = msgspec.field(default_factory=dict)
    gone: dict[tuple[str, str], Gone] = msgspec.field(default_factory=dict)
    previous: int = 0
    """The revision at which this scope changed before: a desk below it has missed something."""


class Entry(msgspec.Struct, frozen=True):
    """One committed transaction, as the hub passes it on and the channels listen to it."""

    rev: int
    at: int
    by: str
    device: str
    parts: dict[str, Part]
    changes: tuple[tuple[Record | None, Record | None], ...]
    """(before, after) of each record that the command itself changed."""


class Outcome(msgspec.Struct, frozen=True):
    """The word on one submission, and what it did."""

    ack: Ack
    entry: Entry | None = None
    result: Any = None
    """What the work beside it gave."""
