"""Under which address people reach this server: for links that others follow, and for passkeys, which belong to it."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request

from agentdesk_server.doors import server_of
from agentdesk_server.problems import Problem

from .address import NAME, OWN_NAMES


def origin_of(request: Request) -> str:
    """What the operator has set; else the name in the request, where that can be believed. Raises `Problem` 409."""
    server = server_of(request)
    kept = server.entry.read.get(NAME)
    if kept is not None:
        return kept.decode()
    settings, host = server.settings, request.headers.get("host", "")
    name = (urlsplit(f"//{host}").hostname or "").lower()
    if name in OWN_NAMES or name in {one.lower() for one in settings.names}:
        return f"{'https' if settings.tls_cert or settings.behind_proxy else 'http'}://{host}"
    sentence = "This server does not know its own address. Its operator sets it: agentdesk admin origin set https://…"
    raise Problem(409, "no-origin", sentence)


def page_origin(request: Request) -> str:
    """The origin of pages that use passkeys: a browser wants a name, so this machine is called localhost."""
    origin = origin_of(request)
    parts = urlsplit(origin)
    if parts.hostname not in ("127.0.0.1", "::1"):
        return origin
    return f"{parts.scheme}://localhost" + (f":{parts.port}" if parts.port else "")
