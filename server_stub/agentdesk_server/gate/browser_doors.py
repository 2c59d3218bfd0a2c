"""The doors between desk and browser: send somebody to the passkey page, serve that page, take the code it brought."""

from __future__ import annotations

import logging
from typing import Annotated, Any

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response

from agentdesk.domain.people import Person
from agentdesk_server.doors import Answer, Door, address_of, json, read_json, server_of, shown_of
from agentdesk_server.limits import network_of
from agentdesk_server.problems import Problem

from .doors import Device, HalfAnswer, SessionAnswer, enter
from .entry import CHALLENGE, STALE_CODE, STATE, Back, Login
from .errands import Errand, place_of
from .factors.owners import BadAnswer
from .fresh import Fresh
from .origin import page_origin
from .second_doors import Ticket, finish, half_of

log = logging.getLogger(__name__)


class Loopback(msgspec.Struct, frozen=True):
    """Where the desk listens, what it wants to hear again, and the S256 of the word it keeps."""

    port: Annotated[int, Meta(ge=1024, le=65535)]
    state: Annotated[str, Meta(pattern=STATE)]
    challenge: Annotated[str, Meta(pattern=CHALLENGE)]

    def back(self) -> Back:
        return Back(self.port, self.state, self.challenge)


class WithPasskey(msgspec.Struct, frozen=True):
    """The second step of signing in, with a passkey."""

    ticket: Ticket
    loopback: Loopback


class FreshWithPasskey(msgspec.Struct, frozen=True):
    """A fresh proof, with a passkey."""

    loopback: Loopback


class NewPasskey(msgspec.Struct, frozen=True):
    """A passkey, under a name of one's own."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    loopback: Loopback


class Open(msgspec.Struct, frozen=True):
    """The address to open in the system's browser."""

    url: str


class Brought(msgspec.Struct, frozen=True):
    """What came to the loopback, and the word that the desk kept."""

    code: Annotated[str, Meta(min_length=1, max_length=100)]
    verifier: Annotated[str, Meta(pattern=r"^[A-Za-z0-9._~-]{43,128}$")]


class BroughtSession(Brought, frozen=True):
    """The same, for a session at a device."""

    device: Device


class Comer(msgspec.Struct, frozen=True):
    """Who is about to sign in."""

    email: str


class WithHandle(msgspec.Struct, frozen=True):
    """The page's own word."""

    handle: Annotated[str, Meta(min_length=1, max_length=100)]


class PasskeyAnswer(WithHandle, frozen=True):
    """What the browser has got from a passkey, as WebAuthn has it, bytes as base64url."""

    credential: dict[str, Any]


class PasskeyOptions(msgspec.Struct, frozen=True):
    """What the browser is to ask for; `add`: a new passkey."""

    add: bool
    options: dict[str, Any]


def _send(request: Request, errand: Errand) -> Response:
    return json(Open(server_of(request).errands.send(errand)), 201)


def _check_passkey(request: Request, person: str) -> None:
    if not server_of(request).entry.second.read.passkeys(person):
        raise Problem(409, "no-factor", "You have no passkey. Use a code.")


def _comer(request: Request, login: Login) -> Person:
    """Whom a browser's code signs in. Raises `Problem` 401."""
    person = server_of(request).reader.records.of(Person, login.person)
    if login.purpose != "session" or person is None or not person.active:
        raise Problem(401, "code", STALE_CODE)
    return person


async def with_passkey(request: Request) -> Response:
    wish = await read_json(request, WithPasskey)
    half, person = half_of(request, wish.ticket)
    _check_passkey(request, person.id)
    place = place_of(page_origin(request))
    return _send(request, Errand("half", person.id, half.device, wish.loopback.back(), place, wish.ticket))


async def fresh_with_passkey(request: Request) -> Response:
    wish, who = await read_json(request, FreshWithPasskey), request.state.who
    _check_passkey(request, who.person)
    place = place_of(page_origin(request))
    return _send(request, Errand("fresh", who.person, who.device, wish.loopback.back(), place))


async def add_passkey(request: Request) -> Response:
    wish, who = await read_json(request, NewPasskey), request.state.who
    place = place_of(page_origin(request))
    return _send(request, Errand("add", who.person, who.device, wish.loopback.back(), place, name=wish.name))


async def who_comes(request: Request) -> Response:
    """Whom a desk is about to sign in: it has files and a key for each person."""
    wish, server = await read_json(request, Brought), server_of(request)
    login = server.entry.redeem(wish.code, wish.verifier, keep=True)
    return json(Comer(_comer(request, login).email))


async def session_by_code(request: Request) -> Response:
    """What a browser brought becomes a session, or, from a provider that asked for little, the second step."""
    wish, server = await read_json(request, BroughtSession), server_of(request)
    server.gate.first_proof(shown_of(request))  # before the code is spent: a bad proof may come again
    login = server.entry.redeem(wish.code, wish.verifier)
    if login.purpose == "half" and login.device == wish.device.id:
        return await finish(request, login.ticket, "passkey")
    return await enter(request, _comer(request, login), wish.device, "provider", strong=login.strong)


async def fresh_by_code(request: Request) -> Response:
    wish, server, who = await read_json(request, Brought), server_of(request), request.state.who
    login = server.entry.redeem(wish.code, wish.verifier)
    if (login.purpose, login.person, login.device) != ("fresh", who.person, who.device):
        raise Problem(401, "code", "This proof in the browser is not good any more. Begin again.")
    await server.gate.proved_anew(who.person, who.device, "passkey")
    return json(Fresh(server.gate.fresh.until(who.person, who.device)))


async def options(request: Request) -> Response:
    asked = server_of(request).errands.ask((await read_json(request, WithHandle)).handle)
    if asked is None:
        raise _gone()
    return json(PasskeyOptions(*asked))


async def answer(request: Request) -> Response:
    wish, server = await read_json(request, PasskeyAnswer), server_of(request)
    person = server.errands.whose(wish.handle)
    try:
        url = await server.errands.answer(wish.handle, wish.credential)
    except BadAnswer as wrong:
        log.info("a passkey was refused: %s", wrong)
        server.gate.refused.note(person, "passkey", network_of(address_of(request)))
        raise Problem(401, "passkey", "This passkey does not prove who you are. Try again.") from None
    if url is None:
        raise _gone()
    return json(Open(url))


def _gone() -> Problem:
    return Problem(404, "gone", "This page is not good any more. Begin again in AgentDesk.")


DOORS = (
    Door(
        "POST",
        "/api/v1/session/passkey",
        "anyone",
        with_passkey,
        "The second step of signing in, with a passkey: gives the page to open",
        {201: Answer("Open it in the system's browser", Open)},
        (400, 401, 409, 413, 422),
        WithPasskey,
    ),
    Door(
        "POST",
        "/api/v1/session/code",
        "anyone",
        session_by_code,
        "What the browser brought to the desk's loopback, in exchange for a session",
        {201: Answer("Signed in", SessionAnswer), 202: Answer("A second factor is needed", HalfAnswer)},
        (400, 401, 403, 413, 422, 429),
        BroughtSession,
    ),
    Door(
        "POST",
        "/api/v1/session/code/person",
        "anyone",
        who_comes,
        "Who it is that the browser's code stands for; the code stays good",
        {200: Answer("This person", Comer)},
        (400, 401, 413, 422),
        Brought,
    ),
    Door(
        "POST",
        "/api/v1/session/fresh/passkey",
        "person",
        fresh_with_passkey,
        "Prove anew that it is you, with a passkey: gives the page to open",
        {201: Answer("Open it in the system's browser", Open)},
        (400, 401, 409, 413, 422),
        FreshWithPasskey,
    ),
    Door(
        "POST",
        "/api/v1/session/fresh/code",
        "person",
        fresh_by_code,
        "What the browser brought to the desk's loopback, as a fresh proof",
        {200: Answer("Proved", Fresh)},
        (400, 401, 413, 422),
        Brought,
    ),
    Door(
        "POST",
        "/api/v1/me/passkeys",
        "person",
        add_passkey,
        "Add a passkey: gives the page to open",
        {201: Answer("Open it in the system's browser", Open)},
        (400, 401, 403, 409, 413, 422),
        NewPasskey,
        fresh=True,
    ),
    Door(
        "POST",
        "/api/v1/passkey/options",
        "anyone",
        options,
        "For the passkey page: what the browser is to ask for",
        {200: Answer("This", PasskeyOptions)},
        (400, 404, 413, 422),
        WithHandle,
    ),
    Door(
        "POST",
        "/api/v1/passkey/answer",
        "anyone",
        answer,
        "For the passkey page: what the passkey said",
        {200: Answer("Go there", Open)},
        (400, 401, 404, 413, 422),
        PasskeyAnswer,
    ),
)
