"""Story: an agent's whole day at the real window, with a colleague, customers who chat and a real post office."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot
from tests.mail.post import WHY_NOT, Office
from tests.server.running import Visitor, agentdesk
from tests.stories.office_day import Workplace, answers, case_of, mail, prepared
from tests.stories.rig import Company
from tests.stories.rig import Desk as Laptop

from agentdesk.desk.pages.queue.escalating import EscalateDialog
from agentdesk.domain.cases import MESSAGES, Case, Mention, Message
from agentdesk.domain.escalation import Handoff, Return
from agentdesk.domain.forum import Accept, Answer, Post, Topic
from agentdesk.sync.phases import Phase

pytestmark = [pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "-"), pytest.mark.timeout(600)]


@pytest.fixture
def place(qtbot: QtBot, tmp_path: Path, own_company: Company) -> Iterator[Workplace]:
    made = Workplace(qtbot, tmp_path, own_company)
    yield made
    made.close()


def test_a_whole_day(place: Workplace, own_company: Company) -> None:
    with Office() as office:
        omar = prepared(own_company, office)
        office.send(mail("Refund for my lamp", "It came broken. I want my money back."))
        refund = morning(place)
        ada = own_company.visitor(lang="en", page={"url": "https://shop.example/lamps", "title": "Lamps"})
        chat = chats(place, ada)
        mails(place, office, refund)
        asks_around(place, omar, chat)
        sleeps(place, refund)
        hands_on(place, own_company, refund)
        lunch(place, ada, chat)
        finds_again(place, refund)
        evening(place, own_company, (refund, chat))


def morning(place: Workplace) -> str:
    """She signs in and is there: last night's mail is offered to her first, and its clock runs."""
    place.open()
    place.sign_in()
    case = case_of(place, "Refund for my lamp")
    place.do("you.online")
    takes(place, case)
    place.show(case)
    place.until(place.panel.header.due.isVisible)
    place.picture("1-morning")
    return case


def takes(place: Workplace, case: str) -> None:
    """What rings at her desk is hers."""
    place.until(place.session.ringing.isVisible)
    place.picture("2-it-rings")
    place.do("offer.take")
    place.until(lambda: place.get(Case, case).assignee == place.session.live.me.id)


def chats(place: Workplace, ada: Visitor) -> str:
    """A customer's chat rings at her desk: she takes it by key, and answers with a macro after a slash."""
    with ada.line() as chat:
        chat.say({"t": "name", "name": "Ada Quist"})
        chat.message("Where is my refund?")
        case = case_of(place, "Where is my refund?")
        takes(place, case)
        place.show(case)
        place.do("case.reply")
        place.qtbot.keyClick(place.panel.composer.box, Qt.Key.Key_Slash)
        picker = place.panel.composer.chooser.picker
        assert picker is not None
        place.until(picker.overlay.isVisible)
        place.picture("3-macro")
        place.qtbot.keyClicks(picker.line, "refund")
        place.qtbot.keyClick(picker.line, Qt.Key.Key_Return)
        assert "your refund is on its way" in place.panel.composer.text()
        place.do("case.send")
        chat.until_text("Hello Ada Quist, your refund is on its way.")
    place.sent()
    return case


def mails(place: Workplace, office: Office, case: str) -> None:
    """She answers the mail of the night: it is at the real post office, and the customer's answer joins the case."""
    place.show(case)
    place.do("case.reply")
    place.write("Your money is **back** on Monday.")
    place.do("case.send")
    place.until(lambda: any("back" in text for text in answers(office)))
    place.until(lambda: _states(place, case) == ["sent"])
    place.picture("4-mail-answered")


def _states(place: Workplace, case: str) -> list[str]:
    """Of her answers."""
    live = place.session.live
    found: list[Message] = live.view.page(MESSAGES(case=case), limit=200)
    return [one.state for one in found if one.author == live.me.id and one.kind != "event"]


def asks_around(place: Workplace, omar: Laptop, case: str) -> None:
    """A note that names her colleague, and a question in the forum that he answers; she accepts the answer."""
    place.show(case)
    place.do("case.note")
    place.write("@Oma")
    popup = place.panel.composer.box._popup()
    place.until(popup.isVisible)
    place.qtbot.keyClick(popup, Qt.Key.Key_Return)
    place.write("who pays this out?")
    place.picture("5-note")
    place.do("case.send")
    omar.until(lambda: any("who pays this out?" in one.text for one in omar.all_of(Message)))
    assert [one.scope for one in omar.all_of(Mention)] == [f"user:{omar.me.id}"]

    place.do("case.ask")
    page = place.page("forum")
    page.asker.name.line.setText("Who pays refunds out?")
    assert page.asker.text.toPlainText() == "Where is my refund?"
    page.asker.ask()
    place.sent()
    omar.until(lambda: omar.all_of(Topic))
    (topic,) = omar.all_of(Topic)
    answer = omar.new_id()
    omar.do(Answer(topic=topic.id, post=answer, text="Accounting does, each **Monday**."))
    place.until(lambda: place.session.live.view.get(Post, answer))
    place.session.live.do(Accept(topic=topic.id, post=answer))
    place.until(lambda: place.get(Topic, topic.id).accepted == answer)
    page.open_topic(topic.id)
    place.picture("6-forum")
    place.shell.open_page("queue")


def sleeps(place: Workplace, case: str) -> None:
    """The mail may wait until the money is there: she puts it to sleep, and wakes it when she thinks of something."""
    place.show(case)
    place.do("case.snooze")
    place.until(place.session.queue.case_actions.picker.overlay.isVisible)
    place.picture("7-snooze")
    place.choose("tomorrow")
    place.until(lambda: place.get(Case, case).status == "snoozed")
    place.show(case)
    place.do("case.wake")
    place.until(lambda: place.get(Case, case).status == "open")


def hands_on(place: Workplace, company: Company, case: str) -> None:
    """The lamp is for those who know about returns; what they ask is filled in first. They send it back, saying why."""
    lena = company.desk("lena").live()
    place.show(case)
    place.do("case.escalate")
    (dialog,) = place.panel.findChildren(EscalateDialog)
    place.until(dialog.isVisible)
    dialog.hand_on()
    assert "What was tried?" in dialog.wrong.text()
    (asked,) = [one for one in dialog.form.findChildren(QLineEdit) if one.isVisible()]
    place.qtbot.keyClicks(asked, "Another bulb, and another socket.")
    place.picture("8-hand-on", dialog)
    place.qtbot.mouseClick(dialog.send, Qt.MouseButton.LeftButton)
    lena.until(lambda: any(one.id == case and one.team == company.teams["Returns"] for one in lena.cases()))
    (handoff,) = lena.all_of(Handoff)
    assert list(handoff.answers) == ["Another bulb, and another socket."]
    back = Return(handoff=lena.new_id(), case=case, transfers=1, reason="wrong_team", words="The maker takes it back.")
    lena.do(back)
    lena.answered()
    assert not lena.refused, lena.refused
    place.until(lambda: place.session.live.view.get(Case, case))
    place.until(lambda: place.get(Case, case).assignee == place.session.live.me.id)
    place.show(case)
    place.picture("9-sent-back")


def lunch(place: Workplace, ada: Visitor, case: str) -> None:
    """On the train: no network, and the lid is shut on what she wrote. The customer has written again meanwhile: her
    answer is not sent over it, both texts are shown, and she sends it knowing that.
    """
    place.do("you.offline_work")
    place.until(lambda: place.session.live.status.phase is Phase.OFFLINE)
    place.show(case)
    place.do("case.reply")
    place.write("It was paid today.")
    place.picture("10-offline")
    place.do("case.send")
    place.until(lambda: place.session.live.status.waiting)
    place.close()
    with ada.line() as chat:
        chat.message("I have it now, thank you!")
    place.open()
    place.live()
    place.show(case)
    place.until(place.panel.card.isVisible)
    place.picture("11-held-back")
    assert "I have it now" in " ".join(place.panel.card.texts())
    assert "It was paid today." not in place.said(case)
    place.panel.card.send.click()
    place.until(lambda: place.said(case)[-1:] == ["It was paid today."])
    place.sent()


def finds_again(place: Workplace, case: str) -> None:
    """By a word of the customer's, with an operator."""
    place.do("queue.search")
    place.qtbot.keyClicks(place.session.queue.list.search, "broken from:jo")
    rows = place.session.queue.list
    place.until(lambda: rows.list.model().rowCount() == 1)
    assert rows.case_at(0) == case
    assert rows.hit_of(case) is not None
    place.picture("12-found")
    rows.show_search(False)


def evening(place: Workplace, company: Company, cases: tuple[str, ...]) -> None:
    """All is solved; the digest says what is left; and the log of the day proves itself."""
    for case in cases:
        place.show(case)
        place.do("case.solve")
        place.until(lambda case=case: place.get(Case, case).status == "solved")  # type: ignore[misc]
    place.do("you.offline")
    place.sent()
    place.picture("13-evening")
    exported = place.folder / "audit.jsonl"
    company.server.admin("audit", "export", str(exported))
    done = agentdesk("verify-audit", str(exported))
    assert done.returncode == 0, done.stderr
