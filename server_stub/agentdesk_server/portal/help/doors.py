"""The doors of the help centre: its front page, search, articles and what a reader says of them."""

from __future__ import annotations

from hashlib import blake2b
from typing import Literal
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response

from agentdesk.domain.kernel import Actor, Command
from agentdesk.domain.knowledge import Miss, NoteMiss, Rate, article_path
from agentdesk.text.pictures import picture_type
from agentdesk_server.blobs import beginning, handed
from agentdesk_server.channels.webchat.doors import is_own
from agentdesk_server.doors import Answer, Door, address_of, is_from_here, read_bytes, server_of
from agentdesk_server.gate.seen import given
from agentdesk_server.limits import Buckets, network_of
from agentdesk_server.readers import as_sought

from . import pages
from .asked import MOST_PARTS
from .paper import STYLE, answer, away, style
from .visit import Visit, visit_of

BODY = 64 * 1024
"""The longest message that a form takes, in any script: three bytes of UTF-8 for each sign, and three for each byte."""
SEARCHES, WORDS = Buckets(60, 2), Buckets(20, 0.2)
"""For each network: searches, and what is sent to us."""
DAY = 24 * 3_600_000
MINUTES = 300
"""So long (s) a browser keeps a picture: not much longer than the article may be read."""


async def home(request: Request) -> Response:
    """The front page: what there is to read, by topic; or one topic of it."""
    visit, asked = await visit_of(request), request.query_params
    title, body = pages.front(visit, asked.get("topic"), asked.get("product", ""), asked.get("page", ""))
    return answer(request, visit, title, body)


async def search(request: Request) -> Response:
    """What is found; a search that served nobody is noted once a day."""
    visit = await visit_of(request)
    sought, before = as_sought(request.query_params.get("q", "")), as_sought(request.query_params.get("before", ""))
    if not sought:
        return answer(request, visit, visit.said("Search"), pages.nothing_sought(visit))
    if waits(request, SEARCHES):
        return busy(request, visit)
    found = visit.shelf.found(sought, visit.place)
    if not found:
        await note_miss(request, sought, "none")
    if before and before != sought:
        await note_miss(request, before, "unread")
    title = visit.said("Results for “{words}”", words=sought)
    return answer(request, visit, title, pages.results(visit, sought, found), find=sought)


async def article(request: Request) -> Response:
    """One article, in the part of it that is for customers."""
    visit = await visit_of(request)
    shown = visit.shelf.get(request.path_params["id"], visit.place)
    if shown is None:
        return gone(request, visit)
    sought = as_sought(request.query_params.get("q", ""))
    body = pages.article(visit, shown, sought, thanked=request.query_params.get("said", ""))
    noted = visit.trail.after(shown.id)
    return answer(request, visit, shown.document.title, body, noted=noted, find=sought)


async def picture(request: Request) -> Response:
    """A picture that stands in what an article says to customers. What it is says its beginning, and nobody else."""
    visit, server = await visit_of(request), server_of(request)
    shown = visit.shelf.get(request.path_params["id"], visit.place)
    found = visit.shelf.picture(shown, request.path_params["file"]) if shown is not None else None
    begins = beginning(server, found.digest) if found is not None else b""
    if found is None or not (told := picture_type(begins)):
        return gone(request, visit)
    kept = {"Content-Type": told, "Content-Disposition": "inline", "Cache-Control": f"private, max-age={MINUTES}"}
    return handed(request, found.digest, **kept)


async def helpful(request: Request) -> Response:
    """A reader says whether an article has helped, and why not."""
    visit = await visit_of(request)
    shown = visit.shelf.get(request.path_params["id"], visit.place)
    fields = await form(request)
    if shown is None or fields is None or fields.get("helpful") not in ("yes", "no"):
        return gone(request, visit)
    if waits(request, WORDS):
        return busy(request, visit)
    trail = visit.trail.begun()
    yes = fields["helpful"] == "yes"
    wish = Rate(document=shown.id, helpful=yes, reason="" if yes else as_sought(fields.get("reason", "")))
    await give(request, wish, trail.reader)
    return away(
        request,
        visit.url(article_path(shown.id), q=as_sought(request.query_params.get("q", "")), said="thanks") + "#said",
        trail,
    )


async def css(request: Request) -> Response:
    """What the pages look like."""
    tag = f'"{blake2b(style(), digest_size=16).hexdigest()}"'
    headers = {"Cache-Control": "public, max-age=300, stale-while-revalidate=86400", "ETag": tag}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(style(), 200, headers, "text/css")


def gone(request: Request, visit: Visit, status: int = 404) -> Response:
    """What is not there, or not for this reader."""
    title = visit.said("This page does not exist, or not any more.")
    return answer(request, visit, title, pages.sentence(visit, title), status=status)


def busy(request: Request, visit: Visit) -> Response:
    """Somebody asks for too much at once."""
    title = visit.said("Too many requests. Please wait a minute.")
    return answer(request, visit, title, pages.sentence(visit, title), status=429)


def waits(request: Request, buckets: Buckets) -> bool:
    """Whether this network has had its share for now."""
    return not is_from_here(request) and bool(buckets.take(network_of(address_of(request))))


async def form(request: Request) -> dict[str, str] | None:
    """The fields of one of our own forms; None for whatever was sent from elsewhere. Raises `Problem` 413."""
    data = await read_bytes(request, BODY)
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site not in (None, "same-origin") or (origin is not None and not is_own(request, origin)):
        return None
    try:
        found = parse_qs(data.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_PARTS)
    except ValueError:  # not UTF-8, or made of very many fields
        return None
    return {name: values[0] for name, values in found.items()}


async def note_miss(request: Request, sought: str, what: Literal["none", "unread"]) -> None:
    """Note a search that did not serve: once a day for each network and words, however often it is repeated."""
    server = server_of(request)
    about = f"{network_of(address_of(request))}:{server.clock() // DAY}:{what}:{sought.lower()}"
    id = f"miss-{blake2b(about.encode(), digest_size=16, key=server.admin_token.encode()[:32]).hexdigest()}"
    if server.reader.records.of(Miss, id) is None:
        await give(request, NoteMiss(miss=id, words=sought, what=what), "")


async def give(request: Request, wish: Command, reader: str) -> None:
    """Have a reader's wish decided; one that is refused has come too late, and the page says what is so now."""
    who = Actor("help", "channel", "Help centre", device=reader or "help")
    await server_of(request).writer.submit(given(who, wish))


_PAGE = Answer("The page", media="text/html")
_GONE, _BUSY = Answer("What leads on from there", media="text/html"), Answer("Too much", media="text/html")
_KNOWN = Answer("The browser has it")
ID = {"id": r"^[A-Za-z0-9_-]{1,64}$"}
FILE_ID = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$"
DOORS = (
    Door("GET", "/help", "anyone", home, "The help centre", {200: _PAGE, 304: _KNOWN}, (404,)),
    Door(
        "GET", "/help/search", "anyone", search, "Search it", {200: _PAGE, 304: _KNOWN, 429: _BUSY}, (404,),
        asks={"q": "^.{0,200}$"},
    ),
    Door(
        "GET", "/help/articles/{id}", "anyone", article, "An article", {200: _PAGE, 304: _KNOWN, 404: _GONE},
        parameters=ID,
    ),
    Door(
        "GET", "/help/articles/{id}/pictures/{file}", "anyone", picture, "A picture of it",
        {
            200: Answer("The picture", media="image/*"),
            206: Answer("A range of it", media="image/*"),
            404: _GONE,
        },
        (416,), parameters={**ID, "file": FILE_ID}, name="help_picture",
    ),
    Door(
        "POST", "/help/articles/{id}/helpful", "anyone", helpful, "Say whether it helped",
        {303: Answer("Back to it"), 404: _GONE, 429: _BUSY}, (413,), parameters=ID,
    ),
    Door("GET", STYLE, "anyone", css, "Its style", {200: Answer("It", media="text/css"), 304: _KNOWN}, name="help_css"),
)  # fmt: skip
