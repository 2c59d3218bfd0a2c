"""What an operator can ask of sign-in: lost factors, who must have one, the server's address, the provider."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from agentdesk.domain.people import Person
from agentdesk.domain.signing import ResetPerson
from agentdesk_server.asked import Cannot, Request, Result, Text
from agentdesk_server.authority.factors import Factors
from agentdesk_server.authority.kept import Kept
from agentdesk_server.core import Core

from . import settling
from .address import NAME as ORIGIN
from .entry import roles_that_must
from .oidc import config as oidc
from .sealing import sign_in_key
from .seen import Give


class PersonResetFactors(Request, frozen=True, tag="person.reset-factors"):
    person: Text


class PersonReset(Request, frozen=True, tag="person.reset"):
    person: Text


class SecondFactorRequire(Request, frozen=True, tag="second-factor.require"):
    roles: list[str]


class SecondFactorShow(Request, frozen=True, tag="second-factor.show"):
    pass


class OriginSet(Request, frozen=True, tag="origin.set"):
    origin: Text


class OriginShow(Request, frozen=True, tag="origin.show"):
    pass


class OidcSet(Request, frozen=True, tag="oidc.set"):
    issuer: Text
    client_id: Text
    secret: Annotated[str, Meta(max_length=2000)] = ""
    name: Annotated[str, Meta(max_length=100)] = ""
    role: Annotated[str, Meta(max_length=100)] = ""


class OidcShow(Request, frozen=True, tag="oidc.show"):
    pass


class OidcRemove(Request, frozen=True, tag="oidc.remove"):
    pass


AnySettingRequest = SecondFactorRequire | SecondFactorShow | OriginSet | OriginShow | OidcSet | OidcShow | OidcRemove
AnySignInRequest = PersonResetFactors | PersonReset | AnySettingRequest


async def reset_factors(core: Core, asked: PersonResetFactors | PersonReset, person: Person, give: Give) -> Result:
    """Somebody has lost what they had: they sign in with the password alone, or with a code that is printed once."""
    if isinstance(asked, PersonReset):
        code, _ = await settling.help_in(core, person.id, give)
        return Result(code, [{"code": code}])
    ended = await give(ResetPerson(person=person.id), lambda _: _reset(core, person.id))
    return Result(f"{ended} removed")


def _reset(core: Core, person: str) -> int:
    Kept(core.database.conn).unlink(person)
    return Factors(core.database.conn).reset(person)


async def operate(core: Core, asked: AnySettingRequest, give: Give) -> Result:
    """Raises `Cannot` with a sentence."""
    match asked:
        case SecondFactorRequire():
            await settling.require(core, asked.roles, give)
            return _must(core)
        case SecondFactorShow():
            return _must(core)
        case OriginSet() | OriginShow():
            return await _origin(core, asked, give)
        case OidcSet():
            return await _set_provider(core, asked, give)
        case OidcRemove():
            return Result("removed" if await settling.disconnect_provider(core, give) else "none was set")
        case OidcShow():
            return _shown(core)


def _must(core: Core) -> Result:
    return Result("\n".join(roles_that_must(Kept(core.reader.conn))))


async def _origin(core: Core, asked: OriginSet | OriginShow, give: Give) -> Result:
    if isinstance(asked, OriginSet):
        try:
            await settling.set_origin(core, asked.origin, give)
        except ValueError as error:
            raise Cannot(str(error)) from None
    return Result((Kept(core.reader.conn).get(ORIGIN) or b"").decode())


async def _set_provider(core: Core, asked: OidcSet, give: Give) -> Result:
    wanted = oidc.Client(asked.issuer.strip(), asked.client_id, asked.secret, asked.role, asked.name)
    try:
        await settling.connect_provider(core, wanted, give)
    except oidc.Malformed as error:
        raise Cannot(str(error)) from None
    return _shown(core)


def _shown(core: Core) -> Result:
    """All but the secret."""
    found = oidc.client(Kept(core.reader.conn), sign_in_key(core.folder))
    if found is None:
        return Result("none was set")
    secret = "kept" if found.secret else "none"
    rows = {
        "issuer": found.issuer,
        "client": found.client_id,
        "secret": secret,
        "name": found.title,
        "role": found.role,
    }
    return Result("\n".join(f"{name}\t{value}" for name, value in rows.items()), [rows])
