"""A small authority in memory that decides with the real kernel."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from agentdesk.domain.catalogue import RECORDS
from agentdesk.domain.kernel import (
    SCHEMA,
    Actor,
    Asked,
    Change,
    Put,
    Record,
    Refusal,
    Remove,
    Share,
    decide,
    spec_of,
)
from agentdesk.protocol import decode_command, encode_rows, row_hash, server_codec
from agentdesk.protocol.frames import (
    Ack,
    Answer,
    Ask,
    CaughtUp,
    CommandFrame,
    Credit,
    Delta,
    Erased,
    Frame,
    Hello,
    Limits,
    Notice,
    Ping,
    Pong,
    Pull,
    Reset,
    Scope,
    Scopes,
    Signal,
    Welcome,
    Who,
)

Key = tuple[str, str]


class Truth:
    """All records; a View for decisions."""

    def __init__(self, records: dict[Key, Record]) -> None:
        self.records = records

    def get(self, cls: type[Any], id: str) -> Any:
        return self.records.get((spec_of(cls).kind, id))

    def knows(self, cls: type[Record], id: str) -> bool:
        return True

    def page(self, asked: Asked[Any], after: tuple[Any, ...] | None = None, limit: int = 50) -> list[Any]:
        found = [r for r in self.records.values() if isinstance(r, asked.question.cls) and asked.matches(r)]
        found.sort(key=asked.key, reverse=asked.question.descending)
        return [r for r in found if after is None or asked.before(after, asked.key(r))][:limit]

    def count(self, asked: Asked[Any]) -> int:
        return len(self.page(asked, limit=1 << 30))

    def scopes(self, kind: str, id: str) -> frozenset[str]:
        return frozenset(self.places().get((kind, id), ()))

    def places(self) -> dict[Key, set[str]]:
        """Every record and the scopes that show it."""
        found = {key: {record.scope} for key, record in self.records.items()}
        for record in self.records.values():
            if isinstance(record, Share) and (record.kind, record.record) in found:
                found[record.kind, record.record].add(record.scope)
        for key, record in self.records.items():
            parent = RECORDS[key[0]].parent
            root = found.get((parent[1], getattr(record, parent[0]))) if parent else None
            found[key] |= root or set()
        for key, record in self.records.items():
            for name, kind in RECORDS[key[0]].carries:
                if (kind, getattr(record, name)) in found:
                    found[kind, getattr(record, name)] |= found[key]
        return found


@dataclass
class Client:
    """A device as the server knows it while it is connected."""

    device: str
    who: Who
    out: deque[bytes] = field(default_factory=deque)
    cursors: dict[str, int] = field(default_factory=dict)
    joined: bool = False


class Server:
    """The authority: numbers, remembers, and tells each device what its scopes have become."""

    def __init__(self, page: int = 3) -> None:
        self.truth = Truth({})
        self.epoch = "epoch-1"
        self.rev = 0
        self.safe = 0
        self.page = page
        self.shown: dict[str, dict[Key, int]] = {}
        self.gone: dict[str, dict[Key, tuple[str, int]]] = {}
        self.done: dict[str, int] = {}
        self.results: dict[tuple[str, int], Ack] = {}
        self.executed: list[tuple[str, str]] = []
        self.erased_by: list[str] = []
        self.signals: list[Signal] = []
        self.people: dict[str, tuple[Who, list[str]]] = {}
        self.clients: dict[str, Client] = {}
        self.codec = server_codec()

    # --- Committing ---

    def commit(self, changes: Iterable[Change], *, how: str = "deleted") -> set[str]:
        """One transaction; returns the scopes that it has touched."""
        before = self.truth.places()
        old = dict(self.truth.records)
        self.rev += 1
        for change in changes:
            if isinstance(change, Put):
                key = (spec_of(change.record).kind, change.record.id)
                self.truth.records[key] = msgspec.structs.replace(change.record, rev=self.rev)
            elif isinstance(change, Remove):
                self._remove(spec_of(change.cls).kind, change.id)
        self._restamp()
        after = self.truth.places()
        touched: set[str] = set()
        for key in before.keys() | after.keys():
            changed = self.truth.records.get(key) != old.get(key)
            for scope in after.get(key, set()):
                if changed or scope not in before.get(key, ()):
                    self.shown.setdefault(scope, {})[key] = self.rev
                    self.gone.get(scope, {}).pop(key, None)
                    touched.add(scope)
            for scope in before.get(key, set()) - after.get(key, set()):
                self.shown[scope].pop(key, None)
                if not self._goes_with_root(old[key], scope, before, after):
                    self.gone.setdefault(scope, {})[key] = (how if key not in after else "left", self.rev)
                touched.add(scope)
        return touched

    @staticmethod
    def _goes_with_root(record: Record, scope: str, before: dict[Key, set[str]], after: dict[Key, set[str]]) -> bool:
        """Only roots are named: what hangs on them goes with them."""
        parent = spec_of(record).parent
        root = (parent[1], getattr(record, parent[0])) if parent else None
        return root is not None and scope in before.get(root, ()) and scope not in after.get(root, ())

    def _remove(self, kind: str, id: str) -> None:
        self.truth.records.pop((kind, id), None)
        for (child, child_id), record in list(self.truth.records.items()):
            parent = RECORDS[child].parent
            if parent and parent[1] == kind and getattr(record, parent[0]) == id:
                self._remove(child, child_id)
            if isinstance(record, Share) and (record.kind, record.record) == (kind, id):
                del self.truth.records[child, child_id]

    def _restamp(self) -> None:
        """What hangs on a record that has moved moves with it, in the same revision."""
        for (kind, id), record in list(self.truth.records.items()):
            parent = RECORDS[kind].parent
            root = self.truth.records.get((parent[1], getattr(record, parent[0]))) if parent else None
            if root is not None and root.scope != record.scope:
                self.truth.records[kind, id] = msgspec.structs.replace(record, scope=root.scope, rev=self.rev)

    def write(self, *changes: Change, how: str = "deleted") -> None:
        """Commit and tell everybody."""
        self.publish(self.commit(changes, how=how))

    def publish(self, touched: set[str]) -> None:
        for client in self.clients.values():
            frames: list[Frame] = [
                self.delta(scope, client.cursors[scope])
                for scope in sorted(touched)
                if client.joined and scope in client.cursors
            ]
            for frame in frames:
                assert isinstance(frame, Delta)
                client.cursors[frame.scope] = frame.to
            self.tell(client, *frames)

    # --- Telling ---

    def tell(self, client: Client, *frames: Frame) -> None:
        if frames:
            message = self.codec.message(*frames)
            assert isinstance(message, bytes)
            client.out.append(message)

    def delta(self, scope: str, since: int) -> Delta:
        """What a scope has become since then, as one state."""
        put = self.shown.get(scope, {})
        keys = [key for key, rev in put.items() if rev > since]
        gone = self.gone.get(scope, {})
        return Delta(
            scope=scope, from_=since, to=self.rev, put=self._rows(keys), safe=self.safe,
            gone=[(kind, id, how, rev) for (kind, id), (how, rev) in gone.items() if rev > since],
        )  # fmt: skip

    def _rows(self, keys: Sequence[Key]) -> dict[str, msgspec.Raw]:
        by_kind: dict[str, list[Record]] = {}
        for kind, id in keys:
            by_kind.setdefault(kind, []).append(self.truth.records[kind, id])
        return {kind: msgspec.Raw(encode_rows(kind, some, binary=True)) for kind, some in by_kind.items()}

    def fill(self, client: Client, scope: str, since: int) -> None:
        """Page a scope in the order of revisions, then say what must be there."""
        put = sorted((rev, key) for key, rev in self.shown.get(scope, {}).items() if rev > since)
        gone = sorted((rev, key, how) for key, (how, rev) in self.gone.get(scope, {}).items() if rev > since)
        at = since
        while len(put) > self.page:
            end = put[self.page - 1][0]
            cut = [key for rev, key in put[: self.page]]
            whole = put[self.page][0] > end  # else the page ends within one transaction
            to = end if whole else max([at, *(rev for rev, _ in put[: self.page] if rev < end)])
            left = [(key[0], key[1], how, rev) for rev, key, how in gone if rev <= to]
            self.tell(client, Delta(scope=scope, from_=at, to=to, put=self._rows(cut), gone=left, more=True))
            gone = [entry for entry in gone if entry[0] > to]
            put, at = put[self.page :], to
        rest = [(key[0], key[1], how, rev) for rev, key, how in gone]
        keys = [key for _, key in put]
        self.tell(client, Delta(scope=scope, from_=at, to=self.rev, put=self._rows(keys), gone=rest))
        self.tell(client, self.caught_up(scope))
        client.cursors[scope] = self.rev

    def caught_up(self, scope: str) -> CaughtUp:
        check = 0
        for key in self.shown.get(scope, {}):
            check ^= row_hash(*key, self.truth.records[key].rev)
        return CaughtUp(scope=scope, rev=self.rev, count=len(self.shown.get(scope, {})), check=check)

    # --- Hearing ---

    def person(self, id: str, *scopes: str, role: str = "agent") -> None:
        """Who works where. Those who are connected gain and lose scopes at once."""
        before = self.people.get(id, (None, []))[1]
        self.people[id] = (Who(id=id, name=id.title(), role=role, teams=()), list(scopes))
        for client in self.clients.values():
            if client.joined and client.who.id == id:
                drop = [scope for scope in before if scope not in scopes]
                add = [scope for scope in scopes if scope not in before]
                self.tell(client, Scopes(add=[Scope(scope, 5) for scope in add], drop=drop))
                for scope in drop:
                    client.cursors.pop(scope, None)
                for scope in add:
                    self.fill(client, scope, 0)

    def connect(self, device: str, person: str) -> Client:
        self.clients[device] = Client(device, self.people[person][0])
        return self.clients[device]

    def hear(self, client: Client, message: bytes) -> None:
        for frame in self.codec.read(message):
            self._frame(client, frame)

    def _frame(self, client: Client, frame: Any) -> None:
        if isinstance(frame, Hello):
            self._hello(client, frame)
        elif isinstance(frame, CommandFrame):
            self._command(client, frame)
        elif isinstance(frame, Pull):
            self.fill(client, frame.scope, frame.from_)
        elif isinstance(frame, Ping):
            self.tell(client, Pong(id=frame.id, now=frame.id))
        elif isinstance(frame, Ask):
            self.tell(client, Answer(id=frame.id, result={"asked": frame.question}))
        elif isinstance(frame, Erased):
            self.erased_by += frame.ids
        elif isinstance(frame, Signal):
            self.signals.append(frame)
        else:
            assert isinstance(frame, Credit | Pong), frame

    def say(self, client: Client, signal: dict[str, Any]) -> None:
        self.tell(client, msgspec.convert(signal, Signal))

    def revoke(self, device: str) -> None:
        self.tell(self.clients[device], Notice(code="revoked", sentence="This device was revoked."))

    def _hello(self, client: Client, frame: Hello) -> None:
        scopes = self.people[client.who.id][1]
        welcome = Welcome(
            epoch=self.epoch, now=0, view="agent/-/1", schema=SCHEMA, head=self.rev, min_rev=0, safe=self.safe,
            who=client.who, scopes=[Scope(scope, i) for i, scope in enumerate(scopes)],
            done=self.done.get(client.device, 0), limits=Limits(inflight=4),
        )  # fmt: skip
        known = frame.epoch == self.epoch
        reset = [] if known or not frame.epoch else [Reset(what="all", why="epoch")]
        self.tell(client, welcome, *reset)
        client.joined = True
        for scope in scopes:
            self.fill(client, scope, frame.cursors.get(scope, 0) if known else 0)

    def _command(self, client: Client, frame: CommandFrame) -> None:
        key = (client.device, frame.n)
        if key in self.results:
            self.tell(client, self.results[key])
            return
        expected = self.done.get(client.device, 0) + 1
        if frame.n != expected:
            self.tell(client, Ack(n=frame.n, status="refused", code="gap", data={"expected": expected}))
            return
        self.done[client.device] = frame.n
        ack, touched = self._decide(client, frame)
        self.results[key] = ack
        self.tell(client, ack)
        self.publish(touched)

    def _decide(self, client: Client, frame: CommandFrame) -> tuple[Ack, set[str]]:
        try:
            cmd = decode_command(frame.name, frame.args, binary=True)
        except KeyError:  # as the real one: it refuses, and the number is used
            self.executed.append((client.device, frame.name))
            return Ack(n=frame.n, status="refused", code="unreadable"), set()
        self.executed.append((client.device, msgspec.json.encode(cmd).decode()))
        try:
            changes = decide(cmd, self.truth, self.actor(client), frame.at)
        except Refusal as no:
            return Ack(n=frame.n, status="refused", code=no.code, sentence=str(no)), set()
        if not changes:
            return Ack(n=frame.n, status="done"), set()
        touched = self.commit(changes)
        held = sorted(touched & set(self.people[client.who.id][1]))
        return Ack(n=frame.n, status="done", rev=self.rev, scopes=held), touched

    def actor(self, client: Client) -> Actor:
        who, scopes = self.people[client.who.id]
        return Actor(id=who.id, role=who.role, name=who.name, scopes=frozenset(scopes), device=client.device)

    def visible(self, person: str) -> dict[Key, Record]:
        """What somebody would be shown fresh."""
        held = set(self.people[person][1])
        return {key: self.truth.records[key] for key, at in self.truth.places().items() if at & held}
