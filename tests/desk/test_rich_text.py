"""Rich text at the desk: Markdown by keys while one writes, and shown in the thread as it is read."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication, QTextCursor, QTextDocument
from pytestqt.qtbot import QtBot
from tests.desk.fake_desk import FakeDesk

from agentdesk.desk.pages.queue.composer import Composer
from agentdesk.desk.pages.queue.composer_markdown import put
from agentdesk.desk.pages.queue.composer_mentions import colleague_named
from agentdesk.desk.pages.queue.conversation import ConversationPanel
from agentdesk.desk.pages.queue.timeline import Timeline
from agentdesk.desk.pages.queue.timeline_items import items_of
from agentdesk.desk.pages.queue.timeline_source import Source
from agentdesk.desk.rich import rich
from agentdesk.domain.cases import Note, Reply
from agentdesk.domain.kernel import Masked
from agentdesk.domain.kernel.terms import Term

TEXT = "Dear **Lena**,\n- one\n- *two*\n> said\n```\nx = 1\n```\n[here](https://a.example/x)"


def select(composer: Composer, start: int, end: int) -> None:
    """Select as Qt counts."""
    cursor = composer.box.textCursor()
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    composer.box.setTextCursor(cursor)


@pytest.mark.parametrize(("text", "kind", "where", "made"), [
    ("see this", "bold", (4, 8), "see **this**"),
    ("see **this**", "bold", (6, 10), "see this"),
    ("see **this**", "italic", (6, 10), "see ***this***"),
    ("see this ", "italic", (3, 9), "see *this* "),
    ("a\nb", "code", (0, 3), "`a`\n`b`"),
    ("a\n\nb", "bullets", (0, 4), "- a\n\n- b"),
    ("- a\n- b", "bullets", (0, 7), "a\nb"),
    ("- a\n- b", "numbers", (0, 7), "1. a\n2. b"),
    ("a\nb", "quote", (0, 3), "> a\n> b"),
    ("👋 مرحبا", "bold", (3, 8), "👋 **مرحبا**"),
    ("", "bold", (0, 0), "****"),
])  # fmt: skip
def test_what_is_selected_takes_the_look(
    composer: Composer, text: str, kind: str, where: tuple[int, int], made: str
) -> None:
    composer.put_text(text)
    select(composer, *where)
    put(composer.box, kind)
    assert composer.text() == made
    composer.box.undo()
    assert composer.text() == text


def test_a_list_goes_on_and_ends(qtbot: QtBot, composer: Composer) -> None:
    qtbot.keyClicks(composer.box, "9. nine")
    qtbot.keyClick(composer.box, Qt.Key.Key_Return)
    qtbot.keyClicks(composer.box, "ten")
    qtbot.keyClick(composer.box, Qt.Key.Key_Return)
    assert composer.text() == "9. nine\n10. ten\n11. "
    qtbot.keyClick(composer.box, Qt.Key.Key_Return)
    qtbot.keyClicks(composer.box, "> - q")
    qtbot.keyClick(composer.box, Qt.Key.Key_Return)
    qtbot.keyClick(composer.box, Qt.Key.Key_Return)
    assert composer.text() == "9. nine\n10. ten\n> - q\n> "
    qtbot.keyClick(composer.box, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert composer.text().endswith("> \n")


def test_what_is_typed_looks_as_it_will_be_read(composer: Composer) -> None:
    composer.put_text("a **bold** word\n```\n**code**")
    block = composer.box.document().firstBlock()
    bold = [one for one in block.layout().formats() if one.format.fontWeight() > 500]
    assert [(one.start, one.length) for one in bold] == [(4, 4)]
    last = composer.box.document().lastBlock().layout().formats()
    assert [(one.start, one.length) for one in last] == [(0, 8)]
    assert composer.text() == "a **bold** word\n```\n**code**"


def test_a_link_of_selected_words(qtbot: QtBot, composer: Composer) -> None:
    composer.put_text("look here")
    select(composer, 5, 9)
    QGuiApplication.clipboard().clear()
    qtbot.keyClick(composer.box, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert composer.text() == "look [here]()"
    qtbot.keyClicks(composer.box, "https://a.example")
    assert composer.text() == "look [here](https://a.example)"
    select(composer, 0, 4)
    mime = QMimeData()
    mime.setText("https://b.example/x")
    composer.box.insertFromMimeData(mime)
    assert composer.text().startswith("[look](https://b.example/x) [here]")


def test_a_name_stays_a_name_within_bold(composer: Composer) -> None:
    composer.show_kind("note")
    composer.put_text("ask @[dario] now")
    select(composer, 4, 17)
    put(composer.box, "bold")
    assert composer.text() == "ask **@[dario]** now"


def test_the_preview_stands_in_the_field_s_place(composer: Composer) -> None:
    composer.put_text("Dear **Lena**")
    composer.focus()
    composer.tools.toggle()
    assert composer.box.isHidden()
    assert composer.tools.preview.toPlainText() == "Dear Lena"
    composer.tools.toggle()
    assert composer.tools.preview.isHidden()
    assert composer.text() == "Dear **Lena**"
    composer.tools.toggle()
    composer.focus()
    assert not composer.box.isHidden()


def shown(qtbot: QtBot, desk: FakeDesk) -> Timeline:
    """The thread of the case."""
    timeline = Timeline(desk)
    qtbot.addWidget(timeline)
    timeline.resize(680, 600)
    timeline.show_case(items_of(Source(desk, "c1").messages, {}), 0)
    return timeline


def looks(document: QTextDocument, text: str) -> tuple[bool, bool, str]:
    """Whether a word is bold, is italic, and where it leads."""
    cursor = document.find(text)
    look = cursor.charFormat()
    return look.fontWeight() > 500, look.fontItalic(), look.anchorHref()


def test_a_thread_shows_what_was_meant(qtbot: QtBot, desk: FakeDesk) -> None:
    desk.do(Reply(case="c1", message="r", text=TEXT, seen=10))
    desk.do(Note(case="c1", message="n", text="ask **@[dario]**"))
    timeline = shown(qtbot, desk)
    rows = {item.key: row for row, item in enumerate(timeline.entries.items)}
    document = timeline.sight.laid_at(rows["r"])[1].document
    assert document is not None
    assert document.toPlainText() == "Dear Lena,\n• one\n• two\nsaid\nx = 1\nhere"
    assert looks(document, "Lena") == (True, False, "")
    assert looks(document, "two") == (False, True, "")
    assert looks(document, "here") == (False, False, "https://a.example/x")
    assert timeline.entries.data(timeline.entries.index(rows["n"])).endswith("ask @Dario Vitale")
    timeline.grab()


def test_hits_and_masks_stand_where_they_are_read(qtbot: QtBot, desk: FakeDesk) -> None:
    desk.do(Reply(case="c1", message="r", text="👋 **re**fund *sent*", seen=10))
    timeline = shown(qtbot, desk)
    timeline.found.show((Term("refund"),))
    row = timeline.entries.row_of("r")
    laid = timeline.sight.laid_at(row)[1]
    assert timeline.found.places_in(laid) == [(3, 9, False)]
    made = rich(f"card **{Masked.of('payment')}** and [x](https://a.example/{Masked.of('payment')})")
    assert made.words.startswith("card [hidden: payment] and [x](https://a.example/[hidden: payment])")
    assert [made.words[at : at + length] for at, length in made.hidden] == ["[hidden: payment]"] * 2
    assert not any(look.href for look in made.looks)


@pytest.mark.parametrize(("text", "called"), [
    ("Ask @Dario about it", "@Dario"),
    ("ask *@vitale*.", "@vitale"),
    ("@[dario] knows", "@Dario Vitale"),
    ("write to dario@shop.example or @nobody, @ all", ""),
])  # fmt: skip
def test_a_colleague_is_called_by_a_sign_and_a_name(desk: FakeDesk, text: str, called: str) -> None:
    assert colleague_named(desk.view, text) == called


def test_a_reply_that_calls_a_colleague_asks_once(qtbot: QtBot, desk: FakeDesk) -> None:
    panel = ConversationPanel(desk)
    qtbot.addWidget(panel)
    panel.resize(690, 700)
    panel.show()
    panel.show_case("c1")
    panel.composer.put_text("Can @Dario look? See [FAQ](https://a.example/faq).")
    assert not panel.sending.send()
    assert "“@Dario”" in panel.composer.wrong.text()
    assert panel.sending.send()
