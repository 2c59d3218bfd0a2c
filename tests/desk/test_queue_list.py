"""The queue's list: views, counts, order, search, and what one's own deeds and those of others do to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from pytestqt.qtbot import QtBot
from tests.desk.access import keyless, nameless
from tests.desk.fake_desk import MINUTE, FakeDesk

from agentdesk.desk.pages.queue import bulk
from agentdesk.desk.pages.queue.list import ListPanel
from agentdesk.desk.pages.queue.row import facts, stopwatch
from agentdesk.desk.settings import Settings
from agentdesk.domain.cases import Assign, Case, Claim, Note, Read, Snooze, Solve, Tag


class SayingDesk(FakeDesk):
    """Keeps what can be done about a sentence."""

    def say(self, sentence: str, action: str = "", run: Callable[[], None] | None = None) -> None:
        super().say(sentence, action, run)
        self.undo = run


@pytest.fixture
def desk() -> Iterator[SayingDesk]:
    made = SayingDesk()
    for at in range(6):
        made.time += MINUTE
        made.open_case(f"c{at}", f"Where is parcel {at}?", subject=f"Parcel {at}", customer=f"cu{at}")
    made.act(Claim(case="c0"), made.me)
    made.act(Claim(case="c1"), made.me)
    made.act(Claim(case="c2"), made.colleague())
    yield made
    made.close()


@pytest.fixture
def panel(qtbot: QtBot, desk: SayingDesk, tmp_path: Path) -> Iterator[ListPanel]:
    made = ListPanel(desk, Settings(tmp_path))
    qtbot.addWidget(made)
    made.resize(348, 700)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close_list()


def rows(panel: ListPanel) -> list[str]:
    return [panel.case_at(row) for row in range(panel.shown_model.rowCount())]


def settle(qtbot: QtBot, panel: ListPanel) -> None:
    qtbot.waitUntil(lambda: panel.counts.settled)


def test_each_view_lists_and_counts_its_own(qtbot: QtBot, panel: ListPanel) -> None:
    settle(qtbot, panel)
    assert panel.tabs is not None
    assert panel.view_ids() == ("mine", "team:billing", "unassigned", "snoozed", "mentions", "all", "solved")
    assert rows(panel) == ["c0", "c1"]
    panel.show_view("unassigned")
    assert rows(panel) == ["c3", "c4", "c5"]
    panel.sort_by("newest")
    assert rows(panel) == ["c5", "c4", "c3"]
    assert panel.tabs._buttons["team:billing"].text() == "Billing 6"


def test_counts_follow(qtbot: QtBot, panel: ListPanel, desk: SayingDesk) -> None:
    settle(qtbot, panel)
    desk.act(Claim(case="c3"), desk.me)
    settle(qtbot, panel)
    assert panel.tabs is not None
    assert panel.tabs._buttons["mine"].text() == "Mine 3"
    assert rows(panel) == ["c0", "c1", "c3"]


def test_an_empty_view_says_what_to_do(qtbot: QtBot, panel: ListPanel) -> None:
    panel.show_view("snoozed")
    assert panel._stack.currentWidget() is panel._empty
    panel.set_filling(True)
    assert panel._stack.currentWidget() is panel._loading
    panel.set_filling(False)
    panel.show_view("mine")
    assert panel._stack.currentWidget() is panel.list


def test_stepping_opens(qtbot: QtBot, panel: ListPanel) -> None:
    opened: list[str] = []
    panel.chosen.connect(opened.append)
    panel.show_view("unassigned")
    for by in (1, 1, 1, 1, -1):
        panel.list.step(by)
    assert opened == ["c3", "c4", "c5", "c5", "c4"]
    qtbot.keyClick(panel.list, Qt.Key.Key_Up)
    assert opened[-1] == "c3"


def test_after_ones_own_solve_the_next_one_opens(qtbot: QtBot, panel: ListPanel, desk: SayingDesk) -> None:
    desk.online = False  # so it waits, as every deed does for a moment
    panel.show_case("c0")
    opened: list[str] = []
    panel.chosen.connect(opened.append)
    bulk.perform(desk, bulk.solve(), ["c0"])
    qtbot.waitUntil(lambda: opened == ["c1"])
    assert rows(panel) == ["c1"]


def test_what_others_take_stays_open(qtbot: QtBot, panel: ListPanel, desk: SayingDesk) -> None:
    panel.show_view("unassigned")
    panel.show_case("c3")
    opened: list[str] = []
    panel.chosen.connect(opened.append)
    desk.act(Claim(case="c3"), desk.colleague())
    qtbot.wait(20)
    assert rows(panel) == ["c4", "c5"]
    assert opened == []
    assert panel.open_case == "c3"


def test_search_by_number_and_by_words(qtbot: QtBot, panel: ListPanel, desk: SayingDesk) -> None:
    number = desk.view.get(Case, "c4").number
    panel.show_search(True)
    panel.search.setText("parcel 3")
    qtbot.waitUntil(lambda: rows(panel) == ["c3"])
    panel.search.setText(f"#{number}")
    qtbot.waitUntil(lambda: rows(panel)[:1] == ["c4"])
    panel.search.setText("no such words at all")
    qtbot.waitUntil(lambda: panel._stack.currentWidget() is panel._empty)
    panel.show_search(False)
    assert rows(panel) == ["c0", "c1"]
    panel.search.setText("parcel 3")
    qtbot.waitUntil(lambda: rows(panel) == ["c3"])
    panel.show_view("unassigned")
    assert (panel.search.text(), rows(panel)) == ("", ["c3", "c4", "c5"])


def test_many_at_once_and_back(qtbot: QtBot, panel: ListPanel, desk: SayingDesk) -> None:
    panel.show_view("unassigned")
    panel.list.selectAll()
    assert panel.selected() == ("c3", "c4", "c5")
    desk.act(Claim(case="c5"), desk.colleague("rosa"))
    assert bulk.perform(desk, bulk.claim("mina"), ["c3", "c4", "c5"]) == 2
    assert desk.sentences[-1] == "2 taken, 1 refused: Rosa Stein already has this case."
    assert desk.undo is not None
    desk.undo()
    assert [desk.view.get(Case, id).assignee for id in ("c3", "c4", "c5")] == ["", "", "rosa"]


@pytest.mark.parametrize(
    "deed",
    [bulk.solve(), bulk.tag("late"), bulk.prioritise(3), bulk.assign("dario", "orders"), bulk.release()],
    ids=["solve", "tag", "prioritise", "assign", "release"],
)
def test_undo_brings_back_what_was(desk: SayingDesk, deed: bulk.Deed) -> None:
    before = desk.view.get(Case, "c0")
    assert bulk.perform(desk, deed, ["c0"]) == 1
    assert desk.view.get(Case, "c0") != before
    assert desk.undo is not None
    desk.undo()
    after = desk.view.get(Case, "c0")
    same = ("status", "assignee", "team", "tags", "priority")
    assert [getattr(after, name) for name in same] == [getattr(before, name) for name in same]


def test_what_would_change_nothing_is_not_done(desk: SayingDesk) -> None:
    assert bulk.perform(desk, bulk.claim("mina"), ["c0"]) == 0
    assert bulk.perform(desk, bulk.untag("nothing"), ["c0", "gone"]) == 0
    assert desk.sentences == []


def test_a_row_says_what_matters(desk: SayingDesk) -> None:
    desk.act(Tag(case="c0", tag="Billing"), desk.me)
    desk.act(Assign(case="c1", assignee="dario"), desk.me)
    row = facts(desk, desk.view.get(Case, "c0"))
    assert row is not None
    assert (row.name, row.subject, row.chips) == ("Lena Sorensen", "Parcel 0", (("Billing", "plain"),))
    assert row.unread
    assert row.waits == "5:00"
    desk.act(Read(case="c0", seq=desk.view.get(Case, "c0").seq), desk.me)
    again = facts(desk, desk.view.get(Case, "c0"))
    assert again is not None
    assert not again.unread
    assert "Parcel 0" in again.spoken()
    theirs = facts(desk, desk.view.get(Case, "c1"))
    assert theirs is not None
    assert (theirs.assignee, theirs.unread) == ("Dario Vitale", 0)
    looks = msgspec.structs.replace(
        desk.view.get(Case, "c0"), preview="# It comes **today**, see [here](https://a.example)."
    )
    shown = facts(desk, looks)
    assert shown is not None
    assert shown.preview == "It comes today, see here."


def test_mentions_lead_to_their_case(qtbot: QtBot, panel: ListPanel, desk: SayingDesk) -> None:
    desk.act(Note(case="c4", message="n1", text="@[mina] please look"), desk.colleague())
    panel.show_view("mentions")
    qtbot.waitUntil(lambda: rows(panel) == ["c4"])
    opened: list[str] = []
    panel.chosen.connect(opened.append)
    panel.list.step(1)
    assert opened == ["c4"]


def test_waiting_times() -> None:
    assert stopwatch(4 * MINUTE + 12_000) == "4:12"
    assert stopwatch(72 * MINUTE) == "1:12:00"
    assert stopwatch(3 * 24 * 60 * MINUTE) == "3d"


def test_everything_is_painted_and_named(qtbot: QtBot, panel: ListPanel, desk: SayingDesk) -> None:
    desk.act(Snooze(case="c0", until=desk.now() + MINUTE), desk.me)
    desk.act(Solve(case="c1", seen=1), desk.me)
    for view in panel.view_ids():
        panel.show_view(view)
        picture = QPixmap(panel.size())
        panel.render(picture)
    assert nameless(panel) == []
    assert keyless(panel) == []
