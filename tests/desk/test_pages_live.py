"""The pages for IT and privacy in a real desk at a real server: questions, files and fresh proofs go the whole way."""

from __future__ import annotations

import hashlib
import secrets
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QDialog, QLineEdit
from pytestqt.qtbot import QtBot
from tests.desk.test_app import KeptVault, starting
from tests.desk.test_qr import read
from tests.desk.test_signing_in import WAIT, asked, desk, first_step, shown
from tests.server.running import PASSWORD, Company, company
from tests.server.test_erasing_live import CANARY, wrote

from agentdesk.desk.app import Program
from agentdesk.desk.pages.second_step import SecondStepPage
from agentdesk.desk.session import Session
from agentdesk.domain.cases import Customer
from agentdesk.domain.cases.acting import Act
from agentdesk.domain.privacy import Erasure
from agentdesk.domain.rules import Rule
from agentdesk_server.gate.operating import SecondFactorRequire


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    with company(tmp_path_factory.mktemp("data") / "server") as found:
        yield found


@pytest.fixture
def program(qtbot: QtBot, tmp_path: Path) -> Iterator[Program]:
    with starting(tmp_path, KeptVault()) as start:
        yield start()


@pytest.fixture
def session(qtbot: QtBot, program: Program, shop: Company) -> Session:
    """An administrator's, whose proof is not fresh any more."""
    email = f"{secrets.token_hex(6)}@example.com"
    person = shop.hire("Ada In", email, "admin", ())
    first_step(program, shop, email).submit()
    made = desk(qtbot, program)
    shop.state.gate.fresh.forget(person)
    return made


def opened(qtbot: QtBot, session: Session, id: str) -> Any:
    qtbot.waitUntil(lambda: not session.live.status.behind, timeout=WAIT)
    session.hosting._shell.open_page(id)
    return session.hosting._hosts[id].real


def found(qtbot: QtBot, session: Session, words: str) -> Any:
    people = opened(qtbot, session, "privacy").people
    people.who.setText(words)
    people.go.click()
    qtbot.waitUntil(lambda: people.sheet.consents.lines != [], timeout=WAIT)
    return people.sheet


def prove(qtbot: QtBot, session: Session) -> None:
    asked(qtbot, session)
    session.proving.panel.password.line.setText(PASSWORD)
    session.proving.panel.go.click()


def test_an_export_asks_for_a_proof_and_goes_on_by_itself(
    qtbot: QtBot, session: Session, shop: Company, tmp_path: Path
) -> None:
    customer = wrote(shop)
    export, file = found(qtbot, session, customer).export, tmp_path / "all.zip"
    export.fetch(customer, file)
    asked(qtbot, session)
    session.proving.panel.cancel.click()
    assert export.verdict.property("tone") == "bad"
    assert "Confirm that it is you" in export.verdict.accessibleName()
    assert not file.exists()
    export.fetch(customer, file)
    prove(qtbot, session)
    qtbot.waitUntil(lambda: export.saved_as == file, timeout=WAIT)
    assert hashlib.sha256(file.read_bytes()).hexdigest() in export.digest.text()
    with zipfile.ZipFile(file) as archive:
        assert CANARY.encode() in archive.read("customer.jsonl")


def test_a_customer_is_erased_and_it_is_proved(qtbot: QtBot, session: Session, shop: Company) -> None:
    customer = wrote(shop)
    sheet = found(qtbot, session, customer)
    sheet.erase.click()
    sheet.erase.click()
    prove(qtbot, session)
    qtbot.waitUntil(lambda: shop.state.reader.records.of(Customer, customer) is None, timeout=WAIT)
    qtbot.waitUntil(lambda: sheet.look.isVisible(), timeout=WAIT)
    sheet.look.click()
    page = session.hosting._hosts["privacy"].real
    erasure = page.erasures.table.current()
    assert isinstance(erasure, Erasure)
    assert erasure.customer == customer
    qtbot.waitUntil(lambda: page.erasures.sheet.devices.things.rowCount() > 0, timeout=WAIT)
    card = page.erasures.sheet.proof
    card.prove.click()
    qtbot.waitUntil(lambda: card.verdict.property("tone") in ("good", "bad", "warn"), timeout=WAIT)
    assert card.verdict.property("tone") == "good", card.verdict.accessibleName()


def test_the_server_is_asked_and_what_it_said_stays_offline(qtbot: QtBot, session: Session) -> None:
    page = opened(qtbot, session, "server")
    qtbot.waitUntil(lambda: page.lines != [], timeout=WAIT)
    found_ = {view.line.id: view.line.state for view in page.lines}
    assert found_["tls"] == "look"
    assert found_["version"] == found_["schema"] == "good"


def test_a_laptop_is_invited_and_its_code_comes(qtbot: QtBot, session: Session, shop: Company) -> None:
    page = opened(qtbot, session, "devices")
    qtbot.waitUntil(lambda: page.table.things.rowCount() > 0, timeout=WAIT)
    page.invite_button.click()
    page.invite.who.setEditText("Mina Berg")
    page.invite.go.click()
    prove(qtbot, session)
    qtbot.waitUntil(lambda: "shown only now" in page.detail.code.text(), timeout=WAIT)


def test_nothing_is_said_to_hold_before_it_is_proved_who_publishes(qtbot: QtBot, session: Session) -> None:
    page = opened(qtbot, session, "rules")
    own = page.publishing
    assert page.keep(Rule(id="r1", name="Late", when="opened", acts=(Act("tag", "late"),))) == ""
    for called_off in (True, False):
        own.publish.confirmed.emit()
        asked(qtbot, session)
        assert own.verdict.accessibleName().startswith("Not published")
        assert "No rules hold yet" in own.holds.text()
        if called_off:
            session.proving.panel.cancel.click()
    prove(qtbot, session)
    qtbot.waitUntil(lambda: own.verdict.accessibleName().startswith("Published"), timeout=WAIT)
    assert own.holds.text().startswith("Version 1 holds since")


def test_a_dialog_waits_while_a_proof_is_asked_for(qtbot: QtBot, session: Session) -> None:
    """It would lie over the prompt, and keep it out of reach."""
    done: list[str] = []
    dialog, typed = QDialog(session.hosting._shell), QLineEdit("Because she asked.")
    typed.setParent(dialog)
    dialog.open()
    for end in ("cancel", "confirm"):
        session.proving.need(lambda: done.append("again"), lambda: done.append("stopped"))
        asked(qtbot, session)
        assert not dialog.isVisible()
        if end == "cancel":
            session.proving.panel.cancel.click()
        else:
            prove(qtbot, session)
        qtbot.waitUntil(dialog.isVisible, timeout=WAIT)
    qtbot.waitUntil(lambda: done == ["stopped", "again"], timeout=WAIT)
    assert typed.text() == "Because she asked."
    dialog.reject()


def test_the_key_for_the_app_is_shown_as_a_code_to_scan(qtbot: QtBot, program: Program, shop: Company) -> None:
    email = f"{secrets.token_hex(6)}@example.com"
    shop.hire("New One", email, "auditor", ())
    shop.running.operate(SecondFactorRequire(roles=["auditor"]))
    try:
        first_step(program, shop, email).submit()
        page = shown(qtbot, program, SecondStepPage)
        assert page.picture.isVisible()
        uri = read(page.picture.grid()).decode()
        assert uri.startswith("otpauth://totp/")
        assert page.secret.text().replace(" ", "") in uri
    finally:
        shop.running.operate(SecondFactorRequire(roles=[]))
