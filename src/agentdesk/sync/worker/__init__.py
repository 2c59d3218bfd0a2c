"""The one thread that listens: it owns the loop, the socket and the writing connections."""

from __future__ import annotations

import itertools
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import msgspec

from agentdesk.domain.kernel import Command
from agentdesk.domain.kernel.values import whole
from agentdesk.protocol.frames import Ask, Signal
from agentdesk.store.drafts import Draft
from agentdesk.store.staging import StagedFile

from .. import effects as fx
from .. import http
from ..errands import Account
from ..news import Heard, News, Pending, Status, Told
from ..passport import Passport, Tokens
from .asking import Offline
from .inside import Inside, Place, Start, wall_clock

STOP_SECONDS = 2.0

__all__ = ["Account", "Offline", "Place", "Start", "Worker", "wall_clock"]


class Worker:
    """The door to the thread. Every method may be called from any thread and returns at once, but `start` and `stop`.

    `on_news` is called on the worker's thread when there is something in `news` or `told`.
    """

    def __init__(self, place: Place, account: Account, *, app: str, on_news: Callable[[], None]) -> None:
        self.account = account
        self._inside = Inside(place, account, app, on_news)
        self._thread = threading.Thread(target=self._inside.run, name="sync", daemon=True)
        self._asks = itertools.count(1)

    @property
    def news(self) -> deque[News]:
        """What has changed in the replica; to be taken by whoever moves its snapshot (`Replica.take`)."""
        return self._inside.engine.news

    @property
    def told(self) -> deque[Status | Told | Heard]:
        """Everything else, in order; whoever reads it takes it out."""
        return self._inside.engine.told

    def start(self, *, online: bool = True) -> Start:
        """Open the files and begin. Raises what the files raise; then nothing runs."""
        found = self._inside.open()
        self._thread.start()
        self.set_online(online)
        return found

    def stop(self) -> bool:
        """Save, close, end; whether the thread was gone within two seconds."""
        if self._thread.is_alive():
            self._inside.call(self._inside.end)
            self._thread.join(STOP_SECONDS)
        return not self._thread.is_alive()

    def now(self) -> int:
        """The server's clock, as well as we know it (ms)."""
        return wall_clock() + self._inside.engine.offset

    # --- Work ---

    def submit(self, pending: Pending, needs: tuple[str, ...] = ()) -> None:
        """Put a command into the outbox; it goes when it can. `needs`: digests of staged blobs that must go first."""
        self._inside.wishes.append((pending, needs))
        self._inside.call(self._inside.submit)

    def take_back(self, key: int, instead: Command) -> bool:
        """Whether a command has never left this device: then it never will. `instead`, harmless, has its number."""
        if not self._inside.engine.outgoing.recall.take_back(key, instead):
            return False
        self._inside.call(self._inside.engine.withdraw)
        return True

    def let_go(self, held: str) -> None:
        """Keep what was refused no longer: the person has dealt with it."""
        self._inside.call(lambda: self._inside.engine.outgoing.let_go(held))

    def signal(self, kind: str, *, on: bool = True, about: str = "", text: str = "") -> None:
        """Tell colleagues something fleeting; offline it is not said."""
        frame = msgspec.convert({"kind": kind, "on": on, "about": about, "text": text}, Signal)
        self._inside.call(lambda: self._inside.engine.happen(fx.Signalled(frame)))

    def ask(self, question: str, args: Any = None) -> Future[Any]:
        """Ask the server. The future fails with `Offline` and a sentence where there is no answer."""
        future: Future[Any] = Future()
        id = next(self._asks)
        self._inside.call(lambda: self._ask(id, question, whole(args), future))
        return future

    def _ask(self, id: int, question: str, args: Any, future: Future[Any]) -> None:
        self._inside.asks.add(id, future)
        engine = self._inside.engine
        engine.happen(fx.Asked(Ask(id=id, question=question, args=engine.encode(args))))

    def set_online(self, online: bool) -> None:
        """Connect and stay connected, or pull the plug."""
        self._inside.call(lambda: self._inside.engine.happen(fx.Wanted(online, wall_clock())))

    # --- Drafts and files ---

    def note(self, draft: Draft) -> None:
        """A keystroke: on the disk within half a second. A blank text discards."""
        self._inside.saving.journal.note(draft)
        self._inside.call(self._inside.saving.plan)

    def stage(self, source: Path | bytes, name: str = "", media_type: str = "") -> Future[StagedFile]:
        """Take in a file that a command will name."""
        return self._inside.errand(lambda: self._inside.errands.staging.stage(source, name, media_type))

    def fetch(self, digest: str) -> Future[bytes]:
        """A blob's bytes, from the staging folder or the server."""
        return self._inside.errand(lambda: self._inside.errands.fetch(digest))

    def read(self, where: str) -> Future[bytes]:
        """Something short that the server says."""
        return self._inside.errand(lambda: self._inside.errands.read(where))

    def save(self, where: str, path: Path, so_far: Callable[[int], None]) -> Future[str]:
        """Something that the server makes, whole in a file or not at all; its SHA-256. `so_far`: on another thread."""
        return self._inside.errand(lambda: self._inside.errands.save(where, path, so_far))

    # --- Sessions ---

    def sign_in(self, email: str, password: str) -> Future[http.Granted]:
        """Start a session and use it. The future fails with `http.Problem`."""
        return self._inside.errand(lambda: self._sign_in(email, password))

    def _sign_in(self, email: str, password: str) -> http.Granted:
        granted = self._inside.errands.sign_in(email, password)
        self.use_token(granted.token)
        return granted

    @property
    def passport(self) -> Passport | None:
        """What this desk shows at its server. From any thread: it is one and the same for all requests."""
        return self._inside.account.passport

    def use_tokens(self, tokens: Tokens, passport: Passport) -> None:
        """Go on with another sign-in of the same person at this device; it is kept already."""
        self._inside.call(lambda: self._inside.use_tokens(tokens, passport))

    def use_token(self, token: str) -> None:
        """Go on with another session of the same person that is bound to no key."""
        self._inside.call(lambda: self._inside.use_token(token))
