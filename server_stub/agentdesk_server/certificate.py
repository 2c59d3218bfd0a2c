"""The server's TLS: its certificate, read and checked, and taken anew while the server runs."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from .core import CannotStart

if sys.platform != "win32":
    import signal

log = logging.getLogger(__name__)
LOOK_SECONDS = 10.0
LEAST_BITS = 2048
VERSIONS = ("TLS 1.2", "TLS 1.3")
# Mozilla's "intermediate" profile less the suites with finite-field Diffie-Hellman, which need parameters of their own.
SUITES = (
    *("ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384"),
    *("ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305"),
)
CURVE = "prime256v1"
"""The one curve that every client has, those bound to FIPS 140 too. Python can name one, or leave the whole list of the
library, which has two that the profile does not."""


class Loaded(NamedTuple):
    """A certificate in use, and until when it is good (UTC ms)."""

    context: ssl.SSLContext
    expires_at: int


class Certificate:
    """A certificate and key in files. `listener` is the context to listen with; each connection gets the newest pair.

    Raises `CannotStart` with a sentence if there is nothing to begin with.
    """

    def __init__(self, cert: Path, key: Path, clock: Callable[[], int]) -> None:
        self._cert, self._key, self._clock = cert, key, clock
        self._tried = _stamp(cert, key)  # before they are read: what changes meanwhile is looked at again
        self._now = load(cert, key, clock())
        self.listener = self._now.context
        self.listener.sni_callback = self._give

    @property
    def expires_at(self) -> int:
        """Until when the certificate in use is good (UTC ms)."""
        return self._now.expires_at

    def _give(self, line: ssl.SSLObject | ssl.SSLSocket, name: str | None, first: ssl.SSLContext) -> None:
        line.context = self._now.context

    def renew(self) -> bool:
        """Take what the files hold now; what is not good is told in the log, and the old pair stays. Whether it was."""
        self._tried = _stamp(self._cert, self._key)
        try:
            self._now = load(self._cert, self._key, self._clock())
        except CannotStart as error:
            log.warning("the old certificate stays in use: %s", error)
            return False
        log.info("a new certificate is in use, good until %s", _day(self._now.expires_at))
        return True

    def look(self) -> None:
        """Renew if a file has changed since it was last tried."""
        if _stamp(self._cert, self._key) != self._tried:
            self.renew()

    @contextlib.asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Look now and then, and at once when the process is told to (SIGHUP), for as long as this lasts."""
        loop = asyncio.get_running_loop()
        watching = asyncio.ensure_future(self._watch())
        if sys.platform != "win32":
            loop.add_signal_handler(signal.SIGHUP, self.renew)
        try:
            yield
        finally:
            if sys.platform != "win32":
                loop.remove_signal_handler(signal.SIGHUP)
            watching.cancel()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self.look()


def load(cert: Path, key: Path, now: int) -> Loaded:
    """Read and check both files. Raises `CannotStart` with a sentence that says what to do."""
    leaf = _leaf(cert)
    starts, ends = _ms(leaf.not_valid_before_utc), _ms(leaf.not_valid_after_utc)
    if now >= ends:
        raise CannotStart(f"The certificate in {cert} has expired on {_day(ends)}. Get a new one and put it there.")
    if now < starts:
        raise CannotStart(f"The certificate in {cert} begins on {_day(starts)} only. Is this machine's clock right?")
    public = leaf.public_key()
    if isinstance(public, RSAPublicKey) and public.key_size < LEAST_BITS:
        raise CannotStart(f"The key of {cert} has {public.key_size} bits, which is too weak. Use {LEAST_BITS} or more.")
    return Loaded(_context(cert, key), ends)


def _leaf(cert: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificates(cert.read_bytes())[0]
    except OSError as error:
        raise CannotStart(f"The certificate {cert} cannot be read ({error.strerror}).") from None
    except ValueError:
        raise CannotStart(f"{cert} has no certificate. It has to be a PEM file, the server's own first.") from None


def _context(cert: Path, key: Path) -> ssl.SSLContext:
    """A context for both versions of TLS that are sound, without compression and without asking anew within a line."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    context.options &= ~ssl.OP_CIPHER_SERVER_PREFERENCE  # all suites are good: a phone takes what is fast for it
    context.set_ciphers(":".join(SUITES))
    context.set_ecdh_curve(CURVE)
    try:
        context.load_cert_chain(cert, key, password=lambda: _protected(key))
    except ssl.SSLError as error:
        if error.reason in ("KEY_VALUES_MISMATCH", "KEY_TYPE_MISMATCH", "NO_CERTIFICATE_ASSIGNED"):
            raise CannotStart(f"The key in {key} does not belong to the certificate in {cert}.") from None
        raise CannotStart(f"{key} has no private key that can be read. It has to be a PEM file.") from None
    except OSError as error:
        raise CannotStart(f"The key {key} cannot be read ({error.strerror}).") from None
    return context


def _protected(key: Path) -> str:
    raise CannotStart(
        f"The key in {key} is protected by a password. Give one that is not, readable by this user alone."
    )


def _stamp(*files: Path) -> tuple[object, ...]:
    """What changes when a file is written or replaced, also behind a link."""
    found: list[object] = []
    for file in files:
        try:
            about = file.stat()
        except OSError:
            found.append(None)
        else:
            found.append((about.st_mtime_ns, about.st_size, about.st_ino))
    return tuple(found)


def _ms(when: datetime) -> int:
    return round(when.timestamp() * 1000)


def _day(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).date().isoformat()
