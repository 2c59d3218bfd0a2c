"""Passkeys: an answer counts once, for its own challenge, person and page; a copied key is noticed."""

from __future__ import annotations

import json
import secrets
from typing import Any

import pytest
from playwright.sync_api import Page, Route
from tests.server.running import Company
from tests.server.signing import Caller, problem
from tests.stories.test_sign_in import context, page

from agentdesk_server.gate.entry import challenge_of

__all__ = ["context", "page"]
pytestmark = pytest.mark.browser
VERIFIER = "v" * 43
BACK = {"port": 40123, "state": "s" * 20, "challenge": challenge_of(VERIFIER)}


class Held:
    """What the page was about to send, caught on its way."""

    def __init__(self, page: Page) -> None:
        self._page, self.bodies = page, list[dict[str, Any]]()

    def catch(self, url: str) -> dict[str, Any]:
        """Open the page of an errand, press its button, and keep the answer instead of sending it."""

        def hold(route: Route) -> None:
            self.bodies.append(json.loads(route.request.post_data or "{}"))
            route.fulfill(status=404, json={})

        self._page.route("**/api/v1/passkey/answer", hold)
        self._page.goto("about:blank")
        self._page.goto(url.replace("127.0.0.1", "localhost"))
        self._page.locator("#go").click()
        self._page.locator("#go").wait_for(state="hidden")
        self._page.unroute("**/api/v1/passkey/answer")
        return self.bodies[-1]


@pytest.fixture
def caller(shop: Company) -> Caller:
    email = f"{secrets.token_hex(6)}@example.com"
    shop.hire("Key Owner", email)
    made = Caller(shop, email)
    made.sign_in()
    return made


def add(caller: Caller, held: Held) -> dict[str, Any]:
    answer = caller.ask("POST", "/api/v1/me/passkeys", {"name": "Key", "loopback": BACK})
    assert answer.status_code == 201, answer.text
    return held.catch(answer.json()["url"])


def second_step(caller: Caller) -> str:
    half = caller.password().json()
    assert half["ways"] == ["passkey"]
    asked = caller.ask("POST", "/api/v1/session/passkey", {"ticket": half["ticket"], "loopback": BACK})
    return str(asked.json()["url"])


def send(caller: Caller, body: dict[str, Any]) -> Any:
    return caller.ask("POST", "/api/v1/passkey/answer", body)


def test_an_answer_counts_once_and_for_its_own_errand(caller: Caller, page: Page) -> None:
    held = Held(page)
    made = add(caller, held)
    assert problem(send(caller, {**made, "handle": "another"})) == (404, "gone")
    assert send(caller, made).status_code == 200
    assert problem(send(caller, made)) == (404, "gone")

    first, other = held.catch(second_step(caller)), second_step(caller)
    handle = other.partition("#h=")[2]
    assert caller.ask("POST", "/api/v1/passkey/options", {"handle": handle}).status_code == 200
    assert problem(send(caller, {**first, "handle": handle})) == (401, "passkey")
    assert problem(send(caller, {**first, "handle": handle})) == (404, "gone")
    done = send(caller, first)
    assert done.status_code == 200
    assert done.json()["url"].startswith("http://127.0.0.1:40123/?code=")
    code = done.json()["url"].partition("code=")[2].partition("&")[0]
    body = {"code": code, "verifier": VERIFIER, "device": {"id": "another", "name": ""}}
    assert problem(caller.ask("POST", "/api/v1/session/code", body)) == (401, "code")
    assert problem(send(caller, first)) == (404, "gone")


def test_a_key_belongs_to_one_person(caller: Caller, page: Page) -> None:
    """Its answer under somebody else's errand proves nothing, and nobody can add it a second time."""
    held = Held(page)
    made = add(caller, held)
    assert send(caller, made).status_code == 200
    used = held.catch(second_step(caller))
    other = Caller(caller.shop, "mina@example.com", "keys")
    other.sign_in()
    asked = other.ask("POST", "/api/v1/me/passkeys", {"name": "Stolen", "loopback": BACK}).json()["url"]
    handle = asked.partition("#h=")[2]
    other.ask("POST", "/api/v1/passkey/options", {"handle": handle})
    for credential in (made["credential"], used["credential"], {}, {"id": 7}, {"id": "x", "response": []}):
        other.ask("POST", "/api/v1/passkey/options", {"handle": handle})
        assert problem(send(other, {"handle": handle, "credential": credential})) == (401, "passkey")


def test_a_count_that_does_not_grow_is_a_copy(caller: Caller, page: Page) -> None:
    held = Held(page)
    assert send(caller, add(caller, held)).status_code == 200
    answer = held.catch(second_step(caller))
    second, state = caller.shop.state.entry.second, caller.shop.state
    (id,) = [row[0] for row in state.reader.conn.execute("SELECT id FROM person WHERE email=?", (caller.email,))]
    (row,) = second.read.passkeys(id)
    caller.shop.running.do(state.writer.call(lambda _: second.kept.use_passkey(row, row.count + 1_000, 1)))
    assert problem(send(caller, answer)) == (401, "passkey")


def test_a_page_without_an_errand_says_so(shop: Company, page: Page) -> None:
    for url in ("/sign-in/passkey", "/sign-in/passkey#h=made-up"):
        page.goto("about:blank")
        page.goto(shop.url.replace("127.0.0.1", "localhost") + url)
        page.get_by_text("gilt nicht mehr").wait_for()
        assert page.locator("#go").is_hidden()
