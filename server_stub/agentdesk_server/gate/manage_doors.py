"""Doors for who runs the company: sign-in, the directory, keys, and a colleague who is locked out."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response

from agentdesk.domain.kernel import Actor, Command, Denied, Refusal
from agentdesk.domain.signing import EVERY_KEY, Keys
from agentdesk_server.authority.kept import Kept
from agentdesk_server.doors import Answer, Door, json, read_json, server_of
from agentdesk_server.problems import Problem
from agentdesk_server.provisioning.operating import connect_directory, disconnect_directory
from agentdesk_server.provisioning.settings import token_row

from . import settling
from .address import NAME as ORIGIN
from .entry import roles_that_must
from .oidc import config as oidc
from .orders import rotate
from .sealing import sign_in_key
from .seen import Give, Work, done, given, nothing

ID = r"^[A-Za-z0-9][A-Za-z0-9._:@-]{0,119}$"
Line = Annotated[str, Meta(max_length=200)]


class Must(msgspec.Struct, frozen=True):
    """The roles that must have a second factor."""

    roles: Annotated[tuple[Line, ...], Meta(max_length=50)]


class ProviderWish(msgspec.Struct, frozen=True):
    """The company's provider; `role` is for people who are not known here, without one they stay out."""

    issuer: Annotated[str, Meta(min_length=1, max_length=500)]
    client_id: Annotated[str, Meta(min_length=1, max_length=500)]
    secret: Annotated[str, Meta(max_length=2000)] = ""
    name: Annotated[str, Meta(max_length=100)] = ""
    role: Annotated[str, Meta(max_length=100)] = ""


class ProviderSet(msgspec.Struct, frozen=True):
    """The same without its secret."""

    issuer: str
    client_id: str
    name: str
    role: str


class SignInSet(msgspec.Struct, frozen=True):
    """What is decided about signing in. `origin` is empty until the operator has set it."""

    must: tuple[str, ...]
    origin: str
    provider: ProviderSet | None


class DirectorySet(msgspec.Struct, frozen=True):
    """Since when the directory has its token (UTC ms), 0 if it has none."""

    since: int


class Token(msgspec.Struct, frozen=True):
    """Told this once."""

    token: str


class Replace(msgspec.Struct, frozen=True):
    """Which keys."""

    keys: Annotated[tuple[Keys, ...], Meta(min_length=1, max_length=3)] = EVERY_KEY


class Replaced(msgspec.Struct, frozen=True):
    """The key that signs heads now, in hex."""

    key: str


class Help(msgspec.Struct, frozen=True):
    """A code that lets somebody in once, beside their password, until a time (UTC ms); told this once."""

    code: str
    until: int


def _giver(request: Request) -> Give:
    """Commands in the name of who asks: the authority decides again, and the log has them."""
    server, who = server_of(request), request.state.who

    async def give(command: Command, work: Work | None = None) -> Any:
        actor, fresh = Actor(who.person, "nobody", device=who.device), server.gate.fresh.fresh(who.person, who.device)
        try:
            return await done(server.writer, given(actor, command, work or nothing, fresh=fresh))
        except Denied as denied:
            raise Problem(403, "denied", str(denied)) from None
        except Refusal as refusal:
            status = {"missing": 404, "step_up": 403, "error": 500}.get(refusal.code, 409)
            raise Problem(status, refusal.code, str(refusal)) from None

    return give


async def sign_in_set(request: Request) -> Response:
    server = server_of(request)
    kept = Kept(server.reader.conn)
    found = oidc.client(kept, sign_in_key(server.folder))
    provider = ProviderSet(found.issuer, found.client_id, found.name, found.role) if found is not None else None
    return json(SignInSet(roles_that_must(kept), (kept.get(ORIGIN) or b"").decode(), provider))


async def require(request: Request) -> Response:
    wish = await read_json(request, Must)
    await settling.require(server_of(request).core, wish.roles, _giver(request))
    return Response(status_code=204)


async def connect_provider(request: Request) -> Response:
    wish = await read_json(request, ProviderWish)
    wanted = oidc.Client(wish.issuer.strip(), wish.client_id, wish.secret, wish.role, wish.name)
    try:
        await settling.connect_provider(server_of(request).core, wanted, _giver(request))
    except oidc.Malformed as error:
        raise Problem(422, "provider", str(error)) from None
    return Response(status_code=204)


async def disconnect_provider(request: Request) -> Response:
    await settling.disconnect_provider(server_of(request).core, _giver(request))
    return Response(status_code=204)


async def directory_set(request: Request) -> Response:
    row = token_row(Kept(server_of(request).reader.conn))
    return json(DirectorySet(row.since if row else 0))


async def directory_token(request: Request) -> Response:
    return json(Token(await connect_directory(server_of(request).core, _giver(request))), 201)


async def end_directory(request: Request) -> Response:
    await disconnect_directory(server_of(request).core, _giver(request))
    return Response(status_code=204)


async def replace_keys(request: Request) -> Response:
    wish, server = await read_json(request, Replace), server_of(request)
    await rotate(server.core, wish.keys, _giver(request))
    await server.audit.publish()
    return json(Replaced(server.writer.authority.ledger.public_key.hex()))


async def help_in(request: Request) -> Response:
    server, person = server_of(request), request.path_params["id"]
    told = await settling.help_in(server.core, person, _giver(request))
    server.gate.fresh.forget(person)
    server.entry.halves.end(lambda half: half.person == person)
    await server.hub.sessions_ended()
    return json(Help(*told), 201)


SIGN_IN, DIRECTORY = "/api/v1/manage/sign-in", "/api/v1/manage/directory"
DOORS = (
    Door(
        "GET",
        SIGN_IN,
        "person",
        sign_in_set,
        "What is decided about signing in",
        {200: Answer("This", SignInSet)},
        (401, 403),
        may="signin.manage",
    ),
    Door(
        "PUT",
        f"{SIGN_IN}/second-factor",
        "person",
        require,
        "Say which roles must have a second factor",
        {204: Answer("From now on")},
        (400, 401, 403, 409, 413, 422),
        Must,
        may="signin.manage",
        fresh=True,
    ),
    Door(
        "PUT",
        f"{SIGN_IN}/provider",
        "person",
        connect_provider,
        "Let people sign in with the company's provider (OpenID Connect)",
        {204: Answer("From now on")},
        (400, 401, 403, 409, 413, 422),
        ProviderWish,
        may="signin.manage",
        fresh=True,
    ),
    Door(
        "DELETE",
        f"{SIGN_IN}/provider",
        "person",
        disconnect_provider,
        "No provider any more",
        {204: Answer("From now on")},
        (401, 403),
        may="signin.manage",
        fresh=True,
    ),
    Door(
        "GET",
        DIRECTORY,
        "person",
        directory_set,
        "Whether a directory is connected",
        {200: Answer("This", DirectorySet)},
        (401, 403),
        may="provisioning.manage",
    ),
    Door(
        "POST",
        f"{DIRECTORY}/token",
        "person",
        directory_token,
        "Make the directory's token; an older one ends",
        {201: Answer("Told this once", Token)},
        (401, 403),
        may="provisioning.manage",
        fresh=True,
    ),
    Door(
        "DELETE",
        f"{DIRECTORY}/token",
        "person",
        end_directory,
        "No directory any more",
        {204: Answer("From now on")},
        (401, 403),
        may="provisioning.manage",
        fresh=True,
    ),
    Door(
        "POST",
        "/api/v1/manage/keys",
        "person",
        replace_keys,
        "Replace keys: of laptops, of what the log seals, of the log's heads",
        {200: Answer("Replaced", Replaced)},
        (400, 401, 403, 409, 413, 422),
        Replace,
        may="keys.rotate",
        fresh=True,
    ),
    Door(
        "POST",
        "/api/v1/people/{id}/help",
        "person",
        help_in,
        "Take a colleague's second factors away, and make a code that lets them in once beside their password",
        {201: Answer("Told this once", Help)},
        (401, 403, 404, 409),
        parameters={"id": ID},
        may="person.reset",
        fresh=True,
    ),
)
