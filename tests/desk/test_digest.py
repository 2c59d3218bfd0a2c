"""The digest as a lead reads it: who was told of what, what is still late, and the way to the case."""

from __future__ import annotations

from pathlib import Path

import msgspec
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from tests.desk.fake_desk import MINUTE, FakeDesk

from agentdesk.desk.pages.digest import DigestPage
from agentdesk.desk.settings import Settings
from agentdesk.domain.cases import Reply
from agentdesk.domain.clocks import USUAL_LADDER, Draft, Policy, Publish, Ring, Target
from agentdesk.domain.kernel import Actor

CLOCK = Actor("clock", "system")


def test_the_ladder_can_be_read(qtbot: QtBot, tmp_path: Path) -> None:
    desk, window = FakeDesk(), QWidget()
    qtbot.addWidget(window)
    agent, planner = desk.me, msgspec.structs.replace(desk.me, role="admin", scopes=desk.me.scopes | {"planning"})
    targets = (Target(metric="first", minutes=(10, 10, 10, 10)),)
    desk.act(Draft(regime="r", calendars=(), policies=(
        Policy(id="p", name="P", targets=targets, ladder=USUAL_LADDER, budget=2),
    )), planner)  # fmt: skip
    desk._me = msgspec.structs.replace(agent, role="supervisor")
    page = DigestPage(desk, Settings(tmp_path), window)
    qtbot.addWidget(page.widget)
    page.widget.show()
    assert page.budget.text() == "No rules hold yet: nothing is due."
    desk.act(Publish(regime="r"), planner)
    desk.open_case("c1")
    assert page.table.things.rowCount() == 0
    for minutes in (27, 45):  # a colleague would hear of it first; nobody is there, so it is only here
        desk.time += minutes * MINUTE
        desk.act(Ring(clock="c1"), CLOCK)
    told = sorted(page.table.things.item(at).told for at in range(page.table.things.rowCount()))
    assert told == ["Only the digest", "The leads"]
    assert "2 times an hour at most. In this hour: 1." in page.budget.text()
    assert {page.table.things.item(at).late for at in range(2)} == {62 * MINUTE}
    page.table.step(1)
    page.open_case()
    assert desk.opened[-1] == ("case", "c1")
    desk.act(Reply(case="c1", message="m9", text="Here.", seen=9), agent)
    assert {page.table.things.item(at).late for at in range(2)} == {0}
    page.close()
    desk.close()
