"""Passwords: what is accepted, and argon2id hashes made and checked off the event loop."""

from __future__ import annotations

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from .breached import Breached, breached_list
from .guessed import guessable

SHORTEST, LONGEST = 10, 1_000
AT_ONCE = 2
WAITING = 256
"""More than this many waiting sign-ins are turned away: hashing is dear on purpose."""


class WeakPassword(ValueError):
    """The password is not accepted; the text is a sentence for people."""


class Busy(Exception):
    """Too many sign-ins wait already."""


def check_password(password: str, *names: str, breached: Breached | None = None) -> None:
    """Refuses what is guessed first: short, common in any disguise, leaked, or one's own name or address."""
    if len(password) < SHORTEST:
        raise WeakPassword(f"A password has at least {SHORTEST} characters.")
    if len(password) > LONGEST:
        raise WeakPassword(f"A password has at most {LONGEST} characters.")
    if any(_is_name(password, name) for name in names):
        raise WeakPassword("A password must not be one's own name or address.")
    if guessable(password):
        raise WeakPassword("This password is among the first that are guessed. Choose another one.")
    try:
        leaked = (breached or breached_list()).has(password)
    except OSError:
        raise WeakPassword("The list of leaked passwords cannot be read. Please tell your administrator.") from None
    if leaked:
        raise WeakPassword("This password has been leaked somewhere and is known. Choose another one.")


def _is_name(password: str, name: str) -> bool:
    """Whether it is a name or an address, or the part before the @, with nothing but digits and signs around it."""
    letters = _letters(password)
    return bool(name) and letters in {_letters(name), _letters(name.partition("@")[0])} - {""}


def _letters(text: str) -> str:
    return "".join(one for one in text.casefold() if one.isalpha())


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
