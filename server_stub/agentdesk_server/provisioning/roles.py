"""Which role the directory gives somebody: by groups that the operator has named, else by what it says of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from agentdesk.domain.kernel import ROLES
from agentdesk_server.authority.directory import Directory
from agentdesk_server.authority.kept import Kept

from .settings import folded, role_groups

OPEN_ROLES = tuple(
    role for role, may in ROLES.items() if not {"person.grant", "audit.unseal", "provisioning.manage"} & may
)
"""What the directory may give anybody. The others it gives only through a group that the operator has named."""
FALLBACK = "agent"


def said_role(said: Mapping[str, Any]) -> str:
    """The role in the directory's own account of somebody: of several the primary one, else the first; none of none."""
    found = [one for one in said.get("roles", ()) if one.get("value")]
    found.sort(key=lambda one: not one.get("primary"))
    return str(found[0]["value"]) if found else ""


def role_by_group(rows: Directory, kept: Kept, person: str) -> str:
    """The strongest of the roles that groups give somebody; none if they give none."""
    given = role_groups(kept)
    return _strongest(given.get(folded(name), "") for _, name in rows.groups_of(person))


def role_due(rows: Directory, kept: Kept, person: str) -> str:
    """What somebody is to be whose groups have changed."""
    row = rows.row("user", person)
    return role_by_group(rows, kept, person) or said_role(row.said if row else {}) or FALLBACK


def _strongest(roles: Iterable[str]) -> str:
    """The one that comes last in the table of rights."""
    order = list(ROLES)
    return max((role for role in roles if role in ROLES), key=order.index, default="")
