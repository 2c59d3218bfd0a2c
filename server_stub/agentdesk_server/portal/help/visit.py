"""One request to the help centre: for which site, in which language, by whom, and how its pages lead to one another."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request

from agentdesk.domain.knowledge import HELP_PAGES
from agentdesk.domain.people import Team
from agentdesk.domain.sites import SITES, Site
from agentdesk_server.authority.credentials import VisitorRow
from agentdesk_server.channels.webchat.doors import site_of
from agentdesk_server.channels.webchat.served import is_served
from agentdesk_server.doors import server_of
from agentdesk_server.problems import Problem
from agentdesk_server.readers import COOKIE, Trail, trail_of

from . import words
from .shelf import Place, Shelf

HOME = HELP_PAGES[0]
TALK = "agentdesk_talk"
"""The cookie of whoever has written to us."""
MOST_SITES = 100


class Visit(msgspec.Struct, frozen=True):
    """What every page needs to know of the one who reads it."""

    site: Site
    place: Place
    speaks: str
    """The language of the page itself; that of an article may be another."""
    kept: tuple[tuple[str, str], ...]
    """What every link keeps: site and language, where the address named them."""
    trail: Trail
    shelf: Shelf
    visitor: VisitorRow | None = None
    """Who has a conversation with this site in this browser."""
    here: str = HOME
    sought: tuple[tuple[str, str], ...] = ()
    """Where they are, and what of its address a change of language keeps."""

    def said(self, sentence: str, **values: str) -> str:
        """A sentence in the language of the page."""
        return words.said(self.speaks, sentence, **values)

    def word(self, sentence: str, **values: str) -> str:
        """The same as it stands in a page."""
        return escape(self.said(sentence, **values))

    def url(self, path: str = HOME, **more: str) -> str:
        """The address of another page."""
        query = urlencode({**dict(self.kept), **{name: value for name, value in more.items() if value}})
        return f"{path}?{query}" if query else path

    def link(self, path: str = HOME, **more: str) -> str:
        """The same as it stands in a page."""
        return escape(self.url(path, **more))


async def visit_of(request: Request, *, anywhere: bool = False) -> Visit:
    """Who reads where; `anywhere` at another site if the one that is named is none. Raises `Problem` 404 where there is
    no site that is served here.
    """
    server, asked = server_of(request), request.query_params
    await server.help.ready()
    site = _served(request, asked.get("site", "")) or (_served(request, "") if anywhere else None)
    if site is None:
        raise Problem(404, "no-site", "There is no help centre at this address.")
    team = server.reader.records.of(Team, site.team)
    language = language_of(request)
    kept = (("site", site.key if asked.get("site") else ""), ("lang", language if asked.get("lang") else ""))
    return Visit(
        site,
        Place(team.region if team is not None else "", language, server.clock()),
        words.spoken(language),
        tuple((name, value) for name, value in kept if value),
        trail_of(request.cookies.get(COOKIE)),
        server.help,
        await _talking(request, site),
        request.url.path,
        tuple((name, asked[name][:200]) for name in ("q", "topic", "product") if asked.get(name)),
    )


async def _talking(request: Request, site: Site) -> VisitorRow | None:
    token = request.cookies.get(TALK, "")
    visitor = await server_of(request).gate.visitor_for_token(token) if token else None
    return visitor if visitor is not None and visitor.site == site.id else None


def language_of(request: Request) -> str:
    """The language that somebody wants to read."""
    return words.wanted(request.query_params.get("lang", ""), request.headers.get("accept-language", ""))


def _served(request: Request, key: str) -> Site | None:
    """The site with this key, or the first of all, if it is served here."""
    reader = server_of(request).reader
    if key:
        named = site_of(reader, key)
        found = [named] if named is not None else []
    else:
        found = [site for site in reader.records.page(SITES(), limit=MOST_SITES) if site.active]
    return next((site for site in found if is_served(reader, site)), None)
