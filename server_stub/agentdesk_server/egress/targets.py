"""What an outgoing call goes to: an address of the web taken apart, strictly, and what an operator has allowed."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from .addresses import parsed

PORTS = {"https": 443, "http": 80}
LONGEST = 4_096
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_KEPT = "/%:@!$&'()*+,;=-._~?"


class EgressError(Exception):
    """A call that was not made or not answered; the text is a sentence for people, and names nothing of the inside.

    `code` is one of: address (not one of the web), forbidden, unknown (no such name), unreachable, certificate,
    redirect, large, slow, garbled.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class Origin(NamedTuple):
    """Scheme, host and port; the host is an ASCII name in small letters, or an address."""

    scheme: str
    host: str
    port: int


class Target(NamedTuple):
    """Where one request goes, and what it asks for there."""

    origin: Origin
    path: str

    @property
    def url(self) -> str:
        return f"{self.origin.scheme}://{self.authority}{self.path}"

    @property
    def authority(self) -> str:
        """As the Host header has it."""
        scheme, host, port = self.origin
        named = f"[{host}]" if ":" in host else host
        return named if port == PORTS[scheme] else f"{named}:{port}"


def target(url: str) -> Target:
    """Take an address apart. Raises `EgressError` for all that browsers would have to guess at."""
    if len(url) > LONGEST or any(ord(sign) <= 32 or ord(sign) == 127 or sign == "\\" for sign in url):
        raise _no_address()
    try:
        parts = urlsplit(url)
        port = parts.port
        secret = parts.username is not None or parts.password is not None
        name = parts.hostname or ""
    except ValueError:
        raise _no_address() from None
    if parts.scheme not in PORTS or port == 0:
        raise _no_address()
    if secret:
        raise EgressError("address", "An address may not carry a name or a password before its host.")
    path = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=_KEPT)
    return Target(Origin(parts.scheme, _host(name), port or PORTS[parts.scheme]), path)


def origin(text: str) -> Origin:
    """What an operator allows: `https://id.example`, `http://127.0.0.1:9000`. Raises `EgressError`."""
    found = target(text)
    if found.path != "/":
        raise EgressError("address", "Give scheme, host and port only, as in https://id.example:8443")
    return found.origin


def _host(name: str) -> str:
    """A name as resolvers take it, or an address; never a number that only some take for an address."""
    literal = parsed(name)
    if literal is not None and "%" not in name:
        return str(literal)
    if len(name) > 254:  # the codec takes its time with a long one
        raise _no_address()
    try:
        ascii = name.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError:
        raise _no_address() from None
    labels = ascii.split(".")
    if len(ascii) > 253 or not all(_LABEL.fullmatch(label) for label in labels) or _NUMBER.fullmatch(labels[-1]):
        raise _no_address()
    return ascii


def _no_address() -> EgressError:
    return EgressError("address", "This is not an address of the web: it begins with https:// and has a host.")
