"""Who somebody at the provider is, its keys as they change, and what its operator can set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey, RSAKey
from tests.server.oidc.laptop import SECRET, Laptop, hire, subject
from tests.server.provider import Provider
from tests.server.running import Company, agentdesk
from tests.server.signing import Caller, problem

from agentdesk.domain.people import PERSON_BY_EMAIL, Person
from agentdesk_server.gate.oidc.config import right_url
from agentdesk_server.gate.operating import OidcRemove, OidcSet, OidcShow, OriginSet, OriginShow, PersonResetFactors
from agentdesk_server.operating import Cannot, PersonDeactivate

# --- Who that is ---


def test_nobody_gets_in_who_is_not_known(provider: Provider, laptop: Laptop) -> None:
    subject(provider, "stranger@example.com")
    assert laptop.arrive(laptop.come_back(provider)) == {"error": "nobody"}


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_counts_only_verified(shop: Company, provider: Provider, laptop: Laptop, verified: Any) -> None:
    subject(provider, hire(shop))
    provider.claims["email_verified"] = verified
    assert laptop.arrive(laptop.come_back(provider)) == {"error": "nobody"}


def test_once_joined_the_address_does_not_matter(shop: Company, provider: Provider, laptop: Laptop) -> None:
    """And whoever gets somebody's address at the provider later gets nothing of theirs."""
    email = hire(shop)
    subject(provider, email)
    person = laptop.sign_in(provider).json()["person"]["id"]
    provider.email = "married@example.com"
    assert laptop.sign_in(provider).json()["person"]["id"] == person
    provider.email, provider.claims["sub"] = email, "somebody new"
    assert laptop.arrive(laptop.come_back(provider)) == {"error": "nobody"}
    shop.running.operate(PersonResetFactors(person=email))
    assert laptop.sign_in(provider).json()["person"]["id"] == person


def test_an_identity_is_that_of_the_provider_which_was_asked(
    shop: Company, provider: Provider, laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if the operator removes it, or sets another one, while it answers."""
    subject(provider, hire(shop))
    told = provider.token

    def while_it_is_removed() -> str:
        shop.running.operate(OidcRemove())
        return told()

    monkeypatch.setattr(provider, "token", while_it_is_removed)
    assert set(laptop.arrive(laptop.come_back(provider))) == {"code"}
    assert shop.state.entry.read.person_of(provider.url, provider.claims["sub"]) is not None


def test_who_has_left_stays_out(shop: Company, provider: Provider, laptop: Laptop) -> None:
    email = hire(shop)
    subject(provider, email)
    waiting = laptop.arrive(laptop.come_back(provider))["code"]
    shop.running.operate(PersonDeactivate(person=email))
    assert problem(laptop.redeem(waiting)) == (401, "code")
    assert laptop.arrive(laptop.come_back(provider)) == {"error": "nobody"}


def test_an_account_is_made_only_if_the_operator_says_so(shop: Company, provider: Provider, laptop: Laptop) -> None:
    subject(provider, "newcomer@example.com")
    assert laptop.arrive(laptop.come_back(provider)) == {"error": "nobody"}
    shop.running.operate(OidcSet(issuer=provider.url, client_id="desk", role="agent"))
    made = laptop.sign_in(provider).json()["person"]
    assert (made["email"], made["role"], made["name"], made["teams"]) == (
        "newcomer@example.com",
        "agent",
        "Mina Berg",
        [],
    )
    provider.claims |= {"email_verified": False, "sub": "another"}
    assert laptop.arrive(laptop.come_back(provider)) == {"error": "nobody"}
    assert len(shop.state.reader.records.page(PERSON_BY_EMAIL(email="newcomer@example.com"), limit=5)) == 1
    person = shop.state.reader.records.of(Person, made["id"])
    assert person is not None


def test_a_second_factor_is_asked_for_unless_the_provider_has_done_so(
    shop: Company, provider: Provider, laptop: Laptop
) -> None:
    caller = Caller(shop, hire(shop), laptop.device)
    caller.sign_in()
    caller.enrol()
    subject(provider, caller.email)
    half = laptop.sign_in(provider)
    assert half.status_code == 202
    assert half.json()["ways"] == ["totp", "recovery"]
    assert caller.factor(half.json()["ticket"], caller.code()).status_code == 201
    provider.claims["amr"] = ["pwd"]
    assert laptop.sign_in(provider).status_code == 202
    provider.claims["amr"] = ["pwd", "otp", 7]
    assert laptop.sign_in(provider).status_code == 201


# --- Keys that change ---


def test_a_new_key_is_fetched_and_unknown_ones_are_not_fetched_again_and_again(
    provider: Provider, laptop: Laptop, monkeypatch: pytest.MonkeyPatch, expect_log: Any
) -> None:
    expect_log("WARNING agentdesk_server.gate.oidc.flow: sign-in through the provider failed: no such key")
    laptop.sign_in(provider)
    held = laptop.shop.state.oidc._provider
    assert held is not None
    provider.signer = RSAKey.generate_key(2048, {"kid": "next"})
    provider.listed = [provider.signer]
    assert laptop.arrive(laptop.come_back(provider)) == {"error": "provider"}
    now = held._ticks()
    monkeypatch.setattr(held, "_ticks", lambda: now + 61)
    assert laptop.sign_in(provider).status_code == 201
    assert sum(path == "/keys" for path, _, _ in provider.asked) == 2


def test_keys_that_are_no_good_are_passed_over(provider: Provider, laptop: Laptop, expect_log: Any) -> None:
    """For something else, or of another curve: such a key verifies nothing."""
    expect_log("WARNING agentdesk_server.gate.oidc.flow: sign-in through the provider failed: no such key")
    whole = provider.keys["RS256"].as_dict(private=True)
    provider.listed = [RSAKey.import_key({**whole, "use": "enc"}), ECKey.generate_key("P-384", {"kid": "rsa"})]
    assert laptop.arrive(laptop.come_back(provider)) == {"error": "provider"}


# --- The operator ---


@pytest.mark.parametrize(
    ("url", "right"),
    [
        ("https://login.example.com/tenant", True),
        ("http://127.0.0.1:9", True),
        ("http://login.example.com", False),
        ("https://me@login.example.com", False),
        ("https://login.example.com/#x", False),
        ("https://login.example.com:x", False),
        ("ftp://login.example.com", False),
        (None, False),
        ("", False),
    ],
)
def test_which_addresses_may_be_spoken_to(url: Any, right: bool) -> None:
    assert right_url(url) is right


def test_the_operator_is_told_what_is_wrong(shop: Company, provider: Provider) -> None:
    with pytest.raises(Cannot, match="The issuer is an address"):
        shop.running.operate(OidcSet(issuer="login.example.com", client_id="x"))
    with pytest.raises(Cannot, match="boss is not a role"):
        shop.running.operate(OidcSet(issuer="https://login.example.com", client_id="x", role="boss"))
    assert SECRET not in shop.running.operate(OidcShow())
    kept = shop.state.reader.conn.execute("SELECT value FROM operator_setting WHERE name='oidc'").fetchone()[0]
    assert SECRET.encode() not in kept


def test_the_address_of_the_server(shop: Company, provider: Provider, laptop: Laptop) -> None:
    for wrong in (
        "desk.example.com",
        "http://desk.example.com",
        "https://desk.example.com/x",
        "https://a@b",
        "https://",
    ):
        with pytest.raises(Cannot, match="The address is like"):
            shop.running.operate(OriginSet(origin=wrong))
    assert shop.running.operate(OriginSet(origin="https://Desk.example.com/")) == "https://desk.example.com"
    sent = provider.visited(laptop.start().headers["Location"])
    assert sent["redirect_uri"] == "https://desk.example.com/api/v1/oidc/callback"
    shop.running.operate(OriginSet(origin=shop.url))
    assert shop.running.operate(OriginShow()) == shop.url


def test_on_the_command_line(tmp_path: Path) -> None:
    """The secret comes on the standard input and goes nowhere from there."""
    data = ("admin", "--data", str(tmp_path / "data"))
    args = ("oidc", "set", "--issuer", "https://login.example.com", "--client-id", "desk", "--name", "Login")
    done = agentdesk(*data, *args, "--client-secret-stdin", input=f"{SECRET}\n")
    assert done.returncode == 0
    assert SECRET not in done.stdout + done.stderr
    shown = agentdesk(*data, "oidc", "show").stdout
    assert "https://login.example.com" in shown
    assert "Login" in shown
    assert agentdesk(*data, "second-factor", "require", "admin", "agent").stdout == "admin\nagent\n"
    assert agentdesk(*data, "second-factor", "show").stdout == "admin\nagent\n"
    refused = agentdesk(*data, "second-factor", "require", "boss")
    assert (refused.returncode, "boss is not a role" in refused.stderr) == (1, True)
    assert agentdesk(*data, "origin", "set", "https://desk.example.com").stdout == "https://desk.example.com\n"
