"""The whole desk at a real server: signing in, working, losing the line, ending suddenly, coming back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from tests.server.running import PASSWORD, Company, Visitor, company

from agentdesk.desk import glance
from agentdesk.desk.actions import normal
from agentdesk.desk.app import Program, arguments, main
from agentdesk.desk.heldback import HeldDialog, typed_facts
from agentdesk.desk.pages.key import KeyPage
from agentdesk.desk.pages.sign_in import SignInPage
from agentdesk.desk.session import Session
from agentdesk.desk.settings import Settings
from agentdesk.desk.widgets.sure import Sure
from agentdesk.domain import catalogue
from agentdesk.domain.cases import MESSAGES, Case, Note, Reply
from agentdesk.protocol.frames import Ack
from agentdesk.store.vault import SessionVault
from agentdesk.sync.news import News, Refused
from agentdesk.sync.passport import Tokens
from agentdesk.sync.phases import Phase

PATIENCE = 20_000


class KeptVault(SessionVault):
    """A keyring for a test: keeps as long as the test does."""

    lasting = True


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    with company(tmp_path_factory.mktemp("data") / "server") as found:
        yield found


Start = Callable[[], Program]


@contextmanager
def starting(folder: Path, vault: SessionVault) -> Iterator[Start]:
    """Starts the desk; again and again over the same files and the same keyring."""
    made = list[Program]()

    def run() -> Program:
        program = Program(folder, Settings(folder), vault=vault)
        made.append(program)
        program.start()
        return program

    yield run
    for program in made:
        program.close()
        for window in (program.front, program.shell):
            if window is not None:
                window.hide()
                window.deleteLater()


@pytest.fixture
def start(qtbot: QtBot, tmp_path: Path) -> Iterator[Start]:
    with starting(tmp_path, KeptVault()) as run:
        yield run


def sign_in(program: Program, shop: Company, password: str = PASSWORD) -> SignInPage:
    page = program.front.page
    assert isinstance(page, SignInPage)
    page.server.line.setText(shop.url)
    page.email.line.setText("mina@example.com")
    page.password.line.setText(password)
    page.submit()
    return page


def live(qtbot: QtBot, program: Program) -> Session:
    qtbot.waitUntil(
        lambda: program.session is not None and program.session.live.status.phase is Phase.LIVE, timeout=PATIENCE
    )
    assert program.session is not None
    return program.session


def arrive(shop: Company, text: str) -> Visitor:
    """A customer asks something."""
    visitor = shop.visitor(name="Lena Sorensen", lang="en", page={"url": "https://shop.example/x", "title": "X"})
    with visitor.line() as line:
        line.message(text)
    return visitor


def case_about(qtbot: QtBot, session: Session, text: str) -> Case:
    """The case in which this was said, once it is here."""
    session.queue.list.show_view("all")

    def found() -> list[Case]:
        model = session.queue.list.model
        model.release()
        cases = [model.record(row) for row in range(model.rowCount())]
        return [case for case in cases if isinstance(case, Case) and case.preview == text]

    qtbot.waitUntil(lambda: bool(found()), timeout=PATIENCE)
    return found()[0]


def said(session: Session, case: str) -> list[str]:
    return [message.text for message in session.live.view.page(MESSAGES(case=case)) if message.text]


def seen(dialog: HeldDialog) -> set[str]:
    return {one.text() for one in dialog.findChildren(QLabel) if one.isVisibleTo(dialog)}


def test_a_wrong_password_stands_beside_the_field(qtbot: QtBot, start: Start, shop: Company) -> None:
    program = start()
    page = sign_in(program, shop, "wrong")
    qtbot.waitUntil(lambda: bool(page.password._wrong.text()), timeout=PATIENCE)
    assert program.session is None
    assert page.go.isEnabled()


def test_a_server_that_is_not_there(qtbot: QtBot, start: Start, shop: Company) -> None:
    program = start()
    page = program.front.page
    assert isinstance(page, SignInPage)
    page.server.line.setText("http://127.0.0.1:9")
    page.email.line.setText("mina@example.com")
    page.password.line.setText(PASSWORD)
    page.submit()
    qtbot.waitUntil(lambda: bool(page.server._wrong.text()), timeout=PATIENCE)


def test_the_queue_lives(qtbot: QtBot, start: Start, shop: Company) -> None:
    program = start()
    sign_in(program, shop)
    session = live(qtbot, program)
    assert not program.front.isVisible()
    visitor = arrive(shop, "Where is my parcel?")
    case = case_about(qtbot, session, "Where is my parcel?")
    session.queue.show_case(case.id)
    assert session.queue.subject() == f"#{case.number}"
    assert session.live.do(Reply(case=case.id, message=session.live.new_id(), text="On its way.", seen=case.seq))
    with visitor.line() as line:
        line.until_text("On its way.")
    qtbot.waitUntil(lambda: session.live.status.waiting == 0, timeout=PATIENCE)
    assert session.live.view.get(Case, case.id).assignee == session.live.me.id  # type: ignore[union-attr]


def test_what_is_done_offline_is_kept_through_a_sudden_end(qtbot: QtBot, start: Start, shop: Company) -> None:
    program = start()
    sign_in(program, shop)
    session = live(qtbot, program)
    arrive(shop, "Is anybody there?")
    case = case_about(qtbot, session, "Is anybody there?")
    session.queue.show_case(case.id)
    session.work_online(False)
    qtbot.waitUntil(lambda: session.live.status.phase is Phase.OFFLINE, timeout=PATIENCE)
    assert session.live.do(Note(case=case.id, message=session.live.new_id(), text="Kept."))
    session.live.drafts.typed(case.id, "reply", "I am just writ", 14)
    qtbot.waitUntil(lambda: session.live.status.waiting >= 1, timeout=PATIENCE)
    program.close()

    again = start()
    qtbot.waitUntil(lambda: again.session is not None, timeout=PATIENCE)
    after = again.session
    assert after is not None
    assert after.queue.list.open_case == case.id
    draft = after.live.drafts.get(case.id, "reply")
    assert draft is not None
    assert draft.text == "I am just writ"
    assert "Kept." in said(after, case.id)
    live(qtbot, again)
    qtbot.waitUntil(lambda: after.live.status.waiting == 0, timeout=PATIENCE)
    assert "Kept." in said(after, case.id)


def test_a_reply_that_came_too_late_is_held_back(qtbot: QtBot, start: Start, shop: Company) -> None:
    program = start()
    sign_in(program, shop)
    session = live(qtbot, program)
    visitor = arrive(shop, "First question")
    case = case_about(qtbot, session, "First question")
    session.queue.show_case(case.id)
    session.work_online(False)
    qtbot.waitUntil(lambda: session.live.status.phase is Phase.OFFLINE, timeout=PATIENCE)
    with visitor.line() as line:
        line.message("Never mind, found it")
    assert session.live.do(Reply(case=case.id, message=session.live.new_id(), text="Let me look", seen=case.seq))
    session.work_online(True)
    qtbot.waitUntil(lambda: bool(session.live.refusals(case.id)), timeout=PATIENCE)
    refused = session.live.refusals(case.id)[0]
    assert refused.draft == "Let me look"
    draft = session.live.drafts.get(case.id, "reply")
    assert draft is not None
    assert draft.text == "Let me look"
    assert "Let me look" not in said(session, case.id)
    assert session.queue.conversation.card.isVisibleTo(session.queue.conversation)
    program.close()
    session = live(qtbot, start())
    qtbot.waitUntil(lambda: session.live.held_back == 1, timeout=PATIENCE)
    session._shell.status.outbox_asked.emit()
    (dialog,) = session._shell.findChildren(HeldDialog)
    assert typed_facts(session.live.held()[0].command) == [("Text", "Let me look")]
    assert "Let me look" in seen(dialog)
    note = Note(case="c-erased", message=session.live.new_id(), text="Her new number")
    late = Refused(99, note, Ack(99, "refused", sentence="This case is no longer there."), held="late")
    session.live._follow(News(applied=0, refused=(late,)))
    qtbot.waitUntil(lambda: {"Let me look", "Her new number"} <= seen(dialog), timeout=PATIENCE)
    session.live._follow(News(applied=0, erased=("c-erased",)))
    assert "Her new number" not in seen(dialog), "what is erased stays on no screen"
    drop = next(one for one in dialog.findChildren(Sure) if one.isVisibleTo(dialog))
    drop.click()
    drop.click()
    assert session.live.refusals(case.id) == ()
    assert session.live.held_back == 0
    assert "Nothing is held back." in seen(dialog)
    dialog.reject()


def test_a_reply_that_waits_is_taken_back(qtbot: QtBot, start: Start, shop: Company) -> None:
    program = start()
    sign_in(program, shop)
    session = live(qtbot, program)
    visitor = arrive(shop, "Do you ship to Norway?")
    case = case_about(qtbot, session, "Do you ship to Norway?")
    session.queue.show_case(case.id)
    session.work_online(False)
    qtbot.waitUntil(lambda: session.live.status.phase is Phase.OFFLINE, timeout=PATIENCE)
    panel = session.queue.conversation
    panel.composer.put_text("Yes, of corse")
    assert panel.sending.send()
    assert panel.composer.text() == ""
    entry = panel.timeline.entries.items[-1]
    assert entry.waiting
    panel.timeline.acted.emit("take_back", entry.key)
    assert panel.composer.text() == "Yes, of corse"
    assert "Yes, of corse" not in said(session, case.id)

    session.work_online(True)
    live(qtbot, program)
    note = session.live.new_id()
    assert session.live.do(Note(case=case.id, message=note, text="After it."))
    qtbot.waitUntil(lambda: not session.live.waiting(), timeout=PATIENCE)
    assert said(session, case.id) == ["After it.", "Do you ship to Norway?"]
    assert not session.live.refusals(case.id)
    draft = session.live.drafts.get(case.id, "reply")
    assert draft is not None
    assert draft.text == "Yes, of corse"

    sent = session.live.new_id()
    assert session.live.do(Reply(case=case.id, message=sent, text="Yes, of course", seen=case.seq))
    with visitor.line() as line:
        line.until_text("Yes, of course")
    assert not session.live.take_back(sent)
    qtbot.waitUntil(lambda: not session.live.waiting(), timeout=PATIENCE)
    assert said(session, case.id) == ["Yes, of course", "After it.", "Do you ship to Norway?"]


def test_availability_is_declared(qtbot: QtBot, start: Start, shop: Company) -> None:
    program = start()
    sign_in(program, shop)
    session = live(qtbot, program)
    shell = program.shell
    assert shell is not None
    assert shell.book.run("you.away", shell.context())
    assert shell.rail.person.accessibleName().endswith("Away")
    assert shell.book.run("you.online", shell.context())
    qtbot.waitUntil(lambda: session.live.status.waiting == 0, timeout=PATIENCE)


def test_a_key_does_one_thing(qtbot: QtBot, start: Start, shop: Company) -> None:
    program = start()
    sign_in(program, shop)
    live(qtbot, program)
    assert program.shell is not None
    keyed = [one for one in program.shell.book.all() if one.key and one.key != "Escape"]  # that leaves what came last
    clashes = [
        (one.id, other.id, one.key)
        for one, other in combinations(keyed, 2)
        if normal(one.key) == normal(other.key) and (one.page == other.page or "" in (one.page, other.page))
    ]
    assert clashes == []


def test_signing_out_and_in_again(qtbot: QtBot, start: Start, shop: Company) -> None:
    program = start()
    sign_in(program, shop)
    live(qtbot, program)
    shell = program.shell
    assert shell is not None
    shell.book.run("you.sign_out", shell.context())
    qtbot.waitUntil(lambda: isinstance(program.front.page, SignInPage) and program.session is None, timeout=PATIENCE)
    assert program.front.isVisible()
    sign_in(program, shop)
    live(qtbot, program)


def test_a_session_that_ends_asks_for_the_password(qtbot: QtBot, start: Start, shop: Company) -> None:
    program = start()
    sign_in(program, shop)
    session = live(qtbot, program)
    session.work_online(False)
    qtbot.waitUntil(lambda: session.live.status.phase is Phase.OFFLINE, timeout=PATIENCE)
    passport = session.live._worker._real._inside.account.passport  # type: ignore[union-attr]
    assert passport is not None
    passport.use(Tokens("not-a-token", 1 << 52, "not-one-either"))
    session.work_online(True)
    qtbot.waitUntil(lambda: session.live.status.phase is Phase.REVOKED, timeout=PATIENCE)
    shell = program.shell
    assert shell is not None
    notice = shell.notices.current()
    assert notice is not None
    assert notice.run is not None
    notice.run()
    page = program.front.page
    assert isinstance(page, SignInPage)
    assert not page.email.isEnabled()
    page.password.line.setText(PASSWORD)
    page.submit()
    live(qtbot, program)
    assert not program.front.isVisible()


def test_without_a_keyring_nothing_is_kept_unasked(
    qtbot: QtBot, tmp_path: Path, shop: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none() -> None:
        raise glance.NoKeyring("No keyring was found on this computer.")

    monkeypatch.setattr(glance, "keyring", none)
    program = Program(tmp_path, Settings(tmp_path))
    program.start()
    sign_in(program, shop)
    qtbot.waitUntil(lambda: isinstance(program.front.page, KeyPage), timeout=PATIENCE)
    assert list(tmp_path.glob("**/*.db")) == []
    page = program.front.page
    assert isinstance(page, KeyPage)
    page.session_only.click()
    live(qtbot, program)
    program.close()
    for window in (program.front, program.shell):
        assert window is not None
        window.hide()
        window.deleteLater()


def test_a_profile_has_a_plain_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--profile", "../other"]) == 2
    assert "letters" in capsys.readouterr().err
    assert arguments(["--server", "https://x.example"]).profile == "default"


def test_without_a_display_it_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Qt would end the process without a word."""
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert main([]) == 1
    assert "There is no display here" in capsys.readouterr().err


def test_a_shape_is_the_same_in_whatever_order_its_parts_were_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    before = glance.shape()
    for name in ("RECORDS", "QUESTIONS"):
        found = getattr(catalogue, name)
        monkeypatch.setattr(catalogue, name, dict(reversed(found.items())))
    assert glance.shape() == before
