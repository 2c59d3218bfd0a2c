"""Story: recorded customers write all at once, and every word is found exactly once, in order, wherever one looks."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import pytest
from tests.server.running import PASSWORD, Company, Process, company

from agentdesk.domain.cases import MESSAGES_AFTER, VISITOR_CONVERSATIONS
from agentdesk.sync.errands import Account
from agentdesk.sync.files import open_reader
from agentdesk.sync.news import Status
from agentdesk.sync.phases import Phase
from agentdesk.sync.worker import Place, Worker
from agentdesk_server.audit.command import run as verify_audit
from agentdesk_server.audit.leaf import decode as leaf_of
from agentdesk_server.audit.lines import LeafLine
from agentdesk_server.audit.lines import decode as line_of
from agentdesk_server.authority.database import open_reader as open_server_reader
from agentdesk_server.core import now
from agentdesk_server.demo.seed import seed
from agentdesk_server.demo.stage import free_port
from agentdesk_server.operating import AuditExport
from agentdesk_server.replay import main as replay
from agentdesk_server.replay.book import Book
from agentdesk_server.replay.dialogues import Dialogue, message_id, read

DIALOGUES = 500
FILE = Path("star", "dialogues.jsonl.gz")
KEY = bytes(range(32))
ROWS = 'SELECT id, rev, scope, "case", seq, kind, author, text, at FROM message ORDER BY id'
Words = dict[str, list[tuple[str, str]]]
"""Dialogue → what its customer says: (id of the message, text), in order."""


class Desk:
    """A laptop without a window: the sync worker over real files."""

    def __init__(self, shop: Company, folder: Path, email: str, device: str) -> None:
        self.place = Place(folder / "replica.db", folder / "precious.db", folder / "staging", KEY)
        self._status: list[Status] = []
        self._changed = threading.Condition()
        account = Account(shop.url, device, "A laptop", shop.sign_in(email, device))
        self.worker = Worker(self.place, account, app="test", on_news=self._notify)
        self.worker.start()

    def _notify(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def until(self, true: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(true, 60), self._status[-3:]

    def is_live(self) -> bool:
        while self.worker.told:
            told = self.worker.told.popleft()
            if isinstance(told, Status):
                self._status.append(told)
        return bool(self._status) and self._status[-1].phase is Phase.LIVE and not self._status[-1].behind

    def rows(self) -> list[Any]:
        """All messages on this laptop."""
        conn = open_reader(self.place.replica, KEY)
        try:
            return list(conn.execute(ROWS))
        finally:
            conn.close()

    def has(self, wanted: list[Any]) -> bool:
        return self.is_live() and self.rows() == wanted


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path / "server") as found:
        found.hire("Omar Haddad", "omar@example.com")
        yield found


@pytest.fixture
def desks(shop: Company, tmp_path: Path) -> Iterator[list[Desk]]:
    """Filled by the test; all of them are closed at its end."""
    made: list[Desk] = []
    yield made
    for desk in made:
        assert desk.worker.stop()


def arguments(shop: Company, file: Path, book: Path, *more: str) -> list[str]:
    where = ["--server", shop.url, "--site", shop.key, "--origin", "https://shop.example"]
    return [str(file), *where, "--speed", "0", "--visitors", "40", "--state", str(book), *more]


def words(dialogues: list[Dialogue]) -> Words:
    return {d.id: [(message_id("", d, line), line.text) for line in d.lines] for d in dialogues}


def in_truth(folder: Path, book: Book, dialogue: str) -> list[tuple[str, str]]:
    """What the server has of the visitor who played a dialogue, through their one conversation."""
    reader = open_server_reader(folder)
    try:
        ticket = book.ticket(dialogue)
        assert ticket is not None
        (conversation,) = reader.records.page(VISITOR_CONVERSATIONS(visitor=ticket.visitor))
        said = reader.records.page(MESSAGES_AFTER(case=conversation.case, seq=0), limit=500)
        assert [message.seq for message in said] == list(range(1, len(said) + 1))
        assert {message.conversation for message in said} == {conversation.id}
        return [(message.id, message.text) for message in said]
    finally:
        reader.close()


def truth_rows(folder: Path) -> list[Any]:
    reader = open_server_reader(folder)
    try:
        return list(reader.conn.execute(ROWS))
    finally:
        reader.close()


def in_audit(shop: Company, file: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The ids of all customers' messages, as the exported log tells them, after it has been verified."""
    sentence = shop.running.operate(AuditExport(file=str(file)))
    assert verify_audit([str(file), "--key", sentence.rpartition(" ")[2]]) == 0
    assert "untouched" in capsys.readouterr().out
    lines = [line_of(line) for line in file.read_bytes().splitlines(keepends=True)]
    leaves = [leaf_of(line.leaf) for line in lines if isinstance(line, LeafLine)]
    spoken = [leaf for leaf in leaves if leaf.command in ("case.open", "case.receive")]
    assert {leaf.outcome for leaf in spoken} == {"done"}
    return [id for leaf in spoken for kind, id in leaf.touched if kind == "message"]


@pytest.mark.slow
def test_every_word_of_500_dialogues_is_everywhere_once_and_in_order(
    shop: Company, desks: list[Desk], data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One desk is there from the beginning, the other comes in the middle; half of the dialogues are played twice."""
    folder = shop.running.settings.folder
    said = words(list(islice(read(data_dir / FILE), DIALOGUES)))
    count = sum(map(len, said.values()))
    book = tmp_path / "book"
    desks.append(Desk(shop, tmp_path / "one", "mina@example.com", "one"))
    desks[0].until(desks[0].is_live)

    assert replay(arguments(shop, data_dir / FILE, book, "--limit", str(DIALOGUES // 2))) == 0
    desks.append(Desk(shop, tmp_path / "two", "omar@example.com", "two"))
    assert replay(arguments(shop, data_dir / FILE, book, "--limit", str(DIALOGUES))) == 0
    assert f"{count} messages: {count} acknowledged, 0 not" in capsys.readouterr().out

    truth = truth_rows(folder)
    assert len(truth) == count
    assert {dialogue: in_truth(folder, Book(book), dialogue) for dialogue in said} == said
    for desk in desks:
        desk.until(lambda desk=desk: desk.has(truth))  # type: ignore[misc]
    logged = in_audit(shop, tmp_path / "audit.jsonl", capsys)
    place = {id: number for number, id in enumerate(logged)}
    assert len(logged) == len(place) == count
    assert all(place[a] < place[b] for lines in said.values() for (a, _), (b, _) in pairwise(lines))


def test_a_replay_that_is_killed_goes_on_and_doubles_nothing(shop: Company, data_dir: Path, tmp_path: Path) -> None:
    """Three times in the middle of things; each time the next one goes on as the same customers."""
    folder = shop.running.settings.folder
    said = words(list(islice(read(data_dir / FILE), 40)))
    total = sum(map(len, said.values()))
    book = tmp_path / "book"
    options = arguments(shop, data_dir / FILE, book, "--limit", "40")
    for enough in (5, 45, 90):
        command = [sys.executable, "-m", "agentdesk.cli", "replay", *options, "--speed", "20"]
        process = subprocess.Popen(command)
        while process.poll() is None and len(truth_rows(folder)) < enough:
            time.sleep(0.02)
        process.kill()
        assert process.wait() != 0
        assert enough <= len(truth_rows(folder)) < total
    assert replay(options) == 0
    assert {dialogue: in_truth(folder, Book(book), dialogue) for dialogue in said} == said
    assert len(truth_rows(folder)) == total


def test_a_server_that_is_killed_loses_and_doubles_nothing(data_dir: Path, tmp_path: Path) -> None:
    """Three power cuts while customers write: each of them comes back and says what was not acknowledged."""
    said = words(list(islice(read(data_dir / FILE), 30)))
    ids = {id for lines in said.values() for id, _ in lines}
    folder, book, port = tmp_path / "server", tmp_path / "book", str(free_port())
    asyncio.run(seed(folder, now(), (f"http://127.0.0.1:{port}",), PASSWORD))
    server = Process(folder, "--port", port)
    options = ["--server", server.url, "--speed", "300", "--visitors", "40", "--limit", "30", "--state", str(book)]
    customers = subprocess.Popen([sys.executable, "-m", "agentdesk.cli", "replay", str(data_dir / FILE), *options])
    try:
        for enough in (20, 60, 100):
            while len(ids.intersection(row[0] for row in truth_rows(folder))) < enough:
                assert customers.poll() is None
                time.sleep(0.02)
            server.kill()
            server = Process(folder, "--port", port)
        assert customers.wait(100) == 0
    finally:
        customers.kill()
        customers.wait()
        server.stop()
    assert {dialogue: in_truth(folder, Book(book), dialogue) for dialogue in said} == said
    assert len(ids.intersection(row[0] for row in truth_rows(folder))) == len(ids)
