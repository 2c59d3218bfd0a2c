"""Whoever comes in, is refused, proves themselves or changes how: each is an entry of the log, and holds no secret."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
import requests
from tests.server.reading import by, leaves, size, told, unsealed
from tests.server.running import PASSWORD, PATIENCE, Company, company
from tests.server.signing import Caller, problem

from agentdesk.domain.audit import SearchAudit
from agentdesk.domain.kernel import Actor
from agentdesk.domain.people import OPERATOR
from agentdesk.store.ids import new_id
from agentdesk_server.gate import refused
from agentdesk_server.gate.operating import OidcRemove, OidcSet, OriginSet, PersonReset, SecondFactorRequire
from agentdesk_server.operating import Backup, DeviceRevoke, PersonPassword
from agentdesk_server.provisioning.operating import ScimGroup, ScimRevoke, ScimToken

NEW = "a better pony battery"


@pytest.fixture
def caller(shop: Company) -> Caller:
    """Somebody who has signed in with a password, at a device of their own."""
    email = f"{new_id(time.time_ns() // 1_000_000)}@example.com"
    shop.hire("Ann Berg", email)
    made = Caller(shop, email, new_id(time.time_ns() // 1_000_000))
    made.sign_in()
    return made


def person(caller: Caller) -> str:
    row = caller.shop.state.reader.conn.execute("SELECT id FROM person WHERE email=?", (caller.email,)).fetchone()
    return str(row[0])


def test_a_good_sign_in_and_a_sign_out(caller: Caller) -> None:
    shop, who = caller.shop, person(caller)
    assert by(shop, who) == ["session.begin"]
    last = leaves(shop)[-1]
    assert (last.command, last.outcome, last.touched) == ("session.begin", "done", (("way", "password"),))
    assert unsealed(shop, last.index) == {"subject": who, "arguments": {"ways": ["password"]}, "genuine": True}
    assert caller.ask("DELETE", "/api/v1/session").status_code == 204
    assert by(shop, who) == ["session.begin", "session.end"]
    pseudonym = shop.state.writer.authority.ledger.pseudonym("device", caller.device)
    assert all(one.device == pseudonym for one in leaves(shop) if one.actor == last.actor)


def test_factors_made_used_and_removed(caller: Caller) -> None:
    shop, before = caller.shop, size(caller.shop)
    codes = caller.enrol()
    assert caller.ask("POST", "/api/v1/session/fresh", {"code": codes[0]}).status_code == 200
    assert caller.ask("POST", "/api/v1/session/fresh", {"code": codes[0]}).status_code == 401
    assert caller.ask("POST", "/api/v1/me/recovery").status_code == 201
    caller.sign_in()
    assert caller.ask("DELETE", "/api/v1/me/app").status_code == 204
    assert caller.ask("DELETE", "/api/v1/me/app").status_code == 404
    assert [one for one in told(shop, before) if one[0] != "session.begin" or one[1] == "done"] == [
        ("factor.add", "done", ("totp",)),
        ("factor.add", "done", ("recovery",)),
        ("factor.use", "done", ("recovery",)),
        ("session.prove", "done", ("recovery",)),
        ("factor.add", "done", ("recovery",)),
        ("factor.use", "done", ("totp",)),
        ("session.begin", "done", ("password", "totp")),
        ("factor.remove", "done", ("totp",)),
        ("factor.remove", "refused", ()),
    ]
    assert {*by(shop, person(caller), before)} == {one[0] for one in told(shop, before)}
    sealed = msgspec.json.encode([unsealed(shop, number) for number in range(before, size(shop))])
    assert not [secret for secret in (PASSWORD, caller.secret, *codes) if secret.encode() in sealed]


def test_a_new_password_ends_what_was_elsewhere_in_one_go(caller: Caller) -> None:
    shop, before = caller.shop, size(caller.shop)
    elsewhere = Caller(shop, caller.email, "elsewhere")
    elsewhere.sign_in()
    assert caller.ask("PUT", "/api/v1/me/password", {"old": PASSWORD, "new": NEW}).status_code == 204
    assert told(shop, before)[-1] == ("password.change", "done", (person(caller),))
    assert elsewhere.ask("GET", "/api/v1/me/sign-in").status_code == 401
    assert NEW.encode() not in msgspec.json.encode(unsealed(shop, size(shop) - 1))


@contextlib.contextmanager
def unwritable(shop: Company, command: str, expect_log: Callable[[str], None]) -> Iterator[None]:
    """That this command was done cannot be written down."""
    ledger = shop.state.writer.authority.ledger
    write = ledger.write

    def broken(told_: object, outcome: str, *more: object) -> None:
        if getattr(told_, "name", "") == command and outcome == "done":
            raise OSError("the disk is full")
        write(told_, outcome, *more)  # type: ignore[arg-type]

    ledger.write = broken  # type: ignore[method-assign,assignment]
    expect_log(f"a command could not be committed: {command}")
    expect_log("Exception in ASGI|broken|could not")
    try:
        yield
    finally:
        ledger.write = write  # type: ignore[method-assign]


def test_what_cannot_be_written_down_does_not_happen(caller: Caller, expect_log: Callable[[str], None]) -> None:
    """The entry and what it tells of are one transaction: here the entry fails, and no session is there."""
    shop, other = caller.shop, Caller(caller.shop, caller.email, "full-disk")
    with unwritable(shop, "session.begin", expect_log):
        assert other.password().status_code >= 400
    count = "SELECT count(*) FROM session WHERE device='full-disk'"
    assert shop.state.reader.conn.execute(count).fetchone()[0] == 0
    assert other.password().status_code == 201


def test_a_server_that_fails_blames_no_code(caller: Caller, expect_log: Callable[[str], None]) -> None:
    """Nothing of it is the fault of whoever typed it, and the code is still good."""
    shop, proof = caller.shop, {"code": caller.enrol()[0]}
    with unwritable(shop, "factor.use", expect_log):
        assert problem(caller.ask("POST", "/api/v1/session/fresh", proof)) == (500, "broken")
    assert caller.ask("POST", "/api/v1/session/fresh", proof).status_code == 200
    with unwritable(shop, "factor.remove", expect_log):
        assert problem(caller.ask("DELETE", "/api/v1/me/app")) == (500, "broken")
    assert caller.ask("DELETE", "/api/v1/me/app").status_code == 204


# --- Refused


@pytest.fixture
def quiet(tmp_path: Path) -> Iterator[Company]:
    """A server on which nobody else is refused, that has nobody who guesses counted."""
    with company(tmp_path / "server") as made:
        yield made


def refusals(shop: Company, since: int = 0) -> list[dict[str, object]]:
    found = [one.index for one in leaves(shop, since) if (one.command, one.outcome) == ("session.begin", "denied")]
    return [unsealed(shop, number)["arguments"] for number in found]


def sum_up(shop: Company) -> None:
    async def do() -> None:
        shop.state.gate.refused.sum_up()
        await shop.state.writer.call(lambda _: None)

    shop.running.do(do())


def test_a_wrong_password_is_written_at_once_and_the_rest_summed_up(quiet: Company) -> None:
    stranger = Caller(quiet, "mina@example.com", "nowhere")
    answers = [stranger.password("wrong pony battery") for _ in range(12)]
    assert {problem(answer) for answer in answers} == {(401, "sign-in"), (429, "too-many")}
    assert [one["times"] for one in refusals(quiet)] == [1]
    sum_up(quiet)
    first, rest = refusals(quiet)
    assert (first["way"], rest["way"], rest["times"], rest["network"]) == ("password", "password", 11, "127.0.0.1")
    assert by(quiet, quiet.agent)[-2:] == ["session.begin", "session.begin"], "whose account was meant"
    sum_up(quiet)
    assert len(refusals(quiet)) == 2, "nothing is told twice"


def test_a_stranger_fills_nothing(quiet: Company) -> None:
    """Thousands of accounts and addresses come to a bounded number of entries, and all tries are counted."""

    async def many() -> None:
        for n in range(5_000):
            quiet.state.gate.refused.note(f"p{n}" if n % 2 else "", "password", f"10.0.{n % 250}.{n // 250}")

    quiet.running.do(many())
    sum_up(quiet)
    found = refusals(quiet)
    assert len(found) <= refused.AT_ONCE + refused.SUMMED + 1
    assert sum(int(str(one["times"])) for one in found) == 5_000


def test_what_was_summed_up_is_not_lost_when_the_server_ends(tmp_path: Path) -> None:
    with company(tmp_path / "server") as shop:
        stranger = Caller(shop, "mina@example.com", "nowhere")
        for _ in range(3):
            stranger.password("wrong pony battery")
    with company(tmp_path / "server", new=False) as again:
        assert [one["times"] for one in refusals(again)] == [1, 2]


def test_an_unknown_account_is_nobodys(quiet: Company) -> None:
    """What was typed there may be a password: it is not kept."""
    Caller(quiet, "my.secret@example.com", "nowhere").password("wrong")
    sum_up(quiet)
    number = leaves(quiet)[-1].index
    found = unsealed(quiet, number)
    assert found["subject"] == "gate"
    assert b"secret" not in msgspec.json.encode(found)


# --- What the operator sets


def test_what_the_operator_sets_is_in_the_log(quiet: Company, tmp_path: Path) -> None:
    run, before = quiet.running.operate, size(quiet)
    run(SecondFactorRequire(roles=["admin"]))
    run(OriginSet(origin="https://desk.example.com"))
    run(OidcSet(issuer="https://id.example.com", client_id="desk", secret="hush hush"))
    run(OidcRemove())
    token = run(ScimToken())
    run(ScimGroup(name="Leads", role="supervisor"))
    run(ScimRevoke())
    run(PersonPassword(person="mina@example.com", password=NEW))
    run(DeviceRevoke(person="mina@example.com"))
    code = run(PersonReset(person="mina@example.com"))
    run(Backup(file=str(tmp_path / "all")))
    assert told(quiet, before) == [
        ("signin.require", "done", ("second-factor",)),
        ("signin.origin", "done", ("origin",)),
        ("signin.connect", "done", ("provider",)),
        ("signin.disconnect", "done", ("provider",)),
        ("directory.connect", "done", ("directory",)),
        ("directory.group", "done", ("directory",)),
        ("directory.disconnect", "done", ("directory",)),
        ("password.change", "done", (quiet.agent,)),
        ("session.revoke", "done", (quiet.agent,)),
        ("person.reset", "done", (quiet.agent,)),
        ("backup.make", "done", ("backup",)),
    ]
    assert {*by(quiet, OPERATOR.id, before)} == {one[0] for one in told(quiet, before)}
    sealed = msgspec.json.encode([unsealed(quiet, number) for number in range(before, size(quiet))])
    assert not [secret for secret in ("hush hush", token, NEW, code) if secret.encode() in sealed]


def test_the_page_finds_them(quiet: Company) -> None:
    quiet.hire("Eva", "eva@example.com", "auditor", ())
    auditor = Caller(quiet, "eva@example.com", "audit")
    auditor.sign_in()

    async def find(**asked: str) -> int:
        who = Actor(person(auditor), "nobody", device="audit")
        return len((await quiet.state.audit.look(who, SearchAudit(**asked)))["entries"])

    assert quiet.running.do(find(person=quiet.agent, command="session.begin")) == 1
    assert quiet.running.do(find(record="password")) >= 2
    assert quiet.running.do(find(command="session.end")) == 0
    requests.delete(
        f"{quiet.url}/api/v1/session", headers={"Authorization": f"Bearer {auditor.token}"}, timeout=PATIENCE
    )
    assert quiet.running.do(find(command="session.end")) == 1
