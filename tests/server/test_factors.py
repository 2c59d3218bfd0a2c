"""The second factor: the vectors of its standards, codes that work once, recovery, loss, and who must have one."""

from __future__ import annotations

import time
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from tests.server.running import PASSWORD, Company
from tests.server.signing import Caller, problem

from agentdesk.store.ids import new_id
from agentdesk_server.gate.factors import recovery, totp
from agentdesk_server.gate.operating import PersonResetFactors, SecondFactorRequire
from agentdesk_server.gate.tickets import MOST, Tickets
from agentdesk_server.limits import Buckets
from agentdesk_server.operating import PersonPassword

SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""The seed of both standards: "12345678901234567890" in base32."""
RFC_4226 = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"]
RFC_6238 = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]


@pytest.mark.parametrize(("counter", "code"), list(enumerate(RFC_4226)))
def test_the_vectors_of_rfc_4226(counter: int, code: str) -> None:
    assert totp.code_at(SEED, counter) == code


@pytest.mark.parametrize(("seconds", "code"), RFC_6238)
def test_the_vectors_of_rfc_6238(seconds: int, code: str) -> None:
    """Of eight digits, of which these apps show the last six."""
    assert totp.matching_step(SEED, code[-6:], seconds * 1000) == seconds // 30


@pytest.mark.parametrize(("steps", "counts"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_one_step_either_side_counts(steps: int, counts: bool) -> None:
    now = 1_700_000_000_000
    code = totp.code_at(SEED, now // totp.STEP_MS + steps)
    assert (totp.matching_step(SEED, code, now) is not None) is counts
    assert (totp.matching_step(SEED, f" {code[:3]} {code[3:]} ", now) is not None) is counts


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "0" * 90, "\x00" * 6])
def test_what_is_no_code_is_none(code: str) -> None:
    assert totp.matching_step(SEED, code, 1_700_000_000_000) is None


def test_an_app_can_read_the_uri() -> None:
    secret = totp.new_secret()
    parts = urlsplit(totp.uri(secret, "mina+x@example.com"))
    assert (parts.scheme, parts.netloc, unquote(parts.path)) == ("otpauth", "totp", "/AgentDesk:mina+x@example.com")
    assert parse_qs(parts.query) == {"secret": [secret], "issuer": ["AgentDesk"]}
    assert len(secret) == 32
    assert secret != totp.new_secret()


def test_recovery_codes_are_long_and_told_apart() -> None:
    codes = recovery.new_codes()
    assert len(set(codes)) == 10
    assert all(len(code.replace("-", "")) == 16 for code in codes)
    assert recovery.hash_of("p", codes[0]) == recovery.hash_of("p", f" {codes[0].upper().replace('-', ' ')}")
    assert recovery.hash_of("p", codes[0]) != recovery.hash_of("q", codes[0])


def test_tickets_end() -> None:
    now = [0]
    tickets: Tickets[int] = Tickets(1_000, lambda: now[0])
    word, until = tickets.give(1)
    assert (until, tickets.look(word), tickets.take(word), tickets.take(word)) == (1_000, 1, 1, None)
    word, _ = tickets.give(2)
    now[0] = 1_000
    assert tickets.take(word) is None
    words = [tickets.give(i)[0] for i in range(MOST + 1)]
    assert tickets.look(words[0]) is None
    assert tickets.look(words[1]) == 1


@pytest.fixture
def caller(shop: Company) -> Caller:
    """Somebody new, signed in with the password."""
    email = f"{new_id(time.time_ns() // 1_000_000)}@example.com"
    shop.hire("Some Body", email)
    made = Caller(shop, email)
    made.sign_in()
    return made


def test_without_one_the_password_is_enough(caller: Caller) -> None:
    assert caller.password().status_code == 201
    ways = caller.ask("GET", "/api/v1/me/sign-in").json()
    assert (ways["app"], ways["passkeys"], ways["recovery_left"], ways["required"]) == (0, [], 0, False)


def test_with_one_the_password_opens_nothing(caller: Caller) -> None:
    """It gives a ticket, which is no token, and only together with a code becomes a session."""
    caller.enrol()
    old, caller.token = caller.token, ""
    answer = caller.password()
    assert answer.status_code == 202
    half = answer.json()
    assert set(half) == {"ticket", "expires_at", "ways", "enrol"}
    assert (half["ways"], half["enrol"]) == (["totp", "recovery"], False)
    caller.token = half["ticket"]
    assert problem(caller.ask("GET", "/api/v1/me/sign-in")) == (401, "not-signed-in")
    caller.token = ""
    assert problem(caller.factor(half["ticket"], "000000")) == (401, "code")
    assert caller.factor(half["ticket"], caller.code()).status_code == 201
    assert caller.ask("GET", "/api/v1/me/sign-in").json()["app"] > 0
    assert problem(caller.factor(half["ticket"], caller.code(1))) == (401, "ticket")
    assert caller.token != old


def test_a_code_works_once(caller: Caller) -> None:
    """Neither again, nor an older one afterwards, on whatever device; not even the one that confirmed the app."""
    caller.enrol()
    for code in (caller.code(-1), "", caller.code(-2)):
        assert problem(caller.factor(caller.password().json()["ticket"], code or "x")) == (401, "code")
    used = caller.code()
    assert caller.factor(caller.password().json()["ticket"], used).status_code == 201
    other = Caller(caller.shop, caller.email, "other", secret=caller.secret)
    assert problem(other.factor(other.password().json()["ticket"], used)) == (401, "code")
    assert problem(other.factor(other.password().json()["ticket"], caller.code(-1))) == (401, "code")
    assert other.factor(other.password().json()["ticket"], caller.code(1)).status_code == 201


def test_a_recovery_code_works_once(caller: Caller) -> None:
    codes = caller.enrol()
    assert len(codes) == 10
    assert caller.factor(caller.password().json()["ticket"], codes[3].upper()).status_code == 201
    assert problem(caller.factor(caller.password().json()["ticket"], codes[3])) == (401, "code")
    assert caller.ask("GET", "/api/v1/me/sign-in").json()["recovery_left"] == 9
    fresh = caller.ask("POST", "/api/v1/me/recovery").json()["codes"]
    assert problem(caller.factor(caller.password().json()["ticket"], codes[4])) == (401, "code")
    assert caller.factor(caller.password().json()["ticket"], fresh[4]).status_code == 201


def test_only_sealed_and_hashed_is_kept(caller: Caller) -> None:
    """Whoever reads the database can make no code."""
    codes = caller.enrol()
    conn = caller.shop.state.reader.conn
    (sealed,) = conn.execute("SELECT secret FROM totp ORDER BY since DESC").fetchone()
    assert caller.secret.encode() not in sealed
    held = {row[0] for row in conn.execute("SELECT hash FROM recovery")}
    assert not held & {form for code in codes for form in (code, code.replace("-", ""))}


def test_guessing_is_slowed_down_but_not_on_ones_own_device(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    second = caller.shop.state.entry.second
    monkeypatch.setattr(second, "_by_person", Buckets(3, 0.001))
    caller.enrol()
    stranger = Caller(caller.shop, caller.email, "stranger", secret=caller.secret)
    ticket = stranger.password().json()["ticket"]
    assert [stranger.factor(ticket, "000000").status_code for _ in range(4)] == [401, 401, 401, 429]
    right = stranger.factor(ticket, stranger.code())
    assert right.status_code == 429
    assert int(right.headers["Retry-After"]) > 1
    caller.sign_in()


def test_a_ticket_ends(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    caller.enrol()
    ticket = caller.password().json()["ticket"]
    halves = caller.shop.state.entry.halves
    later = halves._clock() + halves.lasts
    with monkeypatch.context() as patch:
        patch.setattr(halves, "_clock", lambda: later)
        assert problem(caller.factor(ticket, caller.code())) == (401, "ticket")
    assert problem(caller.factor("made up", caller.code())) == (401, "ticket")


def test_nothing_counts_before_it_is_confirmed(caller: Caller) -> None:
    offered = caller.ask("POST", "/api/v1/me/app").json()
    caller.secret = offered["secret"]
    wrong = caller.ask("PUT", "/api/v1/me/app", {"ticket": offered["ticket"], "code": caller.code(5)})
    assert problem(wrong) == (401, "code")
    assert caller.password().status_code == 201
    thief = Caller(caller.shop, "mina@example.com")
    thief.sign_in()
    stolen = thief.ask("PUT", "/api/v1/me/app", {"ticket": offered["ticket"], "code": caller.code()})
    assert problem(stolen) == (409, "enrolment")


def test_an_operator_helps_who_has_lost_it(caller: Caller) -> None:
    caller.enrol()
    assert caller.password().status_code == 202
    assert caller.shop.running.operate(PersonResetFactors(person=caller.email)) == "1 removed"
    assert caller.password().status_code == 201
    assert caller.shop.running.operate(PersonResetFactors(person=caller.email)) == "0 removed"


def test_removing_it_makes_the_password_enough_again(caller: Caller) -> None:
    caller.enrol()
    assert caller.ask("DELETE", "/api/v1/me/app").status_code == 204
    assert problem(caller.ask("DELETE", "/api/v1/me/app")) == (404, "no-factor")
    assert problem(caller.ask("DELETE", "/api/v1/me/passkeys/abc")) == (404, "no-factor")
    assert problem(caller.ask("POST", "/api/v1/me/recovery")) == (409, "no-factor")
    assert caller.password().status_code == 201


def test_a_role_that_must_have_one_sets_it_up_while_signing_in(caller: Caller) -> None:
    shop = caller.shop
    assert shop.running.operate(SecondFactorRequire(roles=["agent"])) == "agent"
    try:
        caller.token = ""
        half = caller.password().json()
        assert (half["ways"], half["enrol"]) == ([], True)
        assert problem(caller.factor(half["ticket"], "123456")) == (409, "enrolment")
        offered = caller.ask("POST", "/api/v1/session/app", {"ticket": half["ticket"]}).json()
        caller.secret = offered["secret"]
        assert problem(caller.factor(half["ticket"], caller.code())) == (401, "ticket")
        assert problem(caller.factor(offered["ticket"], caller.code(7))) == (401, "code")
        assert caller.factor(offered["ticket"], caller.code(-1)).status_code == 201
        assert problem(caller.ask("DELETE", "/api/v1/me/app")) == (409, "last-factor")
        known = caller.password().json()
        assert (known["ways"], known["enrol"]) == (["totp"], False)
        again = caller.ask("POST", "/api/v1/session/app", {"ticket": known["ticket"]})
        assert problem(again) == (409, "has-factor")
    finally:
        assert shop.running.operate(SecondFactorRequire(roles=[])) == ""


def test_a_ticket_from_before_the_first_factor_sets_up_no_other_one(caller: Caller) -> None:
    """Who knows the password and waits until its owner has an app must not put their own in its place."""
    shop, thief = caller.shop, Caller(caller.shop, caller.email, "elsewhere")
    assert shop.running.operate(SecondFactorRequire(roles=["agent"])) == "agent"
    try:
        waiting, begun = (thief.password().json()["ticket"] for _ in range(2))
        offered = thief.ask("POST", "/api/v1/session/app", {"ticket": begun}).json()
        thief.secret = offered["secret"]
        caller.enrol()
        assert problem(thief.ask("POST", "/api/v1/session/app", {"ticket": waiting})) == (409, "has-factor")
        assert problem(thief.factor(offered["ticket"], thief.code())) == (409, "has-factor")
        assert caller.factor(caller.password().json()["ticket"], caller.code()).status_code == 201
    finally:
        assert shop.running.operate(SecondFactorRequire(roles=[])) == ""


def test_who_is_out_of_the_company_finishes_nothing(caller: Caller) -> None:
    from agentdesk_server.operating import PersonDeactivate

    caller.enrol()
    ticket = caller.password().json()["ticket"]
    caller.shop.running.operate(PersonDeactivate(person=caller.email))
    assert problem(caller.factor(ticket, caller.code())) == (401, "ticket")


# --- One's own password ---


def change(caller: Caller, old: str, new: str) -> tuple[int, str]:
    answer = caller.ask("PUT", "/api/v1/me/password", {"old": old, "new": new})
    return (204, "") if answer.status_code == 204 else problem(answer)


def test_a_new_password_ends_the_sessions_elsewhere(caller: Caller) -> None:
    elsewhere = Caller(caller.shop, caller.email, "elsewhere")
    elsewhere.sign_in()
    assert change(caller, PASSWORD, "quite another phrase") == (204, "")
    assert caller.ask("GET", "/api/v1/me/sign-in").status_code == 200
    assert problem(elsewhere.ask("GET", "/api/v1/me/sign-in")) == (401, "not-signed-in")
    assert problem(elsewhere.password()) == (401, "sign-in")
    assert elsewhere.password("quite another phrase").status_code == 201


def test_a_new_password_ends_what_the_old_one_has_begun(caller: Caller) -> None:
    """A ticket of the first step is worth as much as the password that it was given for."""
    caller.enrol()
    ticket = caller.password().json()["ticket"]
    assert change(caller, PASSWORD, "quite another phrase") == (204, "")
    assert problem(caller.factor(ticket, caller.code())) == (401, "ticket")
    assert caller.factor(caller.password("quite another phrase").json()["ticket"], caller.code()).status_code == 201


def test_a_new_password_needs_the_old_one_and_must_be_good(caller: Caller) -> None:
    assert change(caller, "not the old one", "quite another phrase") == (401, "sign-in")
    for weak in ("short", "P@ssw0rd2024", "Some Body!!"):
        assert change(caller, PASSWORD, weak) == (422, "weak")
    caller.token = ""
    assert change(caller, PASSWORD, "quite another phrase") == (401, "not-signed-in")


def test_with_a_second_factor_a_new_password_needs_a_fresh_one(caller: Caller) -> None:
    caller.enrol()
    caller.shop.state.gate.fresh.forget(caller.shop.state.reader.conn.execute(
        "SELECT id FROM person WHERE email=?", (caller.email,)).fetchone()[0])  # fmt: skip
    assert change(caller, PASSWORD, "quite another phrase") == (403, "step_up")
    assert caller.ask("POST", "/api/v1/session/fresh", {"code": caller.code()}).status_code == 200
    assert change(caller, PASSWORD, "quite another phrase") == (204, "")


def test_an_operators_new_password_leaves_the_factor(caller: Caller) -> None:
    caller.enrol()
    caller.shop.running.operate(PersonPassword(person=caller.email, password="quite another phrase"))
    assert caller.password("quite another phrase").status_code == 202
