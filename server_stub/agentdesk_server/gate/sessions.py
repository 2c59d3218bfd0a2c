"""Sessions: a password becomes a token for one device, a token becomes a person again."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from agentdesk.domain.people import PERSON_BY_EMAIL, Person
from agentdesk_server.authority import Database
from agentdesk_server.authority.credentials import Credentials, SessionRow, VisitorRow, new_token
from agentdesk_server.limits import Buckets, network_of
from agentdesk_server.problems import CHALLENGE, Problem, too_many
from agentdesk_server.writer import Writer

from .fresh import Freshness
from .passwords import Busy, Passwords

Session = SessionRow
LASTS = 30 * 24 * 3_600_000
"""A session ends after so many milliseconds, whatever happens on it."""


class SignedIn(msgspec.Struct, frozen=True):
    """What a successful sign-in gives."""

    token: str
    expires: int
    person: Person


class Gate:
    """Lets in who can prove who they are. Only wrong passwords are counted against an address or an e-mail."""

    def __init__(self, database: Database, reader: Database, writer: Writer, clock: Callable[[], int]) -> None:
        self._kept = Credentials(database.conn)
        self._read = Credentials(reader.conn)
        self._people = reader.records
        self._writer = writer
        self._clock = clock
        self.passwords = Passwords()
        self.fresh = Freshness(clock)
        self._by_account = Buckets(10, 1 / 30)
        self._by_address = Buckets(40, 1 / 2)

    async def prove(self, email: str, password: str, device: str, address: str) -> Person:
        """Whose password this is. Raises `Problem`: 401 for whatever is wrong, 429 for too much of it."""
        email, network = email.strip().lower(), network_of(address)
        person = self._person_of(email)
        # Others may guess at an account until it answers nobody; a device on which its person worked counts apart, so
        # that nobody can be kept out of their own laptop.
        at_home = person is not None and self._read.has_worked(person.id, device)
        account = f"{email} {device}" if at_home else email
        self._count(account, network)
        hashed = self._read.password(person.id) if person else None
        try:
            fits = await self.passwords.fits(hashed, password)
        except Busy:
            raise too_many(2) from None
        if not fits or person is None or hashed is None:
            raise Problem(401, "sign-in", "E-mail or password is wrong.", headers=CHALLENGE)
        self._by_account.give_back(account)
        self._by_address.give_back(network)
        await self._rehash(person.id, hashed, password)
        return person

    def _count(self, account: str, address: str) -> None:
        """Counted before the check, so that many guesses at once do not slip through; given back if it was right."""
        wait = self._by_address.take(address)
        if wait:
            raise too_many(wait)
        wait = self._by_account.take(account)
        if wait:
            self._by_address.give_back(address)
            raise too_many(wait)

    def _person_of(self, email: str) -> Person | None:
        found = self._people.page(PERSON_BY_EMAIL(email=email), limit=1)
        return found[0] if found and found[0].active else None

    async def _rehash(self, person: str, hashed: str, password: str) -> None:
        if self.passwords.stale(hashed):
            fresh = await self.passwords.hash(password)
            await self._writer.call(lambda _: self._kept.rehash(person, hashed, fresh))

    async def start(self, person: Person, device: str) -> SignedIn:
        """A session for somebody who has proved everything that there is to prove."""
        token, expires = new_token(), self._clock() + LASTS
        await self._writer.call(lambda _: self._kept.add_session(token, person.id, device, expires))
        return SignedIn(token, expires, person)

    async def change_password(self, person: str, hashed: str, device: str) -> None:
        """A person's own new password: the sessions at their other devices end."""
        now = self._clock()
        await self._writer.call(lambda _: self._kept.change_password(person, hashed, now, device))

    async def sign_out(self, token: str) -> None:
        await self._writer.call(lambda _: self._kept.end_session(token))

    async def actor_for_token(self, token: str) -> Session | None:
        """The session behind a token, if it is valid and its person still works here."""
        session = self._read.session(token)
        if session is None or session.expires <= self._clock():
            return None
        person = self._people.of(Person, session.person)
        return session if person is not None and person.active else None

    async def visitor_for_token(self, token: str) -> VisitorRow | None:
        """The visitor behind a token."""
        return self._read.visitor_by_token(token)
