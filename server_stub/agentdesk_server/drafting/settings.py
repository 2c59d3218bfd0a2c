"""The drafting service as the operator has connected it, sealed, for its key is in it; and what was spent today."""

from __future__ import annotations

from pathlib import Path

import msgspec

from agentdesk_server.audit.keys import KeyLostError, derive, unwrap, wrap
from agentdesk_server.authority.kept import Kept
from agentdesk_server.core import master_key
from agentdesk_server.daily import Daily

NAME, SPENT = "drafting.endpoint", Daily("drafting.spent", "drafts")


class Endpoint(msgspec.Struct, frozen=True):
    """`url` is the address that `/chat/completions` is put after; `budget` the drafts of one day (UTC)."""

    url: str
    model: str
    key: str
    budget: int
    since: int


def drafting_key(folder: Path) -> bytes:
    """Seals the service's key. Raises `CannotStart` if the server's secret cannot be read."""
    return derive(master_key(folder), "drafting")


def endpoint(kept: Kept, key: bytes) -> Endpoint | None:
    """What is connected; nothing if the seal does not open under this key."""
    sealed = kept.get(NAME)
    if not sealed:
        return None
    try:
        return msgspec.json.decode(unwrap(key, NAME, sealed), type=Endpoint | None)
    except KeyLostError:
        return None


def connect(kept: Kept, key: bytes, found: Endpoint | None) -> None:
    """From now on this one, or none. On the authority's thread."""
    kept.put(NAME, wrap(key, NAME, msgspec.json.encode(found)))
