"""Random histories: whatever is written, moved, shared, cut off and killed, the desk ends with what it may see."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.sync.desk import Desk
from tests.sync.fake import Server
from tests.sync.samples import case, customer, message, opened, person, share, team

from agentdesk.domain.cases.attention import Read
from agentdesk.domain.cases.handling import Claim, Prioritise, Release, Tag
from agentdesk.domain.cases.questions import MESSAGES
from agentdesk.domain.cases.records import Case, Customer
from agentdesk.domain.cases.writing import Note
from agentdesk.domain.kernel import Asked, Command, Put, Refusal, Remove, Share
from agentdesk.domain.queue import MINE, OPEN, UNASSIGNED
from agentdesk.sync.effects import Wanted
from agentdesk.sync.overlay import Overlay

CASES = st.sampled_from(["c1", "c2", "c3"])
SCOPES = ("team:t1:open", "team:t1:past", "team:t2:open")
WHERE = st.sampled_from(SCOPES)
AUDIENCES = st.sampled_from(["user:ann", *SCOPES])
TAGS = st.sampled_from(["a", "b", "c"])
ASKED: tuple[Asked[Any], ...] = (OPEN(), UNASSIGNED(), MINE(me="ann"), MESSAGES(case="c1"))


class History(RuleBasedStateMachine):
    """One desk, one server, one line between them that may be cut at any message."""

    @initialize(page=st.integers(1, 5))
    def begin(self, page: int) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.server = Server(page=page)
        self.server.person("ann", "org", "user:ann", "team:t1:open")
        self.server.write(Put(team()), Put(team("t2", "Other")), Put(person()))
        self.desk = Desk(Path(self.folder.name), self.server, "ann")
        self.ids = 0
        self.desk.online()
        self.desk.look()

    def teardown(self) -> None:
        if hasattr(self, "desk"):
            self.settle()
            self.desk.kill()
            self.folder.cleanup()

    def id(self, prefix: str) -> str:
        self.ids += 1
        return f"{prefix}{self.ids}"

    def there(self, id: str) -> Case | None:
        found = self.server.truth.records.get(("case", id))
        return found if isinstance(found, Case) else None

    # --- The server's side ---

    @rule(id=CASES, scope=WHERE, by=st.sampled_from(["u1", "u2"]))
    def write(self, id: str, scope: str, by: str) -> None:
        if self.there(id) is None:
            self.server.write(*opened(id, scope, by))

    @rule(id=CASES, scope=WHERE)
    def move(self, id: str, scope: str) -> None:
        if self.there(id) is not None:
            self.server.write(Put(case(id, scope, "u1")))

    @rule(id=CASES)
    def add_message(self, id: str) -> None:
        found = self.there(id)
        if found is not None:
            self.server.write(Put(message(self.id("m"), id, found.scope, seq=self.ids)))

    @rule(id=CASES, how=st.sampled_from(["deleted", "erased"]))
    def remove(self, id: str, how: str) -> None:
        if self.there(id) is not None:
            self.server.write(Remove(Case, id), how=how)

    @rule(id=CASES, scope=AUDIENCES)
    def share(self, id: str, scope: str) -> None:
        if self.there(id) is not None:
            self.server.write(Put(share(id, scope)))

    @rule(id=CASES, scope=AUDIENCES)
    def unshare(self, id: str, scope: str) -> None:
        if ("share", share(id, scope).id) in self.server.truth.records:
            self.server.write(Remove(Share, share(id, scope).id))

    @rule(by=st.sampled_from(["u1", "u2"]))
    def rename_customer(self, by: str) -> None:
        if ("customer", by) in self.server.truth.records:
            self.server.write(Put(Customer(by, customer().scope, 0, self.id("Name"), "x@y.example", "en", 1)))

    @rule(held=st.sets(WHERE))
    def regroup(self, held: set[str]) -> None:
        self.server.person("ann", "org", "user:ann", *sorted(held))

    # --- The line ---

    @rule(messages=st.integers(0, 8))
    def carry(self, messages: int) -> None:
        self.desk.pump(messages)

    @rule()
    def connect(self) -> None:
        if self.desk.client is None:
            self.desk.engine.happen(Wanted(True, self.desk.clock))

    @rule()
    def cut(self) -> None:
        self.desk.cut()

    @rule()
    def kill(self) -> None:
        self.desk.kill()
        self.desk.start()

    # --- The desk's side ---

    @rule()
    def look(self) -> None:
        self.desk.look()

    @rule(id=CASES, tag=TAGS)
    def tag(self, id: str, tag: str) -> None:
        self.wish(Tag(case=id, tag=tag))

    @rule(id=CASES)
    def claim(self, id: str) -> None:
        self.wish(Claim(case=id))

    @rule(id=CASES)
    def release(self, id: str) -> None:
        self.wish(Release(case=id))

    @rule(id=CASES, priority=st.integers(0, 3))
    def prioritise(self, id: str, priority: int) -> None:
        self.wish(Prioritise(case=id, priority=priority))

    @rule(id=CASES)
    def write_note(self, id: str) -> None:
        self.wish(Note(case=id, message=self.id("n"), text="words"))

    def wish(self, command: Command) -> None:
        try:
            self.desk.do(command)
        except Refusal as no:
            note(f"refused: {no}")

    @rule(which=st.integers(0, 9), written=st.booleans())
    def take_back(self, which: int, written: bool) -> None:
        """Allowed as long as it has not left; `written`: before anything else happens."""
        waiting = self.desk.replica.pending
        if waiting:
            key = waiting[which % len(waiting)].key
            if self.desk.engine.outgoing.recall.take_back(key, Read(case="c1", seq=0)):
                self.desk.replica.withdraw(key)
                if written:
                    self.desk.engine.withdraw()

    @rule(id=CASES, tag=TAGS, priority=st.integers(0, 3))
    def cross(self, id: str, tag: str, priority: int) -> None:
        """A wish here and a change there that do not know of each other."""
        self.wish(Tag(case=id, tag=tag))
        found = self.there(id)
        if found is not None:
            self.server.write(Put(msgspec.structs.replace(found, priority=priority, assignee="bob")))
        if self.desk.client is not None:
            while self.desk.client.out:
                self.desk.engine.take_in([self.desk.client.out.popleft()])
        self.desk.look()

    # --- What must hold ---

    @invariant()
    def the_running_checks_are_those_of_the_rows(self) -> None:
        if hasattr(self, "desk"):
            for scope, held in self.desk.engine.confirmed.book.scopes.items():
                assert (held.count, held.xor) == self.desk.engine.confirmed.shelf.counted(scope), scope

    @invariant()
    def the_replica_is_truth_and_all_wishes_decided_anew(self) -> None:
        """What was kept up step by step equals what a fresh start would work out."""
        if hasattr(self, "desk"):
            replica = self.desk.replica
            fresh = Overlay(replica.reader, replica.who)
            fresh.replace(replica.pending)
            assert replica._view.over == fresh.view.over
            for asked in ASKED:
                assert list(replica.page(asked, limit=100)) == list(fresh.view.page(asked, limit=100))
                assert replica.count(asked) == fresh.view.count(asked) == len(fresh.view.page(asked, limit=1000))

    def settle(self) -> None:
        """In the end all is said, and both sides agree."""
        self.desk.cut()
        self.desk.later(10**6)
        self.desk.online()
        self.desk.pump()
        self.desk.look()
        assert not self.desk.replica.pending
        assert not self.desk.engine.session.behind
        assert self.desk.rows() == self.server.visible("ann")
        self.the_running_checks_are_those_of_the_rows()
        self.the_replica_is_truth_and_all_wishes_decided_anew()
        assert len(self.server.executed) == self.server.done.get(self.desk.device, 0)


History.TestCase.settings = settings(stateful_step_count=30)
TestHistories = History.TestCase
