"""When a person may see other things than before, nothing of before stays: on the screen, in memory, or on its way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from tests.desk.audit_desk import AuditDesk
from tests.desk.fake_desk import FakeDesk
from tests.desk.samples import shell_in

from agentdesk.desk.hosting import Hosting
from agentdesk.desk.notices import Notices
from agentdesk.desk.pages import PAGES
from agentdesk.desk.pages.audit import AuditPage
from agentdesk.desk.pages.opening import LatePage
from agentdesk.desk.pages.queue.context import ContextPanel
from agentdesk.desk.pages.queue.context_sections import CustomerSection
from agentdesk.desk.pages.queue.list import ListPanel
from agentdesk.desk.settings import Settings
from agentdesk.desk.sight import OVERTAKEN, Sight
from agentdesk.domain.cases import Case, Customer
from agentdesk.domain.people import Person
from agentdesk.sync.news import News

Then = Callable[[Any, str], None]


@pytest.fixture
def desk() -> Iterator[FakeDesk]:
    made = FakeDesk()
    yield made
    made.close()


def test_another_view_and_a_lost_scope_change_it() -> None:
    sight, changes = Sight(frozenset({"org", "team:a:open"})), list[int]()
    sight.changed.connect(lambda: changes.append(1))
    for news, times in (
        (News(applied=1), 0),
        (News(applied=2, scopes=("org", "team:a:open", "team:b:open")), 0),
        (News(applied=3, scopes=("org", "team:b:open")), 1),
        (News(applied=4, scopes=("org", "team:b:open")), 1),
        (News(applied=5, other_eyes=True), 2),
    ):
        sight.follow(news)
        assert len(changes) == times, news


def test_an_answer_for_other_eyes_is_dropped() -> None:
    sight, told = Sight(), list[tuple[Any, str]]()
    before, after = (sight.guarded(lambda result, why: told.append((result, why))) for _ in range(2))
    before("Lena", "")
    sight.change()
    after("Lena", "")
    assert told == [("Lena", ""), (None, OVERTAKEN)]


def test_what_was_revealed_goes(desk: FakeDesk) -> None:
    desk.open_case()
    customer = desk.view.get(Customer, "cu1")
    desk.ask = lambda question, args, then: then({"value": "4111", "seconds": 60}, "")  # type: ignore[method-assign]
    desk.revealed.ask(("customer", "cu1", "email"), "reach", "The parcel came back.", lambda _: None)
    assert desk.revealed.over(customer).email == "4111"
    desk.sight.change()
    assert desk.revealed.over(customer) is customer
    assert "4111" not in repr(vars(desk.revealed))


def test_what_the_archive_brought_goes(qtbot: QtBot, desk: FakeDesk, tmp_path: Path) -> None:
    """It is in no scope of this desk, so no exit takes it away."""
    case = desk.open_case("c1", subject="Refund for Zora")
    desk._write([("case", "c1", None)])
    asked: list[tuple[str, Then]] = []
    desk.ask = lambda question, args, then: asked.append((question, then))  # type: ignore[method-assign]
    panel = ListPanel(desk, Settings(tmp_path))
    qtbot.addWidget(panel)
    panel.search.setText("refund")
    qtbot.waitUntil(lambda: [question for question, _ in asked] == ["search"])
    asked[-1][1]({"cases": [msgspec.to_builtins(case)]}, "")
    assert panel.found.rowCount() == 1
    desk.sight.change()
    assert panel.found.rowCount() == 0
    qtbot.waitUntil(lambda: len(asked) == 2)
    assert asked[-1][0] == "search", "and what may be found now is looked for"
    panel.close_list()


def test_a_case_that_left_is_not_found_any_more(qtbot: QtBot, desk: FakeDesk, tmp_path: Path) -> None:
    desk.open_case("c1", text="refund please")
    panel = ListPanel(desk, Settings(tmp_path))
    qtbot.addWidget(panel)
    panel.search.setText("refund")
    qtbot.waitUntil(lambda: panel.found.rowCount() == 1)
    desk._write([("case", "c1", None)])
    assert panel.found.rowCount() == 0
    panel.close_list()


def test_the_details_are_made_anew(qtbot: QtBot, desk: FakeDesk) -> None:
    """Also what is hidden at that moment holds no name."""
    desk.open_case("c1")
    panel = ContextPanel(desk)
    qtbot.addWidget(panel)
    panel.show_case("c1")
    (part,) = panel.body.findChildren(CustomerSection)
    assert part._name.text() == "Lena Sorensen"
    panel.show_case(None)
    with qtbot.waitSignal(part.destroyed):
        desk.sight.change()
    (part,) = panel.body.findChildren(CustomerSection)
    assert part._name.text() == ""
    panel.show_case("c1")
    assert part._name.text() == "Lena Sorensen"


def test_a_notice_with_somebodys_words_goes(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    notices = Notices(window)
    notices.refuse("You are signed out.")
    notices.refuse("Not sent: Lena wrote.", personal=True)
    notices.tell("Saved as lena.txt.", personal=True)
    notices.forget_personal()
    shown = notices.current()
    assert shown is not None
    assert shown.text == "You are signed out."
    notices.dismiss()
    assert notices.current() is None
    assert "Lena" not in repr(vars(notices)) + notices.accessibleName() + notices._text.text()


class Changing(AuditDesk):
    """An auditor's desk whose rights change while it waits for an answer."""

    waiting: list[Then]

    def ask(self, question: str, args: dict[str, Any], then: Then) -> None:
        self.waiting.append(self.sight.guarded(then))


def test_pages_are_made_anew_and_hear_nothing_of_before(qtbot: QtBot, tmp_path: Path) -> None:
    desk = Changing()
    desk.waiting = []
    desk.put(Person("mina", "org", 1, "Mina Kapoor", "mina@example.org", desk.me.role))
    shell = shell_in(tmp_path)
    qtbot.addWidget(shell)
    shell.add_page(LatePage("queue", "Queue", "ph.tray"))
    hosting = Hosting(desk, shell.settings, shell, PAGES)
    shell.open_page("audit")
    order = [page.id for page in shell.pages()]
    first = hosting._hosts["audit"].real
    assert isinstance(first, AuditPage)
    first.entry._behind.setText("Rosa Stein said so")
    first.search({})
    with qtbot.waitSignal(first.destroyed):
        desk.sight.change()
    second = hosting._hosts["audit"].real
    assert second is not first
    front = shell.page()
    assert front is not None
    assert front.id == "audit"
    assert second.entry._behind.text() == ""
    assert [page.id for page in shell.pages()] == order
    for then in desk.waiting:
        then({"entries": [], "before": 0, "size": 0, "indexed": 0}, "")
    assert isinstance(desk.view.get(Case, "none"), type(None))
    hosting.close()
    desk.close()
