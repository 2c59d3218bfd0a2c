"""The doors of signing in through a provider: one that the browser opens, one it comes back to, one for the desk."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qs, urlsplit

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from agentdesk_server.doors import Answer, Door, address_of, json, server_of
from agentdesk_server.gate.entry import Back
from agentdesk_server.gate.origin import origin_of
from agentdesk_server.gate.pages import page
from agentdesk_server.limits import network_of
from agentdesk_server.problems import Problem, too_many

from .claims import ProviderError
from .flow import Strange, cookie_of

CALLBACK = "/api/v1/oidc/callback"
NONE = "This server has no provider to sign in with. Use your e-mail and password."
FAILED = "Signing in did not work"
AWAY = "The provider cannot be reached now. Try again later, or use your e-mail and password."


class ProviderAbout(msgspec.Struct, frozen=True):
    """What people call the provider."""

    name: Annotated[str, Meta(max_length=253)]


async def about(request: Request) -> Response:
    client = server_of(request).oidc.client()
    if client is None:
        raise Problem(404, "no-provider", NONE)
    return json(ProviderAbout(client.title))


async def start(request: Request) -> Response:
    """The browser leaves for the provider."""
    wait = server_of(request).oidc.starts.take(network_of(address_of(request)))
    if wait:
        raise too_many(wait)
    back = Back.of(request.query_params)
    server, origin = server_of(request), origin_of(request)
    if server.oidc.client() is None:
        return page(request, FAILED, NONE, 409)
    try:
        where, name, value = await server.oidc.begin(back, origin + CALLBACK)
    except ProviderError:
        return page(request, FAILED, AWAY, 409)
    response = RedirectResponse(where, 303, {"Cache-Control": "no-store"})
    secure = origin.startswith("https:")
    response.set_cookie(name, value, 600, path=CALLBACK, secure=secure, httponly=True, samesite="lax")
    return response


async def callback(request: Request) -> Response:
    """It comes back, with a code or without."""
    asked = request.query_params
    state, code, error, issuer = (asked.get(name, "")[:2000] for name in ("state", "code", "error", "iss"))
    name = cookie_of(state)
    try:
        where = await server_of(request).oidc.finish(state, request.cookies.get(name, ""), code, error, issuer)
    except Strange as strange:
        return page(request, FAILED, str(strange), 409)
    if parse_qs(urlsplit(where).query).get("error", [""])[0] in ("nobody", "provider"):
        server_of(request).gate.refused.note("", "provider", network_of(address_of(request)))
    response = RedirectResponse(where, 303, {"Cache-Control": "no-store"})
    response.delete_cookie(name, CALLBACK)
    return response


_PAGE = Answer("Why not", media="text/html")
DOORS = (
    Door(
        "GET",
        "/api/v1/oidc",
        "anyone",
        about,
        "The provider with which one can sign in in a browser",
        {200: Answer("There is one", ProviderAbout)},
        (404,),
    ),
    Door(
        "GET",
        "/api/v1/oidc/start",
        "anyone",
        start,
        "Begin to sign in through the provider: for a browser that a desk opens",
        {303: Answer("To the provider"), 409: _PAGE},
        (422, 429),
        query=Back.QUERY,
    ),
    Door(
        "GET",
        CALLBACK,
        "anyone",
        callback,
        "Where the provider sends the browser back to",
        {303: Answer("To the desk's loopback"), 409: _PAGE},
        (),
    ),
)
