"""What an operator can ask about the company's directory: its token, and which groups give which roles."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from agentdesk.domain.people import UpdatePerson
from agentdesk.domain.signing import ConnectDirectory, DisconnectDirectory, LetGroupGive
from agentdesk_server.asked import Cannot, Request, Result, Text, listed, moment
from agentdesk_server.authority.kept import Kept
from agentdesk_server.core import Core
from agentdesk_server.gate.seen import Give

from .roles import role_due
from .settings import TOKEN, folded, make_token, role_groups, set_role_group, token_row
from .world import World


class ScimToken(Request, frozen=True, tag="scim.token"):
    pass


class ScimRevoke(Request, frozen=True, tag="scim.revoke"):
    pass


class ScimStatus(Request, frozen=True, tag="scim.status"):
    pass


class ScimGroup(Request, frozen=True, tag="scim.group"):
    name: Text
    role: Annotated[str, Meta(max_length=100)] = ""


AnyScimRequest = ScimToken | ScimRevoke | ScimStatus | ScimGroup


async def operate_scim(core: Core, asked: AnyScimRequest, submit: Give) -> Result:
    """Raises `Cannot` with a sentence."""
    kept = Kept(core.database.conn)
    match asked:
        case ScimToken():
            return Result(await connect_directory(core, submit))
        case ScimRevoke():
            return Result("revoked" if await disconnect_directory(core, submit) else "there was none")
        case ScimGroup():
            return await _let_group_give(core, kept, asked, submit)
        case ScimStatus():
            return _status(core)


async def connect_directory(core: Core, give: Give) -> str:
    """A new token, told once; the old one ends."""
    kept, now = Kept(core.database.conn), core.clock()
    return str(await give(ConnectDirectory(), lambda _: make_token(kept, now)))


async def disconnect_directory(core: Core, give: Give) -> bool:
    """Whether there was a token."""
    kept = Kept(core.database.conn)
    return bool(await give(DisconnectDirectory(), lambda _: kept.remove(TOKEN)))


async def _let_group_give(core: Core, kept: Kept, asked: ScimGroup, submit: Give) -> Result:
    """From now on, also for those who are in it already."""
    world = World(core.reader)
    if any(folded(team.name) == folded(asked.name) for team in world.teams.values()):
        raise Cannot(f"{asked.name} is a team. Give the group another name in the directory, or retire the team first.")
    wish = LetGroupGive(group=asked.name, role=asked.role)
    await submit(wish, lambda _: set_role_group(kept, asked.name, asked.role))
    for row in world.role_groups().values():
        if folded(row.name) == folded(asked.name):
            for id in world.rows.members(row.id):
                await _settle(world, id, submit)
    return _status(core)


async def _settle(world: World, id: str, submit: Give) -> None:
    person, role = world.person(id), role_due(world.rows, world.kept, id)
    if person is not None and person.role != role:
        changed = msgspec.structs.replace(person, role=role)
        fields = {name: getattr(changed, name) for name in ("name", "role", "teams", "languages", "active")}
        await submit(UpdatePerson(person=id, **fields))


def _status(core: Core) -> Result:
    """Whether there is a token and since when, never which; which groups give which roles."""
    kept = Kept(core.reader.conn)
    row = token_row(kept)
    rows = [{"what": "token", "value": f"since {moment(row.since)}" if row else "none"}]
    rows += [{"what": name, "value": role} for name, role in sorted(role_groups(kept).items())]
    return listed(rows)
