"""Which way a desk goes to its server, as it was chosen, and what is said when there is none. Light to import."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

SYSTEM, DIRECT = "system", "direct"
Login = tuple[str, str]

PLAIN = "Use https: without it anybody on the way could read along."
NO_AUTHORITIES = "The file of certificate authorities cannot be read. Choose another one in the network settings."
NO_PROXY = "The address of the proxy is not right. It is written like proxy.example:3128; see the network settings."
LOGIN = "The proxy asks for a name and a password. Enter them in the network settings."
PROXY = "The proxy does not let this computer through to the server. See the network settings."
ISSUER = (
    "Nobody whom this computer trusts has signed the server's certificate. If your company signs its own, choose the "
    "file of its authorities in the network settings. On a network with a sign-in page, open a page in your browser "
    "first."
)
EXPIRED = "The server's certificate has expired. If the clock of this computer is right, tell those who run the server."
TOO_EARLY = "The server's certificate is not valid yet. Is the clock of this computer right?"
NAME = (
    "What answers there is somebody else. Is the address right? On a network with a sign-in page, open a page in your "
    "browser first."
)
CERTIFICATE = "The server's certificate is not valid. Tell those who run the server."
NO_TLS = "What answers there does not speak https as it should. Is the address right?"
UNREACHABLE = "The server cannot be reached."

TO_ACT_ON = frozenset(
    {PLAIN, NO_AUTHORITIES, NO_PROXY, LOGIN, PROXY, ISSUER, EXPIRED, TOO_EARLY, NAME, CERTIFICATE, NO_TLS}
)
"""Waiting does not help against these."""


@dataclass(frozen=True)
class Route:
    """How to get out: `proxy` is "system", "direct" or host:port; `authorities` is a PEM file, beside the system's.

    `login` gives name and password for a proxy of one's own. It may wait for the keyring.
    """

    proxy: str = SYSTEM
    authorities: str = ""
    login: Callable[[], Login | None] = field(default=lambda: None, repr=False)


class _Way:
    """One for the whole program, like the environment that it takes the place of."""

    chosen = Route()


def choose(route: Route) -> None:
    """From now on go this way; connections that are there stay."""
    _Way.chosen = route


def chosen() -> Route:
    """The way in force."""
    return _Way.chosen
