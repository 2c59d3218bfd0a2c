"""Which provider people sign in with, as the operator has set it; sealed, for the client's secret is in it."""

from __future__ import annotations

from urllib.parse import urlsplit

import msgspec

from agentdesk_server.audit.keys import KeyLostError, unwrap, wrap
from agentdesk_server.authority.kept import Kept
from agentdesk_server.limits import is_loopback

NAME = "oidc"


class Malformed(ValueError):
    """What was set makes no sense; the text is a sentence for the operator."""


class Client(msgspec.Struct, frozen=True):
    """This server as the provider knows it. `role` is for people who are not known here; without one they stay out."""

    issuer: str
    client_id: str
    secret: str = ""
    role: str = ""
    name: str = ""
    """What people call the provider."""

    @property
    def title(self) -> str:
        """For a button."""
        return self.name or urlsplit(self.issuer).hostname or self.issuer


def check(client: Client) -> None:
    """Raises `Malformed`."""
    if not right_url(client.issuer) or urlsplit(client.issuer).query:
        raise Malformed("The issuer is an address like https://login.example.com, without a query.")
    if not client.client_id:
        raise Malformed("The provider gave this server a client id: give it with --client-id.")


def right_url(url: object) -> bool:
    """Whether it may be spoken to: https, or http on this machine."""
    if not isinstance(url, str):
        return False
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not host or parts.username or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))


def client(kept: Kept, master: bytes) -> Client | None:
    """The provider that was set; None if none was, or if its seal does not open under this master key."""
    sealed = kept.get(NAME)
    if sealed is None:
        return None
    try:
        return msgspec.json.decode(unwrap(master, NAME, sealed), type=Client)
    except KeyLostError:
        return None


def set_client(kept: Kept, master: bytes, wanted: Client) -> None:
    """On the authority's thread."""
    kept.put(NAME, wrap(master, NAME, msgspec.json.encode(wanted)))
