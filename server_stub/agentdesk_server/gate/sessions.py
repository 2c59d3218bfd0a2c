"""Sessions: who has shown who they are gets tokens for one device, and tokens become a person again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

import msgspec

from agentdesk.domain.devices import Report
from agentdesk.domain.kernel import Actor
from agentdesk.domain.people import PERSON_BY_EMAIL, Person
from agentdesk.domain.policies import switched_on
from agentdesk.domain.signing import BeginSession, ChangePassword, EndSession, ProveAnew, Way, Ways
from agentdesk.protocol.frames import DeviceReport
from agentdesk_server.authority import Database, Submission
from agentdesk_server.authority.credentials import Credentials, SessionRow, VisitorRow, new_token
from agentdesk_server.authority.families import ACCESS_LASTS, Family, Renewal, Tokens
from agentdesk_server.limits import Buckets, network_of
from agentdesk_server.problems import CHALLENGE, Problem, not_signed_in, too_many
from agentdesk_server.writer import Writer

from .devices import NOT_ENROLLED, Devices, Lease
from .fresh import Freshness
from .passwords import Busy, Passwords
from .proofs import Proof, Proofs
from .refused import Refused
from .seen import done, seen
from .shown import Shown

log = logging.getLogger(__name__)
Session = SessionRow
LASTS = 30 * 24 * 3_600_000
"""A session that is bound to no key ends after so many milliseconds, whatever happens on it."""
REUSED = "An old token of this session was shown again: the session was ended."
FOREIGN = "A token of this session was shown with the key of another device: the session was ended."


class SignedIn(msgspec.Struct, frozen=True):
    """What a successful sign-in gives. `refresh` is empty for a session that is bound to no key."""

    token: str
    expires: int
    lasts: int
    person: Person
    refresh: str = ""
    refresh_expires: int = 0
    key: str = ""
    lease: Lease | None = None


class Arrival(msgspec.Struct, frozen=True):
    """The device from which somebody signs in: its own id, a name for people, the code that lets a new one in."""

    device: str
    name: str = ""
    code: str = ""


class Gate:
    """Lets in who can prove who they are. Only wrong passwords are counted against an address or an e-mail."""

    def __init__(
        self, database: Database, reader: Database, writer: Writer, clock: Callable[[], int], master: bytes
    ) -> None:
        self._kept = Credentials(database.conn)
        self._read = Credentials(reader.conn)
        self._people = reader.records
        self._writer = writer
        self._clock = clock
        self.passwords = Passwords()
        self.fresh = Freshness(clock)
        self.refused = Refused(writer, clock)
        self.proofs = Proofs(clock)
        self.devices = Devices(database, reader, writer, clock, master)
        self._by_account = Buckets(10, 1 / 30)
        self._by_address = Buckets(40, 1 / 2)

    # --- Signing in ---

    async def prove(self, email: str, password: str, device: str, address: str) -> Person:
        """Whose password this is. Raises `Problem`: 401 for whatever is wrong, 429 for too much of it."""
        email, network = email.strip().lower(), network_of(address)
        person = self._person_of(email)
        # Others may guess at an account until it answers nobody; a device on which its person worked counts apart, so
        # that nobody can be kept out of their own laptop.
        at_home = person is not None and self._read.has_worked(person.id, device)
        account = f"{email} {device}" if at_home else email
        try:
            self._count(account, network)
        except Problem:
            self.refused.note(person.id if person else "", "password", network)
            raise
        hashed = self._read.password(person.id) if person else None
        try:
            fits = await self.passwords.fits(hashed, password)
        except Busy:
            raise too_many(2) from None
        if not fits or person is None or hashed is None:
            self.refused.note(person.id if person else "", "password", network)
            raise Problem(401, "sign-in", "E-mail or password is wrong.", headers=CHALLENGE)
        self._by_account.give_back(account)
        self._by_address.give_back(network)
        await self._rehash(person.id, hashed, password)
        return person

    def first_proof(self, shown: Shown) -> Proof | None:
        """The proof of somebody who has no token yet; None if they show none. Raises `Problem` for a bad one."""
        return self.proofs.check(msgspec.structs.replace(shown, token="")) if shown.proofs else None

    async def start(self, person: Person, arrival: Arrival, proof: Proof | None, ways: Ways) -> SignedIn:
        """A session for somebody who has shown who they are, in these ways; bound to the proof's key if there is one.

        Raises `Problem`: 403 where a policy wants a key or an invitation, or the device is shut out; 401 for a proof
        that was used before.
        """
        device, begin = arrival.device, BeginSession(ways=ways)
        if proof is None:
            self._check_unbound()
            token, expires = new_token(), self._clock() + LASTS
            work = partial(self._kept.add_session, token, person.id, device, expires)
            await done(self._writer, seen(person.id, device, begin, lambda _: work()))
            return SignedIn(token, expires, LASTS, person)
        self.proofs.spend(proof)
        families, key, now = self._kept.families, proof.key, self._clock()
        known = await self.devices.admit(person, key, device, arrival.name, arrival.code)
        told = seen(person.id, device, begin, lambda _: families.begin(person.id, device, key, now))
        made: Tokens = await done(self._writer, told)
        return _signed_in(made, person, key, await self.devices.lease(known))

    async def refresh(self, refresh: str, shown: Shown) -> SignedIn:
        """The next tokens of a session, for the last refresh token. Raises `Problem` (401) where there are none."""
        proof = self.proofs.check(msgspec.structs.replace(shown, token=""))
        self.devices.check_key(proof.key)
        family = self._read.families.of_refresh(refresh)
        if family is None:
            raise not_signed_in()
        self.proofs.spend(proof)
        person = self._people.of(Person, family.person)
        if person is None or not person.active:
            raise not_signed_in()
        families, now = self._kept.families, self._clock()
        renewal: Renewal = await self._writer.call(lambda _: families.renew(refresh, proof.key, now))
        if renewal.tokens is None:
            await _tell(self._writer, renewal)
            raise not_signed_in()
        device = self.devices.check(person.id, proof.key)
        if device is None:
            raise not_signed_in()
        return _signed_in(renewal.tokens, person, proof.key, await self.devices.lease(device))

    def _check_unbound(self) -> None:
        if not switched_on(self._people.of, "unbound-sessions"):
            sentence = "This server only lets in devices that prove themselves with a key. Sign in with AgentDesk."
            raise Problem(403, "unbound", sentence)
        if switched_on(self._people.of, "only-enrolled"):
            raise Problem(403, "not-enrolled", NOT_ENROLLED)

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

    async def change_password(self, person: str, hashed: str, device: str) -> None:
        """A person's own new password: the sessions at their other devices end."""
        now, change = self._clock(), ChangePassword(person=person)
        work = partial(self._kept.change_password, person, hashed, now, device)
        await done(self._writer, seen(person, device, change, lambda _: work()))

    async def proved_anew(self, person: str, device: str, way: Way) -> None:
        """Somebody has shown once more that it is them: for some minutes they may do what is privileged."""
        await done(self._writer, seen(person, device, ProveAnew(ways=(way,))))
        self.fresh.mark(person, device)

    async def sign_out(self, session: Session) -> None:
        """End a session, and with it all its tokens."""
        end = self._kept.families.end if session.key else self._kept.end_session_by_id
        await done(self._writer, seen(session.person, session.device, EndSession(), lambda _: end(session.id)))

    # --- Who is there ---

    async def holder(self, shown: Shown) -> Session | None:
        """The session behind what a request shows, if its person still works here.

        A token that is bound to a key is worth nothing without a proof by that key. Raises `Problem` for a bad proof.
        """
        if not shown.token:
            return None
        if shown.bound:
            return await self._bound(shown)
        session = self._read.session(shown.token)
        return session if session is not None and self._good(session) else None

    async def _bound(self, shown: Shown) -> Session | None:
        found = self._read.families.of_access(shown.token, self._clock())
        if found is None:
            return None
        family, generation = found
        proof = self.proofs.check(shown)
        if proof.key != family.key:
            log.warning("token of person %s, device %s was shown by another device", family.person, family.device)
            return None
        session = _session_of(family)
        if not self._good(session):
            return None
        self.proofs.spend(proof)
        if not family.used and generation == family.generation:
            await self._writer.call(lambda _: self._kept.families.seen(family.id, generation))
        return session

    async def still(self, session: Session) -> bool:
        """Whether a session that was let in may stay: its tokens may have changed since, it itself has not ended."""
        if session.key:
            family = self._read.families.get(session.id)
            return family is not None and self._good(_session_of(family))
        found = self._read.session_by_id(session.id)
        return found is not None and self._good(found)

    def _good(self, session: Session) -> bool:
        if session.expires <= self._clock():
            return False
        of = self._people.of
        if not session.key and (not switched_on(of, "unbound-sessions") or switched_on(of, "only-enrolled")):
            return False
        if session.key and not self.devices.good(session.person, session.key):
            return False
        person = self._people.of(Person, session.person)
        return person is not None and person.active

    def lease_until(self, session: Session) -> int | None:
        """Until when the desk of a session can open its data (ms)."""
        device = self.devices.find(session.person, session.key) if session.key else None
        return device.lease_until if device is not None else None

    async def reported(self, session: Session, report: DeviceReport) -> None:
        """What the device of a session says of itself; one that proves nothing is not believed."""
        if session.key:
            told = Report("?", report.app, report.system, report.disk, report.lock)
            await self.devices.report(session.person, session.key, told)

    async def visitor_for_token(self, token: str) -> VisitorRow | None:
        """The visitor behind a token."""
        return self._read.visitor_by_token(token)


async def _tell(writer: Writer, renewal: Renewal) -> None:
    """A token that was stolen, or a laptop that was copied: it goes into the log and the audit log."""
    if renewal.family is None or renewal.how not in ("reused", "foreign"):
        return
    family, sentence = renewal.family, REUSED if renewal.how == "reused" else FOREIGN
    log.warning("session ended: %s token, person %s, device %s", renewal.how, family.person, family.device)
    who = Actor(family.person, "nobody", device=family.device)
    await writer.submit(Submission(who, "session.refresh", None, b"", problem=sentence, code=renewal.how))


def _session_of(family: Family) -> Session:
    return Session(family.person, family.device, family.expires, family.id, family.key)


def _signed_in(made: Tokens, person: Person, key: str, lease: Lease) -> SignedIn:
    first = (made.access, made.access_expires, ACCESS_LASTS, person)
    return SignedIn(*first, made.refresh, made.refresh_expires, key, lease)
