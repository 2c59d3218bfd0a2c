"""The conversation in the help centre: one for each browser, its answers as they were meant, its files for it alone."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import requests
from tests.server.running import PATIENCE, Company
from tests.server.shelved import Library
from tests.server.test_help_centre import Found, get, newest

from agentdesk.domain.cases import Case, Reply
from agentdesk.domain.kernel import File


@pytest.fixture(scope="module")
def library(shop: Company) -> Library:
    """Whose hands answer."""
    return Library(shop)


@pytest.fixture
def page() -> Iterator[requests.Session]:
    """A browser that speaks English."""
    with requests.Session() as session:
        session.headers["Accept-Language"] = "en"
        yield session


def test_an_answer_is_shown_as_it_was_written(page: requests.Session, shop: Company, library: Library) -> None:
    """Bold is bold here as in the chat and in a mail; what the customer wrote stands as it was typed."""
    page.post(f"{shop.url}/help/contact", {"text": "Which **bowl**?"}, timeout=PATIENCE)
    case = newest(shop.state.reader.records)
    text = "The **blue** one:\n- it is [here](https://shop.example/blue)\n- <b>no</b>"
    library.give(shop.agent, Reply(case=case.id, message="bold", text=text, seen=case.seq))
    said = get(page, shop, "/help/conversation").text.partition('<ol class="said">')[2].partition('<p id="end"')[0]
    assert "Which **bowl**?" in said
    assert "<strong>blue</strong>" in said
    assert 'href="https://shop.example/blue"' in said
    assert "&lt;b&gt;no" in said
    assert "**blue" not in said


def test_a_file_of_an_answer_is_a_link_for_its_customer_alone(
    page: requests.Session, shop: Company, library: Library
) -> None:
    """Kept under its name, never run as a page; in another browser it does not exist."""
    page.post(f"{shop.url}/help/contact", {"text": "An offer, please"}, timeout=PATIENCE)
    case, name = newest(shop.state.reader.records), "Angebot „neu“ <b>.html"
    data = b"<script>alert(1)</script>" * 100
    digest, auth = hashlib.sha256(data).hexdigest(), {"Authorization": f"Bearer {shop.sign_in()}"}
    requests.put(f"{shop.url}/api/v1/blobs/{digest}", data, headers=auth, timeout=PATIENCE).raise_for_status()
    sent = File(id="offer", digest=digest, name=name, size=len(data), type="text/html")
    library.give(shop.agent, Reply(case=case.id, message="offered", text="", seen=case.seq, files=(sent,)))
    said = get(page, shop, "/help/conversation?lang=en")
    assert f">{html.escape(name)}</a>" in said.text
    assert "3 KB" in said.text
    (link,) = (one for one in Found(said.text).links if one.endswith("/offer?lang=en"))
    answer = get(page, shop, link)
    assert (answer.content, answer.headers["Content-Type"]) == (data, "application/octet-stream")
    assert answer.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert get(page, shop, link, headers={"Range": "bytes=-9"}).content == data[-9:]
    with requests.Session() as other:
        assert get(other, shop, link).status_code == 404
        other.post(f"{shop.url}/help/contact", {"text": "Mine"}, timeout=PATIENCE)
        assert get(other, shop, link).status_code == 404


def test_who_writes_again_goes_on_in_the_conversation(page: requests.Session, shop: Company, library: Library) -> None:
    """One customer, one case, and every page leads back to it; another browser knows nothing of it."""
    records = shop.state.reader.records
    assert "/help/conversation" not in get(page, shop, "/help").text
    page.post(f"{shop.url}/help/contact", {"text": "First", "name": "Uma"}, timeout=PATIENCE)
    case = newest(records)
    for path in ("/help", "/help/contact", "/help/articles/none", "/help/search?q=bowl", "/help/nowhere"):
        assert "/help/conversation" in get(page, shop, path).text, path
    assert 'name="email"' not in get(page, shop, "/help/contact").text
    second = {"text": "Second", "name": "Uma Rao", "email": "uma@example.org"}  # typed before the first one went
    answer = page.post(f"{shop.url}/help/contact", second, timeout=PATIENCE)
    assert answer.text.index("First") < answer.text.index("Second")
    case = records.of(Case, case.id) or case
    assert (newest(records).id, case.customer_name) == (case.id, "Uma Rao")
    page.cookies.set("agentdesk_talk", "x" * 43, path="/help")
    assert "/help/conversation" not in get(page, shop, "/help").text
    page.cookies.clear()
    page.post(f"{shop.url}/help/contact", {"text": "Another"}, timeout=PATIENCE)
    assert newest(records).id != case.id
