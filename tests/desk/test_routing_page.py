"""The page of routing: a plan is typed, kept, published; colleagues are described; cases go by the table when told."""

from __future__ import annotations

import msgspec
import pytest
from tests.desk.fake_desk import FakeDesk

from agentdesk.desk.pages.routing import RoutingPage
from agentdesk.desk.pages.routing.forms import RowForm, RuleForm
from agentdesk.desk.shell import Shell
from agentdesk.domain.kernel import Actor
from agentdesk.domain.people import Person, SetAvailability
from agentdesk.domain.routing import DraftPlan, Profile, PublishPlan, steering


@pytest.fixture
def desk() -> FakeDesk:
    made = FakeDesk()
    made.do(SetAvailability(state="online"))
    made._me = msgspec.structs.replace(made.me, role="admin", scopes=made.me.scopes | {"routing"})
    return made


def test_a_plan_is_typed_published_and_shown_again(desk: FakeDesk, shell: Shell) -> None:
    page = RoutingPage(desk, shell.settings, shell)
    assert "everybody takes cases" in page.publishing.holds.text()
    page.teams.line.setText("Billing, Nowhere")
    assert not page.keep()
    page.teams.line.setText("billing")
    page.more[RuleForm].click()
    page.more[RowForm].click()
    rule, row = page.forms[-2:]
    rule.name.line.setText("Key accounts")
    rule.domains.line.setText("@Big.example")
    row.team.line.setText("Billing")
    assert not page.keep(), "a row says where to"
    row.to.line.setText("Orders")
    assert page.keep()
    page.publishing.publish.confirmed.emit()
    held = steering(desk.view)
    assert held is not None
    assert (held[0].teams, held[0].rules[0].domains, held[0].table[0].to) == (("billing",), ("big.example",), "orders")
    assert "Plan 1 holds" in page.publishing.holds.text()
    page.close()
    again = RoutingPage(desk, shell.settings, shell)
    assert [type(form) for form in again.forms] == [type(form) for form in page.forms]
    again.close()


def test_who_is_there_is_shown_and_cases_go_by_the_table_when_told(desk: FakeDesk, shell: Shell) -> None:
    page = RoutingPage(desk, shell.settings, shell)
    page.teams.line.setText("billing")
    page.publishing.publish.confirmed.emit()
    page.shown()
    lines = {line.id: line for line in page.now.table.things.everything()}
    assert lines["mina"].there
    assert not lines["dario"].there
    page.now.by_table.confirmed.emit()
    assert "why" in page.now.told.text()
    page.now.why.line.setText("The line is down.")
    page.now.by_table.confirmed.emit()
    held = steering(desk.view)
    assert held is not None
    assert held[1].by_hand
    page.now.again.confirmed.emit()
    page.people.person.setCurrentIndex(page.people.person.findData("dario"))
    page.people.skills.line.setText("billing, legal")
    page.people.place.line.setText("7")
    page.people.keep.click()
    assert desk.view.get(Profile, "dario") is None
    page.people.place.line.setText("2")
    page.people.keep.click()
    assert desk.view.get(Profile, "dario").skills == ("billing", "legal")
    page.close()


def test_what_somebody_has_published_meanwhile_is_not_overwritten(desk: FakeDesk, shell: Shell) -> None:
    page = RoutingPage(desk, shell.settings, shell)
    page.teams.line.setText("billing")
    page.publishing.publish.confirmed.emit()
    held = steering(desk.view)
    assert held is not None
    rosa = Actor("rosa", "admin", "Rosa Stein", (), desk.me.scopes)
    desk.act(DraftPlan(plan="hers", teams=("orders",), previous=held[0].id), rosa)
    desk.act(PublishPlan(plan="hers"), rosa)
    page.teams.line.setText("billing, orders")
    page.publishing.publish.confirmed.emit()
    held = steering(desk.view)
    assert held is not None
    assert held[0].id == "hers"
    assert "another plan" in page.publishing.verdict.accessibleName()
    page.publishing.discard.confirmed.emit()
    assert page.teams.text() == "Orders"
    page.teams.line.setText("billing, orders")
    page.publishing.publish.confirmed.emit()
    held = steering(desk.view)
    assert held is not None
    assert (held[0].number, held[0].previous) == (3, "hers")
    page.close()


def test_a_colleague_who_is_new_can_be_described_and_what_is_typed_stays(desk: FakeDesk, shell: Shell) -> None:
    page = RoutingPage(desk, shell.settings, shell)
    page.people.person.setCurrentIndex(page.people.person.findData("dario"))
    page.people.skills.line.setText("billing")
    desk.put(Person("ola", "org", 1, "Ola Nord", "ola@example.org", "agent", ("billing",)))
    page.shown()
    assert page.people.person.findData("ola") >= 0
    assert (page.people.person.currentData(), page.people.skills.text()) == ("dario", "billing")
    page.close()
