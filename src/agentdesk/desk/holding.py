"""What this device holds of one person: its own key, the lease, the session; and how it lets go of all of it."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from agentdesk.desk.clock import wall_clock
from agentdesk.store import lease as leases
from agentdesk.store.devicekey import DeviceKey
from agentdesk.store.lease import Lapsed, Lease
from agentdesk.store.vault import Secrets

if TYPE_CHECKING:
    from agentdesk.desk.glance import Identity


FILES = ("precious.db", "replica.db")
INDEX = "assist.db"
"""What suggestions are found in: a copy, told again whenever it is missing."""
LOST = (
    "The key to what lies on this laptop is not in its keyring any more. If it is in another keyring, unlock that one"
    " and try again. Or begin anew: everything comes again from the server."
)


class KeyLost(Exception):
    """There are files in a folder, and no key to them; the text is a sentence for people."""

    def __init__(self, folder: Path) -> None:
        super().__init__(LOST)
        self.folder = folder


def about(identity: Identity) -> str:
    """What a lease is for."""
    return f"{identity.server.rstrip('/')} {identity.person}"


def device_key(vault: Secrets, identity: Identity) -> DeviceKey:
    """The key by which this device proves itself, made if there is none."""
    return DeviceKey(vault.device_seed(identity.server, identity.email))


def take(vault: Secrets, folder: Path, identity: Identity, half: str, until: int, generation: int) -> None:
    """Keep what the server has lent."""
    key, to = device_key(vault, identity), about(identity)
    before = leases.read(folder, key, to)
    leases.keep(folder, key, to, leases.renewed(before, half, until, generation, wall_clock()))


def lease(vault: Secrets, folder: Path, identity: Identity) -> Lease:
    """The lease, if it holds. One that has ended is given back, so that no clock can bring it back. Raises `Lapsed`."""
    found, now = leases.read(folder, device_key(vault, identity), about(identity)), wall_clock()
    if found is not None and now >= found.until:
        leases.drop(folder)
    return leases.check(found, now)


def key_to_look(vault: Secrets, folder: Path, identity: Identity) -> bytes | None:
    """The key to what is here, for a first look; None if there is nothing to look at, or not with this key alone."""
    local = vault.find_key(identity.server, identity.person)
    if local is None:
        return None
    try:
        return leases.data_key(local, lease(vault, folder, identity).half)
    except Lapsed:
        return None


def key_to_work(vault: Secrets, folder: Path, identity: Identity) -> bytes:
    """The key to the data; files that have an older one are brought under it first. Raises `Lapsed`, `KeyLost`.

    Nobody else may have the files open.
    """
    held = lease(vault, folder, identity)
    local = vault.find_key(identity.server, identity.person)
    if local is None and any(_holds(folder / name) for name in FILES):
        raise KeyLost(folder)  # before another one is made: the old one may be found again
    local = local or vault.key_for(identity.server, identity.person)
    key = leases.data_key(local, held.half)
    older = leases.older_keys(local, held)
    leases.move((folder / FILES[0], folder / FILES[1]), folder / "staging", key, older)
    moved = Lease(held.half, held.until, held.generation, "", max(held.latest, wall_clock()))
    leases.keep(folder, device_key(vault, identity), about(identity), moved)
    return key


def index_key(vault: Secrets, folder: Path, identity: Identity) -> bytes | None:
    """The key to the index of suggestions: made of the key to the data, and of no use for anything else."""
    key = key_to_look(vault, folder, identity)
    return None if key is None else hashlib.blake2b(b"agentdesk assist index", key=key, digest_size=32).digest()


def _holds(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def begin_anew(folder: Path) -> None:
    """Away with what nobody can read; a person has said so. The lease stays, and what the keyring holds."""
    for name in (*FILES, INDEX):
        _drop(folder, name)
    shutil.rmtree(folder / "staging", ignore_errors=True)


def drop_index(folder: Path) -> None:
    """Away with what suggestions are found in: off, or in a drill, nobody tells it of what is erased."""
    _drop(folder, INDEX)


def _drop(folder: Path, name: str) -> None:
    """A database with its logs."""
    for path in folder.glob(f"{name}*"):
        path.unlink(missing_ok=True)


def destroy(vault: Secrets, folder: Path, identity: Identity) -> None:
    """All that is here of this person: first what opens it, then the files. The device's key stays, to report it."""
    vault.forget_key(identity.server, identity.person)
    vault.forget_token(identity.server)
    if vault.account(identity.server) == identity.email:
        vault.forget_account(identity.server)
    leases.drop(folder)
    shutil.rmtree(folder, ignore_errors=True)
