"""A desk in memory: commands are really decided over real records; the network is a switch."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
from sqlcipher3 import dbapi2

from agentdesk.desk.assist.assist import Assist
from agentdesk.desk.hidden import Revealed
from agentdesk.desk.pins import Pins
from agentdesk.desk.sight import Sight
from agentdesk.desk.verbs import sentence
from agentdesk.domain.cases import Case, File, Message, OpenCase, Receive
from agentdesk.domain.catalogue import CAPABILITIES
from agentdesk.domain.kernel import Actor, Asked, Command, Fact, Put, Record, Refusal, Remove, decide, held_scopes
from agentdesk.domain.kernel.records import RECORDS, spec_of
from agentdesk.domain.people import Person, Team
from agentdesk.protocol.fitting import fit
from agentdesk.store.drafts import Draft
from agentdesk.store.records import Records
from agentdesk.store.search import Finder
from agentdesk.store.tables import create_tables
from agentdesk.store.vault import SessionVault
from agentdesk.sync.news import Refused
from agentdesk.sync.presence import Seen
from agentdesk.sync.replica import Touched

NOW = 1_800_000_000_000
"""12:20 UTC on a Friday in January 2027."""
MINUTE = 60_000
TEAMS = ("billing", "orders")
PEOPLE = (("mina", "Mina Kapoor"), ("dario", "Dario Vitale"), ("rosa", "Rosa Stein"), ("ben", "Ben Okoye"))


class FakeDrafts:
    """Drafts in a dictionary."""

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now
        self.kept: dict[tuple[str, str], Draft] = {}
        self.before: dict[tuple[str, str], list[Draft]] = {}

    def get(self, case: str, kind: str) -> Draft | None:
        return self.kept.get((case, kind))

    def typed(self, case: str, kind: str, text: str, cursor: int) -> None:
        old = self.kept.pop((case, kind), None)
        if old is not None and not text.strip():
            self.before.setdefault((case, kind), []).insert(0, old)
        if text.strip():
            self.kept[case, kind] = Draft(case, kind, text, cursor, self._now())

    def discard(self, case: str, kind: str) -> None:
        self.typed(case, kind, "", 0)

    def history(self, case: str, kind: str) -> Sequence[Draft]:
        return self.before.get((case, kind), [])


class FakeView:
    """Truth from one database; all that is there can be seen by whoever asks."""

    def __init__(self, records: Records, scopes: frozenset[str]) -> None:
        self.records, self._scopes = records, scopes

    def get(self, cls: type[Any], id: str) -> Any:
        return self.records.of(cls, id)

    def knows(self, cls: type[Record], id: str) -> bool:
        return True

    def page(self, asked: Asked[Any], after: tuple[Any, ...] | None = None, limit: int = 50) -> Sequence[Any]:
        return self.records.page(asked, after, limit)

    def count(self, asked: Asked[Any]) -> int:
        return self.records.count(asked)

    def scopes(self, kind: str, id: str) -> frozenset[str]:
        return self._scopes if self.records.get(kind, id) is not None else frozenset()


class FakeDesk:
    """A desk of Mina's, in team billing, at a fixed time that tests move by hand."""

    def __init__(self) -> None:
        assert CAPABILITIES
        conn = dbapi2.connect(":memory:", isolation_level=None)
        create_tables(conn)
        self._close = conn.close
        self.time, self.online, self._ids, self._rev = NOW, True, 0, 1
        self._me = Actor(
            "mina", "agent", "Mina Kapoor", ("billing",), frozenset(s for s, _ in _held()), device="laptop"
        )
        self._view = FakeView(Records(conn), self._me.scopes)
        self._drafts = FakeDrafts(self.now)
        self.revealed, self.sight = Revealed(lambda *args: self.ask(*args)), Sight()
        self.sight.changed.connect(self.revealed.forget_all)
        self.pins = Pins(SessionVault(), "https://desk.example.com", at_once)
        self._listeners: list[tuple[frozenset[str], Callable[[Sequence[Touched]], None]]] = []
        self._waiting: dict[str, list[tuple[str, str, Record | None]]] = {}
        self.sentences: list[str] = []
        self.signals: list[tuple[str, str, bool]] = []
        self.opened: list[tuple[str, str]] = []
        self.done: list[Command] = []
        self.lookers: list[Seen] = []
        self.writers: list[Seen] = []
        self.bytes: dict[str, bytes] = {}
        self.refused: list[Refused] = []
        self.needed: list[tuple[str, ...]] = []
        self.assist = Assist(self)
        self.put(*(Team(team, "org", 1, team.title()) for team in TEAMS))
        self.put(*(Person(id, "org", 1, name, f"{id}@example.org", "agent", TEAMS) for id, name in PEOPLE))

    def close(self) -> None:
        """Let go of the records."""
        self.assist.close()
        self._close()

    # --- The verbs of a desk ---

    @property
    def view(self) -> FakeView:
        return self._view

    @property
    def me(self) -> Actor:
        return self._me

    @property
    def drafts(self) -> FakeDrafts:
        return self._drafts

    def do(self, command: Command, needs: Iterable[str] = ()) -> bool:
        why = self.attempt(command, needs)
        if why:
            self.sentences.append(why)
        return not why

    def attempt(self, command: Command, needs: Iterable[str] = ()) -> str:
        self.needed.append(tuple(needs))
        try:
            fit(command)
            self.act(command, self._me)
        except Refusal as refusal:
            return sentence(refusal.sentence, refusal.data)
        self.done.append(command)
        return ""

    def prepare(
        self, asked: Asked[Any], then: Callable[[], None], after: tuple[Any, ...] | None = None, rows: int = 0
    ) -> None:
        then()

    def refusals(self, case: str) -> Sequence[Refused]:
        return [one for one in self.refused if getattr(one.command, "case", "") == case]

    def forget_refusal(self, key: int) -> None:
        self.refused = [one for one in self.refused if one.key != key]

    def open(self, kind: str, id: str) -> None:
        self.opened.append((kind, id))

    def now(self) -> int:
        return self.time

    def new_id(self) -> str:
        self._ids += 1
        return f"new-{self._ids}"

    def listen(self, kinds: Iterable[str], listener: Callable[[Sequence[Touched]], None]) -> Callable[[], None]:
        entry = (frozenset(kinds), listener)
        self._listeners.append(entry)
        return lambda: self._listeners.remove(entry) if entry in self._listeners else None

    def waits(self, kind: str, id: str) -> bool:
        return any((kind, id) == (k, i) for changes in self._waiting.values() for k, i, _ in changes)

    def take_back(self, message: str) -> bool:
        """Undo what the command with this message has done, as long as it waits."""
        changes = self._waiting.pop(message, None)
        if changes is None:
            return False
        self._write([(kind, id, old) for kind, id, old in reversed(changes)])
        return True

    def signal(self, kind: str, about: str, on: bool = True) -> None:
        self.signals.append((kind, about, on))

    def viewing(self, case: str) -> Sequence[Seen]:
        return self.lookers

    def typing(self, case: str) -> Sequence[Seen]:
        return self.writers

    @property
    def index(self) -> Finder:
        return self._view.records.find

    def search(self, text: str, limit: int = 30) -> Sequence[Any]:
        return [record for _, record in self._view.records.find.newest("message", text, limit)]

    def find(self, cls: type[Any], text: str, limit: int = 30) -> Sequence[Any]:
        return [record for _, record in self._view.records.find.ranked(spec_of(cls).kind, text, limit)]

    def alike(self, cls: type[Any], text: str, limit: int = 5) -> Sequence[Any]:
        return self._view.records.alike(spec_of(cls).kind, text, limit)

    def ask(self, question: str, args: dict[str, Any], then: Callable[[Any, str], None]) -> None:
        then(None, "Not connected.")

    def stage(self, source: Path | bytes, name: str = "") -> File:
        data = source if isinstance(source, bytes) else source.read_bytes()
        path = Path(name) if isinstance(source, bytes) else source
        if len(data) > 1_000_000:
            raise Refusal("{name} is too large.", "large", name=path.name)
        digest = hashlib.sha256(data).hexdigest()
        self.bytes[digest] = data
        kind = "image/png" if path.suffix == ".png" else "text/plain"
        return File(self.new_id(), digest, path.name, len(data), kind)

    def fetch(self, digest: str, then: Callable[[bytes | None, str], None]) -> None:
        found = self.bytes.get(digest)
        then(found, "" if found else "This file is not on this laptop.")

    def read(self, where: str, then: Callable[[Any, str], None]) -> None:
        then(None, "Not connected.")

    def save(
        self, where: str, path: Path, then: Callable[[str, str], None], so_far: Callable[[int], None] = lambda _: None
    ) -> None:
        then("", "Not connected.")

    def address(self, path: str) -> str:
        return f"https://desk.example.com{path}"

    def say(self, sentence: str, action: str = "", run: Callable[[], None] | None = None) -> None:
        self.sentences.append(sentence)

    # --- What a test does ---

    def act(self, command: Command, who: Actor) -> None:
        """Somebody gives a command; `Refusal` if the rules say no."""
        who = msgspec.structs.replace(who, at=self.time)
        changes = decide(command, self._view, who, self.time)
        waits = "" if self.online or who.id != self._me.id else str(getattr(command, "message", self.new_id()))
        done: list[tuple[str, str, Record | None]] = []
        for change in changes:
            if isinstance(change, Fact):
                continue
            kind = spec_of(change.cls if isinstance(change, Remove) else change.record).kind
            id = change.id if isinstance(change, Remove) else change.record.id
            done.append((kind, id, change.record if isinstance(change, Put) else None))
        before = [(kind, id, self._view.records.get(kind, id)) for kind, id, _ in done]
        if waits:
            self._waiting[waits] = before
        self._write(done)

    def connect(self) -> None:
        """Back online: all that waits is confirmed."""
        self.online = True
        waited = [(kind, id) for changes in self._waiting.values() for kind, id, _ in changes]
        self._waiting.clear()
        self._write([(kind, id, self._view.records.get(kind, id)) for kind, id in waited])

    def put(self, *records: Record) -> None:
        """Records from nowhere."""
        self._write([(spec_of(record).kind, record.id, record) for record in records])

    def _write(self, changes: Sequence[tuple[str, str, Record | None]]) -> None:
        self._rev += 1
        touched = []
        for kind, id, new in changes:
            old = self._view.records.get(kind, id)
            if new is None:
                self._view.records.erase(kind, [id])
            else:
                new = msgspec.structs.replace(new, rev=self._rev)
                self._view.records.put([new])
            touched.append(Touched(kind, id, old, new))
        for kinds, listener in list(self._listeners):
            some = [one for one in touched if one.kind in kinds]
            if some:
                listener(some)

    def colleague(self, id: str = "dario") -> Actor:
        """Somebody else at another desk."""
        name = dict(PEOPLE)[id]
        return Actor(id, "agent", name, TEAMS, self._me.scopes, device=f"{id}-desk")

    def open_case(self, case: str = "c1", text: str = "Hello, my parcel is late.", **fields: Any) -> Case:
        """A customer opens a case."""
        names = {"customer": "cu1", "customer_name": "Lena Sorensen", "customer_email": "lena@example.org"}
        told = {"team": "billing", "subject": "Refund still not on my card", "language": "en", **names, **fields}
        made = OpenCase(case=case, conversation=f"{case}-k", message=f"{case}-m1", text=text, **told)
        self.act(made, CHANNEL)
        found: Case = self._view.get(Case, case)
        return found

    def receive(self, text: str, case: str = "c1", files: tuple[File, ...] = ()) -> Message:
        """The customer writes again."""
        id = self.new_id()
        self.act(Receive(case=case, conversation=f"{case}-k", message=id, text=text, files=files), CHANNEL)
        found: Message = self._view.get(Message, id)
        return found


def at_once(work: Callable[[], Any], then: Callable[[Any, BaseException | None], None]) -> None:
    """What would be done on another thread, done here."""
    try:
        result, wrong = work(), None
    except Exception as error:
        result, wrong = None, error
    then(result, wrong)


CHANNEL = Actor("channel", "channel")
assert RECORDS


def _held() -> tuple[tuple[str, int], ...]:
    return held_scopes("agent", "mina", ("billing",))
