"""The page of suggestions in figures: what the server counted, what it will not tell, and what happens without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from tests.capabilities.models import ENTERED, FOUND_IT, HELD
from tests.desk.fake_desk import FakeDesk
from tests.desk.samples import shell_in

from agentdesk.desk.pages.assisting import AssistingPage
from agentdesk.desk.shell import Shell
from agentdesk.domain.kernel import Actor
from agentdesk.domain.models import MeasureModel
from agentdesk.domain.suggestions import By, Effect, Line, Measures, limit

EFFECT = Effect(400, 60, 90_000, 110_000, -0.18, -0.25, -0.1, 40, 50, True)


def line(team: str, key: str, strict: int = 30) -> Line:
    return Line(team, key, 6, 200, 120, 60, 20, 100, 50, strict, 40, 10, 125, 18_000, 43_000)


def counted(by: By = "team", effect: Effect | None = EFFECT) -> Any:
    lines = (line("", "orders"), line("", "billing", 45)) if by == "team" else (line("orders", "chat"),)
    return msgspec.to_builtins(Measures(0, 3_600_000, by, lines, 1, line("", ""), effect))


class Asked(FakeDesk):
    """`told` is what the server answers to each path, at once or when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.told: tuple[Any, str] = (counted(), "")
        self.asked: list[tuple[str, Callable[[Any, str], None]]] = []
        self.late = False

    def read(self, where: str, then: Callable[[Any, str], None]) -> None:
        self.asked.append((where, then))
        if not self.late:
            then(*self.told)


@pytest.fixture
def desk() -> Iterator[Asked]:
    made = Asked()
    yield made
    made.close()


@pytest.fixture
def page(desk: Asked, tmp_path: Path, qtbot: QtBot) -> AssistingPage:
    shell: Shell = shell_in(tmp_path)
    qtbot.addWidget(shell)
    made = AssistingPage(desk, shell.settings, shell)
    shell.add_page(made)
    shell.show()
    made.shown()
    return made


def cells(page: AssistingPage) -> list[list[str]]:
    model = page.table.model()
    return [[model.index(row, column).data() for column in range(model.columnCount())]
            for row in range(model.rowCount())]  # fmt: skip


def test_groups_and_all_together(page: AssistingPage) -> None:
    assert [row[0] for row in cells(page)] == ["Billing", "Orders"]
    assert cells(page)[1][2:5] == ["25 % of 120", "40 % of 100", "30 % of 200"]
    assert ("Sent nearly as suggested", "25 % of 120") in page.whole.facts()
    assert "18 % less time" in page.effect.accessibleName()
    assert page.hidden.text().endswith(": 1")


def test_another_cut_is_asked_for_and_an_older_answer_is_not_shown(page: AssistingPage, desk: Asked) -> None:
    desk.late = True
    page.by.choose("queue")
    page.ask()
    page.weeks.setCurrentIndex(2)
    page.ask()
    (_, first), (where, second) = desk.asked[-2:]
    assert where.endswith("?weeks=13&by=queue")
    second(counted("queue"), "")
    first(counted("team"), "")
    assert [row[0] for row in cells(page)] == ["Orders · chat"]


@pytest.mark.parametrize(
    ("effect", "said"),
    [(None, "No effect is measured"), (msgspec.structs.replace(EFFECT, high=0.1), "No difference"),
     (msgspec.structs.replace(EFFECT, is_enough=False), "Too few replies"),
     (msgspec.structs.replace(EFFECT, longer=0.2, low=0.1, high=0.3), "20 % more time")],
)  # fmt: skip
def test_nothing_is_claimed_that_was_not_found(
    page: AssistingPage, desk: Asked, effect: Effect | None, said: str
) -> None:
    desk.told = (counted(effect=effect), "")
    page.ask()
    assert said in page.effect.accessibleName()


def test_too_few_people_no_server_and_nonsense(page: AssistingPage, desk: Asked) -> None:
    desk.told = (None, "Not connected.")
    page.ask()
    assert cells(page), "what was counted stays"
    assert page.banner.isVisibleTo(page.widget)
    desk.told = ({"by": "person"}, "")
    page.ask()
    assert cells(page)
    desk.told = (msgspec.to_builtins(Measures(0, 1, "team", (), 2, None, None)), "")
    page.ask()
    assert page._stack.currentWidget() is page._nothing


def test_the_registry_of_models_stands_below(page: AssistingPage, desk: Asked) -> None:
    def said() -> str:
        return "\n".join(one.text() for one in page.models.findChildren(QLabel))

    assert "all-MiniLM-L6-v2 (int8) · Apache-2.0 · en" in said()
    system = Actor("system", "system")
    desk.act(ENTERED, system)
    desk.act(MeasureModel(model=HELD, measured=FOUND_IT), system)
    assert "intents: R@1 85.0 % (84.0 to 86.0); 99 of 100 within 12.0 ms, data abababababab" in said()
    desk.act(msgspec.structs.replace(ENTERED, state="withdrawn", note="It mixes things up."), system)
    assert "It mixes things up." in said()


def test_whoever_leads_stops_suggestions_with_a_reason_and_lets_them_go_on(page: AssistingPage, desk: Asked) -> None:
    desk._me = msgspec.structs.replace(desk.me, role="supervisor")
    brake = page.brake
    brake.press()
    brake.asking.done.click()
    assert "Say in a few words why" in brake.asking.field._wrong.text()
    brake.asking.field.line.setText("Wrong prices are out.")
    brake.asking.done.click()
    assert limit(desk.view, "billing", "chat", desk.now()).level == 1
    assert (brake.stopped, brake.button.text()) == (True, "Let suggestions go on")
    assert "Wrong prices are out." in brake.banner.accessibleName()
    brake.press()
    assert (brake.stopped, brake.banner.isVisibleTo(page.widget)) == (False, False)
