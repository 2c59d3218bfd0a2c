"""One visitor's connection: hears frames, and sends what is new in the order of its numbers."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from agentdesk.domain.cases import Message
from agentdesk.domain.sites import Site
from agentdesk.protocol import Close
from agentdesk_server.authority.credentials import VisitorRow
from agentdesk_server.limits import Buckets
from agentdesk_server.readers import COOKIE, trail_of

from .asking import NotTaken, Unanswered, shown
from .frames import MAX_FRAME, MAX_TEXT, Hello, Name, Ping, Read, Say, Typing, decode, encode
from .history import items_of, page_after, unread_replies

if TYPE_CHECKING:
    from .chat import WebChat

HELLO_WITHIN = 10.0
SILENT_FOR = 65.0
"""A client pings every 20 s; one that is silent for so long is gone."""
TAKES_WITHIN = 30.0
WAITING = 200


class Ended(Exception):
    """The connection ends, with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Line:
    """Sending happens in one task, so that nothing overtakes: messages by their numbers first, then the rest."""

    def __init__(self, chat: WebChat, socket: WebSocket, visitor: VisitorRow, site: Site, pace: Buckets) -> None:
        self.chat, self.visitor, self.site = chat, visitor, site
        self.trail = trail_of(socket.cookies.get(COOKIE))
        self._socket, self._pace = socket, pace
        self._cursor = 0
        self.forms = False
        """Whether this client shows forms."""
        self._waiting: deque[tuple[str, str]] = deque()
        self._wake = asyncio.Event()
        self._undelivered: list[str] = []
        self._unread: dict[str, int] = {}
        self._over: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def tell(self, t: str, **fields: object) -> None:
        """Send a frame soon. Who does not take what is sent is closed."""
        self._waiting.append((t, encode(t, **fields)))
        self._wake.set()
        if len(self._waiting) > WAITING:
            self.end(Close.TOO_SLOW)

    def look(self) -> None:
        """There may be new messages."""
        self._wake.set()

    def end(self, code: int) -> None:
        if not self._over.done():
            self._over.set_result(code)

    async def run(self) -> None:
        """Until either side ends it. Whoever ends first takes the other one along."""
        work: list[asyncio.Future[Any]] = [asyncio.ensure_future(part) for part in (self._hear(), self._watch())]
        try:
            await asyncio.wait([*work, self._over], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in work:
                task.cancel()
            ends = await asyncio.gather(*work, return_exceptions=True)
        broken = [error for error in ends if isinstance(error, Exception) and not isinstance(error, Ended)]
        if broken:
            raise broken[0]
        codes = [error.code for error in ends if isinstance(error, Ended)]
        await self._close(self._over.result() if self._over.done() else codes[0] if codes else Close.NORMAL)

    async def _close(self, code: int) -> None:
        if code:
            with suppress(RuntimeError, OSError, WebSocketDisconnect):
                await asyncio.wait_for(self._socket.close(code), 2)

    async def _watch(self) -> None:
        """Sends, after the first frame was heard."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self._send_messages()
            while self._waiting:
                await self._send(self._waiting.popleft()[1])

    async def _send_messages(self, *, always: bool = False) -> None:
        more = True
        while more:
            messages, self._cursor, more = page_after(self.chat.records, self.visitor.id, self._cursor)
            if messages or always:
                items = items_of(self.chat.records, messages)
                await self._send(encode("messages", items=items, more=more))
                self._note_sent(messages)
                # Whoever was typing this has finished.
                self._waiting = deque(told for told in self._waiting if told[0] != "typing")
            always = False

    def _note_sent(self, messages: list[Message]) -> None:
        for message in messages:
            if message.kind == "reply" and message.state in ("accepted", "delivered"):
                self._unread[message.id] = message.seq
                if message.state == "accepted":
                    self._undelivered.append(message.id)

    async def _send(self, text: str) -> None:
        try:
            await asyncio.wait_for(self._socket.send_text(text), TAKES_WITHIN)
        except TimeoutError:
            raise Ended(Close.TOO_SLOW) from None
        except (RuntimeError, OSError, WebSocketDisconnect):
            raise Ended(0) from None

    async def _read(self, seconds: float) -> object:
        try:
            message = await asyncio.wait_for(self._socket.receive(), seconds)
        except TimeoutError:
            raise Ended(Close.NORMAL) from None
        if message["type"] != "websocket.receive":
            raise Ended(0)
        text = message.get("text")
        if text is None:
            raise Ended(Close.BAD_FRAME)
        if len(text) > MAX_FRAME:
            raise Ended(Close.TOO_BIG)
        if self._pace.take(self.visitor.id):
            raise Ended(Close.TOO_FAST)
        try:
            return decode(text)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            raise Ended(Close.BAD_FRAME) from None

    async def _hear(self) -> None:
        hello = await self._read(HELLO_WITHIN)
        if not isinstance(hello, Hello):
            raise Ended(Close.BAD_FRAME)
        await self._welcome(hello)
        while True:
            frame = await self._read(SILENT_FOR)
            await self._delivered()
            await self._act(frame)

    async def _welcome(self, hello: Hello) -> None:
        self._cursor, self.forms = hello.last, hello.forms
        for message in unread_replies(self.chat.records, self.visitor.id, hello.last):
            self._note_sent([message])
        fields = self.chat.welcome(self)
        await self._send(encode("welcome", **fields))
        self.chat.join(self)
        await self._send_messages(always=True)
        self._wake.set()

    async def _act(self, frame: object) -> None:
        match frame:
            case Say():
                await self._say(frame)
            case Read():
                await self._read_up_to(frame.seq)
            case Typing():
                self.chat.typing(self, frame.on)
            case Name():
                await self.chat.rename(self.visitor, frame.name, frame.email)
            case Ping():
                self.tell("pong")
            case _:
                raise Ended(Close.BAD_FRAME)

    async def _say(self, frame: Say) -> None:
        try:
            stored = await self.chat.say(self, frame)
        except Unanswered as error:
            told = {"form": shown(error.form), "missing": [one.id for one in error.missing]}
            self.tell("refused", id=frame.id, sentence=str(error), **told)
        except NotTaken as error:
            self.tell("refused", id=frame.id, sentence=str(error))
        else:
            self.tell("ack", id=frame.id, seq=stored.seq, at=stored.at)

    async def _delivered(self) -> None:
        """A frame that comes after what we sent is the first sign that it has arrived."""
        arrived, self._undelivered = self._undelivered, []
        await self.chat.mark(self.visitor, arrived, "delivered")

    async def _read_up_to(self, seq: int) -> None:
        seen = [id for id, number in self._unread.items() if number <= seq]
        for id in seen:
            del self._unread[id]
        await self.chat.mark(self.visitor, seen, "read")


def limits() -> dict[str, int]:
    """What a welcome says of sizes."""
    return {"max_text": MAX_TEXT, "max_file": 10 * 1024 * 1024}
