"""The connection as a state machine: every state meets every event, and nothing here touches the world."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from agentdesk.protocol import Close
from agentdesk.protocol.frames import Frame, Notice

from . import moves as do
from .effects import Apply, Closed, Effect, Event, Got, Hangup, Wanted
from .moves import Handler, Session, Stepped
from .phases import JOINED, Phase


def step(state: Session, event: Event) -> Stepped:
    """The next state, and what is to be done, in order."""
    return TABLE[state.phase, event_name(event)](state, event)


def receive(state: Session, frames: list[Frame], now: int) -> Stepped:
    """All frames of one message. What is to be applied is gathered into one transaction, after all else."""
    effects: list[Effect] = []
    kept: list[Any] = []
    for frame in frames:
        state, more = step(state, Got(frame, now))
        for effect in more:
            if isinstance(effect, Apply):
                kept += effect.frames
            else:
                effects.append(effect)
        if any(isinstance(effect, Hangup) for effect in more):
            break
    return state, [*effects, Apply(tuple(kept))] if kept else effects


def event_name(event: Event) -> str:
    """The column of the table: a frame's type, a close by what it means, else the event's own name."""
    if isinstance(event, Got):
        tag = str(event.frame.__struct_config__.tag)
        return f"notice:{event.frame.code}" if isinstance(event.frame, Notice) else tag
    if isinstance(event, Closed):
        return f"closed:{ENDINGS.get(event.code, 'lost')}"
    if isinstance(event, Wanted):
        return "online" if event.online else "offline"
    return type(event).__name__.lower()


ENDINGS: dict[int, str] = {
    Close.BAD_FRAME: "bad_frame",
    Close.TOO_BIG: "bad_frame",
    Close.NOT_ALLOWED: "not_allowed",
    Close.REPLACED: "replaced",
    Close.UPGRADE: "upgrade",
    Close.DRAINING: "draining",
    Close.TOO_FAST: "bad_frame",
}
"""What a close code means to a desk; all others, and a connection that just ends, are `lost`."""


# --- The table -------------------------------------------------------------------------------------------------------

FRAMES = ("welcome", "reset", "ack", "delta", "scopes", "caught_up", "answer", "signal", "ping", "pong")
NOTICES = tuple(f"notice:{code}" for code in ("upgrade", "drain", "lease", "revoked", "watched"))
CLOSINGS = tuple(f"closed:{how}" for how in ("lost", "bad_frame", "not_allowed", "replaced", "upgrade", "draining"))
OWN = ("online", "offline", "signedin", "opened", "tick", "entered", "submitted", "numbered", "asked", "signalled")
EVENTS = (*FRAMES, *NOTICES, *CLOSINGS, *OWN)

Row = dict[str, Handler]


def _all(events: Iterable[str], handler: Handler) -> Row:
    return dict.fromkeys(events, handler)


_CLOSED: Row = {
    "closed:lost": do.lost,
    "closed:bad_frame": do.closed_bad_frame,
    "closed:not_allowed": do.closed_not_allowed,
    "closed:replaced": do.closed_replaced,
    "closed:upgrade": do.closed_upgrade,
    "closed:draining": do.closed_draining,
}
_UNCONNECTED: Row = {"asked": do.cannot_ask, "submitted": do.queued}
_OFFLINE: Row = _UNCONNECTED | {
    "online": do.want,
    "offline": do.leave,
    "signedin": do.signed_in_offline,
    "opened": do.hang_up,
    "tick": do.tick_offline,
}
_CONNECTING: Row = (
    _all(FRAMES, do.too_early)
    | {"welcome": do.welcome, "ping": do.ping, "pong": do.stay}
    | _all(NOTICES, do.tell)
    | {"notice:upgrade": do.must_upgrade, "notice:revoked": do.revoke}
    | _CLOSED
    | _UNCONNECTED
    | {"online": do.still_want, "offline": do.leave, "opened": do.opened, "tick": do.tick_connecting}
    | {"signedin": do.signed_in_meanwhile}
)
_JOINED: Row = (
    dict.fromkeys(("reset", "delta", "scopes", "caught_up"), do.apply)
    | {
        "welcome": do.too_early,
        "ack": do.ack,
        "answer": do.deliver,
        "signal": do.deliver,
        "ping": do.ping,
        "pong": do.pong,
    }
    | _all(NOTICES, do.tell)
    | {"notice:upgrade": do.must_upgrade, "notice:revoked": do.revoke}
    | _CLOSED
    | {"online": do.still_want, "offline": do.leave, "opened": do.hang_up, "tick": do.tick}
    | {
        "signedin": do.signed_in_meanwhile,
        "entered": do.entered,
        "submitted": do.submitted,
        "numbered": do.numbered,
        "asked": do.ask,
        "signalled": do.signal,
    }
)
_REVOKED: Row = _UNCONNECTED | {
    "online": do.still_want,
    "offline": do.not_wanted,
    "signedin": do.signed_in,
    "opened": do.hang_up,
}
_UPGRADE: Row = (
    {"welcome": do.welcome_old, "ack": do.ack, "ping": do.ping, "notice:revoked": do.revoke}
    | _all(CLOSINGS, do.ended)
    | {"online": do.still_want, "offline": do.not_wanted, "opened": do.hang_up, "asked": do.cannot_ask}
    | {"submitted": do.submitted, "numbered": do.numbered}
)
_ROWS: dict[Phase, Row] = {
    Phase.OFFLINE: _OFFLINE,
    Phase.CONNECTING: _CONNECTING,
    **dict.fromkeys(JOINED, _JOINED),
    Phase.REVOKED: _REVOKED,
    Phase.UPGRADE: _UPGRADE,
}
TABLE: dict[tuple[Phase, str], Handler] = {
    (phase, event): row.get(event, do.stay) for phase, row in _ROWS.items() for event in EVENTS
}
"""Every state and every event: what is not named above stays as it is."""
