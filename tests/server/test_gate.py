"""Signing in: who gets a token, what it is worth, and how often one may guess."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
import requests
from tests.server.running import PASSWORD, PATIENCE, Company, Desk, close_code
from websockets.sync.client import connect

from agentdesk.store.ids import new_id
from agentdesk_server.authority.credentials import Credentials, hash_of
from agentdesk_server.gate.passwords import Passwords, WeakPassword, check_password
from agentdesk_server.gate.sessions import LASTS
from agentdesk_server.limits import Buckets
from agentdesk_server.operating import DeviceRevoke, PersonDeactivate, PersonPassword


def sign_in(shop: Company, email: str, password: str = PASSWORD, device: str = "laptop") -> requests.Response:
    body = {"email": email, "password": password, "device": {"id": device}}
    return requests.post(f"{shop.url}/api/v1/session", json=body, timeout=PATIENCE)


def works(shop: Company, token: str) -> bool:
    """Whether a token opens a door."""
    headers = {"Authorization": f"Bearer {token}"}
    status = requests.get(f"{shop.url}/api/v1/blobs/{'0' * 64}", headers=headers, timeout=PATIENCE).status_code
    assert status in (401, 404)
    return status == 404


@pytest.fixture
def email(shop: Company) -> str:
    """Somebody new."""
    email = f"{new_id(time.time_ns() // 1_000_000)}@example.com"
    shop.hire("Some Body", email)
    return email


def test_a_password_becomes_a_token(shop: Company) -> None:
    """With what a desk wants to know of its person."""
    before = time.time_ns() // 1_000_000
    answer = sign_in(shop, " MINA@example.com ").json()
    assert answer["person"] == {
        "id": shop.agent,
        "name": "Mina Berg",
        "email": "mina@example.com",
        "role": "agent",
        "teams": [shop.team],
    }
    assert before + LASTS <= answer["expires_at"] <= time.time_ns() // 1_000_000 + LASTS
    assert works(shop, answer["token"])


def test_only_a_hash_of_it_is_kept(shop: Company) -> None:
    """Whoever reads the database can neither sign in nor know the password."""
    token = shop.sign_in()
    held = shop.state.reader.conn.execute("SELECT token FROM session").fetchall()
    assert (hash_of(token),) in held
    assert (token,) not in held
    (kept,) = shop.state.reader.conn.execute("SELECT hash FROM credential WHERE person=?", (shop.agent,)).fetchone()
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept


def test_wrong_is_wrong_whatever_is_wrong(shop: Company, email: str) -> None:
    """An answer does not tell whether there is such a person."""
    answers = [sign_in(shop, email, "not this one"), sign_in(shop, f"no{email}"), sign_in(shop, "'; DROP TABLE--")]
    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert len({answer.text for answer in answers}) == 1


def test_an_unknown_person_costs_as_much_as_a_known_one(shop: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same work is done for both: a decoy is checked."""
    checked: list[bool] = []
    real = Passwords._verify

    def counted(self: Passwords, hashed: str, password: str) -> bool:
        checked.append(hashed.startswith("$argon2id$"))
        return real(self, hashed, password)

    monkeypatch.setattr(Passwords, "_verify", counted)
    sign_in(shop, "nobody@example.com")
    sign_in(shop, "mina@example.com", "wrong")
    assert checked == [True, True]


def test_guessing_one_person_is_slowed_down(shop: Company, email: str) -> None:
    """Also for the right password then; others are not concerned."""
    answers = [sign_in(shop, email, f"guess number {i}") for i in range(12)]
    assert [answer.status_code for answer in answers].count(429) >= 1
    last = sign_in(shop, email)
    assert last.status_code == 429
    assert 1 <= int(last.headers["Retry-After"]) <= 31
    assert sign_in(shop, "mina@example.com").status_code == 201


def test_nobody_can_be_kept_out_of_their_own_laptop(shop: Company, email: str) -> None:
    """However long others guess: where a person has worked, only guesses made there count."""
    assert sign_in(shop, email, device="mine").status_code == 201
    assert 429 in [sign_in(shop, email, f"guess number {i}", device="theirs").status_code for i in range(12)]
    assert sign_in(shop, email, device="theirs").status_code == 429
    assert sign_in(shop, email, device="mine").status_code == 201
    assert 429 in [sign_in(shop, email, f"guess number {i}", device="mine").status_code for i in range(12)]


def test_guessing_from_one_address_is_slowed_down(shop: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shop.state.gate, "_by_address", Buckets(2, 0.01))
    assert [sign_in(shop, f"{i}@example.com").status_code for i in range(4)] == [401, 401, 429, 429]


def test_signing_in_often_is_no_guessing(shop: Company, email: str) -> None:
    assert {sign_in(shop, email, device=f"d{i}").status_code for i in range(15)} == {201}


def test_many_at_once_are_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing is dear on purpose; a queue of it must not grow without end."""
    monkeypatch.setattr("agentdesk_server.gate.passwords.WAITING", 1)

    async def both() -> list[Any]:
        passwords = Passwords()
        tries = (passwords.fits(None, "x" * 10) for _ in range(3))
        return await asyncio.gather(*tries, return_exceptions=True)

    ends = asyncio.run(both())
    assert [type(end).__name__ for end in ends] == ["bool", "Busy", "Busy"]


def test_signing_out_ends_it(shop: Company) -> None:
    token = shop.sign_in(device="another")
    headers = {"Authorization": f"Bearer {token}"}
    assert requests.delete(f"{shop.url}/api/v1/session", headers=headers, timeout=PATIENCE).status_code == 204
    assert not works(shop, token)


def test_a_device_has_one_session(shop: Company, email: str) -> None:
    """Signing in again replaces the old one; another device is not concerned."""
    first, other, second = (sign_in(shop, email, device=d).json()["token"] for d in ("a", "b", "a"))
    assert [works(shop, token) for token in (first, other, second)] == [False, True, True]


def test_a_session_ends_in_time(shop: Company, email: str, monkeypatch: pytest.MonkeyPatch) -> None:
    token = sign_in(shop, email).json()["token"]
    later = shop.state.clock() + LASTS
    monkeypatch.setattr(shop.state.gate, "_clock", lambda: later + 1)
    assert not works(shop, token)


def test_expired_sessions_are_forgotten(shop: Company, email: str) -> None:
    sign_in(shop, email)
    kept = Credentials(shop.state.core.database.conn)
    ended = shop.running.do(shop.state.writer.call(lambda _: kept.end_expired(2**50)))
    assert ended >= 1
    assert shop.running.do(shop.state.writer.call(lambda _: kept.sessions())) == []


def test_who_leaves_is_out(shop: Company, email: str) -> None:
    """Every session ends, and none begins; a connected desk hears it at once."""
    token = sign_in(shop, email).json()["token"]
    desk = Desk(shop.url, token)
    shop.running.operate(PersonDeactivate(person=email))
    assert desk.until("notice")["code"] == "revoked"
    desk.close()
    assert not works(shop, token)
    assert sign_in(shop, email).status_code == 401


def test_a_new_password_ends_what_the_old_one_began(shop: Company, email: str) -> None:
    token = sign_in(shop, email).json()["token"]
    shop.running.operate(PersonPassword(person=email, password="quite another phrase"))
    assert not works(shop, token)
    assert sign_in(shop, email).status_code == 401
    assert sign_in(shop, email, "quite another phrase").status_code == 201


def test_one_device_can_be_revoked(shop: Company, email: str) -> None:
    lost, kept = (sign_in(shop, email, device=device).json()["token"] for device in ("lost", "kept"))
    assert shop.running.operate(DeviceRevoke(person=email, device="lost")) == "1 ended"
    assert [works(shop, lost), works(shop, kept)] == [False, True]


def test_a_token_belongs_to_its_device(shop: Company) -> None:
    """Taken elsewhere it opens no sync."""
    headers = {"Authorization": f"Bearer {shop.sign_in(device='mine')}"}
    names: Any = ["agentdesk.v1+json"]
    where = f"{shop.url.replace('http', 'ws')}/sync"
    with connect(where, subprotocols=names, additional_headers=headers, compression=None) as line:
        line.send('[{"t":"hello","device":"yours","schema":1}]')
        assert close_code(line) == 4401


WEAK = ["short", "x" * 1001, "Password123", "1234567890", "aaaaaaaaaaaa", "mina@example.com", "mina-berg-long"]


@pytest.mark.parametrize("password", WEAK)
def test_what_is_guessed_first_is_no_password(password: str) -> None:
    with pytest.raises(WeakPassword):
        check_password(password, "Mina Berg", "mina@example.com", "mina-berg-long@example.com")


def test_a_phrase_is_one() -> None:
    check_password(PASSWORD, "Mina Berg", "mina@example.com")
    check_password("ünïcödé 雪の山を越えて")
