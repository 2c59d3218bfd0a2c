"""Devices at a real server: invited, enrolled, shut out, wiped; and what IT sees of them."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from tests.server.running import PASSWORD, PATIENCE, Company, Desk, close_code
from tests.server.test_bound import NO_BLOB, Laptop, clock

from agentdesk.domain.devices import DAY, DEVICES_OF, INVITED_FOR, Device
from agentdesk.store.devicekey import DeviceKey, new_seed
from agentdesk.store.ids import new_id
from agentdesk.sync import http
from agentdesk_server.asked import Cannot
from agentdesk_server.gate.devices import LETTERS
from agentdesk_server.gate.orders import DeviceInvite, DeviceKnown, DeviceShutOut, DeviceWipe, KeysRotate, PolicySet
from agentdesk_server.operating import PersonDeactivate


@pytest.fixture
def email(shop: Company) -> str:
    """Somebody new."""
    email = f"{new_id(clock())}@example.com"
    shop.hire("Some Body", email)
    return email


@pytest.fixture
def closed(shop: Company) -> Iterator[Company]:
    """Only enrolled devices may sign in."""
    shop.running.operate(PolicySet(name="only-enrolled", value="on"))
    yield shop
    shop.running.operate(PolicySet(name="only-enrolled", value="off"))


def devices(shop: Company, person: str) -> list[Device]:
    async def read() -> list[Device]:
        return list(shop.state.reader.records.page(DEVICES_OF(person=person), limit=100))

    return shop.running.do(read())


def enter(laptop: Laptop, code: str = "", **more: Any) -> requests.Response:
    """Sign in by hand, with a code or without."""
    where = f"{laptop.url}/api/v1/session"
    body = {"email": laptop.email, "password": PASSWORD, "device": {"id": laptop.device, "name": "A laptop"}}
    headers = {"DPoP": laptop.key.prove("POST", where, clock()), "Enrolment-Code": code, **more}
    answer = requests.post(where, json=body, headers=headers, timeout=PATIENCE)
    if answer.status_code == 401 and laptop.passport.heard(answer.headers):
        headers["DPoP"] = laptop.passport.proof("POST", where)["DPoP"]
        answer = requests.post(where, json=body, headers=headers, timeout=PATIENCE)
    return answer


def kind(answer: requests.Response) -> str:
    return f"{answer.status_code} {answer.json().get('type', '').rpartition(':')[2]}".strip()


def test_a_device_that_proves_itself_is_known_from_then_on(shop: Company, email: str) -> None:
    laptop = Laptop(shop, email)
    granted = laptop.sign_in()
    (device,) = devices(shop, granted.person["id"])
    assert (device.status, device.key, device.desk, device.scope) == ("active", laptop.key.thumbprint, "proven", "it")
    laptop.sign_in()
    assert len(devices(shop, granted.person["id"])) == 1


def test_only_invited_devices(closed: Company, email: str) -> None:
    """A code lets one device in, once, however it was typed."""
    laptop = Laptop(closed, email)
    assert kind(enter(laptop)) == "403 not-enrolled"
    code = closed.running.operate(DeviceInvite(person=email, name="Reception"))
    assert kind(enter(laptop, code[:-1] + LETTERS[LETTERS.index(code[-1]) - 1])) == "403 bad-code"
    answer = enter(laptop, code.lower().replace("-", " ").replace("0", "o"))
    assert answer.status_code == 201
    (device,) = devices(closed, answer.json()["person"]["id"])
    assert (device.name, device.status) == ("Reception", "active")
    assert kind(enter(Laptop(closed, email), code)) == "403 bad-code", "it works once"
    assert enter(laptop).status_code == 201, "and from then on the device is known"


def test_a_code_is_for_one_person(closed: Company, email: str) -> None:
    code = closed.running.operate(DeviceInvite(person=email))
    assert kind(enter(Laptop(closed), code)) == "403 bad-code"
    assert enter(Laptop(closed, email), code).status_code == 201


def test_a_code_is_worth_nothing_without_the_password(closed: Company, email: str) -> None:
    code = closed.running.operate(DeviceInvite(person=email))
    laptop = Laptop(closed, email)
    with pytest.raises(http.Problem) as caught:
        laptop.sign_in("wrong")
    assert caught.value.status == 401
    assert enter(laptop, code).status_code == 201


def test_a_code_ends(closed: Company, email: str, monkeypatch: pytest.MonkeyPatch) -> None:
    code = closed.running.operate(DeviceInvite(person=email))
    later = time.time_ns() // 1_000_000 + INVITED_FOR + 1
    monkeypatch.setattr(closed.state.gate.devices, "_clock", lambda: later)
    assert kind(enter(Laptop(closed, email), code)) == "403 bad-code"


def test_only_a_hash_of_a_code_is_kept(shop: Company, email: str) -> None:
    code = shop.running.operate(DeviceInvite(person=email))
    files = b"".join(path.read_bytes() for path in shop.state.folder.rglob("*") if path.is_file())
    assert len(code.replace("-", "")) == 20
    assert code.encode() not in files
    assert code.replace("-", "").encode() not in files


def test_an_unbound_session_is_no_way_around(closed: Company, email: str) -> None:
    """Who shows no key has no device that could be enrolled."""
    body = {"email": email, "password": PASSWORD, "device": {"id": "x"}}
    answer = requests.post(f"{closed.url}/api/v1/session", json=body, timeout=PATIENCE)
    assert kind(answer) == "403 not-enrolled"


@pytest.mark.parametrize("order", [DeviceShutOut, DeviceWipe])
def test_who_is_shut_out_is_told_to_wipe_at_once(shop: Company, email: str, order: Any) -> None:
    laptop = Laptop(shop, email)
    person = laptop.sign_in().person["id"]
    with laptop.dial() as socket:
        socket.send('[{"t":"hello","device":"proven","schema":1}]')
        assert '"welcome"' in str(socket.recv(timeout=PATIENCE))
        shop.running.operate(order(device=devices(shop, person)[0].id))
        heard = ""
        while '"revoked"' not in heard:
            heard = str(socket.recv(timeout=PATIENCE))
        assert close_code(socket) == 4401
    assert not laptop.works()


@pytest.mark.parametrize("order", [DeviceShutOut, DeviceWipe])
def test_who_was_away_is_told_when_they_come(shop: Company, email: str, order: Any) -> None:
    """With the last token it has, or with the password; then it reports, and IT sees it."""
    laptop = Laptop(shop, email)
    person = laptop.sign_in().person["id"]
    shop.running.operate(order(device=devices(shop, person)[0].id))
    with pytest.raises(http.Problem) as caught:
        laptop.passport.renewed(at_once=True)
    assert caught.value.code == "urn:agentdesk:problem:device-revoked"
    assert kind(enter(laptop)) == "403 device-revoked"
    where = f"{laptop.url}/api/v1/device/wiped"
    proof = {"DPoP": laptop.key.prove("POST", where, clock(), nonce=shop.state.gate.proofs.nonce())}
    assert requests.post(where, headers=proof, timeout=PATIENCE).status_code == 204
    (device,) = devices(shop, person)
    assert (device.status, device.wipe, device.lease_until) == ("wiped", False, 0)
    assert kind(enter(laptop)) == "403 device-revoked", "that key has ended"
    again = Laptop(shop, email)
    again.sign_in()
    assert again.works(), "the person has not"


def test_nobody_reports_a_wipe_for_another(shop: Company, email: str) -> None:
    laptop = Laptop(shop, email)
    person = laptop.sign_in().person["id"]
    where = f"{shop.url}/api/v1/device/wiped"
    for key in (laptop.key, DeviceKey(new_seed())):
        proof = {"DPoP": key.prove("POST", where, clock(), nonce=shop.state.gate.proofs.nonce())}
        assert requests.post(where, headers=proof, timeout=PATIENCE).status_code == 401
    assert devices(shop, person)[0].status == "active"


def test_a_leaver_is_out_and_their_device_is_told_to_wipe(shop: Company, email: str) -> None:
    laptop = Laptop(shop, email)
    laptop.sign_in()
    shop.running.operate(PersonDeactivate(person=email))
    assert not laptop.works()
    with pytest.raises(http.Problem) as caught:
        laptop.passport.renewed(at_once=True)
    assert caught.value.code == "urn:agentdesk:problem:device-revoked"
    kept = shop.state.reader.conn.execute("SELECT count(*) FROM family JOIN computer USING (key)").fetchone()
    assert kept is not None
    families = shop.state.reader.conn.execute("SELECT count(*) FROM family WHERE key=?", (laptop.key.thumbprint,))
    assert families.fetchone() == (0,)


def test_what_a_laptop_says_of_itself(shop: Company, email: str) -> None:
    """What it does not say is unknown; one without a key is not believed."""
    laptop = Laptop(shop, email)
    person = laptop.sign_in().person["id"]
    with laptop.dial() as socket:
        socket.send('[{"t":"hello","device":"proven","schema":1}]')
        socket.send('[{"t":"report","app":"desk 9","system":"Debian 13","disk":"yes"},{"t":"ping","id":7}]')
        while not any(one.system for one in devices(shop, person)):
            socket.send('[{"t":"ping","id":8}]')
            socket.recv(timeout=PATIENCE)
    (device,) = devices(shop, person)
    assert (device.version, device.system, device.disk, device.lock) == ("desk 9", "Debian 13", "yes", "unknown")
    desk = Desk(shop.url, shop.sign_in(email), "laptop")
    desk.say({"t": "report", "system": "Mine"})
    desk.say({"t": "ping", "id": 9})
    desk.until("pong")
    desk.close()
    assert [one.system for one in devices(shop, person)] == ["Debian 13"]


def test_a_lease(shop: Company, email: str) -> None:
    """Each device has a half of its own, the same each time; the policy says for how long."""
    laptop, other = Laptop(shop, email), Laptop(shop, email, "other")
    first, second = laptop.sign_in(), other.sign_in()
    lease, foreign = (enter(one).json()["lease"] for one in (laptop, other))
    assert lease["half"] != foreign["half"]
    assert len(bytes.fromhex(lease["half"])) == 32
    assert abs(lease["until"] - clock() - 14 * DAY) < 60_000
    assert enter(laptop).json()["lease"]["half"] == lease["half"]
    shop.running.operate(PolicySet(name="lease-days", value="3"))
    try:
        shorter = enter(laptop).json()["lease"]["until"]
    finally:
        shop.running.operate(PolicySet(name="lease-days", value="14"))
    assert abs(shorter - clock() - 3 * DAY) < 60_000
    assert next(one for one in devices(shop, first.person["id"]) if one.desk == "proven").lease_until == shorter
    assert first.person == second.person
    assert "generation 1" in shop.running.operate(KeysRotate())
    assert enter(laptop).json()["lease"]["half"] != lease["half"]


def test_only_it_sees_devices_and_asks_for_codes(shop: Company, email: str) -> None:
    """To others the question does not exist, and the records neither."""
    admin = f"it-{email}"
    shop.hire("It", admin, role="admin", teams=())
    device = new_id(clock())
    person = devices(shop, Laptop(shop, email).sign_in().person["id"])[0].person
    desk = Desk(shop.url, shop.sign_in(admin))
    assert desk.do("device.invite", device=device, person=person)["status"] == "done"
    desk.say({"t": "ask", "id": 1, "question": "device.code", "args": {"device": device}})
    code = desk.until("answer")["result"]["code"]
    desk.say({"t": "ask", "id": 2, "question": "device.code", "args": {"device": "nothing"}})
    assert "invitation" in desk.until("answer")["sentence"]
    desk.close()
    assert enter(Laptop(shop, email, "third"), code).status_code == 201
    desk = Desk(shop.url, shop.sign_in())
    assert desk.do("device.revoke", device=device)["status"] == "denied"
    desk.say({"t": "ask", "id": 1, "question": "device.code", "args": {"device": device}})
    assert desk.until("answer")["sentence"] == "The server does not know this question."
    desk.close()


def test_an_operator_sees_all_of_them(shop: Company, email: str) -> None:
    Laptop(shop, email).sign_in()
    known = shop.running.operate(DeviceKnown())
    assert re.search(r"\tactive\t.*\t(-|20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00)$", known, re.MULTILINE)
    with pytest.raises(Cannot, match="no such device"):
        shop.running.operate(DeviceWipe(device="nothing"))
    assert requests.get(shop.url + NO_BLOB, timeout=PATIENCE).status_code == 401
