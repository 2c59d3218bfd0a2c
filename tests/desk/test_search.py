"""The search line: operators and their help, slips, hits in list and thread, the archive behind the laptop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from tests.desk.access import keyless, nameless
from tests.desk.fake_desk import MINUTE, FakeDesk

from agentdesk.desk.pages.queue.page import QueuePage
from agentdesk.desk.pages.queue.row import RowFacts
from agentdesk.desk.settings import Settings
from agentdesk.domain.cases import Case, Claim, Message, Note, Reply, Tag
from agentdesk.domain.kernel import Masked

THERE = Case(
    "away", "team:billing:past", 1, 77, "Old order", "cu9", "Ana Lima", "billing", "chat", "en", 5, 5, 1, "", "solved"
)
SAID = Message(
    "old", "team:billing:past", 1, "away", "k", 1, "customer", "cu9", "Ana Lima", "My old teapot broke", 9, 9
)


class AskedDesk(FakeDesk):
    """A desk whose server has an archive of one case, or cannot be asked."""

    answers = True

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def ask(self, question: str, args: dict[str, Any], then: Callable[[Any, str], None]) -> None:
        self.asked.append((question, args))
        if not self.answers:
            then(None, "Not connected.")
            return
        records = {"cases": [THERE], "messages": [SAID], "case": THERE}
        then(msgspec.to_builtins(records if question == "case" else {k: records[k] for k in ("cases", "messages")}), "")


@pytest.fixture
def desk() -> Iterator[AskedDesk]:
    made = AskedDesk()
    for at, text in enumerate(("Where is my parcel?", "Ma commande est cassée", "荷物はまだ届いていません")):
        made.time += MINUTE
        made.open_case(f"c{at}", text, subject=f"Order {at}", customer=f"cu{at}")
    made.act(Claim(case="c0"), made.me)
    made.act(Reply(case="c0", message="r1", text="Your parcel is here", seen=2), made.me)
    made.act(Note(case="c1", message="n1", text="Look at the parcel of Lena"), made.colleague())
    made.act(Tag(case="c1", tag="VIP"), made.me)
    made.answers = False
    yield made
    made.close()


@pytest.fixture
def page(qtbot: QtBot, desk: AskedDesk, tmp_path: Path) -> Iterator[QueuePage]:
    window = QWidget()
    qtbot.addWidget(window)
    made = QueuePage(desk, Settings(tmp_path), window)
    qtbot.addWidget(made.widget)
    made.widget.resize(1300, 800)
    made.widget.show()
    qtbot.waitExposed(made.widget)
    yield made
    made.close()


def look(page: QueuePage, text: str) -> None:
    page.list.show_search(True)
    page.list.search.setText(text)


def rows(page: QueuePage) -> list[str]:
    return [page.list.case_at(row) for row in range(page.list.shown_model.rowCount())]


def facts_of(page: QueuePage, case: str) -> RowFacts:
    """What the row of a case tells."""
    record = page.list.found.record(rows(page).index(case))
    assert record is not None
    facts = page.list._facts(record)
    assert facts is not None
    return facts


@pytest.mark.parametrize(
    ("line", "found"),
    [("parcel", {"c0", "c1"}), ("parcel from:me", {"c0"}), ("is:note parcel", {"c1"}), ("tag:vip", {"c1"}),
     ("cassee", {"c1"}), ("届いて", {"c2"}), ("parcel -note -lena", {"c0"}), ('"is my parcel"', {"c0"}),
     ("prcel", {"c0", "c1"}), ("is:mine", {"c0"}), ("parcel in:here before:today", set())],
)  # fmt: skip
def test_operators_and_slips(qtbot: QtBot, page: QueuePage, line: str, found: set[str]) -> None:
    look(page, line)
    qtbot.waitUntil(lambda: page.list.finder.state != "asking")
    assert set(rows(page)) == found


def test_what_is_meant_is_said(qtbot: QtBot, page: QueuePage) -> None:
    look(page, "prcel")
    qtbot.waitUntil(lambda: "parcel" in page.list._note.text())
    look(page, "parcel is:opne")
    qtbot.waitUntil(lambda: "“opne”" in page.list._note.text())
    assert "unassigned" in page.list.search.accessibleDescription()
    look(page, "parcel")
    qtbot.waitUntil(lambda: "only" in page.list._note.text())
    look(page, "")
    assert page.list._note.isHidden()


def test_the_line_is_completed(page: QueuePage) -> None:
    def put(text: str) -> set[str]:
        return set(page.list.help.offers(text, len(text)).values())

    assert "from:" in put("parcel fr")
    assert "tag:" in put("-ta"), "the minus stays"
    assert '"Dario Vitale" ' in put("from:vit")
    assert '"Lena Sorensen" ' in put("from:lena")
    assert put("tag:v") == {"VIP "}
    assert "overdue " in put("is:o")
    assert put("parcel") == set()
    assert put("before:y") == {"yesterday "}


def test_hits_are_marked_and_one_jumps_from_one_to_the_next(qtbot: QtBot, page: QueuePage) -> None:
    look(page, "parcel")
    qtbot.waitUntil(lambda: set(rows(page)) == {"c0", "c1"})
    facts = facts_of(page, "c1")
    assert facts.found == "Look at the parcel of Lena"
    page.show_case("c0")
    found, bar = page.conversation.timeline.found, page.conversation.finding
    assert not bar.isHidden()
    assert found.hits == [("c0-m1", 0), ("r1", 0)]
    assert found.hits[found.at][0] == "r1", "at the message that was found"
    bar.step(1)
    assert (found.at, bar._count.text()) == (0, "1 of 2")
    assert page.conversation.timeline.currentIndex().row() == page.conversation.timeline.entries.row_of("c0-m1")
    picture = QPixmap(page.widget.size())
    page.widget.render(picture)
    bar.end()
    assert found.hits == []


def test_one_finds_in_a_conversation(qtbot: QtBot, page: QueuePage) -> None:
    page.show_case("c0")
    bar = page.conversation.finding
    bar.open()
    qtbot.keyClicks(bar.line, "parc")
    assert bar._count.text() == "2 of 2"
    qtbot.keyClick(bar.line, Qt.Key.Key_Return)
    assert bar._count.text() == "1 of 2"
    qtbot.keyClick(bar.line, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert bar._count.text() == "2 of 2"
    bar.line.setText("")
    qtbot.keyClicks(bar.line, "nothing")
    assert bar._count.text() == "No hit"
    qtbot.keyClick(bar.line, Qt.Key.Key_Escape)
    assert bar.isHidden()
    assert nameless(page.widget) == []
    assert keyless(page.widget) == []


def test_the_archive_is_in_the_same_list_and_can_be_read(qtbot: QtBot, page: QueuePage, desk: AskedDesk) -> None:
    desk.answers = True
    look(page, "teapot from:ana")
    qtbot.waitUntil(lambda: rows(page) == ["away"])
    question, args = desk.asked[-1]
    assert (question, args["filters"]) == ("search", [{"field": "from", "values": ("ana",), "without": False}])
    facts = facts_of(page, "away")
    assert facts.away
    assert "archive" in facts.spoken()
    page.show_case("away")
    assert page.conversation.away
    assert not page.conversation.composer.isEnabled()
    assert page.conversation.timeline.found.hits == [("old", 0)]
    picture = QPixmap(page.widget.size())
    page.widget.render(picture)
    desk.sight.change()
    assert page.conversation.case is None, "what was shown to other eyes is gone"
    page.list.show_search(False)
    page.show_case("c0")
    assert page.conversation.composer.isEnabled()


def test_here_is_here(qtbot: QtBot, page: QueuePage, desk: AskedDesk) -> None:
    look(page, "parcel in:here")
    qtbot.waitUntil(lambda: set(rows(page)) == {"c0", "c1"})
    assert desk.asked == []


def test_a_masked_word_is_not_found_here(qtbot: QtBot, page: QueuePage, desk: AskedDesk) -> None:
    desk.put(msgspec.structs.replace(desk.view.get(Message, "c0-m1"), text=f"My {Masked.of('payment')} parcel"))
    for line in ("payment", "masked", "from:payment", "paymnet"):
        look(page, line)
        qtbot.waitUntil(lambda: page.list.finder.state != "asking")
        assert rows(page) == []
