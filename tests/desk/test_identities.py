"""What a customer is known by, at the desk: noted with proof, suggested with a reason, linked, and taken back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from tests.desk.fake_desk import FakeDesk

from agentdesk.desk.pages.queue.context_identities import IdentitiesSection, suggestions
from agentdesk.desk.pages.queue.context_parts import Line
from agentdesk.desk.pages.queue.context_sections import CasesSection
from agentdesk.desk.pages.queue.identities import IdentityDialog, TakeBackDialog
from agentdesk.domain.cases import IDENTITIES_OF, Case, Customer
from agentdesk.domain.kernel import Masked


@pytest.fixture
def desk() -> Iterator[FakeDesk]:
    made = FakeDesk()
    made.open_case("c1", customer="u1", customer_name="Lena Sørensen", customer_email="lena.sorensen@acme.example")
    made.open_case("c2", customer="u2", customer_name="Sorensen, Lena", customer_email="lena.sorensen@gmail.com")
    made.open_case("c3", customer="u3", customer_name="Tomas Okafor", customer_email="info@acme.example")
    yield made
    made.close()


def lines(section: IdentitiesSection) -> list[str]:
    section.show()
    QApplication.processEvents()  # what has just been put into a layout is shown then
    return [line.accessibleName() for line in section.findChildren(Line) if not line.isHidden()]


def case(desk: FakeDesk, id: str = "c1") -> Case:
    found = desk.view.get(Case, id)
    assert found is not None
    return found


def test_it_is_noted_linked_and_taken_back(desk: FakeDesk, qtbot: QtBot) -> None:
    section, others = IdentitiesSection(desk), CasesSection(desk, "Others", linked=False)
    for part in (section, others):
        qtbot.addWidget(part)
    section.show_case(case(desk))
    others.show_case(case(desk))
    assert others.isHidden()
    (suggested,) = lines(section)
    assert suggested == "Perhaps also Sorensen, Lena: a like name, the same word before the @"
    section.add.click()
    (dialog,) = section.findChildren(IdentityDialog)
    dialog.sort.setCurrentIndex(dialog.sort.findData("phone"))
    dialog.value.setText("soon")
    dialog.reason.setText("She called.")
    dialog.save.click()
    assert dialog.wrong.text() == "soon is no telephone number. Write it like +49 30 1234567."
    dialog.value.setText("030 1234567")
    dialog.save.click()
    section.show_case(case(desk))
    assert "0301234567 · Telephone" in lines(section)
    next(line for line in section.findChildren(Line) if line.accessibleName() == suggested).click()
    link = section.findChildren(IdentityDialog)[-1]
    assert link.value.isHidden()
    link.save.click()
    assert link.wrong.text().startswith("Say why, in a few words")
    link.reason.setText("She wrote from both.")
    link.save.click()
    section.show_case(case(desk))
    others.show_case(case(desk))
    assert "Sorensen, Lena · The same person" in lines(section)
    assert suggested not in lines(section)
    assert not others.isHidden()
    next(line for line in section.findChildren(Line) if "The same person" in line.accessibleName()).click()
    back = section.findChildren(TakeBackDialog)[-1]
    back.reason.setText("It was her sister.")
    back.take_back.click()
    assert [one.sort for one in desk.view.page(IDENTITIES_OF(customer="u1"))] == ["phone"]
    assert desk.view.page(IDENTITIES_OF(customer="u2")) == []
    others.show_case(case(desk))
    assert others.isHidden()


def test_what_is_hidden_suggests_nothing(desk: FakeDesk) -> None:
    customer = desk.view.get(Customer, "u1")
    assert customer is not None
    assert [other.id for other, _ in suggestions(desk, customer, ())] == ["u2"]
    desk.put(Customer("u2", "customers", 0, Masked.of("name"), Masked.of("contact"), "en", 1))
    assert suggestions(desk, customer, ()) == []
