"""One line to an IMAP server, on a thread of its own: what is new comes in order, then it waits to be told (IDLE)."""

from __future__ import annotations

import contextlib
import logging
import socket
import ssl
import threading
from datetime import UTC, datetime
from typing import Protocol

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from agentdesk.text.mail import DEFAULT

from .mailboxes import Mailbox

log = logging.getLogger(__name__)
SECONDS = 60.0
IDLE_SECONDS = 30.0
"""For so long nobody needs to speak: networks end a line that is silent for longer, and what a server told while it
answered something else is seen no later than this.
"""
LOOK_SECONDS = 30.0
"""How often a server is asked that cannot tell by itself."""
SHORTEST, LONGEST = 1.0, 300.0
"""Seconds until a server that cannot be reached is tried again: twice as long each time."""


class Hands(Protocol):
    """What a line asks of the server, from its own thread; each call waits for the answer."""

    def secret(self, fresh: bool) -> str:
        """The password or an access token; `fresh`: the one before was refused."""

    def place(self) -> tuple[int, int]:
        """UIDVALIDITY and the last UID that was taken in."""

    def reach(self, validity: int, uid: int) -> None:
        """Nothing up to there is wanted."""

    def take(self, raw: bytes, received: int, validity: int, uid: int) -> None:
        """Take a mail in, and note the place, in one transaction."""

    def told(self, sentence: str) -> None:
        """What is wrong; empty for nothing any more."""


class Line:
    """Reads one mailbox until it is stopped."""

    def __init__(self, box: Mailbox, hands: Hands, tls: ssl.SSLContext) -> None:
        self._box, self._hands, self._tls = box, hands, tls
        self._stop, self._lock = threading.Event(), threading.Lock()
        self._client: IMAPClient | None = None
        self._failures = 0
        self._thread = threading.Thread(target=self._run, name=f"imap {box.address}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask it to end; it is interrupted where it waits."""
        with self._lock:
            self._stop.set()
            if self._client is not None:
                with contextlib.suppress(OSError):
                    self._client.socket().shutdown(socket.SHUT_RDWR)

    def join(self) -> None:
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._listen()
            except (OSError, IMAPClientError, ValueError, LookupError) as error:
                if not self._stop.is_set():
                    self._failed(error)
            except BaseException as error:
                if self._stop.is_set():  # the server is ending, and has let go of what we waited for
                    return
                log.error("the mailbox %s cannot be read: %s", self._box.address, type(error).__name__)
                self._stop.wait(LONGEST)

    def _failed(self, error: Exception) -> None:
        self._failures += 1
        if self._failures == 1:
            log.warning("the mailbox %s cannot be read: %s", self._box.address, _words(error))
        with contextlib.suppress(Exception):
            self._hands.told(f"It cannot be read: {_words(error)}")
        self._stop.wait(min(LONGEST, SHORTEST * 2.0 ** min(self._failures - 1, 10)))

    def _listen(self) -> None:
        client = self._open()
        try:
            with self._lock:
                if self._stop.is_set():
                    return
                self._client = client
            self._sign_in(client)
            validity, last = self._begin(client)
            if self._failures:
                log.info("the mailbox %s is read again", self._box.address)
            self._failures = 0
            self._hands.told("")
            waits = client.has_capability("IDLE")
            while not self._stop.is_set():
                last = self._take_new(client, validity, last)
                self._wait(client, idle=waits)
        finally:
            with self._lock:
                self._client = None
            with contextlib.suppress(OSError, IMAPClientError, AttributeError):
                client.shutdown()

    def _open(self) -> IMAPClient:
        way = self._box.imap
        assert way is not None
        implicit = way.tls == "implicit"
        client = IMAPClient(
            way.host, way.port, ssl=implicit, ssl_context=self._tls if implicit else None, timeout=SECONDS
        )
        if way.tls == "starttls":
            client.starttls(self._tls)
        return client

    def _sign_in(self, client: IMAPClient) -> None:
        secret = self._hands.secret(self._failures > 0)
        if self._box.oauth is None:
            client.login(self._box.user, secret)
        else:
            client.oauth2_login(self._box.user, secret)

    def _begin(self, client: IMAPClient) -> tuple[int, int]:
        """Open the folder; where its numbers hold no more, all of it is looked at again."""
        told = client.select_folder(self._box.folder, readonly=True)
        validity, (known, last) = int(told[b"UIDVALIDITY"]), self._hands.place()
        if known == 0 and self._box.from_now:
            last = int(told.get(b"UIDNEXT", 1)) - 1
            self._hands.reach(validity, last)
        elif known != validity:
            last = 0
        return validity, last

    def _take_new(self, client: IMAPClient, validity: int, last: int) -> int:
        """Take what is new until nothing more is: of what comes meanwhile the server may tell before anybody waits."""
        while new := _newer(client, last):
            for uid in new:
                if self._stop.is_set():
                    return last
                raw, received = _fetched(client, uid)
                if raw is not None:
                    self._hands.take(raw, received, validity, uid)
                last = uid
        return last

    def _wait(self, client: IMAPClient, *, idle: bool) -> None:
        if not idle:
            self._stop.wait(LOOK_SECONDS)
            client.noop()
            return
        client.idle()
        told = client.idle_check(timeout=IDLE_SECONDS)
        _, more = client.idle_done()
        if any(isinstance(one, tuple) and one[:1] == (b"BYE",) for one in (*told, *more)):
            raise IMAPClientError("the server has ended the line")


def _newer(client: IMAPClient, last: int) -> list[int]:
    """What came after a mail, in order. A server gives its newest one even if that is older."""
    return sorted(uid for uid in client.search(["UID", f"{last + 1}:*"]) if uid > last)


def _fetched(client: IMAPClient, uid: int) -> tuple[bytes | None, int]:
    """A mail, not more of it than is ever read, and when it came (ms, UTC); None if it is gone by now."""
    whole = f"BODY.PEEK[]<0.{DEFAULT.mail + 1}>"
    found = client.fetch([uid], [whole, "INTERNALDATE"]).get(uid, {})
    when = found.get(b"INTERNALDATE")
    received = 0
    if isinstance(when, datetime):
        known = when if when.tzinfo else when.astimezone()
        received = max(0, round(known.astimezone(UTC).timestamp() * 1000))
    return found.get(b"BODY[]<0>"), received


def _words(error: Exception) -> str:
    """What a server or the network said, on one line."""
    return " ".join(str(error).split())[:300] or type(error).__name__
