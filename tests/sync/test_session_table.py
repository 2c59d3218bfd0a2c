"""Every state meets every event: the whole table, cell by cell, as it was decided and not as it is computed."""

from __future__ import annotations

import pytest
from msgspec import Raw
from msgspec.structs import replace

from agentdesk.protocol.frames import (
    Ack,
    Answer,
    Ask,
    CaughtUp,
    Delta,
    Notice,
    Ping,
    Pong,
    Reset,
    Scope,
    Scopes,
    Signal,
    Welcome,
    Who,
)
from agentdesk.sync.effects import (
    Asked,
    Closed,
    Entered,
    Event,
    Got,
    Numbered,
    Opened,
    Signalled,
    SignedIn,
    Submitted,
    Tick,
    Wanted,
    name_of,
)
from agentdesk.sync.moves import Session
from agentdesk.sync.phases import JOINED, Phase
from agentdesk.sync.session import EVENTS, TABLE, event_name, step

NOW = 1_000_000
WELCOME = Welcome(
    epoch="e",
    now=NOW,
    view="v",
    schema=1,
    head=9,
    min_rev=0,
    safe=0,
    who=Who(id="p", name="P", role="agent"),
    scopes=[Scope("org")],
    done=0,
)
EVENT: dict[str, Event] = {
    "welcome": Got(WELCOME, NOW),
    "reset": Got(Reset(what="all", why="epoch"), NOW),
    "ack": Got(Ack(n=3, status="done", rev=9), NOW),
    "delta": Got(Delta(scope="org", from_=0, to=9), NOW),
    "scopes": Got(Scopes(add=[Scope("new")]), NOW),
    "caught_up": Got(CaughtUp(scope="org", rev=9, count=0, check=0), NOW),
    "answer": Got(Answer(id=1), NOW),
    "signal": Got(Signal(kind="typing"), NOW),
    "ping": Got(Ping(id=7), NOW),
    "pong": Got(Pong(id=NOW - 100, now=NOW + 50), NOW),
    "notice:upgrade": Got(Notice(code="upgrade"), NOW),
    "notice:drain": Got(Notice(code="drain"), NOW),
    "notice:lease": Got(Notice(code="lease"), NOW),
    "notice:revoked": Got(Notice(code="revoked"), NOW),
    "notice:watched": Got(Notice(code="watched"), NOW),
    "closed:lost": Closed(1006, NOW, 0.5),
    "closed:bad_frame": Closed(4400, NOW, 0.5),
    "closed:not_allowed": Closed(4401, NOW, 0.5),
    "closed:replaced": Closed(4409, NOW, 0.5),
    "closed:upgrade": Closed(4410, NOW, 0.5),
    "closed:draining": Closed(4503, NOW, 0.5),
    "online": Wanted(True, NOW),
    "offline": Wanted(False, NOW),
    "signedin": SignedIn(NOW),
    "opened": Opened(NOW),
    "tick": Tick(NOW, 0.5),
    "entered": Entered(frozenset(), (Ping(id=1),), 10),
    "submitted": Submitted(4),
    "numbered": Numbered(2, 4),
    "asked": Asked(Ask(id=1, question="q", args=Raw(b"\xc0"))),
    "signalled": Signalled(Signal(kind="typing")),
}
"""One event of each kind. The tick comes when it is time to try again, or to ask whether the server is there."""

STATE: dict[Phase, Session] = {
    Phase.OFFLINE: Session(wanted=True, retry_at=NOW, tries=2, last=3, sent=2, answered=2),
    Phase.CONNECTING: Session(
        phase=Phase.CONNECTING, wanted=True, since=NOW - 1000, heard_at=NOW - 1000, last=3, sent=2, answered=2
    ),
    Phase.CATCHING_UP: Session(
        phase=Phase.CATCHING_UP, behind=frozenset({"org"}), wanted=True, heard_at=NOW - 25_000, pinged_at=NOW - 100_000,
        last=3, sent=3, answered=2, numbered=True,
    ),
    Phase.LIVE: Session(
        phase=Phase.LIVE, was_live=True, wanted=True, heard_at=NOW - 25_000, pinged_at=NOW - 100_000,
        last=3, sent=3, answered=2, numbered=True,
    ),
    Phase.DEGRADED: Session(
        phase=Phase.DEGRADED, was_live=True, behind=frozenset({"org"}), wanted=True, heard_at=NOW - 25_000,
        pinged_at=NOW - 100_000, last=3, sent=3, answered=2, numbered=True,
    ),
    Phase.REVOKED: Session(phase=Phase.REVOKED, wanted=True, last=3, sent=2, answered=2),
    Phase.UPGRADE: Session(phase=Phase.UPGRADE, wanted=True, last=3, sent=3, answered=2, numbered=True),
}  # fmt: skip
"""A session in each state."""

CELLS = """
event               offline              connecting                     catching_up                live                       degraded                   revoked                upgrade
welcome             offline              catching_up:Clock,Reconcile,Apply catching_up:Hangup      live:Hangup                degraded:Hangup            revoked                upgrade:Reconcile
reset               offline              connecting:Hangup              catching_up:Apply          live:Apply                 degraded:Apply             revoked                upgrade
ack                 offline              connecting:Hangup              catching_up:Apply          live:Apply                 degraded:Apply             revoked                upgrade:Apply
delta               offline              connecting:Hangup              catching_up:Apply          live:Apply                 degraded:Apply             revoked                upgrade
scopes              offline              connecting:Hangup              catching_up:Apply          live:Apply                 degraded:Apply             revoked                upgrade
caught_up           offline              connecting:Hangup              catching_up:Apply          live:Apply                 degraded:Apply             revoked                upgrade
answer              offline              connecting:Hangup              catching_up:Deliver        live:Deliver               degraded:Deliver           revoked                upgrade
signal              offline              connecting:Hangup              catching_up:Deliver        live:Deliver               degraded:Deliver           revoked                upgrade
ping                offline              connecting:Send                catching_up:Send           live:Send                  degraded:Send              revoked                upgrade:Send
pong                offline              connecting                     catching_up                live                       degraded                   revoked                upgrade
notice:upgrade      offline              upgrade:Tell                   upgrade:Tell               upgrade:Tell               upgrade:Tell               revoked                upgrade
notice:drain        offline              connecting:Tell                catching_up:Tell           live:Tell                  degraded:Tell              revoked                upgrade
notice:lease        offline              connecting:Tell                catching_up:Tell           live:Tell                  degraded:Tell              revoked                upgrade
notice:revoked      offline              revoked:Hangup,Wipe,Tell       revoked:Hangup,Wipe,Tell   revoked:Hangup,Wipe,Tell   revoked:Hangup,Wipe,Tell   revoked                revoked:Hangup,Wipe,Tell
notice:watched      offline              connecting:Tell                catching_up:Tell           live:Tell                  degraded:Tell              revoked                upgrade
closed:lost         offline              offline                        offline                    offline                    offline                    revoked                upgrade
closed:bad_frame    offline              offline:Tell                   offline:Tell               offline:Tell               offline:Tell               revoked                upgrade
closed:not_allowed  offline              revoked:Tell                   revoked:Tell               revoked:Tell               revoked:Tell               revoked                upgrade
closed:replaced     offline              offline:Tell                   offline:Tell               offline:Tell               offline:Tell               revoked                upgrade
closed:upgrade      offline              upgrade:Tell                   upgrade:Tell               upgrade:Tell               upgrade:Tell               revoked                upgrade
closed:draining     offline              offline                        offline                    offline                    offline                    revoked                upgrade
online              connecting:Connect   connecting                     catching_up                live                       degraded                   revoked                upgrade
offline             offline              offline:Hangup                 offline:Hangup             offline:Hangup             offline:Hangup             revoked                upgrade
signedin            connecting:Connect   connecting                     catching_up                live                       degraded                   connecting:Connect     upgrade
opened              offline:Hangup       connecting:Greet               catching_up:Hangup         live:Hangup                degraded:Hangup            revoked:Hangup         upgrade:Hangup
tick                connecting:Connect   connecting                     catching_up:Send           live:Send                  degraded:Send              revoked                upgrade
entered             offline              connecting                     live:Send                  live:Send                  live:Send                  revoked                upgrade
submitted           offline              connecting                     catching_up:Transmit       live:Transmit              degraded:Transmit          revoked                upgrade:Transmit
numbered            offline              connecting                     catching_up:Transmit       live:Transmit              degraded:Transmit          revoked                upgrade:Transmit
asked               offline:Unanswered   connecting:Unanswered          catching_up:Send           live:Send                  degraded:Send              revoked:Unanswered     upgrade:Unanswered
signalled           offline              connecting                     catching_up:Send           live:Send                  degraded:Send              revoked                upgrade
"""  # noqa: E501

_LINES = [line.split() for line in CELLS.strip().splitlines()]
PHASES = [Phase(name) for name in _LINES[0][1:]]
EXPECTED = {(phase, line[0]): cell for line in _LINES[1:] for phase, cell in zip(PHASES, line[1:], strict=True)}


def test_the_table_is_total() -> None:
    """Every state and every event, no more and no less; and the literal above says all of it."""
    assert set(TABLE) == {(phase, event) for phase in Phase for event in EVENTS}
    assert set(EXPECTED) == set(TABLE)
    assert {name: event_name(event) for name, event in EVENT.items()} == {name: name for name in EVENTS}


@pytest.mark.parametrize(("phase", "event"), sorted(EXPECTED))
def test_cell(phase: Phase, event: str) -> None:
    state, effects = step(STATE[phase], EVENT[event])
    named = ",".join(map(name_of, effects))
    assert f"{state.phase}:{named}".rstrip(":") == EXPECTED[phase, event]


@pytest.mark.parametrize("phase", sorted(Phase))
@pytest.mark.parametrize("event", EVENTS)
def test_what_holds_in_every_cell(phase: Phase, event: str) -> None:
    """Whatever happens: numbers do not run ahead, and without a connection nothing counts as sent or agreed."""
    state, effects = step(STATE[phase], EVENT[event])
    assert state.answered <= state.sent <= state.last or event in ("ack", "numbered", "submitted")
    assert state.sent <= max(state.answered + state.inflight, STATE[phase].sent)
    if state.phase in (Phase.OFFLINE, Phase.CONNECTING, Phase.REVOKED):
        assert state.sent == state.answered
        assert not state.numbered
        assert not state.behind
    if state.phase is Phase.LIVE and not effects:
        assert not state.behind
    if state.phase not in JOINED | {Phase.UPGRADE}:
        assert "Transmit" not in map(name_of, effects)


def test_an_unwanted_session_never_connects() -> None:
    for phase, state in STATE.items():
        for name, event in EVENT.items():
            if name != "online":
                after, effects = step(replace(state, wanted=False), event)
                assert "Connect" not in map(name_of, effects), (phase, name)
                assert after.phase is not Phase.CONNECTING or phase is Phase.CONNECTING
