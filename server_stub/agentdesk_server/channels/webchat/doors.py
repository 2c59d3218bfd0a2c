"""The web chat's doors: a site's page becomes a visitor, a visitor opens a line."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from agentdesk.domain.kernel import Refusal, clean
from agentdesk.domain.people import Team
from agentdesk.domain.sites import SITE_BY_KEY, Site
from agentdesk.protocol import Close
from agentdesk.store.ids import new_id
from agentdesk_server.authority import Database
from agentdesk_server.authority.credentials import Credentials, VisitorRow, hash_of, new_token
from agentdesk_server.cors import fits
from agentdesk_server.doors import Answer, Door, address, address_of, is_from_here, json, read_json, server_of
from agentdesk_server.limits import Buckets, is_loopback, network_of
from agentdesk_server.problems import Problem, too_many
from agentdesk_server.state import Server

from .line import Line
from .served import is_served, refuse_foreign_site

SUBPROTOCOL = "agentdesk.visit.v1"
BODY = 16 * 1024
MOST_LINES = 10
"""So many tabs of one visitor."""
ARRIVALS = Buckets(60, 1)
FRAMES = Buckets(60, 8)
LOCAL_FRAMES = Buckets(6_000, 2_000)
"""Who plays many visitors from this machine itself is no flood."""

Token = Annotated[str, Meta(min_length=16, max_length=512, pattern=r"^[A-Za-z0-9._~-]+$")]


class Page(msgspec.Struct, frozen=True):
    """Where the visitor is."""

    url: Annotated[str, Meta(max_length=2048)] = ""
    title: Annotated[str, Meta(max_length=300)] = ""


class VisitorRequest(msgspec.Struct, frozen=True):
    """A page that shows the chat asks for a visitor; one that is known brings their token."""

    site: Annotated[str, Meta(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9._~-]+$")]
    visitor: Annotated[str, Meta(min_length=1, max_length=64)] | msgspec.UnsetType = msgspec.UNSET
    token: Token | msgspec.UnsetType = msgspec.UNSET
    lang: Annotated[str, Meta(max_length=35)] = ""
    page: Page = Page()


class SiteAnswer(msgspec.Struct, frozen=True):
    """What the chat's window says of the site."""

    name: str
    team: str
    color: str
    online: bool
    greeting: str


class VisitorAnswer(msgspec.Struct, frozen=True):
    """The visitor, and the token that proves it."""

    visitor: str
    token: str
    site: SiteAnswer


async def enter(request: Request) -> Response:
    """Make a visitor, or renew one that is known. A token that is not valid gives a fresh visitor."""
    server = server_of(request)
    wish = await read_json(request, VisitorRequest, BODY)
    site = site_of(server.reader, wish.site)
    if site is None or not allowed(site, request):
        raise Problem(403, "site", "This page may not show the chat.")
    try:
        refuse_foreign_site(server.reader, site)
    except Refusal as refusal:
        raise Problem(403, "region", str(refusal)) from None
    if not is_from_here(request):
        wait = ARRIVALS.take(network_of(address_of(request)))
        if wait:
            raise too_many(wait)
    visitor, token = await _visitor(server, site, wish)
    team = server.reader.records.of(Team, site.team)
    color = site.color if len(site.color) == 7 and site.color[0] == "#" else ""
    online = server.webchat.online(site.team)
    about = SiteAnswer(site.name, team.name if team else "", color, online, site.greeting)
    return json(VisitorAnswer(visitor.id, token, about), 201)


async def _visitor(server: Server, site: Site, wish: VisitorRequest) -> tuple[VisitorRow, str]:
    kept = Credentials(server.core.database.conn)
    page, language = clean(wish.page.url)[:500], clean(wish.lang)
    token = wish.token or ""
    known = await server.gate.visitor_for_token(token) if token else None
    if known is not None and known.id == wish.visitor and known.site == site.id:
        if (known.page, known.language) == (page, language):
            return known, token
        renewed: VisitorRow | None = await server.writer.call(
            lambda _: kept.change_visitor(known.id, page=page, language=language)
        )
        if renewed is not None:
            return renewed, token
    token, now = new_token(), server.clock()
    visitor = VisitorRow(new_id(now), hash_of(token), site.id, new_id(now), "", "", language, page, now)
    await server.writer.call(lambda _: kept.put_visitor(visitor))
    return visitor, token


def site_of(reader: Database, key: str) -> Site | None:
    found = reader.records.page(SITE_BY_KEY(key=key), limit=1)
    return found[0] if found and found[0].active else None


def allowed(site: Site, asked: HTTPConnection) -> bool:
    """Whether the page that asks may show a site's chat: a program of no page, a page of the site's, or of our own."""
    origin = asked.headers.get("origin")
    return site.active and (origin is None or fits(site, origin) or is_own(asked, origin))


def is_own(asked: HTTPConnection, origin: str | None) -> bool:
    """Whether a page is one of this server's own, under the name by which it was asked: the help centre."""
    try:
        return bool(origin) and urlsplit(origin or "").netloc == asked.headers.get("host", "")
    except ValueError:
        return False


async def visit(socket: WebSocket) -> None:
    """The WebSocket of a visitor."""
    server: Server = socket.app.state.server
    site = site_of(server.reader, socket.query_params.get("site", ""))
    offered = socket.scope.get("subprotocols") or []
    welcome = site is not None and allowed(site, socket) and is_served(server.reader, site)
    if site is None or SUBPROTOCOL not in offered or not welcome:
        await socket.close(1008)  # before it is accepted: HTTP 403
        return
    await socket.accept(SUBPROTOCOL)
    token = next((name.removeprefix("token.") for name in offered if name.startswith("token.")), "")
    visitor = await server.gate.visitor_for_token(token) if token else None
    if visitor is None or visitor.site != site.id:
        await socket.close(Close.NOT_ALLOWED)
    elif server.webchat.draining:
        await socket.close(Close.DRAINING)
    elif server.webchat.lines_of(visitor.id) >= MOST_LINES:
        await socket.close(Close.TOO_FAST)
    else:
        await _talk(server, socket, visitor, site)


async def _talk(server: Server, socket: WebSocket, visitor: VisitorRow, site: Site) -> None:
    behind = server.settings.behind_proxy
    local = not behind and is_loopback(address(socket.scope, behind))
    line = Line(server.webchat, socket, visitor, site, LOCAL_FRAMES if local else FRAMES)
    try:
        await line.run()
    finally:
        server.webchat.leave(line)


DOORS = (
    Door(
        "POST",
        "/api/v1/visitors",
        "anyone",
        enter,
        "Make or renew a visitor of a site's chat",
        {201: Answer("The visitor", VisitorAnswer)},
        (400, 403, 413, 422, 429),
        VisitorRequest,
        cors=True,
    ),
)
