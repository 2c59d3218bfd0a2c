"""Story: whatever breaks, whoever stops it, the agent loses nothing, and sees which level serves; the ledger has it."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from tests.desk.fake_desk import FakeDesk
from tests.desk.test_assist import Holder
from tests.desk.test_assist_panel import press, said

from agentdesk.assist import packs
from agentdesk.assist.shelf import open_shelf
from agentdesk.desk.assist import worker as working
from agentdesk.desk.assist.assist import FULL, STARTING, STOPPED, WORDS, Assist
from agentdesk.desk.assist.beginning import SETTING, Beginning
from agentdesk.desk.bridge import Bridge
from agentdesk.desk.glance import folder_of
from agentdesk.desk.holding import INDEX
from agentdesk.desk.live import Live
from agentdesk.desk.pages.queue.page import QueuePage
from agentdesk.desk.resources import resource_or_none
from agentdesk.desk.settings import Settings
from agentdesk.desk.statusline import StatusLine
from agentdesk.domain.cases import MESSAGES, Case
from agentdesk.domain.kernel import Actor
from agentdesk.domain.macros import AddMacro, Wording
from agentdesk.domain.models import OWN, KeepModel
from agentdesk.domain.suggestions import OF_CASE, Drill, Suggestion

PATIENCE = 30_000
BEGUN = "Dear Lena, I am looking at it"
LEAD = Actor("rosa", "supervisor")
Expect = Callable[[str], None]
PAGE = 8192


class Story:
    """A queue with an open case and a draft begun, the status line, and the worker on a file of its own."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.bot, self.desk = qtbot, FakeDesk()
        self.desk.open_case(text="Where is my refund? The bank has no trace of it.")
        words = Wording("en", "I am sorry that the refund is not on your card yet. It left us on {{date}}.")
        self.desk.do(AddMacro(macro="m1", name="Late refund", texts=(words,), acts=()))
        self.line, self._settings = StatusLine(self.desk.now), Settings(folder)
        window = QWidget()
        for widget in (self.line, window):
            qtbot.addWidget(widget)
        self.page = QueuePage(self.desk, self._settings, window)
        self.page.widget.setParent(window)
        window.resize(1440, 900)
        window.show()
        self.page.show_case("c1")
        self.page.conversation.composer.put_text(BEGUN)
        self._holder = Holder(self.desk)
        self.begun = Beginning(cast(Live, self._holder), Bridge(), self._settings, self.line, folder)
        self.index = folder_of(folder, self._holder.identity) / INDEX
        self.index.parent.mkdir(parents=True, exist_ok=True)

    @property
    def assist(self) -> Assist:
        return self.desk.assist

    def start(self, *until: int) -> None:
        self.assist.start(b"k" * 32, str(self.index))
        self.until(lambda: self.assist.standing in until and self.assist.whole)
        self.until(lambda: self.assist.standing == WORDS or not self.assist.state.unread)

    def until(self, true: Callable[[], bool]) -> None:
        self.bot.waitUntil(true, timeout=PATIENCE)

    def kill(self) -> None:
        worker = self.assist._worker
        assert worker is not None
        assert worker.pid
        os.kill(worker.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
        self.until(lambda: self.assist.standing in (STARTING, STOPPED))

    def records(self) -> list[tuple[int, str]]:
        """Level and reason of each, oldest first."""
        found = self.desk.view.page(OF_CASE(case="c1"))
        return [(one.level, one.why) for one in reversed(found) if isinstance(one, Suggestion)]

    def sees(self, level: int, words: str) -> None:
        """The status line names the level, and what was begun is there."""
        assert (self.assist.level, self.line._assist.text()) == (level, words)
        assert self.page.conversation.composer.text() == BEGUN
        assert self.line._assist.accessibleDescription() == self.assist.why()

    def goes_on(self) -> None:
        """What was begun is sent, by hand; it is joined to what was, or was not, suggested."""
        assert self.page.conversation.sending.send()
        assert BEGUN in {one.text for one in self.desk.view.page(MESSAGES(case="c1"))}
        found = self.desk.view.page(OF_CASE(case="c1"))
        assert any(isinstance(one, Suggestion) and one.message for one in found)


@pytest.fixture
def story(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    monkeypatch.setattr(working, "BACK_MS", (10,))
    made = Story(qtbot, tmp_path)
    yield made
    made.desk.close()


@pytest.fixture
def by_words(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Without a model, which is sooner; each level stands in the log."""
    monkeypatch.setattr(packs, "EMBEDDER", "no/such.pack")
    caplog.set_level(logging.INFO)
    yield
    said = [one.getMessage() for one in caplog.get_records("call")]
    assert "suggestions serve at level 2 of 4 (pack)" in said


@pytest.mark.usefixtures("by_words")
def test_the_worker_is_killed_until_it_stays_away(story: Story, expect_log: Expect) -> None:
    expect_log("WARNING .*: suggestions serve at level 1 of 4 \\(worker\\)")
    story.start(WORDS)
    story.sees(2, "Suggestions by words only: the model is missing")
    story.until(lambda: story.records() != [])
    story.kill()
    story.until(lambda: story.assist.standing == WORDS and story.assist.whole)
    story.kill()
    story.until(lambda: story.assist.standing == STOPPED)
    story.sees(1, "Search only: suggestions stopped")
    assert "Start suggestions again" in story.assist.why()
    story.desk.receive("Hello?")
    story.until(lambda: story.records() == [(2, "pack"), (1, "worker")])
    assert "searched as always" in said(story.page)
    (again,) = story.begun.actions()
    assert again.when
    story.goes_on()


@pytest.mark.usefixtures("by_words")
def test_its_index_is_damaged(story: Story, expect_log: Expect, monkeypatch: pytest.MonkeyPatch) -> None:
    expect_log("WARNING .*: suggestions serve at level 0 of 4 \\(index\\)")
    seen: list[str] = []
    show = StatusLine.show_assist
    monkeypatch.setattr(
        StatusLine, "show_assist", lambda line, text, why="": [seen.append(text), show(line, text, why)]
    )
    for n in range(30):
        many = Wording("en", f"words of thing {n} " * 40)
        story.desk.do(AddMacro(macro=f"x{n}", name=f"Thing {n}", texts=(many,), acts=()))
    story.start(WORDS)
    story.until(lambda: story.records() != [])
    story.assist._end()
    shelf, _ = open_shelf(str(story.index), b"k" * 32, "")
    shelf.close()  # what is in its log goes into the file
    data = bytearray(story.index.read_bytes())
    data[PAGE * 3 : PAGE * 5] = b"x" * PAGE * 2
    story.index.write_bytes(data)
    story.assist.again()
    story.until(lambda: "Macros by hand: the index is made anew" in seen)
    story.until(lambda: story.assist.standing == WORDS and story.assist.whole)
    story.sees(2, "Suggestions by words only: the model is missing")
    assert "was damaged and is made anew" in story.assist.why()
    story.goes_on()  # while it is looked for again: what was found before is what stood beside the reply


def test_by_meaning_until_somebody_who_leads_stops_it(story: Story) -> None:
    if resource_or_none(packs.EMBEDDER) is None or not Path(resource_or_none(packs.EMBEDDER) or "").is_file():
        pytest.skip("the model's pack was not made: scripts/make_pack.py")
    story.start(FULL)
    story.sees(3, "Suggestions on this laptop")
    story.until(lambda: story.records() != [])
    until = story.desk.now() + 600_000
    story.desk.act(Drill(level=1, until=until, reason="Wrong prices are out."), LEAD)
    story.sees(1, "Search only: a stop for now")
    assert "Wrong prices are out." in story.assist.why()
    assert not story.index.exists(), "nobody would tell it of what is erased"
    story.desk.receive("Hello?")
    story.until(lambda: story.records() == [(3, ""), (1, "drill")])
    press(story.page, "assist.1")
    assert story.page.conversation.composer.text() == BEGUN
    story.desk.act(Drill(level=1, until=0), LEAD)
    story.until(lambda: story.records()[-1:] == [(3, "")])
    told = KeepModel(model=OWN, name="Model", licence="MIT", state="withdrawn", note="It mixes things up.")
    story.desk.act(told, Actor("system", "system"))
    story.until(lambda: story.assist.standing == WORDS and story.assist.whole)
    story.sees(2, "Suggestions by words only: the model is withdrawn")
    story.goes_on()


def test_the_agent_has_it_switched_off(story: Story) -> None:
    story._settings.put(SETTING, False)
    story.begun._begin()
    story.sees(1, "Search only: suggestions are off")
    assert "Settings, Work" in story.assist.why()
    story.until(lambda: story.records() == [(1, "off")])
    assert story.desk.view.get(Case, "c1").status == "open"
    story.goes_on()
