"""How a page of the help centre looks and goes out: its frame, its headings in order, its headers and its mark."""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256
from html import escape

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from agentdesk.domain.knowledge import HELP_PAGES
from agentdesk_server.doors import server_of
from agentdesk_server.forwarding import forwarded
from agentdesk_server.readers import COOKIE, Trail
from agentdesk_server.resources import resource

from . import words
from .visit import Visit

POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_, SEARCH, CONTACT, TALK_PATH = HELP_PAGES
STYLE = "/help/style.css"
_HEADING = re.compile(r"<(/?)h([1-6])>")
DAYS = 24 * 3_600
KEPT_FOR = 30 * DAYS
"""So long (s) a browser knows what was read in it."""


def answer(request: Request, visit: Visit, title: str, body: str, *, status: int = 200, noted: Trail | None = None,
           find: str = "", reach: bool = True) -> Response:  # fmt: skip
    """A whole page; that the browser has it already where it does. `noted` is what it is to remember, `reach` whether
    the page ends with the way to a person, as all do but those of that way itself.
    """
    html = frame(visit, title, body, find, reach)
    tag = f'"{sha256(html.encode()).hexdigest()[:32]}"'
    headers = _headers(visit.speaks)
    kept = status == 200 and reach  # what is somebody's own, and what is wrong, no browser keeps
    if kept:
        headers |= {"Cache-Control": "private, no-cache", "ETag": tag}
    known = kept and tag in request.headers.get("if-none-match", "")
    made = Response(status_code=304, headers=headers) if known else Response(html, status, headers, "text/html")
    return keep(request, made, noted)


def bare(language: str, sentence: str, status: int, way: tuple[str, str] = ("", "")) -> Response:
    """A page that says one thing where no more can be said; `way` is an address and what it is called."""
    link = f'<p><a href="{escape(way[0])}">{escape(way[1])}</a></p>' if way[0] else ""
    html = _sheet(language, escape(sentence), f'<main id="main"><h1>{escape(sentence)}</h1>{link}</main>')
    return Response(html, status, _headers(language), "text/html")


def _headers(language: str) -> dict[str, str]:
    return {
        "Content-Security-Policy": POLICY,
        "Referrer-Policy": "same-origin",  # without it a browser does not say where a form came from
        "Vary": "Accept-Language, Cookie",
        "Content-Language": language,
    }


def keep(request: Request, response: Response, trail: Trail | None) -> Response:
    """Have the browser remember a trail."""
    if trail is not None:
        response.set_cookie(
            COOKIE, trail.cookie(), KEPT_FOR, path="/", httponly=True, samesite="lax", secure=is_secure(request)
        )
    return response


def is_secure(request: Request) -> bool:
    """Whether the browser came by HTTPS, to us or to the proxy before us."""
    settings = server_of(request).settings
    proxied = settings.behind_proxy and forwarded(request.scope, b"x-forwarded-proto") == "https"
    return settings.tls_cert is not None or proxied


def away(request: Request, url: str, trail: Trail | None = None) -> Response:
    """What was sent is done: on to another page, which can be loaded again without sending it again."""
    return keep(request, RedirectResponse(url, 303), trail)


def frame(visit: Visit, title: str, body: str, find: str, reach: bool) -> str:
    """A page around its body; `find` are the words that were looked for."""
    word, home = visit.word, visit.word("Help centre")
    name = visit.site.name
    whole = f"{escape(title)} – {escape(name)}" if title != name else escape(name)
    inside = f"""<a class="skip" href="#main">{word("Skip to the text")}</a>
<header>
<nav class="ways" aria-label="{home}"><a class="home" href="{visit.link()}"><b dir="auto">{escape(name)}</b> {home}</a>
{_back(visit)}</nav>
<search><form action="{SEARCH}" method="get">
{hidden(visit, before=find)}<label class="away" for="q">{word("Search for an answer")}</label>
<input id="q" name="q" type="search" maxlength="200" dir="auto" value="{escape(find)}"
placeholder="{word("Search for an answer")}">
<button>{word("Search")}</button>
</form></search>
</header>
<main id="main" tabindex="-1">
{body}
</main>
<footer>
{_reach(visit, find) if reach else ""}
<nav class="tongues" aria-label="{word("Language")}">{_tongues(visit)}</nav>
</footer>
<script src="/widget.js" data-site="{escape(visit.site.key)}" data-lang="{visit.speaks}" async></script>"""
    return _sheet(visit.speaks, whole, inside)


def _sheet(language: str, title: str, inside: str) -> str:
    return f"""<!doctype html>
<html lang="{language}" dir="{words.direction(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{STYLE}">
<title>{title}</title>
</head>
<body>
{inside}
</body>
</html>
"""


def hidden(visit: Visit, **more: str) -> str:
    """What a form carries along unseen."""
    fields = {**dict(visit.kept), **{name: value for name, value in more.items() if value}}
    return "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in fields.items())


def _reach(visit: Visit, find: str) -> str:
    word = visit.word
    return (
        f'<section class="reach" aria-labelledby="reach"><h2 id="reach">{word("Did you not find it?")}</h2>'
        f"<p>{word('Write to us: somebody will answer you.')}</p>"
        f'<a class="button" href="{visit.link(CONTACT, q=find)}">{word("Write to us")}</a></section>'
    )


def _back(visit: Visit) -> str:
    """To what they have written, and its answers."""
    return f'<a href="{visit.link(TALK_PATH)}">{visit.word("Your conversation")}</a>' if visit.visitor else ""


def _tongues(visit: Visit) -> str:
    made = []
    for one in words.SPOKEN:
        now = ' aria-current="true"' if one == visit.place.language else ""
        url = visit.link(visit.here, **dict(visit.sought), lang=one)
        made.append(f'<a href="{url}" hreflang="{one}" lang="{one}"{now}>{escape(words.language_name(one))}</a>')
    return " ".join(made)


def outlined(html: str) -> str:
    """The headings of an article below the title of its page, none of them leaping over a level."""
    levels: list[int] = []

    def moved(found: re.Match[str]) -> str:
        closing, level = found[1], int(found[2])
        if not closing:
            while levels and levels[-1] >= level:
                levels.pop()
            levels.append(level)
        return f"<{closing}h{min(6, len(levels) + 1)}>"

    return _HEADING.sub(moved, html)


def framed(html: str, label: str) -> str:
    """Each table of an article in a frame of this name: what is too wide moves in it, by keyboard too, not the page."""
    start = f'<div class="wide" role="group" aria-label="{escape(label)}" tabindex="0"><table>'
    return html.replace("<table>", start).replace("</table>", "</table></div>")


@cache
def style() -> bytes:
    """What the pages look like."""
    return resource("portal/help.css").read_bytes()
