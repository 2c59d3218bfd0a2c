"""Story: a person at the real window, with mouse and keys, and a customer at a real socket, through a real server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from tests.server.running import PASSWORD
from tests.stories.rig import Company

from agentdesk.desk.app import Program
from agentdesk.desk.pages.sign_in import SignInPage
from agentdesk.desk.session import Session
from agentdesk.desk.settings import Settings
from agentdesk.domain.cases import Case
from agentdesk.store.vault import SessionVault
from agentdesk.sync.phases import Phase

PATIENCE = 30_000
LEFT = Qt.MouseButton.LeftButton


class KeptVault(SessionVault):
    """A keyring for a test: keeps as long as the test does."""

    lasting = True


@pytest.fixture
def program(qtbot: QtBot, tmp_path: Path) -> Iterator[Program]:
    program = Program(tmp_path, Settings(tmp_path), vault=KeptVault())
    program.start()
    yield program
    program.close()
    for window in (program.front, program.shell):
        if window is not None:
            window.hide()
            window.deleteLater()


def test_sign_in_claim_reply_and_the_customer_reads_it(qtbot: QtBot, program: Program, company: Company) -> None:
    session = sign_in(qtbot, program, company)
    customer = company.visitor(name="Ada Quist", lang="en", page={"url": "https://shop.example/x", "title": "X"})
    with customer.line() as chat:
        chat.message("Do you ship to Iceland?")
        case = first_case(qtbot, session, "Do you ship to Iceland?")
        session.queue.show_case(case)
        panel = session.queue.conversation
        qtbot.waitUntil(panel.header.claim.isVisible, timeout=PATIENCE)
        qtbot.mouseClick(panel.header.claim, LEFT)
        qtbot.waitUntil(lambda: on_server(company, case).assignee == session.live.me.id, timeout=PATIENCE)
        qtbot.keyClicks(panel.composer.box, "Yes, we do.")
        assert panel.composer.text() == "Yes, we do."
        qtbot.mouseClick(panel.composer.send, LEFT)
        chat.until_text("Yes, we do.")
        assert chat.texts() == ["Do you ship to Iceland?", "Yes, we do."]
    assert panel.composer.text() == ""
    settle(qtbot, lambda: session.live.status.waiting == 0)


def settle(qtbot: QtBot, true: Callable[[], bool]) -> None:
    qtbot.waitUntil(true, timeout=PATIENCE)


def sign_in(qtbot: QtBot, program: Program, company: Company) -> Session:
    page = program.front.page
    assert isinstance(page, SignInPage)
    for field, text in ((page.server, company.server.url), (page.email, "mina@example.com"), (page.password, PASSWORD)):
        field.line.clear()
        qtbot.keyClicks(field.line, text)
    qtbot.mouseClick(page.go, LEFT)
    settle(qtbot, lambda: program.session is not None and program.session.live.status.phase is Phase.LIVE)
    assert program.session is not None
    return program.session


def first_case(qtbot: QtBot, session: Session, question: str) -> str:
    """The case with this question, once it is in the list of all."""
    session.queue.list.show_view("all")
    model = session.queue.list.model

    def found() -> list[str]:
        model.release()
        cases = [model.record(row) for row in range(model.rowCount())]
        return [case.id for case in cases if isinstance(case, Case) and case.preview == question]

    settle(qtbot, lambda: bool(found()))
    return found()[0]


def on_server(company: Company, case: str) -> Case:
    with company.server.truth() as database:
        found = database.records.of(Case, case)
    assert found is not None
    return found
