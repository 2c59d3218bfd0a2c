"""What an operator can ask of sign-in: lost factors, who must have one, the server's address, the provider."""

from __future__ import annotations

from agentdesk.domain.kernel import ROLES
from agentdesk.domain.people import Person
from agentdesk_server.asked import Cannot, Request, Result, Text
from agentdesk_server.authority.factors import Factors
from agentdesk_server.authority.kept import Kept
from agentdesk_server.core import Core

from .entry import decide_who_must, roles_that_must


class PersonResetFactors(Request, frozen=True, tag="person.reset-factors"):
    person: Text


class SecondFactorRequire(Request, frozen=True, tag="second-factor.require"):
    roles: list[str]


class SecondFactorShow(Request, frozen=True, tag="second-factor.show"):
    pass


AnySettingRequest = SecondFactorRequire | SecondFactorShow
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
            unknown = set(asked.roles) - set(ROLES)
            if unknown:
                raise Cannot(f"There is no role {min(unknown)}. Roles are: {', '.join(ROLES)}.")
            await core.writer.call(lambda _: decide_who_must(kept, asked.roles))
    return Result("\n".join(roles_that_must(Kept(core.reader.conn))))
