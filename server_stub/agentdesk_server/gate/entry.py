"""Between a proof of who one is and a session: half-open sign-ins, codes that a browser brings, who must have what."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from typing import Annotated, ClassVar, Literal
from urllib.parse import urlencode

import msgspec
from msgspec import Meta

from agentdesk.domain.signing import Way
from agentdesk_server.authority import Database
from agentdesk_server.authority.kept import MUST, Kept
from agentdesk_server.problems import Problem, unreadable
from agentdesk_server.writer import Writer

from .second import SecondFactor
from .tickets import Tickets

HALF_MS = 5 * 60_000
LOGIN_MS = 60_000
STALE_CODE = "This sign-in in the browser is not good any more. Begin again."
CHALLENGE = r"^[A-Za-z0-9_-]{43}$"
STATE = r"^[A-Za-z0-9_-]{16,128}$"
PORT = r"^[1-9][0-9]{3,4}$"


class Back(msgspec.Struct, frozen=True):
    """The loopback at which a desk listens (RFC 8252, 7.3), and what makes the code that comes there its own."""

    QUERY: ClassVar[dict[str, str]] = {"port": PORT, "state": STATE, "challenge": CHALLENGE}
    port: Annotated[int, Meta(ge=1024, le=65535)]
    state: Annotated[str, Meta(pattern=STATE)]
    challenge: Annotated[str, Meta(pattern=CHALLENGE)]
    """S256 of a word that only the desk knows (RFC 7636)."""

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Back:
        """From a query. Raises `Problem` 422."""
        try:
            return msgspec.convert(dict(asked), cls, strict=False)
        except msgspec.ValidationError as error:
            raise unreadable(error) from None

    def url(self, **fields: str) -> str:
        """Where the browser goes in the end."""
        return f"http://127.0.0.1:{self.port}/?{urlencode({**fields, 'state': self.state})}"


class Login(msgspec.Struct, frozen=True):
    """What a one-time code that a browser brought to a loopback stands for."""

    purpose: Literal["session", "half", "fresh"]
    person: str
    challenge: str
    device: str = ""
    ticket: str = ""
    """The ticket of the first step, if this was the second."""
    strong: bool = False
    """Whether the provider has asked for more than a password."""


class Half(msgspec.Struct, frozen=True):
    """Somebody has proved one thing at a device and must prove, or with `enrol` set up, another one."""

    person: str
    device: str
    name: str
    enrol: bool = False
    offer: str = ""
    """The ticket of an app that is being set up."""
    ways: tuple[Way, ...] = ()
    """What they have proved themselves with so far."""


class Entry:
    """The parts of sign-in beside passwords and sessions."""

    def __init__(
        self, database: Database, reader: Database, writer: Writer, master: bytes, clock: Callable[[], int]
    ) -> None:
        self.second = SecondFactor(database, reader, writer, master, clock)
        self.halves: Tickets[Half] = Tickets(HALF_MS, clock)
        self.logins: Tickets[Login] = Tickets(LOGIN_MS, clock)
        self.read = Kept(reader.conn)

    def must(self, role: str) -> bool:
        """Whether somebody with this role must have a second factor."""
        return role in roles_that_must(self.read)

    def redeem(self, code: str, verifier: str, *, keep: bool = False) -> Login:
        """What a browser's code stands for, for the desk that knows the word. Raises `Problem` 401.

        A code is worth one try: with a wrong word it is burnt. With `keep` it stays good after a right one.
        """
        login = self.logins.look(code) if keep else self.logins.take(code)
        if login is None or not hmac.compare_digest(challenge_of(verifier), login.challenge):
            self.logins.take(code)
            raise Problem(401, "code", STALE_CODE)
        return login


def challenge_of(verifier: str) -> str:
    """S256 of RFC 7636, 4.2."""
    digest = sha256(verifier.encode("utf-8", "replace")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def roles_that_must(kept: Kept) -> tuple[str, ...]:
    """What was decided. Until then nobody must: a password is all that integrations have to sign in with."""
    return msgspec.json.decode(kept.get(MUST) or b"[]", type=tuple[str, ...])


def decide_who_must(kept: Kept, roles: Iterable[str]) -> None:
    """On the authority's thread."""
    kept.put(MUST, msgspec.json.encode(sorted(set(roles))))
