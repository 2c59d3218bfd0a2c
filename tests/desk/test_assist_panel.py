"""The cards beside a conversation: put in and edited, read first, dismissed; none is ever sent by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot
from tests.desk.access import keyless, nameless
from tests.desk.canned import Canned, card
from tests.desk.fake_desk import FakeDesk

from agentdesk.assist.frames import Candidate, Card, Near, Open, Signals, State
from agentdesk.desk.actions import Action, Context
from agentdesk.desk.assist.assist import FULL, STOPPED
from agentdesk.desk.pages.queue import assist_state
from agentdesk.desk.pages.queue.assist_card import SuggestionCard
from agentdesk.desk.pages.queue.assist_state import distance
from agentdesk.desk.pages.queue.conversation_later import planned_in
from agentdesk.desk.pages.queue.page import QueuePage
from agentdesk.desk.settings import Settings
from agentdesk.desk.times import HOUR
from agentdesk.desk.widgets.badges import Chip
from agentdesk.desk.widgets.labels import QLabel
from agentdesk.domain.cases import MESSAGES, Case, Message, Reply
from agentdesk.domain.cases.acting import Act
from agentdesk.domain.governed import Document
from agentdesk.domain.governed.records import LIBRARY
from agentdesk.domain.kernel import Actor
from agentdesk.domain.knowledge import ARTICLE
from agentdesk.domain.macros import AddMacro, Macro, RemoveMacro, Wording
from agentdesk.domain.policies import SetPolicy
from agentdesk.domain.suggestions import OF_CASE, Drill, QueueRule, SetAssistRules, Suggestion, held_out

TEXT = "Dear {{customer.name}}, it left us on {{date}}."


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeDesk]:
    monkeypatch.setattr(assist_state, "SOON_MS", 0)
    made = FakeDesk()
    made.assist.close()
    made.assist = Canned(made)
    made.open_case()
    made.do(AddMacro(macro="m1", name="Late", texts=(Wording("en", TEXT),), acts=(Act("tag", "late"),)))
    yield made
    made.close()


@pytest.fixture
def page(qtbot: QtBot, desk: FakeDesk, tmp_path: Path) -> QueuePage:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1440, 900)
    made = QueuePage(desk, Settings(tmp_path), window)
    made.widget.setParent(window)
    made.widget.resize(1440, 900)
    window.show()
    made.show_case("c1")
    return made


def serve(qtbot: QtBot, page: QueuePage, desk: FakeDesk, *cards: Card, **fields: object) -> list[SuggestionCard]:
    assert isinstance(desk.assist, Canned)
    desk.assist.serve(*cards, **fields)
    qtbot.waitUntil(lambda: page.context.body.suggestions.now is not None, timeout=30_000)
    return shown(page)


def shown(page: QueuePage) -> list[SuggestionCard]:
    return [one for one in rows(page) if isinstance(one, SuggestionCard)]


def rows(page: QueuePage) -> list[QWidget]:
    """What lies in the section now, shown yet or not."""
    layout = page.context.body.assist._rows
    return [found for at in range(layout.count()) if (found := layout.itemAt(at).widget()) is not None]


def press(page: QueuePage, id: str) -> None:
    action: Action = next(one for one in page.actions if one.id == id)
    if action.when(Context()):
        action.run(Context())


def record(desk: FakeDesk) -> Suggestion:
    (found,) = desk.view.page(OF_CASE(case="c1"))
    assert isinstance(found, Suggestion)
    return found


def said(page: QueuePage) -> str:
    found = [part for row in rows(page) for part in (row, *row.findChildren(QLabel)) if isinstance(part, QLabel)]
    return "\n".join(one.text() for one in found)


def test_a_card_is_put_in_edited_and_joined_to_what_is_sent(qtbot: QtBot, page: QueuePage, desk: FakeDesk) -> None:
    (found,) = serve(qtbot, page, desk, card("macro:m1", TEXT))
    assert (record(desk).action, record(desk).shown) == ("shown", ("macro:m1",))
    box = page.conversation.composer.box
    box.setPlainText("Hello. ")
    box.moveCursor(box.textCursor().MoveOperation.End)
    count = len(desk.view.page(MESSAGES(case="c1")))
    press(page, "assist.1")
    assert box.toPlainText() == "Hello. Dear Lena Sorensen, it left us on {{date}}."
    assert "Lena" in found.findChildren(QLabel)[1].text()
    assert (record(desk).action, record(desk).chars) == ("accepted", len("Dear Lena Sorensen, it left us on {{date}}."))
    assert not page.conversation.sending.send()  # a date is missing
    assert len(desk.view.page(MESSAGES(case="c1"))) == count
    box.setPlainText(box.toPlainText().replace("{{date}}", "3 May").removeprefix("Hello. "))
    qtbot.waitUntil(lambda: "edited 16 %" in page.conversation.composer.origin.text(), timeout=30_000)
    assert page.conversation.sending.send()
    done = record(desk)
    assert (done.action, done.edits, desk.view.get(Case, "c1").tags) == ("accepted", 7, ("late",))
    sent = desk.view.page(MESSAGES(case="c1"))
    assert done.message in {message.id for message in sent if message.kind == "reply"}
    assert len(done.final_sha256) == 64


def test_a_reply_that_is_begun_gets_no_second_greeting(qtbot: QtBot, page: QueuePage, desk: FakeDesk) -> None:
    text = "Hi {{customer.name}},\n\nit left us on 3 May.\n\nCheers,\nMina"
    (found,) = serve(qtbot, page, desk, card("case:c9", text, bare="it left us on 3 May.", own=True, form="near"))
    assert "<qt>in your wording</qt>" in {one.toolTip() for one in found.findChildren(Chip)}
    lines = {one.text() for one in found.findChildren(QLabel)}
    assert "It addresses the customer informally; you write formally." in lines
    box = page.conversation.composer.box
    press(page, "assist.1")
    assert box.toPlainText() == "Hi Lena Sorensen,\n\nit left us on 3 May.\n\nCheers,\nMina"
    box.setPlainText("Hello Lena, ")
    box.moveCursor(box.textCursor().MoveOperation.End)
    press(page, "assist.1")
    assert (box.toPlainText(), record(desk).chars) == ("Hello Lena, it left us on 3 May.", 20)


def test_a_planned_reply_is_joined_too_and_the_next_one_if_it_comes_back(
    qtbot: QtBot, page: QueuePage, desk: FakeDesk
) -> None:
    serve(qtbot, page, desk, card("macro:m2", "It left us."))
    press(page, "assist.1")
    sending = page.conversation.sending
    assert sending.later._plan("It left us. Yes.", desk.now() + HOUR)
    (planned,) = planned_in(desk, "c1")
    done = record(desk)
    assert (done.action, done.message, done.edits) == ("accepted", planned.id, 5)
    page.conversation.composer.put_text("One moment.")
    assert sending.send()
    assert record(desk) == done, "another reply does not come from it"
    sending.later.pressed("later_cancel", planned.id)
    assert (record(desk).action, record(desk).message, record(desk).final_sha256) == ("accepted", "", "")
    assert sending.send()
    sent = desk.view.get(Message, record(desk).message)
    assert sent.text == "It left us. Yes."


def test_what_a_reply_cannot_show_is_told_otherwise(qtbot: QtBot, page: QueuePage, desk: FakeDesk) -> None:
    text = "# Refunds\n\n| Bank | Days |\n|:--|--:|\n| **Nord** | 3 |\n\n![The form](https://far.example/a.png)"
    text += " [How](/help/articles/a2)"
    (found,) = serve(qtbot, page, desk, card("article:a1", text))
    assert found.findChildren(QLabel)[1].text() == "Refunds\n\n• Bank: Nord; Days: 3\n\nThe form How"
    press(page, "assist.1")
    link = "[How](https://desk.example.com/help/articles/a2)"
    assert page.conversation.composer.text() == f"# Refunds\n\n- Bank: **Nord**; Days: 3\n\nThe form {link}"


def test_a_long_case_is_told_in_its_own_words(qtbot: QtBot, page: QueuePage, desk: FakeDesk) -> None:
    serve(qtbot, page, desk, card("macro:m1", "It is on its way."))
    assert "So far" not in said(page)
    for text in ("Where is my parcel?", "There is still no parcel here."):
        desk.do(Reply(case="c1", message=desk.new_id(), text="Hello,\nthe parcel left us.\nBest,\nMina", seen=99))
        desk.receive(text)
    page.show_case("c1")
    qtbot.waitUntil(lambda: "Customer: “There is still no parcel here.”" in said(page), timeout=30_000)
    assert "We: “the parcel left us.”" in said(page)


def test_the_steps_of_the_fitting_article_are_named_until_it_goes(
    qtbot: QtBot, page: QueuePage, desk: FakeDesk
) -> None:
    told = "Ask for the number.\n\n1. Look it up.\n2. Tell the **bank**."
    about = Document("a1", LIBRARY, 1, ARTICLE, "Traces", told, "{}", "en", "mina", "mina", 1, state="published")
    desk.put(about)
    serve(qtbot, page, desk, card("article:a1", told))
    assert "Next steps · Traces\n1. Look it up.\n2. Tell the bank." in said(page)
    desk.put(msgspec.structs.replace(about, text="No steps any more."))
    page.show_case("c1")
    qtbot.waitUntil(lambda: "Next steps" not in said(page), timeout=30_000)


def test_money_is_read_at_its_source_first(qtbot: QtBot, page: QueuePage, desk: FakeDesk) -> None:
    (found,) = serve(qtbot, page, desk, card("macro:m1", "We refund it.", touchy=("refund",)))
    assert found.insert.text() == "Read the source"
    press(page, "assist.1")
    composer = page.conversation.composer
    assert composer.text() == ""
    dialog = next(one for one in page.context.window().findChildren(QDialog) if one.isVisible())
    assert dialog.findChildren(QPlainTextEdit)[0].toPlainText() == "We refund it."
    assert (nameless(dialog), record(desk).action) == ([], "opened")
    dialog.accept()
    (found,) = shown(page)
    assert found.insert.text() == "Insert"
    found.insert.click()
    assert composer.text() == "We refund it."


def test_what_is_for_colleagues_goes_into_a_note(qtbot: QtBot, page: QueuePage, desk: FakeDesk) -> None:
    (found,) = serve(qtbot, page, desk, card("post:t1", "Ask Rosa, she can lift it.", internal=True))
    assert found.property("tone") == "note"
    assert "not for a customer" in said(page)
    press(page, "assist.1")
    composer = page.conversation.composer
    assert (composer.kind, composer.text()) == ("note", "Ask Rosa, she can lift it.")
    composer.show_kind("reply")
    assert composer.text() == ""


def test_one_key_dismisses_and_the_menu_has_reasons(qtbot: QtBot, page: QueuePage, desk: FakeDesk) -> None:
    first, second = serve(qtbot, page, desk, card("macro:m1", "One."), card("macro:m2", "Two."))
    assert nameless(page.context) == []
    assert keyless(page.context) == []
    reasons = second.away.menu()
    assert reasons is not None
    next(one for one in reasons.actions() if one.text() == "It is outdated").trigger()
    assert (record(desk).chosen, record(desk).reason) == ("macro:m2", "outdated")
    assert [one.source for one in shown(page)] == [first.source]
    press(page, "assist.dismiss")
    assert (shown(page), record(desk).reason) == ([], "not_needed")
    assert "Nothing that fits well enough." in said(page)
    press(page, "assist.1")
    assert page.conversation.composer.text() == ""


def test_silence_is_recorded_and_what_is_noticed_has_its_words(qtbot: QtBot, page: QueuePage, desk: FakeDesk) -> None:
    desk.open_case("c7", text="So.")
    signals = Signals(language="de", mood="upset", mood_words=("terrible",), hints=(("legal", ("my lawyer",)),),
                      repeats=("c7",), topic="Late refund")  # fmt: skip
    near = (Near("case:c7", "Refund traced", desk.now() - 1, 0.8),)
    assert serve(qtbot, page, desk, signals=signals, similar=near) == []
    assert (record(desk).action, record(desk).shown) == ("withheld", ())
    words = said(page)
    for one in ("“terrible”", "“my lawyer”", "within 30 days: 1", "Writes in German", "About: Late refund"):
        assert one in words, words
    assert nameless(page.context) == []


def test_without_suggestions_one_goes_on_by_hand(
    qtbot: QtBot, page: QueuePage, desk: FakeDesk, expect_log: Callable[[str], None]
) -> None:
    expect_log("level 1 of 4")
    serve(qtbot, page, desk, card("macro:m1", "One."))
    desk.assist._stand(STOPPED)
    desk.receive("And now?")
    qtbot.waitUntil(lambda: "searched as always" in said(page), timeout=30_000)
    assert shown(page) == []
    page.conversation.composer.put_text("By hand.")
    assert page.conversation.sending.send()


def test_another_eye_sees_nothing_of_it(qtbot: QtBot, page: QueuePage, desk: FakeDesk) -> None:
    serve(qtbot, page, desk, card("macro:m1", "Secret of before."))
    assert isinstance(desk.assist, Canned)
    desk.assist.answer = type(desk.assist).answer
    desk.sight.change()
    assert "Secret" not in said(page)


def test_what_goes_or_becomes_another_leaves_what_was_offered(qtbot: QtBot, page: QueuePage, desk: FakeDesk) -> None:
    macro = desk.view.get(Macro, "m1")
    desk.put(msgspec.structs.replace(macro, id="m2"))
    both = [card(f"macro:{id}", "Secret of before.", version=macro.version, at=macro.at) for id in ("m1", "m2")]
    desk.open_case("c7", text="So.")
    signals = Signals(topic="Secret topic", topic_of="macro:m2")
    assert len(serve(qtbot, page, desk, *both, signals=signals, similar=(Near("case:c7", "Secret case", 0, 0.8),))) == 2
    press(page, "assist.1")
    desk.put(msgspec.structs.replace(macro, version=macro.version + 1))
    assert [one.source for one in shown(page)] == ["macro:m2"]
    assert page.conversation.composer.text() == "Secret of before."
    desk.do(RemoveMacro(macro="m2"))
    kept = page.context.body.suggestions.now
    assert kept is not None
    assert (shown(page), [one.id for one in kept.answer.similar], "Secret" in said(page)) == ([], ["case:c7"], False)
    desk._write([("case", "c7", None)])
    assert "Secret" not in repr(kept.answer)


def test_what_was_looked_for_too_early_is_looked_for_again(qtbot: QtBot, page: QueuePage, desk: FakeDesk) -> None:
    assert isinstance(desk.assist, Canned)
    assert serve(qtbot, page, desk, whole=False) == []
    assert "Looking…" in said(page)
    told = {
        "cards": (card("macro:m1", "One."),),
        "considered": (Candidate("macro:m1", "macro", 3, 0, 0.6, 0.2, 0, 0.5),),
    }
    desk.assist.answer = msgspec.structs.replace(desk.assist.answer, **told)
    desk.assist._stand(FULL)  # still not all
    assert shown(page) == []
    desk.assist.answer = msgspec.structs.replace(desk.assist.answer, whole=True)
    desk.assist.state = State(3, texts=9, whole=True)
    desk.assist._stand(FULL)
    qtbot.waitUntil(lambda: [one.source for one in shown(page)] == ["macro:m1"], timeout=30_000)
    press(page, "assist.dismiss")
    desk.assist._stand(FULL)
    assert shown(page) == []
    records = desk.view.page(OF_CASE(case="c1"))
    assert sorted(one.action for one in records if isinstance(one, Suggestion)) == ["dismissed", "withheld"]


def test_the_ledger_knows_by_what_was_learned_it_was_ranked(qtbot: QtBot, page: QueuePage, desk: FakeDesk) -> None:
    serve(qtbot, page, desk, card("macro:m1", "One."), head=4, ranker=7)
    assert (record(desk).head, record(desk).ranker) == (4, 7)


def test_a_reply_that_overtakes_the_second_look_is_joined_to_the_first(
    qtbot: QtBot, page: QueuePage, desk: FakeDesk
) -> None:
    assert serve(qtbot, page, desk, whole=False) == []
    assert not record(desk).message
    desk.assist.state = State(3, texts=9, whole=True)
    desk.assist._stand(FULL)
    page.conversation.composer.put_text("It is on its way.")
    assert page.conversation.sending.send()
    assert record(desk).message, "the ledger knows that nothing stood beside it"


@pytest.mark.parametrize(
    ("one", "other", "far"),
    [
        ("", "", 0),
        ("kitten", "sitting", 3),
        ("abc", "abc", 0),
        ("", "abc", 3),
        ("x" * 900, "y" * 900, 900),
        ("It is on its way. " * 50, "Hello, " + "It is on its way. " * 50 + "Bye", 10),
    ],
)
def test_distance(one: str, other: str, far: int) -> None:
    assert distance(one, other) == distance(other, one) == far


def test_held_back_on_purpose_nothing_is_shown_and_the_record_says_so(
    qtbot: QtBot, page: QueuePage, desk: FakeDesk
) -> None:
    case = next(f"held-{n}" for n in range(10_000) if held_out(f"held-{n}", 50))
    desk.act(SetPolicy(policy="assist-holdout", value="50"), Actor("system", "system"))
    desk.open_case(case, text="Where is my refund?")
    page.show_case(case)
    near = (Near("macro:m1", "Late", 0, 0.8),)
    assert serve(qtbot, page, desk, card("macro:m1", "One."), similar=near) == []
    (found,) = desk.view.page(OF_CASE(case=case))
    assert isinstance(found, Suggestion)
    assert (found.action, found.shown, found.held) == ("held", (), ("macro:m1",))
    assert "in 50 of 100 cases" in said(page)
    assert "Late" not in said(page)
    page.conversation.composer.put_text("By hand.")
    assert page.conversation.sending.send()
    (found,) = desk.view.page(OF_CASE(case=case))
    assert isinstance(found, Suggestion)
    assert (found.action, bool(found.message)) == ("held", True)


def test_a_rule_of_the_queue_cuts_and_switches_off(qtbot: QtBot, page: QueuePage, desk: FakeDesk) -> None:
    system = Actor("system", "system")
    desk.act(SetAssistRules(rules="v1", rows=(QueueRule(least=80),)), system)
    sure, unsure = card("macro:m1", "One.", score=0.9), card("macro:m2", "Two.", score=0.75)
    assert [one.source for one in serve(qtbot, page, desk, sure, unsure)] == ["macro:m1"]
    assert (record(desk).shown, record(desk).threshold) == (("macro:m1",), 0.8)
    desk.act(SetAssistRules(rules="v2", rows=(QueueRule(on=False),), previous="v1"), system)
    desk.receive("And now?")
    qtbot.waitUntil(lambda: "By rule nothing is suggested" in said(page), timeout=30_000)
    newest = desk.view.page(OF_CASE(case="c1"))[0]
    assert isinstance(newest, Suggestion)
    assert (newest.action, newest.level, newest.shown) == ("withheld", 1, ())
    desk.act(SetAssistRules(rules="v3", rows=(), previous="v2"), system)
    serve(qtbot, page, desk, sure)
    qtbot.waitUntil(lambda: len(shown(page)) == 1, timeout=30_000)


def test_in_a_drill_one_goes_on_by_hand_until_it_ends(desk: FakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    assist, system = desk.assist, Actor("system", "system")
    assert isinstance(assist, Canned)
    begun: list[Open] = []
    monkeypatch.setattr(assist, "_begin", begun.append)
    desk.act(Drill(level=1, until=desk.now() + 600_000, reason="A test on Monday."), system)
    assist.start(b"k" * 32, "")
    assert (begun, assist.word(), assist.serves) == ([], "Search only: a stop for now", False)
    assert "A test on Monday." in assist.why()
    told: list[str] = []
    assist.changed.connect(lambda: told.append(assist.why()))
    desk.act(Drill(level=1, until=desk.now() + 600_000, reason="Until noon."), system)
    assert ["Until noon." in one for one in told] == [True], "a new reason is shown when it is given"
    desk.act(Drill(level=2, until=desk.now() + 600_000, reason="By words."), system)
    assert [(one.pack, one.index) for one in begun] == [("", "")]
    desk.time += 11 * 60_000
    assist._drill.look()
    assert len(begun) == 2
    assert "A drill" not in assist.why()
