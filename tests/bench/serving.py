"""A real server in a process of its own, over a company that was made without it; and desks that load it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import msgspec
import psutil  # type: ignore[import-untyped]
from tests.bench.company import DEVICE, NOW, PERSON, TEAM, Company, Sizes
from tests.bench.lines import Line, dial

from agentdesk.domain.cases import OpenCase
from agentdesk.domain.kernel import Actor, Command, Record, spec_of
from agentdesk.domain.kernel.commands import command_spec
from agentdesk.domain.people import AddPerson, AddTeam
from agentdesk.protocol import desk_codec
from agentdesk.protocol.frames import Ack, CaughtUp, CommandFrame, Credit, Delta, Hello, Welcome
from agentdesk_server.authority import Authority, Database, Submission, open_server_database
from agentdesk_server.authority.checks import Checks
from agentdesk_server.authority.credentials import Credentials, new_token
from agentdesk_server.core import master_key, now

SYSTEM = Actor("system", "system", "System")
CHANNEL = Actor("channel:bench", "channel", "Chat")
YEAR = 365 * 24 * 3_600_000
_pack = msgspec.msgpack.Encoder().encode


class Seat(msgspec.Struct, frozen=True):
    """Where a desk can sit down: a person at a device, signed in."""

    person: str
    device: str
    token: str
    team: str


def found(folder: Path, teams: int, people: int, devices: int, cases: int) -> list[Seat]:
    """Make a company in a new data folder: so many teams, people in each, devices of each, open cases in each team."""
    database = open_server_database(folder, durable=False)
    authority = Authority(database, master_key(folder), now)
    seats: list[Seat] = []
    kept = Credentials(database.conn)
    for team in (f"team-{n}" for n in range(teams)):
        give(authority, SYSTEM, [AddTeam(team, team)])
        for person in (f"{team}-{n}" for n in range(people)):
            give(authority, SYSTEM, [AddPerson(person, person, f"{person}@example.com", "agent", (team,))])
            for device in (f"d{n}" for n in range(devices)):
                token = new_token()
                kept.add_session(token, person, device, now() + YEAR)
                seats.append(Seat(person, device, token, team))
        give(authority, CHANNEL, [opening(team, n) for n in range(cases)])
    database.close()
    return seats


def opening(team: str, number: int) -> OpenCase:
    """A case with its first message."""
    id = case_id(team, number)
    text = f"Good morning, my order A-{number} has not come yet. Could you please have a look where it is? Thank you!"
    return OpenCase(id, f"{id}-c", f"{id}-1", f"{id}-who", team, text, customer_name=f"Customer {number}")


def case_id(team: str, number: int) -> str:
    return f"{team}-case-{number}"


def give(authority: Authority, who: Actor, commands: Sequence[Command]) -> None:
    """Let the authority do these, in groups."""
    for start in range(0, len(commands), 200):
        told = [Submission(who, command_spec(c).name, c, _pack(c)) for c in commands[start : start + 200]]
        for outcome in authority.commit(told):
            assert outcome.ack.status == "done", outcome.ack


@contextmanager
def data_folder() -> Iterator[Path]:
    """Beside the checkout's own disk, not in memory: here fsync is what it is for users."""
    with tempfile.TemporaryDirectory(prefix="agentdesk-bench-") as folder:
        yield Path(folder) / "data"


@contextmanager
def server(folder: Path) -> Iterator[tuple[str, psutil.Process]]:
    """`agentdesk serve` for as long as this lasts: its address and its process."""
    command = [sys.executable, "-m", "agentdesk.cli", "serve", "--data", str(folder), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        url = process.stdout.readline().removeprefix("listening on ").strip()
        assert url.startswith("http"), url
        yield url, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(20)


def room_for(connections: int) -> None:
    """Let this process, and those it starts, have so many sockets open."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections * 2 + 500
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard) if hard > 0 else wanted, hard))


class Client:
    """A desk without a disk: says hello, takes everything in, gives commands and waits for their answers."""

    def __init__(self, seat: Seat) -> None:
        self.seat = seat
        self.line: Line
        self.live = asyncio.Event()
        self.n = 0
        self.changes = 0
        """Records that came in after all was caught up."""
        self.heard: list[bytes] | None = None
        self._codec = desk_codec()
        self._behind: set[str] = set()
        self._waiting: dict[int, tuple[float, asyncio.Future[float]]] = {}

    async def sit_down(self, url: str) -> None:
        """Connect and catch up."""
        self.line = await dial(url, self.seat.token, self._hear)
        self._say(Hello(device=self.seat.device, schema=1, app="bench"))
        await asyncio.wait_for(self.live.wait(), 60)

    def deafen(self) -> None:
        """From now on only count bytes."""
        self.line.heard = None

    def _say(self, frame: Hello | Credit | CommandFrame) -> None:
        message = self._codec.message(frame)
        assert isinstance(message, bytes)
        self.line.send(message)

    def _hear(self, message: bytes) -> None:
        at = time.perf_counter()
        if self.heard is not None:
            self.heard.append(message)
        for frame in self._codec.read(message):
            if isinstance(frame, Ack):
                self._answered(frame, at)
            elif isinstance(frame, Delta) and self.live.is_set():
                self.changes += bool(frame.put)
            elif isinstance(frame, Welcome):
                self.n, self._behind = frame.done, {scope.id for scope in frame.scopes}
            elif isinstance(frame, CaughtUp):
                self._behind.discard(frame.scope)
                if not self._behind:
                    self.live.set()
        if not self.live.is_set():
            self._say(Credit(bytes=len(message)))

    def _answered(self, ack: Ack, at: float) -> None:
        began, future = self._waiting.pop(ack.n)
        assert ack.status == "done", ack
        future.set_result(at - began)

    def command(self, command: Command) -> asyncio.Future[float]:
        """Give a command; the future has the seconds until it was acknowledged."""
        self.n += 1
        future = asyncio.get_running_loop().create_future()
        frame = CommandFrame(n=self.n, name=command_spec(command).name, args=msgspec.Raw(_pack(command)), at=now())
        self._waiting[self.n] = (time.perf_counter(), future)
        self._say(frame)
        return future


# --- A company that is there already ---------------------------------------------------------------------------------


def stock(folder: Path, sizes: Sizes) -> Seat:
    """Put the large company into a new data folder, row by row as its commands would have left it; a seat in it."""
    database = open_server_database(folder, durable=False)
    conn = database.conn
    master_key(folder)
    checks = Checks(conn)
    company = Company(sizes)
    made = company.cases()
    conn.execute("BEGIN")
    _shelve(database, "org", company.people(), checks)
    while some := list(islice(made, 200)):
        for scope, records in some:
            _shelve(database, scope, records, checks)
    checks.flush()
    conn.execute("UPDATE head SET rev=?, at=?", (sizes.cases + 1, NOW))
    conn.execute("COMMIT")
    seat = Seat(PERSON, DEVICE, new_token(), TEAM)
    Credentials(conn).add_session(seat.token, seat.person, seat.device, now() + YEAR)
    database.close()
    return seat


def _shelve(database: Database, scope: str, records: Sequence[Record], checks: Checks) -> None:
    database.records.put(records)
    for record in records:
        kind = spec_of(record).kind
        checks.entered(scope, kind, record.id, record.rev)
        if record.scope != scope:
            values = (scope, kind, record.id, 1, record.rev, record.rev)
            database.conn.execute("INSERT INTO shown (scope, kind, id, uses, since, rev) VALUES (?,?,?,?,?,?)", values)
