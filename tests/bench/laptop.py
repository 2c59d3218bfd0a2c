"""What a laptop that is in use holds of its person: the halves of the key to its data, its own key, a session."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agentdesk.desk.glance import Identity
    from agentdesk.sync.passport import Passport, Tokens

LOCAL, HALF = bytes(range(32)), "5a" * 32
A_DAY = 86_400_000


class Vault:
    """Stands for the system's keyring, which a benchmark must not touch; loads as much as the real one, and as late."""

    lasting = True

    def find_key(self, server: str, person: str) -> bytes:
        """Of anybody: each benchmark knows one person alone."""
        return LOCAL

    key_for = find_key

    def device_seed(self, server: str, email: str) -> bytes:
        """Always the same one, so that another process can open the lease."""
        return LOCAL[::-1]

    find_device_seed = device_seed

    def account(self, server: str) -> str:
        """Who they are."""
        return "somebody@example.com"

    def pin(self, server: str) -> str:
        """Nothing is remembered of the audit log, and nothing is kept."""
        return ""

    def keep_pin(self, server: str, pin: str) -> None:
        """Each benchmark begins anew."""

    def token(self, server: str) -> str:
        """A glance asks whether there is one."""
        import keyring

        assert keyring
        return "a refresh token"


def data_key() -> bytes:
    """Of both halves."""
    from agentdesk.store import lease

    return lease.data_key(LOCAL, HALF)


def lend(folder: Path, identity: Identity) -> None:
    """Keep the server's half there, as a sign-in does."""
    from agentdesk.desk import holding
    from agentdesk.desk.clock import wall_clock

    vault: Any = Vault()
    holding.take(vault, folder, identity, HALF, wall_clock() + A_DAY, 0)


def sign_in() -> None:
    """Let the program find a session that needs no renewal. Loads what the worker's start loads."""
    from agentdesk.desk import startup

    known: Any = startup
    known.known_passport = _passport


def _passport(vault: Any, folder: Path, identity: Identity) -> Passport:
    from agentdesk.desk import holding
    from agentdesk.desk.clock import wall_clock
    from agentdesk.sync.passport import Passport, Tokens

    tokens = Tokens("a token", wall_clock() + A_DAY, "a refresh token")
    return Passport(holding.device_key(vault, identity), tokens, _never, lambda refresh: None, wall_clock)


def _never(passport: Passport, refresh: str) -> Tokens:
    raise AssertionError("a session of a benchmark was renewed")
