"""The doors to one's own ways of signing in: password, authenticator app, passkeys, recovery codes."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response

from agentdesk.domain.people import Person
from agentdesk_server.doors import Answer, Door, address_of, json, read_json, server_of
from agentdesk_server.problems import FieldProblem, Problem

from .factors import totp
from .passwords import WeakPassword, check_password
from .second_doors import Code, Offered, Ticket


class NewPassword(msgspec.Struct, frozen=True):
    """The password there is, and the one that shall be."""

    old: Annotated[str, Meta(min_length=1, max_length=1000)]
    new: Annotated[str, Meta(min_length=1, max_length=1000)]


class Confirmation(msgspec.Struct, frozen=True):
    """The ticket under which a secret was offered, and the code that the app shows."""

    ticket: Ticket
    code: Code


class RecoveryCodes(msgspec.Struct, frozen=True):
    """Shown this once; empty if those from before go on."""

    codes: tuple[str, ...] = ()


class PasskeyAbout(msgspec.Struct, frozen=True):
    """A passkey; times in UTC ms, `used` is 0 until it was."""

    id: str
    name: str
    since: int
    used: int


class Ways(msgspec.Struct, frozen=True):
    """How one can sign in. `app` is since when there is an authenticator app (UTC ms), 0 if there is none."""

    app: int
    passkeys: tuple[PasskeyAbout, ...]
    recovery_left: int
    required: bool
    fresh_until: int


async def ways(request: Request) -> Response:
    server, person = server_of(request), own(request)
    factors = server.entry.second.read
    app = factors.totp(person.id)
    keys = tuple(PasskeyAbout(one.id, one.name, one.since, one.used) for one in factors.passkeys(person.id))
    until = server.gate.fresh.until(person.id, request.state.who.device)
    left = factors.recovery_left(person.id)
    return json(Ways(app.since if app else 0, keys, left, server.entry.must(person.role), until))


def own(request: Request) -> Person:
    """Who asks."""
    person = server_of(request).reader.records.of(Person, request.state.who.person)
    assert isinstance(person, Person)
    return person


async def change_password(request: Request) -> Response:
    wish, server, who = await read_json(request, NewPassword), server_of(request), request.state.who
    person = own(request)
    if server.entry.second.ways(person.id):
        server.gate.fresh.need(person.id, who.device)
    await server.gate.prove(person.email, wish.old, who.device, address_of(request))
    try:
        check_password(wish.new, person.name, person.email)
    except WeakPassword as error:
        raise Problem(422, "weak", str(error), errors=[FieldProblem("new", str(error))]) from None
    await server.gate.change_password(person.id, await server.gate.passwords.hash(wish.new), who.device)
    server.gate.fresh.forget(person.id)
    server.entry.halves.end(lambda half: half.person == person.id)
    await server.hub.sessions_ended()
    return Response(status_code=204)


async def offer_app(request: Request) -> Response:
    person = own(request)
    ticket, secret = server_of(request).entry.second.offer_app(person.id)
    return json(Offered(ticket, secret, totp.uri(secret, person.email)), 201)


async def confirm_app(request: Request) -> Response:
    wish, server, who = await read_json(request, Confirmation), server_of(request), request.state.who
    second = server.entry.second
    await second.confirm_app(who.person, who.device, wish.ticket, wish.code)
    server.gate.fresh.mark(who.person, who.device)
    codes = [] if second.read.recovery_left(who.person) else await second.new_recovery(who.person, who.device)
    return json(RecoveryCodes(tuple(codes)))


async def remove_app(request: Request) -> Response:
    person, second = own(request), server_of(request).entry.second
    _check_last(request, person, bool(second.read.passkeys(person.id)))
    if not await second.remove_app(person.id, request.state.who.device):
        raise Problem(404, "no-factor", "There is no authenticator app.")
    return Response(status_code=204)


async def remove_passkey(request: Request) -> Response:
    person, second = own(request), server_of(request).entry.second
    others = [one for one in second.read.passkeys(person.id) if one.id != request.path_params["id"]]
    _check_last(request, person, bool(others) or second.read.totp(person.id) is not None)
    if not await second.remove_passkey(person.id, request.state.who.device, request.path_params["id"]):
        raise Problem(404, "no-factor", "There is no such passkey.")
    return Response(status_code=204)


def _check_last(request: Request, person: Person, others: bool) -> None:
    if not others and server_of(request).entry.must(person.role):
        raise Problem(409, "last-factor", "Your role needs a second factor. Set up another one before you remove this.")


async def new_recovery(request: Request) -> Response:
    second, person = server_of(request).entry.second, own(request)
    if not second.ways(person.id):
        raise Problem(409, "no-factor", "Recovery codes stand in for a second factor. Set one up first.")
    codes = await second.new_recovery(person.id, request.state.who.device)
    return json(RecoveryCodes(tuple(codes)), 201)


KEY_ID = "[A-Za-z0-9_-]{1,1400}"
DOORS = (
    Door(
        "GET",
        "/api/v1/me/sign-in",
        "person",
        ways,
        "Your ways of signing in",
        {200: Answer("These", Ways)},
        (401,),
    ),
    Door(
        "PUT",
        "/api/v1/me/password",
        "person",
        change_password,
        "Change your own password; your sessions at other devices end",
        {204: Answer("Changed")},
        (400, 401, 403, 413, 422, 429),
        NewPassword,
    ),
    Door(
        "POST",
        "/api/v1/me/app",
        "person",
        offer_app,
        "Begin to set up an authenticator app",
        {201: Answer("What to tell the app", Offered)},
        (401, 403),
        fresh=True,
    ),
    Door(
        "PUT",
        "/api/v1/me/app",
        "person",
        confirm_app,
        "Confirm with a code that the app has the secret; with the first factor come recovery codes",
        {200: Answer("It counts from now on", RecoveryCodes)},
        (400, 401, 403, 409, 413, 422),
        Confirmation,
        fresh=True,
    ),
    Door(
        "DELETE",
        "/api/v1/me/app",
        "person",
        remove_app,
        "Remove the authenticator app",
        {204: Answer("Removed")},
        (401, 403, 404, 409),
        fresh=True,
    ),
    Door(
        "DELETE",
        "/api/v1/me/passkeys/{id}",
        "person",
        remove_passkey,
        "Remove a passkey",
        {204: Answer("Removed")},
        (401, 403, 404, 409),
        parameters={"id": f"^{KEY_ID}$"},
        fresh=True,
    ),
    Door(
        "POST",
        "/api/v1/me/recovery",
        "person",
        new_recovery,
        "Make ten new recovery codes; the old ones end",
        {201: Answer("Shown this once", RecoveryCodes)},
        (401, 403, 409),
        fresh=True,
    ),
)
