"""What is hidden: as words for the eye, the ear and the clipboard; and shown for a moment when there is a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot
from tests.desk.access import keyless, nameless
from tests.desk.fake_desk import FakeDesk

from agentdesk.desk.actions import Context
from agentdesk.desk.hidden import Revealed, words, words_and_places
from agentdesk.desk.pages.queue.context import ContextPanel
from agentdesk.desk.pages.queue.context_sections import CustomerSection
from agentdesk.desk.pages.queue.conversation import ConversationPanel
from agentdesk.desk.pages.queue.reveal import RevealDialog, targets_in
from agentdesk.desk.pages.queue.row import facts
from agentdesk.desk.pages.queue.timeline_said import copied, said_of, spoken
from agentdesk.desk.verbs import sentence
from agentdesk.domain.cases import Attachment, Case, Customer, Message
from agentdesk.domain.kernel import Masked
from agentdesk.domain.masking import PURPOSES

CARD = Masked.of("payment")


@pytest.fixture
def desk() -> Iterator[FakeDesk]:
    """A desk of somebody who may reveal, with one case of which much is hidden."""
    made = FakeDesk()
    made._me = msgspec.structs.replace(made._me, role="senior")
    made.open_case(text="x")
    message, case, customer = (
        made.view.get(cls, id) for cls, id in ((Message, "c1-m1"), (Case, "c1"), (Customer, "cu1"))
    )
    made.put(
        msgspec.structs.replace(
            message, text=f"My card {CARD} is lost, call {Masked.of('contact')}.", author_name=Masked.of("name")
        ),
        msgspec.structs.replace(case, subject=f"Card {CARD}", customer_name=Masked.of("name"), tags=(CARD, "lost")),
        msgspec.structs.replace(customer, name=Masked.of("name"), email=Masked.of("contact")),
    )
    yield made
    made.close()


@pytest.fixture
def asked(desk: FakeDesk) -> list[dict[str, Any]]:
    """What the server is asked; it says no to short reasons and shows all else for as long as `seconds` says."""
    heard: list[dict[str, Any]] = []

    def ask(question: str, args: dict[str, Any], then: Callable[[Any, str], None]) -> None:
        heard.append({"question": question, **args})
        values = {"email": "lena@example.org", "name": "Lena", "text": "My card 4111 is lost.", "digest": "ab" * 32}
        short = len(args["reason"]) < 8
        then(None, "Say more.") if short else then({"value": values[args["field"]], "seconds": 60}, "")

    desk.ask = ask  # type: ignore[method-assign]
    return heard


def test_words_stand_for_what_is_hidden() -> None:
    assert words(f"Pay {CARD} now, {Masked.of('name')}") == "Pay [hidden: payment] now, [hidden: name]"
    assert words("nothing") == "nothing"
    assert words_and_places(f"é {CARD}!") == ("é [hidden: payment]!", [(2, 17)])
    assert sentence("Not sent: {name} wrote.", {"name": Masked.of("name")}) == "Not sent: [hidden: name] wrote."


def test_a_row_of_the_list_reads_well(desk: FakeDesk) -> None:
    row = facts(desk, desk.view.get(Case, "c1"))
    assert row is not None
    assert (row.name, row.subject) == ("[hidden: name]", "Card [hidden: payment]")
    assert "\x00" not in row.spoken() + row.preview + "".join(text for text, _ in row.chips)


def test_a_message_is_read_out_and_copied_in_words(qtbot: QtBot, desk: FakeDesk) -> None:
    panel = ConversationPanel(desk)
    qtbot.addWidget(panel)
    panel.resize(690, 700)
    panel.show()
    panel.show_case("c1")
    item = next(item for item in panel.timeline.entries.items if item.message is not None)
    shown = "My card [hidden: payment] is lost, call [hidden: contact]."
    assert copied(item, desk) == shown
    assert shown in spoken(item, desk)
    assert "\x00" not in spoken(item, desk)
    assert [piece.text for piece in said_of(item, desk).pieces if piece.action == "reveal"] == ["Reveal…"]
    panel.timeline.setCurrentIndex(panel.timeline.entries.index(panel.timeline.entries.row_of(item.key), 0))
    panel.timeline.copy()
    assert QGuiApplication.clipboard().text() == shown
    panel.grab()


def test_who_may_not_reveal_is_not_offered_it(desk: FakeDesk, qtbot: QtBot) -> None:
    desk._me = msgspec.structs.replace(desk._me, role="agent")
    panel = ConversationPanel(desk)
    qtbot.addWidget(panel)
    panel.show_case("c1")
    item = next(item for item in panel.timeline.entries.items if item.message is not None)
    assert not [piece for piece in said_of(item, desk).pieces if piece.action == "reveal"]
    assert targets_in(desk, "c1", "c1-m1") == []
    (action,) = [one for one in panel.actions() if one.id == "case.reveal"]
    assert not action.when(Context(None, None, "", False))  # type: ignore[arg-type]


def test_a_reason_is_asked_for_and_the_value_is_shown(
    qtbot: QtBot, desk: FakeDesk, asked: list[dict[str, Any]]
) -> None:
    panel = ConversationPanel(desk)
    qtbot.addWidget(panel)
    panel.show()
    panel.show_case("c1")
    panel.timeline.acted.emit("reveal", "c1-m1")
    dialog = panel.findChild(RevealDialog)
    assert isinstance(dialog, RevealDialog)
    assert nameless(dialog) == []
    assert keyless(dialog) == []
    dialog.reason.setText("why?")
    dialog.reveal.click()
    assert (dialog.wrong.text(), dialog.isVisible()) == ("Say more.", True)
    dialog.purpose.setCurrentIndex(dialog.purpose.findData("payment"))
    dialog.reason.setText("The customer asks for a refund.")
    dialog.reveal.click()
    assert asked[-1] == {
        "question": "reveal", "kind": "message", "record": "c1-m1", "field": "text", "purpose": "payment",
        "reason": "The customer asks for a refund.",
    }  # fmt: skip
    texts = [item.message.text for item in panel.timeline.entries.items if item.message]
    assert texts == ["My card 4111 is lost."]
    assert desk.view.get(Message, "c1-m1").text != texts[0], "it is on the screen, not on the disk"


def test_an_answer_that_comes_when_the_dialog_is_closed_finds_nobody(qtbot: QtBot, desk: FakeDesk) -> None:
    waiting: list[Callable[[Any, str], None]] = []
    desk.ask = lambda question, args, then: waiting.append(then)  # type: ignore[method-assign]
    panel = ConversationPanel(desk)
    qtbot.addWidget(panel)
    panel.show()
    panel.show_case("c1")
    panel.timeline.acted.emit("reveal", "c1-m1")
    dialog = panel.findChild(RevealDialog)
    assert isinstance(dialog, RevealDialog)
    dialog.reason.setText("The customer asks for a refund.")
    dialog.reveal.click()
    dialog.reason.returnPressed.emit()
    (answer,) = waiting
    with qtbot.waitSignal(dialog.destroyed):
        dialog.reject()
    answer({"value": "My card 4111 is lost.", "seconds": 60}, "")
    assert [item.message.text for item in panel.timeline.entries.items if item.message] == ["My card 4111 is lost."]


def test_the_purposes_are_those_that_cover_it(qtbot: QtBot, desk: FakeDesk) -> None:
    targets = [target for target in targets_in(desk, "c1") if target.field == "email"]
    dialog = RevealDialog(desk, targets)
    qtbot.addWidget(dialog)
    listed = [dialog.purpose.itemData(i) for i in range(dialog.purpose.count())]
    assert listed == [purpose for purpose, covers in PURPOSES.items() if "contact" in covers]


def test_the_context_shows_a_chip_and_then_the_address(
    qtbot: QtBot, desk: FakeDesk, asked: list[dict[str, Any]]
) -> None:
    panel = ContextPanel(desk)
    qtbot.addWidget(panel)
    panel.show()
    panel.show_case("c1")
    part = next(one for one in panel.body.sections if isinstance(one, CustomerSection))
    assert (part._name.text(), part._mail.text(), part._hidden.text()) == ("[hidden: name]", "", "hidden: contact")
    assert part._reveal.isVisible()
    part._reveal.click()
    dialog = part.findChild(RevealDialog)
    assert isinstance(dialog, RevealDialog)
    assert [target.field for target in dialog._targets] == ["name", "email", "subject"]
    dialog.what.setCurrentIndex(1)
    dialog.reason.setText("The parcel came back.")
    dialog.reveal.click()
    assert part._mail.text() == "lena@example.org"


def test_what_was_revealed_is_forgotten_in_time(qtbot: QtBot, desk: FakeDesk) -> None:
    answers = iter(({"value": "a@b.example", "seconds": 0}, {"value": "a@b.example", "seconds": 3600}, {"odd": 1}))
    revealed = Revealed(lambda question, args, then: then(next(answers), ""))
    customer = desk.view.get(Customer, "cu1")
    said: list[str] = []
    place = ("customer", "cu1", "email")
    with qtbot.waitSignals([revealed.changed] * 2):
        revealed.ask(place, "reach", "The parcel came back.", said.append)
        assert revealed.over(customer).email == "a@b.example"
    assert revealed.over(customer) is customer
    revealed.ask(place, "reach", "The parcel came back.", said.append)
    assert revealed.over(customer).email == "a@b.example"
    revealed.ask(place, "reach", "The parcel came back.", said.append)
    assert said == ["", "", "The server could not reveal this. Try again in a moment."]


def test_a_hidden_file_is_not_fetched(qtbot: QtBot, desk: FakeDesk, asked: list[dict[str, Any]]) -> None:
    desk.put(Attachment("f1", "team:billing:open", 1, "c1", "c1-m1", Masked.of("file"), "a.png", 9, "image/png"))
    panel = ConversationPanel(desk)
    qtbot.addWidget(panel)
    panel.show()
    panel.show_case("c1")
    panel.timeline.acted.emit("file", "f1")
    assert isinstance(panel.findChild(RevealDialog), RevealDialog)
    desk._me = msgspec.structs.replace(desk._me, role="agent")
    panel.timeline.acted.emit("file", "f1")
    assert desk.sentences == ["This file is hidden for your role."]
