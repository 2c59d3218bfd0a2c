"""A real server for the tests: on a thread, with its insides in reach, or as a process of its own to be killed."""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import requests
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from agentdesk_server import serve
from agentdesk_server.app import build
from agentdesk_server.core import now
from agentdesk_server.gate.operating import SecondFactorRequire
from agentdesk_server.operating import AnyRequest, Operator, PersonAdd, SiteAdd, TeamAdd
from agentdesk_server.state import Server, Settings

T = TypeVar("T")
PASSWORD = "correct pony battery"
PATIENCE = 30
THREADS = 3


class Running:
    """A server on a thread. `url` is where it listens, `state` its parts, `do` runs something on its loop."""

    def __init__(self, settings: Settings, clock: Callable[[], int] = now) -> None:
        self.settings, self._clock = settings, clock
        self.state: Server
        self._ready = threading.Event()
        self._listener = serve.listen(settings)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="server")
        self._thread.start()
        assert self._ready.wait(PATIENCE)

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        # All threads start before the first test: one that outlives a test is held against it.
        self._loop.set_default_executor(ThreadPoolExecutor(THREADS))
        await asyncio.gather(*(asyncio.to_thread(time.sleep, 0.05) for _ in range(THREADS)))
        front = build(self.settings, self._clock)
        async with front.opened() as self.state:
            self._server = serve.Server(serve.config(self.settings, front, self.state.tls), self.state, self._listener)
            self._loop.call_soon(self._wait_for_start)
            await self._server.serve([self._listener])

    def _wait_for_start(self) -> None:
        if self._server.started:
            self._ready.set()
        else:
            self._loop.call_later(0.01, self._wait_for_start)

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Run on the server's loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    def operate(self, asked: AnyRequest) -> str:
        """What an operator asks; returns what would be printed."""
        operator = Operator(self.state.core, self.state.gate.passwords.hash)
        return self.do(operator.do(asked)).text

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(PATIENCE)
        self._listener.close()
        assert not self._thread.is_alive()


class Company:
    """A server with one team, one agent and one site."""

    def __init__(self, running: Running, *, new: bool = True) -> None:
        self.running, self.url = running, running.url
        if new:
            self._found(running)

    def _found(self, running: Running) -> None:
        running.operate(SecondFactorRequire(roles=[]))  # most tests are about something else
        self.team = running.operate(TeamAdd(name="Billing"))
        self.agent = self.hire("Mina Berg", "mina@example.com")
        self.key = running.operate(SiteAdd(name="Shop", team="Billing", origins=["https://shop.example"]))
        desk = Desk(self.url, self.sign_in())  # the hub reads on a thread that starts with the first desk
        desk.until("caught_up")
        desk.close()

    @property
    def state(self) -> Server:
        return self.running.state

    def hire(self, name: str, email: str, role: str = "agent", teams: tuple[str, ...] = ("Billing",)) -> str:
        return self.running.operate(PersonAdd(name=name, email=email, role=role, password=PASSWORD, teams=list(teams)))

    def sign_in(self, email: str = "mina@example.com", device: str = "laptop") -> str:
        body = {"email": email, "password": PASSWORD, "device": {"id": device, "name": "A laptop"}}
        answer = requests.post(f"{self.url}/api/v1/session", json=body, timeout=PATIENCE)
        assert answer.status_code == 201, answer.text
        token: str = answer.json()["token"]
        return token

    def visitor(self, **more: Any) -> Visitor:
        return Visitor(self.url, self.key, **more)


@contextmanager
def company(folder: Path, *, new: bool = True, **settings: Any) -> Iterator[Company]:
    """A small company for as long as this lasts; not a new one if the folder has it already."""
    running = Running(Settings(folder=folder, port=0, **settings))
    try:
        yield Company(running, new=new)
    finally:
        running.stop()


class Visitor:
    """A customer's page."""

    def __init__(self, url: str, key: str, **more: Any) -> None:
        self.url, self.key = url, key
        answer = requests.post(f"{url}/api/v1/visitors", json={"site": key, **more}, timeout=PATIENCE)
        assert answer.status_code == 201, answer.text
        self.id: str = answer.json()["visitor"]
        self.token: str = answer.json()["token"]
        self.site: dict[str, Any] = answer.json()["site"]

    def dial(self, **more: Any) -> ClientConnection:
        """The socket, before the first word."""
        where = f"{self.url.replace('http', 'ws')}/visit?site={self.key}"
        names: Any = ["agentdesk.visit.v1", f"token.{self.token}"]
        return connect(where, subprotocols=names, compression=None, open_timeout=PATIENCE, **more)

    @contextmanager
    def line(self, last: int = 0, **hello: Any) -> Iterator[Line]:
        """A line on which hello was said."""
        with self.dial() as socket:
            line = Line(socket)
            line.say({"t": "hello", "last": last, **hello})
            yield line

    def upload(self, data: bytes) -> dict[str, Any]:
        """Bring bytes; returns how a message names them."""
        digest = hashlib.sha256(data).hexdigest()
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = requests.put(f"{self.url}/api/v1/blobs/{digest}", data, headers=headers, timeout=PATIENCE)
        assert answer.status_code in (201, 204), answer.text
        return {"digest": digest, "name": "photo.png", "size": len(data), "type": "image/png"}


class Line:
    """What a visitor's client says and hears."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.heard: list[dict[str, Any]] = []

    def say(self, frame: dict[str, Any]) -> None:
        self.socket.send(json.dumps(frame))

    def message(self, text: str, **more: Any) -> dict[str, Any]:
        """Say something; returns the acknowledgement."""
        id = more.pop("id", "") or uuid7()
        self.say({"t": "say", "id": id, "text": text, **more})
        return self.until("ack", id=id)

    def next(self) -> dict[str, Any]:
        frame: dict[str, Any] = json.loads(self.socket.recv(timeout=PATIENCE))
        self.heard.append(frame)
        return frame

    def until(self, kind: str, /, **fields: Any) -> dict[str, Any]:
        """The next frame of this kind with these fields; all before it is in `heard`."""
        while True:
            frame = self.next()
            if frame["t"] == kind and fields.items() <= frame.items():
                return frame

    def until_text(self, text: str) -> dict[str, Any]:
        """The message with this text."""
        while True:
            for item in self.until("messages")["items"]:
                if item["text"] == text:
                    found: dict[str, Any] = item
                    return found

    def texts(self) -> list[str]:
        """All texts heard so far, in order."""
        return [item["text"] for frame in self.heard if frame["t"] == "messages" for item in frame["items"]]

    def silence(self) -> None:
        """Everything that was under way has arrived: the answer to a ping comes last."""
        self.say({"t": "ping"})
        self.until("pong")


class Desk:
    """An agent at `/sync`, speaking JSON."""

    def __init__(self, url: str, token: str, device: str = "laptop", **hello: Any) -> None:
        where, names = f"{url.replace('http', 'ws')}/sync", ["agentdesk.v1+json"]
        headers = {"Authorization": f"Bearer {token}"}
        more: Any = {"subprotocols": names, "additional_headers": headers, "compression": None}
        self._open = ExitStack()
        self.socket = self._open.enter_context(connect(where, open_timeout=PATIENCE, max_size=None, **more))
        self.say({"t": "hello", "device": device, "schema": 1, **hello})
        self.welcome = self.until("welcome")
        self._n = self.welcome.get("done", 0)
        self._waiting: list[dict[str, Any]] = []

    def say(self, *frames: dict[str, Any]) -> None:
        self.socket.send(json.dumps(frames))

    def until(self, kind: str, /, **fields: Any) -> dict[str, Any]:
        while True:
            for frame in json.loads(self.socket.recv(timeout=PATIENCE)):
                if frame["t"] == kind and fields.items() <= frame.items():
                    found: dict[str, Any] = frame
                    return found

    def do(self, name: str, /, **args: Any) -> dict[str, Any]:
        """Give a command; returns its acknowledgement."""
        self._n += 1
        self.say({"t": "command", "n": self._n, "name": name, "args": args, "at": time.time_ns() // 1_000_000})
        return self.until("ack", n=self._n)

    def close(self) -> None:
        self._open.close()


def close_code(socket: ClientConnection) -> int | None:
    """Listen until the other side ends it; the code that it gave."""
    with suppress(ConnectionClosed):
        while True:
            socket.recv(timeout=PATIENCE)
    return socket.close_code


def uuid7() -> str:
    """As the widget makes them."""
    time_, tail = f"{time.time_ns() // 1_000_000:012x}", secrets.token_hex(9)
    return f"{time_[:8]}-{time_[8:]}-7{tail[:3]}-8{tail[3:6]}-{tail[6:18]}"


def agentdesk(*args: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    command = [sys.executable, "-m", "agentdesk.cli", *args]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, **more)


class Process:
    """`agentdesk serve` as a process."""

    def __init__(self, folder: Path, *args: str) -> None:
        command = [sys.executable, "-m", "agentdesk.cli", "serve", "--data", str(folder), "--port", "0", *args]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.first_line = self.process.stdout.readline()
        self.url = self.first_line.removeprefix("listening on ").strip()

    def kill(self) -> None:
        """As a power cut would."""
        self.process.kill()
        self.process.communicate()

    def stop(self) -> tuple[int, str, str]:
        """Ask it to end; gives its exit code and what it said on the way."""
        self.process.terminate()
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, err
