"""A session on `/sync`: hello, then frames in and out until one side ends it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from agentdesk.domain.kernel import SCHEMA, held_scopes
from agentdesk.domain.kernel.schema import OLDEST_SCHEMA
from agentdesk.domain.masking import view_of
from agentdesk.domain.people import Person
from agentdesk.protocol import SUBPROTOCOLS, BadMessage, Close, server_codec
from agentdesk.protocol.frames import (
    Ask,
    CommandFrame,
    Credit,
    DeviceReport,
    Erased,
    Hello,
    Notice,
    Ping,
    Pong,
    Pull,
    Reset,
    Scope,
    Signal,
    Welcome,
    Who,
)
from agentdesk_server.authority import Authority
from agentdesk_server.authority.devices import Devices
from agentdesk_server.authority.effects import EVERYBODY
from agentdesk_server.gate.shown import Shown, shown_by
from agentdesk_server.problems import Problem
from agentdesk_server.writer import Writer

from . import inviting
from .asking import Asking
from .commanding import Commanding
from .confirming import Confirming
from .desks import Desk, Filling
from .filling import LIMITS, fill
from .hub import Hub
from .socket import Message, Receive, Send, Socket

HELLO_WITHIN = 10.0
SILENT_FOR = 60.0
"""A desk pings every 20 s; one that is silent for so long is gone."""
RECHECK = 60.0


class SignedIn(Protocol):
    """What the gate knows of who shows a token."""

    @property
    def person(self) -> str: ...
    @property
    def device(self) -> str: ...
    @property
    def key(self) -> str: ...


class Fresh(Protocol):
    """Who has proved anew, within some minutes, that it is them."""

    def fresh(self, person: str, device: str) -> bool: ...


class Gate(Protocol):
    """Who may come in. Asked again every minute."""

    @property
    def fresh(self) -> Fresh: ...
    async def holder(self, shown: Shown) -> SignedIn | None: ...
    async def still(self, session: Any) -> bool: ...
    @property
    def devices(self) -> inviting.Codes: ...
    def lease_until(self, session: Any) -> int | None: ...
    async def reported(self, session: Any, report: DeviceReport) -> None: ...


class Services(Protocol):
    """What a session needs of the server around it."""

    @property
    def writer(self) -> Writer: ...
    @property
    def hub(self) -> Hub: ...
    @property
    def gate(self) -> Gate: ...
    @property
    def clock(self) -> Callable[[], int]: ...
    @property
    def behind_proxy(self) -> bool: ...


async def sync_app(services: Services, scope: Message, receive: Receive, send: Send) -> None:
    """The ASGI application behind `/sync`."""
    if (await receive())["type"] != "websocket.connect":
        return
    socket = Socket(send)
    offered = scope.get("subprotocols") or []
    subprotocol = next((name for name in SUBPROTOCOLS if name in offered), "")
    if not subprotocol:
        await send({"type": "websocket.close", "code": int(Close.BAD_FRAME)})
        return
    # The token comes in a header, never in the address: addresses end up in logs.
    try:
        who = await services.gate.holder(shown_by(scope, services.behind_proxy))
    except Problem as problem:
        if await _denied(problem, scope, send):
            return
        who = None
    await socket.accept(subprotocol)
    if who is None:
        await socket.close(Close.NOT_ALLOWED, "sign in")
    elif services.hub.draining:
        await socket.close(Close.DRAINING, "drain")
    else:
        desk = Desk(socket, server_codec(subprotocol), who.person, who.device)
        desk.proof_key = who.key
        await Session(services, desk, who).run(receive)


async def _denied(problem: Problem, scope: Message, send: Send) -> bool:
    """Answer the handshake with our nonce, for a desk to prove itself by; whether that could be done."""
    if "DPoP-Nonce" not in problem.headers or "websocket.http.response" not in (scope.get("extensions") or {}):
        return False
    response = problem.response()
    start = {"status": response.status_code, "headers": response.raw_headers}
    await send({"type": "websocket.http.response.start", **start})
    await send({"type": "websocket.http.response.body", "body": response.body})
    protocol: Any = getattr(send, "__self__", None)
    if hasattr(protocol, "handshake_complete"):  # uvicorn forgets that this ends the handshake, and logs an error
        protocol.handshake_complete = True
    return True


class Session:
    """Reads what one desk says and acts on it."""

    def __init__(self, services: Services, desk: Desk, who: SignedIn) -> None:
        self._services, self._desk, self._who = services, desk, who
        self._hub = services.hub
        self._checked = 0.0
        self._commanding = Commanding(services.writer, desk, services.clock, self._fresh)
        self._asking = Asking(self._hub, desk, services.writer, services.clock, self._fresh)
        self._confirming = Confirming(services.writer, self._hub, desk)
        desk.allowed = self._signed_in

    def _fresh(self) -> bool:
        """Whether the person has just proved anew that it is them, at this desk."""
        return self._services.gate.fresh.fresh(self._desk.person, self._desk.device)

    async def run(self, receive: Receive) -> None:
        code, why = Close.NORMAL, ""
        try:
            if await self._hello(receive):
                code, why = await self._frames(receive)
        except BadMessage as error:
            code, why = Close.BAD_FRAME, str(error)[:100]
        except (TimeoutError, ConnectionError):
            code, why = Close.NORMAL, "silent"
        finally:
            self._asking.end()
            self._hub.leave(self._desk)
        await self._desk.socket.close(code, why)

    async def _read(self, receive: Receive, seconds: float) -> list[Any] | None:
        """The next message's frames; None when the connection has ended."""
        async with asyncio.timeout(seconds):  # unlike wait_for, it makes no task of each message
            message = await receive()
        if message["type"] != "websocket.receive":
            self._desk.socket.closed = True
            return None
        data = message.get("bytes")
        return self._desk.codec.read(data if data is not None else message.get("text") or "")

    async def _hello(self, receive: Receive) -> bool:
        frames = await self._read(receive, HELLO_WITHIN)
        if frames is None:
            return False
        if len(frames) != 1 or not isinstance(frames[0], Hello):
            raise BadMessage("the first frame is a hello")
        hello = frames[0]
        if hello.device != self._desk.device:
            await self._desk.socket.close(Close.NOT_ALLOWED, "this token belongs to another device")
            return False
        key = Devices.key(self._desk.person, hello.device)
        done = await self._services.writer.call(lambda authority: authority.devices.done(key))
        # From here to the end of the greeting nothing is awaited: a change of rights is either in what is read now, or
        # it is heard later, by a desk that has joined.
        person = self._hub.filler.reader.records.of(Person, self._desk.person)
        if person is None or not person.active:
            await self._desk.socket.close(Close.NOT_ALLOWED, "no such account")
            return False
        older = self._greet(hello, person, self._services.writer.authority, done)
        if older is not None:
            await older.socket.close(Close.REPLACED, "a newer session of this device")
        return True

    def _greet(self, hello: Hello, person: Person, authority: Authority, done: int) -> Desk | None:
        """Join and begin. Returns an older session of the same device, which is to be closed."""
        desk, hub = self._desk, self._hub
        desk.name, desk.schema = person.name, min(hello.schema, SCHEMA)
        desk.view = view_of(person.role, person.region)
        scopes = held_scopes(person.role, person.id, person.teams)
        older = hub.join(desk)
        if older is not None:
            hub.presence.left(older)
            if older.fill_task is not None:
                older.fill_task.cancel()
        desk.say(
            Welcome(
                epoch=authority.epoch,
                now=self._services.clock(),
                view=desk.view.name,
                schema=SCHEMA,
                head=hub.head,
                min_rev=authority.min_rev,
                safe=authority.safe,
                who=Who(person.id, person.name, person.role, person.teams),
                scopes=[Scope(*held) for held in scopes],
                done=done,
                limits=LIMITS,
                lease_until=self._services.gate.lease_until(self._who),
            )
        )
        if hello.schema < OLDEST_SCHEMA:  # it may still hand in what it has written, and nothing else
            desk.say(Notice(code="upgrade", sentence="This program is too old for the server. Please update it."))
            return older
        self._begin(hello, scopes, authority)
        hub.presence.joined(desk)
        return older

    def _begin(self, hello: Hello, scopes: tuple[tuple[str, int], ...], authority: Authority) -> None:
        """Where each scope has to start."""
        desk = self._desk
        why = _whole_reset(hello, authority, desk.view.name)
        if why:
            desk.say(Reset(what="all", why=why))
        for scope, prio in scopes:
            cursor = 0 if why else hello.cursors.get(scope, 0)
            if 0 < cursor < authority.min_rev:
                desk.say(Reset(what=scope, why="horizon"))
                cursor = 0
            desk.filling[scope] = Filling(cursor, prio)
        if not why and hello.cursors.get(EVERYBODY):
            self._confirming.remind(hello.cursors[EVERYBODY])
        self._hub.refill = refiller(self._hub)
        self._hub.refill(desk)

    async def _frames(self, receive: Receive) -> tuple[Close, str]:
        while True:
            frames = await self._read(receive, SILENT_FOR)
            if frames is None:
                return Close.NORMAL, ""
            if not await self._still_allowed():
                return Close.NOT_ALLOWED, "signed out"
            for frame in frames:
                self._act(frame)

    def _act(self, frame: Any) -> None:
        match frame:
            case CommandFrame():
                self._commanding.take(frame)
            case Credit():
                self._desk.took(frame.bytes)
            case Ping():
                self._desk.say(Pong(id=frame.id, now=self._services.clock()))
            case Signal():
                self._hub.presence.heard(self._desk, frame)
            case Pull():
                self._pull(frame)
            case DeviceReport():
                self._later(self._services.gate.reported(self._who, frame))
            case Ask(question=inviting.QUESTION):
                codes = self._services.gate.devices
                self._later(inviting.tell_code(self._hub, codes, self._desk, frame, fresh=self._fresh()))
            case Erased():
                self._confirming.take(frame)
            case Hello():
                raise BadMessage("hello is said once")
            case _:
                self._asking.take(frame)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        self._hub.presence.keep(asyncio.ensure_future(work))

    def _pull(self, pull: Pull) -> None:
        """After a gap or a failed check: read that scope again from there."""
        desk = self._desk
        if pull.scope not in desk.live and pull.scope not in desk.filling:
            return
        self._hub.flush()
        desk.live -= {pull.scope}
        desk.filling[pull.scope] = Filling(min(pull.from_, self._hub.head), 0)
        self._hub.refill(desk)

    async def _still_allowed(self) -> bool:
        now = asyncio.get_running_loop().time()
        if now < self._checked + RECHECK:
            return True
        self._checked = now
        return await self._signed_in()

    async def _signed_in(self) -> bool:
        return await self._services.gate.still(self._who)


def _whole_reset(hello: Hello, authority: Authority, view: str) -> Any:
    """Why nothing that this desk holds can be used, or nothing at all."""
    if not hello.cursors:
        return ""
    if hello.epoch != authority.epoch or any(cursor > authority.rev for cursor in hello.cursors.values()):
        return "epoch"
    if hello.view != view:
        return "view"
    return "schema" if hello.schema > SCHEMA else ""


def refiller(hub: Hub) -> Callable[[Desk], None]:
    """Starts a desk's filling, unless it is under way."""

    def refill(desk: Desk) -> None:
        if desk.filling and (desk.fill_task is None or desk.fill_task.done()):
            desk.fill_task = asyncio.ensure_future(fill(hub, desk))

    return refill
