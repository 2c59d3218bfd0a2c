"""The second factor at work: is this code right, set one up, take one away. Guessing is slow, a code works once."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from agentdesk_server.audit.keys import KeyLostError, unwrap, wrap
from agentdesk_server.authority import Database
from agentdesk_server.authority.credentials import Credentials
from agentdesk_server.authority.factors import Factors, TotpRow
from agentdesk_server.limits import Buckets
from agentdesk_server.problems import Problem, too_many
from agentdesk_server.writer import Writer

from .factors import recovery, totp
from .tickets import Tickets

WRONG = "This code is wrong or was used already. Wait for the next one, or type a recovery code."
NOT_YET = "This is not the code that the app should show now. Is the clock of the phone right?"
ENROLMENT_MS = 10 * 60_000


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
        """How somebody can prove themselves beside the password; empty for who has no second factor."""
        if not self.read.any(person):
            return ()
        has = (
            ("totp", self.read.totp(person) is not None),
            ("passkey", bool(self.read.passkeys(person))),
            ("recovery", self.read.recovery_left(person) > 0),
        )
        return tuple(way for way, there in has if there)

    # --- Is it right? ---

    async def prove(self, person: str, device: str, code: str) -> None:
        """A code of the app, or a recovery code. Raises `Problem`: 401 if it is wrong or was used, 429 for too many.

        Tries are counted for each person; on a device where they have worked apart, so that nobody who guesses
        elsewhere keeps them out.
        """
        key = f"{person} {device}" if self._worked(person, device) else person
        wait = self._by_person.take(key)
        if wait:
            raise too_many(wait)
        if not (await self._app_says(person, code) or await self._recovers(person, code)):
            raise Problem(401, "code", WRONG)
        self._by_person.give_back(key)

    async def _app_says(self, person: str, code: str) -> bool:
        row = self.read.totp(person)
        step = None if row is None else totp.matching_step(self._opened(row), code, self._clock())
        if step is None:
            return False
        used: bool = await self._writer.call(lambda _: self.kept.use_step(person, step))
        return used

    def _opened(self, row: TotpRow) -> str:
        try:
            return unwrap(self._master, _sealed_for(row.person), row.secret).decode()
        except KeyLostError:
            sentence = (
                "The server cannot read what it keeps of your authenticator app. Ask your administrator for help."
            )
            raise Problem(409, "factor-lost", sentence) from None

    async def _recovers(self, person: str, code: str) -> bool:
        hashed = recovery.hash_of(person, code)
        used: bool = await self._writer.call(lambda _: self.kept.use_recovery(person, hashed))
        return used

    # --- Setting one up ---

    def offer_app(self, person: str) -> tuple[str, str]:
        """A ticket, and a secret for the app of somebody; nothing is kept until the app has shown a code."""
        secret = totp.new_secret()
        ticket, _ = self._enrolments.give(Enrolment(person, secret))
        return ticket, secret

    async def confirm_app(self, person: str, ticket: str, code: str) -> None:
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
        await self._writer.call(lambda _: self.kept.put_totp(row))

    async def new_recovery(self, person: str) -> list[str]:
        """Ten new codes, shown this once; the old ones end."""
        codes = recovery.new_codes()
        hashes = [recovery.hash_of(person, code) for code in codes]
        await self._writer.call(lambda _: self.kept.put_recovery(person, hashes))
        return codes

    # --- Taking one away ---

    async def remove_app(self, person: str) -> bool:
        return bool(await self._writer.call(lambda _: self.kept.remove_totp(person)))

    async def remove_passkey(self, person: str, id: str) -> bool:
        removed: bool = await self._writer.call(lambda _: self.kept.remove_passkey(person, id))
        return removed


def _sealed_for(person: str) -> str:
    return f"totp:{person}"
