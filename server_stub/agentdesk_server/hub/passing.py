"""Questions of a desk that a part beside the hub answers: passed on one at a time, and answered in words or values."""

from __future__ import annotations

import asyncio
import logging

from agentdesk.domain.kernel import Command, Denied, Refusal
from agentdesk.protocol import BadMessage, decode_command
from agentdesk.protocol.frames import Answer, Ask
from agentdesk_server.authority.core import BROKEN

from .desks import Desk
from .hub import Answerer, Hub
from .refusing import refused

log = logging.getLogger(__name__)
WAITING = 32
"""Questions of one desk that may wait; more of them break the agreement."""
UNKNOWN = "The server does not know this question."
TOO_MUCH = "You are asking too much at once. Please wait a moment and try again."


class Passing:
    """One desk's questions to others."""

    def __init__(self, hub: Hub, desk: Desk) -> None:
        self._hub, self._desk = hub, desk
        self._waiting: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()

    def take(self, frame: Ask) -> bool:
        """Whether there is somebody who answers this."""
        answerer = self._hub.answerers.get(frame.question)
        if answerer is None:
            return False
        if len(self._waiting) >= WAITING:
            raise BadMessage("too many questions at once")
        if not self._hub.rations.take(self._desk.person, frame.question):
            self._desk.say(Answer(id=frame.id, sentence=TOO_MUCH))
            return True
        task = asyncio.ensure_future(self._answer(frame, answerer))
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)
        return True

    def end(self) -> None:
        """Nobody waits for answers any more."""
        for task in self._waiting:
            task.cancel()

    def _read(self, frame: Ask) -> Command | None:
        try:
            return decode_command(frame.question, frame.args, binary=self._desk.codec.binary)
        except BadMessage:
            return None

    async def _answer(self, frame: Ask, answerer: Answerer) -> None:
        """Who may not ask hears what is said of questions that do not exist, to the letter."""
        async with self._turn:
            try:
                answer = Answer(id=frame.id, result=await answerer(self._desk, self._read(frame)))
            except Denied:
                answer = Answer(id=frame.id, sentence=UNKNOWN)
            except Refusal as refusal:
                answer = refused(frame.id, refusal)
            except ConnectionError:  # the server is stopping: the desk asks again when it is back
                return
            except Exception:
                log.exception("a question could not be answered")
                answer = Answer(id=frame.id, sentence=BROKEN)
        self._desk.say(answer)
