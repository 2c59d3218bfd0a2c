"""Access tokens for mailboxes: asked for with the refresh token when one is needed, held until they end."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from functools import partial
from typing import Annotated
from urllib.parse import urlencode

import msgspec

from agentdesk_server.authority.kept import Kept
from agentdesk_server.core import Core
from agentdesk_server.egress import Egress, EgressError

from .mailboxes import Mailbox, OAuth, keep_refresh_token, refresh_token

EARLY = 60.0
"""Seconds before its end from which a token is not used any more."""
USUAL = 3600.0


class NoToken(OSError):
    """Why there is no access token; the text is a sentence for the operator."""


class _Granted(msgspec.Struct, frozen=True):
    """The answer of a token endpoint (RFC 6749, 5.1). It may change the refresh token."""

    access_token: Annotated[str, msgspec.Meta(min_length=1, max_length=20_000)]
    expires_in: float = USUAL
    refresh_token: str = ""


class _Held(msgspec.Struct, frozen=True):
    """An access token, and until when it is used (monotonic seconds)."""

    token: str
    until: float


class Tokens:
    """Of all mailboxes. On the loop. One mailbox's tokens are renewed one after another: a refresh token that an
    endpoint has replaced must not be used a second time, for that looks stolen and ends them all.
    """

    def __init__(self, core: Core, egress: Egress, key: bytes) -> None:
        self._core, self._egress, self._key = core, egress, key
        self._held: dict[OAuth, _Held] = {}
        self._turns: defaultdict[OAuth, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def secret(self, box: Mailbox, *, fresh: bool = False) -> str:
        """The password, or an access token; `fresh`: the one before was refused. Raises `NoToken`."""
        oauth = box.oauth
        if oauth is None:
            return box.password
        refused = self._held.get(oauth) if fresh else None
        async with self._turns[oauth]:
            held = self._held.get(oauth)
            if held is None or held is refused or time.monotonic() > held.until:
                held = await self._renewed(box.address, oauth)
            return held.token

    async def _renewed(self, address: str, oauth: OAuth) -> _Held:
        old = refresh_token(Kept(self._core.reader.conn), self._key, address, oauth)
        granted = await self._ask(oauth, old)
        held = self._held[oauth] = _Held(granted.access_token, time.monotonic() + granted.expires_in - EARLY)
        if granted.refresh_token not in ("", old):
            written = Kept(self._core.database.conn)
            keep = partial(keep_refresh_token, written, self._key, address, oauth, granted.refresh_token)
            await self._core.writer.call(lambda _: keep())
        return held

    async def _ask(self, oauth: OAuth, refresh: str) -> _Granted:
        form = {"grant_type": "refresh_token", "refresh_token": refresh, "client_id": oauth.client_id}
        form |= {"client_secret": oauth.client_secret} if oauth.client_secret else {}
        form |= {"scope": oauth.scope} if oauth.scope else {}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        try:
            reply = await self._egress.fetch(
                "POST", oauth.token_url, headers=headers, body=urlencode(form).encode(), most=1 << 16
            )
            if reply.status != 200:
                raise NoToken(
                    f"The token endpoint answers {reply.status}: sign in there anew and set the mailbox again."
                )
            return msgspec.json.decode(reply.body, type=_Granted)
        except EgressError as error:
            raise NoToken(f"The token endpoint: {error}") from None
        except (msgspec.DecodeError, UnicodeError):
            raise NoToken("The token endpoint's answer cannot be read.") from None
