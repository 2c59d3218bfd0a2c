"""The customer's card: what is corrected there, by whom, and what stays hidden."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from tests.desk.access import keyless, nameless
from tests.desk.fake_desk import FakeDesk

from agentdesk.desk.assist.asking import ask_of
from agentdesk.desk.pages.queue.context_sections import CustomerSection
from agentdesk.desk.pages.queue.customer_card import CustomerCard, may_open
from agentdesk.desk.tiers import known_tiers
from agentdesk.domain.cases import Case, Customer
from agentdesk.domain.kernel import Masked


@pytest.fixture
def desk() -> Iterator[FakeDesk]:
    made = FakeDesk()
    made.open_case("c1", customer="u1", customer_name="Lena", customer_email="lena@x.example", language="xx")
    yield made
    made.close()


def customer(desk: FakeDesk) -> Customer:
    found = desk.view.get(Customer, "u1")
    assert found is not None
    return found


def case(desk: FakeDesk) -> Case:
    found = desk.view.get(Case, "c1")
    assert found is not None
    return found


def opened(desk: FakeDesk, qtbot: QtBot) -> tuple[CustomerSection, CustomerCard]:
    section = CustomerSection(desk)
    qtbot.addWidget(section)
    section.show_case(case(desk))
    section.change.click()
    return section, section.findChildren(CustomerCard)[-1]


def test_a_lead_says_the_tier_and_everything_stays_until_it_is_right(desk: FakeDesk, qtbot: QtBot) -> None:
    desk._me = msgspec.structs.replace(desk._me, role="supervisor")
    section, card = opened(desk, qtbot)
    assert (nameless(card), keyless(card)) == ([], [])
    assert (card.name.text(), card.email.text(), card.language.currentData()) == ("Lena", "lena@x.example", "xx")
    card.name.line.setText("Lena Sørensen")
    card.language.setCurrentIndex(card.language.findData("pt"))
    card.tier.line.setText("Gold > Silver")
    card.save.click()
    assert card.wrong.text().startswith("A tier is one word or a few")
    QApplication.processEvents()
    for field in (card.name, card.email, card.tier):
        assert field.rect().contains(field.line.geometry()), "the sentence takes its room from no field"
    assert customer(desk).name == "Lena Sørensen"
    card.tier.line.setText("Gold")
    card.save.click()
    assert not card.isVisible()
    found = customer(desk)
    assert (found.name, found.language, found.tier) == ("Lena Sørensen", "pt", "Gold")
    assert case(desk).customer_tier == "Gold"
    assert known_tiers(desk.view) == ["Gold"]
    assert "gold" in ask_of(desk, case(desk), 1).facts, "articles for another tier are not suggested"
    before = len(desk.done)
    card = opened(desk, qtbot)[1]
    card.save.click()
    assert len(desk.done) == before, "what stays is not said again"
    section.show_case(case(desk))
    assert "Gold" in [chip.text() for chip in section.findChildren(type(section._tier))]


def test_an_agent_corrects_what_can_be_read_and_not_the_tier(desk: FakeDesk, qtbot: QtBot) -> None:
    hidden = msgspec.structs.replace(customer(desk), email=Masked.of("contact"))
    desk.put(hidden)
    _, card = opened(desk, qtbot)
    assert not card.tier.isEnabled()
    assert not card.email.line.isEnabled()
    assert card.email.line.placeholderText() == "hidden: contact"
    card.name.line.setText("Lena S.")
    card.save.click()
    assert (customer(desk).name, customer(desk).email) == ("Lena S.", Masked.of("contact"))
    desk._me = msgspec.structs.replace(desk._me, role="quality")
    assert not may_open(desk, "c1")
    assert not may_open(desk, None)
