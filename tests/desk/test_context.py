"""The context zone: customer, facts, words, people, other cases; a column or a panel that slides over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget
from pytestqt.qtbot import QtBot
from tests.desk.access import keyless, nameless
from tests.desk.fake_desk import FakeDesk

from agentdesk.desk.pages.queue.context import ContextPanel
from agentdesk.desk.pages.queue.context_read import ReadSection
from agentdesk.desk.pages.queue.context_sections import CaseSection, CustomerSection, TagsSection
from agentdesk.desk.widgets.buttons import Button, IconButton
from agentdesk.domain.cases import Case, Customer, Link
from agentdesk.domain.governed import Begin, UseAnswer
from agentdesk.domain.kernel import Actor, Masked
from agentdesk.domain.knowledge import NoteMiss


@pytest.fixture
def panel(qtbot: QtBot, desk: FakeDesk) -> ContextPanel:
    """The case's context."""
    made = ContextPanel(desk)
    qtbot.addWidget(made)
    made.resize(348, 800)
    made.show()
    made.show_case("c1")
    return made


def section(panel: ContextPanel, cls: type[Any]) -> Any:
    return next(one for one in panel.body.sections if isinstance(one, cls))


def words(panel: QWidget) -> list[str]:
    return [button.text() for button in panel.findChildren(Button) if button.isVisible()]


def test_every_control_has_a_name(panel: ContextPanel, desk: FakeDesk) -> None:
    desk.open_case("c2")
    desk.do(Link(case="c1", to="c2"))
    section(panel, TagsSection).field.setText("Billing")
    assert nameless(panel) == []
    assert keyless(panel) == []


def test_the_customer_is_shown_and_a_mask_says_so(panel: ContextPanel, desk: FakeDesk) -> None:
    part = section(panel, CustomerSection)
    assert (part._name.text(), part._mail.text()) == ("Lena Sorensen", "lena@example.org")
    customer = desk.view.get(Customer, "cu1")
    desk.put(msgspec.structs.replace(customer, email=Masked.of("contact")))
    assert part._mail.text() == ""
    assert part._hidden.text() == "hidden: contact"


def test_tags_are_put_on_and_taken_off(qtbot: QtBot, panel: ContextPanel, desk: FakeDesk) -> None:
    field = section(panel, TagsSection).field
    qtbot.keyClicks(field, "Billing")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert desk.view.get(Case, "c1").tags == ("Billing",)
    assert field.text() == ""
    cross = next(one for one in panel.findChildren(IconButton) if one.accessibleName() == "Take off Billing")
    cross.click()
    assert desk.view.get(Case, "c1").tags == ()


def test_what_is_typed_survives_other_changes(qtbot: QtBot, panel: ContextPanel, desk: FakeDesk) -> None:
    field = section(panel, TagsSection).field
    qtbot.keyClicks(field, "Bil")
    desk.receive("again")
    assert field.text() == "Bil"
    desk.open_case("c2")
    panel.show_case("c2")
    assert field.text() == ""


def test_priority_assignee_and_following_are_chosen(panel: ContextPanel, desk: FakeDesk) -> None:
    part = section(panel, CaseSection)
    part.priority.menu().aboutToShow.emit()
    part.priority.menu().actions()[0].trigger()
    assert desk.view.get(Case, "c1").priority == 3
    assert part.priority.text() == "urgent"
    part.assignee.menu().aboutToShow.emit()
    part.assignee.menu().actions()[0].trigger()
    assert part.assignee.text() == "Mina Kapoor"
    part.follow.click()
    assert part.followers.text() == "Mina Kapoor"
    part.follow.click()
    assert part.followers.text() == "nobody"


def test_other_cases_open_from_here(panel: ContextPanel, desk: FakeDesk) -> None:
    desk.open_case("c2", subject="Invoice")
    desk.open_case("c3", customer="cu9", customer_name="Other", subject="Not hers")
    desk.do(Link(case="c1", to="c3"))
    found = [text for text in words(panel) if text.startswith("#")]
    assert found == ["#2 · Invoice · open", "#3 · Not hers · open"]
    next(one for one in panel.findChildren(Button) if one.text() == found[0]).click()
    assert desk.opened == [("case", "c2")]


def test_files_are_listed(panel: ContextPanel, desk: FakeDesk, tmp_path: Path) -> None:
    path = tmp_path / "bank.txt"
    path.write_text("x")
    desk.receive("see", files=(desk.stage(path),))
    assert "bank.txt, 1 bytes" in words(panel)


def page(qtbot: QtBot, desk: FakeDesk, width: int) -> tuple[QWidget, ContextPanel, IconButton]:
    """A page with room for a conversation, the zone, and its button."""
    holder, zone, button = QWidget(), ContextPanel(desk), IconButton("ph.user-circle", "Details")
    qtbot.addWidget(holder)
    row = QHBoxLayout(holder)
    row.addWidget(button, 1)
    zone.setFixedWidth(348)
    row.addWidget(zone)
    holder.resize(width, 700)
    zone.adapt(holder, button)
    holder.show()
    zone.show_case("c1")
    return holder, zone, button


def test_in_a_wide_window_it_is_a_column(qtbot: QtBot, desk: FakeDesk) -> None:
    _, zone, button = page(qtbot, desk, 1400)
    assert zone.body.isVisible()
    assert not zone.floating
    assert not button.isVisible()


def test_in_a_narrow_one_it_slides_over(qtbot: QtBot, desk: FakeDesk) -> None:
    holder, zone, button = page(qtbot, desk, 1100)
    assert zone.floating
    assert not zone.body.isVisible()
    button.click()
    assert zone.body.isVisible()
    qtbot.waitUntil(lambda: zone.body.geometry().right() == holder.width() - 1)
    qtbot.keyClick(zone.body, Qt.Key.Key_Escape)
    assert not zone.body.isVisible()
    holder.resize(1400, 700)
    assert not zone.floating
    assert zone.body.isVisible()


def test_what_the_customer_had_read_stands_in_the_case(panel: ContextPanel, desk: FakeDesk) -> None:
    """The words they looked for and the articles they read; in a case of anybody else there is no such part."""
    section = next(one for one in panel.body.sections if isinstance(one, ReadSection))
    assert section.isHidden()
    channel = Actor("help", "channel", device="help")
    writer = msgspec.structs.replace(desk.me, role="supervisor")
    desk.act(Begin(document="d1", edition="e1", register="article", title="A refund", text="Ask."), writer)
    desk.act(UseAnswer(use="u1", kind="document", record="d1", case="c1", how="read"), channel)
    desk.act(NoteMiss(miss="m1", words="my <money>", what="wrote", case="c1"), channel)
    assert not section.isHidden()
    said = [one.text() for one in section.findChildren(QLabel)] + [one.text() for one in section.findChildren(Button)]
    assert {"Searched for “my <money>”", "A refund"} <= set(said)
    section.findChildren(Button)[0].click()
    assert desk.opened[-1] == ("document", "d1")
