"""Errands in a browser: a desk sends somebody to a page for a passkey, and its loopback gets a one-time code."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from functools import partial
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

from agentdesk.domain.people import Person
from agentdesk_server.authority.factors import PasskeyRow

from .entry import Back, Entry, Login
from .factors.owners import BadAnswer, Owner, Place
from .tickets import Tickets

log = logging.getLogger(__name__)
ERRAND_MS = 10 * 60_000
MOST_KEYS = 20


class Errand(msgspec.Struct):
    """What is wanted of whom, where the browser goes afterwards, and what it has to sign (once each time it asks)."""

    purpose: Literal["half", "fresh", "add"]
    person: str
    device: str
    back: Back
    place: Place
    ticket: str = ""
    name: str = ""
    challenge: bytes = b""


class Errands:
    """Those under way. A handle alone does nothing: it takes the passkey, and its code the word that the desk kept."""

    def __init__(self, entry: Entry, people: Callable[[str], Person | None], clock: Callable[[], int]) -> None:
        self._entry, self._people, self._clock = entry, people, clock
        self._held: Tickets[Errand] = Tickets(ERRAND_MS, clock)

    def send(self, errand: Errand) -> str:
        """The address of the page that a desk opens. What comes after the # is not sent to any server by a browser."""
        return f"{errand.place.origin}/sign-in/passkey#h={self._held.give(errand)[0]}"

    def whose(self, handle: str) -> str:
        """The id of the person whose errand it is; empty for no such errand."""
        errand = self._held.look(handle)
        return errand.person if errand is not None else ""

    def ask(self, handle: str) -> tuple[bool, dict[str, Any]] | None:
        """Whether a key is to be added, and the browser's options with a new challenge; None for no such errand."""
        from .factors.passkeys import options_to_add, options_to_use

        errand = self._held.look(handle)
        person = self._people(errand.person) if errand is not None else None
        if errand is None or person is None:
            return None
        errand.challenge = secrets.token_bytes(32)
        have = self._entry.second.read.passkeys(person.id)
        if errand.purpose == "add":
            owner = Owner(person.id, person.email, person.name)
            return True, options_to_add(errand.place, owner, have, errand.challenge)
        return False, options_to_use(errand.place, have, errand.challenge)

    async def answer(self, handle: str, credential: dict[str, Any]) -> str | None:
        """Where the browser goes; None for no such errand. Raises `BadAnswer`. A challenge is good for one answer."""
        errand = self._held.look(handle)
        if errand is None or not errand.challenge or self._people(errand.person) is None:
            return None
        challenge, errand.challenge = errand.challenge, b""
        if errand.purpose == "add":
            await self._add(errand, credential, challenge)
        else:
            await self._use(errand, credential, challenge)
        if self._held.take(handle) is None:
            return None
        if errand.purpose == "add":
            return errand.back.url(done="1")
        login = Login(errand.purpose, errand.person, errand.back.challenge, errand.device, errand.ticket)
        return errand.back.url(code=self._entry.logins.give(login)[0])

    async def _add(self, errand: Errand, credential: dict[str, Any], challenge: bytes) -> None:
        from .factors.passkeys import added

        id, key, count = added(errand.place, credential, challenge)
        second = self._entry.second
        if len(second.read.passkeys(errand.person)) >= MOST_KEYS:
            raise BadAnswer("too many keys")
        row = PasskeyRow(id, errand.person, errand.name, key, count, self._clock(), 0)
        if not await second.add_passkey(errand.device, row):
            raise BadAnswer("somebody's key already")

    async def _use(self, errand: Errand, credential: dict[str, Any], challenge: bytes) -> None:
        from .factors.passkeys import used

        second = self._entry.second
        row, count = used(errand.place, credential, challenge, second.read.passkeys(errand.person))
        now = self._clock()
        take = partial(second.kept.use_passkey, row, count, now)
        if not await second.passkey_used(errand.person, errand.device, take):
            raise BadAnswer("used elsewhere at the same time")


def place_of(origin: str) -> Place:
    """The name under which passkeys are made, and the origin of the page: both of the same address."""
    return Place(urlsplit(origin).hostname or "", origin)
