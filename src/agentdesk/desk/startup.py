"""What happens off Qt's thread before the worker runs: sign-in, opening the files. The heavy libraries."""

from __future__ import annotations

import platform
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agentdesk import __version__
from agentdesk.desk.clock import wall_clock
from agentdesk.desk.glance import Identity, Opened, SignedOut, actor_of, folder_of
from agentdesk.domain.kernel import Actor
from agentdesk.store.crypt import open_database
from agentdesk.store.devicekey import DeviceKey
from agentdesk.store.ids import new_id
from agentdesk.store.vault import Secrets, SessionVault, remove_leftovers, session_folder
from agentdesk.sync.errands import Account
from agentdesk.sync.files import open_reader
from agentdesk.sync.http import Problem, renew, sign_in, sign_out
from agentdesk.sync.passport import Passport, Tokens
from agentdesk.sync.reader import Reader
from agentdesk.sync.worker import Place, Start, Worker

__all__ = ["Problem", "enter", "leave", "new_device", "open_desk", "resume", "session_only", "start_worker"]


def session_only() -> Secrets:
    """Memory, for a person who chose so: nothing is kept."""
    return SessionVault()


def new_device() -> str:
    """An id for this device, made once."""
    return f"desk-{new_id(wall_clock())}"


@dataclass(frozen=True, slots=True)
class Entered:
    """A sign-in that was granted: who, the session's tokens, and what to show from now on."""

    identity: Identity
    tokens: Tokens
    passport: Passport
    person: dict[str, Any]


def passport(vault: Secrets, server: str, email: str, tokens: Tokens) -> Passport:
    """What this device shows at a server, proven by its own key, which is made if there is none."""

    def renewed(passport: Passport, refresh: str) -> Tokens:
        return renew(server, refresh, passport).tokens(wall_clock())

    key = DeviceKey(vault.device_seed(server, email))
    return Passport(key, tokens, renewed, lambda refresh: vault.keep_token(server, refresh), wall_clock)


def enter(vault: Secrets, server: str, email: str, password: str, device: str) -> Entered:
    """Sign in. Raises `Problem` with a sentence."""
    own = passport(vault, server, email, Tokens("", 0, ""))
    granted = sign_in(server, email, password, device, platform.node()[:100], passport=own)
    if not granted.refresh:
        raise Problem(
            "Something between this computer and the server takes away what proves that this device is yours."
        )
    vault.keep_token(server, granted.refresh)
    tokens = granted.tokens(wall_clock())
    own.use(tokens)
    return Entered(Identity(server, email, str(granted.person["id"]), device), tokens, own, granted.person)


def leave(vault: Secrets, identity: Identity) -> None:
    """Sign out, at the server too if it can be reached."""
    refresh = vault.token(identity.server)
    vault.forget_token(identity.server)
    seed = vault.find_device_seed(identity.server, identity.email)
    if not refresh or seed is None:
        return

    def renewed(passport: Passport, refresh: str) -> Tokens:
        return renew(identity.server, refresh, passport).tokens(wall_clock())

    last = Passport(DeviceKey(seed), Tokens("", 0, refresh), renewed, lambda refresh: None, wall_clock)
    try:
        last.renewed()
        sign_out(identity.server, last)
    except Problem:
        return  # it ends by itself in time


def known_passport(vault: Secrets, identity: Identity) -> Passport | None:
    """What this device still has of a session from before."""
    refresh = vault.token(identity.server)
    return None if not refresh else passport(vault, identity.server, identity.email, Tokens("", 0, refresh))


def start_worker(
    vault: Secrets, folder: Path, identity: Identity, shown: Passport | None, on_news: Callable[[], None]
) -> tuple[Worker, Start, Place]:
    """The worker over one person's files, running."""
    key = vault.key_for(identity.server, identity.person)
    place = Place(folder / "replica.db", folder / "precious.db", folder / "staging", key)
    account = Account(identity.server, identity.device, platform.node()[:100], passport=shown)
    worker = Worker(place, account, app=f"desk {__version__}", on_news=on_news)
    return worker, worker.start(online=True), place


def follow(vault: Secrets, parent: Path, identity: Identity, on_news: Callable[[], None]) -> tuple[Worker, Start]:
    """The worker for a desk that stands already."""
    shown = known_passport(vault, identity)
    worker, start, _ = start_worker(vault, folder_of(parent, identity), identity, shown, on_news)
    return worker, start


def resume(vault: Secrets, parent: Path, identity: Identity, on_news: Callable[[], None]) -> Opened:
    """Open what is on this device for somebody who was here before. Raises `SignedOut`."""
    if vault.find_key(identity.server, identity.person) is None:
        raise SignedOut
    return open_desk(vault, parent, identity, known_passport(vault, identity), None, on_news)


def open_desk(
    vault: Secrets,
    parent: Path,
    identity: Identity,
    shown: Passport | None,
    person: dict[str, Any] | None,
    on_news: Callable[[], None],
) -> Opened:
    """Open the files, start the worker. `person` is whom a sign-in has just named."""
    remove_leftovers(parent)
    folder = folder_of(parent, identity) if vault.lasting else session_folder(parent)
    worker, start, place = start_worker(vault, folder, identity, shown, on_news)
    try:
        reader = Reader(lambda: open_reader(place.replica, place.key))
        precious = open_database(place.precious, place.key, durable=True, readonly=True)
    except BaseException:
        worker.stop()
        raise
    return Opened(identity, _actor(start, person, identity), reader, precious, start.pending, vault, worker)


def _actor(start: Start, person: dict[str, Any] | None, identity: Identity) -> Actor:
    if person is not None:
        return actor_of(person, identity)
    who = start.who
    if who is None:  # the files are there and the server has never spoken
        return Actor(identity.person, "agent", identity.email, device=identity.device)
    return Actor(who.id, who.role, who.name, who.teams, device=identity.device)
