"""What the session remembers, and each move it can make: from state and event to state and effects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec.structs import replace

from agentdesk.protocol import Close
from agentdesk.protocol.frames import (
    Ack,
    Credit,
    Notice,
    Ping,
    Pong,
    Welcome,
)

from .effects import (
    Apply,
    Asked,
    Clock,
    Closed,
    Connect,
    Deliver,
    Effect,
    Entered,
    Event,
    Got,
    Greet,
    Hangup,
    Numbered,
    Opened,
    Reconcile,
    Send,
    Signalled,
    SignedIn,
    Submitted,
    Tell,
    Tick,
    Transmit,
    Unanswered,
    Wanted,
    Wipe,
)
from .phases import JOINED, Phase

PING_MS = 20_000
QUIET_MS = 30_000
"""Nothing heard for so long, though a ping is out: what is shown may be old."""
DEAD_MS = 45_000
OPEN_MS = 20_000
DRAIN_MS = 30_000
FIRST_MS, LONGEST_MS = 500, 60_000
BAD_MS = 30_000
"""After a frame that one side could not read, haste helps nobody."""
CREDIT_BYTES = 64 << 10
"""A server that fills a slow desk anew does not say so: whatever came in gets its credit sooner or later."""
GAP = "gap"
"""The code of an ack that says: this number is not the next one."""


class Session(msgspec.Struct, frozen=True):
    """All that the connection remembers between two events. Times are this device's, in ms."""

    phase: Phase = Phase.OFFLINE
    wanted: bool = False
    revoked: bool = False
    retry_at: int = 0
    tries: int = 0
    since: int = 0
    """When this attempt to connect began."""
    renewed: bool = False
    """Whether somebody signed in since then: what is refused after that was asked with the old sign-in."""
    heard_at: int = 0
    pinged_at: int = 0
    behind: frozenset[str] = frozenset()
    was_live: bool = False
    """Whether this connection has been live."""
    numbered: bool = False
    """Whether the outbox and the server agree on numbers, so that commands may go."""
    last: int = 0
    sent: int = 0
    answered: int = 0
    inflight: int = 64
    owed: int = 0
    """Bytes taken in for which no credit was given yet."""


Stepped = tuple[Session, list[Effect]]
Handler = Callable[[Session, Any], Stepped]


# --- Coming and going ------------------------------------------------------------------------------------------------


def stay(state: Session, event: Event) -> Stepped:
    return state, []


def want(state: Session, event: Wanted) -> Stepped:
    return connect(replace(state, wanted=True, tries=0), event.now)


def still_want(state: Session, event: Wanted) -> Stepped:
    return replace(state, wanted=True), []


def leave(state: Session, event: Wanted) -> Stepped:
    if state.phase is Phase.OFFLINE:
        return replace(state, wanted=False, retry_at=0), []
    return replace(offline(state), wanted=False), [Hangup()]


def not_wanted(state: Session, event: Wanted) -> Stepped:
    return replace(state, wanted=False), []


def signed_in(state: Session, event: SignedIn) -> Stepped:
    if state.revoked:
        return state, []
    return connect(state, event.now) if state.wanted else (offline(state), [])


def signed_in_offline(state: Session, event: SignedIn) -> Stepped:
    return connect(replace(state, tries=0), event.now) if state.wanted else (state, [])


def signed_in_meanwhile(state: Session, event: SignedIn) -> Stepped:
    return replace(state, renewed=True), []


def connect(state: Session, now: int) -> Stepped:
    fresh = replace(offline(state), phase=Phase.CONNECTING, since=now, renewed=False, heard_at=now, pinged_at=now)
    return fresh, [Connect()]


def offline(state: Session) -> Session:
    """Without a connection; what was sent and not answered will be sent again."""
    return replace(
        state,
        phase=Phase.OFFLINE,
        retry_at=0,
        was_live=False,
        numbered=False,
        sent=state.answered,
        behind=frozenset(),
        owed=0,
    )


def opened(state: Session, event: Opened) -> Stepped:
    return replace(state, heard_at=event.now), [Greet()]


def hang_up(state: Session, event: Event) -> Stepped:
    return state, [Hangup()]


def lost(state: Session, event: Closed) -> Stepped:
    return retry(state, event.now, event.chance), []


def retry(state: Session, now: int, chance: float) -> Session:
    """Try again later, each time twice as late, never all desks at once."""
    wait = min(LONGEST_MS, FIRST_MS << min(state.tries, 20)) * (0.5 + chance / 2)
    return replace(offline(state), tries=state.tries + 1, retry_at=now + int(wait) if state.wanted else 0)


def closed_draining(state: Session, event: Closed) -> Stepped:
    return replace(offline(state), retry_at=event.now + 1 + int(DRAIN_MS * event.chance)), []


def closed_bad_frame(state: Session, event: Closed) -> Stepped:
    wait = int(BAD_MS * (0.5 + event.chance / 2))
    return replace(offline(state), retry_at=event.now + wait, tries=state.tries + 1), [Tell("bad_frame")]


def closed_replaced(state: Session, event: Closed) -> Stepped:
    return replace(offline(state), wanted=False), [Tell("replaced")]


def closed_not_allowed(state: Session, event: Closed) -> Stepped:
    if state.renewed and state.wanted:
        return connect(state, event.now)
    return replace(offline(state), phase=Phase.REVOKED), [Tell("sign_in")]


def closed_upgrade(state: Session, event: Closed) -> Stepped:
    return replace(offline(state), phase=Phase.UPGRADE), [Tell("upgrade")]


def ended(state: Session, event: Closed) -> Stepped:
    return replace(offline(state), phase=state.phase), []


# --- Time ------------------------------------------------------------------------------------------------------------


def tick_offline(state: Session, event: Tick) -> Stepped:
    if state.wanted and event.now >= state.retry_at:
        return connect(state, event.now)
    return state, []


def tick_connecting(state: Session, event: Tick) -> Stepped:
    if event.now - state.since < OPEN_MS:
        return state, []
    return retry(state, event.now, event.chance), [Hangup()]


def tick(state: Session, event: Tick) -> Stepped:
    silent = event.now - state.heard_at
    if silent >= DEAD_MS:
        return retry(state, event.now, event.chance), [Hangup()]
    if silent >= QUIET_MS and state.phase is Phase.LIVE:
        state = replace(state, phase=Phase.DEGRADED)
    if event.now - state.pinged_at >= PING_MS:
        return replace(state, pinged_at=event.now), [Send((Ping(id=event.now),))]
    return state, []


# --- Frames ----------------------------------------------------------------------------------------------------------


def heard(state: Session, now: int) -> Session:
    """Something came in: silence is over."""
    return settled_phase(replace(state, heard_at=now))


def settled_phase(state: Session) -> Session:
    """Live when nothing is behind; degraded when something is, after it was live."""
    if state.phase not in JOINED:
        return state
    if state.phase is Phase.CATCHING_UP and (state.behind or not state.was_live):
        return state
    return replace(state, phase=Phase.DEGRADED if state.behind else Phase.LIVE)


def too_early(state: Session, event: Got) -> Stepped:
    return protocol_error(state)


def protocol_error(state: Session) -> Stepped:
    return state, [Hangup(Close.BAD_FRAME)]


def welcome(state: Session, event: Got) -> Stepped:
    frame: Welcome = event.frame  # type: ignore[assignment]
    joined = replace(
        state,
        phase=Phase.CATCHING_UP,
        heard_at=event.now,
        pinged_at=event.now,
        was_live=False,
        behind=frozenset(scope.id for scope in frame.scopes),
        inflight=max(1, frame.limits.inflight),
    )
    return joined, [Clock(frame.now - event.now), Reconcile(frame), Apply((frame,))]


def welcome_old(state: Session, event: Got) -> Stepped:
    """Too old to follow, but what waits may still be handed in."""
    frame: Welcome = event.frame  # type: ignore[assignment]
    joined = replace(state, heard_at=event.now, inflight=max(1, frame.limits.inflight))
    return joined, [Reconcile(frame)]


def apply(state: Session, event: Got) -> Stepped:
    frame: Any = event.frame
    return heard(state, event.now), [Apply((frame,))]


def ack(state: Session, event: Got) -> Stepped:
    frame: Ack = event.frame  # type: ignore[assignment]
    state = heard(state, event.now)
    if frame.code == GAP and frame.status != "done":
        return state, [Hangup()]
    state, sends = pump(replace(state, answered=max(state.answered, frame.n), sent=max(state.sent, frame.n)))
    return state, [Apply((frame,)), *sends]


def deliver(state: Session, event: Got) -> Stepped:
    frame: Any = event.frame
    return heard(state, event.now), [Deliver(frame)]


def ping(state: Session, event: Got) -> Stepped:
    frame: Ping = event.frame  # type: ignore[assignment]
    return heard(state, event.now), [Send((Pong(id=frame.id),))]


def pong(state: Session, event: Got) -> Stepped:
    frame: Pong = event.frame  # type: ignore[assignment]
    trip = event.now - frame.id
    exact = frame.now and frame.id == state.pinged_at and 0 <= trip < DEAD_MS
    return heard(state, event.now), [Clock(frame.now + trip // 2 - event.now)] if exact else []


def tell(state: Session, event: Got) -> Stepped:
    frame: Notice = event.frame  # type: ignore[assignment]
    return heard(state, event.now), [Tell(frame.code, frame.sentence)]


def must_upgrade(state: Session, event: Got) -> Stepped:
    frame: Notice = event.frame  # type: ignore[assignment]
    return replace(state, phase=Phase.UPGRADE, heard_at=event.now), [Tell(frame.code, frame.sentence)]


def revoke(state: Session, event: Got) -> Stepped:
    frame: Notice = event.frame  # type: ignore[assignment]
    ended = replace(offline(state), phase=Phase.REVOKED, revoked=True, wanted=False)
    return ended, [Hangup(), Wipe(), Tell(frame.code, frame.sentence)]


# --- What comes from this side ---------------------------------------------------------------------------------------


def entered(state: Session, event: Entered) -> Stepped:
    """Truth has moved on: give credit for what filled it, and be live when nothing is behind any more."""
    sends, owed = event.sends, state.owed + event.bytes
    if owed and (state.behind or owed >= CREDIT_BYTES):
        sends, owed = (*sends, Credit(bytes=owed)), 0
    state = replace(state, behind=event.behind, owed=owed)
    if not state.behind:
        state = replace(state, was_live=True, tries=0)
    return settled_phase(state), [Send(sends)] if sends else []


def numbered(state: Session, event: Numbered) -> Stepped:
    return pump(replace(state, numbered=True, last=event.last, answered=event.answered, sent=event.answered))


def queued(state: Session, event: Submitted) -> Stepped:
    return replace(state, last=event.last), []


def submitted(state: Session, event: Submitted) -> Stepped:
    return pump(replace(state, last=event.last))


def pump(state: Session) -> Stepped:
    """Send what waits, as far as the server takes it."""
    last = min(state.last, state.answered + state.inflight)
    if not state.numbered or last <= state.sent:
        return state, []
    return replace(state, sent=last), [Transmit(state.sent + 1, last)]


def ask(state: Session, event: Asked) -> Stepped:
    return state, [Send((event.ask,))]


def cannot_ask(state: Session, event: Asked) -> Stepped:
    return state, [Unanswered(event.ask.id)]


def signal(state: Session, event: Signalled) -> Stepped:
    return state, [Send((event.signal,))]
