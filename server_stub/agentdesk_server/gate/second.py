"""The second factor at work: is this code right, set one up, take one away. Guessing is slow, a code works once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import msgspec

from agentdesk.domain.kernel import Command, Refusal
from agentdesk.domain.signing import AddFactor, RemoveFactor, UseFactor, Way
from agentdesk_server.audit.keys import KeyLostError, unwrap, wrap
from agentdesk_server.authority import Database
from agentdesk_server.authority.credentials import Credentials
from agentdesk_server.authority.factors import Factors, PasskeyRow, TotpRow
from agentdesk_server.limits import Buckets
from agentdesk_server.problems import Problem, too_many
from agentdesk_server.writer import Writer

from .factors import recovery, totp
from .seen import Work, done, seen
from .tickets import Tickets

WRONG = "This code is wrong or was used already. Wait for the next one, or type a recovery code."
NOT_YET = "This is not the code that the app should show now. Is the clock of the phone right?"
ENROLMENT_MS = 10 * 60_000
GONE = "gone"


class Enrolment(msgspec.Struct, frozen=True):
    """An authenticator app that was shown its secret and has not proved yet that it has it."""

    person: str
    secret: str


class SecondFactor:
    """`master` seals the secrets of apps; whoever reads the database cannot make codes."""

    def __init__(
        self, database: Database, reader: Database, writer: Writer, master: bytes, clock: Callable[[], int]
    ) -> None:
        self.kept, self.read = Factors(database.conn), Factors(reader.conn)
        self._worked = Credentials(reader.conn).has_worked
        self._writer, self._master, self._clock = writer, master, clock
        self._enrolments: Tickets[Enrolment] = Tickets(ENROLMENT_MS, clock)
        # A million codes, three of which count: at this pace a guess takes a thousand years on average.
        self._by_person = Buckets(10, 1 / 300)

    def ways(self, person: str) -> tuple[str, ...]:
        """How somebody can prove themselves beside the password; empty for who has no second factor.

        Who was helped by a colleague has none either, and until they have used the code that was made for them nothing
        else lets them in: not even the password alone, once the code is too old.
        """
        if not self.read.any(person):
            return ("recovery",) if self.read.is_helped(person) else ()
        has = (
            ("totp", self.read.totp(person) is not None),
            ("passkey", bool(self.read.passkeys(person))),
            ("recovery", self.read.recovery_left(person) > 0),
        )
        return tuple(way for way, there in has if there)

    # --- Is it right? ---

    async def prove(self, person: str, device: str, code: str) -> Way:
        """A code of the app, or a recovery code; which of them it was. Raises `Problem`: 401 if it is wrong or used,
        429 for too many.

        Tries are counted for each person; on a device where they have worked apart, so that nobody who guesses
        elsewhere keeps them out.
        """
        key = f"{person} {device}" if self._worked(person, device) else person
        wait = self._by_person.take(key)
        if wait:
            raise too_many(wait)
        way, take = self._found(person, code)
        if way is None or not await self._used(person, device, way, take):
            raise Problem(401, "code", WRONG)
        self._by_person.give_back(key)
        return way

    def _found(self, person: str, code: str) -> tuple[Way | None, Callable[[], bool]]:
        """What this code is, and what takes it: only then is it certain that nobody else has."""
        row, now = self.read.totp(person), self._clock()
        step = None if row is None else totp.matching_step(self._opened(row), code, now)
        if step is not None:
            return "totp", lambda: self.kept.use_step(person, step)
        hashed = recovery.hash_of(person, code)
        if self.read.has_recovery(person, hashed):
            return "recovery", lambda: self.kept.use_recovery(person, hashed)
        if self.read.has_help(person, hashed, now):
            return "code", lambda: self.kept.use_help(person, hashed, now)
        return None, lambda: False

    async def _used(self, person: str, device: str, way: Way, take: Callable[[], bool]) -> bool:
        """Take it, and write down that it was used. A second one who brings it at the same time is refused."""
        return await self._does(person, device, UseFactor(way=way), take)

    async def passkey_used(self, person: str, device: str, take: Callable[[], bool]) -> bool:
        """The same for a passkey."""
        return await self._used(person, device, "passkey", take)

    def _opened(self, row: TotpRow) -> str:
        try:
            return unwrap(self._master, _sealed_for(row.person), row.secret).decode()
        except KeyLostError:
            sentence = (
                "The server cannot read what it keeps of your authenticator app. Ask your administrator for help."
            )
            raise Problem(409, "factor-lost", sentence) from None

    # --- Setting one up ---

    def offer_app(self, person: str) -> tuple[str, str]:
        """A ticket, and a secret for the app of somebody; nothing is kept until the app has shown a code."""
        secret = totp.new_secret()
        ticket, _ = self._enrolments.give(Enrolment(person, secret))
        return ticket, secret

    async def confirm_app(self, person: str, device: str, ticket: str, code: str) -> None:
        """The app has the secret: from now on its codes count. Raises `Problem` (401, 409)."""
        offered = self._enrolments.look(ticket)
        if offered is None or offered.person != person:
            raise Problem(409, "enrolment", "This took too long. Begin again with a new secret.")
        step = totp.matching_step(offered.secret, code, self._clock())
        if step is None:
            raise Problem(401, "code", NOT_YET)
        if self._enrolments.take(ticket) is None:
            raise Problem(409, "enrolment", "This took too long. Begin again with a new secret.")
        sealed = wrap(self._master, _sealed_for(person), offered.secret.encode())
        row = TotpRow(person, sealed, self._clock(), step)
        await done(self._writer, seen(person, device, AddFactor(way="totp"), lambda _: self.kept.put_totp(row)))

    async def add_passkey(self, device: str, row: PasskeyRow) -> bool:
        """A passkey that has shown what it is; False if it is somebody's already."""
        return await self._does(row.person, device, AddFactor(way="passkey"), lambda: self.kept.add_passkey(row))

    async def new_recovery(self, person: str, device: str) -> list[str]:
        """Ten new codes, shown this once; the old ones end."""
        codes = recovery.new_codes()
        hashes = [recovery.hash_of(person, code) for code in codes]
        told = seen(person, device, AddFactor(way="recovery"), lambda _: self.kept.put_recovery(person, hashes))
        await done(self._writer, told)
        return codes

    # --- Taking one away ---

    async def remove_app(self, person: str, device: str) -> bool:
        return await self._does(person, device, RemoveFactor(way="totp"), lambda: bool(self.kept.remove_totp(person)))

    async def remove_passkey(self, person: str, device: str, id: str) -> bool:
        remove = partial(self.kept.remove_passkey, person, id)
        return await self._does(person, device, RemoveFactor(way="passkey"), remove)

    async def _does(self, person: str, device: str, command: Command, work: Callable[[], bool]) -> bool:
        """Do it and write it down; False where there was nothing to be done. Raises `Refusal` where the server fails:
        that is nobody's wrong code.
        """
        try:
            await done(self._writer, seen(person, device, command, _or_refused(work)))
        except Refusal as refusal:
            if refusal.code != GONE:
                raise
            return False
        return True


def _or_refused(work: Callable[[], bool]) -> Work:
    """What finds nothing to be done is refused, and the log says so."""

    def do(_: object) -> None:
        if not work():
            raise Refusal("This is no longer there.", GONE)

    return do


def _sealed_for(person: str) -> str:
    return f"totp:{person}"
