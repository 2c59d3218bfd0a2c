"""Files of the library: pictures go with the words that name them, evidence with its document, others with a post."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest
from tests.domain.world import World, company

from agentdesk.domain.forum import Answer, Ask, EditPost, Moderate
from agentdesk.domain.governed import (
    FILES_OF,
    FILES_WITH,
    Approve,
    Attach,
    Begin,
    Detach,
    Discard,
    Document,
    Draft,
    LibraryFile,
    Publish,
    Submit,
)
from agentdesk.domain.governed.files import MOST, address_of, file_at, named_in, stands_in
from agentdesk.domain.kernel import Denied, File, Refusal


@pytest.fixture
def world() -> World:
    return company()


def file(id: str, type: str = "image/png", name: str = "a.png") -> File:
    return File(id, sha256(id.encode()).hexdigest(), name, 7, type)


def says(*ids: str) -> str:
    return "Look: " + " ".join(f"![what it shows]({address_of(id)})" for id in ids)


def pictures(world: World) -> set[str]:
    return {one.id for one in world.page(FILES_OF(document="a", use="picture"))}


def begun(world: World, text: str, *files: File) -> None:
    wish = Begin(document="a", edition="e1", register="article", title="Refund", text=text, files=files)
    world.do(wish, world.actor("ann"))


def drafted(world: World, edition: str, text: str, *files: File, **fields: Any) -> None:
    wish = Draft(document="a", edition=edition, title="Refund", text=text, details="{}", files=files, **fields)
    world.do(wish, world.actor("ann"))


def published(world: World, edition: str) -> None:
    world.do(Submit(edition=edition), world.actor("ann"))
    world.do(Approve(edition=edition), world.actor("lou"))
    world.do(Publish(edition=edition), world.actor("lou"))


def test_a_picture_comes_with_the_words_that_name_it(world: World) -> None:
    begun(world, says("f1"), file("f1"), file("f2"))
    assert pictures(world) == {"f1"}, "what the text does not name is not kept"
    found = world.get(LibraryFile, "f1")
    assert found is not None
    assert (found.scope, found.document, found.edition, found.by) == ("library", "a", "e1", "ann")
    assert file_at(address_of("f1")) == "f1"
    assert not file_at("https://x.example/attached:f1")


def test_a_name_that_goes_on_is_another_picture(world: World) -> None:
    begun(world, says("p1-b"), file("p1"), file("p1-b"))
    assert pictures(world) == {"p1-b"}
    assert named_in(says("p1"), "p1")
    assert not any(named_in(says(other), "p1") for other in ("p12", "p1_2", "p1-b"))


def test_a_draft_in_place_of_another_takes_its_pictures_or_lets_them_go(world: World) -> None:
    begun(world, says("f1", "f2"), file("f1"), file("f2"))
    drafted(world, "e2", says("f2", "f3"), file("f3"), instead="e1")
    assert pictures(world) == {"f2", "f3"}
    world.do(Discard(edition="e2"), world.actor("ann"))
    assert pictures(world) == set()
    assert world.get(Document, "a") is None


def test_what_was_published_keeps_its_pictures(world: World) -> None:
    """A later version without one, thrown away or published, takes nothing from the history."""
    begun(world, says("f1"), file("f1"))
    published(world, "e1")
    drafted(world, "e2", says("f1", "f2"), file("f2"), previous="e1")
    world.do(Discard(edition="e2"), world.actor("ann"))
    assert pictures(world) == {"f1"}
    drafted(world, "e3", "No picture any more.", previous="e1")
    published(world, "e3")
    assert pictures(world) == {"f1"}


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ((file("f1", "image/svg+xml"),), "picture"),
        ((file("f1", "text/html"),), "picture"),
        (tuple(file(f"f{n}") for n in range(MOST + 1)), "files"),
        ((file("lf1"),), "file"),
    ],
)
def test_what_is_no_picture_or_too_much_is_refused(world: World, files: tuple[File, ...], code: str) -> None:
    world.put(LibraryFile("lf1", "library", world.rev, "evidence", "0" * 64, "a", 1, "a/b", "bob", 1, "other"))
    with pytest.raises(Refusal) as told:
        begun(world, says(*(one.id for one in files)), *files)
    assert told.value.code == code


def test_a_translation_may_show_the_pictures_of_its_original(world: World) -> None:
    begun(world, says("f1"), file("f1"))
    found = world.get(LibraryFile, "f1")
    assert found is not None
    assert stands_in(found, "a", "")
    assert stands_in(found, "a-de", "a")
    assert not stands_in(found, "b", "")


def test_evidence_is_put_to_a_document_and_taken_away_by_whom_it_concerns(world: World) -> None:
    begun(world, "Ask.")
    wish = Attach(document="a", files=(file("p1", "application/pdf", "../law\u202efdp.exe"),), note=" The law. ")
    world.do(wish, world.actor("bob"))
    world.do(wish, world.actor("bob"))
    found = world.get(LibraryFile, "p1")
    assert found is not None
    assert (found.use, found.name, found.note, found.by) == ("evidence", ".._lawfdp.exe", "The law.", "bob")
    world.do(Attach(document="a", files=(file("p2"),)), world.actor("lou"))
    with pytest.raises(Denied):
        world.do(Detach(file="p2"), world.actor("bob"))
    world.do(Detach(file="p2"), world.actor("ann"))
    world.do(Detach(file="p1"), world.actor("bob"))
    assert not world.page(FILES_OF(document="a", use="evidence"))
    with pytest.raises(Refusal, match="Choose a file first"):
        world.do(Attach(document="a", files=()), world.actor("ann"))


def asked(world: World, *files: File) -> None:
    world.do(Ask(topic="t", post="p", space="Billing", title="Why?", text="So.", files=files), world.actor("ann"))


def test_the_files_of_a_hidden_post_lie_with_those_who_moderate(world: World) -> None:
    asked(world, file("f1"))
    world.do(Answer(topic="t", post="p2", text="Like this.", files=(file("f2"),)), world.actor("bob"))

    def where() -> list[str]:
        return [one.scope for id in ("p", "p2") for one in world.page(FILES_WITH(post=id))]

    world.do(Moderate(post="p2", act="hide", reason="It names a customer."), world.actor("lou"))
    assert where() == ["library", "oversight"]
    world.do(Moderate(post="p2", act="show", reason="It does not."), world.actor("lou"))
    assert where() == ["library", "library"]


def test_whoever_wrote_a_post_changes_what_goes_with_it(world: World) -> None:
    asked(world, file("f1"), file("f2", "text/html", "page.html"))
    world.do(Answer(topic="t", post="p2", text="So.", files=(file("f3"),)), world.actor("ann"))
    change = EditPost(post="p", edit="e1", text="So.", files=(file("f4"),), without=("f1", "f3", "missing"))
    world.do(change, world.actor("ann"))
    assert {one.id for one in world.page(FILES_WITH(post="p"))} == {"f2", "f4"}
    assert [one.id for one in world.page(FILES_WITH(post="p2"))] == ["f3"], "of another post nothing goes"
    with pytest.raises(Denied):
        world.do(EditPost(post="p", edit="e2", text="No.", without=("f2",)), world.actor("bob"))
