"""Pictures in articles as somebody puts them in: pasted or chosen, drawn anew, with words for those who see none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot
from tests.desk.fake_desk import FakeDesk
from tests.desk.paged import desk_as, in_window

from agentdesk.desk.pages.knowledge import KnowledgePage
from agentdesk.desk.pages.knowledge.carrying import Taken, taking
from agentdesk.desk.pages.knowledge.editor import Start
from agentdesk.desk.pictures import LARGEST, encoded, lightened
from agentdesk.domain.governed import DOCUMENTS, FILES_OF, Begin, Document, LibraryFile
from agentdesk.domain.kernel import Masked
from agentdesk.text.bundles import Form, done


@pytest.fixture
def desk() -> Iterator[FakeDesk]:
    made = desk_as("supervisor", "library")
    yield made
    made.close()


@pytest.fixture
def page(desk: FakeDesk, qtbot: QtBot, tmp_path: Path) -> Iterator[KnowledgePage]:
    with in_window(KnowledgePage, desk, qtbot, tmp_path) as made:
        yield made


def drawn(width: int = 40, height: int = 30) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("teal"))
    return image


def png(width: int = 40, height: int = 30) -> bytes:
    made = encoded(drawn(width, height))
    assert made is not None
    return made[0]


def take(desk: FakeDesk, paths: Sequence[Path]) -> Taken:
    return done(taking(desk, paths))


def pasted(page: KnowledgePage, told: str) -> None:
    """A picture from the clipboard, and what it is said to show."""
    source = QMimeData()
    source.setImageData(drawn())
    page.editor.text.insertFromMimeData(source)
    page.editor.asking.field.line.setText(told)
    page.editor.asking.done.click()


def test_a_picture_is_pasted_described_saved_and_read(page: KnowledgePage, desk: FakeDesk) -> None:
    page.write(Start(title="Refund"))
    pasted(page, "")
    assert page.editor.asking.isVisibleTo(page.editor), "nothing is put in that is not described"
    assert not page.editor.text.toPlainText()
    page.editor.asking.field.line.setText("Where the] number\\ stands")
    page.editor.asking.done.click()
    (file,) = page.editor.pictures.named()
    assert page.editor.text.toPlainText() == f"![Where the number stands](attached:{file.id})"
    page.editor.look()
    assert f'src="/attached/{file.id}"' in page.editor.preview.html()
    assert page.editor.preview.loadResource(2, f"/attached/{file.id}") is not None
    assert not page.editor.links.text()
    page.editor.save.click()
    kept = desk.view.get(LibraryFile, file.id)
    assert kept is not None
    assert (kept.use, kept.type) == ("picture", "image/png")
    assert f'src="/attached/{file.id}"' in page.reader.page.html()
    assert desk.drafts.get("article:new", "pictures") is None


def test_what_came_for_a_draft_is_there_when_one_comes_back_to_it(page: KnowledgePage, desk: FakeDesk) -> None:
    page.write(Start())
    pasted(page, "The first")
    other = Begin(document="o", edition="oe", register="article", title="Other", text="Other.")
    desk.act(other, desk.me)
    found = desk.view.get(Document, "o")
    assert found is not None
    page.edit(found)
    assert not page.editor.pictures.named()
    page.write(Start())
    assert [file.name for file in page.editor.pictures.named()] == ["picture.png"]


def test_several_files_are_asked_about_one_after_the_other(page: KnowledgePage, desk: FakeDesk, tmp_path: Path) -> None:
    page.write(Start(title="Refund"))
    for name, data in (("a.png", png()), ("b.png", png(50)), ("c.png", b"<svg onload=alert(1)>")):
        (tmp_path / name).write_bytes(data)
    page.editor.pictures.take([tmp_path / name for name in ("a.png", "b.png", "c.png", "missing.png")])
    assert "missing.png is no picture" in desk.sentences[-1]
    assert "c.png is no picture" in desk.sentences[-2]
    for told in ("First", "Second"):
        assert page.editor.asking.isVisibleTo(page.editor)
        page.editor.asking.field.line.setText(told)
        page.editor.asking.done.click()
    assert not page.editor.asking.isVisibleTo(page.editor)
    assert [file.name for file in page.editor.pictures.named()] == ["a.png", "b.png"]


def test_a_picture_of_another_article_leads_nowhere(page: KnowledgePage, desk: FakeDesk) -> None:
    """And what is hidden from somebody stands as its words."""
    page.write(Start(title="Refund"))
    pasted(page, "Where it stands")
    page.editor.save.click()
    document = page.reader.document
    assert document is not None
    (file,) = desk.view.page(FILES_OF(document=document.id, use="picture"))
    page.write(Start(title="Other"))
    page.editor.text.setPlainText(f"![x](attached:{file.id})")
    page.editor.look()
    assert "attached:" in page.editor.links.text()
    desk.put(msgspec.structs.replace(file, digest=Masked.of("file")))
    found = desk.view.get(Document, document.id)
    assert found is not None
    page.reader.show_document(found)
    assert "[Where it stands]" in page.reader.page.toPlainText()


def test_pictures_are_drawn_anew(tmp_path: Path) -> None:
    """Nothing of a file but what is seen goes into an article, and no more of that than a screen shows."""
    secret = b"GPS 52.5 13.4"
    photo = encoded(drawn(3_000, 1_500), "jpeg")
    assert photo is not None
    made = lightened(photo[0] + secret)
    assert made is not None
    data, told = made
    assert told == "image/jpeg"
    assert secret not in data
    image = QImage.fromData(data)
    assert (image.width(), image.height()) == (LARGEST.width(), LARGEST.width() // 2)
    assert lightened(b"\x89PNG\r\n\x1a\nnothing of a picture") is None
    assert lightened(b"") is None


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_pictures_go_out_with_articles_and_come_in_again(
    page: KnowledgePage, desk: FakeDesk, qtbot: QtBot, tmp_path: Path, form: Form
) -> None:
    """Again and again the same, and into another house as pictures of its own."""
    page.write(Start(title="Refund"))
    pasted(page, "Where it stands")
    page.editor.save.click()
    document = page.reader.document
    assert document is not None
    desk.put(msgspec.structs.replace(document, state="published", work="", working="", holds=document.working))
    page.carried.save_to(tmp_path / "a.zip", form)
    page.carried.take([tmp_path / "a.zip"])
    qtbot.waitUntil(lambda: not page.carried.busy, timeout=30_000)
    assert desk.sentences[-1].endswith("1 were known already.")
    other = FakeDesk()
    other._me = msgspec.structs.replace(other.me, role="supervisor", scopes=other.me.scopes | {"library"})
    for made in (1, 0):
        taken = take(other, [tmp_path / "a.zip"])
        assert (len(taken.made), taken.known, taken.wrong) == (made, 1 - made, [])
    (file,) = other.view.page(FILES_OF(document=document.id, use="picture"))
    found = other.view.get(Document, document.id)
    assert found is not None
    assert found.text == f"![Where it stands](attached:{file.id})"
    other.close()
    desk.bytes.clear()
    page.carried.save_to(tmp_path / "b.zip", form)
    assert desk.sentences[-1] == "Saved as b.zip, without 1 pictures that could not be fetched"


def test_a_folder_of_another_help_desk_brings_its_pictures(desk: FakeDesk, tmp_path: Path) -> None:
    (tmp_path / "t.html").write_text('<h1>T</h1><p>See <img src="a.png" alt="the ledger"> <img src="b.png"></p>')
    (tmp_path / "a.png").write_bytes(png())
    (tmp_path / "b.png").write_bytes(b"\x89PNG\r\n\x1a\nof no picture")
    paths = [tmp_path / name for name in ("t.html", "a.png", "b.png")]
    for made in (1, 0):
        taken = take(desk, paths)
        assert (len(taken.made), taken.known) == (made, 1 - made)
        assert len(taken.wrong) == 1
        assert "only its words stand: b.png" in taken.wrong[0]
    (document,) = desk.view.page(DOCUMENTS(register="article"))
    (file,) = desk.view.page(FILES_OF(document=document.id, use="picture"))
    assert f"![the ledger](attached:{file.id})" in document.text
