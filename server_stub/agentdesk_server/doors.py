"""Every HTTP door as data: path, who may use it, what goes in and out. Nothing is reachable that is not listed."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Literal, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from agentdesk.domain.kernel import Refusal, may
from agentdesk.domain.people import Person

from .authority.credentials import SessionRow, VisitorRow
from .authority.kept import Kept
from .cors import preflight, share
from .denials import denial
from .forwarding import bare_address, forwarded
from .gate.shown import Shown, shown_by
from .limits import is_loopback
from .problems import Problem, not_signed_in, unreadable
from .regions.settings import region_of
from .state import Server

T = TypeVar("T")
JSON_LIMIT = 64 * 1024

Who = Literal["anyone", "person", "holder", "operator", "monitor", "directory", "region"]
"""anyone; a signed-in person; a person or a visitor; who knows the folder's admin token; that or this machine; the
company's directory, and another region's server, each with a token of its own."""
Endpoint = Callable[[Request], Awaitable[Response]]


class Answer(msgspec.Struct, frozen=True):
    """One documented response: a type for JSON, or a media type for anything else."""

    sentence: str
    body: Any = None
    media: str = "application/json"


class Door(msgspec.Struct, frozen=True):
    """One method on one path."""

    method: str
    path: str
    who: Who
    endpoint: Endpoint
    summary: str
    answers: dict[int, Answer]
    problems: tuple[int, ...] = ()
    body: Any = None
    binary: bool = False
    parameters: dict[str, str] = {}
    """Name in the path → regular expression."""
    cors: bool = False
    may: str = ""
    """The permission without which it opens for no person: who has none learns nothing, and the log has it."""
    fresh: bool = False
    """Whether it opens only for somebody who has proved within five minutes that it is them."""
    query: dict[str, str] = {}
    """Name in the query → regular expression; all of them must be there."""
    asks: dict[str, str] = {}
    """The same for what may be there."""
    name: str = ""
    """What programs call it, if not as its endpoint."""


def routes(doors: Sequence[Door]) -> list[Route]:
    """One route for each path, guarded; a method that has no door gets 405 and the list of those that do."""
    paths: dict[str, dict[str, Door]] = {}
    for door in doors:
        paths.setdefault(door.path, {})[door.method] = door
    return [Route(path, _dispatch(methods), methods=_methods(methods)) for path, methods in paths.items()]


def _methods(methods: dict[str, Door]) -> list[str]:
    shared = any(door.cors for door in methods.values())
    return [*methods, "OPTIONS"] if shared else list(methods)


def _dispatch(methods: dict[str, Door]) -> Endpoint:
    async def enter(request: Request) -> Response:
        if request.method == "OPTIONS":
            return preflight(request, ", ".join(methods), server_of(request).reader)
        door = methods["GET" if request.method == "HEAD" else request.method]
        if not door.cors:
            return await _through(door, request)
        try:
            response = await _through(door, request)
        except Problem as problem:
            response = problem.response()
        return share(request, response, server_of(request).reader)

    return enter


async def _through(door: Door, request: Request) -> Response:
    await admit(door, request)
    return await door.endpoint(request)


async def admit(door: Door, request: Request) -> None:
    """Let the request in, with who asks in `request.state.who`, or raise a `Problem`."""
    request.state.who = None
    if door.who == "anyone":
        return
    if door.who in ("operator", "monitor"):
        if not _operates(request, local=door.who == "monitor"):
            raise not_signed_in()
        return
    if door.who == "directory":
        if not server_of(request).directory.knows(bearer(request)):
            raise not_signed_in()
        return
    if door.who == "region":
        request.state.who = region_of(Kept(server_of(request).reader.conn), bearer(request))
        if request.state.who is None:
            raise not_signed_in()
        return
    request.state.who = await _holder(request, visitors=door.who == "holder")
    if door.may:
        await _check_may(request, door.may)
    if door.fresh:
        server_of(request).gate.fresh.need(request.state.who.person, request.state.who.device)


async def _check_may(request: Request, permission: str) -> None:
    server, who = server_of(request), request.state.who
    person = server.reader.records.of(Person, who.person)
    if person is None or not may(person.role, permission):
        await server.writer.submit(denial(who.person, who.device, permission))
        role = person.role if person else "nobody"
        raise Problem(403, "denied", str(Refusal("Your role ({role}) may not do this.", role=role)))


async def _holder(request: Request, visitors: bool) -> SessionRow | VisitorRow:
    gate, shown = server_of(request).gate, shown_of(request)
    session = await gate.holder(shown)
    if session is not None:
        return session
    if visitors and shown.token and not shown.bound:
        visitor = await gate.visitor_for_token(shown.token)
        if visitor is not None:
            return visitor
    raise not_signed_in()


def _operates(request: Request, local: bool) -> bool:
    if local and is_from_here(request):
        return True
    token = bearer(request)
    return bool(token) and hmac.compare_digest(token.encode(), server_of(request).admin_token.encode())


def server_of(request: Request) -> Server:
    server: Server = request.app.state.server
    return server


def shown_of(request: Request) -> Shown:
    """What the request shows to be let in."""
    return shown_by(request.scope, server_of(request).settings.behind_proxy)


def bearer(request: Request) -> str:
    """The token of the Authorization header, or nothing."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def address_of(request: Request) -> str:
    """Where a request comes from: behind a proxy, what the proxy itself saw (the last entry; others can be made up)."""
    return address(request.scope, server_of(request).settings.behind_proxy)


def is_from_here(request: Request) -> bool:
    """Whether a request comes from this machine. Behind a proxy every one does, so none counts as such."""
    return not server_of(request).settings.behind_proxy and is_loopback(address_of(request))


def address(scope: Any, behind_proxy: bool) -> str:
    seen = bare_address(forwarded(scope, b"x-forwarded-for")) if behind_proxy else ""
    client = scope.get("client")
    return seen or (client[0] if client else "")


async def read_json(request: Request, kind: type[T], limit: int = JSON_LIMIT) -> T:
    """The body as a checked value. Raises `Problem`: 400, 413 or 422 with the field."""
    body = await read_bytes(request, limit)
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        wrong = error if isinstance(error, msgspec.DecodeError) else msgspec.DecodeError(str(error))
        raise unreadable(wrong) from None


async def read_bytes(request: Request, limit: int) -> bytes:
    """The body. Raises `Problem` 413 if it is longer."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > limit:
            raise Problem(413, "too-large", f"The body may have {limit} bytes at most.")
    return bytes(body)


def json(value: Any, status: int = 200, **headers: str) -> Response:
    """A JSON answer that no cache keeps."""
    return Response(msgspec.json.encode(value), status, {"Cache-Control": "no-store", **headers}, "application/json")
