"""The network settings: in force at once, there before anybody is signed in, and without a secret in any file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from tests.desk.access import nameless

from agentdesk.desk import texts
from agentdesk.desk.app import Program
from agentdesk.desk.pages.settings import NetworkPage
from agentdesk.desk.pages.sign_in import SignInPage
from agentdesk.desk.settings import Settings
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.tabs import Tabs
from agentdesk.store.vault import SessionVault, VaultError, VaultState
from agentdesk.sync import way

SECRET = "c4n4ry-s3cret"


@pytest.fixture
def vault() -> SessionVault:
    return SessionVault()


@pytest.fixture
def program(qtbot: QtBot, tmp_path: Path, vault: SessionVault) -> Iterator[Program]:
    program = Program(tmp_path, Settings(tmp_path), vault=vault)
    program.start()
    yield program
    program.close()
    program.front.hide()
    program.front.deleteLater()
    way.choose(way.Route())


def line(page: QWidget, name: str) -> QLineEdit:
    return next(found for found in page.findChildren(QLineEdit) if found.accessibleName() == name)


def write(qtbot: QtBot, field: QLineEdit, text: str) -> None:
    field.setFocus()
    field.setText(text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def network(qtbot: QtBot, program: Program) -> NetworkPage:
    """From the sign-in page, as one who sits behind a proxy would go."""
    page = program.front.page
    assert isinstance(page, SignInPage)
    page.server.line.setText("https://desk.example")
    page.email.line.setText("mina@example.com")
    link = next(found for found in page.findChildren(Button) if found.text() == "Network settings")
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    found = program.front.page
    assert isinstance(found, NetworkPage)
    return found


def test_what_is_chosen_is_in_force_at_once(qtbot: QtBot, program: Program, tmp_path: Path) -> None:
    """And again at the next start."""
    assert (way.chosen().proxy, way.chosen().authorities) == ("system", "")
    page = network(qtbot, program)
    assert nameless(page) == []
    tabs = next(found for found in page.findChildren(Tabs) if found.accessibleName() == "Proxy")
    qtbot.mouseClick(tabs._buttons["direct"], Qt.MouseButton.LeftButton)
    assert way.chosen().proxy == "direct"
    qtbot.mouseClick(tabs._buttons["own"], Qt.MouseButton.LeftButton)
    write(qtbot, line(page, "Address of your own proxy"), " proxy.example:3128 ")
    write(qtbot, line(page, "Certificate authorities"), "/etc/ssl/company.pem")
    assert (way.chosen().proxy, way.chosen().authorities) == ("proxy.example:3128", "/etc/ssl/company.pem")
    way.choose(way.Route())
    again = Program(tmp_path, Settings(tmp_path), vault=SessionVault())
    assert (way.chosen().proxy, way.chosen().authorities) == ("proxy.example:3128", "/etc/ssl/company.pem")
    again.close()
    again.front.deleteLater()


def test_one_comes_back_to_what_one_typed(qtbot: QtBot, program: Program) -> None:
    page = network(qtbot, program)
    qtbot.mouseClick(page.go_back, Qt.MouseButton.LeftButton)
    back = program.front.page
    assert isinstance(back, SignInPage)
    assert (back.server.text(), back.email.text()) == ("https://desk.example", "mina@example.com")


def test_the_login_lies_in_the_keyring_and_nowhere_else(
    qtbot: QtBot, program: Program, vault: SessionVault, tmp_path: Path
) -> None:
    """It is not shown again, and two empty fields remove it."""
    page = network(qtbot, program)
    name, password = line(page, "Name at the proxy"), line(page, "Password at the proxy")
    assert password.echoMode() is QLineEdit.EchoMode.Password
    keep = next(found for found in page.findChildren(Button) if found.text() == "Keep")
    name.setText("mina")
    password.setText(f"{SECRET}: \\")
    qtbot.mouseClick(keep, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(keep.isEnabled)
    assert password.text() == ""
    assert vault.proxy_login() == way.chosen().login() == ("mina", f"{SECRET}: \\")
    assert SECRET not in repr(way.chosen())
    program.settings.put("network.proxy", "own")
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert not any(SECRET.encode() in data for data in files)
    name.clear()
    qtbot.mouseClick(keep, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(keep.isEnabled)
    assert vault.proxy_login() is None
    assert way.chosen().login() is None


def test_a_locked_keyring_is_told_beside_the_fields(qtbot: QtBot, program: Program, vault: SessionVault) -> None:
    """What was typed stays; and the way there is without a login, not an error."""

    def locked(*_: str) -> None:
        raise VaultError(VaultState.LOCKED)

    page = network(qtbot, program)
    with pytest.MonkeyPatch.context() as here:
        here.setattr(vault, "keep_proxy_login", locked)
        here.setattr(vault, "proxy_login", locked)
        line(page, "Password at the proxy").setText(SECRET)
        keep = next(found for found in page.findChildren(Button) if found.text() == "Keep")
        qtbot.mouseClick(keep, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(keep.isEnabled)
        assert "locked" in page.login._refusal.text()
        assert line(page, "Password at the proxy").text() == SECRET
        assert way.chosen().login() is None


@pytest.mark.parametrize("wrong", ["x" * 1001, "a\nb", "a\x00b"])
def test_a_text_that_no_field_would_give_is_not_kept(tmp_path: Path, wrong: str) -> None:
    settings = Settings(tmp_path)
    with pytest.raises(ValueError, match="cannot be"):
        settings.put("network.proxy_address", wrong)


@pytest.mark.parametrize("sentence", sorted({*way.TO_ACT_ON, way.UNREACHABLE}))
def test_what_is_said_of_the_network_is_said_in_german(sentence: str) -> None:
    assert texts.words("de").get(sentence, sentence) != sentence
