"""What the session asks of whoever drives it, and what it is told."""

from __future__ import annotations

from typing import Any

import msgspec

from agentdesk.protocol.frames import Answer, Ask, DeviceReport, Frame, Signal, Welcome

from .confirmed import Kept

# --- Events: what happens ---


class Wanted(msgspec.Struct, frozen=True):
    """A person wants to be online, or not."""

    online: bool
    now: int


class SignedIn(msgspec.Struct, frozen=True):
    """There is a new token."""

    now: int


class Opened(msgspec.Struct, frozen=True):
    """The socket is open."""

    now: int


class Closed(msgspec.Struct, frozen=True):
    """The socket is closed, or never opened (0). `chance` is a random number from 0 to 1, for the time to wait."""

    code: int
    now: int
    chance: float


class Tick(msgspec.Struct, frozen=True):
    """Time passes; about once a second."""

    now: int
    chance: float


class Got(msgspec.Struct, frozen=True):
    """A frame has come in."""

    frame: Frame
    now: int


class Entered(msgspec.Struct, frozen=True):
    """What came in is in the replica: scopes still behind, frames to send for it, bytes it had on the wire."""

    behind: frozenset[str]
    sends: tuple[Frame, ...] = ()
    bytes: int = 0


class Submitted(msgspec.Struct, frozen=True):
    """The outbox holds commands up to this number."""

    last: int


class Numbered(msgspec.Struct, frozen=True):
    """The outbox agrees with the server's count: all up to `answered` are answered, the last one is `last`."""

    answered: int
    last: int


class Asked(msgspec.Struct, frozen=True):
    """A question for the server."""

    ask: Ask


class Signalled(msgspec.Struct, frozen=True):
    """A signal for colleagues, or a report on this device: said now or not at all."""

    signal: Signal | DeviceReport


Event = Wanted | SignedIn | Opened | Closed | Tick | Got | Entered | Submitted | Numbered | Asked | Signalled

# --- Effects: what is to be done, in this order ---


class Connect(msgspec.Struct, frozen=True):
    """Open the socket."""


class Greet(msgspec.Struct, frozen=True):
    """Say hello, from the cursors on disk."""


class Send(msgspec.Struct, frozen=True):
    """Send these frames in one message."""

    frames: tuple[Frame, ...]


class Transmit(msgspec.Struct, frozen=True):
    """Send these commands from the outbox, in order, each after the blobs that it needs."""

    first: int
    last: int


class Apply(msgspec.Struct, frozen=True):
    """Enter these frames in one transaction, then report `Entered`."""

    frames: tuple[Kept, ...]


class Reconcile(msgspec.Struct, frozen=True):
    """Compare the outbox's numbers with the server's, renumber if they differ, then report `Numbered`."""

    welcome: Welcome


class Deliver(msgspec.Struct, frozen=True):
    """Hand over an answer or a signal."""

    frame: Answer | Signal


class Unanswered(msgspec.Struct, frozen=True):
    """This question cannot be asked now."""

    id: int


class Clock(msgspec.Struct, frozen=True):
    """The server's clock less ours (ms)."""

    offset: int


class Hangup(msgspec.Struct, frozen=True):
    """Close the socket; open questions stay without an answer."""

    code: int = 1000


class Wipe(msgspec.Struct, frozen=True):
    """Destroy what is on this device."""


class Tell(msgspec.Struct, frozen=True):
    """Tell the person."""

    code: str
    sentence: str = ""


Effect = Connect | Greet | Send | Transmit | Apply | Reconcile | Deliver | Unanswered | Clock | Hangup | Wipe | Tell


def name_of(effect: Any) -> str:
    """The effect's name, as the table of states writes it."""
    return type(effect).__name__
