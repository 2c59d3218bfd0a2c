"""The server on a network: TLS, behind a proxy, under names of its own."""

from __future__ import annotations

import datetime
import ipaddress
import socket
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tests.server.running import PATIENCE, Process, agentdesk

from agentdesk_server import serve
from agentdesk_server.doors import address
from agentdesk_server.front import OWN_NAMES, Front, open_to_any_name
from agentdesk_server.state import Settings


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for desk.example that nobody has signed, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "desk.example")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName("desk.example"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
            ),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = tmp_path / "cert.pem", tmp_path / "key.pem"
    cert_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    key_file.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    return cert_file, key_file


def test_tls_serves_the_world_and_its_operator(tmp_path: Path, certificate: tuple[Path, Path]) -> None:
    """On all addresses, under its name only; `admin` pins the certificate."""
    folder = tmp_path / "data"
    tls = ("--tls-cert", str(certificate[0]), "--tls-key", str(certificate[1]))
    process = Process(folder, "--host", "0.0.0.0", "--name", "desk.example", *tls)
    assert process.first_line.startswith("listening on https://0.0.0.0:")
    url = process.url.replace("0.0.0.0", "127.0.0.1")
    named = {"Host": "desk.example"}
    answer = requests.get(f"{url}/livez", headers=named, verify=certificate[0], timeout=PATIENCE)
    assert answer.status_code == 200
    assert "max-age" in answer.headers["Strict-Transport-Security"]
    other = requests.get(f"{url}/livez", headers={"Host": "evil.example"}, verify=certificate[0], timeout=PATIENCE)
    assert other.status_code == 400
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
