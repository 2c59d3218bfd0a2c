"""The other regions as the operator has named them: whose token opens our door, and where we tell ours."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from pathlib import Path

import msgspec

from agentdesk_server.audit.keys import KeyLostError, derive, unwrap, wrap
from agentdesk_server.authority.credentials import hash_of, new_token
from agentdesk_server.authority.kept import Kept
from agentdesk_server.core import master_key

ACCEPTED = "regions.accepted"
RECEIVERS = "regions.receivers"


class Accepted(msgspec.Struct, frozen=True):
    """A region that tells us its own: its token's hash, the team that sees it, since when (UTC ms)."""

    hash: str
    team: str
    since: int


class Receiver(msgspec.Struct, frozen=True):
    """A region that we tell ours: where its server is, and the token that it gave us."""

    url: str
    token: str
    since: int


def accepted(kept: Kept) -> Mapping[str, Accepted]:
    """Region → what is known of it."""
    return msgspec.json.decode(kept.get(ACCEPTED) or b"{}", type=dict[str, Accepted])


def accept(kept: Kept, region: str, team: str, now: int) -> str:
    """A new token for a region, in place of an older one. On the authority's thread."""
    token = new_token()
    kept.put(ACCEPTED, msgspec.json.encode({**accepted(kept), region: Accepted(hash_of(token), team, now)}))
    return token


def accept_no_more(kept: Kept, region: str) -> bool:
    """Close the door to a region; whether it was open. On the authority's thread."""
    found = dict(accepted(kept))
    was = found.pop(region, None)
    kept.put(ACCEPTED, msgspec.json.encode(found))
    return was is not None


def region_of(kept: Kept, token: str) -> tuple[str, Accepted] | None:
    """Whose token this is."""
    given = hash_of(token) if token else ""
    matches = [(name, one) for name, one in accepted(kept).items() if hmac.compare_digest(given, one.hash)]
    return matches[0] if matches else None


def regions_key(folder: Path) -> bytes:
    """Seals the tokens that other regions gave us. Raises `CannotStart` if the server's secret cannot be read."""
    return derive(master_key(folder), "regions")


def receivers(kept: Kept, key: bytes) -> Mapping[str, Receiver]:
    """Region → where it is told; nothing if the seal does not open under this key."""
    sealed = kept.get(RECEIVERS)
    if sealed is None:
        return {}
    try:
        return msgspec.json.decode(unwrap(key, RECEIVERS, sealed), type=dict[str, Receiver])
    except KeyLostError:
        return {}


def set_receiver(kept: Kept, key: bytes, region: str, receiver: Receiver | None) -> bool:
    """Tell a region from now on, or no more; whether it was told before. On the authority's thread."""
    found = dict(receivers(kept, key))
    was = found.pop(region, None)
    if receiver is not None:
        found[region] = receiver
    kept.put(RECEIVERS, wrap(key, RECEIVERS, msgspec.json.encode(found)))
    return was is not None
