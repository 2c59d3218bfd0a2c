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
from agentdesk.desk.here import Here
from agentdesk.domain.kernel import Actor
from agentdesk.store.crypt import open_database
from agentdesk.store.devicekey import DeviceKey
from agentdesk.store.vault import Secrets, SessionVault, remove_leftovers, session_folder
from agentdesk.sync import signing
from agentdesk.sync.errands import Account
from agentdesk.sync.files import open_reader
from agentdesk.sync.http import Granted, Problem, renew, sign_in, sign_out
from agentdesk.sync.passport import Passport, Tokens
from agentdesk.sync.reader import Reader
from agentdesk.sync.worker import Place, Start, Worker

__all__ = ["Problem", "entered", "leave", "open_desk", "resume", "session_only", "start_worker"]


def session_only() -> Secrets:
    """Memory, for a person who chose so: nothing is kept."""
    return SessionVault()


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


def own_passport(vault: Secrets, here: Here) -> Passport:
    """The one for all the steps of a sign-in."""
    if here.shown is None:
        here.shown = passport(vault, here.server, here.email, Tokens("", 0, ""))
    return here.shown


def by_password(vault: Secrets, here: Here, password: str) -> Granted:
    """A session. Raises `Problem` with a sentence, or `Needed` for one more step."""
    own = own_passport(vault, here)
    return sign_in(here.server, here.email, password, here.device, platform.node()[:100], passport=own)


def by_browser(vault: Secrets, here: Here, code: str, verifier: str) -> Granted:
    """A session for what a browser brought. Raises `Problem` or `Needed`."""
    own = own_passport(vault, here)
    return signing.by_code(here.server, code, verifier, here.device, platform.node()[:100], own)


def by_factor(vault: Secrets, here: Here, ticket: str, code: str) -> Granted:
    """The second step. Raises `Problem`."""
    return signing.second_step(here.server, ticket, code, own_passport(vault, here))


def entered(vault: Secrets, here: Here, granted: Granted) -> Entered:
    """Keep what a session needs. Raises `Problem` with a sentence if it is bound to nothing."""
    if not granted.refresh:
        raise Problem(
            "Something between this computer and the server takes away what proves that this device is yours."
        )
    own = own_passport(vault, here)
    vault.keep_token(here.server, granted.refresh)
    tokens = granted.tokens(wall_clock())
    own.use(tokens)
    identity = Identity(here.server, here.email, str(granted.person["id"]), here.device)
    return Entered(identity, tokens, own, granted.person)


def entered_again(vault: Secrets, here: Here, granted: Granted, person: str) -> Entered:
    """The same for the person whose files are open. Raises `Problem` if it is somebody else."""
    if str(granted.person["id"]) != person:
        raise Problem("This is somebody else. Sign in as the person whose desk is open, or sign out first.", 403)
    return entered(vault, here, granted)


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
