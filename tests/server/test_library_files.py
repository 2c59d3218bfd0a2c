"""Files of the library on a running server: who may have the bytes, what customers see of them, and when they go."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from tests.server.ruling import Ruling
from tests.server.running import PATIENCE, Company
from tests.server.shelved import Library

from agentdesk.domain.forum import Answer, Ask, Moderate
from agentdesk.domain.governed import Attach, Begin, Detach, Discard, Draft, LibraryFile, Retire
from agentdesk.domain.governed.files import address_of
from agentdesk.domain.kernel import File
from agentdesk_server.authority.credentials import Credentials
from agentdesk_server.blobs import path_of
from agentdesk_server.sweeping import WEEK, sweep

PNG = b"\x89PNG\r\n\x1a\n" + b"the rest of a picture"
PAGE = b"<script>alert(1)</script>"


@pytest.fixture(scope="module")
def library(shop: Company) -> Library:
    return Library(shop)


@pytest.fixture(scope="module")
def writer(shop: Company) -> str:
    return shop.sign_in()


def bring(shop: Company, token: str, data: bytes, id: str, type: str = "image/png") -> File:
    digest = hashlib.sha256(data).hexdigest()
    headers = {"Authorization": f"Bearer {token}"}
    answer = requests.put(f"{shop.url}/api/v1/blobs/{digest}", data, headers=headers, timeout=PATIENCE)
    assert answer.status_code in (201, 204)
    return File(id, digest, "a.png", len(data), type)


def fetched(shop: Company, token: str, file: File) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return requests.get(f"{shop.url}/api/v1/blobs/{file.digest}", headers=headers, timeout=PATIENCE).status_code


def seen(shop: Company, document: str, file: str, **query: str) -> requests.Response:
    """What anybody gets who asks for a picture of an article."""
    url = f"{shop.url}/help/articles/{document}/pictures/{file}"
    return requests.get(url, params=query, timeout=PATIENCE)


def picture(id: str) -> str:
    return f"![what it shows]({address_of(id)})"


def published(library: Library, document: str, text: str, *files: File, audience: str = "customers") -> None:
    library.give(library.writer, Begin(
        document=document, edition=f"{document}-1", register="article", title=document, text=text,
        details=f'{{"audience":"{audience}"}}', files=files,
    ))  # fmt: skip
    library.approve(f"{document}-1")


def test_customers_see_the_pictures_of_what_is_published_for_them(shop: Company, library: Library, writer: str) -> None:
    """As long as it is; without signing in; as what the bytes are, and as nothing that could run."""
    file = bring(shop, writer, PNG, "pic-1", "image/gif")
    library.give(library.writer, Begin(
        document="shown", edition="shown-1", register="article", title="Shown", text=picture("pic-1"),
        details='{"audience":"customers"}', files=(file,),
    ))  # fmt: skip
    assert seen(shop, "shown", "pic-1").status_code == 404, "a draft is for colleagues"
    library.approve("shown-1")
    answer = seen(shop, "shown", "pic-1")
    assert (answer.status_code, answer.content) == (200, PNG)
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    page = requests.get(f"{shop.url}/help/articles/shown?lang=en", timeout=PATIENCE).text
    assert 'alt="what it shows"' in page
    assert 'src="/help/articles/shown/pictures/pic-1?lang=en"' in page
    library.give(library.head, Retire(document="shown"))
    assert seen(shop, "shown", "pic-1").status_code == 404


def test_nothing_else_of_the_library_is_for_customers(shop: Company, library: Library, writer: str) -> None:
    inside, law, other = (bring(shop, writer, PNG + bytes([n]), f"hid-{n}") for n in range(3))
    page = bring(shop, writer, PAGE, "hid-page")
    text = f"Words. {picture('hid-page')}\n\n> [!agents]\n> {picture('hid-0')}"
    published(library, "partly", text, inside, page)
    library.give(library.writer, Attach(document="partly", files=(law,)))
    published(library, "agents", picture("hid-2"), other, audience="agents")
    for document, file in (("partly", "hid-0"), ("partly", "hid-1"), ("agents", "hid-2"), ("partly", "hid-2")):
        assert seen(shop, document, file).status_code == 404, file
    assert seen(shop, "partly", "hid-page").status_code == 404, "what is no picture is not served, whatever was said"
    assert [fetched(shop, shop.sign_in("lou@example.com"), one) for one in (inside, law, other)] == [200] * 3


def test_a_translation_shows_the_pictures_of_its_original(shop: Company, library: Library, writer: str) -> None:
    published(library, "orig", picture("orig-p"), bring(shop, writer, PNG + b"o", "orig-p"))
    library.publish("orig-de", "Auf Deutsch", picture("orig-p"), language="de", of="orig", of_number=1)
    assert seen(shop, "orig-de", "orig-p").status_code == 200
    library.publish("stranger", "Stranger", picture("orig-p"))
    assert seen(shop, "stranger", "orig-p").status_code == 404


def test_a_file_of_a_hidden_post_is_for_those_who_moderate(shop: Company, library: Library, writer: str) -> None:
    colleague = shop.hire("Cat Peer", "cat@example.com", "agent")
    cat, lou = shop.sign_in("cat@example.com"), shop.sign_in("lou@example.com")
    file = bring(shop, writer, PNG + b"post", "post-1")
    library.give(colleague, Ask(topic="tf", post="pf", space="Billing", title="Why?", text="So."))
    library.give(library.writer, Answer(topic="tf", post="pg", text="See.", files=(file,)))
    assert [fetched(shop, who, file) for who in (cat, lou)] == [200, 200]
    library.give(library.head, Moderate(post="pg", act="hide", reason="It names a customer."))
    assert [fetched(shop, who, file) for who in (cat, lou)] == [404, 200]
    library.give(library.head, Moderate(post="pg", act="show", reason="It does not."))
    assert fetched(shop, cat, file) == 200


@pytest.fixture
def rule(tmp_path: Path) -> Iterator[Ruling]:
    made = Ruling(tmp_path).found()
    yield made
    made.database.close()


def test_bytes_stay_as_long_as_the_library_names_them(rule: Ruling, tmp_path: Path) -> None:
    """A week after nothing names them any more the sweeper takes them; sooner after an erasure, and not before."""
    digest = hashlib.sha256(PNG).hexdigest()
    place = path_of(tmp_path, digest)
    place.parent.mkdir(parents=True)
    place.write_bytes(PNG)

    os.utime(place, (1, 1))
    Credentials(rule.conn).add_upload(digest, "person:ann", len(PNG), rule.time)
    begin = Begin(
        document="d", edition="e", register="article", title="T", text=picture("f"),
        files=(File("f", digest, "a.png", 1, "image/png"),),
    )  # fmt: skip
    assert rule.tell("ann", begin).ack.status == "done"
    found = rule.database.records.of(LibraryFile, "f")
    assert found is not None
    assert found.size == len(PNG), "the size is that of the bytes"
    assert sweep(rule.database, tmp_path, rule.time + 2 * WEEK) == 0
    assert rule.tell("ann", Draft(
        document="d", edition="e2", title="T", text="None.", details="{}", instead="e",
    )).ack.status == "done"  # fmt: skip
    assert rule.tell("ann", Attach(document="d", files=(File("g", digest, "a", 1, "a/b"),))).ack.status == "done"
    assert sweep(rule.database, tmp_path, rule.time + 2 * WEEK) == 0
    assert rule.tell("ann", Detach(file="g")).ack.status == "done"
    assert rule.tell("ann", Discard(edition="e2")).ack.status == "done"
    assert sweep(rule.database, tmp_path, rule.time + 2 * WEEK) == 1
    assert not place.exists()
