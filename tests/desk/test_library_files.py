"""Files in the forum and evidence on articles, as somebody presses it; offline like all else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot
from tests.desk.fake_desk import FakeDesk
from tests.desk.paged import desk_as, in_window

from agentdesk.desk.pages.forum import ForumPage
from agentdesk.desk.pages.knowledge.reader import Reader
from agentdesk.domain.forum import POSTS, TOPICS, Moderate
from agentdesk.domain.governed import FILES_OF, FILES_WITH, Begin, Document
from agentdesk.domain.kernel import Actor, Masked


@pytest.fixture
def desk() -> Iterator[FakeDesk]:
    made = desk_as("supervisor", "library")
    yield made
    made.close()


@pytest.fixture
def page(desk: FakeDesk, qtbot: QtBot, tmp_path: Path) -> Iterator[ForumPage]:
    with in_window(ForumPage, desk, qtbot, tmp_path) as made:
        yield made


def image() -> QImage:
    made = QImage(60, 40, QImage.Format.Format_RGB32)
    made.fill(QColor("teal"))
    return made


def test_files_go_with_a_question_an_answer_and_an_edit(page: ForumPage, desk: FakeDesk, tmp_path: Path) -> None:
    (tmp_path / "log.txt").write_bytes(b"what it said")
    page.ask()
    page.asker.name.line.setText("Why does it fail?")
    page.asker.text.setPlainText("See the log.")
    page.asker.text.picture_given.emit(image())
    page.asker.text.files_given.emit([tmp_path / "log.txt", tmp_path / "missing.txt"])
    assert page.asker.wrong.text() == "missing.txt cannot be read."
    page.asker.post.click()
    (topic,) = desk.view.page(TOPICS())
    (first,) = desk.view.page(POSTS(topic=topic.id))
    files = {one.name: one for one in desk.view.page(FILES_WITH(post=first.id))}
    assert set(files) == {"picture.png", "log.txt"}
    page.thread_.show_topic(topic)
    html = page.thread_.page.html()
    assert f'src="/attached/{files["picture.png"].id}"' in html
    assert f'href="act:file:{files["log.txt"].id}"' in html
    page.thread_.act(f"act:edit:{first.id}")
    assert [one.name for one in page.thread_.strip.files()] == ["picture.png", "log.txt"]
    page.thread_.strip._remove(page.thread_.strip.files()[0])
    page.thread_.strip.take_picture(image())
    page.thread_.post.click()
    assert {one.id for one in desk.view.page(FILES_WITH(post=first.id))} & {one.id for one in files.values()} == {
        files["log.txt"].id
    }
    assert not page.thread_.strip.files()


def test_what_goes_with_an_answer_waits_with_its_topic(page: ForumPage, desk: FakeDesk) -> None:
    for n in (1, 2):
        page.ask()
        page.asker.name.line.setText(f"Question {n}")
        page.asker.text.setPlainText("So.")
        page.asker.post.click()
    one, two = desk.view.page(TOPICS())
    page.thread_.show_topic(one)
    page.thread_.strip.take_picture(image())
    page.thread_.show_topic(two)
    assert not page.thread_.strip.files()
    page.thread_.show_topic(one)
    assert len(page.thread_.strip.files()) == 1


def test_a_hidden_posts_files_are_not_shown(page: ForumPage, desk: FakeDesk) -> None:
    page.ask()
    page.asker.name.line.setText("Why?")
    page.asker.text.setPlainText("So.")
    page.asker.text.picture_given.emit(image())
    page.asker.post.click()
    (topic,) = desk.view.page(TOPICS())
    (file,) = desk.view.page(FILES_WITH(post=topic.first))
    desk.put(msgspec.structs.replace(file, digest=Masked.of("file")))
    page.thread_.show_topic(topic)
    assert "/attached/" not in page.thread_.page.html()
    page.thread_.act(f"act:file:{file.id}")
    assert desk.sentences[-1] == "This file is hidden for your role."
    desk.act(
        Moderate(post=topic.first, act="hide", reason="It names a customer."),
        Actor("rosa", "supervisor", scopes=desk.me.scopes),
    )
    page.thread_._show_again()
    assert file.id in page.thread_.page.html(), "who moderates sees what they judge"


def test_evidence_is_added_and_taken_away(desk: FakeDesk, qtbot: QtBot, tmp_path: Path) -> None:
    desk.act(Begin(document="a", edition="e", register="article", title="T", text="So."), desk.me)
    reader = Reader(desk, lambda _: None, lambda _: None)
    qtbot.addWidget(reader)
    document = desk.view.get(Document, "a")
    assert document is not None
    (tmp_path / "law.txt").write_bytes(b"the law")
    reader.show_document(document)
    reader.evidence.take([tmp_path / "law.txt", tmp_path / "missing"])
    assert "missing cannot be read" in desk.sentences[-1]
    reader.asking.field.line.setText("§ 14")
    reader.asking.done.click()
    (file,) = desk.view.page(FILES_OF(document="a", use="evidence"))
    reader.show_document(document)
    assert "§ 14" in reader.evidence.list.toPlainText()
    assert "law.txt" in reader.evidence.list.toPlainText()
    reader.evidence.act(f"act:drop:{file.id}")
    assert not desk.view.page(FILES_OF(document="a", use="evidence"))
