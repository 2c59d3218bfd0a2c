"""Articles while one writes: as text or link, without what is for agents, and never when they are out of force."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from tests.desk.fake_desk import FakeDesk

from agentdesk.desk.pages.queue.conversation import ConversationPanel
from agentdesk.domain.governed import Document, UseAnswer
from agentdesk.domain.governed.records import LIBRARY
from agentdesk.domain.knowledge import ARTICLE, Article

TEXT = "Dear {customer.name}, it takes **five** days.\n\n> [!agents]\n> Never promise a date."


def article(id: str, title: str, audience: str = "both", **fields: object) -> Document:
    """One that is in force."""
    details = msgspec.json.encode(Article(audience=audience)).decode()  # type: ignore[arg-type]
    made = Document(id, LIBRARY, 1, ARTICLE, title, TEXT, details, "en", "mina", "mina", 1, state="published")
    return msgspec.structs.replace(made, **fields)


@pytest.fixture
def desk() -> Iterator[FakeDesk]:
    """A desk with a case and three articles."""
    made = FakeDesk()
    made.open_case()
    made.put(article("a1", "Refunds"), article("a2", "Old parcels", expires_at=1), article("a3", "Inside", "agents"))
    yield made
    made.close()


def choose(qtbot: QtBot, panel: ConversationPanel, typed: str) -> None:
    """Type two brackets and what is looked for."""
    qtbot.keyClicks(panel.composer.box, "[[")
    picker = panel.composer.chooser.picker
    assert picker is not None
    picker.line.setText(typed)
    qtbot.keyClick(picker.line, Qt.Key.Key_Return)


def test_text_for_the_customer_and_all_of_it_in_a_note(qtbot: QtBot, desk: FakeDesk, panel: ConversationPanel) -> None:
    choose(qtbot, panel, "refunds")
    assert panel.composer.text() == "Dear Lena Sorensen, it takes **five** days."
    used = desk.done[-1]
    assert isinstance(used, UseAnswer)
    assert (used.record, used.how) == ("a1", "text")
    panel.composer.show_kind("note")
    choose(qtbot, panel, "inside")
    assert "Never promise" in panel.composer.text()


def test_a_link_leads_to_the_help_centre(desk: FakeDesk, panel: ConversationPanel) -> None:
    panel.sending.macros.choose_article()
    picker = panel.composer.chooser.picker
    assert picker is not None
    links = {one.title: one for one in picker._choices("") if one.icon == "ph.link"}
    assert set(links) == {"Refunds", "Old parcels"}, "what is for agents has no place there"
    links["Refunds"].run()
    assert panel.composer.text() == "[Refunds](https://desk.example.com/help/articles/a1)"


@pytest.mark.parametrize("kind", ["reply", "note"])
def test_links_to_our_own_pages_lead_there_from_a_mail_too(
    qtbot: QtBot, desk: FakeDesk, panel: ConversationPanel, kind: str
) -> None:
    text = "See [this](/help/articles/a1), [that](https://a.example/x), [those](//b.example/y) or [us](/help/contact)."
    desk.put(article("a4", "Where to look", text=text))
    panel.composer.show_kind(kind)
    choose(qtbot, panel, "where to look")
    ours = "https://desk.example.com/help"
    assert panel.composer.text() == text.replace("(/help", f"({ours}")


@pytest.mark.parametrize(("typed", "why"), [("old", "was not looked at in time"), ("inside", "for agents only")])
def test_what_cannot_be_used_says_why(
    qtbot: QtBot, desk: FakeDesk, panel: ConversationPanel, typed: str, why: str
) -> None:
    choose(qtbot, panel, typed)
    assert why in panel.composer.wrong.text()
    assert panel.composer.text() == ""


def test_brackets_may_be_meant(qtbot: QtBot, panel: ConversationPanel) -> None:
    choose(qtbot, panel, "nothing is called that")
    assert panel.composer.text() == "[["
