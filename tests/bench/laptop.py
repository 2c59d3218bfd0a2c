"""What a laptop that is in use holds of its person: the halves of the key to its data, its own key, a session."""

from __future__ import annotations

from pathlib import Path

from agentdesk.desk import holding
from agentdesk.desk.clock import wall_clock
from agentdesk.desk.glance import Identity
from agentdesk.store.lease import data_key
from agentdesk.store.vault import SessionVault
from agentdesk.sync.passport import Passport, Tokens

LOCAL, HALF = bytes(range(32)), "5a" * 32
KEY = data_key(LOCAL, HALF)
A_DAY = 86_400_000


class Vault(SessionVault):
    """Stands for the system's keyring, which a benchmark must not touch; loads as much as the real one."""

    lasting = True

    def _get(self, service: str, name: str) -> str | None:
        import keyring

        assert keyring
        return super()._get(service, name)

    def find_key(self, server: str, person: str) -> bytes:
        """Of anybody: each benchmark knows one person alone."""
        return LOCAL

    key_for = find_key

    def find_device_seed(self, server: str, email: str) -> bytes:
        """Always the same one, so that another process can open the lease."""
        return LOCAL[::-1]

    device_seed = find_device_seed


def lend(folder: Path, identity: Identity) -> None:
    """Keep the server's half there, as a sign-in does."""
    holding.take(Vault(), folder, identity, HALF, wall_clock() + A_DAY, 0)


def passport(vault: Vault, folder: Path, identity: Identity) -> Passport:
    """A session that needs no renewal while a benchmark runs; in the place of `startup.known_passport`."""
    tokens = Tokens("a token", wall_clock() + A_DAY, "a refresh token")
    return Passport(holding.device_key(vault, identity), tokens, _never, lambda refresh: None, wall_clock)


def _never(passport: Passport, refresh: str) -> Tokens:
    raise AssertionError("a session of a benchmark was renewed")
