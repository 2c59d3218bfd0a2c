"""The doors of sign-in and sign-out."""

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
from agentdesk_server.problems import Problem, not_signed_in

from .devices import Lease
from .entry import Half
from .sessions import Arrival, SignedIn


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


class SessionAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """A session; times in UTC milliseconds. With a proof the token is bound to its key, and `refresh` is there."""

    token: str
    expires_at: int
    person: SignedInPerson
    token_type: str = "Bearer"  # noqa: S105 what it is called in the Authorization header
    expires_in: int = 0
    """Seconds, for clients whose clock is wrong."""
    refresh: str = ""
    refresh_expires_at: int = 0
    lease: Lease | None = None


class Renew(msgspec.Struct, frozen=True):
    """The last refresh token, in exchange for the next one."""

    refresh: Annotated[str, Meta(min_length=1, max_length=200)]


async def sign_in(request: Request) -> Response:
    wish, gate = await read_json(request, SignIn), server_of(request).gate
    gate.first_proof(shown_of(request))  # before a try is counted: a bad proof is no guess
    person = await gate.prove(wish.email, wish.password, wish.device.id, address_of(request))
    return await enter(request, person, wish.device, "password")


async def enter(request: Request, person: Person, device: Device, way: Way, strong: bool = False) -> Response:
    """A session, or the ticket of the next step for somebody who has a second factor or must have one.

    `way` is what they have proved themselves with; `strong` says that the provider has asked for more than a password.
    """
    entry = server_of(request).entry
    ways = entry.second.ways(person.id)
    enrol = not ways and entry.must(person.role)
    if strong or not (ways or enrol):
        return await open_session(request, person, device, (way,))
    ticket, until = entry.halves.give(Half(person.id, device.id, device.name, enrol, ways=(way,)))
    return json(HalfAnswer(ticket, until, ways, enrol), 202)


async def open_session(request: Request, person: Person, device: Device, ways: tuple[Way, ...]) -> Response:
    """The one place where a session begins, for whoever has proved everything that is asked of them."""
    gate = server_of(request).gate
    try:
        done = await gate.start(person, arrival_of(request, device), gate.first_proof(shown_of(request)), ways)
    except Problem as problem:
        if problem.status == 403:  # anything else is a step on the way
            gate.refused.note(person.id, "device", network_of(address_of(request)))
        raise
    gate.fresh.mark(person.id, device.id)
    return json(session_answer(done), 201)


async def renew(request: Request) -> Response:
    wish, server = await read_json(request, Renew), server_of(request)
    try:
        done = await server.gate.refresh(wish.refresh, shown_of(request))
    except Problem:
        await server.hub.sessions_ended()  # an old token has ended the session of a desk that is connected
        raise
    return json(session_answer(done), 201)


def arrival_of(request: Request, device: Device) -> Arrival:
    """The device at the door. The code that lets a new one in comes in a header: with whatever step opens a session."""
    return Arrival(device.id, device.name, request.headers.get("enrolment-code", "")[:100])


async def wiped(request: Request) -> Response:
    """A laptop that was shut out says that all is gone. Its key is all that it has left to say who it is."""
    gate = server_of(request).gate
    proof = gate.proofs.check(shown_of(request))
    if not await gate.devices.wiped(proof.key):
        raise not_signed_in()
    return Response(status_code=204)


def session_answer(done: SignedIn) -> SessionAnswer:
    """What a client gets of a session."""
    person = done.person
    about = SignedInPerson(person.id, person.name, person.email, person.role, person.teams)
    kind = "DPoP" if done.key else "Bearer"
    return SessionAnswer(
        done.token, done.expires, about, kind, done.lasts // 1000, done.refresh, done.refresh_expires, done.lease
    )


async def sign_out(request: Request) -> Response:
    await server_of(request).gate.sign_out(request.state.who)
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
        (400, 401, 403, 413, 422, 429),
        SignIn,
    ),
    Door(
        "POST",
        "/api/v1/session/refresh",
        "anyone",
        renew,
        "Go on with a session that is bound to a key; the refresh token changes each time",
        {201: Answer("Renewed", SessionAnswer)},
        (400, 401, 403, 413, 422, 429),
        Renew,
    ),
    Door(
        "POST",
        "/api/v1/device/wiped",
        "anyone",
        wiped,
        "A device that was shut out has destroyed what it held",
        {204: Answer("Noted")},
        (401,),
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
