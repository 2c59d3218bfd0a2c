"""The provider: what it says of itself, its keys as they change, and a code exchanged for tokens."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote_plus, urlencode

import msgspec
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.discovery import OpenIDProviderMetadata, get_well_known_url
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from .claims import Claims, Fetch, ProviderError, UnknownKey
from .config import Client, right_url
from .tokens import read

SCOPE = "openid email profile"
LASTS = 3600.0
AGAIN = 60.0
"""Seconds: how long what was fetched is good, and how often keys are fetched anew for one that is not among them."""
KEY_TYPES = frozenset(("RSA", "EC", "OKP"))
MOST_KEYS = 50


class Provider:
    """One provider, as one client. Times by a clock that only runs forward; `fetch` is the only way out."""

    def __init__(self, client: Client, fetch: Fetch, ticks: Callable[[], float] = time.monotonic) -> None:
        self.client, self._fetch, self._ticks = client, fetch, ticks
        self._about: OpenIDProviderMetadata | None = None
        self._keys = KeySet([])
        self._about_at = self._keys_at = -LASTS

    async def about(self) -> OpenIDProviderMetadata:
        """Its description (OpenID Connect Discovery). Raises `ProviderError`."""
        if self._about is None or self._ticks() - self._about_at > LASTS:
            found = OpenIDProviderMetadata(await self._json(get_well_known_url(self.client.issuer, external=True)))
            if found.get("issuer") != self.client.issuer:
                raise ProviderError("its description names another issuer")
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                if not right_url(found.get(name)):
                    raise ProviderError(f"its description has no usable {name}")
            self._about, self._about_at = found, self._ticks()
        return self._about

    async def where(self, redirect: str, state: str, nonce: str, verifier: str) -> str:
        """Where the browser goes to sign in (OpenID Connect Core 3.1.2.1, with PKCE). Raises `ProviderError`."""
        return str(
            prepare_grant_uri(
                (await self.about())["authorization_endpoint"],
                self.client.client_id,
                "code",
                redirect_uri=redirect,
                scope=SCOPE,
                state=state,
                nonce=nonce,
                code_challenge=create_s256_code_challenge(verifier),
                code_challenge_method="S256",
            )
        )

    async def claims(self, code: str, verifier: str, redirect: str, nonce: str, now: int) -> Claims:
        """Whom a code stands for. `now` in seconds. Raises `ProviderError` or `BadToken`."""
        answer = await self._exchange(code, verifier, redirect)
        token, access = answer.get("id_token"), answer.get("access_token", "")
        if not isinstance(token, str) or not isinstance(access, str):
            raise ProviderError("it gave no ID token")
        keys = await self._known_keys()
        issuer, client_id = self.client.issuer, self.client.client_id
        try:
            return read(token, keys, issuer, client_id, nonce, now, access)
        except UnknownKey:
            if self._ticks() - self._keys_at < AGAIN:
                raise
        return read(token, await self._fetch_keys(), issuer, client_id, nonce, now, access)

    async def _exchange(self, code: str, verifier: str, redirect: str) -> dict[str, Any]:
        """RFC 6749, 4.1.3, with PKCE (RFC 7636)."""
        about = await self.about()
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect,
            "code_verifier": verifier,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        ways = about.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if not self.client.secret:
            fields["client_id"] = self.client.client_id
        elif "client_secret_basic" in ways:
            headers["Authorization"] = f"Basic {_basic(self.client)}"
        else:
            fields |= {"client_id": self.client.client_id, "client_secret": self.client.secret}
        return await self._json(about["token_endpoint"], "POST", headers, urlencode(fields).encode())

    async def _known_keys(self) -> KeySet:
        return self._keys if self._ticks() - self._keys_at <= LASTS else await self._fetch_keys()

    async def _fetch_keys(self) -> KeySet:
        found = (await self._json((await self.about())["jwks_uri"])).get("keys")
        keys = []
        for one in found[:MOST_KEYS] if isinstance(found, list) else []:
            if isinstance(one, dict) and one.get("kty") in KEY_TYPES and "d" not in one:
                try:
                    keys += KeySet.import_key_set({"keys": [one]}).keys
                except (JoseError, ValueError, TypeError, KeyError):
                    continue  # a key of a kind that is not known here
        self._keys, self._keys_at = KeySet(keys), self._ticks()
        return self._keys

    async def _json(
        self, url: str, method: str = "GET", headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> dict[str, Any]:
        reply = await self._fetch(method, url, headers={"Accept": "application/json", **(headers or {})}, body=body)
        try:
            found = msgspec.json.decode(reply.body)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            found = None
        if reply.status != 200 or not isinstance(found, dict):
            raise ProviderError(f"it answered {reply.status}{_code(found)}")
        return found


def _code(found: object) -> str:
    """The error code of an answer (RFC 6749, 5.2), if it looks like one."""
    code = found.get("error") if isinstance(found, dict) else None
    return f" {code}" if isinstance(code, str) and code.isascii() and code.replace("_", "").isalnum() else ""


def _basic(client: Client) -> str:
    """RFC 6749, 2.3.1: both parts are form-encoded first."""
    return base64.b64encode(f"{quote_plus(client.client_id)}:{quote_plus(client.secret)}".encode()).decode()
