"""Filling: brings a desk's scopes from where they are to the present, without outrunning what it takes in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from agentdesk.protocol import SUBPROTOCOLS, Close, server_codec
from agentdesk.protocol.frames import CaughtUp, Delta, Limits
from agentdesk.store.sieve import Sieve
from agentdesk_server.authority import Database

from .catchup import PAGE, Page, read_page
from .desks import UNSENT_LIMIT, Desk
from .ring import encode_puts
from .socket import framed

if TYPE_CHECKING:
    from .hub import Hub

T = TypeVar("T")
LIMITS = Limits()
PATIENCE = 30.0
"""Seconds for which a desk may take in nothing before it is closed as too slow."""
LOOK_AGAIN = 1.0


class Filler:
    """Reads pages and answers on threads of their own, each with its connection, so that the loop goes on while disks
    and codecs work, and nobody's catching up waits for somebody's search.
    """

    def __init__(self, reader: Database, open_another: Callable[[], Database]) -> None:
        self.reader = reader
        """For short questions on the loop's own thread."""
        self._open = open_another
        self.sieve = Sieve()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="reader")
        self._database: Database | None = None
        self._asked = ThreadPoolExecutor(1, thread_name_prefix="answers")
        self._archive: Database | None = None
        # A desk's own codec belongs to the loop: a compressor that two threads use at once ends the process.
        self._codecs = {name: server_codec(name) for name in SUBPROTOCOLS}

    async def page(self, scope: str, after: int, desk: Desk) -> tuple[Page, bytes]:
        """The next page of a scope, encoded for a desk."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._read, scope, after, desk)

    def _read(self, scope: str, after: int, desk: Desk) -> tuple[Page, bytes]:
        if self._database is None:
            self._database = self._open()
        page = read_page(self._database, scope, after)
        return page, framed(self._codecs[desk.codec.subprotocol].join(_frames(page, desk)))

    async def ask(self, work: Callable[[Database], T]) -> T:
        """What somebody asks of all history."""
        return await asyncio.get_running_loop().run_in_executor(self._asked, self._look, work)

    def _look(self, work: Callable[[Database], T]) -> T:
        if self._archive is None:
            self._archive = self._open()
        return work(self._archive)

    def close(self) -> None:
        self._asked.shutdown(wait=True, cancel_futures=True)
        self._pool.shutdown(wait=True)
        for database in (self._database, self._archive):
            if database is not None:
                database.close()
        self.reader.close()
        self.sieve.close()


def _frames(page: Page, desk: Desk) -> list[bytes]:
    """A page as frames. Rows of one very large transaction come in several; only the last one moves the cursor."""
    cuts = range(0, max(1, len(page.records)), PAGE)
    frames = []
    for cut in cuts:
        last = cut + PAGE >= len(page.records)
        frames.append(
            desk.codec.frame(
                Delta(
                    scope=page.scope,
                    from_=page.start,
                    to=page.to if last else page.start,
                    put=encode_puts(page.records[cut : cut + PAGE], desk.encoding, desk.view),
                    gone=page.gone if last else [],
                    more=not (last and page.last),
                    safe=page.safe,
                )
            )
        )
    if page.last:
        frames.append(desk.codec.frame(CaughtUp(scope=page.scope, rev=page.to, count=page.count, check=page.check)))
    return frames


async def fill(hub: Hub, desk: Desk) -> None:
    """Fill all scopes of a desk, the most urgent first, until each is live."""
    while desk.filling and not desk.socket.closed:
        scope = min(desk.filling, key=lambda name: (desk.filling[name].prio, name))
        if not await _room(desk):
            await desk.socket.close(Close.TOO_SLOW, "too slow")
            return
        filling = desk.filling.get(scope)
        if filling is None:
            continue
        cursor, view = filling.cursor, desk.view
        page, message = await hub.filler.page(scope, cursor, desk)
        await hub.reached(page.to)  # the disk may be ahead of us: what we have not heard may change this desk's rights
        if desk.filling.get(scope) is not filling or filling.cursor != cursor or desk.view != view:
            continue  # the scope was lost, or reset, or is for other eyes than it was read for: nothing of it may leave
        desk.outstanding += len(message)
        desk.push(message)
        filling.cursor = page.to
        if page.last:
            hub.go_live(desk, scope, page.to)


async def _room(desk: Desk) -> bool:
    """Wait until the desk has taken in enough; False if it takes in nothing for too long.

    Credit comes for catch-up only: what else is on its way is seen to leave by looking again.
    """
    now = asyncio.get_running_loop().time
    owed, since = (desk.outstanding, desk.socket.unsent), now()
    while desk.outstanding >= LIMITS.window or desk.socket.unsent > UNSENT_LIMIT:
        if now() - since >= PATIENCE:
            return False
        desk.credit.clear()
        try:
            await asyncio.wait_for(desk.credit.wait(), LOOK_AGAIN)
        except TimeoutError:
            pass
        before, owed = owed, (desk.outstanding, desk.socket.unsent)
        if owed[0] < before[0] or owed[1] < before[1]:
            since = now()
    return True
