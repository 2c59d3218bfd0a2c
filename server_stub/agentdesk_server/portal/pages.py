"""The widget and the sample page that shows it."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from html import escape

from starlette.requests import Request
from starlette.responses import Response

from agentdesk.domain.sites import SITES
from agentdesk_server.doors import Answer, Door, server_of
from agentdesk_server.resources import resource

PLACE = "SITE_PUBLIC_KEY"
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src {style}; "
    "img-src 'self' blob: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


async def widget(request: Request) -> Response:
    """The chat for any page; a browser asks again after a while, and gets nothing if it has it."""
    data, tag = _widget()
    headers = {
        "Cache-Control": "public, max-age=300, stale-while-revalidate=86400",
        "ETag": tag,
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(data, 200, headers, "text/javascript")


async def demo(request: Request) -> Response:
    """A sample shop with the chat of the site that `?site=` names, or of the first there is."""
    sites = server_of(request).reader.records.page(SITES(), limit=100)
    active = [site.key for site in sites if site.active]
    asked = request.query_params.get("site", "")
    key = asked if asked in active else active[0] if active else ""
    page = _page().replace(PLACE, escape(key))
    return Response(page, 200, {"Content-Security-Policy": _page_policy(), "Cache-Control": "no-store"}, "text/html")


@cache
def _page() -> str:
    return resource("portal/demo.html").read_text(encoding="utf-8")


@cache
def _page_policy() -> str:
    """The page's own style sheet is let in by its digest, and no other."""
    digests = [b64encode(sha256(style.encode()).digest()).decode() for style in _STYLE.findall(_page())]
    return PAGE_POLICY.format(style=" ".join(f"'sha256-{digest}'" for digest in digests))


@cache
def _widget() -> tuple[bytes, str]:
    data = resource("widget/widget.js").read_bytes()
    return data, f'"{sha256(data).hexdigest()[:32]}"'


DOORS = (
    Door(
        "GET",
        "/widget.js",
        "anyone",
        widget,
        "The chat widget",
        {200: Answer("The script", media="text/javascript"), 304: Answer("The browser has it")},
    ),
    Door("GET", "/demo", "anyone", demo, "A sample page", {200: Answer("The page", media="text/html")}),
)
