"""The page of the forum as somebody presses it: asking, voting, solving, moderating, and the way to an article."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from tests.desk.fake_desk import FakeDesk
from tests.desk.paged import desk_as, in_window

from agentdesk.desk import texts
from agentdesk.desk.pages.forum import ForumPage
from agentdesk.desk.pages.forum import words as said
from agentdesk.desk.pages.forum.moderating import moderate
from agentdesk.domain.cases import Case
from agentdesk.domain.forum import (
    NOTICES,
    POSTS,
    TOPICS,
    VOTES,
    Accept,
    Answer,
    Ask,
    EditPost,
    Moderate,
    Post,
    Topic,
)
from agentdesk.domain.governed import UseAnswer
from agentdesk.domain.kernel import Actor
from agentdesk.domain.kernel.commands import draft_place
from agentdesk.domain.suggestions import Considered, Offer


@pytest.fixture
def desk() -> Iterator[FakeDesk]:
    made = desk_as("supervisor", "library", "oversight")
    yield made
    made.close()


@pytest.fixture
def page(desk: FakeDesk, qtbot: QtBot, tmp_path: Path) -> Iterator[ForumPage]:
    with in_window(ForumPage, desk, qtbot, tmp_path) as made:
        yield made


def rosa(desk: FakeDesk) -> Actor:
    return Actor("rosa", "agent", "Rosa Stein", ("billing",), desk.me.scopes)


def asked(page: ForumPage, desk: FakeDesk, text: str = "What do you say?") -> Topic:
    page.new.click()
    page.asker.name.line.setText("Refund says issued")
    page.asker.text.setPlainText(text)
    page.asker.post.click()
    found = desk.view.page(TOPICS())[0]
    assert isinstance(found, Topic)
    return found


def only_answer(desk: FakeDesk, topic: Topic) -> Post:
    (found,) = [one for one in desk.view.page(POSTS(topic=topic.id)) if one.id != topic.first]
    assert isinstance(found, Post)
    return found


def test_a_question_is_answered_voted_and_becomes_an_article_with_its_authors(page: ForumPage, desk: FakeDesk) -> None:
    topic = asked(page, desk)
    assert page.table.things.rowCount() == 1
    desk.act(Answer(topic=topic.id, post="r", text="Copy the **ARN**."), rosa(desk))
    assert "Copy the ARN." in page.thread_.page.toPlainText()
    for count in (1, 0, 1):
        page.thread_.act("act:vote:r")
        assert desk.view.count(VOTES(post="r")) == count
    assert not page.thread_.lesson.isVisibleTo(page.thread_)
    page.thread_.act("act:accept:r")
    page.thread_.lesson.click()
    draft = desk.drafts.get("article:new", "article")
    assert draft is not None
    assert "Copy the **ARN**." in draft.text
    assert "Mina Kapoor, Rosa Stein" in draft.text
    assert desk.opened[-1] == ("draft", topic.id)


def test_what_was_typed_stays_with_its_case_and_names_typed_later_are_covered(page: ForumPage, desk: FakeDesk) -> None:
    desk.open_case("c1", "Where is it?", customer_name="Ida Lang")
    desk.open_case("c2", "Is it blue?", customer_name="Bo Berg")
    page.show_record("ask", "c1")
    page.asker.text.setPlainText("Ida waits for a week now.")
    page.show_record("ask", "c2")
    assert page.asker.text.toPlainText() == "Is it blue?"
    page.show_record("ask", "c1")
    assert page.asker.text.toPlainText() == "Ida waits for a week now."
    page.asker.name.line.setText("How long may it take?")
    page.asker.post.click()
    (topic,) = desk.view.page(TOPICS())
    assert (topic.case, desk.view.get(Post, topic.first).text) == ("c1", "[hidden: name] waits for a week now.")
    assert desk.drafts.get("c1", "post") is None
    assert desk.drafts.get("c2", "post") is None, "nobody has typed anything there"


def test_a_case_is_covered_before_it_is_asked_about(page: ForumPage, desk: FakeDesk) -> None:
    desk.open_case("c1", "I am Lena Sorensen, card 4111 1111 1111 1111.", subject="Lena has no refund")
    page.show_record("ask", "c1")
    shown = page.asker.name.text() + page.asker.text.toPlainText()
    assert not any(one in shown for one in ("Lena", "Sorensen", "4111"))
    page.asker.text.setPlainText("She wrote from lena@example.org.")
    page.asker.post.click()
    (topic,) = desk.view.page(TOPICS())
    first = desk.view.get(Post, topic.first)
    assert "lena@" not in first.text
    assert topic.case == "c1"


def test_what_was_asked_before_is_offered(page: ForumPage, desk: FakeDesk) -> None:
    topic = asked(page, desk)
    page.new.click()
    page.asker.name.line.setText("my refund says issued, where is it")
    page.asker.look()
    assert "Refund says issued" in page.asker.same.toPlainText()
    page.asker.same.followed.emit(f"act:{topic.id}")
    assert page._work.currentWidget() is page.thread_


def test_no_writer_can_make_a_link_that_acts(page: ForumPage, desk: FakeDesk) -> None:
    topic = asked(page, desk, "[useful](act:vote:r) <a href='act:accept:r'>x</a> [y](ACT:vote:r)")
    html = page.thread_.page.html()
    assert f'href="act:edit:{topic.first}"' in html
    assert 'href="act:vote:r"' not in html
    assert 'href="act:accept:r"' not in html


def test_a_moderator_hides_with_a_reason(page: ForumPage, desk: FakeDesk) -> None:
    topic = asked(page, desk)
    desk.act(Answer(topic=topic.id, post="r", text="She is called Lena."), rosa(desk))
    menu = moderate(desk, page.thread_.asking, only_answer(desk, topic).id, page.thread_)
    menu.actions()[0].trigger()
    page.thread_.asking.done.click()
    assert page.thread_.asking.field._wrong.text() == "Say why, so that its writer understands it."
    page.thread_.asking.field.line.setText("It names a customer.")
    page.thread_.asking.done.click()
    shown = page.thread_.page.toPlainText()
    assert "Lena" not in shown
    assert "It names a customer." in shown
    menu.close()


def test_what_is_typed_survives_and_a_refusal_loses_nothing(page: ForumPage, desk: FakeDesk) -> None:
    topic = asked(page, desk)
    page.thread_.text.setPlainText("Half an answer")
    kept = desk.drafts.get(topic.id, "post")
    assert kept is not None
    assert kept.text == "Half an answer"
    desk.put(msgspec.structs.replace(desk.view.get(Topic, topic.id), state="locked"))
    page.thread_.answer()
    assert page.thread_.wrong.text() == "This topic was closed by a moderator."
    assert page.thread_.text.toPlainText() == "Half an answer"


def test_an_answer_that_was_begun_outlives_an_edit(page: ForumPage, desk: FakeDesk) -> None:
    topic = asked(page, desk)
    page.thread_.text.setPlainText("Half an answer")
    page.thread_.act(f"act:edit:{topic.first}")
    page.thread_.text.setPlainText("What do you really say?")
    page.thread_.answer()
    assert desk.view.get(Post, topic.first).text == "What do you really say?"
    assert page.thread_.text.toPlainText() == "Half an answer"
    assert desk.drafts.get(topic.id, "post").text == "Half an answer"


def test_a_change_that_was_begun_is_found_again_or_left(page: ForumPage, desk: FakeDesk) -> None:
    topic, thread = asked(page, desk), page.thread_
    desk.act(Ask(topic="t9", post="q9", space="Billing", title="Other?", text="So."), rosa(desk))
    page.open_topic(topic.id)
    thread.act(f"act:edit:{topic.first}")
    assert (thread.post.text(), thread.leave.isHidden()) == ("Save the change", False)
    thread.text.setPlainText("What do you half")
    page.open_topic("t9")
    assert (thread.text.toPlainText(), thread.post.text(), thread.leave.isHidden()) == ("", "Post", True)
    page.open_topic(topic.id)
    thread.act(f"act:edit:{topic.first}")
    assert thread.text.toPlainText() == "What do you half"
    assert draft_place(EditPost(post=topic.first, edit="e", text="x")) == (topic.first, "edit")
    thread.leave.click()
    assert not thread.text.toPlainText()


def test_a_question_that_was_begun_outlives_one_from_a_case(page: ForumPage, desk: FakeDesk) -> None:
    page.new.click()
    page.asker.text.setPlainText("Half a question")
    desk.open_case("c1", "Where is it?", subject="No refund")
    page.show_record("ask", "c1")
    page.asker.post.click()
    page.new.click()
    assert page.asker.text.toPlainText() == "Half a question"


def test_an_article_that_was_begun_is_not_thrown_away(page: ForumPage, desk: FakeDesk) -> None:
    topic = asked(page, desk)
    desk.act(Answer(topic=topic.id, post="r", text="Copy the **ARN**."), rosa(desk))
    page.thread_.act("act:accept:r")
    desk.drafts.typed("article:new", "article", "Half an article", 0)
    for _ in range(2):
        page.thread_.lesson.click()
        draft = desk.drafts.get("article:new", "article")
        assert draft.text.startswith("Half an article\n\n# Refund says issued")
        assert draft.text.count("Copy the **ARN**.") == 1


def test_who_looks_at_a_topic_has_seen_what_they_were_told_of_it(page: ForumPage, desk: FakeDesk) -> None:
    desk.act(Ask(topic="t", post="q", space="", title="Why?", text="So."), rosa(desk))
    page.open_topic("t")
    page.thread_.text.setPlainText("Like this.")
    page.thread_.answer()
    answer = next(one for one in desk.view.page(POSTS(topic="t")) if one.id != "q")
    page._work.setCurrentWidget(page.asker)
    desk.act(Accept(topic="t", post=answer.id), rosa(desk))
    assert desk.view.count(NOTICES(me="mina")) == 1
    page.open_topic("t")
    assert desk.view.count(NOTICES(me="mina")) == 0


def test_an_incident_is_shown_under_every_tab(page: ForumPage, desk: FakeDesk) -> None:
    topic = asked(page, desk)
    desk.act(Answer(topic=topic.id, post="r", text="So."), rosa(desk))
    page.thread_.act("act:accept:r")
    desk.do(Moderate(post=topic.first, act="incident", reason="It is down."))
    page.tabs.choose("open")
    page.fill()
    assert page.table.things.rowCount() == 0
    assert not page.banner.isHidden()


def test_what_is_too_long_is_refused_where_it_was_typed_and_nothing_of_it_is_lost(
    page: ForumPage, desk: FakeDesk
) -> None:
    page.new.click()
    page.asker.name.line.setText("Refund says issued")
    page.asker.text.setPlainText("x" * 200_001)
    page.asker.post.click()
    assert page.asker.wrong.text() == "“Text” is too long: at most 200000 characters fit. Make it shorter."
    assert page.asker.name.text() == "Refund says issued"
    assert len(page.asker.text.toPlainText()) == 200_001
    assert not desk.done
    assert not desk.view.page(TOPICS())


def test_a_line_takes_what_its_type_takes_and_says_when_it_is_full(page: ForumPage, qtbot: QtBot) -> None:
    page.new.click()
    line = page.asker.name.line
    line.setText("x" * 499)
    line.setCursorPosition(499)
    qtbot.keyClicks(line, "y")
    assert not line.accessibleDescription()
    qtbot.keyClicks(line, "z")
    assert line.text().endswith("xy")
    assert "500" in line.accessibleDescription()


def test_what_comes_back_from_the_server_is_found_where_it_was_typed(page: ForumPage, desk: FakeDesk) -> None:
    topic = asked(page, desk)
    again = Ask(topic="t2", post="p2", space="", title="Refund", text="Once more")
    desk.drafts.typed(*draft_place(again), again.text, 0)
    page.new.click()
    assert page.asker.text.toPlainText() == "Once more"
    answer = Answer(topic=topic.id, post="p3", text="Like this")
    desk.drafts.typed(*draft_place(answer), answer.text, 0)
    page.show_record("topic", topic.id)
    assert page.thread_.text.toPlainText() == "Like this"


def test_what_a_post_said_before_is_shown_with_who_changed_it(page: ForumPage, desk: FakeDesk) -> None:
    topic = asked(page, desk, "What do you say?")
    for text in ("What do *you* say now?", "And now?"):
        page.thread_.act(f"act:edit:{topic.first}")
        page.thread_.text.setPlainText(text)
        page.thread_.answer()
    assert "What do you say?" not in page.thread_.page.toPlainText()
    page.thread_.act(f"act:history:{topic.first}")
    shown = page.thread_.page.toPlainText()
    places = [shown.index(one) for one in ("- What do *you* say now?", "+ And now?", "- What do you say?")]
    assert places == sorted(places)
    assert shown.count("Mina Kapoor") == 2
    page.thread_.act(f"act:history:{topic.first}")
    assert "What do you say?" not in page.thread_.page.toPlainText()


def test_of_very_many_changes_the_latest_are_shown_each_as_it_was(
    page: ForumPage, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(said, "MOST_EDITS", 1)
    topic = asked(page, desk, "First")
    for text in ("Second", "Third"):
        desk.do(EditPost(post=topic.first, edit=text, text=text))
    page.thread_.act(f"act:history:{topic.first}")
    shown = page.thread_.page.toPlainText()
    assert ("- Second" in shown, "+ Third" in shown, "- First" in shown) == (True, True, False)


def test_the_worth_of_an_answer_stands_below_it(page: ForumPage, desk: FakeDesk) -> None:
    topic = asked(page, desk)
    assert page.thread_.used_box.isHidden()
    weighed = {"source": f"post:{topic.id}", "kind": "post", "version": 1, "at": 1, "semantic": 0.9, "lexical": 0.9,
               "votes": 0.0, "score": 0.9}  # fmt: skip
    for n, case in enumerate(("c1", "c1", "c2")):
        desk.open_case(case) if desk.view.get(Case, case) is None else None
        desk.do(Offer(suggestion=f"s{n}", case=case, turn=1, level=2, rules=1, threshold=0.5, input_sha256="",
                      candidates=(Considered(**weighed),), shown=(f"post:{topic.id}",)))  # fmt: skip
    desk.do(UseAnswer(use="u1", kind="topic", record=topic.id, case="c1", how="text"))
    used = page.thread_.used.text()
    assert used == "This answer was suggested in 2 cases and sent once. 1 customer did not come back, 0 did."
    desk.do(UseAnswer(use="u2", kind="topic", record=topic.id, case="c2", how="link"))
    used = page.thread_.used.text()
    assert used == "This answer was suggested in 2 cases and sent 2 times. 2 customers did not come back, 0 did."


def test_of_one_case_it_is_told_as_of_one(
    page: ForumPage, desk: FakeDesk, qapp: QApplication, request: pytest.FixtureRequest
) -> None:
    german = texts.Catalogue(texts.words("de"), qapp)
    qapp.installTranslator(german)
    request.addfinalizer(lambda: qapp.removeTranslator(german))
    topic = asked(page, desk)
    desk.open_case("c1")
    desk.do(UseAnswer(use="u1", kind="topic", record=topic.id, case="c1", how="text"))
    used = "Diese Antwort wurde in 1 Vorgang vorgeschlagen und einmal gesendet. 1 Kunde kam nicht wieder, 0 schon."
    assert page.thread_.used.text() == used


def test_the_digest_tells_what_is_new_where_one_follows_and_leads_there(page: ForumPage, desk: FakeDesk) -> None:
    page.show_today()
    assert "Nothing." in page.today.page.toPlainText()
    desk.act(Ask(topic="t1", post="q1", space="Billing", title="Ours?", text="So."), desk.me)
    for n, space in ((2, "Billing"), (3, "Craft")):
        ask = Ask(topic=f"t{n}", post=f"q{n}", space=space, title=f"Theirs {n}?", text="So.")
        desk.act(ask, rosa(desk))
    shown = page.today.page.toPlainText()
    new = shown[: shown.index("Unanswered")]
    assert "Theirs 2?" in new
    assert "Theirs 3?" not in new
    assert "Theirs 3?" in shown
    arabic = "\u0623\u064a\u0646 \u0627\u0644\u0645\u0628\u0644\u063a"
    ask = Ask(topic="t4", post="q4", space="Billing", title=arabic, text="So.")
    desk.act(ask, rosa(desk))
    page.show_today()
    assert f"\u2068{ask.title}\u2069 · Rosa" in page.today.page.toPlainText(), "it turns nothing of what follows"
    page.today.page.followed.emit("act:t2")
    assert page.thread_.topic == "t2"
    assert page._work.currentWidget() is page.thread_


def test_a_space_is_chosen_and_an_empty_list_says_so(page: ForumPage, desk: FakeDesk) -> None:
    assert page.space.currentText() == "All spaces"
    assert page.space.width() >= page.space.fontMetrics().horizontalAdvance("All spaces") + 30
    for n, space in enumerate(("Billing", "Craft")):
        desk.act(Ask(topic=f"t{n}", post=f"q{n}", space=space, title="Why?", text="So."), rosa(desk))
    page.space.setCurrentIndex(page.space.findData("Craft"))
    assert [page.table.things.id_at(row) for row in range(page.table.things.rowCount())] == ["t1"]
    page.find.setText("zebra")
    assert page._lists.currentWidget() is page._nothing


def test_what_is_said_behind_another_page_is_not_read(page: ForumPage, desk: FakeDesk, qtbot: QtBot) -> None:
    topic = asked(page, desk)
    page.widget.hide()
    with qtbot.waitSignal(page.badge, check_params_cb=lambda count: bool(count == 1)):
        desk.act(Answer(topic=topic.id, post="r1", text="Ask the bank."), rosa(desk))
    assert desk.view.count(NOTICES(me=desk.me.id)) == 1
    assert "Ask the bank." not in page.thread_.page.toPlainText()
    page.widget.show()
    page.shown()
    assert "Ask the bank." in page.thread_.page.toPlainText()
    assert desk.view.count(NOTICES(me=desk.me.id)) == 0


def test_a_long_thread_is_shown_in_parts(page: ForumPage, desk: FakeDesk) -> None:
    topic = asked(page, desk)
    for n in range(40):
        desk.act(Answer(topic=topic.id, post=f"r{n}", text=f"Answer {n}."), rosa(desk))
    assert "Answer 39." not in page.thread_.page.toPlainText()
    assert page.thread_.page.more.text() == "Show 11 more"
    page.thread_.page.more.click()
    assert "Answer 39." in page.thread_.page.toPlainText()
    assert page.thread_.page.more.isHidden()
