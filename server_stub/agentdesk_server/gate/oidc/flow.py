"""From a click in the desk to a one-time code at its loopback: what is remembered while somebody is at the provider."""

from __future__ import annotations

import hmac
import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import msgspec

from agentdesk_server.gate.entry import Back, Entry, Login
from agentdesk_server.gate.tickets import Tickets
from agentdesk_server.limits import Buckets

from .claims import BadToken, Claims, Fetch, ProviderError
from .config import Client

if TYPE_CHECKING:  # what reads its tokens is loaded when somebody first signs in so: few servers have a provider
    from .provider import Provider

log = logging.getLogger(__name__)
AWAY_MS = 10 * 60_000
Identify = Callable[[Client, Claims], Awaitable[str | None]]
"""The id of the person who that is, or None if they may not come in."""


class Away(msgspec.Struct, frozen=True):
    """Somebody who is at the provider: where they go afterwards, and what the answer must fit."""

    back: Back
    browser: str
    """What a cookie of the browser in which this began must say: nobody is signed in by a link from elsewhere."""
    nonce: str
    verifier: str
    redirect: str
    issuer: str


class Strange(Exception):
    """An answer that belongs to no sign-in which began in this browser; the text is a sentence."""


class Oidc:
    """`client` tells what the operator has set, each time anew; `fetch` is the one way out."""

    def __init__(
        self,
        entry: Entry,
        client: Callable[[], Client | None],
        fetch: Fetch,
        identify: Identify,
        clock: Callable[[], int],
    ) -> None:
        self._entry, self.client, self._fetch = entry, client, fetch
        self._identify, self._clock = identify, clock
        self._away: Tickets[Away] = Tickets(AWAY_MS, clock)
        self._provider: Provider | None = None
        self.starts = Buckets(30, 1)
        """Each keeps something here for ten minutes: so many a network, then one a second."""

    def _current(self) -> Provider:
        client = self.client()
        if client is None:
            raise ProviderError("none was set")
        if self._provider is None or self._provider.client != client:
            from .provider import Provider

            self._provider = Provider(client, self._fetch)
        return self._provider

    async def begin(self, back: Back, redirect: str) -> tuple[str, str, str]:
        """Where the browser goes, and name and value of its cookie. Raises `ProviderError`."""
        provider = self._current()
        await provider.about()  # before anything is remembered: it may not be there
        browser, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        state, _ = self._away.give(Away(back, browser, nonce, verifier, redirect, provider.client.issuer))
        where = await provider.where(redirect, state, nonce, verifier)
        return where, cookie_of(state), browser

    async def finish(self, state: str, browser: str, code: str, error: str, issuer: str) -> str:
        """The desk's loopback with a one-time code, or with why there is none. Raises `Strange`."""
        away = self._away.look(state)
        if away is None or not browser or not hmac.compare_digest(away.browser.encode(), browser.encode()):
            raise Strange("This answer belongs to no sign-in that began in this browser. Begin again in AgentDesk.")
        if self._away.take(state) is None:
            raise Strange("This sign-in took too long. Begin again in AgentDesk.")
        if error:
            return away.back.url(error="denied")
        try:
            provider = self._current()
            claims = await self._claims(provider, away, code, issuer)
        except (ProviderError, BadToken) as wrong:
            log.warning("sign-in through the provider failed: %s", wrong)
            return away.back.url(error="provider")
        person = await self._identify(provider.client, claims)
        if person is None:
            return away.back.url(error="nobody")
        word, _ = self._entry.logins.give(Login("session", person, away.back.challenge, strong=claims.strong))
        return away.back.url(code=word)

    async def _claims(self, provider: Provider, away: Away, code: str, issuer: str) -> Claims:
        about = await provider.about()
        # RFC 9207: where the answer says from whom it is, or the provider promises that it does, it must be the one.
        named = issuer or about.get("authorization_response_iss_parameter_supported") is True
        if provider.client.issuer != away.issuer or (named and issuer != away.issuer):
            raise ProviderError("the answer is of another issuer")
        if not code:
            raise ProviderError("it gave no code")
        return await provider.claims(code, away.verifier, away.redirect, away.nonce, self._clock() // 1000)


def cookie_of(state: str) -> str:
    """One cookie for each sign-in: several may be under way in one browser."""
    return f"agentdesk-{state[:12]}"
