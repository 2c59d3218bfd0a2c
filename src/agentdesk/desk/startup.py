"""What happens off Qt's thread before there is a desk: keyring, sign-in, opening the files. The heavy libraries."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agentdesk import __version__
from agentdesk.domain import catalogue
from agentdesk.domain.kernel import Actor
from agentdesk.store.crypt import Connection, open_database, private_folder
from agentdesk.store.ids import new_id
from agentdesk.store.vault import Secrets, SessionVault, VaultError, VaultState, open_vault, session_folder
from agentdesk.sync.errands import Account
from agentdesk.sync.files import open_reader
from agentdesk.sync.http import Granted, Problem, sign_in, sign_out
from agentdesk.sync.news import Pending
from agentdesk.sync.reader import Reader
from agentdesk.sync.worker import Place, Worker, wall_clock

__all__ = [
    "Identity",
    "NoKeyring",
    "Opened",
    "Problem",
    "SignedOut",
    "enter",
    "keyring",
    "leave",
    "open_desk",
    "resume",
    "session_only",
]


@dataclass(frozen=True, slots=True)
class Identity:
    """Who works at which server, as far as this device remembers."""

    server: str
    email: str
    person: str
    device: str


@dataclass(frozen=True, slots=True)
class Opened:
    """Everything a desk needs, open and running."""

    identity: Identity
    who: Actor
    worker: Worker
    reader: Reader
    precious: Connection
    pending: tuple[Pending, ...]
    vault: Secrets
    signed_in: bool


class NoKeyring(Exception):
    """There is no safe place for the key; the text is a sentence for people."""


class SignedOut(Exception):
    """Nothing on this device can be opened without signing in."""


def keyring() -> Secrets:
    """The system's keyring, ready for use. Raises `NoKeyring`."""
    try:
        vault = open_vault()
    except VaultError as error:
        raise NoKeyring(str(error)) from error
    state = vault.state()
    if state is not VaultState.AVAILABLE:
        raise NoKeyring(state.value)
    return vault


def session_only() -> Secrets:
    """Memory, for a person who chose so: nothing is kept."""
    return SessionVault()


def new_device() -> str:
    """An id for this device, made once."""
    return f"desk-{new_id(wall_clock())}"


def enter(vault: Secrets, server: str, email: str, password: str, device: str) -> tuple[Identity, Granted]:
    """Sign in. Raises `Problem` with a sentence."""
    granted = sign_in(server, email, password, device, platform.node()[:100])
    vault.keep_token(server, granted.token)
    return Identity(server, email, str(granted.person["id"]), device), granted


def leave(vault: Secrets, server: str) -> None:
    """Sign out, at the server too if it can be reached."""
    token = vault.token(server)
    vault.forget_token(server)
    if token:
        try:
            sign_out(server, token)
        except Problem:
            return  # it ends by itself in time


def folder_of(parent: Path, identity: Identity) -> Path:
    """Where one person's files of one server lie; the name tells neither."""
    name = hashlib.sha256(f"{identity.server.rstrip('/')} {identity.person}".encode()).hexdigest()[:16]
    return private_folder(parent / name)


def resume(vault: Secrets, parent: Path, identity: Identity, on_news: Callable[[], None]) -> Opened:
    """Open what is on this device for somebody who was here before. Raises `SignedOut`."""
    token = vault.token(identity.server)
    if vault.find_key(identity.server, identity.person) is None:
        raise SignedOut
    return open_desk(vault, parent, identity, token or "", None, on_news)


def open_desk(
    vault: Secrets,
    parent: Path,
    identity: Identity,
    token: str,
    person: dict[str, Any] | None,
    on_news: Callable[[], None],
) -> Opened:
    """Open the files, start the worker. `person` is whom a sign-in has just named."""
    assert catalogue.RECORDS  # a kind that is not declared here would be passed over
    folder = folder_of(parent, identity) if vault.lasting else session_folder(parent)
    key = vault.key_for(identity.server, identity.person)
    place = Place(folder / "replica.db", folder / "precious.db", folder / "staging", key)
    account = Account(identity.server, identity.device, platform.node()[:100], token)
    worker = Worker(place, account, app=f"desk {__version__}", on_news=on_news)
    start = worker.start(online=True)
    try:
        reader = Reader(lambda: open_reader(place.replica, key))
        precious = open_database(place.precious, key, durable=True, readonly=True)
    except BaseException:
        worker.stop()
        raise
    who = _actor(start.who, person, identity)
    return Opened(identity, who, worker, reader, precious, start.pending, vault, bool(token))


def _actor(who: Any, person: dict[str, Any] | None, identity: Identity) -> Actor:
    if person is not None:
        teams = tuple(map(str, person.get("teams", ())))
        return Actor(identity.person, str(person["role"]), str(person["name"]), teams, device=identity.device)
    if who is None:  # the files are there and the server has never spoken
        return Actor(identity.person, "agent", identity.email, device=identity.device)
    return Actor(who.id, who.role, who.name, who.teams, device=identity.device)
