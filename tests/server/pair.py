"""Two servers as processes, in eu and us: eu tells us what may be seen of its cases. Either can be killed."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from tests.server.running import PASSWORD, PATIENCE, Process, Visitor

from agentdesk.domain.kernel import Record, spec_of
from agentdesk.domain.residency import KINDS, told
from agentdesk.domain.residency.checking import stub
from agentdesk_server.admin import run
from agentdesk_server.authority.database import open_reader
from agentdesk_server.operating import AnyRequest, PersonAdd, SiteAdd, TeamAdd
from agentdesk_server.regions.operating import RegionAccept, RegionPin, RegionSend, RegionSet

LONG = 4 * PATIENCE


def free_port() -> int:
    with contextlib.closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


class Side:
    """One server: its folder, and its process while it runs."""

    def __init__(self, folder: Path, region: str) -> None:
        self.folder, self.region, self.port = folder, region, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.allowed: list[str] = []
        self.process: Process | None = None
        self.do(RegionSet(region=region))

    def do(self, asked: AnyRequest) -> str:
        """What an operator asks, whether the server runs or not."""
        return run(self.folder, asked).text

    def start(self) -> None:
        allow = [word for url in self.allowed for word in ("--egress-allow", url)]
        self.process = Process(self.folder, "--port", str(self.port), *allow)
        assert self.process.url == self.url, self.process.first_line

    def kill(self) -> None:
        """As a power cut would."""
        assert self.process is not None
        self.process.kill()
        self.process = None

    def records(self, kind: str) -> dict[str, Any]:
        """All of a kind, as the disk has them."""
        reader = open_reader(self.folder)
        try:
            ids = [id for (id,) in reader.conn.execute(f'SELECT id FROM "{kind}"')]
            return dict(reader.records.get_many(kind, ids))
        finally:
            reader.conn.close()

    def holds(self, word: str) -> list[str]:
        """The files in which a word stands, in small letters or as it is."""
        words = {word.encode(), word.lower().encode()}
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        return [path.name for path in files if any(one in path.read_bytes() for one in words)]


class Pair:
    """`eu` is home, `us` sees stubs in the team Abroad."""

    def __init__(self, folder: Path, *pins: str) -> None:
        self.eu, self.us = Side(folder / "eu", "eu"), Side(folder / "us", "us")
        self.abroad = self.us.do(TeamAdd(name="Abroad"))
        self.us.do(person("una@us.example", "agent", "Abroad"))
        self.eu.do(TeamAdd(name="Billing"))
        self.eu.do(person("eva@eu.example", "agent", "Billing"))
        self.site = self.eu.do(SiteAdd(name="Shop", team="Billing", origins=["https://shop.example"]))
        for pin in pins:
            self.eu.do(RegionPin(data_class=pin, region="eu"))  # type: ignore[arg-type]
        self.token = self.us.do(RegionAccept(region="eu", team="Abroad"))
        self.eu.do(RegionSend(region="us", url=self.us.url, token=self.token))
        self.eu.allowed.append(self.us.url)

    def start(self) -> None:
        self.us.start()
        self.eu.start()

    def stop(self) -> None:
        for side in (self.eu, self.us):
            if side.process is not None:
                side.kill()

    def write(self, text: str, files: tuple[bytes, ...] = ()) -> Visitor:
        """A customer in eu says something."""
        visitor = Visitor(self.eu.url, self.site)
        with visitor.line() as line:
            line.until("welcome")
            line.message(text, attachments=[visitor.upload(data) for data in files])
        return visitor

    def expected(self, *hidden: str) -> dict[tuple[str, str], Record]:
        """What us ought to hold: all of eu's own, masked there, as a stub here."""
        found = [record for kind in KINDS for record in self.eu.records(kind).values()]
        shown = [stub(told(one, frozenset(hidden), "eu"), "eu", self.abroad) for one in found if _is_said(one)]
        return {(spec_of(one).kind, one.id): plain(one) for one in shown}

    def present(self) -> dict[tuple[str, str], Record]:
        """What us holds of eu."""
        return {(kind, id): plain(one) for kind in KINDS for id, one in self.us.records(kind).items()}

    def settle(self, *hidden: str) -> None:
        """Wait until us has exactly what it ought to have."""
        until(lambda: self.present() == self.expected(*hidden), lambda: (self.present(), self.expected(*hidden)))


def _is_said(record: Any) -> bool:
    return getattr(record, "state", "") != "held"


def plain(record: Record) -> Record:
    """Without what each server says by itself: revision, place, and what it found in the texts."""
    fields: dict[str, Any] = {"rev": 0, "scope": ""} | ({"stamp": ""} if spec_of(record).stamped else {})
    return msgspec.structs.replace(record, **fields)


def person(email: str, role: str, team: str) -> PersonAdd:
    return PersonAdd(name=email.split("@")[0].title(), email=email, role=role, password=PASSWORD, teams=[team])


def until(happens: Callable[[], bool], told: Callable[[], object] = lambda: "") -> None:
    """Wait for something that has no time to be at."""
    ends = time.monotonic() + LONG
    while not happens():
        assert time.monotonic() < ends, told()
        time.sleep(0.05)


@contextlib.contextmanager
def pair(folder: Path, *pins: str) -> Iterator[Pair]:
    made = Pair(folder, *pins)
    try:
        yield made
    finally:
        made.stop()
