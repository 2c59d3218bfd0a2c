"""Proofs of possession: what holds, and everything that does not."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from agentdesk.store.devicekey import DeviceKey, encoded
from agentdesk_server.gate import proofs as module
from agentdesk_server.gate.proofs import MOST_OF_ONE, NONCE_LASTS, REMEMBERED, SKEW, Proofs
from agentdesk_server.gate.shown import Shown, shown_by
from agentdesk_server.problems import Problem

NOW = 1_800_000_000_000
SEED = bytes(range(32))
KEY = DeviceKey(SEED)
DOOR = "https://desk.example/api/v1/session"


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def proofs(clock: Clock) -> Proofs:
    clock.now = NOW - 10 * SKEW
    made = Proofs(clock)
    clock.now = NOW
    return made


def shown(*proof: str, **more: Any) -> Shown:
    usual = {"method": "POST", "host": "desk.example", "path": "/api/v1/session", "schemes": frozenset({"https"})}
    return Shown(proofs=proof, **{**usual, **more})


def refused(proofs: Proofs, shown: Shown) -> Problem:
    with pytest.raises(Problem) as caught:
        proofs.check(shown)
    assert caught.value.status == 401
    assert caught.value.headers["WWW-Authenticate"].startswith("DPoP ")
    return caught.value


def signed(head: Any, claims: Any, seed: bytes = SEED) -> str:
    """A proof that says whatever it is told to."""
    parts = ".".join(encoded(one if isinstance(one, bytes) else json.dumps(one).encode()) for one in (head, claims))
    return f"{parts}.{encoded(Ed25519PrivateKey.from_private_bytes(seed).sign(parts.encode()))}"


HEAD: dict[str, Any] = {"typ": "dpop+jwt", "alg": "EdDSA", "jwk": KEY.jwk}
CLAIMS: dict[str, Any] = {"jti": "0123456789", "htm": "POST", "htu": DOOR, "iat": NOW // 1000}


def test_a_good_one_names_its_key(proofs: Proofs) -> None:
    proof = proofs.check(shown(KEY.prove("POST", DOOR, NOW)))
    assert proof.key == KEY.thumbprint
    assert proofs.check(shown(signed(HEAD, CLAIMS))).key == KEY.thumbprint


def test_it_counts_once(proofs: Proofs, clock: Clock) -> None:
    """Also when it comes again just before it is too old, and whoever brings it."""
    proof = proofs.check(shown(KEY.prove("POST", DOOR, NOW + SKEW)))
    proofs.spend(proof)
    for later in (0, SKEW, 2 * SKEW):
        clock.now = NOW + later
        again = proofs.check(shown(KEY.prove("POST", DOOR, clock.now)))
        with pytest.raises(Problem, match="used before"):
            proofs.spend(module.Proof(again.key, proof.jti))
    proofs.spend(module.Proof("another key", proof.jti))


def test_what_is_remembered_ends(proofs: Proofs, clock: Clock) -> None:
    for number in range(10):
        proofs.spend(module.Proof("k", str(number)))
    clock.now += REMEMBERED
    proofs.spend(module.Proof("k", "last"))
    assert (len(proofs._used), len(proofs._order), proofs._of_key["k"]) == (1, 1, 1)


def test_one_device_does_not_fill_the_memory(proofs: Proofs) -> None:
    for number in range(MOST_OF_ONE):
        proofs.spend(module.Proof("k", str(number)))
    with pytest.raises(Problem) as caught:
        proofs.spend(module.Proof("k", "one more"))
    assert caught.value.status == 429
    proofs.spend(module.Proof("another", "one more"))


@pytest.mark.parametrize("off", [-SKEW - 2000, SKEW + 2000, -86_400_000, 86_400_000])
def test_a_clock_that_is_off_is_helped_by_a_nonce(proofs: Proofs, clock: Clock, off: int) -> None:
    problem = refused(proofs, shown(KEY.prove("POST", DOOR, NOW + off)))
    assert problem.body.type.endswith("proof-nonce")
    assert "use_dpop_nonce" in problem.headers["WWW-Authenticate"]
    nonce = problem.headers["DPoP-Nonce"]
    again = KEY.prove("POST", DOOR, NOW + off, nonce=nonce)
    assert proofs.check(shown(again)).key == KEY.thumbprint
    clock.now += NONCE_LASTS + 1
    refused(proofs, shown(again))


@pytest.mark.parametrize("off", [-SKEW, 0, SKEW])
def test_a_clock_that_is_a_little_off_needs_none(proofs: Proofs, off: int) -> None:
    proofs.check(shown(KEY.prove("POST", DOOR, NOW + off)))


def test_foreign_nonces(proofs: Proofs, clock: Clock) -> None:
    own = proofs.nonce()
    changed = ("A" if own[-4] != "A" else "B").join((own[:-4], own[-3:]))
    for nonce in (Proofs(clock).nonce(), changed, own[:-1], own + "A", "x", "é"):
        problem = refused(proofs, shown(signed(HEAD, {**CLAIMS, "nonce": nonce})))
        assert "DPoP-Nonce" in problem.headers


def test_nothing_from_before_the_start_is_believed_without_a_nonce(clock: Clock) -> None:
    """What was used then is forgotten now."""
    made_before = KEY.prove("POST", DOOR, NOW - 1000)
    proofs = Proofs(clock)
    assert "DPoP-Nonce" in refused(proofs, shown(made_before)).headers


@pytest.mark.parametrize(
    "proof",
    [
        (),
        (KEY.prove("POST", DOOR, NOW), KEY.prove("POST", DOOR, NOW)),
        ("",),
        ("a.b",),
        ("a.b.c",),
        ("..",),
        ("é.é.é",),
        ("x" * 5000,),
        (KEY.prove("POST", DOOR, NOW) + ".x",),
        (KEY.prove("POST", DOOR, NOW) + "=",),
    ],
)
def test_what_is_no_proof(proofs: Proofs, proof: tuple[str, ...]) -> None:
    refused(proofs, shown(*proof))


@pytest.mark.parametrize(
    "head",
    [
        {**HEAD, "alg": "none"},
        {**HEAD, "alg": "HS256"},
        {**HEAD, "alg": "Ed25519"},
        {**HEAD, "typ": "JWT"},
        {**HEAD, "typ": None},
        {**HEAD, "crit": ["exp"]},
        {**HEAD, "jwk": {**KEY.jwk, "d": encoded(SEED)}},
        {**HEAD, "jwk": {**KEY.jwk, "kty": "oct"}},
        {**HEAD, "jwk": {**KEY.jwk, "crv": "X25519"}},
        {**HEAD, "jwk": {**KEY.jwk, "x": KEY.jwk["x"][:-1]}},
        {**HEAD, "jwk": {**KEY.jwk, "x": KEY.jwk["x"][:-1] + "/"}},
        {**HEAD, "jwk": {**KEY.jwk, "x": "A" * 43}},
        {"typ": "dpop+jwt", "alg": "EdDSA"},
        [HEAD],
        b"{",
        b"\xff",
        b"[" * 2000,
    ],
)
def test_one_way_of_signing_and_no_other(proofs: Proofs, head: Any) -> None:
    refused(proofs, shown(signed(head, CLAIMS)))


@pytest.mark.parametrize(
    "claims",
    [
        {**CLAIMS, "jti": "short"},
        {**CLAIMS, "jti": "x" * 201},
        {**CLAIMS, "jti": 1},
        {**CLAIMS, "htm": "GET"},
        {**CLAIMS, "htm": "post"},
        {**CLAIMS, "htu": "http://desk.example/api/v1/session"},
        {**CLAIMS, "htu": "https://evil.example/api/v1/session"},
        {**CLAIMS, "htu": "https://desk.example/api/v1/session/refresh"},
        {**CLAIMS, "htu": "https://desk.example:444/api/v1/session"},
        {**CLAIMS, "htu": "https://desk.example:x/api/v1/session"},
        {**CLAIMS, "htu": "https://me@desk.example/api/v1/session"},
        {**CLAIMS, "htu": "/api/v1/session"},
        {**CLAIMS, "iat": -1},
        {**CLAIMS, "iat": "now"},
        {**CLAIMS, "iat": 1e300},
        {name: value for name, value in CLAIMS.items() if name != "iat"},
        b"null",
    ],
)
def test_what_a_proof_must_say(proofs: Proofs, claims: Any) -> None:
    refused(proofs, shown(signed(HEAD, claims)))


@pytest.mark.parametrize("htu", [DOOR + "?x=1", DOOR + "#x", "https://DESK.example:443/api/v1/session"])
def test_the_same_door_written_otherwise(proofs: Proofs, htu: str) -> None:
    proofs.check(shown(signed(HEAD, {**CLAIMS, "htu": htu})))


def test_a_proof_for_a_token_is_for_no_other(proofs: Proofs) -> None:
    proof = KEY.prove("POST", DOOR, NOW, token="mine")
    proofs.check(shown(proof, token="mine"))
    for other in (shown(proof, token="yours"), shown(KEY.prove("POST", DOOR, NOW), token="mine")):
        refused(proofs, other)


def test_signed_by_another_key_than_it_names(proofs: Proofs) -> None:
    refused(proofs, shown(signed(HEAD, CLAIMS, bytes(32))))


def test_every_bit_counts(proofs: Proofs) -> None:
    """One bit changed anywhere, and it holds no more."""
    good = KEY.prove("POST", DOOR, NOW)
    raw = [base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in good.split(".")]
    for place, part in enumerate(raw):
        for at in range(len(part)):
            bad = bytes((*part[:at], part[at] ^ 1, *part[at + 1 :]))
            refused(proofs, shown(".".join(encoded(bad if i == place else one) for i, one in enumerate(raw))))


def test_what_a_request_shows() -> None:
    headers = [(b"host", b"desk.example"), (b"authorization", b"DPoP  abc"), (b"dpop", b"p")]
    scope = {"headers": headers, "method": "PUT", "path": "/a b", "raw_path": b"/a%20b?x", "scheme": "https"}
    found = shown_by(scope, False)
    assert found == Shown("abc", True, ("p",), "PUT", "desk.example", "/a%20b", frozenset({"https"}))
    socket = shown_by({"headers": headers, "path": "/sync", "scheme": "ws"}, False)
    assert (socket.method, socket.schemes) == ("GET", frozenset({"http"}))
    assert shown_by(scope, True).schemes == {"http", "https"}
    twice = shown_by({**scope, "headers": [*headers, (b"authorization", b"Bearer x")]}, False)
    assert twice.token == ""
