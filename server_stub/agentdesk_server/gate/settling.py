"""What the company decides about signing in, whoever says it: each a command in the log, and the rows that follow."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from agentdesk.domain.signing import (
    ConnectProvider,
    DisconnectProvider,
    RequireSecondFactor,
    ResetPerson,
    SetOrigin,
)
from agentdesk_server.authority import Authority
from agentdesk_server.authority.credentials import Credentials
from agentdesk_server.authority.factors import Factors
from agentdesk_server.authority.kept import Kept
from agentdesk_server.core import Core

from .address import NAME as ORIGIN
from .address import check_origin
from .entry import decide_who_must
from .factors import recovery
from .oidc import config as oidc
from .sealing import sign_in_key
from .seen import Give

HELP_LASTS = 7 * 24 * 3_600_000


async def require(core: Core, roles: Iterable[str], give: Give) -> None:
    """Roles that must have a second factor from now on."""
    wanted, kept = tuple(dict.fromkeys(roles)), Kept(core.database.conn)
    await give(RequireSecondFactor(roles=wanted), lambda _: decide_who_must(kept, wanted))


async def set_origin(core: Core, origin: str, give: Give) -> None:
    """The server's own address. Raises `ValueError` with a sentence."""
    checked, kept = check_origin(origin), Kept(core.database.conn)
    await give(SetOrigin(origin=checked), lambda _: kept.put(ORIGIN, checked.encode()))


async def connect_provider(core: Core, wanted: oidc.Client, give: Give) -> None:
    """People sign in with it from now on; its secret is sealed. Raises `Malformed` with a sentence."""
    oidc.check(wanted)
    kept, master = Kept(core.database.conn), sign_in_key(core.folder)
    command = ConnectProvider(
        issuer=wanted.issuer[:500], client=wanted.client_id[:500], name=wanted.name, role=wanted.role
    )
    await give(command, lambda _: oidc.set_client(kept, master, wanted))


async def disconnect_provider(core: Core, give: Give) -> bool:
    """Whether there was one."""
    kept = Kept(core.database.conn)
    return bool(await give(DisconnectProvider(), lambda _: kept.remove(oidc.NAME)))


async def help_in(core: Core, person: str, give: Give) -> tuple[str, int]:
    """Take all second factors of somebody away and end their sessions; a code that lets them in once beside their
    password, and until when it is good (UTC ms).
    """
    code, expires = recovery.new_codes()[0], core.clock() + HELP_LASTS
    await give(ResetPerson(person=person), partial(_help, core, person, recovery.hash_of(person, code), expires))
    return code, expires


def _help(core: Core, person: str, hashed: str, expires: int, _: Authority) -> None:
    """On the authority's thread."""
    Factors(core.database.conn).put_help(person, hashed, expires)
    Credentials(core.database.conn).end_sessions(person)
