"""The page of knowledge as somebody presses it: from a case to an article that is approved, sent, and runs out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from tests.desk.fake_desk import FakeDesk
from tests.desk.paged import desk_as, in_window

from agentdesk.desk.pages.knowledge import KnowledgePage, carried
from agentdesk.desk.pages.knowledge.editor import wrong_links
from agentdesk.domain.cases import Claim, Reply
from agentdesk.domain.governed import DOCUMENTS, USES_OF, Approve, Document, Ring
from agentdesk.domain.kernel import Actor
from agentdesk.domain.knowledge import GAPS, MISSES, Rate, article_of, article_path
from agentdesk.text.bundles import Form, bundle, packed_as

CLOCK = Actor("clock", "system")


@pytest.fixture
def desk() -> Iterator[FakeDesk]:
    made = desk_as("supervisor", "library")
    yield made
    made.close()


@pytest.fixture
def page(desk: FakeDesk, qtbot: QtBot, tmp_path: Path) -> Iterator[KnowledgePage]:
    with in_window(KnowledgePage, desk, qtbot, tmp_path) as made:
        yield made


def only(desk: FakeDesk) -> Document:
    (found,) = desk.view.page(DOCUMENTS(register="article"))
    assert isinstance(found, Document)
    return found


def published(page: KnowledgePage, desk: FakeDesk, text: str = "Dear {customer.name}, ask your bank.") -> Document:
    page.shelf.new.click()
    page.editor.name.line.setText("Refund is late")
    page.editor.audience.setCurrentIndex(page.editor.audience.findData("both"))
    page.editor.text.setPlainText(text)
    page.editor.hand_in.click()
    rosa = Actor("rosa", "supervisor", "Rosa Stein", ("billing",), desk.me.scopes)
    desk.act(Approve(edition=only(desk).working), rosa)
    page.reader.acts.publish.click()
    page.reader.acts.publish.click()
    return only(desk)


def test_a_small_window_takes_room_from_the_text_and_its_preview_alike(page: KnowledgePage) -> None:
    page.shelf.new.click()
    editor = page.editor
    page.widget.resize(1_040, 640)
    QApplication.processEvents()
    assert abs(editor.text.width() - editor.preview.width()) < 40
    lines = {one.mapTo(editor, one.rect().bottomLeft()).y() for one in (editor.audience, editor.rule, editor.language)}
    assert len(lines) == 1


def test_a_case_becomes_an_article_without_the_customers_data(page: KnowledgePage, desk: FakeDesk) -> None:
    desk.open_case("c1", "I am Lena Sorensen, lena@example.org, card 4111 1111 1111 1111. Where is my refund?")
    desk.act(Claim(case="c1"), desk.me)
    desk.act(Reply(case="c1", message="r1", text="Dear Lena, ask your bank.", seen=1), desk.me)
    page.show_record("lesson", "c1")
    text = page.editor.text.toPlainText()
    assert "Where is my refund?" in text
    assert "ask your bank" in text
    for personal in ("Lena", "Sorensen", "lena@", "4111"):
        assert personal not in text
    page.editor.save.click()
    assert only(desk).case == "c1"
    assert not page.reader.isHidden()


def test_an_article_is_written_approved_sent_and_runs_out(page: KnowledgePage, desk: FakeDesk) -> None:
    desk.open_case("c1")
    desk.act(Claim(case="c1"), desk.me)
    held = published(page, desk, "Dear {customer.name}, ask your bank.\n\n> [!agents]\n> Never promise a day.")
    assert held.state == "published"
    assert "Never promise" in page.reader.page.toPlainText()
    page.reader.insert.menu().aboutToShow.emit()
    page.reader.insert.menu().actions()[0].trigger()
    draft = desk.drafts.get("c1", "reply")
    assert draft is not None
    assert draft.text == "Dear Lena Sorensen, ask your bank."
    assert desk.opened[-1] == ("case", "c1")
    assert desk.view.count(USES_OF(kind="document", record=held.id, how="text")) == 1
    desk.time = held.expires_at + 1
    desk.act(Ring(document=held.id), CLOCK)
    assert page.shelf.tabs._counts["expired"] == 1
    assert not page.reader.insert.isEnabled()
    assert page.reader.chip.text() == "expired: not suggested"
    assert page.shelf.banner.isVisibleTo(page.widget)
    page.reader.acts.renew.click()
    assert page.reader.insert.isEnabled()
    assert page.shelf.tabs._counts["expired"] == 0


def test_what_is_for_agents_does_not_go_to_a_customer(page: KnowledgePage, desk: FakeDesk) -> None:
    desk.open_case("c1")
    held = published(page, desk)
    details = msgspec.json.encode(msgspec.structs.replace(article_of(held), audience="agents")).decode()
    desk.put(msgspec.structs.replace(held, details=details))
    page.reader._insert("c1")
    assert desk.drafts.get("c1", "reply") is None
    assert "for agents only" in desk.sentences[-1]


def test_two_who_write_at_once_are_told_and_keep_their_text(page: KnowledgePage, desk: FakeDesk) -> None:
    held = published(page, desk)
    page.reader.change.click()
    page.editor.text.setPlainText("Mine.")
    other = {"title": "T", "text": "Theirs.", "details": "{}", "previous": held.holds}
    from_another = type(page.editor._wish("x"))(document=held.id, edition="other", **other)
    desk.act(from_another, Actor("rosa", "supervisor", "Rosa", ("billing",), desk.me.scopes))
    assert not page.editor.keep()
    assert page.editor.verdict.isVisibleTo(page.editor)
    assert page.editor.text.toPlainText() == "Mine."
    kept = desk.drafts.get(held.id, "article")
    assert kept is not None
    assert kept.text == "Mine."


def test_what_is_missing_is_noted_and_filled(page: KnowledgePage, desk: FakeDesk) -> None:
    desk.open_case("c1")
    page.show_record("gap", "c1")
    page.gaps.asking.done.click()
    assert page.gaps.asking.field._wrong.text() == "Say in a few words what is missing."
    page.gaps.asking.field.line.setText("What of vouchers?")
    page.gaps.asking.done.click()
    (gap,) = desk.view.page(GAPS(state="open"))
    assert gap.case == "c1"
    page._fill_gap(gap)
    page.editor.text.setPlainText("They never run out.")
    page.editor.save.click()
    (closed,) = desk.view.page(GAPS(state="closed"))
    assert closed.document == only(desk).id


def test_help_for_a_case_offers_what_is_most_like_it(page: KnowledgePage, desk: FakeDesk) -> None:
    held = published(page, desk)
    desk.open_case("c1", "My refund has not come", subject="Where is the refund")
    page.show_record("help", "c1")
    assert page.reader.document is not None
    assert page.reader.document.id == held.id
    assert page.reader.solves.isVisibleTo(page.reader)
    page.reader.solves.click()
    assert desk.view.count(USES_OF(kind="document", record=held.id, how="solved")) == 1


def test_searching_finds_offers_what_is_like_it_and_says_when_there_is_nothing(
    page: KnowledgePage, desk: FakeDesk
) -> None:
    published(page, desk)
    for words, count in (("refund", 1), ("why is the refund not here", 1), ("zebra", 0), ("", 1)):
        page.shelf.field.setText(words)
        page.shelf.search()
        assert page.shelf.list.count() == count, words
    page.shelf.field.setText("zebra")
    page.shelf.search()
    assert page.shelf.lists.currentWidget() is page.shelf.nothing


def test_not_helpful_says_why(page: KnowledgePage, desk: FakeDesk) -> None:
    published(page, desk)
    page.reader.no.click()
    page.reader.asking.field.line.setText("Too long.")
    page.reader.asking.done.click()
    assert [one for one in desk.done if isinstance(one, Rate)][-1].reason == "Too long."


def test_links_that_lead_nowhere_are_named(page: KnowledgePage, desk: FakeDesk) -> None:
    """What is right is so for customers, on a page of the help centre, and for whoever reads it on the desk."""
    held = published(page, desk)
    right = [
        article_path(held.id),
        f"{article_path(held.id)}?lang=de#x",
        "/help",
        "/help/contact?q=bowl",
        "/help?topic=A",
    ]
    right += ["https://shop.example/x", "mailto:a@shop.example", "#top", "#"]
    wrong = [
        f"/help/{held.id}",
        "/help/articles/none",
        "/help/articles/",
        "https://",
        "attached:x",
        "x",
        "#here",
        "?q=x",
    ]
    text = " ".join(f"[a]({one})" for one in (*right, *wrong))
    assert wrong_links(text, desk.view) == wrong
    for link in (right[0], right[1], f"https://desk.example.com{right[0]}"):
        desk.opened.clear()
        page.reader.page.followed.emit(link)
        assert desk.opened == [("document", held.id)]
    page.reader.page.followed.emit(f"/help/{held.id}")
    assert desk.sentences[-1] == f"This link leads to /help/{held.id}"


def drafts_of(desk: FakeDesk) -> dict[str, Document]:
    return {one.title: one for one in desk.view.page(DOCUMENTS(register="article")) if one.state == "draft"}


def take(page: KnowledgePage, qtbot: QtBot, paths: list[Path]) -> None:
    """Until all is taken."""
    page.carried.take(paths)
    qtbot.waitUntil(lambda: not page.carried.busy, timeout=30_000)


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_what_goes_out_as_files_comes_in_as_what_it_was(
    page: KnowledgePage, desk: FakeDesk, qtbot: QtBot, tmp_path: Path, form: Form
) -> None:
    published(page, desk, "# Ask\n\n---\n\nthe <b>bank</b> of {customer.name}")
    page.carried.save_to(tmp_path / "a.zip", form)
    take(page, qtbot, [tmp_path / "a.zip"])
    assert desk.sentences[-1].endswith("1 were known already.")
    (sheet,) = bundle("a.zip", (tmp_path / "a.zip").read_bytes()).sheets
    (tmp_path / "b.zip").write_bytes(packed_as(form, [sheet._replace(text="Ask twice.")]))
    for said in ("1 articles have a new version in work", "1 were known already"):
        take(page, qtbot, [tmp_path / "b.zip"])
        assert said in page.carried.page.toPlainText()
    assert only(desk).work == "draft"
    take(page, qtbot, [tmp_path / "a.zip"])
    assert only(desk).text.startswith("# Ask")


def test_files_of_others_come_in_once_with_their_links_and_a_report(
    page: KnowledgePage, desk: FakeDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    loose, web, broken = tmp_path / "lost-parcel.md", tmp_path / "refund.html", tmp_path / "b.zip"
    loose.write_text(
        "\ufeff# Lost parcel\r\n\r\nAsk *them*, or see [refund](refund.html) and [none](none.md).", "utf-8"
    )
    web.write_text(
        "<title>Refund</title><h1>Refund</h1><iframe></iframe><p>See <a href=lost-parcel.md>this</a><img src=a.png>"
    )
    broken.write_bytes(b"PK\x03\x04broken")
    for _ in range(2):
        take(page, qtbot, [loose, web, broken, tmp_path / "none.md"])
    drafts = drafts_of(desk)
    assert {*drafts} == {"Lost parcel", "Refund"}
    assert f"[refund](/help/articles/{drafts['Refund'].id})" in drafts["Lost parcel"].text
    assert drafts["Refund"].text == f"See [this](/help/articles/{drafts['Lost parcel'].id})"
    report = page.carried.page.toPlainText()
    for said in ("0 drafts were made", "2 were known", "none.md cannot be read", "“iframe” is not known", "a.png",
                 "no article of these files: none.md", "Pack it anew"):  # fmt: skip
        assert said in report, said
    loose.write_text("# Lost parcel\n\nNew words.")
    take(page, qtbot, [loose])
    assert "somebody is writing" in page.carried.page.toPlainText()
    page.carried.page.followed.emit(f"document:{drafts['Refund'].id}")
    assert page.reader.document is not None
    assert page.reader.document.title == "Refund"


def test_the_window_lives_while_many_articles_come_in(
    page: KnowledgePage, desk: FakeDesk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each slice takes one step; one that is stopped goes on where it was with the same files."""
    monkeypatch.setattr(carried, "SLICE_S", 0.0)
    files = [tmp_path / f"{n}.md" for n in range(40)]
    for n, file in enumerate(files):
        file.write_text(f"# Article {n}\n\nWords.")
    page.carried.take(files)
    page.carried.take(files[:1])
    qtbot.waitUntil(lambda: len(drafts_of(desk)) >= 3, timeout=30_000)
    assert page.carried.busy
    page.carried.stop()
    made = len(drafts_of(desk))
    assert not page.carried.busy
    take(page, qtbot, files)
    assert f"{40 - made} drafts were made" in desk.sentences[-1]
    assert len(drafts_of(desk)) == 40


def test_what_is_saved_is_not_begun_anew_because_it_cannot_be_handed_in(page: KnowledgePage, desk: FakeDesk) -> None:
    page.shelf.new.click()
    page.editor.name.line.setText("Refund is late")
    page.editor.hand_in.click()
    assert desk.sentences == ["There is nothing in this document yet."]
    assert only(desk).work == "draft"
    assert page.reader.document == only(desk)


def approved(page: KnowledgePage, desk: FakeDesk) -> Document:
    """A new version of the article, approved and not in force yet."""
    page.reader.change.click()
    page.editor.text.setPlainText("Dear {customer.name}, ask your bank twice.")
    page.editor.hand_in.click()
    desk.act(Approve(edition=only(desk).working), Actor("rosa", "supervisor", "Rosa", ("billing",), desk.me.scopes))
    return only(desk)


def test_a_version_is_published_for_a_time_and_what_is_wrong_with_it_stands_beside_it(
    page: KnowledgePage, desk: FakeDesk
) -> None:
    published(page, desk)
    approved(page, desk)
    timing = page.reader.timing
    page.reader.acts.later.click()
    timing.since.line.setText("soon")
    timing.done.click()
    assert "no day" in timing.since._wrong.text()
    timing.since.line.setText("2027-03-01")
    timing.until.line.setText("2027-02-01")
    timing.done.click()
    assert "over before it begins" in timing.until._wrong.text()
    timing.until.line.setText("2027-04-01 9:00")
    timing.done.click()
    assert timing.isHidden()
    coming = only(desk)
    assert coming.comes_at > desk.time
    assert page.reader.acts.withdraw.isVisibleTo(page.reader)
    desk.time = coming.comes_at + 1
    desk.act(Ring(document=coming.id), CLOCK)
    assert only(desk).text.endswith("twice.")
    assert only(desk).until > desk.time


def test_an_article_is_given_to_who_looks_after_it(page: KnowledgePage, desk: FakeDesk) -> None:
    published(page, desk)
    give = page.reader.acts.give.menu()
    give.aboutToShow.emit()
    assert "Mina Kapoor" not in [one.text() for one in give.actions()]
    next(one for one in give.actions() if one.text() == "Rosa Stein").trigger()
    assert only(desk).owner == "rosa"
    page.reader.acts.often.menu().aboutToShow.emit()
    page.reader.acts.often.menu().actions()[-1].trigger()
    assert only(desk).review_at == 0


def test_a_translation_is_begun_once_for_each_language(page: KnowledgePage, desk: FakeDesk) -> None:
    held = published(page, desk)
    page.shelf.new.click()
    page.editor.text.setPlainText("Something else, half written")
    page.show_document(held.id)
    page.reader.languages.menu().aboutToShow.emit()
    page.reader.languages.menu().actions()[-1].trigger()
    page.editor.save.click()
    assert "Say which language" in page.editor.verdict.accessibleName()
    page.editor.language.line.setText("EN")
    page.editor.save.click()
    assert "already" in page.editor.verdict.accessibleName()
    page.editor.language.line.setText("de")
    page.editor.text.setPlainText("Fragen Sie Ihre Bank.")
    page.editor.save.click()
    made = page.reader.document
    assert made is not None
    assert (made.of, made.of_number, made.language) == (held.id, 1, "de")
    page.shelf.new.click()
    assert page.editor.text.toPlainText() == "Something else, half written"
    desk.put(msgspec.structs.replace(held, number=2))
    page.show_document(made.id)
    page.reader.languages.menu().aboutToShow.emit()
    assert [one.text() for one in page.reader.languages.menu().actions()][:2] == ["English", "Deutsch, out of date"]


def test_what_was_looked_for_in_vain_is_noted_once_and_reported(page: KnowledgePage, desk: FakeDesk) -> None:
    published(page, desk)
    page.shelf.field.setText("zebra")
    for _ in range(2):
        page.shelf.field.returnPressed.emit()
    page.shelf.field.setText("refund")
    page.shelf.field.returnPressed.emit()
    assert [(one.words, one.what) for one in desk.view.page(MISSES(since=0))] == [("zebra", "none")]
    page.shelf.show_tab("gaps")
    assert "“zebra”: 1, nothing was found" in page.gaps._misses.text()


def test_a_variable_is_put_in_from_a_list_and_filled_in_for_the_customer(page: KnowledgePage, desk: FakeDesk) -> None:
    desk.open_case("c1")
    desk.act(Claim(case="c1"), desk.me)
    page.shelf.new.click()
    page.editor.variables.menu().actions()[0].trigger()
    assert page.editor.text.toPlainText() == "{customer.name}"
    published(page, desk, "Dear " + page.editor.text.toPlainText())
    page.reader._insert("c1")
    draft = desk.drafts.get("c1", "reply")
    assert draft is not None
    assert draft.text == "Dear Lena Sorensen"
