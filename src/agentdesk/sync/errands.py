"""What may take long: signing in, sending and fetching blobs. Runs on threads that may wait."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path
from typing import IO

import msgspec

from agentdesk.store.staging import Damaged, Staging

from . import http
from .passport import Passport

MOST_READ = 4 << 20
"""Bytes of an answer that is shown, not saved."""
TOLD_EVERY = 1 << 20
"""Bytes between two words on how far a file has come."""


class Account(msgspec.Struct, frozen=True):
    """At which server this device works, and in whose name. An empty token waits for a sign-in."""

    server: str
    device: str
    device_name: str = ""
    token: str = ""
    authorities: str = ""
    """A file of certificate authorities to trust instead of the system's."""
    passport: Passport | None = None
    """Shown instead of the token: bound to this device's key, and renewed by itself."""

    @property
    def signed_in(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.token) or self.passport is not None


class Errands:
    """Errands over HTTPS, each a plain function that blocks until it is done."""

    def __init__(self, account: Account, staging: Staging) -> None:
        self.account = account
        self.staging = staging

    def sign_in(self, email: str, password: str) -> http.Granted:
        """A session for this device. Raises `http.Problem`."""
        account = self.account
        return http.sign_in(account.server, email, password, account.device, account.device_name, account.authorities)

    def who(self) -> Passport | str:
        """What to show at a door, good for a while. Raises `http.Problem`, or what the keyring says."""
        passport = self.account.passport
        if passport is None:
            return self.account.token
        passport.renewed()
        return passport

    def fetch(self, digest: str) -> bytes:
        """A blob's bytes, from the staging folder or the server. Raises `http.Problem` or `Damaged`."""
        if self.staging.about(digest) is not None:
            return b"".join(self.staging.read(digest))
        account = self.account
        return b"".join(http.download(account.server, self.who(), digest, authorities=account.authorities))

    def read(self, where: str) -> bytes:
        """What the server says under this path of its own; no more than `MOST_READ`. Raises `http.Problem`."""
        account, have = self.account, bytearray()
        for piece in http.get(account.server, self.who(), where, account.authorities):
            have += piece
            if len(have) > MOST_READ:
                raise http.Problem("The server's answer cannot be read.")
        return bytes(have)

    def save(self, where: str, path: Path, so_far: Callable[[int], None] = lambda _: None) -> str:
        """What the server has under this path of its own, into a file: whole or not at all. Raises `http.Problem`.

        Returns its SHA-256 (hexadecimal); `so_far` is told now and then how many bytes have come.
        """
        account = self.account
        part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
        try:
            with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
                digest = _written(file, http.get(account.server, self.who(), where, account.authorities), so_far)
            part.replace(path)
        except OSError:
            raise http.Problem("The file cannot be written there.") from None
        finally:
            part.unlink(missing_ok=True)
        return digest

    def upload(self, digest: str) -> bool:
        """Send a staged blob. Whether nothing is left to be done: it is there, or it never will be."""
        account = self.account
        try:
            about = self.staging.about(digest)
            if about is not None:
                chunks = self.staging.read(digest)
                http.upload(account.server, self.who(), digest, about.size, about.type, chunks, account.authorities)
                self.staging.remove(digest)
        except http.Problem as problem:
            return problem.permanent
        except Damaged:
            return True
        return True

    def wipe(self) -> None:
        """Remove all that is staged."""
        for file in self.staging.waiting():
            self.staging.remove(file.digest)


def _written(file: IO[bytes], pieces: Iterable[bytes], so_far: Callable[[int], None]) -> str:
    digest, have, told = sha256(), 0, 0
    for piece in pieces:
        file.write(piece)
        digest.update(piece)
        have += len(piece)
        if have - told >= TOLD_EVERY:
            told = have
            so_far(have)
    return digest.hexdigest()
