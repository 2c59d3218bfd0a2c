"""Access tokens for mailboxes: asked for with the refresh token when one is needed, kept until they end."""

from __future__ import annotations

import time
from typing import Annotated
from urllib.parse import urlencode

import msgspec

from agentdesk_server.egress import Egress, EgressError

from .mailboxes import Mailbox

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


class Tokens:
    """Of all mailboxes. On the loop."""

    def __init__(self, egress: Egress) -> None:
        self._egress = egress
        self._kept: dict[str, tuple[str, float]] = {}
        self._renewed: dict[str, tuple[str, str]] = {}
        """Mailbox → the refresh token that the operator gave, and the one that took its place meanwhile."""

    async def secret(self, box: Mailbox, *, fresh: bool = False) -> str:
        """The password, or an access token; `fresh`: the one before was refused. Raises `NoToken`."""
        if box.oauth is None:
            return box.password
        token, until = self._kept.get(box.address, ("", 0.0))
        if fresh or time.monotonic() > until:
            granted = await self._ask(box)
            token, until = granted.access_token, time.monotonic() + granted.expires_in - EARLY
            self._kept[box.address] = (token, until)
            if granted.refresh_token:
                self._renewed[box.address] = (box.oauth.refresh_token, granted.refresh_token)
        return token

    async def _ask(self, box: Mailbox) -> _Granted:
        assert box.oauth is not None
        given, newer = self._renewed.get(box.address, ("", ""))
        refresh = newer if given == box.oauth.refresh_token else box.oauth.refresh_token
        form = {"grant_type": "refresh_token", "refresh_token": refresh, "client_id": box.oauth.client_id}
        form |= {"client_secret": box.oauth.client_secret} if box.oauth.client_secret else {}
        form |= {"scope": box.oauth.scope} if box.oauth.scope else {}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        try:
            reply = await self._egress.fetch(
                "POST", box.oauth.token_url, headers=headers, body=urlencode(form).encode(), most=1 << 16
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
