"""The doors of the second step: a code after the password, and a fresh proof before what is privileged."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response

from agentdesk.domain.people import Person
from agentdesk.domain.signing import Way
from agentdesk_server.doors import Answer, Door, address_of, json, read_json, server_of, shown_of
from agentdesk_server.limits import network_of
from agentdesk_server.problems import Problem

from .doors import Device, SessionAnswer, open_session
from .entry import Half
from .factors import totp
from .fresh import Fresh
from .second import SecondFactor

Ticket = Annotated[str, Meta(min_length=1, max_length=100)]
Code = Annotated[str, Meta(min_length=1, max_length=100)]


class SecondStep(msgspec.Struct, frozen=True):
    """The ticket of the first step, and a code of the app or a recovery code."""

    ticket: Ticket
    code: Code


class WithTicket(msgspec.Struct, frozen=True):
    """The ticket of the first step."""

    ticket: Ticket


class Offered(msgspec.Struct, frozen=True):
    """What an authenticator app has to be told; a code of it, with the ticket, confirms that it knows."""

    ticket: str
    secret: str
    uri: str


class Proof(msgspec.Struct, frozen=True):
    """A code of the app or a recovery code; the password for somebody who has no second factor."""

    code: Annotated[str, Meta(max_length=100)] = ""
    password: Annotated[str, Meta(max_length=1000)] = ""


async def second_step(request: Request) -> Response:
    wish, server = await read_json(request, SecondStep), server_of(request)
    server.gate.first_proof(shown_of(request))  # before the code is spent: a bad proof may come again
    half, person = half_of(request, wish.ticket)
    second = server.entry.second
    if half.enrol:
        _check_first(half, second)
        await second.confirm_app(person.id, half.device, half.offer, wish.code)
        return await finish(request, wish.ticket, "totp")
    return await finish(request, wish.ticket, await proved(request, person.id, half.device, wish.code))


async def proved(request: Request, person: str, device: str, code: str) -> Way:
    """What a code that somebody has typed was. Raises `Problem`; that goes into the log."""
    server = server_of(request)
    try:
        return await server.entry.second.prove(person, device, code)
    except Problem:
        server.gate.refused.note(person, "code", network_of(address_of(request)))
        raise


async def finish(request: Request, ticket: str, way: Way) -> Response:
    """The session for a half that has been made whole; the ticket ends."""
    server = server_of(request)
    half, person = half_of(request, ticket)
    if server.entry.halves.take(ticket) is None:
        raise _too_late()
    return await open_session(request, person, Device(half.device, half.name), (*half.ways, way))


def half_of(request: Request, ticket: str) -> tuple[Half, Person]:
    """Who has come half-way. Raises `Problem` 401."""
    server = server_of(request)
    half = server.entry.halves.look(ticket)
    person = server.reader.records.of(Person, half.person) if half is not None else None
    if half is None or person is None or not person.active:
        raise _too_late()
    return half, person


def _too_late() -> Problem:
    return Problem(401, "ticket", "This sign-in took too long. Begin again with your password.")


def _check_first(half: Half, second: SecondFactor) -> None:
    """The password alone sets up a first factor, never another one. Raises `Problem` 409.

    The ticket alone does not tell: somebody may have set one up since it was given.
    """
    if not half.enrol or second.ways(half.person):
        raise Problem(409, "has-factor", "You have a second factor already: use it to sign in.")


async def first_app(request: Request) -> Response:
    wish, entry = await read_json(request, WithTicket), server_of(request).entry
    half, person = half_of(request, wish.ticket)
    _check_first(half, entry.second)
    offer, secret = entry.second.offer_app(person.id)
    if entry.halves.take(wish.ticket) is None:
        raise _too_late()
    ticket, _ = entry.halves.give(msgspec.structs.replace(half, offer=offer))
    return json(Offered(ticket, secret, totp.uri(secret, person.email)), 201)


async def step_up(request: Request) -> Response:
    wish, server, who = await read_json(request, Proof), server_of(request), request.state.who
    person = server.reader.records.of(Person, who.person)
    assert isinstance(person, Person)
    way: Way = "password"
    if server.entry.second.ways(person.id):
        if not wish.code:
            raise Problem(401, "code", "Type a code of your authenticator app, or a recovery code.")
        way = await proved(request, person.id, who.device, wish.code)
    elif server.entry.must(person.role):
        raise Problem(403, "enrol", "Your role needs a second factor. Set one up first: Password and second factor.")
    else:
        await server.gate.prove(person.email, wish.password, who.device, address_of(request))
    await server.gate.proved_anew(person.id, who.device, way)
    return json(Fresh(server.gate.fresh.until(person.id, who.device)))


DOORS = (
    Door(
        "POST",
        "/api/v1/session/factor",
        "anyone",
        second_step,
        "The second step of signing in: a code of the app, or a recovery code",
        {201: Answer("Signed in", SessionAnswer)},
        (400, 401, 403, 409, 413, 422, 429),
        SecondStep,
    ),
    Door(
        "POST",
        "/api/v1/session/app",
        "anyone",
        first_app,
        "Set up an authenticator app while signing in, for somebody whose role must have one",
        {201: Answer("What to tell the app", Offered)},
        (400, 401, 409, 413, 422),
        WithTicket,
    ),
    Door(
        "POST",
        "/api/v1/session/fresh",
        "person",
        step_up,
        "Prove anew that it is you, for what is privileged",
        {200: Answer("Proved", Fresh)},
        (400, 401, 403, 409, 413, 422, 429),
        Proof,
    ),
)
