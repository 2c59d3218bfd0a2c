"""Passwords: what is accepted, and argon2id hashes made and checked off the event loop."""

from __future__ import annotations

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 10, 1_000
AT_ONCE = 2
WAITING = 256
"""More than this many waiting sign-ins are turned away: hashing is dear on purpose."""
_GUESSED = (
    "1234567890,12345678910,0123456789,0987654321,1q2w3e4r5t,qwertyuiop,qwertzuiop,qwerty1234,qwerty12345,"
    "password12,password123,password1234,passwort123,passwort1234,letmein123,welcome123,welcome1234,iloveyou123,"
    "administrator,admin12345,changeme123,changemenow,sunshine123,princess123,football123,baseball123,superman123,"
    "abcdefghij,abcdefghijk,abcd123456,abc1234567,1122334455,9876543210,123qweasdzxc,qazwsxedcrfv,zaq12wsxcde,"
    "agentdesk123,agentdesk1,support123,supportdesk,helpdesk123,test123456,testtest123,p@ssw0rd123,p@ssword123,"
    "passw0rd123,trustno1trustno1,correcthorsebatterystaple"
)
COMMON = frozenset(_GUESSED.split(","))


class WeakPassword(ValueError):
    """The password is not accepted; the text is a sentence for people."""


class Busy(Exception):
    """Too many sign-ins wait already."""


def check_password(password: str, *names: str) -> None:
    """Refuses what is guessed first: short, common, one character repeated, or one's own name or address."""
    if len(password) < SHORTEST:
        raise WeakPassword(f"A password has at least {SHORTEST} characters.")
    if len(password) > LONGEST:
        raise WeakPassword(f"A password has at most {LONGEST} characters.")
    lowered = password.casefold()
    if lowered in COMMON or len(set(lowered)) < 4:
        raise WeakPassword("This password is among the first that are guessed. Choose another one.")
    if any(name and lowered in (name.casefold(), name.casefold().partition("@")[0]) for name in names):
        raise WeakPassword("A password must not be one's own name or address.")


class Passwords:
    """Hashes and checks, at most two at a time."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        # Checked for unknown people, so that an answer takes as long as for known ones.
        self._decoy = self._hasher.hash("nobody has this password")

    async def hash(self, password: str) -> str:
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def fits(self, hashed: str | None, password: str) -> bool:
        """Whether the password is the hashed one; never for None, though it takes as long. Raises `Busy`."""
        if self._waiting >= WAITING:
            raise Busy
        self._waiting += 1
        try:
            async with self._turns:
                fits = await asyncio.to_thread(self._verify, hashed or self._decoy, password)
        finally:
            self._waiting -= 1
        return fits and hashed is not None

    def stale(self, hashed: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(hashed)

    def _verify(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False
