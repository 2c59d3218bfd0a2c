"""The thread that listens, with real sockets and files."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.sync.desk import KEY
from tests.sync.fake import Server
from tests.sync.samples import case, opened, person, team
from tests.sync.serving import TOKEN, Serving

from agentdesk.domain.cases.handling import Tag
from agentdesk.domain.cases.records import Case
from agentdesk.domain.kernel import Put
from agentdesk.store import drafts, outbox
from agentdesk.store.precious import open_precious
from agentdesk.sync.errands import Account
from agentdesk.sync.files import open_reader
from agentdesk.sync.news import Heard, Status, Told
from agentdesk.sync.phases import Phase
from agentdesk.sync.reader import Reader
from agentdesk.sync.replica import Replica, actor_of
from agentdesk.sync.worker import Offline, Place, Worker


class Running:
    """A worker, and Qt's side of it."""

    def __init__(self, folder: Path, url: str, token: str = TOKEN) -> None:
        self.place = Place(folder / "replica.db", folder / "precious.db", folder / "staging", KEY)
        self.changed = threading.Condition()
        self.status: list[Status] = []
        self.other: list[Told | Heard] = []
        account = Account(server=url, device="device-1", token=token)
        self.worker = Worker(self.place, account, app="test", on_news=self.notify)
        self.start = self.worker.start()
        self.replica: Replica | None = None

    def notify(self) -> None:
        with self.changed:
            self.changed.notify_all()

    def until(self, true: Callable[[], bool], seconds: float = 10.0) -> None:
        """Take news until this holds."""

        def look() -> bool:
            while self.worker.told:
                item = self.worker.told.popleft()
                if isinstance(item, Status):
                    self.status.append(item)
                else:
                    self.other.append(item)
            if self.replica is not None:
                self.replica.take(self.worker.news)
            return true()

        with self.changed:
            assert self.changed.wait_for(look, seconds), (self.status, self.other)

    def live(self) -> None:
        self.until(lambda: bool(self.status) and self.status[-1].phase is Phase.LIVE)

    def open(self) -> Replica:
        """What the desk does once it knows who works here."""
        who = next((news.who for news in self.worker.news if news.who is not None), self.start.who)
        assert who is not None
        self.replica = Replica(
            Reader(lambda: open_reader(self.place.replica, KEY)),
            actor_of(who, "device-1"),
            send=self.worker.submit,
            clock=self.worker.now,
            pending=self.start.pending,
        )
        return self.replica

    def stop(self) -> None:
        if self.replica is not None:
            self.replica.reader.close()
        assert self.worker.stop()


@pytest.fixture
def serving() -> Iterator[Serving]:
    server = Server()
    server.person("ann", "org", "user:ann", "team:t1:open")
    server.write(Put(team()), Put(person()))
    server.write(*opened("c1"))
    with Serving(server) as running:
        yield running


@pytest.fixture
def desk(serving: Serving, tmp_path: Path) -> Iterator[Running]:
    running = Running(tmp_path, serving.url)
    yield running
    running.stop()


def test_it_fills_follows_and_sends(serving: Serving, desk: Running) -> None:
    desk.live()
    replica = desk.open()
    assert serving.heard_headers == [f"Bearer {TOKEN}"]
    assert replica.get(Case, "c1") is not None
    serving.do(lambda server: server.write(Put(case(tags=("new",)))))
    desk.until(lambda: getattr(replica.get(Case, "c1"), "tags", ()) == ("new",))
    replica.submit(Tag(case="c1", tag="mine"))
    desk.until(lambda: not replica.pending)
    assert serving.do(lambda server: getattr(server.truth.records["case", "c1"], "tags", ())) == ("new", "mine")


def test_the_plug_can_be_pulled_and_put_back(serving: Serving, desk: Running) -> None:
    desk.live()
    replica = desk.open()
    desk.worker.set_online(False)
    desk.until(lambda: desk.status[-1].phase is Phase.OFFLINE)
    replica.submit(Tag(case="c1", tag="offline"))
    desk.until(lambda: desk.status[-1].waiting == 1)
    assert serving.do(lambda server: server.executed) == []
    desk.worker.set_online(True)
    desk.until(lambda: not replica.pending)
    assert len(serving.do(lambda server: server.executed)) == 1


def test_a_lost_line_is_taken_up_again(serving: Serving, desk: Running) -> None:
    desk.live()
    replica = desk.open()
    serving.close_all()
    desk.until(lambda: desk.status[-1].phase is Phase.OFFLINE)
    serving.do(lambda server: server.write(Put(case(tags=("meanwhile",)))))
    desk.until(lambda: getattr(replica.get(Case, "c1"), "tags", ()) == ("meanwhile",))


def test_a_wish_is_on_the_disk_when_the_thread_ends(serving: Serving, desk: Running) -> None:
    desk.live()
    replica = desk.open()
    desk.worker.set_online(False)
    desk.until(lambda: desk.status[-1].phase is Phase.OFFLINE)
    replica.submit(Tag(case="c1", tag="kept"))
    desk.worker.note(drafts.Draft("c1", "reply", "half a wor", 10, 5))
    desk.stop()
    desk.replica = None
    db = open_precious(desk.place.precious, KEY)
    draft = drafts.get(db, "c1", "reply")
    waiting = outbox.waiting(db)
    db.close()
    assert draft is not None
    assert draft.text == "half a wor"
    assert [entry.name for entry in waiting] == ["case.tag"]


def test_a_draft_is_saved_soon_by_itself(desk: Running) -> None:
    desk.worker.note(drafts.Draft("c1", "reply", "half a wor", 10, 5))
    db = open_precious(desk.place.precious, KEY)
    saved = threading.Event()
    for _ in range(100):
        if drafts.get(db, "c1", "reply") is not None or saved.wait(0.05):
            break
    draft = drafts.get(db, "c1", "reply")
    db.close()
    assert draft is not None


def test_questions_are_answered_or_not(desk: Running) -> None:
    desk.live()
    assert desk.worker.ask("archive", {"text": "parcel"}).result(10) == {"asked": "archive"}
    desk.worker.set_online(False)
    with pytest.raises(Offline):
        desk.worker.ask("archive").result(10)


def test_signals_come_and_go(serving: Serving, desk: Running) -> None:
    desk.live()
    desk.worker.signal("typing", about="c1")
    assert desk.worker.ask("archive").result(10)  # what was said before has been heard by now
    assert [signal.about for signal in serving.do(lambda server: server.signals)] == ["c1"]
    from_bob = {"kind": "viewing", "about": "c1", "who": "bob"}
    serving.do(lambda server: server.say(server.clients["device-1"], from_bob))
    desk.until(lambda: any(isinstance(item, Heard) and item.signal.who == "bob" for item in desk.other))


def test_without_a_token_it_waits_for_a_sign_in(serving: Serving, tmp_path: Path) -> None:
    desk = Running(tmp_path, serving.url, token="")
    try:
        desk.until(lambda: bool(desk.status) and desk.status[-1].phase is Phase.REVOKED)
        assert serving.heard_headers == []
        desk.worker.use_token("another")
        desk.until(lambda: len(serving.heard_headers) == 1 and desk.status[-1].phase is Phase.REVOKED)
        desk.worker.use_token(TOKEN)
        desk.live()
    finally:
        desk.stop()


def test_nobody_there_is_no_trouble(tmp_path: Path) -> None:
    desk = Running(tmp_path, "http://127.0.0.1:9")
    desk.until(lambda: any(status.retry_at for status in desk.status))
    desk.stop()
    assert desk.other == []


def test_it_remembers_who_works_here_and_what_waits(serving: Serving, tmp_path: Path) -> None:
    first = Running(tmp_path, serving.url)
    first.live()
    replica = first.open()
    first.worker.set_online(False)
    first.until(lambda: first.status[-1].phase is Phase.OFFLINE)
    replica.submit(Tag(case="c1", tag="kept"))
    first.stop()
    second = Running(tmp_path, "http://127.0.0.1:9")
    try:
        assert second.start.who is not None
        assert second.start.who.id == "ann"
        found = second.open().get(Case, "c1")
        assert found is not None
        assert found.tags == ("kept",)
    finally:
        second.stop()


def test_revoked_wipes_what_is_here(serving: Serving, desk: Running) -> None:
    desk.live()
    serving.do(lambda server: server.revoke("device-1"))
    desk.until(lambda: any(isinstance(item, Told) and item.code == "revoked" for item in desk.other))
    assert desk.worker.stop()
    assert not desk.place.replica.exists()
    assert not desk.place.precious.exists()
