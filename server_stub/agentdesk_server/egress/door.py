"""Calls others over HTTPS: looks the name up once, checks every address, and connects to the one that was checked."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin

import h11

from .addresses import is_local, is_public, parsed
from .exchange import exchange
from .targets import EgressError, Origin, Target, origin, target

Resolve = Callable[[str], Awaitable[list[str]]]
MOST = 1 << 20
SECONDS = 10.0
CONNECT_SECONDS = 5.0
AT_ONCE = 32
ADDRESSES = 4
REDIRECTS = 3
PASSED_ON = frozenset({"accept", "accept-language"})
"""Of the headers a caller gave, these go along to another origin; anything else may be a secret."""
_MOVED = frozenset({301, 302, 303, 307, 308})


class Reply(NamedTuple):
    """An answer; `url` is where it came from in the end, header names are in small letters."""

    status: int
    headers: dict[str, str]
    body: bytes
    url: str


class Egress:
    """The door. `allow` names origins inside the own network, or in the clear, that the operator wants called.

    `authorities` is a file of certificate authorities (PEM) that are trusted beside the system's. Proxies that the
    environment names are not used. `close` it at the end.
    """

    def __init__(
        self, allow: Iterable[str] = (), authorities: Path | None = None, resolve: Resolve | None = None
    ) -> None:
        self._allowed = frozenset(origin(one) for one in allow)
        self._tls = ssl.create_default_context()
        self._tls.minimum_version = ssl.TLSVersion.TLSv1_2
        if authorities is not None:
            self._tls.load_verify_locations(authorities)
        # Threads of their own: a resolver that hangs holds up nothing but other look-ups.
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="resolver")
        self._resolve = resolve or self._look_up
        self._room = asyncio.Semaphore(AT_ONCE)

    def close(self) -> None:
        """Look nothing up any more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def fetch(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        most: int = MOST,
        seconds: float = SECONDS,
    ) -> Reply:
        """Ask, and give back whatever status is answered. Raises `EgressError` with a sentence and a code.

        `most` bytes of body are taken and `seconds` waited in all. GET and HEAD are redirected three times at most,
        each time checked anew, never from https to http; what else is asked is not: its 3xx is the answer.
        """
        try:
            async with asyncio.timeout(seconds), self._room:
                return await self._follow(method, target(url), dict(headers or {}), body, most)
        except TimeoutError:
            raise EgressError("slow", "The other side took too long to answer.") from None

    async def _follow(self, method: str, to: Target, headers: dict[str, str], body: bytes, most: int) -> Reply:
        for _ in range(REDIRECTS + 1):
            status, answered, found = await self._once(method, to, headers, body, most)
            if status not in _MOVED or method not in ("GET", "HEAD") or "location" not in answered:
                return Reply(status, answered, found, to.url)
            then = target(urljoin(to.url, answered["location"]))
            if to.origin.scheme == "https" and then.origin.scheme != "https":
                raise EgressError("redirect", "The other side leads from https to http, which is not followed.")
            if then.origin != to.origin:
                headers = {name: value for name, value in headers.items() if name.lower() in PASSED_ON}
            to = then
        raise EgressError("redirect", f"The other side redirects more than {REDIRECTS} times.")

    async def _once(
        self, method: str, to: Target, headers: dict[str, str], body: bytes, most: int
    ) -> tuple[int, dict[str, str], bytes]:
        request = _request(method, to, headers, body)
        reader, writer = await self._connect(to.origin)
        try:
            return await exchange(reader, writer, request, body, most)
        except (OSError, ssl.SSLError):
            raise EgressError("unreachable", "The other side ended the connection before it had answered.") from None
        finally:
            writer.transport.abort()

    async def _connect(self, to: Origin) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        tls = {"ssl": self._tls, "server_hostname": to.host} if to.scheme == "https" else {}
        for address in await self._checked(to):
            with suppress(OSError, TimeoutError):
                try:
                    async with asyncio.timeout(CONNECT_SECONDS):
                        return await asyncio.open_connection(address, to.port, **tls)  # type: ignore[arg-type]
                except ssl.SSLCertVerificationError:
                    sentence = f"The certificate of {to.host} is not valid or was signed by nobody who is trusted here."
                    raise EgressError("certificate", sentence) from None
        raise EgressError("unreachable", f"{to.host} cannot be reached.")

    async def _checked(self, to: Origin) -> list[str]:
        """The addresses to connect to, every one of which may be called; one that may not spoils the name."""
        allowed = to in self._allowed
        if not allowed and (to.scheme != "https" or (to.port < 1024 and to.port != 443)):
            raise EgressError("forbidden", "Only https addresses are called, on port 443 or one above 1023.")
        literal = parsed(to.host)
        found = [literal] if literal else [parsed(text) for text in await self._resolve(to.host)]
        for address in found:
            if address is None or not (is_public(address) or (allowed and is_local(address))):
                raise EgressError("forbidden", f"{to.host} is not on the public Internet, so it is not called.")
        if not found:
            raise EgressError("unknown", f"There is no host {to.host}.")
        return [str(address) for address in found[:ADDRESSES]]

    async def _look_up(self, host: str) -> list[str]:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(self._threads, _addresses, host)
        except (OSError, UnicodeError):
            raise EgressError("unknown", f"There is no host {host}.") from None
        return list(dict.fromkeys(found))


def _addresses(host: str) -> list[str]:
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]


def _request(method: str, to: Target, headers: dict[str, str], body: bytes) -> h11.Request:
    given = {name.lower(): value for name, value in headers.items()}
    ours = {"host": to.authority, "connection": "close", "accept-encoding": "identity"}
    if body or method not in ("GET", "HEAD"):
        ours["content-length"] = str(len(body))
    found = {"user-agent": "AgentDesk", "accept": "*/*", **given, **ours}
    found.pop("transfer-encoding", None)
    try:
        return h11.Request(method=method, target=to.path, headers=list(found.items()))
    except h11.LocalProtocolError:
        raise EgressError("address", "This request cannot be said in HTTP.") from None
