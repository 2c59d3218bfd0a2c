"""What the worker hands across: decoded, frozen, nothing that could change under a reader."""

from __future__ import annotations

from typing import Any

import msgspec

from agentdesk.domain.kernel import Command
from agentdesk.protocol.frames import Ack, Pull, Signal, Who

from .apart import Apart
from .phases import Phase

BULK = 2000
"""With more touched records than this, readers ask anew instead of following each."""


class Pending(msgspec.Struct, frozen=True):
    """A command that waits for its effect to be confirmed. `key` stays, whatever becomes of its number."""

    key: int
    command: Command
    at: int


class News(msgspec.Struct, frozen=True):
    """One transaction of the replica: what a reader finds changed once its snapshot has `applied`."""

    applied: int
    touched: dict[str, tuple[str, ...]] = {}
    bulk: bool = False
    settled: tuple[int, ...] = ()
    """Keys of commands whose effect is now confirmed, or which came to nothing."""
    refused: tuple[Refused, ...] = ()
    scopes: tuple[str, ...] | None = None
    """The held scopes, when they have changed."""
    filled: tuple[str, ...] | None = None
    """The scopes that were complete at least once, when they have changed."""
    who: Who | None = None
    other_eyes: bool = False
    """What is here from now on was read for another view: another role, or another region."""
    pending: tuple[Pending, ...] | None = None
    """All that waits, in order, after a change of epoch: confirmed commands may wait again."""
    erased: tuple[str, ...] = ()


class Refused(msgspec.Struct, frozen=True):
    """A command that came to nothing, with the server's words. `draft` says that its text is a draft again."""

    key: int
    command: Command
    ack: Ack
    draft: str = ""
    held: str = ""
    """Under which id it is kept, if a person typed something in it."""
    at: int = 0


class Status(msgspec.Struct, frozen=True):
    """Where the connection stands. `offset` is the server's clock less ours (ms)."""

    phase: Phase
    wanted: bool
    behind: frozenset[str] = frozenset()
    waiting: int = 0
    retry_at: int = 0
    offset: int = 0
    apart: Apart = Apart.NOTHING


class Told(msgspec.Struct, frozen=True):
    """Something a person should know; `code` is short and stable."""

    code: str
    sentence: str = ""
    data: dict[str, Any] = {}


class Heard(msgspec.Struct, frozen=True):
    """A signal from somebody else, and when it came in (the desk's own clock, ms)."""

    signal: Signal
    at: int


Item = News | Status | Told | Heard


class Outcome(msgspec.Struct, frozen=True):
    """What came of applying frames, for the session and the worker."""

    applied: int
    touched: dict[str, tuple[str, ...]]
    bulk: bool
    settled: tuple[Ack, ...]
    pulls: tuple[Pull, ...]
    behind: frozenset[str]
    erased: tuple[str, ...]
    safe: int
    scopes: tuple[str, ...] | None
    filled: tuple[str, ...] | None
    who: Who | None
    other_eyes: bool
    epoch_changed: bool
    failed_checks: tuple[str, ...] = ()
