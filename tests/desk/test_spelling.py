"""Spelling in the composer: lines below what no dictionary knows, what was meant, words of one's own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QTextCharFormat
from PySide6.QtWidgets import QLabel, QMenu
from pytestqt.qtbot import QtBot
from tests.desk.fake_desk import FakeDesk

from agentdesk.desk import spelling
from agentdesk.desk.actions import ActionBook
from agentdesk.desk.pages.queue.conversation import ConversationPanel
from agentdesk.desk.pages.settings.form import SettingsForm
from agentdesk.desk.settings import Settings
from agentdesk.desk.spelling import Speller

WORDS = {"en_US": {"the", "parcel", "is", "late", "it's"}, "de_DE": {"das", "paket", "fehlt"}}


class Dictionary:
    """Knows a few words."""

    def __init__(self, language: str) -> None:
        self._words = WORDS[language]

    def check(self, word: str) -> bool:
        return word.lower() in self._words

    def suggest(self, word: str) -> list[str]:
        return sorted(one for one in self._words if one[0] == word[0].lower())


class Library:
    Dict = Dictionary

    @staticmethod
    def list_languages() -> list[str]:
        return sorted(WORDS)


@pytest.fixture(autouse=True)
def library(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(spelling, "_library", Library)
    monkeypatch.setattr(spelling, "_loaded", set())
    for kept in (spelling.languages, spelling._dictionary):
        kept.cache_clear()
    yield
    for kept in (spelling.languages, spelling._dictionary):
        kept.cache_clear()


@pytest.fixture
def desk() -> Iterator[FakeDesk]:
    made = FakeDesk()
    made.open_case("c1", language="en")
    made.open_case("c2", language="de", customer="cu2")
    made.open_case("c3", language="xx", customer="cu3")
    yield made
    made.close()


@pytest.fixture
def panel(qtbot: QtBot, desk: FakeDesk) -> ConversationPanel:
    made = ConversationPanel(desk)
    qtbot.addWidget(made)
    made.resize(800, 700)
    made.show_case("c1")
    made.show()
    qtbot.waitExposed(made)
    qtbot.waitUntil(lambda: made.composer.box.spelling._speller.language == "en")
    return made


def marked(panel: ConversationPanel) -> list[str]:
    """The words with a line below them."""
    found, block = [], panel.composer.box.document().begin()
    while block.isValid():
        for one in block.layout().formats():
            if one.format.underlineStyle() == QTextCharFormat.UnderlineStyle.SpellCheckUnderline:
                found.append(
                    block.text().encode("utf-16-le")[2 * one.start : 2 * (one.start + one.length)].decode("utf-16-le")
                )
        block = block.next()
    return found


def test_words_are_marked_in_the_language_of_the_conversation(qtbot: QtBot, panel: ConversationPanel) -> None:
    panel.composer.put_text("😀 The parcle is lat, it’s A-1043 at https://x.example/parcle {nmae}")
    qtbot.waitUntil(lambda: marked(panel) == ["parcle", "lat", "at"])
    panel.show_case("c2")
    panel.composer.put_text("Das Paket is")
    qtbot.waitUntil(lambda: marked(panel) == ["is"])
    panel.show_case("c3")
    panel.composer.put_text("qwrtz")
    qtbot.wait(20)
    assert marked(panel) == [], "without a dictionary nothing is wrong"


def test_a_dictionary_is_read_where_it_holds_nobody_up(
    qtbot: QtBot, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a cold disk it takes seconds: the conversation is there at once, and the lines when it has come."""
    come, threads = threading.Event(), set[int]()

    def slow(language: str) -> Dictionary:
        threads.add(threading.get_ident())
        assert come.wait(20)
        return Dictionary(language)

    monkeypatch.setattr(Library, "Dict", staticmethod(slow))
    panel = ConversationPanel(desk)
    qtbot.addWidget(panel)
    panel.show_case("c1")
    panel.composer.put_text("parcle")
    qtbot.waitUntil(lambda: bool(threads))
    assert marked(panel) == []
    come.set()
    qtbot.waitUntil(lambda: marked(panel) == ["parcle"])
    assert threading.get_ident() not in threads


def test_what_is_no_word_is_not_spelled(desk: FakeDesk) -> None:
    speller = Speller(desk.drafts)
    speller.language = "en"
    text = "zonk https://zonk.zonk/zonk zonk@zonk @[Zonk Zonk] {zonk zonk} z0nk zonk.zonk zonk: (zonk)."
    assert [text[at : at + length] for at, length in speller.wrong(text)] == ["zonk", "zonk", "zonk"]
    for long in ("zonk@" * 50_000, "zonk." * 50_000, "@[" * 100_000, "{zonk" * 50_000):
        list(speller.wrong(long))  # minutes, if each start of a piece went through all of it


def test_the_menu_mends_and_learns(qtbot: QtBot, panel: ConversationPanel, desk: FakeDesk) -> None:
    box = panel.composer.box
    panel.composer.put_text("parcle is zonk")
    menu = QMenu(box)
    box.spelling.add_to(menu, box.cursorRect(box.textCursor()).topLeft() * 0 + QPoint(4, 4))
    offered = {action.text(): action for action in menu.actions()}
    offered["parcel"].trigger()
    assert panel.composer.text() == "parcel is zonk"
    draft = desk.drafts.get("c1", "reply")
    assert draft is not None
    assert draft.text == "parcel is zonk"
    panel.composer.put_text("zonk is")
    menu = QMenu(box)
    box.spelling.add_to(menu, QPoint(4, 4))
    next(action for action in menu.actions() if "zonk" in action.text()).trigger()
    qtbot.waitUntil(lambda: marked(panel) == [])
    again = Speller(desk.drafts)
    again.language = "en"
    assert list(again.wrong("zonk parcel")) == [], "also after the next start"


def test_it_can_be_switched_off(qtbot: QtBot, panel: ConversationPanel, tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    panel.composer.box.spelling.follow(settings)
    panel.composer.put_text("parcle")
    qtbot.waitUntil(lambda: marked(panel) == ["parcle"])
    panel.composer.show_wrong("Wrong.")
    settings.put("work.spelling", False)
    qtbot.waitUntil(lambda: marked(panel) == [])
    assert panel.composer.wrong.text() == "Wrong.", "nothing was typed"


def test_without_a_dictionary_the_settings_say_so(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def said() -> bool:
        form = SettingsForm(Settings(tmp_path), ActionBook(Settings(tmp_path), Settings(tmp_path)), None)
        qtbot.addWidget(form)
        return any("No dictionary" in one.text() for one in form.findChildren(QLabel))

    assert not said()
    monkeypatch.setattr(spelling, "_library", lambda: None)
    spelling.languages.cache_clear()
    assert said()
