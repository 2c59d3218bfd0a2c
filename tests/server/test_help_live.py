"""The help centre in a real Chromium: nothing for axe-core to find, all by keyboard, without a script, and a way on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.chromium import chromium
from tests.server.pair import until
from tests.server.running import Company, Desk, uuid7
from tests.server.shelved import Library
from tests.server.test_widget_live import newest_case

from agentdesk.domain.governed import USES_IN

AXE = Path(__file__).parent / "axe" / "node_modules" / "axe-core" / "axe.min.js"
pytestmark = pytest.mark.browser
TEXT = """Every refund has a number.

# Find it

Open the [order](https://shop.example/orders), then *Payments*.

1. Copy `ARN`.
2. Send it.

| Bank | Days |
|------|-----:|
| most | 3 |

> Nobody has to wait.

```
23 digits
```
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for this file."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def library(shop: Company) -> Library:
    """A shelf with a few articles."""
    made = Library(shop)
    made.publish("refund", "Where is my refund?", TEXT, category="Payments", products=["Cards", "Bank"])
    made.publish(
        "refund-ar", "أين المبلغ المسترد؟", "# الرقم\n\nلكل مبلغ مسترد رقم.", language="ar", of="refund", of_number=1
    )
    made.publish("wide", "All the fees", f"Of every bank.\n\n{WIDE}\n\nThat is all.", category="Payments")
    made.publish("bowl", "A broken bowl", "Send us a picture.", category="Parcels")
    return made


@pytest.fixture
def page(browser: Browser, shop: Company, library: Library) -> Iterator[Page]:
    """A reader; whatever the browser complains of fails the test."""
    with browser.new_context(locale="en-GB", viewport={"width": 900, "height": 900}) as context:
        yield from watched(context)


def watched(context: BrowserContext) -> Iterator[Page]:
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert [one for one in complaints if "404" not in one and "422" not in one] == []


WIDE = "\n".join(("|" + " Betrag in Euro |" * 14, "|" + "---|" * 14, "|" + " 1.234,56 |" * 14))
MOVED = """node => new Promise((done) => {
  const look = () => (node.scrollLeft > 0 ? done(true) : requestAnimationFrame(look));
  setTimeout(() => done(false), 30000);
  look();
})"""
PAGES = {
    "front": "/help",
    "topic": "/help?topic=Payments",
    "results": "/help/search?q=refund",
    "nothing": "/help/search?q=xyzzy",
    "article": "/help/articles/refund",
    "thanked": "/help/articles/refund?said=thanks",
    "wide": "/help/articles/wide",
    "arabic": "/help/articles/refund-ar?lang=ar",
    "contact": "/help/contact?q=refund",
    "silence": "/help/conversation",
    "gone": "/help/articles/none",
}


def test_axe_finds_nothing_on_any_page(page: Page, shop: Company) -> None:
    """All rules, with the folded parts open; every other page dark and as narrow as a small telephone."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: scripts/setup.sh test fetches it")
    page.goto(f"{shop.url}/help/articles/refund")
    found: dict[str, Any] = {}
    for number, (name, path) in enumerate(PAGES.items()):
        page.emulate_media(color_scheme="dark" if number % 2 else "light")
        page.set_viewport_size({"width": 320 if number % 2 else 900, "height": 900})
        page.goto(shop.url + path)
        page.locator("agentdesk-chat .launcher").wait_for()
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        page.evaluate(AXE.read_text(encoding="utf-8"))
        told = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        found[name] = [(one["id"], [node["html"] for node in one["nodes"]]) for one in told["violations"]]
        labels = page.locator("label[for]").evaluate_all("all => all.map(one => one.control !== null)")
        assert all(labels), name
    assert found == {name: [] for name in PAGES}


@pytest.mark.parametrize("width", [320, 1280])
def test_a_wide_table_moves_in_its_own_frame(page: Page, shop: Company, width: int) -> None:
    """Not the whole page with it, and by keyboard too; no word in it is torn."""
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(f"{shop.url}/help/articles/wide?lang=de")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    table = page.get_by_role("group", name="Tabelle")
    assert table.evaluate("node => node.scrollWidth > node.clientWidth")
    assert table.locator("th").first.evaluate("node => node.clientWidth") > 70
    reach(page, "group", "Tabelle")
    page.keyboard.press("ArrowRight")
    assert table.evaluate(MOVED)


def test_all_by_keyboard_and_without_a_script(browser: Browser, shop: Company, library: Library) -> None:
    """From the front page by a search to an article, what was missing in it, and to a person: no pointer, no script."""
    with browser.new_context(locale="en-GB", java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{shop.url}/help")
        press = page.keyboard.press
        press("Tab")
        expect(page.get_by_role("link", name="Skip to the text")).to_be_focused()
        reach(page, "searchbox", "Search for an answer")
        page.keyboard.type("refund number")
        press("Enter")
        reach(page, "link", "Where is my refund?")
        press("Enter")
        expect(page.get_by_role("heading", level=1, name="Where is my refund?")).to_be_visible()
        page.locator("summary").focus()
        press("Enter")
        press("Tab")
        page.keyboard.type("The date")
        press("Tab")
        press("Enter")
        expect(page.get_by_role("status")).to_have_text("Thank you for telling us.")
        reach(page, "link", "Write to us")
        press("Enter")
        expect(page.get_by_text("You searched for “refund number”")).to_be_visible()
        expect(page.locator(".carried").get_by_role("link", name="Where is my refund?")).to_be_visible()
        reach(page, "textbox", "Your message")
        page.keyboard.type("Which date?")
        page.get_by_role("button", name="Send").focus()
        press("Enter")
        expect(page.get_by_role("heading", level=1, name="Your conversation")).to_be_visible()
        expect(page.locator(".said")).to_contain_text("Which date?")
        case = newest_case(shop)
        desk = Desk(shop.url, shop.sign_in())
        desk.do("case.reply", case=case, message=uuid7(), text="The third of May.", seen=9)
        desk.close()
        reach(page, "link", "Look for new answers")
        press("Enter")
        expect(page.locator(".said")).to_contain_text("The third of May.")


def reach(page: Page, role: Any, name: str) -> None:
    """Press Tab until it is reached; a page in which it cannot be reached fails."""
    wanted = page.get_by_role(role, name=name).first
    for _ in range(60):
        page.keyboard.press("Tab")
        if wanted.evaluate("node => node === document.activeElement"):
            return
    raise AssertionError(f"{name} cannot be reached by keyboard")


def test_what_was_read_goes_along_in_the_chat_too(page: Page, shop: Company) -> None:
    """The widget stands on every page of the help centre, and the case says what was read before."""
    page.goto(f"{shop.url}/help/search?q=broken")
    page.get_by_role("link", name="A broken bowl").click()
    page.get_by_role("button", name="Open chat").click()
    box = page.get_by_role("textbox", name="Write a message…")
    box.fill("It is broken")
    box.press("Enter")
    expect(page.locator(".row.visitor:not(.wait)")).to_contain_text("It is broken")
    asked = USES_IN(case=newest_case(shop))

    def uses() -> set[tuple[str, str]]:
        return {(use.record, use.how) for use in shop.state.reader.records.page(asked)}

    until(lambda: bool(uses()))
    assert uses() == {("bowl", "read")}
