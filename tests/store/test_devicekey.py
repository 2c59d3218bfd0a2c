"""The device's key: known answers, proofs that say what they are for, and secrets that only it opens."""

from __future__ import annotations

import base64
import json

import pytest

from agentdesk.store.devicekey import CannotUnwrap, DeviceKey, door_of, new_seed
from agentdesk.store.vault import SessionVault

RFC_8037 = base64.urlsafe_b64decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=")


def test_the_key_and_thumbprint_of_rfc_8037() -> None:
    """Appendix A.1 to A.3."""
    key = DeviceKey(RFC_8037)
    assert key.jwk["x"] == "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    assert key.thumbprint == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_a_proof_says_what_it_is_for() -> None:
    proof = DeviceKey(RFC_8037).prove("GET", "wss://Desk.example/sync?x=1#y", 1_700_000_000_999, token="t", nonce="n")
    head, claims, _ = (base64.urlsafe_b64decode(part + "==") for part in proof.split("."))
    assert json.loads(head) == {"alg": "EdDSA", "jwk": DeviceKey(RFC_8037).jwk, "typ": "dpop+jwt"}
    said = json.loads(claims)
    assert len(said.pop("jti")) > 20
    assert said == {
        "htm": "GET",
        "htu": "https://Desk.example/sync",
        "iat": 1_700_000_000,
        "ath": "47mKTaMaEn1L3m5DAz9muidMqw636xxw7EFAK_YnPdg",
        "nonce": "n",
    }


def test_each_proof_is_another_one() -> None:
    key = DeviceKey(new_seed())
    assert len({key.prove("GET", "https://x.example/", 0) for _ in range(50)}) == 50


@pytest.mark.parametrize(
    ("url", "door"),
    [
        ("http://127.0.0.1:1/a/b?c", "http://127.0.0.1:1/a/b"),
        ("ws://h", "http://h/"),
        ("https://h/%20#f", "https://h/%20"),
    ],
)
def test_doors(url: str, door: str) -> None:
    assert door_of(url) == door


def test_only_the_device_that_wrapped_opens_it_and_only_as_what_it_is() -> None:
    key = DeviceKey(new_seed())
    wrapped = key.wrap(b"secret", b"about")
    assert key.unwrap(wrapped, b"about") == b"secret"
    assert b"secret" not in wrapped
    assert key.wrap(b"secret", b"about") != wrapped
    changed = bytes([wrapped[0] ^ 1, *wrapped[1:]])
    for other, bytes_, about in (
        (DeviceKey(new_seed()), wrapped, b"about"),
        (key, wrapped, b"else"),
        (key, changed, b"about"),
        (key, wrapped[:-1], b"about"),
        (key, b"", b"about"),
    ):
        with pytest.raises(CannotUnwrap):
            other.unwrap(bytes_, about)


def test_the_vault_makes_it_once_for_each_person_at_each_server() -> None:
    vault = SessionVault()
    assert vault.find_device_seed("https://a.example", "ann@x.example") is None
    seed = vault.device_seed("https://a.example/", "Ann@x.example ")
    assert seed == vault.device_seed("https://a.example", "ann@x.example")
    assert seed != vault.device_seed("https://a.example", "bob@x.example")
    assert seed != vault.key_for("https://a.example", "ann@x.example")
    vault.forget_device("https://a.example", "ann@x.example")
    assert vault.find_device_seed("https://a.example", "ann@x.example") is None
