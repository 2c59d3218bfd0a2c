"""The card that rings: it is seen and heard, taken and passed on by key, and never taken without the server."""

from __future__ import annotations

import msgspec
import pytest
from pytestqt.qtbot import QtBot
from tests.desk.access import nameless
from tests.desk.fake_desk import FakeDesk

from agentdesk.desk.awaywatch import AwayWatch
from agentdesk.desk.ringing import Ringing
from agentdesk.desk.shell import Shell
from agentdesk.domain.cases import Case
from agentdesk.domain.kernel import Actor
from agentdesk.domain.people import SetAvailability
from agentdesk.domain.routing import DraftPlan, Offer, OfferCase, PublishPlan

SYSTEM = Actor("clock", "system")


@pytest.fixture
def desk() -> FakeDesk:
    made = FakeDesk()
    me = made.me
    made._me = msgspec.structs.replace(me, role="admin", scopes=me.scopes | {"routing"})
    made.do(DraftPlan(plan="p1", teams=("billing",)))
    made.do(PublishPlan(plan="p1"))
    made._me = me
    made.do(SetAvailability(state="online"))
    made.open_case("c1", customer_name="Lena")
    return made


def rings(desk: FakeDesk, id: str = "o1") -> None:
    desk.act(OfferCase(offer=id, case="c1", person="mina"), SYSTEM)


def test_it_rings_and_is_taken(desk: FakeDesk, shell: Shell, qtbot: QtBot) -> None:
    told: list[str] = []
    card = Ringing(desk, shell, lambda: desk.online, lambda title, text: told.append(text))
    shell.show()
    assert card.isHidden()
    rings(desk)
    assert card.isVisible()
    assert len(told) == 1
    assert "Lena" in told[0]
    assert not nameless(card)
    desk.online = False
    card.look()
    assert not card.accept.isEnabled()
    card.take()
    assert desk.view.get(Offer, "o1").state == "ringing"
    desk.online = True
    card.look()
    card.accept.click()
    assert desk.view.get(Case, "c1").assignee == "mina"
    assert desk.opened == [("case", "c1")]
    assert card.isHidden()
    card.close_down()


def test_it_is_passed_on_and_ends_by_itself(desk: FakeDesk, shell: Shell) -> None:
    card = Ringing(desk, shell, lambda: True, lambda title, text: None)
    shell.show()
    rings(desk)
    card.later.menu().actions()[1].trigger()
    assert (desk.view.get(Offer, "o1").state, desk.view.get(Offer, "o1").reason) == ("passed", "skill")
    assert card.isHidden()
    rings(desk, "o2")
    assert card.isVisible()
    desk.time += 21_000
    card._tick()
    assert card.isHidden()
    card.close_down()


def test_what_the_server_has_refused_can_be_asked_for_again(
    desk: FakeDesk, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = Ringing(desk, shell, lambda: True, lambda title, text: None)
    rings(desk)
    monkeypatch.setattr(desk, "do", lambda command: True)  # the server has not answered yet
    card.take()
    assert not card.accept.isEnabled()
    card.refused("o1")
    assert card.accept.isEnabled()
    card.close_down()


def test_the_system_is_believed_once_for_each_change() -> None:
    told: list[tuple[str, bool]] = []
    watch = AwayWatch(lambda why, away: told.append((why, away)))
    for on in (True, True, False):
        watch.locked(on)
    watch.asleep(True)
    assert told == [("locked", True), ("locked", False), ("asleep", True)]
