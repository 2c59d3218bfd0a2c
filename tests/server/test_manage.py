"""Running the company from a desk: sign-in, directory, keys, and a colleague who is locked out."""

from __future__ import annotations

import time

import pytest
from tests.server.reading import leaves, size, told
from tests.server.running import PASSWORD, Company
from tests.server.signing import Caller, problem

from agentdesk.domain.audit import ListHeads
from agentdesk.domain.kernel import Actor
from agentdesk.store.ids import new_id
from agentdesk_server.gate.settling import HELP_LASTS

SIGN_IN, DIRECTORY = "/api/v1/manage/sign-in", "/api/v1/manage/directory"


def hired(shop: Company, role: str) -> Caller:
    email = f"{role}-{new_id(time.time_ns() // 1_000_000)}@example.com"
    person = shop.hire("Ann Berg", email, role, ())
    made = Caller(shop, email, new_id(time.time_ns() // 1_000_000))
    made.sign_in()
    made.person = person  # type: ignore[attr-defined]
    return made


@pytest.fixture
def admin(shop: Company) -> Caller:
    return hired(shop, "admin")


def test_who_must_have_a_second_factor(shop: Company, admin: Caller) -> None:
    assert admin.ask("PUT", f"{SIGN_IN}/second-factor", {"roles": ["auditor"]}).status_code == 204
    assert admin.ask("GET", SIGN_IN).json()["must"] == ["auditor"]
    wrong = admin.ask("PUT", f"{SIGN_IN}/second-factor", {"roles": ["boss"]})
    assert problem(wrong) == (409, "role")
    assert admin.ask("PUT", f"{SIGN_IN}/second-factor", {"roles": []}).status_code == 204
    assert [one[:2] for one in told(shop) if one[0] == "signin.require"][-3:] == [
        ("signin.require", "done"), ("signin.require", "refused"), ("signin.require", "done"),
    ]  # fmt: skip


def test_the_provider(admin: Caller) -> None:
    wish = {"issuer": "https://id.example.com", "client_id": "desk", "secret": "hush", "role": "agent"}
    assert admin.ask("PUT", f"{SIGN_IN}/provider", wish).status_code == 204
    found = admin.ask("GET", SIGN_IN)
    assert found.json()["provider"]["issuer"] == "https://id.example.com"
    assert "hush" not in found.text
    assert problem(admin.ask("PUT", f"{SIGN_IN}/provider", {**wish, "issuer": "http://x"})) == (422, "provider")
    assert problem(admin.ask("PUT", f"{SIGN_IN}/provider", {**wish, "role": "boss"})) == (409, "role")
    assert admin.ask("DELETE", f"{SIGN_IN}/provider").status_code == 204
    assert admin.ask("GET", SIGN_IN).json()["provider"] is None


def test_the_directory(shop: Company, admin: Caller) -> None:
    assert admin.ask("GET", DIRECTORY).json() == {"since": 0}
    token = admin.ask("POST", f"{DIRECTORY}/token").json()["token"]
    directory = Caller(shop, "", token=token)
    assert directory.ask("GET", "/scim/v2/Users").status_code == 200
    assert admin.ask("GET", DIRECTORY).json()["since"] > 0
    assert admin.ask("DELETE", f"{DIRECTORY}/token").status_code == 204
    assert directory.ask("GET", "/scim/v2/Users").status_code == 401


def test_others_learn_nothing_and_that_is_written_down(shop: Company) -> None:
    agent = hired(shop, "supervisor")
    for method, path in (
        ("GET", SIGN_IN), ("PUT", f"{SIGN_IN}/second-factor"), ("POST", f"{DIRECTORY}/token"),
        ("POST", "/api/v1/manage/keys"), ("POST", f"/api/v1/people/{shop.agent}/help"),
        ("POST", "/api/v1/people/nobody/help"),
    ):  # fmt: skip
        before = size(shop)
        assert problem(agent.ask(method, path, {"keys": "not even read"})) == (403, "denied"), path
        assert [one.outcome for one in leaves(shop, before)] == ["denied"], path


def test_keys_are_replaced_with_desks_connected(shop: Company, admin: Caller) -> None:
    ledger = shop.state.writer.authority.ledger
    before, public = ledger.keys.generation, ledger.public_key
    answer = admin.ask("POST", "/api/v1/manage/keys", {})
    assert answer.status_code == 200, answer.text
    assert answer.json()["key"] == ledger.public_key.hex() != public.hex()
    assert ledger.keys.generation == before + 1
    assert problem(admin.ask("POST", "/api/v1/manage/keys", {"keys": ["hats"]})) == (422, "invalid")
    assert admin.ask("POST", "/api/v1/manage/keys", {"keys": ["seals"]}).status_code == 200
    assert ledger.keys.generation == before + 2

    async def heads() -> dict[str, object]:
        found: dict[str, object] = await shop.state.audit.look(Actor(admin.person, "nobody"), ListHeads())  # type: ignore[attr-defined]
        return found

    told_ = shop.running.do(heads())
    assert (told_["key"], len(list(told_["chain"]))) == (ledger.public_key, 1)  # type: ignore[call-overload]


# --- Somebody who is locked out


def test_a_colleague_is_helped_without_their_password(shop: Company, admin: Caller) -> None:
    caller = hired(shop, "senior")
    codes = caller.enrol()
    answer = admin.ask("POST", f"/api/v1/people/{caller.person}/help")  # type: ignore[attr-defined]
    assert answer.status_code == 201, answer.text
    code, until = answer.json()["code"], answer.json()["until"]
    assert abs(until - shop.state.clock() - HELP_LASTS) < 60_000
    assert caller.ask("GET", "/api/v1/me/sign-in").status_code == 401, "what was signed in has ended"
    half = caller.password()
    assert (half.status_code, half.json()["ways"], half.json()["enrol"]) == (202, ["recovery"], False)
    ticket = half.json()["ticket"]
    for wrong in (codes[0], caller.code(), "abcd-abcd-abcd-abcd"):
        assert problem(caller.factor(ticket, wrong)) == (401, "code")
    assert problem(Caller(shop, caller.email, "thief").factor("no ticket", code)) == (401, "ticket")
    assert caller.factor(ticket, code.upper().replace("-", " ")).status_code == 201
    assert caller.enrol(), "and sets up a new one at once"
    again = caller.password().json()
    assert problem(caller.factor(again["ticket"], code)) == (401, "code"), "it works once"


def test_a_code_that_is_too_old_lets_nobody_in(shop: Company, admin: Caller) -> None:
    """Not even with the password alone: that is what the lost factor was for."""
    caller = hired(shop, "senior")
    path = f"/api/v1/people/{caller.person}/help"  # type: ignore[attr-defined]
    code = admin.ask("POST", path).json()["code"]

    async def age() -> None:
        conn = shop.state.core.database.conn
        await shop.state.writer.call(lambda _: conn.execute("UPDATE helped SET expires=1"))

    shop.running.do(age())
    half = caller.password()
    assert half.status_code == 202
    assert problem(caller.factor(half.json()["ticket"], code)) == (401, "code")
    fresh = admin.ask("POST", path).json()["code"]
    assert caller.factor(caller.password().json()["ticket"], fresh).status_code == 201


def test_nobody_helps_themselves_nor_whom_there_is_not(admin: Caller) -> None:
    own = admin.ask("POST", f"/api/v1/people/{admin.person}/help")  # type: ignore[attr-defined]
    assert problem(own) == (409, "self")
    assert problem(admin.ask("POST", "/api/v1/people/nobody/help")) == (404, "missing")
    assert admin.password(PASSWORD).status_code == 201
