"""Second step, browser and fresh proof at the desk: against a real server, with a browser that a test plays."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from pytestqt.qtbot import QtBot
from tests.desk.access import keyless, nameless
from tests.desk.test_app import KeptVault, starting
from tests.server.provider import Provider
from tests.server.running import PASSWORD, PATIENCE, Company, company
from tests.server.signing import Caller

from agentdesk.desk.app import Program
from agentdesk.desk.pages.in_browser import InBrowserPage
from agentdesk.desk.pages.second_step import SecondStepPage
from agentdesk.desk.pages.sign_in import SignInPage
from agentdesk.desk.proving import ProofPanel
from agentdesk.desk.session import Session
from agentdesk.domain.people import AddTeam, Team
from agentdesk.sync.http import Problem
from agentdesk.sync.loopback import Cancelled, Loopback
from agentdesk.sync.phases import Phase
from agentdesk_server.gate.operating import OidcSet, SecondFactorRequire

WAIT = 30_000


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    made = Provider()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, provider: Provider) -> Iterator[Company]:
    with company(tmp_path_factory.mktemp("data") / "server", egress_allow=(provider.url,)) as found:
        found.running.operate(OidcSet(issuer=provider.url, client_id="desk", secret="s"))
        yield found


@pytest.fixture
def caller(shop: Company) -> Caller:
    """Somebody new, with an authenticator app."""
    email = f"{secrets.token_hex(6)}@example.com"
    shop.hire("Some Body", email, "admin", ())
    made = Caller(shop, email, "phone")
    made.sign_in()
    made.enrol()
    return made


@pytest.fixture
def program(qtbot: QtBot, tmp_path: Path) -> Iterator[Program]:
    with starting(tmp_path, KeptVault()) as start:
        yield start()


def first_step(program: Program, shop: Company, email: str) -> SignInPage:
    page = program.front.page
    assert isinstance(page, SignInPage)
    page.server.line.setText(shop.url)
    page.email.line.setText(email)
    page.password.line.setText(PASSWORD)
    return page


def shown(qtbot: QtBot, program: Program, kind: type[Any]) -> Any:
    qtbot.waitUntil(lambda: isinstance(program.front.page, kind), timeout=WAIT)
    return program.front.page


def desk(qtbot: QtBot, program: Program) -> Session:
    qtbot.waitUntil(
        lambda: program.session is not None and program.session.live.status.phase is Phase.LIVE, timeout=WAIT
    )
    assert program.session is not None
    return program.session


def asked(qtbot: QtBot, session: Session) -> None:
    """The prompt for a fresh proof stands, and knows what to ask for."""
    proving = session.proving
    qtbot.waitUntil(lambda: not proving.overlay.isHidden() and proving.panel.go.isEnabled(), timeout=WAIT)


def test_a_code_after_the_password(qtbot: QtBot, program: Program, caller: Caller) -> None:
    first_step(program, caller.shop, caller.email).submit()
    page = shown(qtbot, program, SecondStepPage)
    assert page.use_passkey.isHidden()
    assert page.secret.isHidden()
    page.submit()
    assert page.code._wrong.text() == "Type a code."
    page.code.line.setText("000000")
    page.submit()
    qtbot.waitUntil(lambda: "wrong or was used" in page.code._wrong.text(), timeout=WAIT)
    page.code.line.setText(caller.code())
    page.submit()
    session = desk(qtbot, program)
    assert session.live.identity.email == caller.email
    assert not program.front.isVisible()


def test_the_way_back_from_the_second_step(qtbot: QtBot, program: Program, caller: Caller) -> None:
    first_step(program, caller.shop, caller.email).submit()
    shown(qtbot, program, SecondStepPage).back.click()
    assert isinstance(program.front.page, SignInPage)


def test_a_ticket_that_has_ended_leads_back_with_a_sentence(qtbot: QtBot, program: Program, caller: Caller) -> None:
    first_step(program, caller.shop, caller.email).submit()
    page = shown(qtbot, program, SecondStepPage)
    caller.shop.state.entry.halves.end(lambda half: True)
    page.code.line.setText(caller.code())
    page.submit()
    begin = shown(qtbot, program, SignInPage)
    assert "took too long" in begin.password._wrong.text()


def test_who_must_have_an_app_sets_it_up(qtbot: QtBot, program: Program, shop: Company) -> None:
    email = f"{secrets.token_hex(6)}@example.com"
    shop.hire("New Body", email)
    shop.running.operate(SecondFactorRequire(roles=["agent"]))
    try:
        first_step(program, shop, email).submit()
        page = shown(qtbot, program, SecondStepPage)
        assert len(page.secret.text()) == 32
        page.code.line.setText(Caller(shop, email, secret=page.secret.text()).code())
        page.submit()
        desk(qtbot, program)
    finally:
        shop.running.operate(SecondFactorRequire(roles=[]))


class Browser:
    """Opens what a desk wants opened, goes to the provider and comes back."""

    def __init__(self, provider: Provider, **back: str) -> None:
        self._provider, self._back = provider, back
        self.opened: list[str] = []
        self.last: requests.Response | None = None
        self.stay = False

    def __call__(self, url: str) -> bool:
        self.opened.append(url)
        if self.stay:
            return True
        with requests.Session() as browser:
            leaving = browser.get(url, timeout=PATIENCE, allow_redirects=False)
            sent = self._provider.visited(leaving.headers["Location"])
            fields = {"code": "c0de", "state": sent["state"], **self._back}
            back = browser.get(sent["redirect_uri"], params=fields, timeout=PATIENCE, allow_redirects=False)
            self.loopback = back.headers["Location"]
        return True


def test_through_the_browser(qtbot: QtBot, program: Program, provider: Provider, shop: Company) -> None:
    """Out, back to the loopback, and in; the code there is worth nothing to whoever else reads it."""
    provider.reset()
    browser = Browser(provider)
    program.entrance.steps.open_url = browser
    first_step(program, shop, "").submit_browser()
    waiting = shown(qtbot, program, InBrowserPage)
    assert nameless(waiting) == []
    arrive(browser.loopback)
    session = desk(qtbot, program)
    assert session.live.identity.person == shop.agent
    assert session.live.identity.email == "mina@example.com"


def arrive(url: str, wrong: bool = False) -> None:
    answer = requests.get(url, timeout=PATIENCE)
    assert answer.status_code == (404 if wrong else 200)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "<script" not in answer.text


def test_what_the_browser_brings_may_be_a_no(qtbot: QtBot, program: Program, provider: Provider, shop: Company) -> None:
    provider.reset()
    browser = Browser(provider, error="access_denied", code="")
    program.entrance.steps.open_url = browser
    first_step(program, shop, "").submit_browser()
    shown(qtbot, program, InBrowserPage)
    arrive(browser.loopback)
    page = shown(qtbot, program, SignInPage)
    qtbot.waitUntil(lambda: "cancelled" in page._word.text(), timeout=WAIT)


def test_one_can_open_it_again_and_cancel(qtbot: QtBot, program: Program, provider: Provider, shop: Company) -> None:
    browser = Browser(provider)
    browser.stay = True
    program.entrance.steps.open_url = browser
    first_step(program, shop, "").submit_browser()
    page = shown(qtbot, program, InBrowserPage)
    page.open_again.click()
    assert len(browser.opened) == 2
    assert len(set(browser.opened)) == 1
    page.back.click()
    assert isinstance(program.front.page, SignInPage)


def test_a_privileged_act_asks_for_a_proof_and_is_done_again(qtbot: QtBot, program: Program, caller: Caller) -> None:
    first_step(program, caller.shop, caller.email).submit()
    page = shown(qtbot, program, SecondStepPage)
    page.code.line.setText(caller.code())
    page.submit()
    session = desk(qtbot, program)
    caller.shop.state.gate.fresh.forget(session.live.me.id)
    team = session.live.new_id()
    session.live.do(AddTeam(team=team, name="Proved"))
    panel = session.proving.panel
    qtbot.waitUntil(lambda: not session.proving.overlay.isHidden() and panel.code.isVisibleTo(panel), timeout=WAIT)
    assert caller.shop.state.reader.records.of(Team, team) is None
    panel.code.line.setText("000000")
    panel.go.click()
    qtbot.waitUntil(lambda: "wrong or was used" in panel.code._wrong.text(), timeout=WAIT)
    panel.code.line.setText(caller.code(1))
    panel.go.click()
    qtbot.waitUntil(lambda: caller.shop.state.reader.records.of(Team, team) is not None, timeout=WAIT)
    assert session.proving.overlay.isHidden()


def test_who_cancels_has_done_nothing(qtbot: QtBot, program: Program, shop: Company) -> None:
    email = f"{secrets.token_hex(6)}@example.com"
    person = shop.hire("Plain Admin", email, "admin", ())
    first_step(program, shop, email).submit()
    session = desk(qtbot, program)
    shop.state.gate.fresh.forget(person)
    team = session.live.new_id()
    session.live.do(AddTeam(team=team, name="Never"))
    panel = session.proving.panel
    asked(qtbot, session)
    panel.cancel.click()
    assert session.proving._waiting == []
    assert shop.state.reader.records.of(Team, team) is None


def test_ones_own_ways_at_the_desk(qtbot: QtBot, program: Program, shop: Company) -> None:
    """Set up an app, get recovery codes, change the password: each with a sentence for what is wrong."""
    email = f"{secrets.token_hex(6)}@example.com"
    shop.hire("Own Body", email)
    first_step(program, shop, email).submit()
    session = desk(qtbot, program)
    ways, panel = session.ways, session.ways.panel
    ways.open()
    qtbot.waitUntil(lambda: panel.set_up.isVisibleTo(panel), timeout=WAIT)
    panel.old.line.setText(PASSWORD)
    panel.new.line.setText("Passw0rd2024")
    panel.change.click()
    qtbot.waitUntil(lambda: "first that are guessed" in panel.word.text(), timeout=WAIT)
    panel.new.line.setText("quite another phrase")
    panel.change.click()
    qtbot.waitUntil(lambda: "password is changed" in panel.word.text(), timeout=WAIT)
    panel.set_up.click()
    asked(qtbot, session)
    session.proving.panel.password.line.setText("quite another phrase")
    session.proving.panel.go.click()
    qtbot.waitUntil(lambda: panel.secret.isVisibleTo(panel), timeout=WAIT)
    phone = Caller(shop, email, secret=panel.secret.text())
    panel.code.line.setText(phone.code())
    panel.confirm.click()
    qtbot.waitUntil(lambda: len(panel.codes.text().split()) == 10, timeout=WAIT)
    qtbot.waitUntil(lambda: panel.remove_app.isVisibleTo(panel), timeout=WAIT)
    ways.overlay.close_panel()
    assert (panel.codes.text(), panel.secret.text()) == ("", "")


def test_all_of_it_has_names(qtbot: QtBot) -> None:
    for page in (SecondStepPage(("totp", "passkey")), SecondStepPage((), "ABCD"), InBrowserPage(), ProofPanel()):
        qtbot.addWidget(page)
        assert nameless(page) == []
        assert keyless(page) == []


# --- The loopback ---


def in_thread(qtbot: QtBot, work: Callable[[], Any]) -> list[Any]:
    from agentdesk.desk.bridge import Bridge

    bridge, found = Bridge(), list[Any]()
    bridge.run(work, lambda result, error: found.append(error or result))
    bridge_alive.append(bridge)
    return found


bridge_alive: list[Any] = []


def test_only_the_one_right_request_is_heard(qtbot: QtBot) -> None:
    loopback = Loopback(("en", "Done."))
    found = in_thread(qtbot, lambda: loopback.wait(lambda: True, 30))
    at = f"http://127.0.0.1:{loopback.port}"
    for wrong in ("/", "/?code=x&state=guessed", f"/other?code=x&state={loopback.state}"):
        arrive(at + wrong, wrong=True)
    right = f"{at}/?code=x&state={loopback.state}"
    rebound = requests.get(right, headers={"Host": f"evil.example:{loopback.port}"}, timeout=PATIENCE)
    assert rebound.status_code == 404
    assert requests.post(right, timeout=PATIENCE).status_code == 404
    assert requests.get(f"{at}/{'x' * 20_000}", timeout=PATIENCE).status_code == 404
    arrive(right)
    qtbot.waitUntil(lambda: found == [{"code": "x"}], timeout=WAIT)
    with pytest.raises(requests.ConnectionError):
        requests.get(right, timeout=PATIENCE)


def test_lines_on_which_nothing_is_said_do_not_block_it(qtbot: QtBot) -> None:
    import socket

    loopback = Loopback(("de", "Fertig."))
    found = in_thread(qtbot, lambda: loopback.wait(lambda: True, 30))
    silent = [socket.create_connection(("127.0.0.1", loopback.port)) for _ in range(40)]
    arrive(f"http://127.0.0.1:{loopback.port}/?code=y&state={loopback.state}")
    qtbot.waitUntil(lambda: found == [{"code": "y"}], timeout=WAIT)
    for line in silent:
        line.close()


def test_nobody_waits_for_ever(qtbot: QtBot) -> None:
    loopback = Loopback(("en", "Done."))
    with pytest.raises(Cancelled):
        loopback.wait(lambda: False)
    late = Loopback(("en", "Done."))
    with pytest.raises(Cancelled):
        late.wait(lambda: True, 0.0)
    assert issubclass(Problem, Exception)
