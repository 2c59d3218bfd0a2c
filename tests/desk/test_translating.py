"""Translation at the desk: below the words as they came, in place of one's own only if nothing was typed meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QTextDocument
from pytestqt.qtbot import QtBot
from tests.desk.access import keyless, nameless
from tests.desk.fake_desk import FakeDesk

from agentdesk.desk.pages.queue.conversation import ConversationPanel
from agentdesk.desk.pages.queue.conversation_pressed import translate
from agentdesk.desk.pages.queue.timeline_layout import LONG, Laid
from agentdesk.desk.pages.queue.timeline_said import said_of, spoken
from agentdesk.desk.theme import color
from agentdesk.domain.translating import Translation

HELD = Translation("translation", "org", 1, True, ("en", "nl"), "operator", 0)
Then = Callable[[Any, str], None]


class Asked(FakeDesk):
    """A desk whose questions wait until a test answers them."""

    def __init__(self) -> None:
        super().__init__()
        self.questions: list[tuple[str, dict[str, Any], Then]] = []

    def ask(self, question: str, args: dict[str, Any], then: Then) -> None:
        self.questions.append((question, args, then))


@pytest.fixture
def desk() -> Iterator[Asked]:
    made = Asked()
    made.put(HELD)
    made.open_case(text="Waar is mijn pakket?", language="nl-BE")
    yield made
    made.close()


@pytest.fixture
def panel(desk: Asked, qtbot: QtBot) -> ConversationPanel:
    made = ConversationPanel(desk)
    qtbot.addWidget(made)
    made.resize(700, 700)
    made.show()
    made.show_case("c1")
    return made


def words(panel: ConversationPanel, desk: Asked) -> str:
    return next(said_of(one, desk).words for one in panel.timeline.entries.items if one.kind == "message")


def pieces(panel: ConversationPanel, desk: Asked) -> list[str]:
    item = next(one for one in panel.timeline.entries.items if one.kind == "message")
    return [piece.text for piece in said_of(item, desk).pieces]


def test_a_message_is_shown_below_as_it_was_written(desk: Asked, panel: ConversationPanel) -> None:
    assert "Translate" in pieces(panel, desk)
    translate(panel, "c1-m1")
    assert words(panel, desk).endswith("\n\nTranslating…")
    assert pieces(panel, desk)[2:] == []
    question, args, then = desk.questions.pop()
    assert (question, args) == ("translate.text", {"case": "c1", "message": "c1-m1", "target": "en"})
    then(None, "Not connected.")
    assert words(panel, desk).endswith("\n\nNot translated: Not connected.")
    assert pieces(panel, desk)[2:] == ["Try again"]
    translate(panel)
    desk.questions.pop()[2]({"text": "", "why": "slow"}, "")
    assert "took too long" in words(panel, desk)
    translate(panel)
    desk.questions.pop()[2]({"text": "Where is my parcel?", "language": "nl", "lost": 2, "why": ""}, "")
    assert words(panel, desk).startswith("Waar is mijn pakket?\n\nTranslated from Dutch by a service\nWhere is")
    assert "2 names or numbers got lost" in words(panel, desk)
    item = next(one for one in panel.timeline.entries.items if one.kind == "message")
    assert "Where is my parcel?" in spoken(item, desk)
    assert pieces(panel, desk)[2:] == ["Hide the translation"]
    translate(panel)
    assert words(panel, desk) == "Waar is mijn pakket?"


def test_what_we_say_below_a_message_never_looks_like_its_words(desk: Asked, panel: ConversationPanel) -> None:
    translate(panel, "c1-m1")
    desk.questions.pop()[2]({"text": "Where is it?", "language": "nl", "lost": 1, "why": ""}, "")
    document = laid(panel, "c1-m1").document
    assert document is not None
    faint, lines = color("muted"), document.toPlainText().split("\n")
    assert [line for line in lines if ink(document, line) == faint] == [lines[2], lines[4]]
    assert (lines[2], lines[4][:9]) == ("Translated from Dutch by a service", "1 names o")
    assert (ink(document, lines[0]), ink(document, lines[3])) == (None, None)


def test_a_long_message_is_cut_and_its_translation_is_not(desk: Asked, panel: ConversationPanel) -> None:
    message = desk.receive("Lang. " * LONG).id
    translate(panel, message)
    desk.questions.pop()[2]({"text": "It is long.", "language": "nl", "lost": 0, "why": ""}, "")
    shown = laid(panel, message).shown
    assert (shown[LONG], len(shown) < LONG + 100) == ("…", True)
    assert shown.endswith("It is long.")


def ink(document: QTextDocument, line: str) -> QColor | None:
    """The colour of a line; None for that of all words."""
    cursor = document.find(line)
    assert cursor.hasSelection() or not line
    brush = cursor.charFormat().foreground()
    return None if brush.style() is Qt.BrushStyle.NoBrush else brush.color()


def laid(panel: ConversationPanel, message: str) -> Laid:
    return panel.timeline.sight.laid_at(panel.timeline.entries.row_of(message))[1]


def test_a_reply_is_translated_and_ones_own_words_stay(desk: Asked, panel: ConversationPanel) -> None:
    composer = panel.composer
    beside = composer.beside
    assert beside.button.isVisibleTo(composer)
    beside.begin()
    assert composer.wrong.text() == "There is nothing in this reply."
    composer.put_text("It comes on Friday.")
    beside.button.click()
    assert beside.title.text() == "Translating into Dutch…"
    beside.begin()
    ((_, args, then),) = desk.questions
    assert args == {"case": "c1", "text": "It comes on Friday.", "target": "nl"}
    composer.put_text("It comes on Friday, I hope.")
    then({"text": "Het komt vrijdag."}, "")
    assert composer.text() == "It comes on Friday, I hope."
    assert composer.wrong.text().startswith("You have written on meanwhile")
    beside.begin()
    desk.questions.pop()[2](None, "Not connected.")
    assert (composer.text(), composer.wrong.text()) == ("It comes on Friday, I hope.", "Not connected.")
    beside.begin()
    desk.questions.pop()[2]({"text": "Het komt hopelijk vrijdag."}, "")
    assert composer.text() == "Het komt hopelijk vrijdag."
    assert (beside.words.toPlainText(), beside.isVisibleTo(composer)) == ("It comes on Friday, I hope.", True)
    assert (nameless(beside), keyless(beside)) == ([], [])
    assert desk.drafts.get("c1", "reply") is not None
    panel.write("note")
    assert not beside.isVisibleTo(composer)
    panel.write("reply")
    assert beside.isVisibleTo(composer)
    beside.back.click()
    assert (composer.text(), beside.isVisibleTo(composer)) == ("It comes on Friday, I hope.", False)


def test_who_does_not_wait_is_not_surprised(desk: Asked, panel: ConversationPanel) -> None:
    composer, beside = panel.composer, panel.composer.beside
    composer.put_text("It comes on Friday.")
    beside.begin()
    beside.done.click()
    desk.questions.pop()[2]({"text": "Het komt vrijdag."}, "")
    assert (composer.text(), beside.isVisibleTo(composer)) == ("It comes on Friday.", False)
    beside.begin()
    desk.open_case("c2", text="Hi", language="fr")
    panel.show_case("c2")
    desk.questions.pop()[2]({"text": "Het komt vrijdag."}, "")
    assert composer.text() == ""
    panel.show_case("c1")
    assert composer.text() == "It comes on Friday."
    panel.show_case("c2")
    composer.put_text("Bonjour")
    beside.begin()
    assert composer.wrong.text() == "The service does not translate into this language."


def test_without_a_service_nothing_is_offered(desk: Asked, panel: ConversationPanel) -> None:
    desk._me = msgspec.structs.replace(desk._me, role="quality")
    assert "Translate" not in pieces(panel, desk)
    desk._me = msgspec.structs.replace(desk._me, role="agent")
    assert "Translate" in pieces(panel, desk)
    desk.put(Translation("translation", "org", 1, False, (), "operator", 0))
    panel.show_case("c1")
    assert "Translate" not in pieces(panel, desk)
    assert not panel.composer.beside.button.isVisibleTo(panel.composer)
    translate(panel)
    assert desk.sentences[-1].startswith("Nothing is translated here")
    assert not desk.questions
