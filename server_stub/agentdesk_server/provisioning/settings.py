"""What the operator has set for the directory: its token, of which only a hash is kept, and groups that give roles."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

import msgspec

from agentdesk_server.authority.credentials import hash_of, new_token
from agentdesk_server.authority.kept import Kept

TOKEN = "directory.token"  # noqa: S105 the name of a setting
GROUPS = "directory.groups"


class TokenRow(msgspec.Struct, frozen=True):
    """The token as it is kept, and since when there is one (UTC ms)."""

    hash: str
    since: int


def make_token(kept: Kept, now: int) -> str:
    """A new token in place of the old one. On the authority's thread."""
    token = new_token()
    kept.put(TOKEN, msgspec.json.encode(TokenRow(hash_of(token), now)))
    return token


def token_row(kept: Kept) -> TokenRow | None:
    found = kept.get(TOKEN)
    return None if found is None else msgspec.json.decode(found, type=TokenRow)


def knows(kept: Kept, token: str) -> bool:
    """Whether this is the directory's token."""
    row = token_row(kept)
    return row is not None and bool(token) and hmac.compare_digest(hash_of(token), row.hash)


def role_groups(kept: Kept) -> Mapping[str, str]:
    """Group, as `folded`, → the role of those who are in it."""
    return msgspec.json.decode(kept.get(GROUPS) or b"{}", type=dict[str, str])


def set_role_group(kept: Kept, name: str, role: str) -> None:
    """A group gives a role from now on, or none ("" ). On the authority's thread."""
    groups = {**role_groups(kept), folded(name): role}
    kept.put(GROUPS, msgspec.json.encode({name: role for name, role in groups.items() if role}))


def folded(name: str) -> str:
    """A name as names are compared."""
    return name.strip().casefold()
