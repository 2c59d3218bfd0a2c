"""What stands before every door: host check, security headers, counting."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, MutableMapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.types import Message, Receive, Scope, Send

from .forwarding import forwarded
from .hub import sync_app
from .problems import Problem
from .state import Server, Settings

Opener = Callable[[], AbstractAsyncContextManager[Server]]
OWN_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=()",
    "Cache-Control": "no-store",
}
"""What every answer wears; a door that needs another value sets it itself."""
STRICT_TRANSPORT = "max-age=63072000"
FROM_PAGES = frozenset({"/visit", "/echo"})
"""Sockets that pages may open: `/visit` looks at its site's origins itself. A browser says where a page is from."""


class Front:
    """Wraps the whole application, so that errors pass through it too."""

    def __init__(self, app: Starlette, settings: Settings, open_server: Opener) -> None:
        self._app, self._open = app, open_server
        self._names = None if open_to_any_name(settings) else OWN_NAMES | {name.lower() for name in settings.names}
        self._secure, self._proxied = settings.tls_cert is not None, settings.behind_proxy

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Server]:
        """The parts behind the doors, for as long as this lasts."""
        async with self._open() as server:
            self._app.state.server = server
            yield server

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._knows(scope):
            await self._refuse(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["path"] not in FROM_PAGES and any(name == b"origin" for name, _ in scope["headers"]):
            await self._refuse(scope, receive, send)
        elif scope["path"] == "/sync":
            # Past the router, whose wrapping would hide the server's own way of sending.
            await sync_app(self._app.state.server, scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _knows(self, scope: Scope) -> bool:
        """Whether the request names us: a page elsewhere that points its own name at us must get nothing."""
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        if len(hosts) != 1:
            return False
        host = hosts[0].decode("latin-1")
        return _is_host(host) and (self._names is None or _name(host) in self._names)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": ""})
            return
        problem = Problem(400, "host", "This server does not answer to that name.")
        await problem.response()(scope, receive, self._with_headers(scope, send))

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        started, status = time.perf_counter(), 500

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, self._with_headers(scope, note))
        finally:
            self._count(scope, status, time.perf_counter() - started)

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        metrics = self._app.state.server.metrics
        method = scope["method"] if scope["method"] in METHODS else "other"
        metrics.requests.labels(method, str(status)).inc()
        metrics.seconds.labels(method).observe(seconds)

    def _with_headers(self, scope: Scope, send: Send) -> Send:
        secure = self._secure or (self._proxied and forwarded(scope, b"x-forwarded-proto") == "https")

        async def dress(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if secure:
                    headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT)
            await send(message)

        return dress


def open_to_any_name(settings: Settings) -> bool:
    """Somewhere else than on this machine, without names given: the proxy or the certificate settles them."""
    public = settings.behind_proxy or settings.tls_cert is not None
    return public and not settings.names


def _is_host(text: str) -> bool:
    """Whether an address can be made with it: what stands behind would stumble over anything else."""
    try:
        parts = urlsplit(f"//{text}")
        _ = parts.port
    except ValueError:
        return False
    return parts.netloc == text and "@" not in text


def _name(host: str) -> str:
    """The name without the port."""
    if host.startswith("["):
        return host.partition("]")[0].lower() + "]"
    return host.partition(":")[0].lower()
