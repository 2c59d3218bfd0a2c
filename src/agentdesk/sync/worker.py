"""The one thread that listens: it owns the loop, the socket and the writing connections."""

from __future__ import annotations

import asyncio
import itertools
import logging
import random
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from agentdesk.protocol.frames import Answer, Ask, Signal, Who
from agentdesk.store.crypt import Connection
from agentdesk.store.drafts import Draft, DraftJournal
from agentdesk.store.precious import open_precious
from agentdesk.store.staging import StagedFile, Staging

from . import effects as fx
from . import http
from .confirmed import Confirmed
from .engine import Engine
from .errands import Account, Errands
from .files import drop_database, open_replica, shorten_log
from .link import Link, sync_url
from .news import Heard, News, Pending, Status, Told
from .outgoing import Outgoing

TICK_SECONDS = 1.0
STOP_SECONDS = 2.0
log = logging.getLogger(__name__)
T = TypeVar("T")


class Place(msgspec.Struct, frozen=True):
    """Where this desk keeps its files, and the key to them."""

    replica: Path
    precious: Path
    staging: Path
    key: bytes


class Start(msgspec.Struct, frozen=True):
    """What is known before the server has spoken."""

    who: Who | None
    pending: tuple[Pending, ...]


class Offline(Exception):
    """A question could not be put, or was not answered; the text is a sentence for people."""


class Worker:
    """The door to the thread. Every method may be called from any thread and returns at once, but `start` and `stop`.

    `on_news` is called on the worker's thread when there is something in `news` or `told`.
    """

    def __init__(self, place: Place, account: Account, *, app: str, on_news: Callable[[], None]) -> None:
        self.account = account
        self._inside = _Inside(place, account, app, on_news)
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

    def signal(self, kind: str, *, on: bool = True, about: str = "", text: str = "") -> None:
        """Tell colleagues something fleeting; offline it is not said."""
        frame = msgspec.convert({"kind": kind, "on": on, "about": about, "text": text}, Signal)
        self._inside.call(lambda: self._inside.engine.happen(fx.Signalled(frame)))

    def ask(self, question: str, args: Any = None) -> Future[Any]:
        """Ask the server. The future fails with `Offline` and a sentence where there is no answer."""
        future: Future[Any] = Future()
        id = next(self._asks)
        self._inside.call(lambda: self._inside.ask(id, question, args, future))
        return future

    def set_online(self, online: bool) -> None:
        """Connect and stay connected, or pull the plug."""
        self._inside.call(lambda: self._inside.engine.happen(fx.Wanted(online, wall_clock())))

    # --- Drafts and files ---

    def note(self, draft: Draft) -> None:
        """A keystroke: on the disk within half a second. A blank text discards."""
        self._inside.note(draft)

    def stage(self, source: Path | bytes, name: str = "", media_type: str = "") -> Future[StagedFile]:
        """Take in a file that a command will name."""
        return self._inside.errand(lambda: self._inside.errands.staging.stage(source, name, media_type))

    def fetch(self, digest: str) -> Future[bytes]:
        """A blob's bytes, from the staging folder or the server."""
        return self._inside.errand(lambda: self._inside.errands.fetch(digest))

    # --- Sessions ---

    def sign_in(self, email: str, password: str) -> Future[http.Granted]:
        """Start a session and use it. The future fails with `http.Problem`."""
        return self._inside.errand(lambda: self._inside.sign_in(email, password))

    def use_token(self, token: str) -> None:
        """Go on with another session of the same person."""
        self._inside.call(lambda: self._inside.use_token(token))


class _Inside:
    """What lives on the thread. Implements the engine's `Port` and the link's `Ear`."""

    def __init__(self, place: Place, account: Account, app: str, on_news: Callable[[], None]) -> None:
        self.place, self.account, self.app, self.on_news = place, account, app, on_news
        self.wishes: deque[tuple[Pending, tuple[str, ...]]] = deque()
        self.loop: asyncio.AbstractEventLoop
        self.errands: Errands
        self.engine: Engine
        self._journal: DraftJournal
        self._databases: list[Connection] = []
        self._link: Link | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._asked: dict[int, Future[Any]] = {}
        self._ended = False
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="sync-errand")
        self._done = asyncio.Event()
        self._flush_at: asyncio.TimerHandle | None = None

    # --- Life ---

    def open(self) -> Start:
        """Open everything; on failure nothing stays open."""
        self.loop = asyncio.new_event_loop()
        try:
            return self._open()
        except BaseException:
            self._close()
            self.loop.close()
            raise

    def _open(self) -> Start:
        precious = open_precious(self.place.precious, self.place.key)
        self._databases.append(precious)
        replica = open_replica(self.place.replica, self.place.key)
        self._databases.append(replica)
        self.errands = Errands(self.account, Staging(self.place.staging, self.place.key))
        self._journal = DraftJournal(precious)
        confirmed, outgoing = Confirmed(replica), Outgoing(precious)
        self.engine = Engine(
            confirmed,
            outgoing,
            self,
            device=self.account.device,
            app=self.app,
            now=wall_clock,
            chance=random.random,
            wake=self.on_news,
        )
        who = confirmed.book.meta("who")
        return Start(msgspec.json.decode(who, type=Who) if who else None, outgoing.pending())

    def run(self) -> None:
        """The thread."""
        asyncio.set_event_loop(self.loop)
        try:
            self.loop.run_until_complete(self._live())
        except Exception:
            log.exception("the sync thread has failed")
        finally:
            self._close()
            self.loop.close()

    async def _live(self) -> None:
        ticking = asyncio.create_task(self._tick())
        await self._done.wait()
        ticking.cancel()
        if self._link is not None:
            self._link.hang_up()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=1.0)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(ticking, *self._tasks, return_exceptions=True)

    async def _tick(self) -> None:
        while True:
            self._guarded(self._each_second)
            await asyncio.sleep(TICK_SECONDS)

    def _each_second(self) -> None:
        self.submit()
        self._flush_drafts()
        self.engine.tick()
        shorten_log(self.engine.confirmed.conn, self.place.replica)

    def end(self) -> None:
        """Save what is not saved, then let go."""
        self._guarded(self.submit)
        self._guarded(self._flush_drafts)
        self._ended = True
        self._done.set()

    def _close(self) -> None:
        self._ended = True
        self._pool.shutdown(wait=False, cancel_futures=True)
        for future in self._asked.values():
            future.set_exception(Offline("The desk is closing."))
        self._asked.clear()
        for database in self._databases:
            database.close()
        self._databases.clear()

    # --- From other threads ---

    def call(self, what: Callable[[], None]) -> None:
        """Do this on the thread, in order."""
        try:
            self.loop.call_soon_threadsafe(self._guarded, what)
        except RuntimeError:
            log.info("the sync thread has ended")

    def _guarded(self, what: Callable[[], None]) -> bool:
        """A full disk or a locked file is told and tried again; it ends nothing. Whether it went well."""
        if self._ended:
            return True
        try:
            what()
        except Exception as error:
            log.exception("sync: %s", type(error).__name__)
            self.engine.told.append(Told("trouble", str(error)[:300]))
            self.on_news()
            return False
        return True

    def errand(self, what: Callable[[], T]) -> Future[T]:
        """Do this on a thread that may wait."""
        return self._pool.submit(what)

    def submit(self) -> None:
        """Take all wishes that have come, in one commit; if it fails they stay and are tried again."""
        wishes = list(self.wishes)
        if wishes:
            self.engine.submit(wishes)
            for _ in wishes:
                self.wishes.popleft()

    def ask(self, id: int, question: str, args: Any, future: Future[Any]) -> None:
        self._asked[id] = future
        self.engine.happen(fx.Asked(Ask(id=id, question=question, args=self.engine.encode(args))))

    def note(self, draft: Draft) -> None:
        self._journal.note(draft)
        self.call(self._plan_flush)

    def _plan_flush(self) -> None:
        due = self._journal.due(wall_clock())
        if due is not None and self._flush_at is None:
            self._flush_at = self.loop.call_later(due / 1000, self._guarded, self._flush_drafts)

    def _flush_drafts(self) -> None:
        if self._flush_at is not None:
            self._flush_at.cancel()
            self._flush_at = None
        self._journal.flush(wall_clock())

    def use_token(self, token: str) -> None:
        self.account = self.errands.account = msgspec.structs.replace(self.account, token=token)
        self.engine.happen(fx.SignedIn(wall_clock()))

    def sign_in(self, email: str, password: str) -> http.Granted:
        """An errand: a session, and its use."""
        granted = self.errands.sign_in(email, password)
        self.call(lambda: self.use_token(granted.token))
        return granted

    # --- Port ---

    def connect(self) -> None:
        """Open a socket."""
        if not self.account.token:
            self.loop.call_soon(self._guarded, lambda: self.engine.closed(4401))
            return
        tls = ssl.create_default_context(cafile=self.account.authorities) if self.account.authorities else None
        self._link = Link(sync_url(self.account.server), self.account.token, self, tls=tls)
        self._task(self._link.run())

    def send(self, message: bytes) -> None:
        if self._link is not None:
            self._link.send(message)

    def hang_up(self, code: int) -> None:
        if self._link is not None:
            self._link.hang_up(code)

    def upload(self, digest: str) -> None:
        self._task(self._uploading(digest))

    async def _uploading(self, digest: str) -> None:
        finished = await asyncio.wrap_future(self.errand(lambda: self.errands.upload(digest)))
        then = self.engine.uploaded if finished else self.engine.not_uploaded
        self._guarded(lambda: then(digest))

    def answer(self, id: int, answer: Answer | None) -> None:
        future = self._asked.pop(id, None)
        if future is None or not future.set_running_or_notify_cancel():
            return
        if answer is None:
            future.set_exception(Offline("This can only be asked while the desk is connected."))
        elif answer.sentence:
            future.set_exception(Offline(answer.sentence))
        else:
            future.set_result(answer.result)

    def wipe(self) -> None:
        """Destroy the files; without them nothing goes on."""
        self._ended = True
        for database in self._databases:
            database.close()
        self._databases.clear()
        self.errands.wipe()
        drop_database(self.place.replica)
        drop_database(self.place.precious)
        self._done.set()

    def tidy(self) -> None:
        shorten_log(self.engine.confirmed.conn, self.place.replica, at_once=True)

    def _task(self, work: Coroutine[Any, Any, None]) -> None:
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- Ear ---

    def opened(self, link: Link) -> None:
        if link is self._link:
            self._guarded(lambda: self.engine.happen(fx.Opened(wall_clock())))

    def received(self, link: Link, messages: list[bytes]) -> None:
        if link is self._link and not self._guarded(lambda: self.engine.take_in(messages)):
            link.hang_up()  # what could not be stored is asked for again

    def closed(self, link: Link, code: int) -> None:
        if link is self._link:
            self._link = None
            for id in list(self._asked):
                self.answer(id, None)
            self._guarded(lambda: self.engine.closed(code))


def wall_clock() -> int:
    """This device's clock: ms, UTC."""
    return time.time_ns() // 1_000_000
