"""A role changes while its person works, at a real server: the desk lets go of what the role before has seen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from tests.desk.test_app import KeptVault, live, starting
from tests.server.running import PASSWORD, Company, company

from agentdesk.desk.app import Program
from agentdesk.desk.pages.sign_in import SignInPage
from agentdesk.desk.session import Session
from agentdesk.domain.cases import MESSAGES, Case
from agentdesk_server.operating import PersonUpdate

CARD = "4111111111111111"
PATIENCE = 20_000


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    with company(tmp_path_factory.mktemp("data") / "server") as found:
        found.hire("Sue Per", "sue@example.com", "supervisor")
        yield found


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path, shop: Company) -> Iterator[Session]:
    shop.running.operate(PersonUpdate(person="sue@example.com", role="supervisor"))
    with starting(tmp_path, KeptVault()) as start:
        program = start()
        page = program.front.page
        assert isinstance(page, SignInPage)
        for field, text in ((page.server, shop.url), (page.email, "sue@example.com"), (page.password, PASSWORD)):
            field.line.setText(text)
        page.submit()
        found = live(qtbot, program)
        found.program = program  # type: ignore[attr-defined]
        yield found


def become(shop: Company, role: str) -> None:
    shop.running.operate(PersonUpdate(person="sue@example.com", role=role))


def texts(session: Session) -> list[str]:
    return [item.message.text for item in session.queue.conversation.timeline.entries.items if item.message]


def case_with(qtbot: QtBot, session: Session, shop: Company, text: str) -> Case:
    visitor = shop.visitor(name="Lena Sorensen", lang="en", page={"url": "https://shop.example/x", "title": "X"})
    with visitor.line() as line:
        line.message(text)
    panel = session.queue.list
    panel.show_view("all")

    def found() -> list[Case]:
        panel.model.release()
        records = [panel.model.record(row) for row in range(panel.model.rowCount())]
        return [one for one in records if isinstance(one, Case) and one.preview.startswith(text[:6])]

    qtbot.waitUntil(lambda: bool(found()), timeout=PATIENCE)
    session.queue.show_case(found()[0].id)
    return found()[0]


def test_a_supervisor_who_is_an_agent_now(qtbot: QtBot, session: Session, shop: Company) -> None:
    case = case_with(qtbot, session, shop, f"Refund to {CARD} please")
    (message,) = session.live.view.page(MESSAGES(case=case.id))
    told: list[str] = []
    place = ("message", message.id, "text")
    session.live.revealed.ask(place, "payment", "The customer asks for a refund.", told.append)
    qtbot.waitUntil(lambda: told == [""] and any(CARD in text for text in texts(session)), timeout=PATIENCE)
    program: Program = session.program  # type: ignore[attr-defined]
    shell = program.shell
    assert shell is not None
    shell.open_page("rights")
    shell.notices.refuse(f"Not sent to {CARD}", personal=True)
    shell.open_palette()
    become(shop, "agent")
    qtbot.waitUntil(lambda: session.live.me.role == "agent", timeout=PATIENCE)
    assert "rights" not in [page.id for page in shell.pages()]
    assert shell.notices.current() is None
    assert not shell.palette_panel.overlay.isVisible()
    assert not session.live.me.may("field.reveal")
    qtbot.waitUntil(lambda: session.live.view.get(Case, case.id) is not None, timeout=PATIENCE)
    session.queue.show_case(case.id)
    qtbot.waitUntil(lambda: len(texts(session)) == 1, timeout=PATIENCE)
    assert CARD not in repr(texts(session)) + repr(vars(session.live.revealed))
    assert session.queue.conversation.hidden.targets() == []
    session.live.revealed.ask(place, "payment", "The customer asks for a refund.", told.append)
    qtbot.waitUntil(lambda: len(told) == 2, timeout=PATIENCE)
    assert told[1] != ""
    assert CARD not in repr(texts(session))


def test_an_agent_who_is_a_supervisor_now(qtbot: QtBot, session: Session, shop: Company) -> None:
    """May do at once what supervisors may, without a new sign-in."""
    become(shop, "agent")
    qtbot.waitUntil(lambda: session.live.me.role == "agent", timeout=PATIENCE)
    become(shop, "supervisor")
    qtbot.waitUntil(lambda: session.live.me.role == "supervisor", timeout=PATIENCE)
    program: Program = session.program  # type: ignore[attr-defined]
    shell = program.shell
    assert shell is not None
    shell.open_page("rights")
    page = session.hosting._hosts["rights"].real
    assert page.form.isVisibleTo(page.widget)
    assert "rights.door" in [action.id for action in page.actions]
