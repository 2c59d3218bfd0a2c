"""Signing in: what is wrong stands beside its field, and nothing is sent over an open line."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot
from tests.desk.access import keyless, nameless

from agentdesk.desk.pages.key import KeyPage
from agentdesk.desk.pages.sign_in import SignInPage, normal_server, server_problem
from agentdesk.desk.pages.trouble import TroublePage


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("desk.example.com/", "https://desk.example.com"),
        ("localhost:8000", "http://localhost:8000"),
        ("http://127.0.0.1:1/", "http://127.0.0.1:1"),
        ("https://desk.example.com", "https://desk.example.com"),
        ("", ""),
    ],
)
def test_addresses_are_completed(typed: str, wanted: str) -> None:
    assert normal_server(typed) == wanted


@pytest.mark.parametrize("typed", ["", "https://", "ftp://x", "http://x.example.com", "https://me@x.example", "a:b:c"])
def test_wrong_addresses_are_told(typed: str) -> None:
    assert server_problem(typed)


@pytest.mark.parametrize(
    "typed", ["desk.example.com", "http://localhost:1", "http://[::1]:9", "https://x.example:8443"]
)
def test_right_addresses_can_be_tried(typed: str) -> None:
    assert server_problem(typed) == ""


@pytest.fixture
def page(qtbot: QtBot) -> SignInPage:
    made = SignInPage("https://desk.example.com", "mina@example.com")
    qtbot.addWidget(made)
    made.show()
    return made


def test_the_missing_field_has_the_focus(qtbot: QtBot, page: SignInPage) -> None:
    page.shown()
    assert page.focusWidget() is page.password.line


def test_nothing_is_asked_with_bad_fields(page: SignInPage) -> None:
    asked: list[tuple[str, ...]] = []
    page.asked.connect(lambda *given: asked.append(given))
    page.email.line.setText("mina")
    page.submit()
    assert asked == []
    assert page.email._wrong.isVisible()
    assert page.password._wrong.isVisible()
    assert not page.server._wrong.isVisible()


def test_it_is_asked_once(page: SignInPage) -> None:
    asked: list[tuple[str, ...]] = []
    page.asked.connect(lambda *given: asked.append(given))
    page.password.line.setText("secret")
    page.submit()
    page.submit()
    assert asked == [("https://desk.example.com", "mina@example.com", "secret")]
    assert not page.go.isEnabled()


@pytest.mark.parametrize(("status", "field"), [(0, "server"), (404, "server"), (401, "password")])
def test_a_refusal_stands_beside_its_field(page: SignInPage, status: int, field: str) -> None:
    page.refuse("No.", status)
    assert getattr(page, field)._wrong.text() == "No."
    assert getattr(page, field).line.accessibleDescription() == "No."
    assert page.go.isEnabled()


def test_other_refusals_stand_above_the_button(page: SignInPage) -> None:
    page.refuse("Too many attempts.", 429)
    assert page._word.isVisible()


def test_all_of_it_has_names(qtbot: QtBot, page: SignInPage) -> None:
    for one in (page, KeyPage("No keyring."), TroublePage("Broken.")):
        qtbot.addWidget(one)
        assert nameless(one) == []
        assert keyless(one) == []
