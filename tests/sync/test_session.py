"""The session over time: waiting, pinging, catching up, sending no more than is taken."""

from __future__ import annotations

from typing import Any

from agentdesk.protocol.frames import Ack, Credit, Delta, Limits, Ping, Pong, Scope, Welcome, Who
from agentdesk.sync.effects import (
    Apply,
    Clock,
    Closed,
    Connect,
    Effect,
    Entered,
    Event,
    Got,
    Hangup,
    Numbered,
    Opened,
    Send,
    SignedIn,
    Submitted,
    Tell,
    Tick,
    Transmit,
    Wanted,
)
from agentdesk.sync.moves import Session
from agentdesk.sync.phases import Phase
from agentdesk.sync.session import receive, step


def welcome(now: int = 0, **more: Any) -> Welcome:
    who = Who(id="p", name="P", role="agent")
    base: dict[str, Any] = {"epoch": "e", "view": "v", "schema": 1, "head": 9, "min_rev": 0, "safe": 0, "done": 0}
    return Welcome(now=now, who=who, scopes=[Scope("org")], **(base | more))


class Drive:
    """A session that is told one thing after the other."""

    def __init__(self, *events: Event) -> None:
        self.state = Session()
        self.effects: list[Effect] = []
        for event in events:
            self(event)

    def phase(self) -> Phase:
        return self.state.phase

    def __call__(self, event: Event) -> list[Effect]:
        self.state, self.effects = step(self.state, event)
        return self.effects


def live(last: int = 0, inflight: int = 64) -> Drive:
    limits = Limits(inflight=inflight)
    drive = Drive(Wanted(True, 0), Opened(0), Got(welcome(limits=limits), 0), Numbered(0, last))
    drive(Entered(frozenset()))
    return drive


def test_each_failure_waits_twice_as_long_up_to_a_minute() -> None:
    drive = Drive(Wanted(True, 0))
    waits = []
    now = 0
    for _ in range(10):
        drive(Closed(1006, now, 1.0))
        waits.append(drive.state.retry_at - now)
        assert drive(Tick(drive.state.retry_at - 1, 0.0)) == []
        now = drive.state.retry_at
        assert drive(Tick(now, 0.0)) == [Connect()]
    assert waits == [500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]


def test_chance_takes_off_up_to_half() -> None:
    drive = Drive(Wanted(True, 0), Closed(1006, 0, 0.0))
    assert drive.state.retry_at == 250


def test_having_been_live_forgets_failures() -> None:
    drive = Drive(Wanted(True, 0), Closed(1006, 0, 1.0), Tick(500, 0.0))
    assert drive.state.tries == 1
    for event in (Opened(600), Got(welcome(), 600), Numbered(0, 0), Entered(frozenset())):
        drive(event)
    assert (drive.state.phase, drive.state.tries) == (Phase.LIVE, 0)


def test_a_draining_server_is_left_alone_for_a_time_by_chance() -> None:
    drive = live()
    drive(Closed(4503, 1000, 0.5))
    assert drive.state.retry_at == 1000 + 15_001
    drive = live()
    drive(Closed(4503, 1000, 0.0))
    assert drive.state.retry_at == 1001


def test_replaced_stays_away_until_asked() -> None:
    drive = live()
    assert drive(Closed(4409, 0, 0.0)) == [Tell("replaced")]
    assert drive(Tick(10**9, 0.0)) == []
    assert drive(Wanted(True, 10**9)) == [Connect()]


def test_not_allowed_waits_for_a_sign_in() -> None:
    drive = live()
    drive(Closed(4401, 0, 0.0))
    assert drive(Tick(10**9, 0.0)) == []
    assert drive(SignedIn(10**9)) == [Connect()]


def test_what_is_refused_to_the_old_sign_in_is_asked_with_the_new_one() -> None:
    """Whoever signs in while the desk dials, or while its session ends, is not asked to sign in once more."""
    for drive in (Drive(Wanted(True, 0)), live()):
        assert drive(SignedIn(1)) == []
        assert drive(Closed(4401, 2, 0.0)) == [Connect()]
        assert drive.phase() is Phase.CONNECTING
        drive(Closed(4401, 3, 0.0))
        assert drive.phase() is Phase.REVOKED, "the new one is refused as well"


def test_an_opening_that_takes_too_long_is_given_up() -> None:
    drive = Drive(Wanted(True, 0))
    assert drive(Tick(19_999, 0.0)) == []
    assert drive(Tick(20_000, 0.0)) == [Hangup()]
    assert drive.phase() is Phase.OFFLINE
    assert drive.state.retry_at > 20_000


def test_pings_every_20_seconds_quiet_after_30_dead_after_45() -> None:
    drive = live()
    assert drive(Tick(19_999, 0.0)) == []
    assert drive(Tick(20_000, 0.0)) == [Send((Ping(id=20_000),))]
    assert drive(Tick(30_000, 0.0)) == []
    assert drive.phase() is Phase.DEGRADED
    assert drive(Tick(40_000, 0.0)) == [Send((Ping(id=40_000),))]
    assert drive(Got(Pong(id=40_000, now=50_000), 40_100)) == [Clock(50_050 - 40_100)]
    assert drive.phase() is Phase.LIVE
    drive(Tick(85_099, 0.0))
    assert drive.phase() is Phase.DEGRADED
    assert drive(Tick(85_100, 0.0)) == [Hangup()]
    assert drive.phase() is Phase.OFFLINE


def test_live_pushes_get_their_credit_in_larger_pieces() -> None:
    """A server that fills a slow desk anew counts bytes while the desk knows of nothing behind."""
    drive = live()
    assert drive(Entered(frozenset(), (), 60_000)) == []
    assert drive(Entered(frozenset(), (), 6_000)) == [Send((Credit(bytes=66_000),))]
    assert drive(Entered(frozenset(), (), 10)) == []


def test_a_late_or_foreign_pong_sets_no_clock() -> None:
    drive = live()
    drive(Tick(20_000, 0.0))
    assert drive(Got(Pong(id=1, now=50_000), 20_100)) == []


def test_live_when_nothing_is_behind_degraded_when_something_is_again() -> None:
    drive = Drive(Wanted(True, 0), Opened(0), Got(welcome(), 0), Numbered(0, 0))
    drive(Entered(frozenset({"org"})))
    assert drive.phase() is Phase.CATCHING_UP
    drive(Entered(frozenset()))
    assert drive.phase() is Phase.LIVE
    drive(Entered(frozenset({"org"})))
    assert drive.phase() is Phase.DEGRADED
    drive(Entered(frozenset()))
    assert drive.phase() is Phase.LIVE


def test_credit_is_given_at_once_for_what_fills() -> None:
    drive = Drive(Wanted(True, 0), Opened(0), Got(welcome(), 0))
    assert drive(Entered(frozenset({"org"}), (), 700)) == [Send((Credit(bytes=700),))]
    assert drive(Entered(frozenset(), (), 300)) == [Send((Credit(bytes=300),))]
    assert drive(Entered(frozenset(), (), 100)) == []


def test_no_more_in_flight_than_the_server_takes() -> None:
    drive = Drive(Wanted(True, 0), Opened(0), Got(welcome(limits=Limits(inflight=2)), 0))
    assert drive(Submitted(5)) == []  # the numbers are not agreed on yet
    assert drive(Numbered(0, 5)) == [Transmit(1, 2)]
    assert drive(Submitted(6)) == []
    ack = Ack(n=1, status="done")
    assert drive(Got(ack, 0)) == [Apply((ack,)), Transmit(3, 3)]


def test_what_was_not_answered_is_sent_again_on_the_next_connection() -> None:
    drive = live(last=3)
    drive(Got(Ack(n=1, status="done"), 0))
    drive(Closed(1006, 0, 0.0))
    drive(Submitted(4))
    for event in (Tick(10**6, 0.0), Opened(0), Got(welcome(), 0)):
        drive(event)
    assert drive(Numbered(1, 4)) == [Transmit(2, 4)]


def test_a_gap_in_numbers_starts_over() -> None:
    drive = live(last=3)
    assert drive(Got(Ack(n=2, status="refused", code="gap"), 0)) == [Hangup()]
    assert drive.state.answered == 0


def test_a_message_enters_as_one_whatever_else_is_in_it() -> None:
    state = live(last=1).state
    ack = Ack(n=1, status="done", rev=4, scopes=["org"])
    delta = Delta(scope="org", from_=0, to=4)
    state, effects = receive(state, [ack, Ping(id=3), delta], 0)
    assert effects == [Send((Pong(id=3),)), Apply((ack, delta))]


def test_after_a_breach_the_rest_of_a_message_is_not_read() -> None:
    state = Session(phase=Phase.CONNECTING, wanted=True)
    delta = Delta(scope="org", from_=0, to=4)
    _, effects = receive(state, [delta, delta], 0)
    assert effects == [Hangup(4400)]
