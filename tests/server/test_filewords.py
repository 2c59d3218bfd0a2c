"""Words of files at a server that runs: found by whoever may see the file and nobody else, gone when it goes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.server.running import PATIENCE, Company, Desk, Running
from tests.server.test_retention import tell
from tests.text.test_files import pdf, word

from agentdesk.domain.cases import FILE_TEXTS, VISITOR_CONVERSATIONS, FileText
from agentdesk.domain.kernel import Actor
from agentdesk.domain.privacy import Erase
from agentdesk_server import filewords
from agentdesk_server.state import Settings

FILES = (
    ("contract.docx", word("The teapot contract. Card 4111 1111 1111 1111.")), ("invoice.pdf", pdf("A teapot invoice")),
    ("words.txt", b"Die Teekanne zerbrach"), ("broken.pdf", b"%PDF-1.4 no"), ("photo.png", b"teapot"),
)  # fmt: skip


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Company]:
    running = Running(Settings(folder=tmp_path, port=0))
    yield Company(running)
    running.stop()


def eventually(test: Callable[[], Any]) -> None:
    until = time.monotonic() + PATIENCE
    while not test():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_files_are_found_by_their_words(own: Company, tmp_path: Path) -> None:
    visitor = own.visitor()
    brought = [{**visitor.upload(data), "name": name, "type": ""} for name, data in FILES]
    with visitor.line() as line:
        line.message("Here they are.", attachments=brought)
    conversation = own.state.reader.records.page(VISITOR_CONVERSATIONS(visitor=visitor.id), limit=1)[0]

    def texts() -> list[FileText]:
        return own.state.reader.records.page(FILE_TEXTS(case=conversation.case), limit=9)

    eventually(lambda: len(texts()) == 4)
    assert sorted((one.state, one.text) for one in texts()) == [
        ("read", "A teapot invoice"), ("read", "Die Teekanne zerbrach"), ("read", "The teapot contract. Card  ."),
        ("unreadable", ""),
    ]  # fmt: skip
    own.hire("Quinn Low", "quinn@example.com", "quality")
    found = {}
    for email in ("mina@example.com", "quinn@example.com"):
        desk = Desk(own.running.url, own.sign_in(email, email[:4]), email[:4])
        for said in ("teapot", "4111"):
            desk.say({"t": "ask", "id": 1, "question": "search", "args": {"text": "", "terms": [{"text": said}]}})
            result = desk.until("answer")["result"]
            found[email[:4], said] = len(result.get("files", ())), len(result.get("cases", ()))
        desk.close()
    assert found == {("mina", "teapot"): (2, 1), ("mina", "4111"): (0, 0), ("quin", "teapot"): (0, 0),
                     ("quin", "4111"): (0, 0)}  # fmt: skip
    admin = Actor(own.hire("Adam In", "adam@example.com", "admin", ()), "nobody", device="desk")
    tell(own, admin, Erase(erasure="e1", customer=conversation.customer))
    eventually(lambda: not texts())
    eventually(lambda: not own.state.reader.records.find.newest("file_text", "teapot"))


@pytest.mark.parametrize("text", ["IBAN DE89 3704 0044 0532 0130 00 here", "card 4111-1111-1111-1111 here"])
def test_numbers_that_are_hidden_are_not_kept(text: str) -> None:
    assert filewords.kept(text).split()[0] in ("IBAN", "card")
    assert not any(sign.isdigit() for sign in filewords.kept(text))
