"""What happens off Qt's thread before the worker runs: sign-in, opening the files. The heavy libraries."""

from __future__ import annotations

import platform
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agentdesk import __version__
from agentdesk.desk import holding
from agentdesk.desk.clock import wall_clock
from agentdesk.desk.glance import Identity, Opened, SignedOut, actor_of, folder_of
from agentdesk.desk.here import Here
from agentdesk.desk.holding import KeyLost
from agentdesk.domain.kernel import Actor
from agentdesk.store.crypt import WrongKey, open_database
from agentdesk.store.devicekey import DeviceKey
from agentdesk.store.lease import Lapsed
from agentdesk.store.vault import Secrets, SessionVault, remove_leftovers, session_folder
from agentdesk.sync import signing
from agentdesk.sync.errands import Account
from agentdesk.sync.files import open_reader
from agentdesk.sync.http import Granted, Problem, renew, report_wiped, sign_in, sign_out
from agentdesk.sync.passport import Passport, Tokens
from agentdesk.sync.reader import Reader
from agentdesk.sync.worker import Place, Start, Worker

__all__ = [
    "KeyLost",
    "Lapsed",
    "Problem",
    "ShutOut",
    "entered",
    "leave",
    "open_desk",
    "resume",
    "session_only",
    "start_worker",
    "wipe",
]
STRIPPED = "Something between this computer and the server takes away what proves that this device is yours."


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
    folder: Path


class ShutOut(Exception):
    """The server wants this device wiped; the text is a sentence for people."""


def _renewing(server: str) -> Callable[[Passport, str], Tokens]:
    """Renews a session; no lease is taken."""
    return lambda passport, refresh: renew(server, refresh, passport).tokens(wall_clock())


def _bare(vault: Secrets, server: str, email: str, tokens: Tokens) -> Passport:
    """What this device shows where no files of a person are known: it keeps tokens, and takes no lease."""

    key = DeviceKey(vault.device_seed(server, email))
    return Passport(key, tokens, _renewing(server), lambda refresh: vault.keep_token(server, refresh), wall_clock)


def passport(vault: Secrets, folder: Path, identity: Identity, tokens: Tokens) -> Passport:
    """What this device shows at a server, proven by its own key; renewing it renews the lease as well."""
    server = identity.server

    def renewed(passport: Passport, refresh: str) -> Tokens:
        granted = renew(server, refresh, passport)
        _take(vault, folder, identity, granted, passport)
        return granted.tokens(wall_clock())

    key = holding.device_key(vault, identity)
    return Passport(key, tokens, renewed, lambda refresh: vault.keep_token(server, refresh), wall_clock)


def own_passport(vault: Secrets, here: Here) -> Passport:
    """The one for all the steps of a sign-in."""
    if here.shown is None:
        here.shown = _bare(vault, here.server, here.email, Tokens("", 0, ""))
        here.shown.code = here.code.strip().encode("ascii", "replace").decode()[:100]
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


def _take(vault: Secrets, folder: Path, identity: Identity, granted: Granted, passport: Passport) -> None:
    if granted.lease is None:
        raise Problem(STRIPPED)
    lent = granted.lease
    holding.take(vault, folder, identity, lent.half, lent.until, lent.generation)
    passport.lease_until = lent.until


def entered(vault: Secrets, parent: Path, here: Here, granted: Granted) -> Entered:
    """Keep what a session needs. Raises `Problem` with a sentence if it is bound to nothing."""
    tokens, identity = _kept(vault, here, granted)
    remove_leftovers(parent)
    folder = folder_of(parent, identity) if vault.lasting else session_folder(parent)
    shown = passport(vault, folder, identity, tokens)
    _take(vault, folder, identity, granted, shown)
    return Entered(identity, tokens, shown, granted.person, folder)


def _kept(vault: Secrets, here: Here, granted: Granted) -> tuple[Tokens, Identity]:
    if not granted.refresh:
        raise Problem(STRIPPED)
    vault.keep_token(here.server, granted.refresh)
    vault.keep_account(here.server, here.email)
    return granted.tokens(wall_clock()), Identity(here.server, here.email, str(granted.person["id"]), here.device)


def entered_again(vault: Secrets, here: Here, granted: Granted, person: str) -> Entered:
    """The same for the person whose files are open. Raises `Problem` if it is somebody else."""
    if str(granted.person["id"]) != person:
        raise Problem("This is somebody else. Sign in as the person whose desk is open, or sign out first.", 403)
    tokens, identity = _kept(vault, here, granted)
    own = _bare(vault, here.server, here.email, tokens)
    return Entered(identity, tokens, own, granted.person, Path())


def wipe(vault: Secrets, parent: Path, identity: Identity) -> bool:
    """Destroy all that is here of a person and report it; whether that could be done. The device's key goes last."""
    holding.destroy(vault, folder_of(parent, identity), identity)
    try:
        report_wiped(identity.server, _bare(vault, identity.server, identity.email, Tokens("", 0, "")))
    except Problem:
        return False  # it is asked for again when this device comes again, and reported then
    vault.forget_device(identity.server, identity.email)
    return True


def leave(vault: Secrets, identity: Identity) -> None:
    """Sign out, at the server too if it can be reached."""
    refresh = vault.token(identity.server)
    vault.forget_token(identity.server)
    seed = vault.find_device_seed(identity.server, identity.email)
    if not refresh or seed is None:
        return

    renewing = _renewing(identity.server)
    last = Passport(DeviceKey(seed), Tokens("", 0, refresh), renewing, lambda refresh: None, wall_clock)
    try:
        last.renewed()
        sign_out(identity.server, last)
    except Problem:
        return  # it ends by itself in time


def known_passport(vault: Secrets, folder: Path, identity: Identity) -> Passport | None:
    """What this device still has of a session from before."""
    refresh = vault.token(identity.server)
    if not refresh:
        return None
    found = passport(vault, folder, identity, Tokens("", 0, refresh))
    try:
        found.lease_until = holding.lease(vault, folder, identity).until
    except Lapsed:
        pass
    return found


def start_worker(
    vault: Secrets, folder: Path, identity: Identity, shown: Passport | None, on_news: Callable[[], None]
) -> tuple[Worker, Start, Place]:
    """The worker over one person's files, running. Raises `Lapsed`, `KeyLost`."""
    key = holding.key_to_work(vault, folder, identity)
    place = Place(folder / "replica.db", folder / "precious.db", folder / "staging", key)
    account = Account(identity.server, identity.device, platform.node()[:100], passport=shown)
    worker = Worker(place, account, app=f"desk {__version__}", on_news=on_news)
    try:
        return worker, worker.start(online=True), place
    except WrongKey:  # the replica is dropped then; what is precious never is without being asked
        raise KeyLost(folder) from None


def follow(vault: Secrets, parent: Path, identity: Identity, on_news: Callable[[], None]) -> tuple[Worker, Start]:
    """The worker for a desk that stands already."""
    folder = folder_of(parent, identity)
    worker, start, _ = start_worker(vault, folder, identity, known_passport(vault, folder, identity), on_news)
    return worker, start


def resume(vault: Secrets, parent: Path, identity: Identity, on_news: Callable[[], None]) -> Opened:
    """Open what is on this device for somebody who was here before.

    Raises `SignedOut`, `Lapsed` where the server must be spoken to and cannot be, `ShutOut`.
    """
    if vault.find_key(identity.server, identity.person) is None:
        raise SignedOut
    folder = folder_of(parent, identity)
    shown = known_passport(vault, folder, identity)
    try:
        holding.lease(vault, folder, identity)
    except Lapsed as lapsed:
        if shown is None:
            raise SignedOut from None
        _speak_first(shown, lapsed)
    return open_desk(vault, folder, identity, shown, None, on_news)


def _speak_first(shown: Passport, lapsed: Lapsed) -> None:
    """The lease has ended: without a word of the server nothing is opened. Raises what it says; `lapsed` without."""
    try:
        shown.renewed(at_once=True)
    except Problem as problem:
        if problem.shut_out:
            raise ShutOut(str(problem)) from None
        if problem.status in (401, 403):
            raise SignedOut from None
        raise lapsed from None


def open_desk(
    vault: Secrets,
    folder: Path,
    identity: Identity,
    shown: Passport | None,
    person: dict[str, Any] | None,
    on_news: Callable[[], None],
) -> Opened:
    """Open the files, start the worker. `person` is whom a sign-in has just named."""
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
