"""A draft of the service beside a conversation: asked for, filled in, marked without a source, never sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot
from tests.desk.access import keyless, nameless
from tests.desk.canned import Canned, card
from tests.desk.fake_desk import FakeDesk
from tests.desk.test_assist_panel import page, press, rows, said, serve

from agentdesk.assist.frames import State
from agentdesk.desk.assist.assist import FULL
from agentdesk.desk.pages.queue import assist_state
from agentdesk.desk.pages.queue.assist_draft_card import DraftCard
from agentdesk.desk.pages.queue.page import QueuePage
from agentdesk.domain.cases import MESSAGES
from agentdesk.domain.kernel import Actor
from agentdesk.domain.macros import AddMacro, Wording
from agentdesk.domain.suggestions import OF_CASE, Drill, NoteService, QueueRule, SetAssistRules, Suggestion
from agentdesk.domain.suggestions.drafting import Cited, Draft, Place, Sentence

__all__ = ["page"]
SYSTEM = Actor("system", "system")
ASKED = "I am jo@x.example. When does my parcel come?"
GOOD = Sentence("It comes in 3 days, ⟦NAME_1⟧, we write to ⟦CONTACT_1⟧ and ⟦CONTACT_2⟧.", ("S1",))
BAD = Sentence("You get 900 Euro.", ("S1",), ("number", "words"))


class Asking(FakeDesk):
    """Keeps what the server is asked; a test answers."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[dict[str, Any], Callable[[Any, str], None]]] = []

    def ask(self, question: str, args: dict[str, Any], then: Callable[[Any, str], None]) -> None:
        if question == "suggestion.draft":
            self.asked.append((args, then))

    def draft(self, *sentences: Sentence) -> Any:
        message = [one for one in self.view.page(MESSAGES(case="c1")) if one.kind == "customer"][-1]
        places = (Place("⟦NAME_1⟧", "", 0, 13), Place("⟦CONTACT_1⟧", message.id, 5, 17))
        sources = (Cited("macro:m1", "Late", 1, 0),)
        return msgspec.to_builtins(Draft(sentences, sources, places, "models.example", "small-1", "ab" * 32, 900))


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Asking]:
    monkeypatch.setattr(assist_state, "SOON_MS", 0)
    made = Asking()
    made.assist.close()
    made.assist = Canned(made)
    made.open_case(text=ASKED)
    made.do(AddMacro(macro="m1", name="Late", texts=(Wording("en", "It comes in 3 days."),), acts=()))
    made.act(SetAssistRules(rules="v1", rows=(QueueRule(drafts=True),)), SYSTEM)
    made.act(NoteService(state="on"), SYSTEM)
    yield made
    made.close()


def drafted(page: QueuePage) -> DraftCard:
    (found,) = [one for one in rows(page) if isinstance(one, DraftCard)]
    return found


def ledger(desk: FakeDesk) -> Suggestion:
    return next(one for one in desk.view.page(OF_CASE(case="c1")) if isinstance(one, Suggestion) and one.service)


def test_it_is_filled_in_here_edited_and_joined_to_what_is_sent(qtbot: QtBot, page: QueuePage, desk: Asking) -> None:
    serve(qtbot, page, desk, card("macro:m1", "It comes in 3 days."), card("case:c9", "Ada's."))
    assert desk.asked == [], "nothing goes out before somebody asks"
    press(page, "assist.draft")
    ((args, answer),) = desk.asked
    assert args == {"case": "c1", "sources": ["macro:m1"]}, "no words of another customer's case"
    assert "The service writes" in said(page)
    answer(desk.draft(GOOD), "")
    found = drafted(page)
    assert "Written by a model: check each sentence." in said(page)
    assert (nameless(page.context), keyless(page.context)) == ([], [])
    assert (ledger(desk).level, ledger(desk).service, ledger(desk).trigger) == (4, "models.example small-1", "asked")
    count = len(desk.view.page(MESSAGES(case="c1")))
    found.insert.click()
    composer = page.conversation.composer
    text = "It comes in 3 days, Lena Sorensen, we write to jo@x.example and {{contact}}."
    assert composer.text() == text
    assert not page.conversation.sending.send(), "what may not be seen here must be filled in"
    assert len(desk.view.page(MESSAGES(case="c1"))) == count
    composer.put_text(text.replace(" and {{contact}}", ""))
    assert page.conversation.sending.send()
    done = ledger(desk)
    assert (done.action, done.edits, bool(done.message)) == ("accepted", 16, True)


def test_what_no_source_supports_is_marked_and_does_not_go_in(qtbot: QtBot, page: QueuePage, desk: Asking) -> None:
    serve(qtbot, page, desk, card("macro:m1", "It comes in 3 days."))
    press(page, "assist.draft")
    desk.asked[-1][1](desk.draft(Sentence("It comes in 3 days.", ("S1",)), BAD), "")
    assert "“You get 900 Euro.” – a number is in no source, no source says this" in said(page)
    found = drafted(page)
    assert found.insert.text() == "Insert what its sources support"
    found.insert.click()
    assert page.conversation.composer.text() == "It comes in 3 days."
    found.away.click()
    press(page, "assist.draft")
    desk.asked[-1][1](desk.draft(BAD), "")
    assert not drafted(page).insert.isEnabled()


def test_money_is_read_at_its_source_first(qtbot: QtBot, page: QueuePage, desk: Asking) -> None:
    serve(qtbot, page, desk, card("macro:m1", "It comes in 3 days."))
    press(page, "assist.draft")
    desk.asked[-1][1](desk.draft(Sentence("The refund comes in 3 days.", ("S1",))), "")
    drafted(page).insert.click()
    dialog = next(one for one in page.context.window().findChildren(QDialog) if one.isVisible())
    assert page.conversation.composer.text() == ""
    dialog.accept()
    drafted(page).insert.click()
    assert page.conversation.composer.text() == "The refund comes in 3 days."


def test_without_it_work_goes_on_and_an_answer_that_comes_too_late_is_not_shown(
    qtbot: QtBot, page: QueuePage, desk: Asking
) -> None:
    serve(qtbot, page, desk, card("macro:m1", "It comes in 3 days."))
    page.conversation.composer.put_text("Begun.")
    press(page, "assist.draft")
    desk.asked[-1][1](None, "The drafting service cannot be reached. Go on without it.")
    assert "Go on without it." in said(page)
    press(page, "assist.draft")
    desk.receive("And now?")
    page.show_case("c1")
    desk.asked[-1][1](desk.draft(GOOD), "")
    assert [one for one in rows(page) if isinstance(one, DraftCard)] == []
    qtbot.waitUntil(lambda: page.context.body.suggestions.now is not None, timeout=30_000)
    press(page, "assist.draft")
    desk.asked[-1][1]({"sentences": 3}, "")
    assert "cannot be read" in said(page)
    desk.act(SetAssistRules(rules="v2", rows=(), previous="v1"), SYSTEM)
    count = len(desk.asked)
    press(page, "assist.draft")
    assert len(desk.asked) == count, "off unless a rule says otherwise"
    assert page.conversation.composer.text() == "Begun."


def test_the_status_line_names_the_fourth_level_and_that_it_rests(
    desk: Asking, expect_log: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    expect_log("level 3 of 4 \\(service\\)")
    assist = desk.assist
    monkeypatch.setattr(assist, "_begin", lambda _: None)
    assist.start(b"k" * 32, "")
    assist.state = State(3, texts=9, whole=True)
    assist._stand(FULL)
    assert (assist.level, assist.word()) == (4, "Suggestions and drafts")
    assert "but what you ask the drafting service: masked" in assist.why()
    desk.act(NoteService(state="resting"), SYSTEM)
    assert (assist.level, assist.word()) == (3, "Suggestions on this laptop: the drafting service rests")
    desk.act(NoteService(state="on"), SYSTEM)
    desk.act(Drill(level=3, until=desk.now() + 60_000, reason="Wrong prices."), SYSTEM)
    assert (assist.level, assist.because) == (3, "drill")
