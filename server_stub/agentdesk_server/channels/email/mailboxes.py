"""The mailboxes that an operator has connected: sealed, for their secrets are in them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from agentdesk.text.mail import Signature
from agentdesk_server.audit.keys import KeyLostError, derive, unwrap, wrap
from agentdesk_server.authority.kept import Kept
from agentdesk_server.core import master_key
from agentdesk_server.limits import is_loopback

NAME = "mailboxes"
Tls = Literal["implicit", "starttls", "none"]
PORTS: dict[int, Tls] = {993: "implicit", 465: "implicit", 143: "starttls", 587: "starttls", 25: "starttls"}


class Malformed(ValueError):
    """What was set makes no sense; the text is a sentence for the operator."""


class Way(msgspec.Struct, frozen=True):
    """A server of a mailbox, and how it is reached. Without TLS only on this machine."""

    host: str
    port: int
    tls: Tls


class OAuth(msgspec.Struct, frozen=True):
    """Where an access token comes from (RFC 6749, 6)."""

    token_url: str
    client_id: str
    refresh_token: str
    client_secret: str = ""
    scope: str = ""


class Mailbox(msgspec.Struct, frozen=True):
    """One mailbox. `aliases` are other addresses of ours that lead to it; `plus` says that its server delivers
    NAME+WORD@ to NAME@; `from_now` that what lay in it when it was connected stays there; `copy` that it gets a copy of
    what is sent, which proves after a broken connection that it was.
    """

    address: str
    team: str
    user: str
    name: str = ""
    imap: Way | None = None
    smtp: Way | None = None
    folder: str = "INBOX"
    password: str = ""
    oauth: OAuth | None = None
    authserv_id: str = ""
    aliases: tuple[str, ...] = ()
    plus: bool = False
    from_now: bool = False
    copy: bool = True
    answer: str = ""
    signatures: tuple[Signature, ...] = ()

    @property
    def own(self) -> tuple[str, ...]:
        """All addresses of ours that lead here."""
        return (self.address, *self.aliases)


def way(text: str, port: int, plain: bool) -> Way:
    """A server from HOST or HOST:PORT. Raises `Malformed`."""
    host, _, told = text.rpartition(":") if ":" in text and not text.endswith("]") else (text, "", str(port))
    host = host.strip("[]")
    if not host or not told.isascii() or not told.isdigit() or not 0 < int(told) < 65536:
        raise Malformed(f"{text} is no server. Write it as imap.example.com or imap.example.com:993.")
    if plain and not is_loopback(host):
        raise Malformed(f"{host} is not this machine: mails and passwords go there through TLS only.")
    return Way(host, int(told), "none" if plain else PORTS.get(int(told), "implicit"))


def check(box: Mailbox) -> None:
    """Raises `Malformed`."""
    local, _, domain = box.address.rpartition("@")
    if not local or not domain or any(sign.isspace() for sign in box.address):
        raise Malformed(f"{box.address} is no e-mail address.")
    if box.imap is None and box.smtp is None:
        raise Malformed("Say where mails are read (--imap) or sent (--smtp).")
    if box.imap is not None and not (box.password or box.oauth):
        raise Malformed("The mailbox has no secret: give it as the first line of the input.")


def mailbox_key(folder: Path) -> bytes:
    """Seals the mailboxes. Raises `CannotStart` if the server's secret cannot be read."""
    return derive(master_key(folder), "mailboxes")


def reply_key(folder: Path) -> bytes:
    """Signs the addresses that answers come back to."""
    return derive(master_key(folder), "mail replies")


def mailboxes(kept: Kept, key: bytes) -> Mapping[str, Mailbox]:
    """Address → mailbox; nothing if the seal does not open under this key."""
    sealed = kept.get(NAME)
    if sealed is None:
        return {}
    try:
        return msgspec.json.decode(unwrap(key, NAME, sealed), type=dict[str, Mailbox])
    except KeyLostError:
        return {}


def put_mailbox(kept: Kept, key: bytes, address: str, box: Mailbox | None) -> bool:
    """Set a mailbox, or take it away; whether there was one. On the authority's thread."""
    found = dict(mailboxes(kept, key))
    was = found.pop(address.lower(), None)
    if box is not None:
        found[address.lower()] = box
    kept.put(NAME, wrap(key, NAME, msgspec.json.encode(found)))
    if box is None or was is None or box.oauth != was.oauth:
        kept.remove(_token_of(address))
    return was is not None


def refresh_token(kept: Kept, key: bytes, address: str, oauth: OAuth) -> str:
    """What renews access now: the token that was set, or the one that its endpoint has put in its place since."""
    sealed = kept.get(_token_of(address))
    try:
        told = msgspec.json.decode(unwrap(key, _token_of(address), sealed), type=_Instead) if sealed else None
    except KeyLostError:
        told = None
    return told.token if told is not None and told.of == oauth.refresh_token else oauth.refresh_token


def keep_refresh_token(kept: Kept, key: bytes, address: str, oauth: OAuth, token: str) -> None:
    """Seal the token that an endpoint has put in the place of the one before, unless the mailbox was set anew
    meanwhile. On the authority's thread.
    """
    box, name = mailboxes(kept, key).get(address.lower()), _token_of(address)
    if box is not None and box.oauth == oauth:
        kept.put(name, wrap(key, name, msgspec.json.encode(_Instead(oauth.refresh_token, token))))


class _Instead(msgspec.Struct, frozen=True, array_like=True):
    """A refresh token, and that in whose place it stands."""

    of: str
    token: str


def _token_of(address: str) -> str:
    return f"{NAME} token {address.lower()}"
