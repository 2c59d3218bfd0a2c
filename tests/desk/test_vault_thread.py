"""The keyring is never asked on Qt's thread: it may wait for a person, and the window would stand still meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from tests.desk.test_app import Start, arrive, case_about, live, sign_in, starting
from tests.desk.test_holding import device
from tests.server.running import Company, company

from agentdesk.desk.pages.held import ShutOutPage
from agentdesk.desk.pages.sign_in import SignInPage
from agentdesk.store import vault as vaults
from agentdesk.store.vault import SessionVault
from agentdesk_server.gate.orders import DeviceShutOut

PATIENCE = 20_000
KINDS = {vaults.KEYS, vaults.TOKENS, vaults.DEVICES, vaults.PINS, vaults.ACCOUNTS, vaults.PROXY}


class Watched(SessionVault):
    """Keeps as long as the test does, and notes by which thread it was asked for what."""

    lasting = True

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, str, bool]] = []

    def _note(self, what: str, service: str) -> None:
        self.asked.append((what, service, threading.current_thread() is threading.main_thread()))

    def _get(self, service: str, name: str) -> str | None:
        self._note("get", service)
        return super()._get(service, name)

    def _set(self, service: str, name: str, secret: str) -> None:
        self._note("set", service)
        super()._set(service, name, secret)

    def _delete(self, service: str, name: str) -> None:
        self._note("delete", service)
        super()._delete(service, name)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    with company(tmp_path_factory.mktemp("data") / "server") as found:
        yield found


@pytest.fixture
def vault() -> Watched:
    return Watched()


@pytest.fixture
def start(qtbot: QtBot, tmp_path: Path, vault: Watched) -> Iterator[Start]:
    with starting(tmp_path, vault) as run:
        yield run


def test_in_all_that_a_desk_does(qtbot: QtBot, start: Start, shop: Company, vault: Watched) -> None:
    """Sign in, work, set a proxy's login, end, start anew, sign out, come again, be shut out."""
    program = start()
    sign_in(program, shop)
    session = live(qtbot, program)
    arrive(shop, "Who may see this?")
    case_about(qtbot, session, "Who may see this?")
    qtbot.waitUntil(lambda: session.live.pins.known, timeout=PATIENCE)
    told: list[str] = []
    program.entrance.keep_login("proxy", "open sesame", told.append)
    qtbot.waitUntil(lambda: told == [""], timeout=PATIENCE)
    program.close()

    again = start()
    live(qtbot, again)
    shell = again.shell
    assert shell is not None
    shell.book.run("you.sign_out", shell.context())
    qtbot.waitUntil(lambda: isinstance(again.front.page, SignInPage), timeout=PATIENCE)
    qtbot.waitUntil(lambda: vault.token(shop.url) is None, timeout=PATIENCE)
    sign_in(again, shop)
    live(qtbot, again)
    shop.running.operate(DeviceShutOut(device=device(shop).id))
    qtbot.waitUntil(lambda: isinstance(again.front.page, ShutOutPage), timeout=PATIENCE)

    ours = [one for one in vault.asked if one[2]]
    assert {service for _, service, _ in vault.asked} == KINDS
    # The test itself asks on this thread, for the token, while it waits.
    assert {(what, service) for what, service, _ in ours} == {("get", vaults.TOKENS)}


def test_who_was_here_last_is_filled_in(qtbot: QtBot, start: Start, shop: Company, vault: Watched) -> None:
    """From the keyring: no file tells who works here."""
    program = start()
    sign_in(program, shop)
    live(qtbot, program)
    shell = program.shell
    assert shell is not None
    shell.book.run("you.sign_out", shell.context())
    qtbot.waitUntil(lambda: isinstance(program.front.page, SignInPage), timeout=PATIENCE)
    program.close()
    again = start()
    page = again.front.page
    assert isinstance(page, SignInPage)
    qtbot.waitUntil(lambda: page.email.text() == "mina@example.com", timeout=PATIENCE)
    assert page.server.text() == shop.url
