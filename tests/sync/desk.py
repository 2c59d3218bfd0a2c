"""A desk on real files whose socket is in memory: everything but the link and the thread is what ships."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from pathlib import Path

from tests.sync.fake import Client, Key, Server

from agentdesk.domain.catalogue import RECORDS
from agentdesk.domain.kernel import Actor, Command, Record
from agentdesk.protocol.frames import Answer
from agentdesk.store.precious import open_precious
from agentdesk.sync.confirmed import Confirmed
from agentdesk.sync.effects import Opened, Wanted
from agentdesk.sync.engine import Engine
from agentdesk.sync.files import open_reader, open_replica
from agentdesk.sync.outgoing import Outgoing
from agentdesk.sync.phases import Phase
from agentdesk.sync.reader import Reader
from agentdesk.sync.replica import Replica

KEY = bytes(range(32))
HELD = ("org", "user:ann", "team:t1:open")


class Desk:
    """A desk on real files, its socket in memory. `kill` and `start` again is what a power cut does."""

    def __init__(self, folder: Path, server: Server, person: str, device: str = "device-1") -> None:
        self.folder, self.server, self.person, self.device = folder, server, person, device
        self.clock = 1_000_000
        self.client: Client | None = None
        self.up: deque[bytes] = deque()
        self.answers: dict[int, Answer | None] = {}
        self.uploads: list[str] = []
        self.wiped = False
        self.tidied = 0
        self.unstaged: list[str] = []
        self.start()

    def start(self) -> None:
        self.replica_db = open_replica(self.folder / "replica.db", KEY)
        self.precious_db = open_precious(self.folder / "precious.db", KEY)
        self.engine = Engine(
            Confirmed(self.replica_db), Outgoing(self.precious_db), self,
            device=self.device, app="test", now=lambda: self.clock, chance=lambda: 0.0,
        )  # fmt: skip
        self.reader = Reader(lambda: open_reader(self.folder / "replica.db", KEY))
        who = self.server.people[self.person][0]
        self.replica = Replica(
            self.reader,
            Actor(id=who.id, role=who.role, name=who.name, device=self.device),
            send=lambda pending, needs: self.engine.submit([(pending, needs)]),
            clock=lambda: self.clock,
            pending=self.engine.outgoing.pending(),
        )

    def kill(self) -> None:
        """End without a word; nothing in memory survives."""
        self.client = None
        self.up.clear()
        self.reader.close()
        self.replica_db.close()
        self.precious_db.close()

    def online(self) -> None:
        """Connect and listen until there is nothing more to say."""
        self.engine.happen(Wanted(True, self.clock))
        self.pump()

    def cut(self) -> None:
        """The line is gone; what was on it is lost."""
        self.client = None
        self.up.clear()
        self.engine.closed(1006)

    def later(self, ms: int) -> None:
        self.clock += ms
        self.engine.tick()

    def pump(self, messages: int = 1 << 30) -> None:
        """Carry messages both ways, at most so many down."""
        while self.client is not None:
            while self.up and self.client is not None:
                self.server.hear(self.client, self.up.popleft())
            if messages <= 0 or not self.client.out:
                return
            messages -= 1
            self.engine.take_in([self.client.out.popleft()])

    def look(self) -> None:
        """As Qt's thread does when it is told of news."""
        self.replica.take(self.engine.news)

    def do(self, command: Command) -> int:
        return self.replica.submit(command)

    def rows(self) -> dict[Key, Record]:
        """All that is in the replica."""
        records = self.engine.confirmed.shelf.records
        found: dict[Key, Record] = {}
        for kind in RECORDS:
            ids = [id for (id,) in self.replica_db.execute(f'SELECT id FROM "{kind}"')]
            found.update(((kind, id), record) for id, record in records.get_many(kind, ids).items())
        return found

    # --- Port ---

    def connect(self) -> None:
        self.client = self.server.connect(self.device, self.person)
        self.engine.happen(Opened(self.clock))

    def send(self, message: bytes) -> None:
        self.up.append(message)

    def hang_up(self, code: int) -> None:
        if self.client is not None:
            self.client = None
            self.engine.closed(code)

    def upload(self, digest: str) -> None:
        self.uploads.append(digest)

    def answer(self, id: int, answer: Answer | None) -> None:
        self.answers[id] = answer

    def wipe(self) -> None:
        self.wiped = True

    def tidy(self, staged: Sequence[str]) -> None:
        self.tidied += 1
        self.unstaged += staged


def phase(desk: Desk) -> Phase:
    return desk.engine.session.phase


def agree(desk: Desk) -> None:
    """The desk has what it would be shown fresh, and its running checks are those of its rows."""
    assert desk.rows() == desk.server.visible("ann")
    for scope, held in desk.engine.confirmed.book.scopes.items():
        assert (held.count, held.xor) == desk.engine.confirmed.shelf.counted(scope), scope
