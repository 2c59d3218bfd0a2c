"""A small server that speaks the visitor contract, keeps all in memory and can be told to misbehave."""

from __future__ import annotations

import asyncio
import hashlib
import json
import socket
import threading
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from tests.widget.contract import ROOT, faults, judge

SITE = "pk_sample_site"
WIDGET = ROOT / "resources" / "widget" / "widget.js"
DEMO = ROOT / "resources" / "portal" / "demo.html"
CSP = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'none'; img-src blob:; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)

Frame = dict[str, Any]


@dataclass
class Visitor:
    """One visitor: token, messages in order of seq, open sockets."""

    id: str
    token: str
    messages: list[Frame] = field(default_factory=list)
    sockets: set[WebSocket] = field(default_factory=set)


@dataclass
class Knobs:
    """How the server should behave; a test turns them."""

    down: bool = False  # nothing answers
    forbid: bool = False  # 403: origin not allowed
    too_many: int = 0  # so many times 429
    slow: float = 0  # seconds until a visitor is made
    cut_before: int = 0  # cut the line when so many messages arrive, before they are stored
    cut_after: int = 0  # the same, stored but not acknowledged
    close_with: int = 0  # close the next line with this code, at hello
    close_say: int = 0  # close the next line with this code, at say
    refuse: str = ""  # refuse every message with this sentence
    missing: list[str] = field(default_factory=list)  # refuse a first message without answers to these
    unfit: str = ""  # an answer that counts as none
    hold: bool = False  # store, but neither ack nor show
    mute: bool = False  # no answer to ping
    page: int = 50
    site: Frame = field(
        default_factory=lambda: {"name": "Sample Shop", "team": "Billing", "color": "", "online": True, "greeting": ""}
    )
    agent: str = ""
    form: list[Frame] = field(default_factory=list)
    max_text: int = 4000
    max_file: int = 10485760


class Answers:
    """What the server answers, and what it remembers."""

    _loop: asyncio.AbstractEventLoop

    def reset(self) -> None:
        """Forget everything: the next test begins on an empty server."""
        self.knobs = Knobs()
        self.visitors: dict[str, Visitor] = {}
        self.blobs: dict[str, bytes] = {}
        self.frames: list[Frame] = []  # all that visitors sent
        self.requests: list[Frame] = []  # all bodies of POST /api/v1/visitors
        self.urls: list[str] = []
        self.refused = 0  # tries while it was down
        self.broken: list[str] = []  # breaches of the contract, by either side

    # --- HTTP ------------------------------------------------------------------------------------------------------

    async def _script(self, request: Request) -> Response:
        return Response(WIDGET.read_bytes(), media_type="text/javascript")

    async def _page(self, request: Request) -> Response:
        ask = dict(request.query_params)
        data = " ".join(f'data-{key}="{value}"' for key, value in ask.items() if key in {"lang", "color", "position"})
        body = (
            f'<!doctype html><html lang="{ask.get("html", "en")}"><head><meta charset="utf-8"><title>Shop</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1"></head><body><h1>A page</h1>'
            '<p><a href="#x">A link before</a></p>'
            f'<script src="/widget.js" data-site="{SITE}" {data} async></script></body></html>'
        )
        return HTMLResponse(body, headers={"Content-Security-Policy": CSP} if "csp" in ask else None)

    async def _demo(self, request: Request) -> Response:
        return HTMLResponse(DEMO.read_text(encoding="utf-8").replace("SITE_PUBLIC_KEY", SITE))

    async def _enter(self, request: Request) -> Response:
        self._loop = asyncio.get_running_loop()
        if self.knobs.down:
            self.refused += 1
            return _problem(503, "Not ready")
        body = await request.json()
        self.requests.append(body)
        self.broken += [error.message for error in judge("visitorRequest").iter_errors(body)]
        if self.knobs.forbid:
            return _problem(403, "Origin not allowed")
        if self.knobs.too_many:
            self.knobs.too_many -= 1
            return _problem(429, "Too many", {"Retry-After": "1"})
        await asyncio.sleep(self.knobs.slow)
        known = self.visitors.get(body.get("visitor", ""))
        if known is None or known.token != body.get("token"):
            number = len(self.visitors) + 1
            known = Visitor(f"visitor-{number}", hashlib.sha256(f"t{number}".encode()).hexdigest())
            self.visitors[known.id] = known
        answer = {"visitor": known.id, "token": known.token, "site": self.knobs.site}
        self.broken += [error.message for error in judge("visitorSession").iter_errors(answer)]
        return JSONResponse(answer, 201)

    async def _blob(self, request: Request) -> Response:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        digest = request.path_params["digest"]
        if not any(visitor.token == token for visitor in self.visitors.values()):
            return _problem(401, "Token not valid")
        if request.method == "GET":
            found = self.blobs.get(digest)
            return (
                _problem(404, "Not there") if found is None else Response(found, media_type="application/octet-stream")
            )
        data = await request.body()
        if hashlib.sha256(data).hexdigest() != digest:
            return _problem(400, "Digest does not match")
        if len(data) > self.knobs.max_file:
            return _problem(413, "Too large", detail="Files may have 1 kB at most.")
        self.blobs[digest] = data
        return Response(status_code=201)

    # --- the socket ------------------------------------------------------------------------------------------------

    async def _visit(self, line: WebSocket) -> None:
        self._loop = asyncio.get_running_loop()
        self.urls.append(str(line.url))
        if self.knobs.down:
            self.refused += 1
            return await line.close(1013)
        offered = line.scope["subprotocols"]
        await line.accept("agentdesk.visit.v1")
        token = next((name.removeprefix("token.") for name in offered if name.startswith("token.")), "")
        visitor = next((v for v in self.visitors.values() if v.token == token), None)
        if visitor is None or line.query_params.get("site") != SITE:
            return await line.close(4401)
        try:
            while True:
                await self._hear(visitor, line, json.loads(await line.receive_text()))
        except (WebSocketDisconnect, RuntimeError):  # RuntimeError: a line that we closed ourselves
            visitor.sockets.discard(line)

    async def _hear(self, visitor: Visitor, line: WebSocket, frame: Frame) -> None:
        self.frames.append(frame)
        self.broken += faults("up", frame)
        if frame["t"] == "hello":
            await self._welcome(visitor, line, frame["last"])
        elif frame["t"] == "say":
            await self._say(visitor, line, frame)
        elif frame["t"] == "ping" and not self.knobs.mute:
            await self._send(line, {"t": "pong"})

    async def _welcome(self, visitor: Visitor, line: WebSocket, last: int) -> None:
        if code := self.knobs.close_with:
            self.knobs.close_with = 0
            return await line.close(code)
        visitor.sockets.add(line)
        limits = {"max_text": self.knobs.max_text, "max_file": self.knobs.max_file}
        frame: Frame = {"t": "welcome", "visitor": visitor.id, "now": _now(), "limits": limits}
        frame["online"] = self.knobs.site["online"]
        if self.knobs.agent:
            frame["agent"] = {"name": self.knobs.agent}
        if self.knobs.form and not visitor.messages:
            frame["form"] = self.knobs.form
        await self._send(line, frame)
        items = [item for item in visitor.messages if item["seq"] > last]
        for start in range(0, max(len(items), 1), self.knobs.page):
            part = items[start : start + self.knobs.page]
            await self._send(line, {"t": "messages", "items": part, "more": start + self.knobs.page < len(items)})

    async def _say(self, visitor: Visitor, line: WebSocket, frame: Frame) -> None:
        knobs = self.knobs
        if knobs.close_say:
            code, knobs.close_say = knobs.close_say, 0
            return await line.close(code)
        if knobs.cut_before:
            knobs.cut_before -= 1
            return await line.close(1012)
        if knobs.refuse:
            return await self._send(line, {"t": "refused", "id": frame["id"], "sentence": knobs.refuse})
        said = frame.get("fields", {})
        missing = [one for one in knobs.missing if said.get(one, knobs.unfit) == knobs.unfit]
        if missing and not visitor.messages:
            told = {"sentence": "Not in your language.", "form": knobs.form, "missing": missing}
            return await self._send(line, {"t": "refused", "id": frame["id"], **told})
        item = next((item for item in visitor.messages if item["id"] == frame["id"]), None)
        known = item is not None
        item = item or self._store(visitor, frame["id"], frame["text"], "visitor", "", frame.get("attachments"))
        if knobs.hold:
            return
        if knobs.cut_after:
            knobs.cut_after -= 1
            return await line.close(1012)
        await self._send(line, {"t": "ack", "id": item["id"], "seq": item["seq"], "at": item["at"]})
        if not known:
            await self._send_all(visitor, {"t": "messages", "items": [item], "more": False})

    def _store(
        self,
        visitor: Visitor,
        key: str,
        text: str,
        sender: str,
        name: str,
        attachments: list[Frame] | None = None,
        at: int = 0,
    ) -> Frame:
        seq = len(visitor.messages) + 1
        item = {"seq": seq, "id": key, "from": sender, "name": name, "text": text, "at": at or _now()}
        visitor.messages.append(item | {"attachments": attachments or []})
        return visitor.messages[-1]

    async def _send_all(self, visitor: Visitor, frame: Frame) -> None:
        for line in list(visitor.sockets):
            await self._send(line, frame)

    async def _send(self, line: WebSocket, frame: Frame) -> None:
        self.broken += faults("down", frame)
        await line.send_text(json.dumps(frame))


class Fake(Answers):
    """The server on a thread of its own; tests read its fields and call `push`, `answer`, `cut`, `until`."""

    def __init__(self) -> None:
        self.reset()
        self.app = Starlette(
            routes=[
                Route("/widget.js", self._script),
                Route("/page", self._page),
                Route("/demo", self._demo),
                Route("/api/v1/visitors", self._enter, methods=["POST"]),
                Route("/api/v1/blobs/{digest}", self._blob, methods=["GET", "PUT"]),
                WebSocketRoute("/visit", self._visit),
            ]
        )
        listener = socket.create_server(("127.0.0.1", 0))
        self.origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config = uvicorn.Config(self.app, ws="websockets-sansio", log_config=None, lifespan="off", access_log=False)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([listener],), name="fake server")
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._server.should_exit = True
        self._thread.join()

    # --- what tests do ---------------------------------------------------------------------------------------------

    def until(self, holds: Callable[[], object], seconds: float = 15.0) -> None:
        """Wait for something to become true on the server."""
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, "did not happen"
            time.sleep(0.01)

    def only(self) -> Visitor:
        """The one visitor there is."""
        (visitor,) = self.visitors.values()
        return visitor

    def said(self) -> list[str]:
        """The texts of all stored messages of visitors."""
        return [m["text"] for v in self.visitors.values() for m in v.messages if m["from"] == "visitor"]

    def got(self, kind: str) -> list[Frame]:
        """The frames of one kind that visitors sent."""
        return [frame for frame in self.frames if frame["t"] == kind]

    def push(self, *frames: Frame) -> None:
        """Send frames to every socket of the one visitor."""
        for frame in frames:
            self._run(self._send_all(self.only(), frame))

    def push_raw(self, text: str) -> None:
        """Send something that may be no frame at all."""
        for line in self.only().sockets:
            self._run(line.send_text(text))

    def answer(self, text: str, name: str = "Mina", sender: str = "agent", **more: Any) -> Frame:
        """Store a message of the agent and send it; ids fall while seq rises, so that nobody may order by id."""
        item = self._store(self.only(), f"m-{10**20 - time.monotonic_ns()}", text, sender, name, **more)
        self.push({"t": "messages", "items": [item], "more": False})
        return item

    def cut(self, code: int = 1012) -> None:
        """Close all lines."""
        for visitor in self.visitors.values():
            for line in list(visitor.sockets):
                self._run(line.close(code))

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        loop = self._loop
        asyncio.run_coroutine_threadsafe(work, loop).result(10)


def _now() -> int:
    return time.time_ns() // 1_000_000


def _problem(status: int, title: str, headers: dict[str, str] | None = None, detail: str = "") -> Response:
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail or title}
    return JSONResponse(body, status, headers, "application/problem+json")
