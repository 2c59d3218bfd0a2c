"""Step-up: every privileged act is refused to a session without a fresh proof, at every door and on the socket."""

from __future__ import annotations

import time

import msgspec
import pytest
from tests.domain.samples import SAMPLES, sample
from tests.server.running import PASSWORD, Company, Desk
from tests.server.signing import Caller, problem

from agentdesk.domain.catalogue import COMMANDS
from agentdesk.domain.kernel import INTERNAL_ROLES, ROLES, step_up
from agentdesk.domain.people import Team
from agentdesk.store.ids import new_id
from agentdesk_server.app import DOORS
from agentdesk_server.gate.fresh import LASTS
from agentdesk_server.gate.operating import SecondFactorRequire
from agentdesk_server.operating import TeamAdd

PRIVILEGED = sorted(name for name, spec in COMMANDS.items() if spec.fresh and spec.roles - set(INTERNAL_ROLES))
STEP_UP = str(step_up())
GUARDED = [door for door in DOORS if door.fresh]


def test_the_list_is_not_empty_and_has_what_changes_accounts() -> None:
    assert {"person.add", "person.update", "team.add", "team.update", "site.add", "site.update"} <= set(PRIVILEGED)
    assert {door.path for door in GUARDED} >= {"/api/v1/me/app", "/api/v1/me/recovery", "/api/v1/me/passkeys/{id}"}
    assert set(PRIVILEGED) <= set(SAMPLES)


@pytest.fixture
def admin(shop: Company, request: pytest.FixtureRequest) -> Caller:
    """An administrator, or whoever else may do what is tried, signed in, whose proof is not fresh any more."""
    name = request.node.callspec.params.get("name", "") if hasattr(request.node, "callspec") else ""
    role = next((role for role in ("admin", *ROLES) if not name or role in COMMANDS[name].roles), "admin")
    email = f"{new_id(time.time_ns() // 1_000_000)}@example.com"
    person = shop.hire("Adam In", email, role, ())
    caller = Caller(shop, email, new_id(time.time_ns() // 1_000_000))
    caller.sign_in()
    shop.state.gate.fresh.forget(person)
    return caller


def at_desk(caller: Caller) -> Desk:
    return Desk(caller.shop.url, caller.token, caller.device)


@pytest.mark.parametrize("name", PRIVILEGED)
def test_no_privileged_command_without_a_fresh_proof(admin: Caller, name: str) -> None:
    """Refused with a sentence and the code; with a fresh proof it is decided like any other."""
    desk = at_desk(admin)
    args = msgspec.to_builtins(sample(name))
    ack = desk.do(name, **args)
    assert (ack["status"], ack["code"], ack["sentence"]) == ("refused", "step_up", STEP_UP)
    assert admin.ask("POST", "/api/v1/session/fresh", {"password": PASSWORD}).status_code == 200
    assert desk.do(name, **args).get("code") != "step_up"
    desk.close()


@pytest.mark.parametrize("door", GUARDED, ids=lambda door: f"{door.method} {door.path}")
def test_no_privileged_door_without_a_fresh_proof(admin: Caller, door: object) -> None:
    assert hasattr(door, "method")
    assert hasattr(door, "path")
    path = door.path.replace("{id}", "abc")
    answer = admin.ask(door.method, path, {})
    assert problem(answer) == (403, "step_up")
    assert answer.json()["detail"] == STEP_UP
    assert admin.ask("POST", "/api/v1/session/fresh", {"password": PASSWORD}).status_code == 200
    assert admin.ask(door.method, path, {}).status_code not in (403, 500)


def test_a_role_that_may_not_is_told_so_and_not_asked_for_a_code(shop: Company) -> None:
    shop.state.gate.fresh.forget(shop.agent)
    caller = Caller(shop, "mina@example.com", "denied")
    caller.sign_in()
    shop.state.gate.fresh.forget(shop.agent)
    desk = at_desk(caller)
    assert desk.do("team.add", team=new_id(1), name="X")["status"] == "denied"
    desk.close()


def test_what_is_not_privileged_goes_on(admin: Caller) -> None:
    desk = at_desk(admin)
    assert desk.do("availability.set", state="online").get("code", "") != "step_up"
    desk.close()


def test_it_is_fresh_for_five_minutes_at_one_device(admin: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = admin.ask("POST", "/api/v1/session/fresh", {"password": PASSWORD})
    state = admin.shop.state
    assert abs(answer.json()["until"] - state.clock() - LASTS) < 60_000
    other = Caller(admin.shop, admin.email, "another-device")
    other.sign_in()
    person = other.ask("GET", "/api/v1/me/sign-in")
    assert person.json()["fresh_until"] > 0
    at = answer.json()["until"]
    for now, status in ((at, 201), (at + 1, 403), (at - LASTS - 1, 403)):
        with monkeypatch.context() as patch:
            patch.setattr(state.gate.fresh, "_clock", lambda now=now: now)
            assert admin.ask("POST", "/api/v1/me/app").status_code == status


def test_with_a_second_factor_a_password_is_not_enough(admin: Caller) -> None:
    assert admin.ask("POST", "/api/v1/session/fresh", {"password": PASSWORD}).status_code == 200
    codes = admin.enrol()
    state = admin.shop.state
    person = state.reader.conn.execute("SELECT id FROM person WHERE email=?", (admin.email,)).fetchone()[0]
    state.gate.fresh.forget(person)
    assert problem(admin.ask("POST", "/api/v1/session/fresh", {"password": PASSWORD})) == (401, "code")
    assert problem(admin.ask("POST", "/api/v1/session/fresh", {"code": "000000"})) == (401, "code")
    assert problem(admin.ask("POST", "/api/v1/me/recovery")) == (403, "step_up")
    assert admin.ask("POST", "/api/v1/session/fresh", {"code": codes[0]}).status_code == 200
    assert admin.ask("POST", "/api/v1/me/recovery").status_code == 201


def test_where_one_must_have_a_factor_the_password_proves_nothing(admin: Caller) -> None:
    running = admin.shop.running
    running.operate(SecondFactorRequire(roles=["admin"]))
    try:
        assert problem(admin.ask("POST", "/api/v1/session/fresh", {"password": PASSWORD})) == (403, "enrol")
    finally:
        running.operate(SecondFactorRequire(roles=[]))
    assert problem(admin.ask("POST", "/api/v1/session/fresh", {"password": "wrong phrase"})) == (401, "sign-in")


def test_the_operator_at_the_server_needs_none(shop: Company) -> None:
    """Who can read the data folder proves nothing more."""
    team = shop.running.operate(TeamAdd(name="Made by hand"))
    assert shop.state.reader.records.of(Team, team) is not None
