"""A real Chromium, the fake server, and a customer who sits before a page with the widget."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page
from tests.chromium import chromium
from tests.widget.fake import Fake


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the tests of a file: Playwright's loop must not outlive them."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def running_fake() -> Iterator[Fake]:
    """The server's thread, shared by the tests of a file."""
    fake = Fake()
    yield fake
    fake.stop()


@pytest.fixture
def fake(running_fake: Fake) -> Iterator[Fake]:
    """The server, empty; at the end nobody may have broken the contract."""
    running_fake.reset()
    yield running_fake
    assert running_fake.broken == []


@dataclass
class Customer:
    """A page with the widget, in the words of its tests."""

    page: Page
    fake: Fake

    def visit(self, **options: str) -> Customer:
        """Open the page; options are the script's data attributes, `csp` and `html` (the page's language)."""
        query = "&".join(f"{key}={value.replace('#', '%23')}" for key, value in options.items())
        self.page.goto(f"{self.fake.origin}/page?{query}")
        self.page.locator("agentdesk-chat .launcher").wait_for(state="attached")
        return self

    def open(self, **options: str) -> Customer:
        """Open the page and the chat, and wait until the line is up."""
        self.visit(**options)
        self.launcher.click()
        self.settled()
        return self

    def settled(self) -> None:
        """Wait until history is there."""
        self.page.locator('.log[aria-busy="false"]').wait_for()

    def say(self, text: str) -> None:
        """Write a message and press Enter."""
        self.area.fill(text)
        self.area.press("Enter")

    def texts(self) -> list[str]:
        """The texts shown in the log, in their order."""
        return self.page.locator(".log .row[data-id] .text").all_inner_texts()

    @property
    def launcher(self) -> Locator:
        """The round button."""
        return self.page.locator(".launcher")

    @property
    def panel(self) -> Locator:
        """The chat itself."""
        return self.page.locator(".panel")

    @property
    def area(self) -> Locator:
        """Where one writes."""
        return self.page.locator("textarea")

    @property
    def rows(self) -> Locator:
        """The messages."""
        return self.page.locator(".log .row[data-id]")


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh profile."""
    with browser.new_context(locale="en-GB", timezone_id="Europe/Berlin", **_look()) as fresh:
        fresh.set_default_timeout(20_000)
        yield fresh


def _look() -> dict[str, Any]:
    return {"viewport": {"width": 760, "height": 640}}


@pytest.fixture
def customer(context: BrowserContext, fake: Fake) -> Iterator[Customer]:
    """One customer; an uncaught error in the page fails the test."""
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield Customer(page, fake)
    if folder := os.environ.get("WIDGET_SHOTS"):
        test = os.environ["PYTEST_CURRENT_TEST"].split("::")[1].split(" ")[0]
        (Path(folder) / f"{test}.png").write_bytes(page.screenshot())
    page.close()
    assert errors == []
