"""Signing in beyond the password: the second step, the browser, fresh proofs, and one's own ways of signing in."""

from __future__ import annotations

from typing import Any, TypeVar
from urllib.parse import urlencode

import msgspec

from .http import Granted, Problem, ask, granted
from .loopback import Loopback
from .passport import Passport

T = TypeVar("T")


class Offered(msgspec.Struct, frozen=True):
    """What an authenticator app has to be told, and the ticket under which its code confirms that it knows."""

    ticket: str
    secret: str
    uri: str


class Key(msgspec.Struct, frozen=True):
    """A passkey; times in UTC ms."""

    id: str
    name: str
    since: int
    used: int


class Ways(msgspec.Struct, frozen=True):
    """How one can sign in. `app` is since when there is an authenticator app (UTC ms), 0 if there is none."""

    app: int
    passkeys: tuple[Key, ...]
    recovery_left: int
    required: bool


class _Open(msgspec.Struct, frozen=True):
    url: str


class _Provider(msgspec.Struct, frozen=True):
    name: str


class _Who(msgspec.Struct, frozen=True):
    email: str


class _Codes(msgspec.Struct, frozen=True):
    codes: tuple[str, ...] = ()


def _read(content: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(content, type=kind)
    except msgspec.DecodeError:
        raise Problem("This server does not speak as AgentDesk expects. Is the address right?") from None


def _at(server: str, path: str) -> str:
    return f"{server.rstrip('/')}/api/v1/{path}"


# --- Coming in ---


def second_step(server: str, ticket: str, code: str, passport: Passport | None = None) -> Granted:
    """A code of the app, or a recovery code. Raises `Problem`."""
    return granted(ask("POST", _at(server, "session/factor"), proof=passport, json={"ticket": ticket, "code": code}))


def first_app(server: str, ticket: str) -> Offered:
    """Begin to set up the app that one's role must have. Raises `Problem`."""
    return _read(ask("POST", _at(server, "session/app"), json={"ticket": ticket}).content, Offered)


def passkey_page(server: str, ticket: str, loopback: Loopback) -> str:
    """The page to open for the second step with a passkey. Raises `Problem`."""
    body = {"ticket": ticket, "loopback": _place(loopback)}
    return _read(ask("POST", _at(server, "session/passkey"), json=body).content, _Open).url


def provider_page(server: str, loopback: Loopback) -> str:
    """The page to open to sign in through the provider. Raises `Problem`, if there is none."""
    _read(ask("GET", _at(server, "oidc")).content, _Provider)
    return f"{_at(server, 'oidc/start')}?{urlencode(loopback.query())}"


def who_comes(server: str, code: str, verifier: str) -> str:
    """The address of the person for whom the browser brought a code, which stays good. Raises `Problem`."""
    body = {"code": code, "verifier": verifier}
    return _read(ask("POST", _at(server, "session/code/person"), json=body).content, _Who).email


def by_code(
    server: str, code: str, verifier: str, device: str, device_name: str, passport: Passport | None = None
) -> Granted:
    """A session for what the browser brought. Raises `Problem`, or `Needed` for one more step."""
    body = {"code": code, "verifier": verifier, "device": {"id": device, "name": device_name}}
    return granted(ask("POST", _at(server, "session/code"), proof=passport, json=body))


def _place(loopback: Loopback) -> dict[str, Any]:
    return {"port": loopback.port, "state": loopback.state, "challenge": loopback.challenge}


# --- With a session ---


class Own:
    """One's own ways of signing in, at one server. All of it raises `Problem`; code step_up: prove it anew first."""

    def __init__(self, server: str, passport: Passport) -> None:
        self._server, self._passport = server, passport

    def _ask(self, method: str, path: str, body: Any = None) -> bytes:
        self._passport.renewed()
        return ask(method, _at(self._server, path), who=self._passport, json=body).content

    def ways(self) -> Ways:
        return _read(self._ask("GET", "me/sign-in"), Ways)

    def prove(self, code: str = "", password: str = "") -> None:
        """A fresh proof: a code, or the password of somebody who has no second factor."""
        self._ask("POST", "session/fresh", {"code": code, "password": password})

    def proof_page(self, loopback: Loopback) -> str:
        """The page to open for a fresh proof with a passkey."""
        return _read(self._ask("POST", "session/fresh/passkey", {"loopback": _place(loopback)}), _Open).url

    def prove_by_code(self, code: str, verifier: str) -> None:
        """What the browser brought."""
        self._ask("POST", "session/fresh/code", {"code": code, "verifier": verifier})

    def change_password(self, old: str, new: str) -> None:
        self._ask("PUT", "me/password", {"old": old, "new": new})

    def offer_app(self) -> Offered:
        return _read(self._ask("POST", "me/app"), Offered)

    def confirm_app(self, ticket: str, code: str) -> tuple[str, ...]:
        """New recovery codes, if there were none."""
        return _read(self._ask("PUT", "me/app", {"ticket": ticket, "code": code}), _Codes).codes

    def remove_app(self) -> None:
        self._ask("DELETE", "me/app")

    def key_page(self, name: str, loopback: Loopback) -> str:
        """The page to open to add a passkey."""
        return _read(self._ask("POST", "me/passkeys", {"name": name, "loopback": _place(loopback)}), _Open).url

    def remove_key(self, id: str) -> None:
        self._ask("DELETE", f"me/passkeys/{id}")

    def new_recovery(self) -> tuple[str, ...]:
        return _read(self._ask("POST", "me/recovery"), _Codes).codes
