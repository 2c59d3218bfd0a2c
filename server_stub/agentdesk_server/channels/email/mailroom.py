"""All mailboxes of a running server: a line to each, and the job that sends."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from agentdesk.domain.mail import Mail
from agentdesk_server.authority import Entry
from agentdesk_server.authority.kept import Kept
from agentdesk_server.authority.mailing import MailLedger
from agentdesk_server.core import Core
from agentdesk_server.egress import Egress
from agentdesk_server.turns import again

from .imap import Line
from .mailboxes import Mailbox, mailbox_key, mailboxes, reply_key
from .posting import Posting
from .receiving import Receiving
from .tokens import Tokens

log = logging.getLogger(__name__)


class Mailroom:
    """Reads and sends while it is entered. `authorities` are trusted beside the system's, as in all outgoing calls."""

    def __init__(self, core: Core, egress: Egress, authorities: Path | None = None) -> None:
        self._core, self._key, self._reply_key = core, mailbox_key(core.folder), reply_key(core.folder)
        self._tls = ssl.create_default_context()
        self._tls.minimum_version = ssl.TLSVersion.TLSv1_2
        if authorities is not None:
            self._tls.load_verify_locations(authorities)
        self._tokens = Tokens(core, egress, self._key)
        self._posting = Posting(core, self._boxes, self._reply_key, self._tokens, self._tls)
        self._lines: dict[str, tuple[Mailbox, Line]] = {}
        self._ending: list[Line] = []
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def _boxes(self) -> Mapping[str, Mailbox]:
        return mailboxes(Kept(self._core.reader.conn), self._key)

    @property
    def failing(self) -> int:
        """How many mailboxes cannot be read at the moment."""
        ledger = MailLedger(self._core.reader.conn)
        return sum(bool(ledger.trouble(address)) for address in self._lines)

    async def __aenter__(self) -> Self:
        self.look()
        self._task = asyncio.create_task(again(self._posting.turn, self._wake))
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        await self._posting.finish()
        ending = [*self._ending, *(line for _, line in self._lines.values())]
        for line in ending:
            line.stop()
        await asyncio.gather(*(asyncio.to_thread(line.join) for line in ending))

    def heard(self, entries: list[Entry]) -> None:
        """A listener of the writer: something may be queued."""
        changed = (new for entry in entries for _, new in entry.changes)
        if any(isinstance(new, Mail) and new.state == "queued" for new in changed):
            self._wake.set()

    def look(self) -> None:
        """The operator may have changed something: lines to what is new, none to what is gone."""
        wanted = {address: box for address, box in self._boxes().items() if box.imap is not None}
        for address, (box, line) in list(self._lines.items()):
            if wanted.get(address) != box:
                line.stop()
                self._ending.append(line)
                del self._lines[address]
        for address, box in wanted.items():
            if address not in self._lines:
                line = Line(box, Receiving(self._core, box, self._reply_key, self._tokens), self._tls)
                self._lines[address] = (box, line)
                line.start()
        self._wake.set()
