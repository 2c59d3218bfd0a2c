"""What is no longer fresh, and what served nobody: told from records, on the page where it can be mended."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pytestqt.qtbot import QtBot
from tests.desk.fake_desk import FakeDesk
from tests.desk.paged import desk_as, in_window

from agentdesk.desk.pages.knowledge import KnowledgePage
from agentdesk.desk.pages.knowledge.freshness import OLD, outdated, overdue, worn
from agentdesk.domain.governed import Begin, Document, Use
from agentdesk.domain.governed.registers import DAY
from agentdesk.domain.knowledge import MISSES, Miss


@pytest.fixture
def desk() -> Iterator[FakeDesk]:
    made = desk_as("supervisor", "library")
    for id in ("due", "worn", "new", "none", "orig", "trans"):
        of = {"of": "orig", "language": "de"} if id == "trans" else {}
        made.act(Begin(document=id, edition=f"{id}-e", register="article", title=id.title(), text="So.", **of), made.me)
        keep(made, id, state="published", since=made.time - OLD - DAY, number=1)
    keep(made, "due", review_at=made.time - 1)
    keep(made, "new", since=made.time - DAY, review_at=made.time + DAY)
    keep(made, "orig", number=3)
    keep(made, "trans", of_number=2)
    made.open_case("c1")
    for n, (id, how) in enumerate((("worn", "text"), ("worn", "solved"), ("new", "text"), ("none", "suggested"))):
        use(made, n, id, how)
    yield made
    made.close()


def keep(desk: FakeDesk, id: str, **fields: Any) -> None:
    found = desk.view.get(Document, id)
    assert found is not None
    desk.put(msgspec.structs.replace(found, **fields))


def use(desk: FakeDesk, n: int, id: str, how: str, **fields: Any) -> None:
    desk.put(Use(f"u{n}", "library", 1, "document", id, "c1", how, "rosa", desk.time - DAY, **fields))


@pytest.fixture
def page(desk: FakeDesk, qtbot: QtBot, tmp_path: Path) -> Iterator[KnowledgePage]:
    with in_window(KnowledgePage, desk, qtbot, tmp_path) as made:
        yield made


def test_what_is_no_longer_fresh(page: KnowledgePage, desk: FakeDesk) -> None:
    assert [one.id for one in overdue(desk.view, desk.time)] == ["due"]
    assert [(one.id, count) for one, count in worn(desk.view, desk.time)] == [("worn", 2)]
    assert [one.id for one in outdated(desk.view)] == ["trans"]
    assert page.shelf.tabs._counts["fresh"] == 1
    page.shelf.show_tab("fresh")
    shown = [one.toPlainText() for one in page.fresh.lists]
    assert [text.split("\n")[0] for text in shown] == ["Due", "Worn", "Trans"]
    keep(desk, "due", review_at=desk.time + DAY)
    assert page.fresh.lists[0].toPlainText() == "Nothing."
    page.fresh.lists[1].followed.emit("document:worn")
    assert page.reader.document is not None
    assert page.reader.document.id == "worn"


def test_a_search_of_which_nothing_was_opened_is_noted_when_one_looks_on(page: KnowledgePage, desk: FakeDesk) -> None:
    """And not one that has led somewhere; half a word that is still being typed is no search."""

    def look(text: str) -> None:
        page.shelf.field.setText(text)
        page.shelf.field.returnPressed.emit()

    look("worn")
    page.show_document("worn")
    look("due")
    look("due")
    page.shelf.field.setText("du")
    page.shelf.search()
    look("worn")
    found = desk.view.page(MISSES(since=0))
    assert [(one.words, one.what) for one in found] == [("due", "unread")]


def test_the_report_tells_where_it_was_and_what_was_read_in_vain(page: KnowledgePage, desk: FakeDesk) -> None:
    for n, (words, what, by) in enumerate((("gift card", "wrote", "help"), ("voucher", "unread", "rosa"))):
        desk.put(Miss(f"m{n}", "library", 1, words, what, by, desk.time - DAY))
    use(desk, 8, "worn", "read")
    use(desk, 9, "worn", "text", back=True)
    page.shelf.show_tab("gaps")
    told = page.gaps._misses.text()
    assert "“gift card”: 1, they wrote to us right after (help centre)" in told
    assert "“voucher”: 1, nothing was opened (desk)" in told
    assert "1 wrote to us after reading it, 1 came back after it was sent" in page.gaps._after.toPlainText()
    page.gaps._after.followed.emit("document:worn")
    assert page.reader.document is not None
