"""What the lines to mailboxes ask of the server: their threads wait while the loop reads, takes in and notes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

from agentdesk.domain.mail import BY_MESSAGE_ID, Mail, MarkMail
from agentdesk_server.authority.mailing import MailLedger
from agentdesk_server.core import Core
from agentdesk_server.gate.seen import Work, given

from . import arrivals
from .mailboxes import Mailbox
from .taking import CHANNEL, Taking
from .tokens import Tokens

log = logging.getLogger(__name__)
T = TypeVar("T")


class Receiving:
    """The hands of one mailbox's line (see `imap.Hands`). Made on the loop, called from the line's thread."""

    def __init__(self, core: Core, box: Mailbox, key: bytes, tokens: Tokens) -> None:
        self._core, self._box, self._tokens = core, box, tokens
        self._loop, self._taking = asyncio.get_running_loop(), Taking(core)
        self._read, self._kept = MailLedger(core.reader.conn), MailLedger(core.database.conn)
        self._place = arrivals.Box(
            team=box.team,
            mailbox=box.address,
            own=box.own,
            authserv_id=box.authserv_id,
            keys=(key,),
            answers=bool(box.answer and box.smtp),
        )

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def secret(self, fresh: bool) -> str:
        return self._wait(self._tokens.secret(self._box, fresh=fresh))

    def place(self) -> tuple[int, int]:
        async def look() -> tuple[int, int]:
            return self._read.place(self._box.address)

        return self._wait(look())

    def reach(self, validity: int, uid: int) -> None:
        self._wait(self._core.writer.call(self._reached(validity, uid)))

    def told(self, sentence: str) -> None:
        async def tell() -> None:
            if self._read.trouble(self._box.address) != sentence[:500]:
                await self._core.writer.call(lambda _: self._kept.told(self._box.address, sentence))

        self._wait(tell())

    def take(self, raw: bytes, received: int, validity: int, uid: int) -> None:
        # Reading may take a while, and is done here: the loop serves others meanwhile.
        taken = arrivals.read(raw, self._place, self._core.clock(), received)
        self._wait(self._take(taken, self._reached(validity, uid)))

    async def _take(self, taken: arrivals.Taken, reached: Work) -> None:
        own = self._own_copy(taken)
        if own is not None:
            done = (*own.to, *own.cc)
            wish = given(CHANNEL, MarkMail(mail=own.id, state="sent", done=done), self._remember(taken, reached))
            await self._core.writer.submit(wish)
            return
        (answer,) = await self._taking.take([taken], reached)
        if answer.word == "refused":
            log.warning("a mail in %s was not taken in: %s", self._box.address, answer.sentence)

    def _own_copy(self, taken: arrivals.Taken) -> Mail | None:
        """The mail of ours that this is, come back to us: proof that it was sent."""
        told = taken.command
        if not told.message_id or told.sender.lower() not in self._box.own:
            return None
        found = self._core.reader.records.page(BY_MESSAGE_ID(id=told.message_id), limit=1)
        return found[0] if found and found[0].way != "in" else None

    def _remember(self, taken: arrivals.Taken, reached: Work) -> Work:
        def work(authority: Any) -> None:
            self._kept.remember(taken.identity)
            reached(authority)

        return work

    def _reached(self, validity: int, uid: int) -> Work:
        return lambda _: self._kept.reach(self._box.address, validity, uid)
