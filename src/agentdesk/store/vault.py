"""The vault: database keys and session tokens in the system's keyring, or in memory for a person who chose so."""

from __future__ import annotations

import base64
import binascii
import secrets
import shutil
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from .crypt import KEY_BYTES, private_folder

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

MOST_CHARS = 1200  # Windows takes no more in one item
KEYS = "AgentDesk database"
TOKENS = "AgentDesk session"
PROXY = "AgentDesk proxy"
DEVICES = "AgentDesk device"
PINS = "AgentDesk audit log"
ACCOUNTS = "AgentDesk account"
_SESSION = "session-"

# Keyrings that encrypt and belong to the person signed in. Any other, plain files above all, is refused.
_TRUSTED = {f"keyring.backends.{name}" for name in ("SecretService", "libsecret", "kwallet", "macOS", "Windows")}


class VaultState(Enum):
    """Whether secrets can be kept, as a sentence for people."""

    AVAILABLE = "The keyring of this computer is ready."
    LOCKED = "The keyring of this computer is locked or not set up. Unlock it, then try again."
    MISSING = (
        "No keyring was found on this computer. AgentDesk keeps its data encrypted and needs a safe place for the key. "
        "Start a keyring (GNOME Keyring or KWallet, for example), or work for this session only: nothing is then kept."
    )


class VaultError(Exception):
    """A secret cannot be kept or read; the text is a sentence for people, and holds no secret."""

    def __init__(self, state: VaultState, sentence: str = "") -> None:
        super().__init__(sentence or state.value)
        self.state = state


class Secrets(ABC):
    """Database keys per server and person, session tokens per server.

    Each call may wait for the system, 20 ms or until a person has unlocked the keyring: never call it on Qt's thread.
    """

    lasting: bool  # whether what is kept can be read after a restart

    @abstractmethod
    def state(self) -> VaultState:
        """Whether secrets can be kept now."""

    @abstractmethod
    def _get(self, service: str, name: str) -> str | None: ...

    @abstractmethod
    def _set(self, service: str, name: str, secret: str) -> None: ...

    @abstractmethod
    def _delete(self, service: str, name: str) -> None: ...

    def find_key(self, server: str, person: str) -> bytes | None:
        """The key made for this person's databases, or None if none was: what they left here cannot be read again."""
        found = self._get(KEYS, _name(server, person))
        return None if found is None else _decoded(found)

    def key_for(self, server: str, person: str) -> bytes:
        """The key for this person's databases, made if there is none."""
        return self._made(KEYS, _name(server, person))

    def forget_key(self, server: str, person: str) -> None:
        """Destroy the key: what it encrypts is gone with it."""
        self._delete(KEYS, _name(server, person))

    def find_device_seed(self, server: str, email: str) -> bytes | None:
        """The seed of the key by which this device proves itself, for one person at one server."""
        found = self._get(DEVICES, _name(server, email.strip().lower()))
        return None if found is None else _decoded(found)

    def device_seed(self, server: str, email: str) -> bytes:
        """The same, made if there is none."""
        return self._made(DEVICES, _name(server, email.strip().lower()))

    def forget_device(self, server: str, email: str) -> None:
        """Destroy the device's key: to the server this will be another device."""
        self._delete(DEVICES, _name(server, email.strip().lower()))

    def _made(self, service: str, name: str) -> bytes:
        """A key of random bytes, made if there is none."""
        if (found := self._get(service, name)) is not None:
            return _decoded(found)
        self._set(service, name, base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode())
        made = self._get(service, name)  # what was really kept: some keyrings only pretend
        if made is None:
            raise VaultError(VaultState.MISSING)
        return _decoded(made)

    def token(self, server: str) -> str | None:
        """The token by which a session at a server is renewed."""
        return self._get(TOKENS, _name(server))

    def keep_token(self, server: str, token: str) -> None:
        """Keep the token by which a session at a server is renewed."""
        self._set(TOKENS, _name(server), token)

    def forget_token(self, server: str) -> None:
        """Sign out of a server."""
        self._delete(TOKENS, _name(server))

    def account(self, server: str) -> str:
        """The e-mail of whoever signed in at a server last; empty if nobody has."""
        return self._get(ACCOUNTS, _name(server)) or ""

    def keep_account(self, server: str, email: str) -> None:
        """Keep it: what lies in the clear on this device tells nobody's name."""
        self._set(ACCOUNTS, _name(server), email)

    def forget_account(self, server: str) -> None:
        """Nobody has signed in there."""
        self._delete(ACCOUNTS, _name(server))

    def pin(self, server: str) -> str:
        """What this device remembers of a server's audit log, as it was kept; empty if it remembers nothing.

        No secret, but nobody may change it behind the person's back: a file beside the data could be edited.
        """
        return self._get(PINS, _name(server)) or ""

    def keep_pin(self, server: str, pin: str) -> None:
        """Remember this from now on."""
        self._set(PINS, _name(server), pin)

    def proxy_login(self) -> tuple[str, str] | None:
        """Name and password for the proxy between this computer and its servers."""
        found = self._get(PROXY, "login")
        name, _, password = (found or "").partition("\n")
        return None if found is None else (name, password)

    def keep_proxy_login(self, name: str, password: str) -> None:
        """Keep them; with neither, forget them."""
        if name or password:
            self._set(PROXY, "login", f"{name}\n{password}")
        else:
            self._delete(PROXY, "login")


class Vault(Secrets):
    """Secrets in the operating system's keyring; see `open_vault`."""

    lasting = True

    def __init__(self, backend: KeyringBackend) -> None:
        self._backend = backend

    def state(self) -> VaultState:
        """Ask for something that is not there: a locked keyring asks the person, and says no if they do."""
        try:
            self._get(KEYS, "probe")
        except VaultError as error:
            return error.state
        return VaultState.AVAILABLE

    def _get(self, service: str, name: str) -> str | None:
        return _ask(lambda: self._backend.get_password(service, name))

    def _set(self, service: str, name: str, secret: str) -> None:
        if len(secret) > MOST_CHARS:
            raise ValueError(f"a secret has at most {MOST_CHARS} characters")
        _ask(lambda: self._backend.set_password(service, name, secret))

    def _delete(self, service: str, name: str) -> None:
        if self._get(service, name) is not None:
            _ask(lambda: self._backend.delete_password(service, name))


class SessionVault(Secrets):
    """Secrets in memory alone, for a person who chose so because there is no keyring; never pick it for them.

    What they encrypt cannot be opened after the program ends, by anybody. Put such databases in `session_folder`, and
    call `remove_leftovers` at each start.
    """

    lasting = False

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], str] = {}

    def state(self) -> VaultState:
        """Memory is always there."""
        return VaultState.AVAILABLE

    def _get(self, service: str, name: str) -> str | None:
        return self._kept.get((service, name))

    def _set(self, service: str, name: str, secret: str) -> None:
        self._kept[service, name] = secret

    def _delete(self, service: str, name: str) -> None:
        self._kept.pop((service, name), None)


def open_vault() -> Vault:
    """The vault over this computer's keyring. Raises VaultError if there is none that can be trusted."""
    return Vault(_trusted(_ask(_preferred)))


def session_folder(parent: Path) -> Path:
    """A new folder for the databases of one session."""
    return Path(tempfile.mkdtemp(prefix=_SESSION, dir=private_folder(parent)))


def remove_leftovers(parent: Path) -> int:
    """Delete what earlier sessions left: nobody can read it. Returns how many folders went."""
    left = [folder for folder in parent.glob(f"{_SESSION}*") if folder.is_dir() and not folder.is_symlink()]
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)
    return sum(not folder.exists() for folder in left)


def _preferred() -> KeyringBackend:
    import keyring  # 60 ms, and never needed before the window is there

    found: KeyringBackend = keyring.get_keyring()
    return found


def _trusted(backend: KeyringBackend) -> KeyringBackend:
    """The backend, or the best of those that it chains; VaultError if it would not keep a secret secret."""
    chained: list[KeyringBackend] = _ask(lambda: list(getattr(backend, "backends", ())))
    for one in chained or [backend]:
        if type(one).__module__ in _TRUSTED:
            return one
    raise VaultError(VaultState.MISSING)


def _ask(call: Callable[[], T]) -> T:
    """Ask the keyring; whatever goes wrong there becomes a sentence."""
    import keyring.errors

    try:
        return call()
    except (keyring.errors.KeyringLocked, keyring.errors.InitError) as error:  # or a person said no
        raise VaultError(VaultState.LOCKED) from error
    except Exception as error:  # each system's keyring has errors of its own
        raise VaultError(VaultState.MISSING) from error


def _name(*parts: str) -> str:
    """What an item is called: server, then person."""
    return " ".join((parts[0].rstrip("/"), *parts[1:]))


def _decoded(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise VaultError(
            VaultState.AVAILABLE, "The key that the keyring holds for AgentDesk's data is damaged."
        ) from None
    return key
