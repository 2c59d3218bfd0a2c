"""The widget on the sample page, in a real Chromium, against the real server and a real desk."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.chromium import chromium
from tests.server.running import Company, Desk, uuid7

from agentdesk_server.operating import SiteAdd

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for this file."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def key(shop: Company) -> str:
    """A site whose page the server itself shows."""
    return shop.running.operate(SiteAdd(name="Sample", team="Billing", origins=[shop.url]))


@pytest.fixture
def page(browser: Browser, shop: Company, key: str) -> Iterator[Page]:
    """A customer before the sample page; whatever the browser complains of fails the test."""
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{shop.url}/demo?site={key}")
    yield page
    context.close()
    assert complaints == []


def newest_case(shop: Company) -> str:
    (case,) = shop.state.reader.conn.execute('SELECT id FROM "case" ORDER BY number DESC LIMIT 1').fetchone()
    return str(case)


def test_a_customer_and_an_agent_talk(page: Page, shop: Company, desk: Desk) -> None:
    """Question, answer with its writer's name, a picture, the end; a reload keeps it all."""
    page.get_by_role("button", name="Open chat").click()
    log, box = page.get_by_role("log"), page.get_by_role("textbox", name="Write a message…")
    box.fill("Where is my parcel?")
    box.press("Enter")
    expect(log.locator(".row.visitor:not(.wait)")).to_contain_text("Where is my parcel?")
    case = newest_case(shop)
    assert desk.do("case.claim", case=case)["status"] == "done"
    expect(log).to_contain_text("Mina Berg joined")
    desk.do("case.reply", case=case, message=uuid7(), text="Let me look for it.", seen=9)
    expect(log).to_contain_text("Let me look for it.")
    page.locator("input[type=file]").set_input_files(
        [{"name": "label.txt", "mimeType": "text/plain", "buffer": b"parcel 17"}]
    )
    page.get_by_role("button", name="Send").click()
    expect(log.get_by_role("button", name="label.txt")).to_be_visible()
    assert desk.do("case.solve", case=case, seen=9)["status"] == "done"
    expect(log).to_contain_text("This is solved.")
    page.reload()
    expect(log).to_contain_text("Let me look for it.")
    expect(log.locator(".row.visitor")).to_have_count(2)
    with page.expect_download() as download:
        log.get_by_role("button", name="label.txt").click()
    assert download.value.path().read_bytes() == b"parcel 17"


def test_a_site_of_somebody_else_shows_no_chat(browser: Browser, shop: Company, elsewhere: str) -> None:
    """The page is told that it may not, and says so."""
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(elsewhere)  # that site's pages come from shop.example
    page.get_by_role("button", name="Open chat").click()
    expect(page.get_by_text("The chat is not available on this page.")).to_be_visible()
    context.close()


@pytest.fixture
def elsewhere(shop: Company, tmp_path: Path) -> Iterator[str]:
    """A page of another site, on a server of its own, that has taken over this one's line."""
    line = f'<script async src="{shop.url}/widget.js" data-site="{shop.key}"></script>'
    (tmp_path / "index.html").write_text(f"<!doctype html><title>Elsewhere</title>{line}", encoding="utf-8")
    serve = partial(Quiet, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        origin = f"http://127.0.0.1:{server.server_port}"
        shop.running.operate(SiteAdd(name="Elsewhere", team="Billing", origins=[origin]))
        yield f"{origin}/"
        server.shutdown()
        thread.join()


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and writes nothing."""

    def log_message(self, format: str, *args: object) -> None:
        """Who came is of no interest."""
