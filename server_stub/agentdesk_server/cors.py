"""Which pages' scripts may read an answer: those of the sites that an admin has named."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from agentdesk.domain.sites import SITES, Site

from .authority import Database

MOST_SITES = 1_000


def fits(site: Site, origin: str) -> bool:
    """Whether pages of this origin may show the site's chat."""
    return site.active and ("*" in site.origins or (bool(origin) and origin in site.origins))


def known_origin(reader: Database, origin: str) -> bool:
    """Whether any site allows this origin; which one it is, the token tells later."""
    return bool(origin) and any(fits(site, origin) for site in reader.records.page(SITES(), limit=MOST_SITES))


def share(request: Request, response: Response, reader: Database) -> Response:
    """Let the asking page read the answer, if its origin is one of ours."""
    origin = request.headers.get("origin", "")
    response.headers.add_vary_header("Origin")
    if known_origin(reader, origin):
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = "retry-after"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def preflight(request: Request, methods: str, reader: Database) -> Response:
    """The answer to a browser that asks first."""
    response = share(request, Response(status_code=204), reader)
    if "access-control-allow-origin" in response.headers:
        response.headers["Access-Control-Allow-Methods"] = methods
        response.headers["Access-Control-Allow-Headers"] = "content-type, authorization"
        response.headers["Access-Control-Max-Age"] = "600"
    return response
