"""The doors of sign-in and sign-out."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response

from agentdesk.domain.people import Person
from agentdesk_server.doors import Answer, Door, address_of, bearer, json, read_json, server_of


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


class SessionAnswer(msgspec.Struct, frozen=True):
    """A session; `expires_at` in UTC milliseconds."""

    token: str
    expires_at: int
    person: SignedInPerson


async def sign_in(request: Request) -> Response:
    wish = await read_json(request, SignIn)
    person = await server_of(request).gate.prove(wish.email, wish.password, wish.device.id, address_of(request))
    return await open_session(request, person, wish.device)


async def open_session(request: Request, person: Person, device: Device) -> Response:
    """The one place where a session begins, for whoever has proved everything that is asked of them."""
    done = await server_of(request).gate.start(person, device.id)
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
        {201: Answer("Signed in", SessionAnswer)},
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
