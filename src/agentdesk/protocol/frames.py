"""Frames: all that desk and server say to each other on `/sync`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Raw

Rev = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Id = Annotated[str, Meta(max_length=200)]
Status = Literal["done", "refused", "denied"]
Gone = tuple[str, str, str, int]
"""(kind, id, how, rev); how is `deleted`, `left` or `erased`."""


class Frame(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag=str.lower, omit_defaults=True):
    """One thing said. Unknown fields are ignored, an unknown `t` is an error."""


class Hello(Frame, frozen=True, tag="hello"):
    """Desk → server, first of all. `cursors` say what is held of each scope, `done` the last own command settled."""

    device: Id
    schema: int
    epoch: str = ""
    view: str = ""
    cursors: dict[str, Rev] = {}
    done: Rev = 0
    app: str = ""


class Scope(msgspec.Struct, frozen=True):
    """A scope that a desk holds; lower `prio` fills first."""

    id: str
    prio: int = 0


class Who(msgspec.Struct, frozen=True):
    """The person behind a session."""

    id: str
    name: str
    role: str
    teams: tuple[str, ...] = ()


class Limits(msgspec.Struct, frozen=True):
    """What one peer asks of the other: bytes a message, unacknowledged bytes of catch-up, commands in flight."""

    max_message: int = 1 << 20
    window: int = 1 << 19
    inflight: int = 64


class Welcome(Frame, frozen=True, tag="welcome"):
    """Server → desk: where the server is, who one is, what one holds. `now` is the server's clock (ms, UTC)."""

    epoch: str
    now: int
    view: str
    schema: int
    head: Rev
    min_rev: Rev
    safe: Rev
    who: Who
    scopes: list[Scope]
    done: Rev
    limits: Limits = Limits()
    lease_until: int | None = None


class Reset(Frame, frozen=True, tag="reset"):
    """Server → desk: forget this and start from 0. `what` is `all`, a scope, or a list of kinds.

    `view` names the view of what comes instead, if that is another one from now on: a desk that still said the old one
    in its next hello would keep what it has, though somebody else's eyes were meant to see it.
    """

    what: str | list[str]
    why: Literal["epoch", "horizon", "view", "schema", "check"]
    view: str = ""


class Ack(Frame, frozen=True, tag="ack"):
    """Server → desk: what became of a command. Comes before the deltas that hold its effect."""

    n: Rev
    status: Status
    rev: Rev = 0
    scopes: list[str] = []
    code: str = ""
    sentence: str = ""
    data: dict[str, Any] = {}


class Delta(Frame, frozen=True, rename={"from_": "from"}, tag="delta"):
    """Server → desk: what a scope has become between two revisions. Rows stay raw until their kind is known."""

    scope: Id
    from_: Rev
    to: Rev
    put: dict[str, Raw] = {}
    gone: list[Gone] = []
    more: bool = False
    safe: Rev = 0


class Scopes(Frame, frozen=True, tag="scopes"):
    """Server → desk: scopes gained (they fill from 0) and lost (dropped whole)."""

    add: list[Scope] = []
    drop: list[str] = []


class CaughtUp(Frame, frozen=True, tag="caught_up"):
    """Server → desk: this scope is complete up to `rev`; count and check say what must be there."""

    scope: Id
    rev: Rev
    count: int
    check: int


class Credit(Frame, frozen=True, tag="credit"):
    """Desk → server: bytes of catch-up taken in."""

    bytes: Annotated[int, Meta(ge=0)]


class CommandFrame(Frame, frozen=True, tag="command"):
    """Desk → server: a wish, numbered 1, 2, 3 … per device; `at` is when it was first decided."""

    n: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    name: Id
    args: Raw
    at: Rev = 0


class Pull(Frame, frozen=True, rename={"from_": "from"}, tag="pull"):
    """Desk → server: send this scope again from here; after a gap or a failed check."""

    scope: Id
    from_: Rev


class Erased(Frame, frozen=True, tag="erased"):
    """Desk → server: these erasures are done here."""

    ids: Annotated[list[Id], Meta(max_length=1000)]


class Ask(Frame, frozen=True, tag="ask"):
    """Desk → server: a question that only the server can answer."""

    id: Rev
    question: Id
    args: Raw


class Answer(Frame, frozen=True, tag="answer"):
    """Server → desk: the answer, or a sentence that says why there is none; `data` fills the sentence's places.

    `code` is step_up where the sentence asks for a fresh proof: the same question is answered after one.
    """

    id: Rev
    result: Any = None
    sentence: str = ""
    code: Literal["", "step_up"] = ""
    data: dict[str, Any] = {}


class Signal(Frame, frozen=True, tag="signal"):
    """Both ways: something fleeting: `connected`, `viewing`, `typing`. Never stored, may be dropped.

    `about` is a case; the server fills in `who` and the scope decides who hears it.
    """

    kind: Literal["connected", "viewing", "typing", "draft"]
    on: bool = True
    about: Id = ""
    who: Id = ""
    name: Annotated[str, Meta(max_length=200)] = ""
    text: Annotated[str, Meta(max_length=4000)] = ""


class DeviceReport(Frame, frozen=True, tag="report"):
    """Desk → server: what the laptop's own system says of it; what it does not say is unknown."""

    app: Annotated[str, Meta(max_length=100)] = ""
    system: Annotated[str, Meta(max_length=200)] = ""
    disk: Literal["yes", "no", "unknown"] = "unknown"
    lock: Literal["yes", "no", "unknown"] = "unknown"


class Ping(Frame, frozen=True, tag="ping"):
    """Either way, every 20 s."""

    id: Rev = 0


class Pong(Frame, frozen=True, tag="pong"):
    """The answer to a ping; the server adds its clock."""

    id: Rev = 0
    now: int = 0


class Notice(Frame, frozen=True, tag="notice"):
    """Server → desk: something about the connection itself."""

    code: Literal["upgrade", "drain", "lease", "revoked", "watched"]
    sentence: str = ""


FromDesk = Hello | Credit | CommandFrame | Pull | Erased | Ask | Signal | DeviceReport | Ping | Pong
FromServer = Welcome | Reset | Ack | Delta | Scopes | CaughtUp | Answer | Signal | Ping | Pong | Notice
