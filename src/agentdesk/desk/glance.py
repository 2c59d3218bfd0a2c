"""A first look at what is on this laptop, with little to import: so the queue stands before the worker does."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from agentdesk import __version__
from agentdesk.desk import holding
from agentdesk.domain import catalogue
from agentdesk.domain.kernel import Actor
from agentdesk.store.crypt import Connection, open_database, private_folder
from agentdesk.store.vault import Secrets, VaultError, VaultState, open_vault
from agentdesk.sync.news import Pending
from agentdesk.sync.outgoing import Outgoing
from agentdesk.sync.reader import Reader

if TYPE_CHECKING:
    from agentdesk.sync.worker import Worker


@dataclass(frozen=True, slots=True)
class Identity:
    """Who works at which server, as far as this device remembers."""

    server: str
    email: str
    person: str
    device: str


@dataclass(frozen=True, slots=True)
class Opened:
    """What a desk needs of the files: all of them open. Without a worker it can be looked at, and takes wishes."""

    identity: Identity
    who: Actor
    reader: Reader
    precious: Connection
    pending: tuple[Pending, ...]
    vault: Secrets
    worker: Worker | None = None


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


def named(vault: Secrets, identity: Identity) -> Identity:
    """The same with its e-mail, as far as the keyring knows it: no file tells who works here."""
    return identity if identity.email else replace(identity, email=vault.account(identity.server))


def shape() -> str:
    """Stands for the program and the shape of its records, in whatever order its parts were loaded: files of another
    one are left to the worker.
    """
    found = sorted(catalogue.RECORDS.values(), key=lambda spec: spec.kind)
    kinds = [(spec.kind, spec.fields, repr(spec.types), spec.searchable) for spec in found]
    asked = sorted((one.name, repr(one.where), one.order) for one in catalogue.QUESTIONS.values())
    return hashlib.sha256(repr((__version__, kinds, asked)).encode()).hexdigest()[:24]


def folder_of(parent: Path, identity: Identity) -> Path:
    """Where one person's files of one server lie; the name tells neither."""
    name = hashlib.sha256(f"{identity.server.rstrip('/')} {identity.person}".encode()).hexdigest()[:16]
    return private_folder(parent / name)


def glance(vault: Secrets, parent: Path, identity: Identity) -> Opened | None:
    """Open for reading what the last run left; None if there is nothing to see. Raises `SignedOut`."""
    if vault.find_key(identity.server, identity.person) is None:
        raise SignedOut
    folder = folder_of(parent, identity)
    key = holding.key_to_look(vault, folder, identity)
    if key is None:  # the lease has ended: the server is to be spoken to first
        return None
    files = folder / "replica.db", folder / "precious.db"
    if not all(file.exists() and file.stat().st_size for file in files):
        return None
    opened: list[Connection] = []
    try:
        return _look(partial(_reading, key=key, opened=opened), files, vault, identity)
    except Exception:  # damaged, busy, of another program: the worker finds out, and says so
        for connection in opened:
            connection.close()
        return None


def _reading(path: Path, durable: bool, key: bytes, opened: list[Connection]) -> Connection:
    opened.append(open_database(path, key, durable=durable, readonly=True))
    return opened[-1]


def _look(
    read: Callable[..., Connection], files: tuple[Path, Path], vault: Secrets, identity: Identity
) -> Opened | None:
    precious = read(files[1], True)
    reader = Reader(lambda: read(files[0], False))
    row = reader.now.conn.execute("SELECT value FROM sync_meta WHERE name='who'").fetchone()
    if row is None:
        reader.close()
        precious.close()
        return None
    who = actor_of(msgspec.json.decode(row[0]), identity)
    return Opened(identity, who, reader, precious, Outgoing(precious).pending(), vault)


def actor_of(who: dict[str, Any], identity: Identity) -> Actor:
    """The person as the one who gives commands."""
    teams = tuple(map(str, who.get("teams", ())))
    return Actor(identity.person, str(who["role"]), str(who["name"]), teams, device=identity.device)
