"""The composer: drafts by case and kind, names, files, and what it tells others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QImage, QTextCursor, QTextDocument
from pytestqt.qtbot import QtBot
from tests.desk.access import nameless
from tests.desk.fake_desk import FakeDesk

from agentdesk.desk.attaching import MOST_FILES
from agentdesk.desk.pages.queue.composer import Composer
from agentdesk.desk.pages.queue.composer_live import EVERY_MS
from agentdesk.desk.pages.queue.composer_mentions import begun, candidates, coded, write


@pytest.fixture
def desk() -> Iterator[FakeDesk]:
    """A desk with two cases."""
    made = FakeDesk()
    made.open_case()
    made.open_case("c2")
    yield made
    made.close()


def test_each_case_and_kind_has_its_draft(composer: Composer, desk: FakeDesk) -> None:
    composer.put_text("to the customer")
    composer.show_kind("note")
    assert composer.text() == ""
    composer.put_text("to the team")
    composer.show_case("c2", "email")
    assert composer.text() == ""
    assert composer.tabs._titles["reply"] == "Reply · e-mail"
    composer.show_case("c1", "chat")
    assert composer.text() == "to the team"
    composer.show_kind("reply")
    assert composer.text() == "to the customer"
    assert desk.drafts.get("c1", "note") is not None


def test_a_draft_says_when_it_is_kept(qtbot: QtBot, composer: Composer) -> None:
    assert composer.saved.isHidden()
    qtbot.keyClicks(composer.box, "Dear")
    assert composer.saved.isHidden()
    qtbot.waitUntil(lambda: not composer.saved.isHidden())


def test_the_caret_is_where_it_was(composer: Composer, desk: FakeDesk) -> None:
    desk.drafts.typed("c2", "reply", "Dear Lena", 4)
    composer.show_case("c2", "chat")
    assert composer.box.textCursor().position() == 4


def test_earlier_drafts_can_be_gone_back_to(composer: Composer, desk: FakeDesk) -> None:
    composer.put_text("first thought")
    composer.put_text("")
    menu = composer.history.menu()
    assert menu is not None
    menu.aboutToShow.emit()
    assert "first thought" in menu.actions()[0].text()
    menu.actions()[0].trigger()
    assert composer.text() == "first thought"


def test_the_field_grows_and_stops(composer: Composer) -> None:
    low = composer.box.height()
    composer.grow_to(200)
    composer.put_text("line\n" * 8)
    middle = composer.box.minimumHeight()
    composer.put_text("line\n" * 80)
    assert low < middle < composer.box.minimumHeight() == 200


# --- Names ---


def test_names_are_ids_underneath(qtbot: QtBot, desk: FakeDesk) -> None:
    document = QTextDocument()
    write(QTextCursor(document), "Ask @[dario], not @[nobody].\nThanks @[ben]", desk.view)
    assert document.toPlainText() == "Ask @Dario Vitale, not @[nobody].\nThanks @Ben Okoye"
    assert coded(document) == "Ask @[dario], not @[nobody].\nThanks @[ben]"


def test_a_name_that_was_written_over_is_a_word(qtbot: QtBot, desk: FakeDesk) -> None:
    document = QTextDocument()
    cursor = QTextCursor(document)
    write(cursor, "@[dario]", desk.view)
    cursor.setPosition(3)
    cursor.insertText("x")
    assert coded(document) == "@Daxrio Vitale"


@pytest.mark.parametrize(
    ("before", "part"), [("@da", "da"), ("ask @", ""), ("mail a@b", None), ("@dario x", None), ("", None)]
)
def test_a_name_begins_after_a_space(before: str, part: str | None) -> None:
    assert begun(before) == part


def test_people_are_found_by_any_part_of_their_name(desk: FakeDesk) -> None:
    assert [person.id for person in candidates(desk.view, "vit", "mina")] == ["dario"]
    assert "mina" not in [person.id for person in candidates(desk.view, "", "mina")]


def test_a_colleague_is_chosen_by_keyboard(qtbot: QtBot, composer: Composer) -> None:
    composer.show_kind("note")
    composer.focus()
    qtbot.waitUntil(composer.box.hasFocus)
    qtbot.keyClicks(composer.box, "Please @dar")
    popup = composer.box._popup()
    assert popup.isVisible()
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert composer.text() == "Please @[dario] "
    qtbot.keyClicks(composer.box, "look")
    assert composer.text() == "Please @[dario] look"


def test_replies_offer_no_colleagues(qtbot: QtBot, composer: Composer) -> None:
    composer.focus()
    qtbot.keyClicks(composer.box, "@dar")
    assert not composer.box._popup().isVisible()


# --- Files ---


def test_files_are_taken_in_and_off(composer: Composer, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("a")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    composer.box.insertFromMimeData(mime)
    assert [file.name for file in composer.strip.files()] == ["a.txt"]
    assert nameless(composer) == []
    composer.show_case("c2", "chat")
    assert composer.strip.files() == ()
    composer.show_case("c1", "chat")
    composer.strip._remove(composer.strip.files()[0])
    assert composer.strip.files() == ()


def test_too_large_a_file_is_refused_in_a_sentence(composer: Composer, tmp_path: Path) -> None:
    path = tmp_path / "big.bin"
    path.write_bytes(bytes(1_000_001))
    composer.strip.take([path])
    assert composer.wrong.text() == "big.bin is too large."
    composer.strip.take([tmp_path / "missing.txt"])
    assert composer.wrong.text() == "missing.txt cannot be read."


def test_there_is_an_end_to_files(composer: Composer, tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.txt" for number in range(MOST_FILES + 1)]
    for path in paths:
        path.write_text(path.name)
    composer.strip.take(paths)
    assert len(composer.strip.files()) == MOST_FILES
    assert "At most" in composer.wrong.text()


def test_a_picture_is_pasted_as_a_file(composer: Composer) -> None:
    image = QImage(20, 10, QImage.Format.Format_RGB32)
    image.fill(0x00FF00)
    mime = QMimeData()
    mime.setImageData(image)
    composer.box.insertFromMimeData(mime)
    assert [file.type for file in composer.strip.files()] == ["image/png"]


def test_pasted_markup_is_only_text(composer: Composer) -> None:
    mime = QMimeData()
    mime.setHtml("<b>bold</b>")
    mime.setText("bold")
    composer.box.insertFromMimeData(mime)
    assert composer.text() == "**bold**"
    assert "font-weight:700" not in composer.box.toHtml()


# --- Telling others ---


def typing(desk: FakeDesk) -> list[tuple[str, bool]]:
    return [(about, on) for kind, about, on in desk.signals if kind == "typing"]


def test_writing_is_told_now_and_then(qtbot: QtBot, composer: Composer, desk: FakeDesk) -> None:
    composer.focus()
    qtbot.keyClicks(composer.box, "Dear")
    assert typing(desk) == [("c1", True)]
    desk.time += EVERY_MS
    qtbot.keyClicks(composer.box, " Lena")
    assert typing(desk) == [("c1", True), ("c1", True)]
    composer.sent()
    assert typing(desk)[-1] == ("c1", False)


def test_leaving_the_field_ends_it(qtbot: QtBot, composer: Composer, desk: FakeDesk) -> None:
    composer.focus()
    qtbot.keyClicks(composer.box, "Dear")
    composer.send.setFocus()
    assert typing(desk) == [("c1", True), ("c1", False)]


def test_notes_are_not_told(qtbot: QtBot, composer: Composer, desk: FakeDesk) -> None:
    composer.show_kind("note")
    composer.focus()
    qtbot.keyClicks(composer.box, "between us")
    assert typing(desk) == []


def test_escape_leaves(qtbot: QtBot, composer: Composer) -> None:
    with qtbot.waitSignal(composer.left):
        qtbot.keyClick(composer.box, Qt.Key.Key_Escape)
