"""Texts, links and pictures from outside: shown as they are, and harmless."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot
from tests.desk.fake_desk import CHANNEL, FakeDesk

from agentdesk.desk.pages.queue.timeline import Timeline
from agentdesk.desk.pages.queue.timeline_items import items_of
from agentdesk.desk.pages.queue.timeline_source import Source
from agentdesk.desk.pages.queue.timeline_text import document_of, link_tip, links_in
from agentdesk.desk.pages.queue.timeline_thumbs import Thumbs, thumbnail
from agentdesk.desk.pictures import AGAIN_MS
from agentdesk.domain.cases import Attachment, Receive


@pytest.mark.parametrize(("text", "links"), [
    ("see https://a.example/x.", ["https://a.example/x"]),
    ("(https://a.example/x) and http://b.example/(y)", ["https://a.example/x", "http://b.example/(y)"]),
    ("javascript:alert(1) file:///etc/passwd ftp://a.example", []),
    ("https:// nothing, https://", []),
    ("https://a.example/\u202egpj.exe", ["https://a.example/"]),
])  # fmt: skip
def test_only_web_addresses_are_links(text: str, links: list[str]) -> None:
    assert [address for _, _, address in links_in(text)] == links


def test_a_tip_tells_where_a_link_really_goes() -> None:
    assert link_tip("https://bank.example@evil.example/x").startswith("Opens evil.example: ")
    assert "xn--" in link_tip("https://bаnk.example/")  # the second letter is not Latin


def test_links_keep_their_place_after_an_emoji(qtbot: QtBot) -> None:
    document = document_of("👋👋 https://a.example/x !")
    block = document.firstBlock()
    runs = []
    inside = block.begin()
    while not inside.atEnd():
        if inside.fragment().charFormat().isAnchor():
            runs.append(inside.fragment().text())
        inside += 1
    assert runs == ["https://a.example/x"]


def test_each_paragraph_runs_in_its_own_direction(qtbot: QtBot) -> None:
    document = document_of("مرحبا ABC\nHello\n返金がまだ")
    blocks = [document.findBlockByNumber(number) for number in range(3)]
    right = Qt.LayoutDirection.RightToLeft
    assert [block.textDirection() == right for block in blocks] == [True, False, False]


def test_markup_is_only_text(qtbot: QtBot, desk: FakeDesk) -> None:
    desk.act(
        Receive(case="c1", conversation="c1-k", message="evil", text="<b>bold</b><img src='http://x.example/p.png'>"),
        CHANNEL,
    )
    timeline = Timeline(desk)
    qtbot.addWidget(timeline)
    timeline.resize(680, 600)
    timeline.show_case(items_of(Source(desk, "c1").messages, {}), 0)
    document = timeline.sight.laid_at(timeline.entries.rowCount() - 1)[1].document
    assert document is not None
    assert document.toPlainText().startswith("<b>bold</b>")


def test_only_a_picture_of_the_type_it_claims_is_decoded(qtbot: QtBot, tmp_path: object) -> None:
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    path = f"{tmp_path}/p.png"
    assert image.save(path)
    with open(path, "rb") as file:
        data = file.read()
    made = thumbnail(data, "image/png")
    assert made is not None
    assert made.size().width() == 40
    assert thumbnail(data[:40], "image/png") is None
    assert thumbnail(b"<svg/>", "image/png") is None


def test_a_picture_that_could_not_be_fetched_is_asked_for_again_later(qtbot: QtBot, desk: FakeDesk) -> None:
    asked: list[str] = []
    desk.fetch = lambda digest, then: (asked.append(digest), then(None, "Not connected."))  # type: ignore[method-assign]
    thumbs = Thumbs(desk, lambda _digest: None, lambda: 1.0)
    file = Attachment("a", "team:billing:open", 1, "c1", "m", "d" * 64, "p.png", 10, "image/png")
    assert thumbs.get(file) is None
    assert thumbs.get(file) is None
    assert len(asked) == 1
    desk.time += AGAIN_MS
    thumbs.get(file)
    assert len(asked) == 2
    assert thumbs.get(Attachment("b", "s", 1, "c1", "m", "e" * 64, "p.svg", 10, "image/svg+xml")) is None
    assert len(asked) == 2
