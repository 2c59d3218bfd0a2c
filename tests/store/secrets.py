"""All that a desk keeps in a keyring, for programs that run beside a real one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from agentdesk.store.vault import MOST_CHARS, VaultError, open_vault

SERVER, PERSON, EMAIL = "https://desk.example", "p1", "lena@desk.example"
LONGEST = "t" * MOST_CHARS


def keep_all() -> None:
    """One of each kind, as long as it may become."""
    vault = open_vault()
    vault.key_for(SERVER, PERSON)
    vault.device_seed(SERVER, EMAIL)
    vault.keep_token(SERVER, LONGEST)
    vault.keep_account(SERVER, EMAIL)
    vault.keep_pin(SERVER, '{"key":"' + "ab" * 32 + '","size":9007199254740991,"root":"' + "cd" * 32 + '"}')
    vault.keep_proxy_login("proxy", "open sesame")


def read_all() -> dict[str, str]:
    """The same again."""
    vault = open_vault()
    key, seed, login = vault.find_key(SERVER, PERSON), vault.find_device_seed(SERVER, EMAIL), vault.proxy_login()
    assert key is not None
    assert seed is not None
    assert login is not None
    token, account, pin = vault.token(SERVER), vault.account(SERVER), vault.pin(SERVER)
    return {
        "key": key.hex(), "device": seed.hex(), "token": str(token), "account": account, "pin": pin,
        "proxy": " ".join(login),
    }  # fmt: skip


def try_all() -> dict[str, str]:
    """What each reading and writing says of why it cannot be done; empty if it was."""
    calls: dict[str, Callable[[Any], object]] = {
        "find key": lambda vault: vault.find_key(SERVER, PERSON),
        "key": lambda vault: vault.key_for(SERVER, PERSON),
        "device": lambda vault: vault.device_seed(SERVER, EMAIL),
        "token": lambda vault: vault.token(SERVER),
        "keep token": lambda vault: vault.keep_token(SERVER, "new"),
        "account": lambda vault: vault.account(SERVER),
        "keep account": lambda vault: vault.keep_account(SERVER, EMAIL),
        "pin": lambda vault: vault.pin(SERVER),
        "keep pin": lambda vault: vault.keep_pin(SERVER, "{}"),
        "proxy": lambda vault: vault.proxy_login(),
        "forget": lambda vault: vault.forget_token(SERVER),
    }
    return {name: _said(call) for name, call in calls.items()}


def _said(call: Callable[[Any], object]) -> str:
    try:
        call(open_vault())
    except VaultError as error:
        return str(error)
    return ""
