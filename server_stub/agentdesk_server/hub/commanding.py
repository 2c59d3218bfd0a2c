"""Commands of one desk: read, handed to the authority in order, answered as soon as they are on the disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec

from agentdesk.domain.kernel import Actor, Command
from agentdesk.protocol import BadMessage, Close, decode_command
from agentdesk.protocol.frames import Ack, CommandFrame
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

    def __init__(self, writer: Writer, desk: Desk, clock: Callable[[], int]) -> None:
        self._writer, self._desk, self._clock = writer, desk, clock
        self._flying = 0
        self._answers: list[Ack] = []

    def take(self, frame: CommandFrame) -> None:
        if self._flying >= LIMITS.inflight * 4:
            raise BadMessage("too many commands at once")
        self._flying += 1
        future = self._writer.post(self._submission(frame))
        future.add_done_callback(self._answer)

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
        return Submission(who, frame.name[:100], command, args, frame.n, problem)

    def _read(self, frame: CommandFrame) -> tuple[Command | None, str]:
        try:
            return decode_command(frame.name, frame.args, binary=self._desk.codec.binary), ""
        except KeyError:
            return None, "The server does not know this command."
        except BadMessage:
            return None, UNREADABLE

    def _answer(self, future: asyncio.Future[Any]) -> None:
        self._flying -= 1
        if future.cancelled() or future.exception() is not None:
            # Stopping, or nothing can be written: the desk keeps its command and comes again.
            asyncio.ensure_future(self._desk.socket.close(Close.DRAINING, "drain"))  # noqa: RUF006
            return
        outcome: Outcome = future.result()
        if not self._answers:
            asyncio.get_running_loop().call_soon(self._tell)
        self._answers.append(outcome.ack)

    def _tell(self) -> None:
        """The answers of one commit come in one turn of the loop: they leave in one message."""
        answers, self._answers = self._answers, []
        self._desk.say(*answers)
