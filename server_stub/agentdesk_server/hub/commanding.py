"""Commands of one desk: read, handed to the authority in order, answered as soon as they are on the disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import msgspec

from agentdesk.domain.kernel import Actor, Command
from agentdesk.protocol import BadMessage, Close, decode_command
from agentdesk.protocol.frames import CommandFrame
from agentdesk_server.authority import Outcome, Submission
from agentdesk_server.writer import Writer

from .desks import Desk
from .filling import LIMITS

OLDEST = 90 * 24 * 3_600_000
"""A command may have waited so long on a laptop (ms); an older date is not believed."""
UNREADABLE = "The server could not read this command."
_encode = msgspec.msgpack.Encoder().encode


class Commanding:
    """Keeps at most the agreed number in flight; what comes beyond that breaks the agreement."""

    def __init__(self, writer: Writer, desk: Desk, clock: Callable[[], int], fresh: Callable[[], bool]) -> None:
        self._writer, self._desk, self._clock, self._fresh = writer, desk, clock, fresh
        self._flying = 0

    def take(self, frame: CommandFrame) -> None:
        if self._flying >= LIMITS.inflight * 4:
            raise BadMessage("too many commands at once")
        self._flying += 1
        self._writer.hand_in(self._submission(frame), self)

    def _submission(self, frame: CommandFrame) -> Submission:
        now = self._clock()
        at = min(max(frame.at, now - OLDEST), now)
        who = Actor(self._desk.person, "nobody", self._desk.name, device=self._desk.device, at=at)
        command, problem = self._read(frame)
        args = bytes(frame.args)[:4096]
        try:
            args = _encode(command) if command is not None else args
        except OverflowError:  # a number that JSON can write and nothing here can hold
            command, problem = None, UNREADABLE
        return Submission(who, frame.name[:100], command, args, frame.n, problem, fresh=self._fresh())

    def _read(self, frame: CommandFrame) -> tuple[Command | None, str]:
        try:
            return decode_command(frame.name, frame.args, binary=self._desk.codec.binary), ""
        except KeyError:
            return None, "The server does not know this command."
        except BadMessage:
            return None, UNREADABLE

    def answered(self, outcomes: Sequence[Outcome]) -> None:
        """The answers of one commit leave in one message."""
        self._flying -= len(outcomes)
        self._desk.say(*(outcome.ack for outcome in outcomes))

    def unanswered(self) -> None:
        """Nothing can be written: the desk keeps its commands and comes again."""
        asyncio.ensure_future(self._desk.socket.close(Close.DRAINING, "drain"))  # noqa: RUF006
