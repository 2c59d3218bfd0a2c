"""The desk's half of sync, driven from outside: no socket, no thread and no clock of its own."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import msgspec

from agentdesk.domain.kernel import SCHEMA
from agentdesk.protocol import BadMessage, Close, desk_codec
from agentdesk.protocol.frames import Answer, Delta, Erased, Frame, Hello, Signal

from . import effects as fx
from .apart import Apart, Differing
from .confirmed import Confirmed
from .moves import Session
from .news import Heard, News, Outcome, Pending, Refused, Status, Told
from .outgoing import Outgoing
from .phases import JOINED, Phase
from .sending import Sending
from .session import receive, step

ERASED_PART = 1000
FRAMING = 10
"""A message has up to so many bytes more on the wire; credit for too much does no harm, for too little it adds up."""


class Port(Protocol):
    """What the engine needs of the world."""

    def connect(self) -> None:
        """Open a socket; tell `Opened` or `Closed` later."""

    def send(self, message: bytes) -> None:
        """Send a message."""

    def hang_up(self, code: int) -> None:
        """Close the socket."""

    def upload(self, digest: str) -> None:
        """Begin to upload a staged blob; call `uploaded` or `not_uploaded` later."""

    def answer(self, id: int, answer: Answer | None) -> None:
        """A question's answer; None if it cannot be asked."""

    def wipe(self) -> None:
        """Destroy what is on this device."""

    def tidy(self, staged: Sequence[str]) -> None:
        """Erased records must leave the disk too, and the staged blobs that were to go with them."""


class Engine:
    """Session, confirmed truth and outbox, joined. All calls come from one thread.

    `news` and `told` are for another thread to empty; `wake` is called when something was put there.
    """

    def __init__(
        self,
        confirmed: Confirmed,
        outgoing: Outgoing,
        port: Port,
        *,
        device: str,
        app: str,
        now: Callable[[], int],
        chance: Callable[[], float],
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self.confirmed = confirmed
        self.outgoing = outgoing
        self.news: deque[News] = deque()
        self.told: deque[Status | Told | Heard] = deque()
        self.offset = 0
        self._port, self._device, self._app = port, device, app
        self._now, self._chance, self._wake = now, chance, wake
        self._codec = desk_codec()
        self._settle(self.confirmed.book.settled())
        self._unconfirmed: list[str] = []
        self._purge()
        answered = outgoing.answered
        self.session = Session(last=outgoing.last, answered=answered, sent=answered)
        self._sending = Sending(outgoing, port.upload, self._send_frames)
        self._renumbered = False
        self._bytes = 0
        self._status = Status(self.session.phase, False)
        self._differing = Differing()

    # --- What comes from outside ---

    def happen(self, event: fx.Event) -> None:
        """Something has happened: take the session's step and do what it asks."""
        self.session, effects = step(self.session, event)
        self._do(effects)
        self._report()

    def tick(self) -> None:
        """Call about once a second."""
        self.happen(fx.Tick(self._now(), self._chance()))
        self._sending.flush(self._now())

    def closed(self, code: int) -> None:
        """The socket has ended, or never opened."""
        self._differing.closed(code)
        self.happen(fx.Closed(code, self._now(), self._chance()))

    def take_in(self, messages: Sequence[bytes]) -> None:
        """Messages from the server, whole, in order; they enter together. What is no message ends the connection."""
        frames: list[Frame] = []
        bad: BadMessage | None = None
        for message in messages:
            try:
                frames += self._codec.read(message)
            except BadMessage as error:
                bad = error
                break
        self._bytes = sum(len(message) + FRAMING for message in messages)
        self.session, effects = receive(self.session, frames, self._now())
        self._do(effects)
        if bad is not None:
            self._unreadable(bad)
        self._report()

    def _unreadable(self, error: BadMessage) -> None:
        self._differing.unread = error
        self._port.hang_up(Close.BAD_FRAME)

    def submit(self, wishes: Sequence[tuple[Pending, tuple[str, ...]]]) -> None:
        """Put commands into the outbox, each with the blobs it needs, and send them when that is possible."""
        self.outgoing.add(wishes)
        self.happen(fx.Submitted(self.outgoing.last))

    def withdraw(self) -> None:
        """Something was taken back (`outgoing.recall`): put on the disk that it never goes."""
        self._sending.flush(self._now())

    def uploaded(self, digest: str) -> None:
        """A blob is at the server, or never will be: then the server refuses what needs it, and says why."""
        self._sending.uploaded(digest, self._now())

    def not_uploaded(self, digest: str) -> None:
        """It did not work this time."""
        self._sending.not_uploaded(digest, self._now())

    def encode(self, value: Any) -> msgspec.Raw:
        """A plain value as the wire has it, for questions."""
        return msgspec.Raw(self._codec.value(value))

    # --- What the session asks ---

    def _do(self, effects: Sequence[fx.Effect]) -> None:
        for effect in effects:
            _DO[type(effect)](self, effect)

    def _greet(self, effect: fx.Greet) -> None:
        book = self.confirmed.book
        hello = Hello(
            device=self._device,
            schema=SCHEMA,
            epoch=book.meta("epoch"),
            view=book.meta("view"),
            cursors=self.confirmed.cursors,
            done=self.outgoing.answered,
            app=self._app,
        )
        self._send_frames((hello,))

    def _send_frames(self, frames: Sequence[Frame]) -> None:
        message = self._codec.message(*frames)
        assert isinstance(message, bytes)  # the binary subprotocol
        self._port.send(message)

    def _transmit(self, effect: fx.Transmit) -> None:
        self._sending.queue(effect.first, effect.last, self._now())

    def _reconcile(self, effect: fx.Reconcile) -> None:
        self._sending.clear()
        self._differing.schema = effect.welcome.schema
        if self.outgoing.reconcile(effect.welcome):
            self._renumbered = True
        self.happen(fx.Numbered(self.outgoing.answered, self.outgoing.last))

    def _deliver(self, effect: fx.Deliver) -> None:
        if isinstance(effect.frame, Signal):
            self._tell(Heard(effect.frame, self._now()))
        else:
            self._port.answer(effect.frame.id, effect.frame)

    # --- Truth ---

    def _apply(self, effect: fx.Apply) -> None:
        try:
            outcome = self.confirmed.apply(effect.frames, self._announce)
        except BadMessage as error:
            self._unreadable(error)
            return
        except BaseException:
            if self.news and self.news[-1].applied > self.confirmed.applied:
                self.news.pop()  # it was announced, and then did not happen
            raise
        self._renumbered = False
        self._settle(outcome.settled)
        if outcome.safe:
            self.outgoing.safe(outcome.safe, self._now())
        sends: list[Frame] = list(outcome.pulls)
        if outcome.erased:
            self._unconfirmed += outcome.erased
            self._purge()
        if not outcome.behind:  # until then a page that was read before may bring some of it once more
            sends, self._unconfirmed = [*sends, *confirmations(self._unconfirmed)], []
        if outcome.failed_checks:
            self._tell(Told("check", data={"scopes": list(outcome.failed_checks)}))
        has_rows = any(isinstance(frame, Delta) for frame in effect.frames)
        self.happen(fx.Entered(outcome.behind, tuple(sends), self._bytes if has_rows else 0))
        self._wake()

    def _purge(self) -> None:
        """What was erased must leave the outbox, the drafts and the disk."""
        if erased := self.confirmed.book.unpurged:
            self._port.tidy(self.outgoing.erase(erased))
            self.confirmed.book.purged()

    def _announce(self, outcome: Outcome) -> None:
        settled, refused = self.outgoing.settled(outcome.settled)
        pending = self.outgoing.pending() if self._renumbered else None
        self.news.append(_news(outcome, settled, refused, pending))

    def _settle(self, acks: Sequence[Any]) -> None:
        if acks:
            for draft in self.outgoing.settle(acks, self._now()):
                self._tell(Told("draft_kept", data={"case": draft.case, "kind": draft.kind, "text": draft.text}))
            self.confirmed.forget([ack.n for ack in acks])

    # --- Telling ---

    def _tell(self, item: Status | Told | Heard) -> None:
        self.told.append(item)
        self._wake()

    def _report(self) -> None:
        """Tell where the connection stands, if that has changed."""
        session = self.session
        if not session.numbered:
            self._sending.clear()
        if session.phase is Phase.LIVE:
            self._differing = Differing()
        status = _status(session, len(self.outgoing), self.offset, self._differing.apart)
        if status != self._status:
            self._status = status
            self._tell(status)


def confirmations(ids: Sequence[str]) -> list[Frame]:
    """The word that nothing is left of erased records."""
    return [Erased(ids=list(ids[start : start + ERASED_PART])) for start in range(0, len(ids), ERASED_PART)]


def _status(session: Session, waiting: int, offset: int, apart: Apart) -> Status:
    return Status(
        phase=session.phase,
        wanted=session.wanted,
        behind=session.behind if session.phase in JOINED else frozenset(),
        waiting=waiting,
        retry_at=session.retry_at,
        offset=offset,
        apart=apart,
    )


def _news(
    outcome: Outcome, settled: tuple[int, ...], refused: tuple[Refused, ...], pending: tuple[Pending, ...] | None
) -> News:
    return News(
        applied=outcome.applied,
        touched=outcome.touched,
        bulk=outcome.bulk,
        settled=settled,
        refused=refused,
        scopes=outcome.scopes,
        filled=outcome.filled,
        who=outcome.who,
        other_eyes=outcome.other_eyes,
        pending=pending,
        erased=outcome.erased,
    )


_DO: dict[type[Any], Callable[[Engine, Any], None]] = {
    fx.Connect: lambda engine, _: engine._port.connect(),
    fx.Greet: Engine._greet,
    fx.Send: lambda engine, effect: engine._send_frames(effect.frames),
    fx.Transmit: Engine._transmit,
    fx.Apply: Engine._apply,
    fx.Reconcile: Engine._reconcile,
    fx.Deliver: Engine._deliver,
    fx.Unanswered: lambda engine, effect: engine._port.answer(effect.id, None),
    fx.Clock: lambda engine, effect: setattr(engine, "offset", effect.offset),
    fx.Hangup: lambda engine, effect: engine._port.hang_up(effect.code),
    fx.Wipe: lambda engine, _: engine._port.wipe(),
    fx.Tell: lambda engine, effect: engine._tell(Told(effect.code, effect.sentence)),
}
