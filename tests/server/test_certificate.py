"""The server's certificate: what is wrong with one is told, and a new one is taken without dropping anybody."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from tests.certs import Pair, authority, signed

from agentdesk_server.certificate import SUITES, Certificate, load
from agentdesk_server.core import CannotStart

DAY = 86_400_000
NAME = "desk.example"


def now() -> int:
    return time.time_ns() // 1_000_000


def shaken(held: Certificate, client: ssl.SSLContext, name: str | None = None) -> ssl.SSLObject:
    """A client's end of a line; the handshake runs in memory."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    far = held.listener.wrap_bio(to_server, to_client, server_side=True)
    near = client.wrap_bio(to_client, to_server, server_hostname=name)
    for _ in range(4):
        for side in (near, far):
            with suppress(ssl.SSLWantReadError):
                side.do_handshake()
    return near


def presented(held: Certificate, ca: Path, **limits: ssl.TLSVersion) -> tuple[bytes, str, str]:
    """What a client gets that connects now: certificate, version, suite."""
    client = ssl.create_default_context(cafile=str(ca))
    for name, version in limits.items():
        setattr(client, name, version)
    near = shaken(held, client, NAME)
    cipher = near.cipher()
    assert cipher is not None
    return near.getpeercert(binary_form=True) or b"", near.version() or "", cipher[0]


def der(pair: Pair) -> bytes:
    return pair.made.public_bytes(serialization.Encoding.DER)


@pytest.mark.parametrize("kind", ["ecdsa", "rsa"])
def test_both_sorts_of_keys_serve_both_versions(tmp_path: Path, kind: str) -> None:
    ca = authority(tmp_path)
    pair = signed(tmp_path, ca, NAME, kind=kind)
    held = Certificate(pair.cert, pair.key, now)
    assert presented(held, ca.cert)[:2] == (der(pair), "TLSv1.3")
    _, version, suite = presented(held, ca.cert, maximum_version=ssl.TLSVersion.TLSv1_2)
    assert version == "TLSv1.2"
    assert suite in SUITES
    assert 28 * DAY < held.expires_at - now() < 31 * DAY


def test_what_is_old_is_not_spoken(tmp_path: Path) -> None:
    """Neither an old version, nor a suite without forward secrecy or authenticated encryption."""
    ca = authority(tmp_path)
    pair = signed(tmp_path, ca, NAME)
    listener = Certificate(pair.cert, pair.key, now).listener
    assert listener.minimum_version is ssl.TLSVersion.TLSv1_2
    names = {cipher["name"] for cipher in listener.get_ciphers()}
    assert {name for name in names if not name.startswith("TLS_")} == set(SUITES)
    assert all("GCM" in name or "POLY1305" in name for name in names)
    assert listener.options & ssl.OP_NO_RENEGOTIATION
    assert listener.options & ssl.OP_NO_COMPRESSION


def test_a_new_one_is_taken_when_its_files_change(tmp_path: Path) -> None:
    """Also if one file is a while behind the other: the old pair serves until both fit."""
    ca = authority(tmp_path)
    pair = signed(tmp_path, ca, NAME, days=20)
    held = Certificate(pair.cert, pair.key, now)
    before = held.expires_at
    held.look()
    assert presented(held, ca.cert)[0] == der(pair)
    fresh = signed(tmp_path, ca, NAME, kind="rsa", days=60, stem="fresh")
    fresh.cert.replace(pair.cert)
    fresh.key.replace(pair.key)
    held.look()
    assert presented(held, ca.cert)[0] == der(fresh)
    assert held.expires_at > before + 39 * DAY


def test_a_bad_new_one_changes_nothing(tmp_path: Path, expect_log: Callable[[str], None]) -> None:
    """Half written, expired, gone: each is said once, and serving goes on."""
    expect_log("WARNING agentdesk_server.certificate: the old certificate stays in use: .* does not belong")
    expect_log("WARNING agentdesk_server.certificate: the old certificate stays in use: .* has expired on")
    expect_log("WARNING agentdesk_server.certificate: the old certificate stays in use: .* cannot be read")
    ca = authority(tmp_path)
    pair = signed(tmp_path, ca, NAME)
    held = Certificate(pair.cert, pair.key, now)
    kept, key = der(pair), pair.key.read_bytes()
    half = signed(tmp_path, ca, NAME, stem="half")
    half.cert.replace(pair.cert)
    for _ in range(3):  # it is tried once, not at every look
        held.look()
    assert presented(held, ca.cert)[0] == kept
    over = signed(tmp_path, ca, NAME, days=-2, stem="over")
    over.cert.replace(pair.cert)
    over.key.replace(pair.key)
    held.look()
    assert presented(held, ca.cert)[0] == kept
    pair.cert.unlink()
    held.look()
    assert presented(held, ca.cert)[0] == kept
    again = signed(tmp_path, ca, NAME, stem="again")
    again.cert.replace(pair.cert)
    again.key.replace(pair.key)
    held.look()
    assert presented(held, ca.cert)[0] == der(again) != kept
    assert pair.key.read_bytes() != key


def _locked(pair: Pair) -> None:
    secret = serialization.BestAvailableEncryption(b"secret")
    form = serialization.PrivateFormat.PKCS8
    pair.key.write_bytes(pair.private.private_bytes(serialization.Encoding.PEM, form, secret))


WRONG: dict[str, tuple[Callable[[Pair, Path], object], str]] = {
    "no certificate": (lambda pair, _: pair.cert.unlink(), r"server.pem cannot be read \(No such file"),
    "no key": (lambda pair, _: pair.key.unlink(), r"The key .*server.key cannot be read \(No such file"),
    "a folder": (lambda pair, there: (pair.cert.unlink(), pair.cert.mkdir()), "cannot be read"),
    "no PEM": (lambda pair, _: pair.cert.write_bytes(b"\x30\x82"), "server.pem has no certificate"),
    "a broken one": (
        lambda pair, _: pair.cert.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
        "server.pem has no certificate",
    ),
    "the key as certificate": (lambda pair, _: pair.cert.write_bytes(pair.key.read_bytes()), "has no certificate"),
    "the certificate as key": (lambda pair, _: pair.key.write_bytes(pair.cert.read_bytes()), "has no private key"),
    "another key": (
        lambda pair, there: pair.key.write_bytes(signed(there, None, NAME, stem="x").key.read_bytes()),
        "server.key does not belong to the certificate in .*server.pem",
    ),
    "a key of another sort": (
        lambda pair, there: pair.key.write_bytes(signed(there, None, NAME, kind="rsa", stem="x").key.read_bytes()),
        "server.key does not belong to the certificate in .*server.pem",
    ),
    "a locked key": (lambda pair, _: _locked(pair), "server.key is protected by a password"),
    "over": (lambda pair, there: signed(there, None, NAME, days=-3), "has expired on 20[0-9-]+. Get a new one"),
    "weak": (lambda pair, there: signed(there, None, NAME, kind="weak"), "1024 bits, which is too weak"),
}


@pytest.mark.parametrize("how", WRONG)
def test_what_is_wrong_is_a_sentence(tmp_path: Path, how: str) -> None:
    pair = signed(tmp_path, None, NAME)
    spoil, words = WRONG[how]
    spoil(pair, tmp_path)
    with pytest.raises(CannotStart, match=words):
        load(pair.cert, pair.key, now())


def test_a_clock_that_is_wrong_is_thought_of(tmp_path: Path) -> None:
    pair = signed(tmp_path, None, NAME)
    with pytest.raises(CannotStart, match=r"begins on 20.*clock"):
        load(pair.cert, pair.key, now() - 40 * DAY)


def test_no_name_is_needed(tmp_path: Path) -> None:
    """Who connects by address sends none, and gets the newest certificate all the same."""
    ca = authority(tmp_path)
    pair = signed(tmp_path, ca, "127.0.0.1")
    held = Certificate(pair.cert, pair.key, now)
    fresh = signed(tmp_path, ca, "127.0.0.1", stem="fresh")
    fresh.cert.replace(pair.cert)
    fresh.key.replace(pair.key)
    held.look()
    client = ssl.create_default_context(cafile=str(ca.cert))
    client.check_hostname = False
    assert shaken(held, client).getpeercert(binary_form=True) == der(fresh)
