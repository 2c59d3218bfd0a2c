"""What lives on the worker's thread: loop, socket, writing connections, and the engine between them."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from agentdesk.protocol.frames import Notice, Who
from agentdesk.store.crypt import Connection
from agentdesk.store.drafts import DraftJournal
from agentdesk.store.precious import open_precious
from agentdesk.store.staging import Staging

from .. import effects as fx
from ..confirmed import Confirmed
from ..engine import Engine
from ..errands import Account, Errands
from ..files import drop_database, open_replica, shorten_log, tidy
from ..news import Pending, Told
from ..outgoing import Outgoing
from ..passport import Passport, Tokens
from .asking import Asks
from .dialling import Dialling
from .saving import Saving
from .trouble import Trouble
from .upkeep import Upkeep

TICK_SECONDS = 1.0
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


class Inside:
    """What lives on the thread. Implements the engine's `Port` and the dialling's `Caller`."""

    def __init__(self, place: Place, account: Account, app: str, on_news: Callable[[], None]) -> None:
        self.place, self.account, self.app, self.on_news = place, account, app, on_news
        self.wishes: deque[tuple[Pending, tuple[str, ...]]] = deque()
        self.loop: asyncio.AbstractEventLoop
        self.errands: Errands
        self.engine: Engine
        self.saving: Saving
        self._databases: list[Connection] = []
        self._line, self._upkeep = Dialling(self), Upkeep(self)
        line = self._line
        self.connect, self.send, self.hang_up = line.connect, line.send, line.hang_up
        self._tasks: set[asyncio.Task[Any]] = set()
        self.asks, self._trouble = Asks(), Trouble()
        self.answer = self.asks.answer
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="sync-errand")
        self._ended, self._done = False, asyncio.Event()

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
        confirmed, outgoing = Confirmed(replica), Outgoing(precious)
        self.saving = Saving(DraftJournal(precious), self.loop, self._guarded, first=outgoing.withdraw)
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
        self._line.hang_up()
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
        self.saving.flush()
        self.engine.tick()
        self._upkeep.each_second(wall_clock())
        shorten_log(self.engine.confirmed.conn, self.place.replica)

    def end(self) -> None:
        """Save what is not saved, then let go."""
        self._guarded(self.submit)
        self._guarded(self.saving.flush)
        self._ended = True
        self._done.set()

    def _close(self) -> None:
        self._ended = True
        self._pool.shutdown(wait=False, cancel_futures=True)
        self.asks.end()
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
            self.trouble(str(error)[:300])
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

    def use_tokens(self, tokens: Tokens, passport: Passport) -> None:
        """Another sign-in of the same person; `passport` is for a desk that had none."""
        if self.account.passport is None:
            self.account = self.errands.account = msgspec.structs.replace(self.account, passport=passport)
        else:
            self.account.passport.use(tokens)
        self.engine.happen(fx.SignedIn(wall_clock()))

    def use_token(self, token: str) -> None:
        self.account = self.errands.account = msgspec.structs.replace(self.account, token=token)
        self.engine.happen(fx.SignedIn(wall_clock()))

    # --- Port ---

    def upload(self, digest: str) -> None:
        self.task(self._uploading(digest))

    async def _uploading(self, digest: str) -> None:
        finished = await asyncio.wrap_future(self.errand(lambda: self.errands.upload(digest)))
        then = self.engine.uploaded if finished else self.engine.not_uploaded
        self._guarded(lambda: then(digest))

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

    def tidy(self, staged: Sequence[str]) -> None:
        tidy(self._databases, (self.place.precious, self.place.replica), self.errands.staging, staged)

    def task(self, work: Coroutine[Any, Any, None]) -> None:
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- Caller ---

    def connected(self) -> None:
        self._guarded(lambda: self.engine.happen(fx.Opened(wall_clock())))

    def hear(self, messages: list[bytes]) -> bool:
        return self._guarded(lambda: self.engine.take_in(messages))

    def behind(self) -> bool:
        return bool(self.engine.confirmed.behind)

    def lost(self, code: int, why: str) -> None:
        self.asks.end()
        self._trouble.heard(why, self.engine.told.append)
        self._guarded(lambda: self.engine.closed(code))

    def shut_out(self, sentence: str) -> None:
        self._guarded(lambda: self.engine.happen(fx.Got(Notice(code="revoked", sentence=sentence), wall_clock())))

    def trouble(self, sentence: str) -> None:
        self.engine.told.append(Told("trouble", sentence))
        self.on_news()


def wall_clock() -> int:
    """This device's clock: ms, UTC."""
    return time.time_ns() // 1_000_000
