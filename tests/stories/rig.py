"""A whole company of real parts: a server process, desks as they ship (without a window), customers' sockets."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import msgspec
from tests.oracle.truth import Key, everything, seen_by, shown
from tests.server.running import PASSWORD, PATIENCE, Visitor, agentdesk
from tests.stories.line import Line

from agentdesk.domain.cases import Case
from agentdesk.domain.kernel import Actor, Command, Record, spec_of
from agentdesk.domain.people import Person
from agentdesk.protocol.frames import Who
from agentdesk.store.ids import new_id
from agentdesk.sync import http, route
from agentdesk.sync.errands import Account
from agentdesk.sync.files import open_reader
from agentdesk.sync.news import Heard, News, Refused, Status, Told
from agentdesk.sync.phases import Phase
from agentdesk.sync.reader import Reader
from agentdesk.sync.replica import Replica, actor_of
from agentdesk.sync.worker import Place, Worker
from agentdesk_server import admin
from agentdesk_server.authority.database import Database
from agentdesk_server.authority.database import open_reader as open_truth
from agentdesk_server.gate.operating import SecondFactorRequire
from agentdesk_server.operating import AnyRequest, PersonAdd, TeamAdd

R = TypeVar("R", bound=Record)
KEY = bytes(range(32))
ROOT = Path(__file__).resolve().parents[2]
ORIGIN = "https://shop.example"


def place() -> Path:
    """A folder in memory where there is one: a kill loses what a process holds, not what a file has."""
    memory = Path("/dev/shm")
    return Path(tempfile.mkdtemp(prefix="story-", dir=memory if memory.is_dir() else None))


class Server:
    """`agentdesk serve` as a process that is started and killed; desks reach it under one address, through a line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.line = Line()
        self.url = self.line.url
        self._log = tempfile.TemporaryFile("w+")  # noqa: SIM115 closed by close
        self._process: subprocess.Popen[str] | None = None
        self.direct = ""

    def start(self) -> None:
        """Returns when it listens."""
        command = [sys.executable, "-m", "agentdesk.cli", "serve", "--data", str(self.folder), "--port", "0"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self._log, text=True)
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        assert said.startswith("listening on "), self.log()
        self.direct = said.removeprefix("listening on ").strip()
        self.line.lead_to(int(self.direct.rpartition(":")[2]))

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """As a power cut would."""
        self._end(lambda process: process.kill())

    def stop(self) -> None:
        """In good order."""
        self._end(lambda process: process.terminate())

    def _end(self, how: Callable[[subprocess.Popen[str]], None]) -> None:
        process, self._process = self._process, None
        if process is not None:
            self.line.lead_to(0)
            how(process)
            process.communicate(timeout=PATIENCE)

    def log(self) -> str:
        """What it has said on its error output."""
        self._log.seek(0)
        return self._log.read()

    def close(self) -> str:
        """End it if it runs; returns what it has said."""
        self.kill()
        self.line.close()
        said = self.log()
        self._log.close()
        return said

    # --- Its operator ---

    def admin(self, *args: str, **more: Any) -> str:
        """`agentdesk admin`, in a process of its own; returns what it prints."""
        done = agentdesk("admin", "--data", str(self.folder), *args, **more)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def operate(self, asked: AnyRequest) -> str:
        """What `agentdesk admin` does, without the start of a process."""
        return admin.run(self.folder, asked).text

    # --- The truth ---

    @contextmanager
    def truth(self) -> Iterator[Database]:
        """Its database as it is on the disk at this moment."""
        reader = open_truth(self.folder)
        try:
            yield reader
        finally:
            reader.close()

    def seen_by(self, person: str) -> dict[Key, Record]:
        """What this person's desk must hold."""
        with self.truth() as database:
            records = everything(database.records)
            found = records["person", person]
            assert isinstance(found, Person)
            return seen_by(found, shown(records))


class Desk:
    """A laptop: the sync worker with its files, and the reading side that a window would own."""

    def __init__(
        self, folder: Path, url: str, email: str, device: str, *, token: str = "", online: bool = True
    ) -> None:
        self.folder, self.device = folder, device
        self.place = Place(folder / "replica.db", folder / "precious.db", folder / "staging", KEY)
        self.status = Status(Phase.OFFLINE, online)
        self.told: list[Told | Heard] = []
        self.refused: list[Refused] = []
        self.settled: list[int] = []
        self._news: list[News] = []
        self._changed = threading.Condition()
        who = Who("", "", "agent")
        if not token:
            granted = http.sign_in(url, email, PASSWORD, device, "A laptop")
            token = granted.token
            who = msgspec.convert(granted.person, Who)
        self.token = token
        self._sign_in = lambda: http.sign_in(url, email, PASSWORD, device, "A laptop").token
        self.worker = Worker(self.place, Account(url, device, "A laptop", token), app="story", on_news=self._notify)
        start = self.worker.start(online=online)
        self.replica = Replica(
            Reader(lambda: open_reader(self.place.replica, KEY)),
            actor_of(start.who or who, device),
            send=self.worker.submit,
            clock=self.worker.now,
            pending=start.pending,
        )

    def _notify(self) -> None:
        with self._changed:
            self._changed.notify_all()

    # --- The person ---

    def sign_in_again(self) -> None:
        """With the password, when a session has ended; tried again while the line to the server is cut."""
        for _ in range(40):
            try:
                self.token = self._sign_in()
                break
            except http.Problem as problem:
                if str(problem) != route.UNREACHABLE:
                    raise
                time.sleep(0.5)
        else:
            raise AssertionError("the server was never reached")
        self.worker.use_token(self.token)

    @property
    def me(self) -> Actor:
        return self.replica.who

    def new_id(self) -> str:
        return new_id(self.worker.now())

    def do(self, command: Command) -> int:
        """Decide here and send. Raises `Refusal`."""
        return self.replica.submit(command)

    def look(self) -> None:
        """Take in what has come."""
        while self.worker.told:
            told = self.worker.told.popleft()
            if isinstance(told, Status):
                self.status = told
            else:
                self.told.append(told)
        for news in self.replica.take(self.worker.news):
            self.settled += news.settled
            self.refused += news.refused

    def until(self, true: Callable[[], Any], seconds: float = PATIENCE) -> None:
        """Look until this holds."""
        with self._changed:
            end = time.monotonic() + seconds
            while True:
                self.look()
                if true():
                    return
                # Not all that is waited for comes as news of this desk.
                self._changed.wait(0.1)
                assert time.monotonic() < end, (self.status, self.told[-3:], len(self.replica.pending))

    @property
    def is_live(self) -> bool:
        return self.status.phase is Phase.LIVE and not self.status.behind

    def live(self) -> Desk:
        self.until(lambda: self.is_live)
        return self

    def answered(self) -> None:
        """Until the server has spoken about everything."""
        self.until(lambda: self.is_live and not self.replica.pending and not self.status.waiting)

    def holds(self) -> dict[Key, Record]:
        """All confirmed records on this laptop."""
        return everything(self.replica.reader.now.records)

    def all_of(self, cls: type[R]) -> list[R]:
        """All records of a kind, as this person sees them now."""
        kind = spec_of(cls).kind
        ids = [id for (id,) in self.replica.reader.now.conn.execute(f'SELECT id FROM "{kind}" ORDER BY id')]
        return [found for id in ids if (found := self.replica.get(cls, id)) is not None]

    def cases(self) -> list[Case]:
        return self.all_of(Case)

    def set_online(self, online: bool) -> None:
        """Pull the plug or put it back, and wait until it is so."""
        self.worker.set_online(online)
        if online:
            self.live()
        else:
            self.until(lambda: self.status.phase is Phase.OFFLINE)

    def close(self) -> None:
        self.replica.reader.close()
        assert self.worker.stop()
        for news in self.worker.news:  # what came in the last moment: on the disk already, and told to nobody else
            self.settled += news.settled
            self.refused += news.refused


class Company:
    """Two teams (Billing, Returns), three people (Mina and Omar in Billing, Lena in Returns), one site."""

    def __init__(self, folder: Path, template: Template) -> None:
        self.folder = folder
        shutil.copytree(template.folder, folder / "server")
        self.people, self.teams, self.key = template.people, template.teams, template.key
        self.server = Server(folder / "server")
        self._desks: list[Desk] = []
        self.server.start()

    def __enter__(self) -> Company:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            self.close_all()
        finally:
            log = self.server.close()
            shutil.rmtree(self.folder, ignore_errors=True)
        assert kind is not None or ("Traceback" not in log and " ERROR " not in log), log

    def desk(self, name: str, device: str = "", **more: Any) -> Desk:
        """The laptop of one of the people; a second call opens it again."""
        device = device or f"{name}-laptop"
        desk = Desk(self.folder / device, self.server.url, f"{name}@example.com", device, **more)
        self._desks.append(desk)
        return desk

    def close(self, desk: Desk) -> None:
        self._desks.remove(desk)
        desk.close()

    def close_all(self) -> None:
        while self._desks:
            self._desks.pop().close()

    def visitor(self, **more: Any) -> Visitor:
        """A customer's page, connected past the line: its troubles are the desks' alone."""
        return Visitor(self.server.direct, self.key, **more)


class Template:
    """A company's folder, made by the command line, the first of each kind in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "server"
        server = Server(self.folder)
        self.teams = {"Billing": server.admin("team", "add", "Billing")}  # before anybody listens
        server.start()
        server.operate(SecondFactorRequire(roles=[]))  # in these stories people change roles, not how they sign in
        self.teams["Returns"] = server.operate(TeamAdd(name="Returns"))
        args = ("--name", "Mina Berg", "--email", "mina@example.com", "--role", "agent", "--team", "Billing")
        self.people = {"mina": server.admin("person", "add", *args, "--password-stdin", input=PASSWORD + "\n")}
        for name, team in (("Omar Haddad", "Billing"), ("Lena Sato", "Returns")):
            first = name.partition(" ")[0].lower()
            hired = PersonAdd(name=name, email=f"{first}@example.com", role="agent", password=PASSWORD, teams=[team])
            self.people[first] = server.operate(hired)
        self.key = server.admin("site", "add", "--name", "Shop", "--team", "Billing", "--origin", ORIGIN)
        server.stop()
        server.close()


class Laptop:
    """A desk as a process of its own at work (see `laptop.py`), with all that it has said."""

    def __init__(self, folder: Path, url: str, email: str, device: str, *, token: str = "") -> None:
        folder.mkdir(exist_ok=True)
        self.token = token or http.sign_in(url, email, PASSWORD, device, "A laptop").token
        self._asked = {"folder": str(folder), "url": url, "email": email, "device": device}
        self.folder = folder
        self.said: list[list[str]] = []
        self._number = 0
        self._process: subprocess.Popen[str] | None = None

    def start(self, seed: int = 0, reply: tuple[str, str] | None = None) -> None:
        """Another life; what was said in the one before is forgotten."""
        self._number += 1_000_000
        asked = {**self._asked, "token": self.token, "seed": seed, "number": self._number, "reply": reply}
        command = [sys.executable, "-m", "tests.stories.laptop"]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT)
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        self.said = []
        self._reader = threading.Thread(target=self._read, args=(self._process,), name="laptop")
        self._reader.start()

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.said.append(line.split())

    def go(self) -> None:
        """It waits for this word when it is ready to send its one answer."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()

    def wait_for(self, word: str) -> None:
        """Until it says this."""
        end = time.monotonic() + PATIENCE
        while [word] not in self.said:
            assert self._process is not None
            assert self._process.poll() is None
            assert time.monotonic() < end, self.said[-5:]
            time.sleep(0.01)

    def kill(self) -> list[list[str]]:
        """As when the battery falls out; returns what was said in this life."""
        process, self._process = self._process, None
        if process is not None:
            assert process.poll() is None, "it has ended by itself"
            process.kill()
            self._reader.join(PATIENCE)
            process.stdin.close()  # type: ignore[union-attr]
            process.wait(PATIENCE)
            process.stdout.close()  # type: ignore[union-attr]
        return self.said
