"""How the worker comes to a socket and keeps one: what it shows is renewed first, and once more if it is refused."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, Protocol

from agentdesk.protocol import Close
from agentdesk.store.vault import VaultError

from .. import http
from ..errands import Account
from ..link import LOST, Link, sync_url
from ..passport import Passport


class Caller(Protocol):
    """Who wants a socket. Called on the loop's thread."""

    account: Account

    def errand(self, what: Callable[[], None]) -> Future[None]:
        """Do this on a thread that may wait."""

    def task(self, work: Coroutine[Any, Any, None]) -> None:
        """Run this on the loop until it ends."""

    def connected(self) -> None:
        """The socket is open."""

    def hear(self, messages: list[bytes]) -> bool:
        """Messages, whole; whether they could be taken in."""

    def behind(self) -> bool:
        """Whether more is awaited."""

    def lost(self, code: int, why: str) -> None:
        """The socket has ended, or never opened; `why` is a sentence, if there is one to say."""

    def shut_out(self, sentence: str) -> None:
        """The server wants this device wiped."""

    def trouble(self, sentence: str) -> None:
        """Something a person should know."""


class Dialling:
    """At most one socket at a time. Implements the link's `Ear`."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._link: Link | None = None
        self._turn = 0
        """Counts attempts: whoever comes back to an earlier one finds that it was given up."""
        self._again = False

    def connect(self) -> None:
        """Open a socket, if there is anything to show."""
        self._turn += 1
        account = self._caller.account
        if not account.signed_in:
            self._caller.task(self._give_up(self._turn, Close.NOT_ALLOWED))
        elif account.passport is None:
            self._dial(account.token)
        else:
            self._again = True
            self._caller.task(self._prove(account.passport, self._turn, at_once=False))

    def send(self, message: bytes) -> None:
        """Send in order; without a socket it is lost."""
        if self._link is not None:
            self._link.send(message)

    def hang_up(self, code: int = Close.NORMAL) -> None:
        """Close, or stop trying."""
        self._turn += 1
        if self._link is not None:
            self._link.hang_up(code)

    async def _give_up(self, turn: int, code: int) -> None:
        if turn == self._turn:
            self._caller.lost(code, "")

    async def _prove(self, passport: Passport, turn: int, *, at_once: bool) -> None:
        """Renew what we show, if need be; then dial."""
        code, why, shut_out = 0, "", ""
        try:
            await asyncio.wrap_future(self._caller.errand(lambda: passport.renewed(at_once=at_once)))
        except http.Problem as problem:
            code = Close.NOT_ALLOWED if problem.status in (401, 403) else LOST
            why = "" if problem.status else str(problem)
            shut_out = str(problem) if problem.shut_out else ""
        except VaultError as error:
            code = LOST
            self._caller.trouble(str(error))
        if turn != self._turn:
            return
        if shut_out:
            self._caller.shut_out(shut_out)
        elif code:
            self._caller.lost(code, why)
        else:
            self._dial(passport)

    def _dial(self, who: Passport | str) -> None:
        account = self._caller.account
        self._link = Link(sync_url(account.server), who, self, tls=_tls(account))
        self._caller.task(self._link.run())

    # --- Ear ---

    def opened(self, link: Link) -> None:
        if link is self._link:
            self._caller.connected()

    def received(self, link: Link, messages: list[bytes]) -> None:
        if link is self._link and not self._caller.hear(messages):
            link.hang_up()  # what could not be stored is asked for again
        link.patient = not self._caller.behind()

    def closed(self, link: Link, code: int) -> None:
        if link is not self._link:
            return
        self._link = None
        passport = self._caller.account.passport
        if code == Close.NOT_ALLOWED and passport is not None and self._again:
            # The token may have ended early, by a clock that was set or a server that was restored.
            self._again = False
            self._caller.task(self._prove(passport, self._turn, at_once=True))
            return
        self._caller.lost(code, link.trouble)


def _tls(account: Account) -> ssl.SSLContext | None:
    return ssl.create_default_context(cafile=account.authorities) if account.authorities else None
