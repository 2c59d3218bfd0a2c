"""The page of rights: the table tells the truth, a person is seen as they are, doors open and shut."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from tests.desk.fake_desk import FakeDesk
from tests.desk.samples import shell_in

from agentdesk.desk import texts
from agentdesk.desk.hosting import Hosting
from agentdesk.desk.pages import Listed
from agentdesk.desk.pages.devices import DevicesPage
from agentdesk.desk.pages.opening import LatePage
from agentdesk.desk.pages.rights import RightsPage
from agentdesk.desk.pages.rights.matrix import HELD, PERMISSION, RightsModel
from agentdesk.desk.pages.rights.words import AREAS, area_of
from agentdesk.desk.shell import Shell
from agentdesk.domain.cases import GRANTS, Grant
from agentdesk.domain.kernel import PERMISSIONS, ROLES, may
from agentdesk.domain.people import Person

REASON = "The customer is on the phone."


class Company(FakeDesk):
    """Mina, in a role of one's choice, with one case of her team."""

    def __init__(self, role: str = "supervisor") -> None:
        super().__init__()
        self.become(role)
        self.open_case("c1", "Where is my parcel?")

    def become(self, role: str) -> None:
        mine = self.view.get(Person, self.me.id)
        self._me = msgspec.structs.replace(self.me, role=role)
        self.put(msgspec.structs.replace(mine, role=role))

    def grants(self) -> list[Grant]:
        return list(self.view.page(GRANTS()))


@pytest.fixture
def desk() -> Company:
    return Company()


@pytest.fixture
def shell(qtbot: QtBot, tmp_path: Path) -> Shell:
    made = shell_in(tmp_path)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def page(desk: Company, shell: Shell) -> RightsPage:
    return RightsPage(desk, shell.settings, shell)


# -- the table


def test_the_table_is_the_one_that_decides() -> None:
    model = RightsModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    seen: dict[tuple[str, str], bool] = {}
    for row in range(model.rowCount()):
        for column in range(1, model.columnCount()):
            index = model.index(row, column)
            if permission := index.data(PERMISSION):
                seen[model.role_at(column), permission] = index.data(HELD)
    assert seen == {(role, p): may(role, p) for role in ROLES for p in PERMISSIONS}


def test_each_permission_has_words_and_an_area() -> None:
    german = texts.words("de")
    assert [p for p in PERMISSIONS if not german.get(PERMISSIONS[p])] == []
    assert {area_of(p) for p in PERMISSIONS} == set(AREAS)
    assert RightsModel().rowCount() == len(PERMISSIONS) + len(AREAS)


def test_a_cell_says_aloud_what_it_means() -> None:
    model = RightsModel()
    spoken = model.index(1, 1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Agent: yes. See the open cases of one's own teams"


# -- as somebody


def test_a_person_is_seen_as_they_are(page: RightsPage) -> None:
    combo = page.person.person
    combo.setCurrentIndex(combo.findData("dario"))
    words = page.person.words.text()
    assert "Dario Vitale is Agent." in words
    assert "open cases of" in words
    assert "all devices" not in words
    combo.setCurrentIndex(combo.findData("mina"))
    assert "all visits" in page.person.words.text()


def test_the_person_looked_at_stays_when_news_come(page: RightsPage, desk: Company) -> None:
    combo = page.person.person
    combo.setCurrentIndex(combo.findData("dario"))
    desk.put(Person("zoe", "org", 0, "Aaron Zoe", "zoe@x.example", "agent"))
    assert combo.currentData() == "dario"


# -- doors


def fill(page: RightsPage, number: str, person: str, reason: str = REASON) -> None:
    page.form.number.setText(number)
    page.form.person.setCurrentIndex(page.form.person.findData(person))
    page.form.reason.setText(reason)
    page.form.open_door()


def test_a_guest_is_let_in_and_sent_out(page: RightsPage, desk: Company) -> None:
    desk.put(Person("zoe", "org", 0, "Zoe", "zoe@x.example", "agent"))
    fill(page, "#1", "zoe")
    (grant,) = desk.grants()
    assert (grant.person, grant.way, grant.reason) == ("zoe", "guest", REASON)
    assert page.form.number.text() == ""
    (button,) = page.visits.findChildren(QPushButton)
    assert button.accessibleName() == "End the visit of Zoe in #1"
    button.click()
    assert desk.grants()[0].ended


@pytest.mark.parametrize(
    ("number", "reason", "words"),
    [
        ("", REASON, "Write the number of the case"),
        ("x", REASON, "Write the number of the case"),
        ("٣", REASON, "Write the number of the case"),
        ("9" * 40, REASON, "Write the number of the case"),
        ("99", REASON, "no case 99"),
        ("1", "no", "Say why"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    page: RightsPage, desk: Company, number: str, reason: str, words: str
) -> None:
    desk.put(Person("zoe", "org", 0, "Zoe", "zoe@x.example", "agent"))
    fill(page, number, "zoe", reason)
    assert words in page.form.words.text()
    assert page.form.reason.text() == reason
    assert page.form.number.text() == number


def test_who_may_not_see_rights_has_only_the_doors(shell: Shell) -> None:
    page = RightsPage(Company("senior"), shell.settings, shell)
    assert [action.id for action in page.actions] == ["rights.door"]
    shell.add_page(page)
    shell.open_page("rights")
    shell.show()
    assert page.form.isVisible()
    assert not page.table.isVisible()
    assert not page.person.isVisible()


# -- the rail

LISTED = (Listed("rights", "Access", "ph.key", RightsPage, ("rights.see",)),)
DEVICES = (Listed("devices", "Devices", "ph.laptop", DevicesPage, ("device.see",)),)


def test_a_page_is_on_the_rail_of_who_may_use_it(shell: Shell) -> None:
    desk = Company("agent")
    shell.add_page(LatePage("queue", "Queue", "ph.tray"))
    shell.open_page("queue")
    hosting = Hosting(desk, shell.settings, shell, LISTED)
    assert [page.id for page in shell.pages()] == ["queue"]
    desk.become("supervisor")
    shell.open_page("rights")
    assert shell.book.get("rights.person")
    desk.become("agent")
    assert [page.id for page in shell.pages()] == ["queue"]
    front = shell.page()
    assert front is not None
    assert front.id == "queue"
    assert [action.id for action in shell.book.all() if "rights" in action.id] == []
    desk.become("supervisor")
    shell.open_page("rights")
    hosting.close()


def test_a_page_that_was_taken_off_listens_no_more(shell: Shell, qtbot: QtBot) -> None:
    desk = Company("admin")
    shell.add_page(LatePage("queue", "Queue", "ph.tray"))
    hosting = Hosting(desk, shell.settings, shell, DEVICES)
    shell.open_page("devices")
    listening = len(desk._listeners)
    page = shell.page()
    assert page is not None
    with qtbot.waitSignal(page.destroyed):  # type: ignore[attr-defined]
        desk.become("agent")
    assert len(desk._listeners) == listening - 1
    desk.become("agent")
    hosting.close()
