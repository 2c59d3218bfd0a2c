"""Sessions bound to a device's key, at the doors of a real server: over HTTP and at `/sync`."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from tests.server.running import PASSWORD, PATIENCE, Company, Process, close_code, company
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from agentdesk.store.devicekey import DeviceKey, new_seed
from agentdesk.sync import http
from agentdesk.sync.passport import Passport, Tokens
from agentdesk_server.gate.orders import PolicySet
from agentdesk_server.operating import DeviceRevoke, PersonDeactivate, PersonPassword

NO_BLOB = f"/api/v1/blobs/{'0' * 64}"
NOBODY = Tokens("", 0, "")


def clock() -> int:
    return time.time_ns() // 1_000_000


class Laptop:
    """A device that proves itself, with its clock in our hands."""

    def __init__(self, shop: Company, email: str = "mina@example.com", device: str = "proven") -> None:
        self.url, self.email, self.device, self.off = shop.url, email, device, 0
        self.key = DeviceKey(new_seed())
        self.kept: list[str] = []
        self.passport = Passport(self.key, NOBODY, self._renew, self.kept.append, self.clock)

    def clock(self) -> int:
        return clock() + self.off

    def _renew(self, passport: Passport, refresh: str) -> Tokens:
        return http.renew(self.url, refresh, passport).tokens(self.clock())

    def sign_in(self, password: str = PASSWORD) -> http.Granted:
        granted = http.sign_in(self.url, self.email, password, self.device, "L", passport=self.passport)
        self.passport.use(granted.tokens(self.clock()))
        self.kept.append(granted.refresh)
        return granted

    def get(self, path: str = NO_BLOB, **more: str) -> requests.Response:
        headers = {**self.passport.headers("GET", self.url + path), **more}
        return requests.get(self.url + path, headers=headers, timeout=PATIENCE)

    def works(self) -> bool:
        """Whether the token opens a door."""
        status = self.get().status_code
        assert status in (401, 404)
        return status == 404

    def dial(self) -> ClientConnection:
        where = f"{self.url.replace('http', 'ws')}/sync"
        more: Any = {"subprotocols": ["agentdesk.v1+json"], "additional_headers": self.passport.headers("GET", where)}
        return connect(where, open_timeout=PATIENCE, compression=None, **more)


@pytest.fixture
def laptop(shop: Company) -> Laptop:
    made = Laptop(shop)
    made.sign_in()
    return made


def test_a_proof_binds_the_session(shop: Company) -> None:
    laptop = Laptop(shop)
    granted = laptop.sign_in()
    assert 0 < granted.expires_in <= 900
    assert granted.person["id"] == shop.agent
    assert laptop.works()
    headers = {"Authorization": f"Bearer {granted.token}"}
    assert requests.get(laptop.url + NO_BLOB, headers=headers, timeout=PATIENCE).status_code == 401


def test_each_proof_opens_one_door_once(laptop: Laptop, shop: Company) -> None:
    shown = laptop.passport.headers("GET", laptop.url + NO_BLOB)

    def ask(method: str, path: str, headers: dict[str, str]) -> int:
        return requests.request(method, laptop.url + path, headers=headers, timeout=PATIENCE).status_code

    assert ask("GET", f"/api/v1/blobs/{'1' * 64}", shown) == 401
    assert ask("DELETE", "/api/v1/session", shown) == 401
    assert ask("GET", NO_BLOB, shown) == 404
    assert ask("GET", NO_BLOB, shown) == 401, "replayed"
    stranger = Laptop(shop)
    foreign = {**laptop.passport.headers("GET", laptop.url + NO_BLOB)}
    foreign["DPoP"] = stranger.key.prove("GET", laptop.url + NO_BLOB, clock(), token=foreign["Authorization"][5:])
    assert ask("GET", NO_BLOB, {"Authorization": foreign["Authorization"]}) == 401


def test_anothers_key_does_not_help(laptop: Laptop, shop: Company, expect_log: Callable[[str], None]) -> None:
    expect_log("WARNING .*shown by another device")
    token = laptop.passport.headers("GET", "x")["Authorization"]
    nonce = shop.state.gate.proofs.nonce()
    proof = DeviceKey(new_seed()).prove("GET", laptop.url + NO_BLOB, clock(), token=token[5:], nonce=nonce)
    headers = {"Authorization": token, "DPoP": proof}
    assert requests.get(laptop.url + NO_BLOB, headers=headers, timeout=PATIENCE).status_code == 401
    assert laptop.works()


def test_a_socket_needs_a_proof_too(laptop: Laptop) -> None:
    where = f"{laptop.url.replace('http', 'ws')}/sync"
    token = laptop.passport.headers("GET", where)["Authorization"]
    for headers in ({"Authorization": token}, {"Authorization": token.replace("DPoP", "Bearer")}):
        names: Any = ["agentdesk.v1+json"]
        with connect(where, subprotocols=names, additional_headers=headers, open_timeout=PATIENCE) as socket:
            assert close_code(socket) == 4401
    with laptop.dial() as socket:
        socket.send('[{"t":"hello","device":"proven","schema":1}]')
        assert '"welcome"' in str(socket.recv(timeout=PATIENCE))


@pytest.mark.parametrize("off", [-86_400_000, 86_400_000])
def test_a_clock_a_day_off(shop: Company, off: int) -> None:
    """Everything works, for the server says by its nonce what time it is."""
    laptop = Laptop(shop)
    laptop.off = off
    laptop.sign_in()
    laptop.passport.renewed(at_once=True)
    with laptop.dial() as socket:
        socket.send('[{"t":"hello","device":"proven","schema":1}]')
        assert '"welcome"' in str(socket.recv(timeout=PATIENCE))


def test_a_socket_is_told_the_nonce_in_the_handshake(laptop: Laptop) -> None:
    laptop.off = 86_400_000
    with pytest.raises(InvalidStatus) as caught:
        laptop.dial()
    assert caught.value.response.status_code == 401
    assert laptop.passport.heard(caught.value.response.headers)
    with laptop.dial() as socket:
        socket.send('[{"t":"hello","device":"proven","schema":1}]')
        assert '"welcome"' in str(socket.recv(timeout=PATIENCE))


def test_a_socket_outlives_its_token(laptop: Laptop, shop: Company) -> None:
    """What was let in stays while its session goes on, whatever tokens it has by then."""
    with laptop.dial() as socket:
        socket.send('[{"t":"hello","device":"proven","schema":1}]')
        laptop.passport.renewed(at_once=True)
        laptop.passport.renewed(at_once=True)
        shop.running.do(shop.state.hub.sessions_ended())
        socket.send('[{"t":"ping","id":7}]')
        while '"pong"' not in str(socket.recv(timeout=PATIENCE)):
            pass


def test_an_old_refresh_token_ends_it_for_all(laptop: Laptop, shop: Company, expect_log: Callable[[str], None]) -> None:
    """The desk that is connected goes at once; the log and the audit log tell of it."""
    expect_log("WARNING .*session ended: reused")
    with laptop.dial() as socket:
        socket.send('[{"t":"hello","device":"proven","schema":1}]')
        first = laptop.kept[-1]
        laptop.passport.renewed(at_once=True)
        assert laptop.works()
        with pytest.raises(http.Problem) as caught:
            http.renew(laptop.url, first, laptop.passport)
        assert caught.value.status == 401
        assert close_code(socket) == 4401
    assert not laptop.works()
    leaves = shop.state.reader.conn.execute("SELECT data FROM leaf ORDER BY number DESC LIMIT 5").fetchall()
    assert any(b"session.refresh" in data for (data,) in leaves)


def test_a_refresh_token_is_worth_nothing_elsewhere(
    laptop: Laptop, shop: Company, expect_log: Callable[[str], None]
) -> None:
    expect_log("WARNING .*session ended: foreign")
    with pytest.raises(http.Problem):
        http.renew(laptop.url, laptop.kept[-1], Laptop(shop).passport)
    assert not laptop.works()


def test_a_refresh_needs_a_proof(laptop: Laptop) -> None:
    body = {"refresh": laptop.kept[-1]}
    answer = requests.post(f"{laptop.url}/api/v1/session/refresh", json=body, timeout=PATIENCE)
    assert answer.status_code == 401
    assert laptop.works()
    laptop.passport.renewed(at_once=True)


def test_threads_renew_one_at_a_time(laptop: Laptop) -> None:
    threads = [threading.Thread(target=lambda: laptop.passport.renewed(at_once=True)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert laptop.works()
    laptop.passport.renewed(at_once=True)
    assert laptop.works()


def test_a_keyring_that_fails_locks_nobody_out(laptop: Laptop) -> None:
    """What could not be kept is not used, and the token before it still is good."""

    def full(refresh: str) -> None:
        raise OSError("no room")

    before = laptop.passport._tokens
    laptop.passport._keep = full
    with pytest.raises(OSError, match="no room"):
        laptop.passport.renewed(at_once=True)
    assert laptop.passport._tokens is before
    laptop.passport._keep = laptop.kept.append
    laptop.passport.renewed(at_once=True)
    assert laptop.works()


def test_signing_out_ends_all_of_it(laptop: Laptop) -> None:
    http.sign_out(laptop.url, laptop.passport)
    assert not laptop.works()
    with pytest.raises(http.Problem):
        http.renew(laptop.url, laptop.kept[-1], laptop.passport)


@pytest.mark.parametrize("how", ["revoke", "password", "leave"])
def test_who_goes_is_out_at_once(shop: Company, how: str) -> None:
    email = f"{how}@example.com"
    shop.hire("Some Body", email)
    laptop = Laptop(shop, email)
    laptop.sign_in()
    match how:
        case "revoke":
            shop.running.operate(DeviceRevoke(person=email))
        case "password":
            shop.running.operate(PersonPassword(person=email, password="another horse staple"))
        case _:
            shop.running.operate(PersonDeactivate(person=email))
    assert not laptop.works()
    with pytest.raises(http.Problem) as caught:
        http.renew(laptop.url, laptop.kept[-1], laptop.passport)
    assert caught.value.status == (403 if how == "leave" else 401), "who has left is told to wipe"


@pytest.fixture
def strict(shop: Company) -> Iterator[Company]:
    """The operator wants every device to prove itself."""
    loose = shop.sign_in(device="script")
    shop.running.operate(PolicySet(name="unbound-sessions", value="off"))
    shop.script = loose  # type: ignore[attr-defined]
    yield shop
    shop.running.operate(PolicySet(name="unbound-sessions", value="on"))


def test_a_policy_against_sessions_without_a_key(strict: Company) -> None:
    body = {"email": "mina@example.com", "password": PASSWORD, "device": {"id": "x"}}
    answer = requests.post(f"{strict.url}/api/v1/session", json=body, timeout=PATIENCE)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:agentdesk:problem:unbound")
    headers = {"Authorization": f"Bearer {strict.script}"}  # type: ignore[attr-defined]
    assert requests.get(strict.url + NO_BLOB, headers=headers, timeout=PATIENCE).status_code == 401
    laptop = Laptop(strict)
    laptop.sign_in()
    assert laptop.works()


def test_a_killed_server_forgets_no_rotation(tmp_path: Path) -> None:
    """What was answered has happened: also after kill -9, the new token is good and the old one is old."""
    folder = tmp_path / "server"
    with company(folder) as shop:
        laptop = Laptop(shop)
        laptop.sign_in()
    process = Process(folder)
    laptop.url = process.url
    laptop.passport.renewed(at_once=True)
    process.kill()
    process = Process(folder)
    laptop.url = process.url
    try:
        laptop.passport.renewed(at_once=True)
        assert laptop.works()
        with pytest.raises(http.Problem):
            http.renew(laptop.url, laptop.kept[-2], laptop.passport)
        assert not laptop.works()
    finally:
        process.stop()


def test_nothing_secret_is_in_the_files(laptop: Laptop, shop: Company) -> None:
    laptop.passport.renewed(at_once=True)
    tokens = [*laptop.kept, laptop.passport._tokens.access]
    data = b"".join(path.read_bytes() for path in Path(shop.state.folder).rglob("*") if path.is_file())
    assert len(data) > 10_000
    assert not any(token.encode() in data for token in tokens)
    assert os.path.exists(shop.state.folder / "agentdesk.db")
