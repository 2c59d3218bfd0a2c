"""Mails on the desk: folded, warned of, shown as they were laid out, and sent again when they failed."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QUrl
from PySide6.QtGui import QImage, QImageWriter, QTextCursor, QTextImageFormat
from pytestqt.qtbot import QtBot
from tests.desk.access import keyless, nameless
from tests.desk.fake_desk import FakeDesk
from tests.desk.preview_mail import story

from agentdesk.desk.pages.queue.context_mail import MailSection
from agentdesk.desk.pages.queue.context_parts import Line
from agentdesk.desk.pages.queue.conversation import ConversationPanel
from agentdesk.desk.pages.queue.mail_sheet import MailSight, open_mail
from agentdesk.desk.pages.queue.timeline_said import said_of
from agentdesk.domain.cases import Case
from agentdesk.domain.kernel.terms import Term
from agentdesk.domain.mail import Mail


@pytest.fixture
def desk() -> Iterator[FakeDesk]:
    made = FakeDesk()
    story(made)
    yield made
    made.close()


def shown(qtbot: QtBot, desk: FakeDesk, case: str = "c1") -> ConversationPanel:
    panel = ConversationPanel(desk)
    qtbot.addWidget(panel)
    panel.resize(900, 700)
    panel.show()
    panel.show_case(case)
    return panel


def test_quotes_are_folded_and_files_behind_a_mail_are_no_attachments(qtbot: QtBot, desk: FakeDesk) -> None:
    panel = shown(qtbot, desk)
    item = next(one for one in panel.timeline.entries.items if one.key == "m1")
    said = said_of(item, desk)
    assert said.short.endswith("Lena Sommer")
    assert "Your parcel is on its way." in said.words
    assert item.files == ()


def test_what_is_found_in_a_quote_is_unfolded_and_nothing_else_is_marked(qtbot: QtBot, desk: FakeDesk) -> None:
    timeline = shown(qtbot, desk).timeline
    row = timeline.entries.row_of("m1")

    def marked() -> list[str]:
        laid = timeline.sight.laid_at(row)[1]
        return [laid.shown[a:b] for a, b, _ in timeline.found.places_in(laid)]

    timeline.found.show((Term("parcel"),))
    assert marked() == []
    assert timeline.found.go("m1")
    assert marked() == ["parcel"]
    timeline.grab()


def test_what_failed_says_why_and_can_be_sent_again(qtbot: QtBot, desk: FakeDesk) -> None:
    panel = shown(qtbot, desk)
    item = next(one for one in panel.timeline.entries.items if one.key == "r1")
    pieces = said_of(item, desk).pieces
    assert "no such user" in pieces[0].text
    (again,) = [piece.action for piece in pieces if piece.action]
    panel.timeline.acted.emit(again, "r1")
    mail = desk.view.get(Mail, "r1")
    assert mail.state == "queued"
    item = next(one for one in panel.timeline.entries.items if one.key == "r1")
    assert [piece.text for piece in said_of(item, desk).pieces if piece.icon] == ["on its way"]


def test_a_forged_mail_warns_and_leads_to_the_case_that_it_names(qtbot: QtBot, desk: FakeDesk) -> None:
    section = MailSection(desk)
    qtbot.addWidget(section)
    case = desk.view.get(Case, "c2")
    section.show_case(case)
    related = next(line for line in section.findChildren(Line) if "lamp" in line.accessibleName())
    assert "its sender takes no part in it" in related.accessibleName()
    related.click()
    assert desk.opened == [("case", "c1")]
    panel = shown(qtbot, desk, "c2")
    item = next(one for one in panel.timeline.entries.items if one.key == "m2")
    assert ("warn", "mail") in [(piece.ink, piece.action) for piece in said_of(item, desk).pieces]


def test_the_sheet_shows_the_page_and_loads_nothing(qtbot: QtBot, desk: FakeDesk) -> None:
    panel = shown(qtbot, desk)
    sheet = open_mail(desk, "m1", panel)
    assert sheet is not None
    assert "shade is broken" in sheet.page.toPlainText()
    assert "3" in sheet.state.text()
    page = MailSight()
    qtbot.addWidget(page)
    for address in ("https://spy.example/p.png", "file:///etc/passwd", "remote:0"):
        assert page.loadResource(2, QUrl(address)) is None
    sheet.accept()
    assert open_mail(desk, "none", panel) is None


def test_pictures_come_when_they_are_asked_for(qtbot: QtBot, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []
    answers: list[tuple[Any, str]] = [
        (None, "Not connected."), ({"pictures": [drawn(), "no base64"], "next": 2}, ""),
        ({"pictures": [base64.b64encode(b"<svg/>").decode()], "next": 0}, ""),
    ]  # fmt: skip

    def ask(question: str, args: dict[str, Any], then: Callable[[Any, str], None]) -> None:
        assert question == "mail.pictures"
        asked.append(args)
        then(*answers.pop(0))

    monkeypatch.setattr(desk, "ask", ask)
    sheet = open_mail(desk, "m1", shown(qtbot, desk))
    assert sheet is not None
    assert (sheet.page.loadResource(2, QUrl("remote:0")), asked) == (None, [])
    sheet.load.click()
    assert (sheet.state.text(), sheet.load.isEnabled()) == ("Not connected.", True)
    sheet.load.click()
    assert [one["start"] for one in asked] == [0, 0, 2]
    assert isinstance(sheet.page.loadResource(2, QUrl("remote:0")), QImage)
    assert sheet.page.loadResource(2, QUrl("remote:1")) is None
    assert (sheet.state.text(), sheet.load.isVisible()) == ("The pictures are loaded.", False), (
        "the page shows only one"
    )
    assert keyless(sheet) == nameless(sheet) == []
    sheet.accept()


def test_nothing_in_a_mail_is_wider_than_its_page(qtbot: QtBot) -> None:
    page = MailSight()
    qtbot.addWidget(page)
    page.resize(600, 400)
    page.show()
    small, large = QImage(20, 10, QImage.Format.Format_RGB32), QImage(1800, 900, QImage.Format.Format_RGB32)
    page.pictures.update({"0": small, "1": large, "2": small})
    page.show_page(
        '<p>Look</p><img src="remote:0" width="9999" height="9999"><img src="remote:1"><img src="remote:2">'
        f'<img src="data:image/png;base64,{drawn()}" width="9999">'
        '<img src="remote:3" width="9999" height="9999"><table width="9999"><tr><td width="9999">a</td></tr></table>'
    )
    for width in (600, 300, 500):
        page.resize(width, 400)
        assert page.horizontalScrollBar().maximum() == 0
        assert page.document().size().width() <= page.viewport().width()
    sizes = [(look.width(), look.height()) for look in images(page)]
    assert sizes[0][0] == sizes[0][1] == sizes[1][0] == 2 * sizes[1][1] > 400
    assert sizes[2] == (20, 10)
    assert sizes[3][0] == sizes[0][0] == 2 * sizes[3][1], "what the mail brings along"
    assert sizes[4] == (16, 16), "what is not there is a small sign"


def images(page: MailSight) -> list[QTextImageFormat]:
    cursor, found = QTextCursor(page.document()), []
    while cursor.movePosition(QTextCursor.MoveOperation.NextCharacter):
        if cursor.charFormat().isImageFormat():
            found.append(cursor.charFormat().toImageFormat())
    return found


def test_what_could_not_be_had_can_be_asked_for_again(
    qtbot: QtBot, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = dict(desk.bytes)
    desk.bytes.clear()
    sheet = open_mail(desk, "m1", shown(qtbot, desk))
    assert sheet is not None
    assert (sheet.again.isVisible(), sheet.page.isVisible()) == (True, False)
    desk.bytes.update(kept)
    sheet.again.click()
    assert (sheet.again.isVisible(), sheet.page.isVisible()) == (False, True)
    starts: list[int] = []

    def ask(question: str, args: dict[str, Any], then: Callable[[Any, str], None]) -> None:
        starts.append(args["start"])
        then({"pictures": ["no base64" if len(starts) == 1 else drawn()], "next": 0}, "")

    monkeypatch.setattr(desk, "ask", ask)
    sheet.load.click()
    assert (sheet.state.text(), sheet.load.isVisible(), sheet.load.isEnabled()) == (
        "1 pictures could not be loaded.", True, True,
    )  # fmt: skip
    sheet.load.click()
    assert (sheet.state.text(), sheet.load.isVisible(), starts) == ("The pictures are loaded.", False, [0, 0])
    sheet.accept()


def drawn() -> str:
    """A picture as the server gives it."""
    image, buffer = QImage(20, 10, QImage.Format.Format_RGB32), QBuffer()
    image.fill(0xFF8800)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return base64.b64encode(buffer.data().data()).decode()
