"""The vault: no keyring, no secret; a real keyring keeps it; the choice for one session keeps nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring import errors
from keyring.backend import KeyringBackend
from keyring.backends import SecretService, fail, null

from agentdesk.store import vault
from agentdesk.store.vault import (
    MOST_CHARS,
    SessionVault,
    Vault,
    VaultError,
    VaultState,
    open_vault,
    remove_leftovers,
    session_folder,
)

SERVER = "https://desk.example"


class Remembering(KeyringBackend):
    """A keyring in memory; what it is told to raise, it raises."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.items: dict[tuple[str, str], str] = {}
        self.trouble: Exception | None = None
        self.pretends = False

    def _asked(self) -> None:
        if self.trouble:
            raise self.trouble

    def get_password(self, service: str, username: str) -> str | None:
        self._asked()
        return self.items.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._asked()
        if not self.pretends:
            self.items[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._asked()
        del self.items[service, username]


@pytest.fixture
def ring() -> Remembering:
    """A keyring to look into."""
    return Remembering()


@pytest.fixture(params=["keyring", "session"])
def kept(request: pytest.FixtureRequest, ring: Remembering) -> vault.Secrets:
    """Either vault: they do the same."""
    return Vault(ring) if request.param == "keyring" else SessionVault()


def test_a_key_is_made_once(kept: vault.Secrets) -> None:
    assert kept.find_key(SERVER, "p1") is None
    key = kept.key_for(SERVER, "p1")
    assert len(key) == 32
    assert kept.key_for(SERVER + "/", "p1") == key == kept.find_key(SERVER, "p1")


def test_each_server_and_person_has_its_own(kept: vault.Secrets) -> None:
    keys = {kept.key_for(server, person) for server in (SERVER, "https://other.example") for person in ("p1", "p2")}
    assert len(keys) == 4


def test_a_forgotten_key_is_gone(kept: vault.Secrets) -> None:
    key = kept.key_for(SERVER, "p1")
    kept.forget_key(SERVER, "p1")
    kept.forget_key(SERVER, "p1")
    assert kept.find_key(SERVER, "p1") is None
    assert kept.key_for(SERVER, "p1") != key


def test_tokens(kept: vault.Secrets) -> None:
    assert kept.token(SERVER) is None
    kept.keep_token(SERVER, "one")
    kept.keep_token(SERVER + "/", "two")
    assert kept.token(SERVER) == "two"
    kept.forget_token(SERVER)
    kept.forget_token(SERVER)
    assert kept.token(SERVER) is None


def test_it_is_available(kept: vault.Secrets) -> None:
    assert kept.state() is VaultState.AVAILABLE


def test_what_is_kept_is_short_text(ring: Remembering) -> None:
    Vault(ring).key_for(SERVER, "p1")
    Vault(ring).keep_token(SERVER, "t" * MOST_CHARS)
    assert all(item.isascii() and len(item) <= MOST_CHARS for item in ring.items.values())
    with pytest.raises(ValueError, match="1200"):
        Vault(ring).keep_token(SERVER, "t" * (MOST_CHARS + 1))


@pytest.mark.parametrize(
    ("trouble", "state"),
    [
        (errors.KeyringLocked("no"), VaultState.LOCKED),
        (errors.InitError("dismissed"), VaultState.LOCKED),
        (errors.NoKeyringError("none"), VaultState.MISSING),
        (OSError("the bus is gone"), VaultState.MISSING),
    ],
)
def test_trouble_is_told_in_a_sentence(ring: Remembering, trouble: Exception, state: VaultState) -> None:
    ring.trouble = trouble
    safe = Vault(ring)
    assert safe.state() is state
    calls: list[Callable[[], Any]] = [
        lambda: safe.key_for(SERVER, "p1"),
        lambda: safe.keep_token(SERVER, "t"),
        lambda: safe.forget_token(SERVER),
    ]
    for call in calls:
        with pytest.raises(VaultError) as caught:
            call()
        assert caught.value.state is state
        assert str(caught.value) == state.value


def test_a_keyring_that_only_pretends_is_found_out(ring: Remembering) -> None:
    ring.pretends = True
    with pytest.raises(VaultError):
        Vault(ring).key_for(SERVER, "p1")


@pytest.mark.parametrize("damaged", ["", "not base64!", "c2hvcnQ=", "ключ"])
def test_a_damaged_key_is_no_key_and_is_not_replaced(ring: Remembering, damaged: str) -> None:
    ring.items[vault.KEYS, f"{SERVER} p1"] = damaged
    with pytest.raises(VaultError, match="damaged"):
        Vault(ring).key_for(SERVER, "p1")
    assert ring.items[vault.KEYS, f"{SERVER} p1"] == damaged


def test_no_text_tells_a_secret(ring: Remembering) -> None:
    safe, session = Vault(ring), SessionVault()
    key = safe.key_for(SERVER, "p1")
    session.keep_token(SERVER, "open sesame")
    ring.items[vault.KEYS, f"{SERVER} p2"] = "c2VzYW1lIG9wZW4="
    with pytest.raises(VaultError) as caught:
        safe.find_key(SERVER, "p2")
    shown = "".join(traceback.format_exception(caught.value)) + repr(safe) + repr(session) + str(vars(caught.value))
    for secret in ("sesame", "c2VzYW1lIG9wZW4", *ring.items.values(), repr(key)):
        assert secret not in shown


# --- Which keyrings are trusted --------------------------------------------------------------------------------------


def plaintext() -> KeyringBackend:
    """A keyring in a plain file, as some add-ons bring it."""
    ring: KeyringBackend = type("PlaintextKeyring", (Remembering,), {"__module__": "keyrings.alt.file"})()
    return ring


@pytest.mark.parametrize("made", [fail.Keyring, null.Keyring, plaintext, Remembering])
def test_what_keeps_no_secret_is_refused(monkeypatch: pytest.MonkeyPatch, made: Callable[[], KeyringBackend]) -> None:
    monkeypatch.setattr(keyring, "get_keyring", made)
    with pytest.raises(VaultError, match="No keyring was found") as caught:
        open_vault()
    assert caught.value.state is VaultState.MISSING


def test_of_a_chain_only_the_trusted_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    trusted = SecretService.Keyring()  # type: ignore[no-untyped-call]
    chain = Remembering()
    monkeypatch.setattr(chain, "backends", [plaintext(), trusted], raising=False)
    monkeypatch.setattr(keyring, "get_keyring", lambda: chain)
    assert open_vault()._backend is trusted
    monkeypatch.setattr(chain, "backends", [plaintext()])
    with pytest.raises(VaultError):
        open_vault()


def test_a_machine_without_any_is_told_so(tmp_path: Path) -> None:
    script = (
        "from agentdesk.store.vault import *\ntry: open_vault()\nexcept VaultError as error: print(error.state.name)"
    )
    done = run([sys.executable, "-c", script], tmp_path)
    assert done.stdout.split() == ["MISSING"]


# --- A real one ------------------------------------------------------------------------------------------------------

CHILD = """
import base64, sys
import keyring
from agentdesk.store.vault import VaultError, open_vault

vault = open_vault()
print(type(vault._backend).__module__, vault.state().name)
if sys.argv[1] == "write":
    vault.key_for("https://desk.example", "p1")
    vault.keep_token("https://desk.example", "t" * 1200)
print(base64.b64encode(vault.find_key("https://desk.example", "p1")).decode())
print(len(vault.token("https://desk.example")))
if sys.argv[1] == "lock":
    import secretstorage
    secretstorage.get_default_collection(secretstorage.dbus_init()).lock()
    print(vault.state().name)
    try:
        vault.key_for("https://desk.example", "p1")
    except VaultError as error:
        print(error)
"""


def run(command: list[str], home: Path) -> subprocess.CompletedProcess[str]:
    """Run a program that sees no keyring, screen or bus of whoever runs the tests."""
    ours = {"HOME": str(home), "XDG_RUNTIME_DIR": str(home), "XDG_DATA_HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    hidden = {
        "DISPLAY",
        "WAYLAND_DISPLAY",
        "DBUS_SESSION_BUS_ADDRESS",
        "GNOME_KEYRING_CONTROL",
        "PYTHON_KEYRING_BACKEND",
    }
    env = {name: value for name, value in os.environ.items() if name not in hidden} | ours
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=True)


def test_a_real_keyring_keeps_and_locks(tmp_path: Path) -> None:
    for tool in ("dbus-run-session", "gnome-keyring-daemon"):
        if not shutil.which(tool):
            pytest.skip(f"NOT TESTED: no real keyring on this machine, {tool} is missing")
    script = (
        "printf password | gnome-keyring-daemon --unlock --components=secrets >/dev/null && "
        '"$1" -c "$2" write && "$1" -c "$2" read && "$1" -c "$2" lock'
    )
    done = run(["dbus-run-session", "--", "sh", "-c", script, "sh", sys.executable, CHILD], tmp_path)
    lines = done.stdout.splitlines()
    assert lines[0::3][:3] == ["keyring.backends.SecretService AVAILABLE"] * 3
    assert len({*lines[1::3][:3]}) == 1
    assert lines[2::3][:3] == ["1200"] * 3
    assert lines[9:] == ["LOCKED", VaultState.LOCKED.value]


# --- For one session only --------------------------------------------------------------------------------------------


def test_a_session_keeps_nothing() -> None:
    assert Vault.lasting
    assert not SessionVault.lasting
    assert SessionVault().key_for(SERVER, "p1") != SessionVault().key_for(SERVER, "p1")


def test_what_sessions_left_is_removed(tmp_path: Path) -> None:
    parent = tmp_path / "data"
    assert remove_leftovers(parent) == 0
    left = [session_folder(parent), session_folder(parent)]
    (left[0] / "replica.db").write_bytes(b"x")
    (parent / "replica.db").write_bytes(b"kept")
    (parent / "session-link").symlink_to(tmp_path)
    assert remove_leftovers(parent) == 2
    assert sorted(path.name for path in parent.iterdir()) == ["replica.db", "session-link"]
