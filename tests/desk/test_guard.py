"""The send guard: a reply to words its writer has not seen does not go, and both texts are shown."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot
from tests.desk.access import nameless
from tests.desk.fake_desk import MINUTE, FakeDesk

from agentdesk.desk.pages.queue.conversation import ConversationPanel
from agentdesk.desk.pages.queue.guard import news_after, stopped
from agentdesk.domain.cases import Note, Reply
from agentdesk.protocol.frames import Ack
from agentdesk.sync.news import Refused

NEWS = "My bank found it, it came today. Please cancel the complaint."
OWN = "I have looked at the refund."
SENTENCE = "Not sent: Lena Sorensen wrote in the meantime."


def opened(qtbot: QtBot, desk: FakeDesk) -> ConversationPanel:
    panel = ConversationPanel(desk)
    qtbot.addWidget(panel)
    panel.resize(690, 700)
    panel.show()
    panel.show_case("c1")
    qtbot.waitUntil(lambda: panel.timeline.height() > 300)
    return panel


@pytest.fixture
def stopped_panel(qtbot: QtBot, desk: FakeDesk) -> ConversationPanel:
    """A reply was sent while a newer word was below the screen."""
    for number in range(60):
        desk.receive(f"word {number}")
    panel = opened(qtbot, desk)
    panel.timeline.verticalScrollBar().setValue(0)
    panel.composer.put_text(OWN)
    desk.receive(NEWS)
    assert not panel.sending.send()
    return panel


def test_both_texts_are_shown_and_nothing_is_lost(stopped_panel: ConversationPanel, desk: FakeDesk) -> None:
    card = stopped_panel.card
    assert not card.isHidden()
    assert card.title() == SENTENCE
    assert card.texts() == (NEWS, OWN)
    assert stopped_panel.composer.text() == OWN
    assert desk.sentences == []
    assert nameless(card) == []


def test_what_comes_later_than_the_no_is_shown_too(stopped_panel: ConversationPanel, desk: FakeDesk) -> None:
    desk.receive("And one more thing.")
    assert stopped_panel.card.texts() == (f"{NEWS}\n\nAnd one more thing.", OWN)


def test_edit_goes_on_with_the_text(stopped_panel: ConversationPanel, desk: FakeDesk) -> None:
    desk.time += MINUTE
    stopped_panel.card.edit.click()
    assert stopped_panel.card.isHidden()
    assert stopped_panel.composer.text() == OWN
    stopped_panel.show_case(None)
    stopped_panel.show_case("c1")
    assert stopped_panel.card.isHidden()


def test_send_anyway_has_seen_it_all(stopped_panel: ConversationPanel, desk: FakeDesk) -> None:
    stopped_panel.card.send.click()
    sent = next(command for command in reversed(desk.done) if isinstance(command, Reply))
    assert (sent.text, sent.seen) == (OWN, 62)
    assert stopped_panel.card.isHidden()
    assert stopped_panel.composer.text() == ""


def test_send_anyway_is_stopped_again_by_nothing_but_newer_words(
    stopped_panel: ConversationPanel, desk: FakeDesk
) -> None:
    desk.receive("still newer")
    stopped_panel.card.send.click()
    assert isinstance([c for c in desk.done if isinstance(c, Reply)][-1], Reply)


def test_discard_lets_it_go_into_the_history(stopped_panel: ConversationPanel, desk: FakeDesk) -> None:
    stopped_panel.card.discard.click()
    assert stopped_panel.card.isHidden()
    assert stopped_panel.composer.text() == ""
    assert [draft.text for draft in desk.drafts.history("c1", "reply")] == [OWN]


def test_a_colleagues_reply_stops_mine(qtbot: QtBot, desk: FakeDesk) -> None:
    desk.act(Reply(case="c1", message="d1", text="I have it", seen=9), desk.colleague())
    assert stopped(desk, "c1", 1) is not None
    assert [message.text for message in news_after(desk, "c1", 1)] == ["I have it"]


def test_notes_and_own_words_stop_nothing(desk: FakeDesk) -> None:
    desk.act(Note(case="c1", message="n", text="internal"), desk.colleague())
    desk.do(Reply(case="c1", message="r", text="mine", seen=1))
    assert stopped(desk, "c1", 1) is None


def refusal(desk: FakeDesk) -> Refused:
    """The server's word on a reply that was written offline."""
    command = Reply(case="c1", message="r1", text=OWN, seen=1)
    ack = Ack(1, "refused", code="newer", sentence="Not sent: {name} wrote in the meantime.",
              data={"name": "Lena Sorensen", "text": NEWS})  # fmt: skip
    return Refused(7, command, ack, OWN)


def test_the_server_refuses_what_is_open_here(qtbot: QtBot, desk: FakeDesk) -> None:
    panel = opened(qtbot, desk)
    desk.receive(NEWS)
    told = refusal(desk)
    panel.refused("c1", told.command, told.ack.data, told.ack.sentence)
    assert panel.card.title() == SENTENCE
    assert panel.card.texts() == (NEWS, OWN)
    assert panel.composer.text() == OWN


def test_what_is_being_written_is_not_overwritten(qtbot: QtBot, desk: FakeDesk) -> None:
    panel = opened(qtbot, desk)
    panel.composer.put_text("something new")
    desk.receive(NEWS)
    told = refusal(desk)
    panel.refused("c1", told.command, told.ack.data, told.ack.sentence)
    assert panel.composer.text() == "something new"
    assert panel.card.texts()[1] == OWN


def test_a_refusal_waits_until_its_case_is_opened_and_is_then_forgotten(qtbot: QtBot, desk: FakeDesk) -> None:
    desk.receive(NEWS)
    desk.refused = [refusal(desk)]
    desk.drafts.typed("c1", "reply", OWN, 3)
    panel = opened(qtbot, desk)
    assert panel.card.texts() == (NEWS, OWN)
    panel.card.edit.click()
    assert desk.refused == []


def test_a_refusal_that_comes_while_the_case_is_open_is_shown(qtbot: QtBot, desk: FakeDesk) -> None:
    panel = opened(qtbot, desk)
    desk.receive(NEWS)
    desk.refused = [refusal(desk)]
    qtbot.waitUntil(lambda: not panel.card.isHidden())
    assert panel.card.title() == SENTENCE
    assert panel.composer.text() == OWN


def test_a_sentence_with_a_brace_in_it_is_shown_as_it_is(qtbot: QtBot, desk: FakeDesk) -> None:
    panel = opened(qtbot, desk)
    panel.refused("c1", refusal(desk).command, {}, "Not sent: {oops wrote.")
    assert panel.card.title() == "Not sent: {oops wrote."


def test_the_card_survives_a_restart(qtbot: QtBot, desk: FakeDesk) -> None:
    desk.drafts.typed("c1", "reply", OWN, 3)
    desk.time += MINUTE
    desk.receive(NEWS)
    panel = opened(qtbot, desk)
    assert panel.card.title() == SENTENCE
    assert panel.card.texts() == (NEWS, OWN)


def test_a_draft_newer_than_all_words_has_no_card(qtbot: QtBot, desk: FakeDesk) -> None:
    desk.time += MINUTE
    desk.drafts.typed("c1", "reply", OWN, 3)
    assert opened(qtbot, desk).card.isHidden()
