"""The page of devices: five thousand laptops listed, found, sorted and looked at; invited, shut out, wiped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from tests.desk.fake_desk import MINUTE, FakeDesk

from agentdesk.desk.pages.devices import DevicesPage
from agentdesk.desk.shell import Shell
from agentdesk.domain.devices import Device, InviteDevice, RevokeDevice, WipeDevice
from agentdesk.domain.people import Person

SCOPE = "it"


def laptop(number: int, **fields: Any) -> Device:
    told = {"system": "Debian 13", "version": "desk 0.1", "disk": "yes", "lock": "yes", "status": "active", **fields}
    return Device(f"d{number:05}", SCOPE, 0, told.pop("person", "mina"), told.pop("name", f"Laptop {number:05}"),
                  told.pop("status"), "k" * 43, f"desk-{number}", **told)  # fmt: skip


class It(FakeDesk):
    """A desk of IT's. `answers` are given to what the server is asked."""

    def __init__(self) -> None:
        super().__init__()
        self._me = msgspec.structs.replace(self.me, role="admin")
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.answer: tuple[Any, str] = ({"code": "ABCD-EFGH"}, "")

    def ask(self, question: str, args: dict[str, Any], then: Callable[[Any, str], None]) -> None:
        self.asked.append((question, args))
        then(*self.answer)


@pytest.fixture
def desk() -> Iterator[It]:
    made = It()
    yield made
    made.close()


@pytest.fixture
def page(desk: It, shell: Shell) -> DevicesPage:
    return opened(desk, shell)


def opened(desk: It, shell: Shell) -> DevicesPage:
    made = DevicesPage(desk, shell.settings, shell)
    shell.add_page(made)
    shell.open_page("devices")
    shell.show()
    QApplication.processEvents()
    return made


def listed(page: DevicesPage) -> list[str]:
    return [page.table.things.item(row).id for row in range(page.table.things.rowCount())]


def typed(page: DevicesPage, qtbot: QtBot, words: str) -> None:
    page.find.setText(words)
    qtbot.waitUntil(lambda: not page._typed.isActive())


def test_five_thousand_are_read_in_slices_found_and_sorted(desk: It, shell: Shell, qtbot: QtBot) -> None:
    desk.put(*(laptop(n, seen=n * MINUTE, disk="no" if n % 100 == 7 else "yes") for n in range(5_000)))
    page = opened(desk, shell)
    qtbot.waitUntil(lambda: page.table.things.rowCount() == 5_000, timeout=20_000)
    page.table.horizontalHeader().sectionClicked.emit(3)
    page.table.sortByColumn(3, Qt.SortOrder.DescendingOrder)
    assert listed(page)[:2] == ["d04999", "d04998"]
    typed(page, qtbot, "laptop 0123")
    assert len(listed(page)) == 11, "00123, and 01230 to 01239"
    typed(page, qtbot, "")
    page.tabs._buttons["doubtful"].click()
    assert len(listed(page)) == 50
    assert "50" in page.tabs._buttons["doubtful"].text()


def test_a_person_is_found_without_accents(page: DevicesPage, desk: It, qtbot: QtBot) -> None:
    desk.put(Person("zoe", "org", 0, "Zoé Lambert", "zoe@x.example", "agent"), laptop(1), laptop(2, person="zoe"))
    typed(page, qtbot, "zoe deb")
    assert listed(page) == ["d00002"]
    typed(page, qtbot, "nobody")
    assert page._lists.currentWidget() is page._nothing
    assert page._nothing.accessibleName() == "No laptop is like that"


def test_no_laptop_at_all_says_what_to_do(page: DevicesPage) -> None:
    assert page._nothing.accessibleName() == "No laptop yet"
    assert page._lists.currentWidget() is page._nothing


def test_one_is_looked_at_and_stays_chosen_while_news_come(page: DevicesPage, desk: It) -> None:
    desk.put(*(laptop(n) for n in range(5)))
    page.table.step(1)
    page.table.step(1)
    assert page.detail.title.text() == "Laptop 00001"
    assert page.detail.verdict.property("tone") == "good"
    desk.put(laptop(1, disk="no", name="Aardvark"))
    assert listed(page)[1] == "d00001", "it does not jump"
    assert page.detail.title.text() == "Aardvark"
    assert "disk encryption" in page.detail.verdict.accessibleName()
    assert page.moved.isVisible()
    page.moved.click()
    assert listed(page)[0] == "d00001"
    assert page.table.current().id == "d00001"
    assert not page.moved.isVisible()


def test_shutting_out_asks_once_more(page: DevicesPage, desk: It) -> None:
    desk.put(laptop(1), laptop(2))
    page.table.choose("d00001")
    page.detail.revoke.click()
    assert desk.done == []
    assert page.detail.revoke.text() == "Press again to go through with it"
    page.table.choose("d00002")
    page.detail.revoke.click()
    assert desk.done == [], "what was asked of another one counts for nothing"
    page.detail.revoke.click()
    assert desk.done == [RevokeDevice(device="d00002")]
    assert not page.detail.revoke.isVisible()
    assert page.detail.chip.text() == "Shut out"


def test_wiping_is_said_until_it_is_done(page: DevicesPage, desk: It) -> None:
    desk.put(laptop(1))
    page.table.choose("d00001")
    page.detail.wipe.click()
    page.detail.wipe.click()
    assert desk.done == [WipeDevice(device="d00001")]
    assert page.detail.chip.text() == "To be wiped"
    assert not page.detail.wipe.isVisible()


def test_one_is_invited_and_its_code_shown_once(page: DevicesPage, desk: It, qtbot: QtBot) -> None:
    desk.put(laptop(1))
    typed(page, qtbot, "laptop")
    page.invite_button.click()
    assert page.invite.who.count() == 4
    page.invite.who.setEditText("Nobody")
    page.invite.go.click()
    assert page.invite.wrong.text().startswith("Nobody here is called that")
    page.invite.who.setEditText("rosa stein")
    page.invite.name.setText("Rosa's new one")
    page.invite.go.click()
    (wish,) = desk.done
    assert isinstance(wish, InviteDevice)
    assert (wish.person, wish.name) == ("rosa", "Rosa's new one")
    assert desk.asked == [("device.code", {"device": wish.device})]
    assert "ABCD-EFGH" in page.detail.code.text()
    assert page.table.current().id == wish.device
    assert page.table.choose("d00001")
    assert not page.detail.code.isVisible(), "the code goes with its laptop"


def test_a_refused_invitation_loses_nothing(page: DevicesPage, desk: It) -> None:
    desk.put(msgspec.structs.replace(desk.view.get(Person, "rosa"), active=False))
    page.invite_button.click()
    page.invite.who.addItem("Rosa Stein", "rosa")
    page.invite.who.setEditText("Rosa Stein")
    page.invite.name.setText("Hers")
    page.invite.go.click()
    assert "is closed" in page.invite.wrong.text()
    assert page.invite.name.text() == "Hers"


def test_without_the_server_there_is_no_code(page: DevicesPage, desk: It) -> None:
    desk.put(laptop(1, status="invited"))
    desk.answer = (None, "This can only be asked while the desk is connected.")
    page.table.choose("d00001")
    page.detail.again.click()
    assert page.detail.code.text() == desk.answer[1]


def test_who_may_only_look_can_do_nothing(desk: It, shell: Shell) -> None:
    desk._me = msgspec.structs.replace(desk.me, role="supervisor")
    desk.put(laptop(1), laptop(2, status="invited"))
    page = opened(desk, shell)
    assert not page.invite_button.isVisible()
    assert "devices.invite" not in [action.id for action in page.actions]
    for id in ("d00001", "d00002"):
        page.table.choose(id)
        assert not page.detail._acts.isVisible()


def test_the_keyboard_does_all(page: DevicesPage, desk: It, qtbot: QtBot) -> None:
    desk.put(*(laptop(n) for n in range(30)))
    page.shown()
    qtbot.keyClick(page.table, Qt.Key.Key_Down)
    qtbot.keyClick(page.table, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    assert page.table.current().id == "d00029"
    runs = {action.id: action for action in page.actions}
    assert {runs[id].key for id in runs} == {"/", "J", "K", "N"}


def test_a_page_that_is_put_away_hears_nothing(page: DevicesPage, desk: It) -> None:
    page.close()
    desk.put(laptop(1))
    assert listed(page) == []
