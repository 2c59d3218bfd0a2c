"""What an operator can ask of sign-in: lost factors, who must have one, the server's address, the provider."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from agentdesk.domain.kernel import ROLES
from agentdesk.domain.people import Person
from agentdesk_server.asked import Cannot, Request, Result, Text
from agentdesk_server.authority.factors import Factors
from agentdesk_server.authority.kept import Kept
from agentdesk_server.core import Core

from .address import NAME as ORIGIN
from .address import check_origin
from .entry import decide_who_must, roles_that_must
from .oidc import config as oidc
from .sealing import sign_in_key


class PersonResetFactors(Request, frozen=True, tag="person.reset-factors"):
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
AnySignInRequest = PersonResetFactors | AnySettingRequest


async def reset_factors(core: Core, person: Person) -> Result:
    """Somebody has lost what they had: they sign in with the password alone and set up something new."""
    ended = await core.writer.call(lambda _: _reset(core, person.id))
    return Result(f"{ended} removed")


def _reset(core: Core, person: str) -> int:
    Kept(core.database.conn).unlink(person)
    return Factors(core.database.conn).reset(person)


async def operate(core: Core, asked: AnySettingRequest) -> Result:
    """Raises `Cannot` with a sentence."""
    kept = Kept(core.database.conn)
    match asked:
        case SecondFactorRequire():
            _check_roles(asked.roles)
            await core.writer.call(lambda _: decide_who_must(kept, asked.roles))
            return _must(core)
        case SecondFactorShow():
            return _must(core)
        case OriginSet() | OriginShow():
            return await _origin(core, kept, asked)
        case OidcSet():
            return await _set_provider(core, kept, asked)
        case OidcRemove():
            removed = await core.writer.call(lambda _: kept.remove(oidc.NAME))
            return Result("removed" if removed else "none was set")
        case OidcShow():
            return _shown(core)


def _must(core: Core) -> Result:
    return Result("\n".join(roles_that_must(Kept(core.reader.conn))))


def _check_roles(roles: list[str]) -> None:
    unknown = set(roles) - set(ROLES)
    if unknown:
        raise Cannot(f"There is no role {min(unknown)}. Roles are: {', '.join(ROLES)}.")


async def _origin(core: Core, kept: Kept, asked: OriginSet | OriginShow) -> Result:
    if isinstance(asked, OriginSet):
        try:
            origin = check_origin(asked.origin)
        except ValueError as error:
            raise Cannot(str(error)) from None
        await core.writer.call(lambda _: kept.put(ORIGIN, origin.encode()))
    return Result((Kept(core.reader.conn).get(ORIGIN) or b"").decode())


async def _set_provider(core: Core, kept: Kept, asked: OidcSet) -> Result:
    wanted = oidc.Client(asked.issuer.strip(), asked.client_id, asked.secret, asked.role, asked.name)
    _check_roles([asked.role] if asked.role else [])
    try:
        oidc.check(wanted)
    except oidc.Malformed as error:
        raise Cannot(str(error)) from None
    master = sign_in_key(core.folder)
    await core.writer.call(lambda _: oidc.set_client(kept, master, wanted))
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
