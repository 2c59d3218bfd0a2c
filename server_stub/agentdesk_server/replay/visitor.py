"""A visitor of the web chat without a browser: speaks, listens, and comes back after every cut."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from types import TracebackType
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Origin, Subprotocol

from .entrance import SUBPROTOCOL, CannotEnter, Later, Place, Ticket, enter

PING_SECONDS = 20.0
TYPING_SECONDS = 3.0
DRAINING_SECONDS, TOO_FAST_SECONDS = 30.0, 10.0
LONGEST_PAUSE = 8.0


class NotTaken(Exception):
    """A message that the server would not take, or never acknowledged; the text says why."""


class Said(msgspec.Struct, frozen=True):
    """A message that reached the visitor."""

    seq: int
    id: str
    sender: str = msgspec.field(name="from")
    name: str
    text: str


class Visitor:
    """One visitor over as many connections as it takes: `async with Visitor(…) as visitor: await visitor.say(…)`.

    What agents say waits in `inbox`. Messages are sent in the order of `say`, and again after a cut, with the same id,
    until the server has acknowledged them; after `patience` seconds without any progress they count as lost.
    """

    def __init__(self, place: Place, ticket: Ticket | None = None, name: str = "", patience: float = 120.0) -> None:
        self.ticket = ticket
        self.name = name
        self.inbox: asyncio.Queue[Said] = asyncio.Queue()
        self._place = place
        self._patience = patience
        self._last = 0
        self._waiting: dict[str, tuple[bytes, asyncio.Future[int]]] = {}
        self._line: ClientConnection | None = None
        self._welcomed = asyncio.Event()
        self._away = asyncio.Event()
        self._away.set()
        self._progress = time.monotonic()
        self._failures = 0
        self._hopeless = ""
        self._dice = random.Random()  # noqa: S311 spreads out returns, guards nothing

    async def __aenter__(self) -> Visitor:
        self._task = asyncio.create_task(self._stay())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    # --- What a visitor does -----------------------------------------------------------------------------------------

    async def settle_in(self) -> None:
        """Wait until the server has said welcome for the first time. Raises `NotTaken`."""
        await self._welcomed.wait()
        if self._hopeless:
            raise NotTaken(self._hopeless)

    async def say(self, id: str, text: str) -> int:
        """The message's number once the server has stored it for good. Raises `NotTaken`."""
        if self._hopeless:
            raise NotTaken(self._hopeless)
        future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        frame = msgspec.json.encode({"t": "say", "id": id, "text": text})
        if not self._waiting:
            self._progress = time.monotonic()
        self._waiting[id] = (frame, future)
        await self._send(frame)
        return await future

    async def type_for(self, seconds: float) -> None:
        """Be seen typing."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            await self._send(msgspec.json.encode({"t": "typing", "on": True}))
            await asyncio.sleep(min(left, TYPING_SECONDS))
        await self._send(msgspec.json.encode({"t": "typing", "on": False}))

    async def go_away(self, seconds: float) -> None:
        """Lose the connection for a while."""
        self._away.clear()
        if self._line is not None:
            await self._line.close(1000)
        await asyncio.sleep(seconds)
        self._away.set()

    async def _send(self, frame: bytes) -> None:
        """Send if there is a line; what must arrive is sent again by the next one."""
        if self._line is not None:
            with contextlib.suppress(ConnectionClosed):
                await self._line.send(frame, text=True)

    # --- One line after another --------------------------------------------------------------------------------------

    async def _stay(self) -> None:
        while not self._hopeless:
            await self._away.wait()
            try:
                if self.ticket is None:
                    self.ticket = await enter(self._place, None)
                pause = await self._visit(self.ticket)
            except Later as later:
                pause = later.seconds
            except CannotEnter as reason:
                self._give_up(str(reason))
                return
            except (OSError, WebSocketException, TimeoutError):
                pause = self._backed_off()
            except (ValueError, TypeError) as error:
                self._give_up(f"The server said something that is no frame: {error}")
                return
            if self._waiting and time.monotonic() - self._progress > self._patience:
                self._give_up("The server did not answer.")
            else:
                await asyncio.sleep(pause)

    async def _visit(self, ticket: Ticket) -> float:
        """One connection from beginning to end; returns how long to wait before the next."""
        protocols = [Subprotocol(SUBPROTOCOL), Subprotocol(f"token.{ticket.token}")]
        origin = Origin(self._place.own_origin)
        calling = connect(self._place.socket, origin=origin, subprotocols=protocols, compression=None, proxy=None)
        async with calling as line:
            try:
                await line.send(msgspec.json.encode({"t": "hello", "last": self._last}), text=True)
                await self._listen(line)
            except ConnectionClosed as closed:
                return self._pause_after(closed.rcvd.code if closed.rcvd else 1006)
            finally:
                self._line = None
        return self._backed_off()

    async def _listen(self, line: ClientConnection) -> None:
        silent = 0
        while silent < 2:  # two pings without an answer: the line is dead
            try:
                async with asyncio.timeout(PING_SECONDS):
                    data = await line.recv()
            except TimeoutError:
                silent += 1
                await line.send(b'{"t":"ping"}', text=True)
                continue
            silent = 0
            await self._hear(line, msgspec.json.decode(data, type=dict[str, Any]))

    async def _hear(self, line: ClientConnection, frame: dict[str, Any]) -> None:
        kind = frame.get("t")
        if kind == "welcome":
            await self._begin(line)
        elif kind == "messages":
            self._take(msgspec.convert(frame.get("items", []), list[Said]))
        elif kind == "ack":
            self._settle(str(frame.get("id")), int(frame.get("seq", 0)))
        elif kind == "refused":
            self._refuse(str(frame.get("id")), str(frame.get("sentence")))

    async def _begin(self, line: ClientConnection) -> None:
        """Say who one is and, in order, what was not acknowledged; only then what is said from now on."""
        self._failures = 0
        self._progress = time.monotonic()
        if self.name:
            await line.send(msgspec.json.encode({"t": "name", "name": self.name}), text=True)
        sent: set[str] = set()
        while fresh := [(id, frame) for id, (frame, _) in self._waiting.items() if id not in sent]:
            for id, frame in fresh:
                sent.add(id)
                await line.send(frame, text=True)
        self._line = line
        self._welcomed.set()

    def _take(self, items: list[Said]) -> None:
        for item in items:
            self._settle(item.id, item.seq)
            if item.seq > self._last:
                self._last = item.seq
                if item.sender == "agent":
                    self.inbox.put_nowait(item)

    def _settle(self, id: str, seq: int) -> None:
        waiting = self._waiting.pop(id, None)
        if waiting is not None and not waiting[1].done():
            self._progress = time.monotonic()
            waiting[1].set_result(seq)

    def _refuse(self, id: str, sentence: str) -> None:
        waiting = self._waiting.pop(id, None)
        if waiting is not None and not waiting[1].done():
            waiting[1].set_exception(NotTaken(sentence))

    def _give_up(self, why: str) -> None:
        self._hopeless = why
        self._welcomed.set()
        for id in list(self._waiting):
            self._refuse(id, why)

    def _pause_after(self, code: int) -> float:
        """What the contract asks of a client after each close code."""
        if code == 4401:
            self.ticket = None
        if code in (4400, 1009):
            self._give_up(f"The server closed the line with {code}.")
        if code == 4503:
            return self._dice.uniform(0.0, DRAINING_SECONDS)
        return TOO_FAST_SECONDS if code == 4429 else self._backed_off()

    def _backed_off(self) -> float:
        self._failures += 1
        return float(self._dice.uniform(0.5, 1.0) * min(LONGEST_PAUSE, 0.25 * 2.0**self._failures))
