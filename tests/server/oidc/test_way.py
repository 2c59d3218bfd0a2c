"""The way through a provider and back: what must fit, fits, and nothing else opens a door."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from tests.server.oidc.laptop import SECRET, Laptop
from tests.server.provider import Provider
from tests.server.running import Company
from tests.server.signing import problem

from agentdesk_server.gate.entry import challenge_of
from agentdesk_server.gate.oidc.flow import cookie_of
from agentdesk_server.gate.operating import OidcRemove
from agentdesk_server.limits import Buckets

# --- The way in ---


@pytest.mark.parametrize("alg", ["RS256", "ES256", "EdDSA"])
def test_the_whole_way(shop: Company, provider: Provider, laptop: Laptop, alg: str) -> None:
    """Out with PKCE, state and nonce; back; and the code with the desk's own word becomes a session."""
    provider.alg = alg
    leaving = laptop.start()
    where = leaving.headers["Location"]
    assert where.startswith(f"{provider.url}/authorize?")
    sent = provider.visited(where)
    assert sent["response_type"] == "code"
    assert sent["code_challenge_method"] == "S256"
    assert sent["redirect_uri"] == f"{shop.url}/api/v1/oidc/callback"
    assert "openid" in sent["scope"].split()
    assert not {laptop.state, challenge_of(laptop.verifier)} & set(sent.values())
    cookie = next(iter(laptop.browser.cookies))
    assert cookie.path == "/api/v1/oidc/callback"
    assert "HttpOnly" in cookie._rest
    back = laptop.open("/api/v1/oidc/callback", code="c0de", state=sent["state"], iss=provider.url)
    answer = laptop.redeem(laptop.arrive(back)["code"])
    assert answer.status_code == 201
    assert answer.json()["person"]["id"] == shop.agent
    _, fields, headers = next(one for one in provider.asked if one[0] == "/token")
    assert challenge_of(fields["code_verifier"]) == sent["code_challenge"]
    assert (fields["code"], fields["grant_type"]) == ("c0de", "authorization_code")
    assert headers["authorization"].startswith("Basic ")
    assert SECRET not in str(fields)


def test_there_is_nothing_where_no_provider_was_set(shop: Company, provider: Provider, laptop: Laptop) -> None:
    assert laptop.open("/api/v1/oidc").json() == {"name": "127.0.0.1"}
    assert shop.running.operate(OidcRemove()) == "removed"
    assert shop.running.operate(OidcRemove()) == "none was set"
    assert problem(laptop.open("/api/v1/oidc")) == (404, "no-provider")
    page = laptop.start()
    assert (page.status_code, page.headers["Content-Type"]) == (409, "text/html; charset=utf-8")
    assert "no provider" in page.text


@pytest.mark.parametrize(
    "wrong",
    [{"port": "80"}, {"port": "x"}, {"port": "70000"}, {"state": "short"}, {"challenge": "x" * 42}, {"challenge": "="}],
)
def test_a_start_needs_a_whole_loopback(provider: Provider, laptop: Laptop, wrong: dict[str, str]) -> None:
    assert problem(laptop.start(**wrong)) == (422, "invalid")


def test_one_network_begins_no_more_than_a_person_could(provider: Provider, laptop: Laptop) -> None:
    laptop.shop.state.oidc.starts = Buckets(1, 0.01)
    assert laptop.start().status_code == 303
    assert problem(laptop.start()) == (429, "too-many")


# --- What does not fit ---


def wrong_claims(**claims: Any) -> Callable[[Provider], None]:
    return lambda provider: provider.claims.update(claims)


def foreign_key(provider: Provider) -> None:
    provider.signer = RSAKey.generate_key(2048, {"kid": "rsa"})


def unlisted_key(provider: Provider) -> None:
    provider.signer = RSAKey.generate_key(2048, {"kid": "another"})


def public_key_as_secret(provider: Provider) -> None:
    provider.alg, provider.header = "HS256", {"kid": "rsa"}


def algorithm(alg: str) -> Callable[[Provider], None]:
    def change(provider: Provider) -> None:
        provider.alg, provider.signer = alg, provider.keys["RS256"]

    return change


def answers(status: int, body: Any) -> Callable[[Provider], None]:
    def change(provider: Provider) -> None:
        provider.token_answer = (status, body)

    return change


NOW = int(time.time())
HOSTILE = {
    "issuer": wrong_claims(iss="https://evil.example"),
    "no issuer": wrong_claims(iss=None),
    "audience": wrong_claims(aud="somebody else"),
    "no audience": wrong_claims(aud=None),
    "more audiences": wrong_claims(aud=["desk", "somebody else"]),
    "party": wrong_claims(azp="somebody else"),
    "nonce": wrong_claims(nonce="another"),
    "no nonce": wrong_claims(nonce=None),
    "nonce of another type": wrong_claims(nonce=7),
    "expired": wrong_claims(exp=NOW - 120),
    "no end": wrong_claims(exp=None),
    "end of another type": wrong_claims(exp="tomorrow"),
    "from long ago": wrong_claims(iat=NOW - 3_600),
    "from the future": wrong_claims(iat=NOW + 3_600),
    "not yet": wrong_claims(nbf=NOW + 3_600),
    "nobody": wrong_claims(sub=""),
    "subject of another type": wrong_claims(sub=["subject-1"]),
    "access token": wrong_claims(at_hash="bm90IHRoaXMgb25l"),
    "foreign key": foreign_key,
    "unlisted key": unlisted_key,
    "none": algorithm("none"),
    "HS256 with the public key": public_key_as_secret,
    "RS512": algorithm("RS512"),
    "PS256": algorithm("PS256"),
    "no token": answers(200, {"access_token": "at"}),
    "no JSON": answers(200, b"<html>"),
    "a list": answers(200, []),
    "no": answers(400, {"error": "invalid_grant"}),
    "broken": answers(500, {}),
    "not a token": answers(200, {"id_token": "a.b.c"}),
    "token of another type": answers(200, {"id_token": 7}),
}


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_wrong_token_opens_nothing(
    provider: Provider, laptop: Laptop, change: Callable[[Provider], None], expect_log: Any
) -> None:
    expect_log("WARNING agentdesk_server.gate.oidc.flow: sign-in through the provider failed")
    leaving = laptop.start()
    sent = provider.visited(leaving.headers["Location"])
    change(provider)
    answer = laptop.open("/api/v1/oidc/callback", code="c0de", state=sent["state"])
    assert laptop.arrive(answer) == {"error": "provider"}


def test_an_answer_of_another_issuer_is_none(provider: Provider, laptop: Laptop, expect_log: Any) -> None:
    """RFC 9207: what it says counts, and where it promises to say it, silence is wrong too."""
    expect_log("WARNING agentdesk_server.gate.oidc.flow: sign-in through the provider failed: .*another issuer")
    assert laptop.arrive(laptop.come_back(provider, iss="https://evil.example")) == {"error": "provider"}


def test_a_promised_issuer_must_be_there(shop: Company, provider: Provider, laptop: Laptop, expect_log: Any) -> None:
    expect_log("WARNING agentdesk_server.gate.oidc.flow: sign-in through the provider failed: .*another issuer")
    provider.about["authorization_response_iss_parameter_supported"] = True
    assert laptop.arrive(laptop.come_back(provider)) == {"error": "provider"}
    assert set(laptop.arrive(laptop.come_back(provider, iss=provider.url))) == {"code"}


def test_who_cancels_is_told(provider: Provider, laptop: Laptop) -> None:
    assert laptop.arrive(laptop.come_back(provider, error="access_denied", code="")) == {"error": "denied"}


@pytest.mark.parametrize("about", [{"issuer": "https://evil.example"}, {"token_endpoint": "http://evil.example/t"}])
def test_a_wrong_description_is_not_followed(provider: Provider, laptop: Laptop, about: dict[str, str]) -> None:
    provider.about = about
    page = laptop.start()
    assert page.status_code == 409
    assert "cannot be reached" in page.text


# --- State, code, word ---


def test_an_answer_counts_once_and_in_the_browser_where_it_began(shop: Company, provider: Provider) -> None:
    """Nobody is signed in by a link that somebody sends them."""
    mine, theirs = Laptop(shop), Laptop(shop)
    sent = provider.visited(theirs.start().headers["Location"])
    for state in (sent["state"], "made up", ""):
        page = mine.open("/api/v1/oidc/callback", code="c0de", state=state)
        assert page.status_code == 409
        assert "belongs to no sign-in" in page.text
    mine.browser.cookies.set(cookie_of(sent["state"]), "guessed", path="/")
    assert mine.open("/api/v1/oidc/callback", code="c0de", state=sent["state"]).status_code == 409
    assert set(theirs.arrive(theirs.open("/api/v1/oidc/callback", code="c", state=sent["state"]))) == {"code"}
    assert theirs.open("/api/v1/oidc/callback", code="c", state=sent["state"]).status_code == 409
    for one in (mine, theirs):
        one.browser.close()


def test_a_code_counts_once(provider: Provider, laptop: Laptop) -> None:
    code = laptop.arrive(laptop.come_back(provider))["code"]
    assert laptop.redeem(code).status_code == 201
    assert problem(laptop.redeem(code)) == (401, "code")


def test_a_code_needs_the_word_and_a_wrong_one_burns_it(provider: Provider, laptop: Laptop) -> None:
    """Whoever reads along at the loopback has not got the word."""
    code = laptop.arrive(laptop.come_back(provider))["code"]
    assert problem(laptop.redeem(code, verifier="x" * 43)) == (401, "code")
    assert problem(laptop.redeem(code)) == (401, "code")
    assert laptop.redeem("x", verifier="short").status_code == 422


def test_a_code_ends_after_a_minute(
    shop: Company, provider: Provider, laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = laptop.arrive(laptop.come_back(provider))["code"]
    later = shop.state.clock() + 60_001
    monkeypatch.setattr(shop.state.entry.logins, "_clock", lambda: later)
    assert problem(laptop.redeem(code)) == (401, "code")
