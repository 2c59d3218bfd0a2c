"""How a visitor without a browser enters a site: one HTTP request for a visitor and its token."""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.request
from http.client import HTTPException
from urllib.parse import urlsplit

import msgspec

PATIENCE_SECONDS = 15.0
SUBPROTOCOL = "agentdesk.visit.v1"
_ANSWER_LIMIT = 64 * 1024
ORIGIN_HINT = "Give --site and --origin as `agentdesk admin --data DIR site list` shows them."
TRIES, TRY_SECONDS = 3, 3.0


class CannotEnter(Exception):
    """The site does not let this visitor in; the text is a sentence for people."""


class Later(Exception):
    """Not now, but after so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"not for another {seconds:.0f} s")
        self.seconds = seconds


class Ticket(msgspec.Struct, frozen=True):
    """What the server knows a visitor by. The token is a secret."""

    visitor: str
    token: str


class Place(msgspec.Struct, frozen=True):
    """Where a visitor goes: a server, one of its sites, and the page that embeds the chat."""

    server: str
    site: str
    origin: str = ""
    language: str = ""
    page: str = "/demo"

    @property
    def own_origin(self) -> str:
        """What a browser on the server's own pages would send."""
        parts = urlsplit(self.server)
        return self.origin or f"{parts.scheme}://{parts.netloc}"

    @property
    def socket(self) -> str:
        """The address of the visitor socket. The token never stands in it."""
        return "ws" + self.server.rstrip("/").removeprefix("http") + f"/visit?site={self.site}"


def place_at(server: str, site: str, origin: str = "", language: str = "") -> Place:
    """A place from what somebody typed. `ValueError` if that is no web address."""
    parts = urlsplit(server)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise ValueError(f"{server} is not the address of a server. Write it like http://127.0.0.1:18080.")
    return Place(server.rstrip("/"), site, origin, language)


async def reach(place: Place) -> None:
    """Whether anybody listens there, within seconds. Raises `OSError` with a sentence."""
    parts = urlsplit(place.server)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    for turn in range(TRIES):
        try:
            async with asyncio.timeout(TRY_SECONDS):
                _, writer = await asyncio.open_connection(parts.hostname, port)
        except OSError:  # TimeoutError is one too
            if turn + 1 < TRIES:
                await asyncio.sleep(0.5)
        else:
            writer.close()
            return
    raise OSError(f"No server answers at {place.server}. Is it running, and is the address right?")


async def enter(place: Place, known: Ticket | None) -> Ticket:
    """A ticket, the same one as before where it is still good. Raises `CannotEnter` or `Later`."""
    return await asyncio.to_thread(_enter, place, known)


def _enter(place: Place, known: Ticket | None) -> Ticket:
    wish = {"site": place.site, "page": {"url": place.own_origin + place.page, "title": ""}}
    if place.language:
        wish["lang"] = place.language
    if known is not None:
        wish |= {"visitor": known.visitor, "token": known.token}
    request = urllib.request.Request(  # noqa: S310 place_at lets only http and https through
        place.server + "/api/v1/visitors",
        msgspec.json.encode(wish),
        {"Content-Type": "application/json", "Origin": place.own_origin},
    )
    # No proxy: it would have to be told about loopback, and a load test through one measures the proxy.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=PATIENCE_SECONDS) as answer:
            return msgspec.json.decode(answer.read(_ANSWER_LIMIT), type=Ticket)
    except urllib.error.HTTPError as error:
        with error:
            raise _refusal(error) from None
    except (OSError, HTTPException, msgspec.DecodeError):
        raise Later(1.0) from None


def _refusal(error: urllib.error.HTTPError) -> CannotEnter | Later:
    if error.code == 429:
        waits = error.headers.get("Retry-After", "")
        return Later(min(60.0, float(waits)) if waits.isdigit() else 2.0)
    if error.code >= 500:
        return Later(1.0)
    said = _sentence(error.read(_ANSWER_LIMIT)) or f"The server said {error.code}."
    return CannotEnter(f"{said} {ORIGIN_HINT}" if error.code == 403 else said)


def _sentence(body: bytes) -> str:
    """The server's own words for what is wrong."""
    try:
        problem = msgspec.json.decode(body, type=dict[str, object])
    except msgspec.DecodeError:
        return ""
    return str(problem.get("detail") or problem.get("title") or "")
