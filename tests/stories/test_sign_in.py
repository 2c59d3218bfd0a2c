"""Story: a provider, an authenticator app and a passkey, in a real browser, at a real desk and a real server."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page
from pytestqt.qtbot import QtBot
from tests.chromium import chromium
from tests.server.running import PASSWORD, Company, Running
from tests.server.signing import Caller
from tests.stories.test_window import KeptVault

from agentdesk.desk.app import Program
from agentdesk.desk.pages.in_browser import InBrowserPage
from agentdesk.desk.pages.second_step import SecondStepPage
from agentdesk.desk.pages.sign_in import SignInPage
from agentdesk.desk.session import Session
from agentdesk.desk.settings import Settings as Chosen
from agentdesk.sync.phases import Phase
from agentdesk_server import serve
from agentdesk_server.gate.operating import OidcSet
from agentdesk_server.state import Settings

FOLDER = Path(__file__).parent / "provider"
WAIT = 60_000
pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def node() -> str:
    found = shutil.which("node")
    if found is None:
        pytest.skip("node is not installed: the OpenID provider of this story runs on it")
    version = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout
    if int(version.strip().lstrip("v").partition(".")[0]) < 20:
        pytest.skip(f"the OpenID provider of this story needs node 20 or newer, here is {version.strip()}")
    if not (FOLDER / "node_modules").is_dir():
        pytest.fail("the OpenID provider of this story is not installed: run scripts/setup.sh test")
    return found


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, node: str) -> Iterator[Company]:
    """A server, and a provider that knows it."""
    folder = tmp_path_factory.mktemp("data") / "server"
    with serve.listen(Settings(folder=folder, port=0)) as free:  # the provider must know the server's address first
        port = free.getsockname()[1]
    redirect = f"http://127.0.0.1:{port}/api/v1/oidc/callback"
    command = [node, str(FOLDER / "provider.mjs"), redirect]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=FOLDER)
    assert process.stdout is not None
    issuer = process.stdout.readline().strip()
    running = Running(Settings(folder=folder, port=port, egress_allow=(issuer,)))
    try:
        company = Company(running)
        running.operate(OidcSet(issuer=issuer, client_id="agentdesk", secret="a secret between two programs"))
        yield company
    finally:
        running.stop()
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def context() -> Iterator[BrowserContext]:
    """A real browser, in German, with a virtual security key."""
    with chromium() as browser, browser.new_context(locale="de-DE", color_scheme="dark") as context:
        context.set_default_timeout(WAIT)
        yield context


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """One window; a script that breaks, or that the policy of a page stops, fails the test."""
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    key = context.new_cdp_session(opened)
    key.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    key.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield opened
    opened.close()
    assert wrong == []


class Opened:
    """What the desk has opened in the browser."""

    def __init__(self) -> None:
        self.urls: list[str] = []

    def __call__(self, url: str) -> bool:
        self.urls.append(url)
        return True


@pytest.fixture
def program(qtbot: QtBot, tmp_path: Path) -> Iterator[Program]:
    made = Program(tmp_path, Chosen(tmp_path), vault=KeptVault())
    made.start()
    yield made
    made.close()
    for window in (made.front, made.shell):
        if window is not None:
            window.hide()
            window.deleteLater()


def wait(qtbot: QtBot, true: Any) -> None:
    qtbot.waitUntil(true, timeout=WAIT)


def live(qtbot: QtBot, program: Program) -> Session:
    wait(qtbot, lambda: program.session is not None and program.session.live.status.phase is Phase.LIVE)
    assert program.session is not None
    return program.session


def front(qtbot: QtBot, program: Program, kind: type[Any]) -> Any:
    wait(qtbot, lambda: isinstance(program.front.page, kind))
    return program.front.page


def through_provider(qtbot: QtBot, program: Program, page: Page, opened: Opened) -> None:
    """The desk opens the browser; the person signs in there and comes back."""
    program.entrance.steps.open_url = opened
    begin = front(qtbot, program, SignInPage)
    begin.submit_browser()
    front(qtbot, program, InBrowserPage)
    page.goto(opened.urls[-1])
    if page.locator("input[name=login]").count():
        page.fill("input[name=login]", "mina@example.com")
        page.fill("input[name=password]", "known to the provider alone")
        page.click("button[type=submit]")
        page.click("button[type=submit]")  # and let the desk know name and address
    page.wait_for_url("http://127.0.0.1:*/?code=*")
    assert "AgentDesk" in page.inner_text("h1")


def touch(page: Page, url: str, button: str) -> None:
    """Open the page for passkeys and press its one button; the virtual key answers by itself."""
    page.goto("about:blank")
    page.goto(url)
    assert page.locator("html").get_attribute("lang") == "de"
    go = page.get_by_role("button", name=button)
    go.wait_for()
    go.click()
    page.wait_for_url("http://127.0.0.1:*/?*")


def set_up_app(qtbot: QtBot, session: Session, shop: Company) -> Caller:
    """Its key is typed over, its code confirms it, and ten codes for paper come with it."""
    panel = session.ways.panel
    wait(qtbot, lambda: panel.set_up.isVisibleTo(panel))
    panel.set_up.click()
    wait(qtbot, lambda: panel.secret.isVisibleTo(panel) and len(panel.secret.text()) == 32)
    phone = Caller(shop, "mina@example.com", secret=panel.secret.text())
    panel.code.line.setText(phone.code(-1))
    panel.confirm.click()
    wait(qtbot, lambda: len(panel.codes.text().split()) == 10)
    return phone


def in_browser(qtbot: QtBot, page: Page, opened: Opened, button: Any, words: str) -> None:
    """Press a button of the desk, and the one of the page that it opens."""
    before = len(opened.urls)
    button.click()
    wait(qtbot, lambda: len(opened.urls) > before)
    touch(page, opened.urls[-1], words)


def test_a_provider_an_app_and_a_passkey(qtbot: QtBot, program: Program, page: Page, shop: Company) -> None:
    opened = Opened()
    front(qtbot, program, SignInPage).server.line.setText(shop.url)
    through_provider(qtbot, program, page, opened)
    session = live(qtbot, program)
    assert session.live.identity.person == shop.agent
    session.ways.open()
    phone = set_up_app(qtbot, session, shop)
    session.ways.open_url = opened
    session.ways.panel.key_name.line.setText("Laptop")
    in_browser(qtbot, page, opened, session.ways.panel.add_key, "Passkey hinzufügen")
    wait(qtbot, lambda: session.ways.panel.keys.count() == 1)
    session.ways.overlay.close_panel()

    # Out, and in through the provider: it asked for a password only, so the app is asked for here.
    program._sign_out()
    through_provider(qtbot, program, page, opened)
    step = front(qtbot, program, SecondStepPage)
    step.code.line.setText(phone.code())
    step.submit()
    live(qtbot, program)

    # Out, and in with the password and the passkey.
    program._sign_out()
    begin = front(qtbot, program, SignInPage)
    begin.email.line.setText("mina@example.com")
    begin.password.line.setText(PASSWORD)
    begin.submit()
    step = front(qtbot, program, SecondStepPage)
    in_browser(qtbot, page, opened, step.use_passkey, "Passkey benutzen")
    prove(qtbot, live(qtbot, program), page, opened, shop)


def prove(qtbot: QtBot, session: Session, page: Page, opened: Opened, shop: Company) -> None:
    """Later something privileged: the passkey proves anew who it is, and it is done."""
    shop.state.gate.fresh.forget(shop.agent)
    session.ways.open()
    wait(qtbot, lambda: session.ways.panel.remove_app.isVisibleTo(session.ways.panel))
    session.ways.panel.remove_app.click()
    proving = session.proving
    proving.open_url = opened
    wait(qtbot, lambda: not proving.overlay.isHidden() and proving.panel.use_passkey.isVisibleTo(proving.panel))
    in_browser(qtbot, page, opened, proving.panel.use_passkey, "Passkey benutzen")
    wait(qtbot, lambda: shop.state.entry.second.read.totp(shop.agent) is None)
    (key,) = shop.state.entry.second.read.passkeys(shop.agent)
    assert (key.name, key.count > 1, key.used > 0) == ("Laptop", True, True)
