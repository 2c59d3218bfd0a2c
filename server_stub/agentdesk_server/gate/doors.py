"""The doors of sign-in and sign-out."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response

from agentdesk.domain.people import Person
from agentdesk_server.doors import Answer, Door, address_of, bearer, json, read_json, server_of

from .entry import Half


class Device(msgspec.Struct, frozen=True):
    """The device that a session belongs to; it makes its own id, once."""

    id: Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]*$")]
    name: Annotated[str, Meta(max_length=200)] = ""


class SignIn(msgspec.Struct, frozen=True):
    """A password in exchange for a token."""

    email: Annotated[str, Meta(min_length=1, max_length=254)]
    password: Annotated[str, Meta(min_length=1, max_length=1000)]
    device: Device


class SignedInPerson(msgspec.Struct, frozen=True):
    """Who has signed in."""

    id: str
    name: str
    email: str
    role: str
    teams: tuple[str, ...]


class HalfAnswer(msgspec.Struct, frozen=True):
    """One thing was proved, another one is needed: `ways` are totp, passkey and recovery; with `enrol` there is none
    yet and one has to be set up. The ticket is good until `expires_at` (UTC ms)."""

    ticket: str
    expires_at: int
    ways: tuple[str, ...]
    enrol: bool


class SessionAnswer(msgspec.Struct, frozen=True):
    """A session; `expires_at` in UTC milliseconds."""

    token: str
    expires_at: int
    person: SignedInPerson


async def sign_in(request: Request) -> Response:
    wish = await read_json(request, SignIn)
    person = await server_of(request).gate.prove(wish.email, wish.password, wish.device.id, address_of(request))
    return await enter(request, person, wish.device)


async def enter(request: Request, person: Person, device: Device, strong: bool = False) -> Response:
    """A session, or the ticket of the next step for somebody who has a second factor or must have one.

    `strong` says that the provider has asked for more than a password already.
    """
    entry = server_of(request).entry
    ways = entry.second.ways(person.id)
    enrol = not ways and entry.must(person.role)
    if strong or not (ways or enrol):
        return await open_session(request, person, device)
    ticket, until = entry.halves.give(Half(person.id, device.id, device.name, enrol))
    return json(HalfAnswer(ticket, until, ways, enrol), 202)


async def open_session(request: Request, person: Person, device: Device) -> Response:
    """The one place where a session begins, for whoever has proved everything that is asked of them."""
    gate = server_of(request).gate
    done = await gate.start(person, device.id)
    gate.fresh.mark(person.id, device.id)
    about = SignedInPerson(person.id, person.name, person.email, person.role, person.teams)
    return json(SessionAnswer(done.token, done.expires, about), 201)


async def sign_out(request: Request) -> Response:
    await server_of(request).gate.sign_out(bearer(request))
    await server_of(request).hub.sessions_ended()
    return Response(status_code=204)


DOORS = (
    Door(
        "POST",
        "/api/v1/session",
        "anyone",
        sign_in,
        "Sign in with a password",
        {201: Answer("Signed in", SessionAnswer), 202: Answer("A second factor is needed", HalfAnswer)},
        (400, 401, 413, 422, 429),
        SignIn,
    ),
    Door(
        "DELETE",
        "/api/v1/session",
        "person",
        sign_out,
        "Sign out: the token is worth nothing any more",
        {204: Answer("Signed out")},
        (401,),
    ),
)
