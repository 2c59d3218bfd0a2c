"""The server on a network: TLS, behind a proxy, under names of its own."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import time
from pathlib import Path
from typing import Any

import pytest
import requests
from tests.certs import Pair, authority, signed
from tests.server.running import PATIENCE, Process, agentdesk, company
from websockets.sync.client import connect

from agentdesk_server import serve
from agentdesk_server.doors import address
from agentdesk_server.front import OWN_NAMES, Front, open_to_any_name
from agentdesk_server.state import Settings


@pytest.fixture
def certificate(tmp_path: Path) -> Pair:
    """A certificate for desk.example that nobody has signed, and its key."""
    return signed(tmp_path, None, "desk.example", "127.0.0.1")


def test_tls_serves_the_world_and_its_operator(tmp_path: Path, certificate: Pair) -> None:
    """On all addresses, under its name only; `admin` pins the certificate."""
    folder = tmp_path / "data"
    tls = ("--tls-cert", str(certificate.cert), "--tls-key", str(certificate.key))
    process = Process(folder, "--host", "0.0.0.0", "--name", "desk.example", *tls)
    assert process.first_line.startswith("listening on https://0.0.0.0:")
    url = process.url.replace("0.0.0.0", "127.0.0.1")
    named = {"Host": "desk.example"}
    answer = requests.get(f"{url}/livez", headers=named, verify=certificate.cert, timeout=PATIENCE)
    assert answer.status_code == 200
    described = requests.get(f"{url}/openapi.json", headers=named, verify=certificate.cert, timeout=PATIENCE).json()
    for path in [*described["paths"], "/nowhere", "/%00"]:
        any_ = requests.request("OPTIONS", url + path, headers=named, verify=certificate.cert, timeout=PATIENCE)
        assert any_.headers["Strict-Transport-Security"] == "max-age=63072000", path
    other = requests.get(f"{url}/livez", headers={"Host": "evil.example"}, verify=certificate.cert, timeout=PATIENCE)
    assert other.status_code == 400
    assert other.headers["Strict-Transport-Security"] == "max-age=63072000"
    made = agentdesk("admin", "--data", str(folder), "team", "add", "Billing")
    assert made.returncode == 0, made.stderr
    assert "Billing" in agentdesk("admin", "--data", str(folder), "team", "list").stdout
    process.kill()
    assert "Billing" in agentdesk("admin", "--data", str(folder), "team", "list").stdout


FORWARDED = [
    (True, ["203.0.113.9"], "203.0.113.9"),
    (True, ["1.1.1.1, 203.0.113.9"], "203.0.113.9"),
    (True, ["1.1.1.1", "203.0.113.9"], "203.0.113.9"),
    (True, [], "10.0.0.1"),
    (True, ["203.0.113.9:4711"], "203.0.113.9"),
    (True, ["[2001:db8::9]:4711"], "2001:db8::9"),
    (True, ["2001:DB8::9"], "2001:db8::9"),
    (True, ["203.0.113.9, unknown"], "10.0.0.1"),
    (True, ["<script>"], "10.0.0.1"),
    (False, ["203.0.113.9"], "10.0.0.1"),
]


@pytest.mark.parametrize(("behind", "said", "found"), FORWARDED)
def test_an_address_is_what_the_proxy_saw(behind: bool, said: list[str], found: str) -> None:
    """Its own entry is the last one; what stands before it anybody can write."""
    scope: Any = {"headers": [(b"x-forwarded-for", line.encode()) for line in said], "client": ("10.0.0.1", 1)}
    assert address(scope, behind) == found


def test_names_count_where_they_are_given(tmp_path: Path) -> None:
    """A proxy may be left to check them; names that are given hold everywhere."""
    assert not open_to_any_name(Settings(tmp_path))
    assert open_to_any_name(Settings(tmp_path, behind_proxy=True))
    named = Settings(tmp_path, behind_proxy=True, names=("Desk.Example",))
    front = Front(None, named, None)  # type: ignore[arg-type]
    assert front._names == OWN_NAMES | {"desk.example"}


def test_answers_are_not_held_back(tmp_path: Path) -> None:
    """asyncio sets TCP_NODELAY only where the protocol is named."""
    with serve.listen(Settings(tmp_path, port=0)) as listener:
        assert listener.proto == socket.IPPROTO_TCP


@pytest.mark.skipif(os.name != "posix", reason="there are no signals")
def test_a_new_certificate_drops_nobody(tmp_path: Path) -> None:
    """On SIGHUP: who is connected stays so, who comes gets the new one."""
    ca = authority(tmp_path)
    pair = signed(tmp_path, ca, "127.0.0.1")
    process = Process(tmp_path / "data", "--tls-cert", str(pair.cert), "--tls-key", str(pair.key), "--echo")
    port = int(process.url.rpartition(":")[2])

    def shown() -> bytes:
        context = ssl.create_default_context(cafile=str(ca.cert))
        line = socket.create_connection(("127.0.0.1", port), PATIENCE)
        with context.wrap_socket(line, server_hostname="127.0.0.1") as safe:
            return safe.getpeercert(binary_form=True) or b""

    context = ssl.create_default_context(cafile=str(ca.cert))
    with connect(process.url.replace("https", "wss") + "/echo", ssl=context, compression=None) as line:
        old = shown()
        fresh = signed(tmp_path, ca, "127.0.0.1", kind="rsa", stem="fresh")
        fresh.cert.replace(pair.cert)
        fresh.key.replace(pair.key)
        process.process.send_signal(signal.SIGHUP)
        patience = time.monotonic() + PATIENCE
        while shown() == old:
            assert time.monotonic() < patience
        line.send("still here")
        assert line.recv(timeout=PATIENCE) == "still here"
    code, _, err = process.stop()
    assert code == 0
    assert "a new certificate is in use, good until" in err


def test_what_is_wrong_with_tls_is_a_sentence(tmp_path: Path) -> None:
    """Without a traceback, and before anything is listened to."""
    pair, other = signed(tmp_path, None, "desk.example"), signed(tmp_path, None, "desk.example", stem="other")
    for cert, key, words in (
        (pair.cert, other.key, "does not belong to the certificate"),
        (signed(tmp_path, None, "x", days=-1, stem="over").cert, pair.key, "has expired on"),
    ):
        answer = agentdesk(
            "serve", "--data", str(tmp_path / "data"), "--port", "0", "--tls-cert", str(cert), "--tls-key", str(key)
        )
        assert (answer.returncode, answer.stdout) == (1, "")
        assert words in answer.stderr
        assert "Traceback" not in answer.stderr


@pytest.mark.parametrize("wrong", [("--egress-allow", "id.example"), ("--egress-ca", "nothing.pem")])
def test_what_is_wrong_with_outgoing_calls_is_a_sentence(tmp_path: Path, wrong: tuple[str, str]) -> None:
    answer = agentdesk("serve", "--data", str(tmp_path / "data"), "--port", "0", *wrong)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr.startswith(f"agentdesk serve: {wrong[0]}: ")
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize(
    ("said", "safe"), [("https", True), ("http, https", True), ("https, http", False), ("", False)]
)
def test_behind_a_proxy_browsers_are_held_to_https(tmp_path: Path, said: str, safe: bool) -> None:
    """If the proxy itself says that this request came so; without a proxy nobody is asked."""
    for behind in (True, False):
        with company(tmp_path / str(behind), behind_proxy=behind) as shop:
            answer = requests.get(f"{shop.url}/livez", headers={"X-Forwarded-Proto": said}, timeout=PATIENCE)
        assert ("Strict-Transport-Security" in answer.headers) is (safe and behind)
